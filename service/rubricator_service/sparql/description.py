"""What the service says of itself: a SPARQL 1.1 service description with VoID counts of the snapshot that is served."""

from collections.abc import Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from rubricator.rdf import DCTERMS, EDM, ENR, FOAF, NAMESPACES, OA, RDFS, TYPE, VOID, Namespace, integer
from rubricator_service.context import Service
from rubricator_service.reading.counts import Counts

SD = Namespace("sd", "http://www.w3.org/ns/sparql-service-description#")
_FORMATS = Namespace("formats", "http://www.w3.org/ns/formats/")
_RESULT_FORMATS = (
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV",
    "Turtle", "N-Triples", "JSON-LD", "RDF_XML", "N-Quads", "TriG",
)  # fmt: skip
_VOCABULARIES = {"dc", "dcterms", "edm", "enr", "oa", "ore", "prov", "skos"}


def describe_service(service: Service) -> list[Triple]:
    """The description, with absolute IRIs, in a fixed order."""
    iris, counts = service.iris, service.counts()
    return sorted(
        {
            *_endpoint(NamedNode(f"{iris.base}/sparql"), service),
            *_dataset(NamedNode(f"{iris.base}/.well-known/void#dataset"), service, counts),
        },
        key=str,
    )


def _endpoint(endpoint: NamedNode, service: Service) -> Iterator[Triple]:
    dataset, default = BlankNode("dataset"), BlankNode("default")
    yield Triple(endpoint, TYPE, SD["Service"])
    yield Triple(endpoint, SD["endpoint"], endpoint)
    yield Triple(endpoint, SD["supportedLanguage"], SD["SPARQL11Query"])
    yield Triple(endpoint, SD["defaultDataset"], dataset)
    yield Triple(endpoint, RDFS["seeAlso"], NamedNode(f"{service.iris.base}/.well-known/sparql-examples"))
    for name in _RESULT_FORMATS:
        yield Triple(endpoint, SD["resultFormat"], _FORMATS[name])
    yield Triple(dataset, TYPE, SD["Dataset"])
    yield Triple(dataset, SD["defaultGraph"], default)
    yield Triple(default, TYPE, SD["Graph"])
    yield Triple(default, VOID["triples"], integer(service.counts().triples))
    iris = service.iris
    for fixed in (iris.concepts_graph, iris.ledger, iris.reviews):
        graph = BlankNode(fixed.value.rsplit("/", 1)[-1])
        yield Triple(dataset, SD["namedGraph"], graph)
        yield Triple(graph, TYPE, SD["NamedGraph"])
        yield Triple(graph, SD["name"], fixed)


def _dataset(dataset: NamedNode, service: Service, counts: Counts) -> Iterator[Triple]:
    base = service.iris.base
    yield Triple(dataset, TYPE, VOID["Dataset"])
    yield Triple(
        dataset, DCTERMS["title"], Literal("Rubricator: concept headings for digitised heritage", language="en")
    )
    yield Triple(dataset, FOAF["homepage"], NamedNode(f"{base}/"))
    yield Triple(dataset, VOID["sparqlEndpoint"], NamedNode(f"{base}/sparql"))
    yield Triple(dataset, VOID["uriSpace"], Literal(f"{base}/"))
    yield Triple(dataset, VOID["triples"], integer(counts.triples))
    for namespace in NAMESPACES:
        if namespace.prefix in _VOCABULARIES:
            yield Triple(dataset, VOID["vocabulary"], NamedNode(namespace.iri))
    for name, kind, count in (
        ("records", EDM["ProvidedCHO"], counts.records),
        ("enrichments", OA["Annotation"], counts.enrichments),
        ("images", ENR["ImageCapture"], counts.images),
    ):
        partition = BlankNode(name)
        yield Triple(dataset, VOID["classPartition"], partition)
        yield Triple(partition, VOID["class"], kind)
        yield Triple(partition, VOID["entities"], integer(count))
    if counts.modified:
        yield Triple(dataset, DCTERMS["modified"], counts.modified)
