"""The media types in which answers exist, and the short names that people give them. Imports nothing."""

JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
CSV = "text/csv"
TSV = "text/tab-separated-values"
TURTLE = "text/turtle"
N_TRIPLES = "application/n-triples"
N_QUADS = "application/n-quads"
TRIG = "application/trig"
JSON_LD = "application/ld+json"
RDF_XML = "application/rdf+xml"

SOLUTION_NAMES = {"json": JSON, "xml": XML, "csv": CSV, "tsv": TSV}
GRAPH_NAMES = {"turtle": TURTLE, "ntriples": N_TRIPLES, "jsonld": JSON_LD, "rdfxml": RDF_XML}
# Other names under which the web knows the formats of graphs.
GRAPH_ALIASES = {
    "ttl": TURTLE,
    "nt": N_TRIPLES,
    "json": JSON_LD,
    "json-ld": JSON_LD,
    "n3": TURTLE,
    "rdf": RDF_XML,
    "rdf+xml": RDF_XML,
    "xml": RDF_XML,
    "nquads": N_QUADS,
    "nq": N_QUADS,
    "trig": TRIG,
}
