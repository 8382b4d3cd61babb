"""Queries to start from. Every one of them runs on any installation and is tested.

Claims in run graphs are read by way of the ledger, which names these: a harvested record could pose as a run.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rubricator.iris import Iris


@dataclass(frozen=True, slots=True)
class Example:
    """``slug`` names the query in links, ``for_whom`` says who asks such a thing."""

    slug: str
    title: str
    for_whom: str
    query: str


_EXAMPLES = (
    Example(
        "items-with-a-concept",
        "Items that show a building or a sculpture, surest first",
        "Aggregators",
        """\
PREFIX edm: <http://www.europeana.eu/schemas/edm/>
PREFIX enr: <https://w3id.org/rubricator/ns#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

# The default graph holds current enrichments only: no GRAPH, no retracted claim.
SELECT ?item ?concept ?confidence WHERE {
  { SELECT DISTINCT ?concept WHERE {
    # A claim names a concept of Europeana or AAT that matches ours, or ours where there is none.
    ?ours skos:prefLabel ?label ; (skos:exactMatch|skos:closeMatch)? ?concept .
    FILTER(LCASE(STR(?label)) IN ("building", "sculpture") && LANG(?label) = "en")
  } }
  ?item enr:hasEnrichment ?annotation .
  ?annotation oa:hasBody ?concept ; edm:confidenceLevel ?confidence .
  FILTER(?confidence >= 0.5)
}
ORDER BY DESC(?confidence)
LIMIT 100
""",
    ),
    Example(
        "audit-a-claim",
        "Where claims come from: model, prompts, policy, run and picture, by hash",
        "Auditors",
        """\
PREFIX edm: <http://www.europeana.eu/schemas/edm/>
PREFIX enr: <https://w3id.org/rubricator/ns#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX prov: <http://www.w3.org/ns/prov#>

# To audit one claim, put VALUES ?annotation { <its IRI> } first inside WHERE.
SELECT ?annotation ?item ?concept ?confidence ?run ?started
  ?model ?modelHash ?prompts ?promptsHash ?policy ?image ?imageHash
WHERE {
  ?item enr:hasEnrichment ?annotation .
  GRAPH ?graph {
    ?annotation oa:hasBody ?concept ; edm:confidenceLevel ?confidence ; prov:wasDerivedFrom ?capture .
  }
  GRAPH <LEDGER> {
    ?graph a prov:Bundle ; prov:wasGeneratedBy ?run .
    ?run prov:startedAtTime ?started ; prov:used ?model, ?prompts, ?policy .
    ?model a enr:Model ; enr:sha256 ?modelHash .
    ?prompts a enr:PromptSet ; enr:sha256 ?promptsHash .
    ?policy a enr:DecisionPolicy .
    ?capture prov:specializationOf ?image ; enr:sha256 ?imageHash .
  }
}
LIMIT 20
""",
    ),
    Example(
        "newest-runs",
        "The newest runs and what they did",
        "Metadata teams",
        """\
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX enr: <https://w3id.org/rubricator/ns#>
PREFIX prov: <http://www.w3.org/ns/prov#>

SELECT ?run ?started ?ended ?model ?images ?enrichments ?failures WHERE {
  GRAPH <LEDGER> {
    ?run a enr:Run ; prov:startedAtTime ?started ; prov:used ?used .
    ?used a enr:Model ; dcterms:title ?model .
    OPTIONAL { ?run prov:endedAtTime ?ended }
    OPTIONAL { ?run enr:imageCount ?images ; enr:annotationCount ?enrichments ; enr:failureCount ?failures }
  }
}
ORDER BY DESC(?started)
LIMIT 20
""",
    ),
    Example(
        "concept-counts",
        "How often each concept was found",
        "Everybody",
        """\
PREFIX edm: <http://www.europeana.eu/schemas/edm/>
PREFIX enr: <https://w3id.org/rubricator/ns#>
PREFIX oa: <http://www.w3.org/ns/oa#>

SELECT ?concept (COUNT(DISTINCT ?item) AS ?items) (AVG(?confidence) AS ?meanConfidence) WHERE {
  ?item enr:hasEnrichment ?annotation .
  ?annotation oa:hasBody ?concept ; edm:confidenceLevel ?confidence .
}
GROUP BY ?concept
ORDER BY DESC(?items)
""",
    ),
    Example(
        "claims-by-provider",
        "Claims on the items of each data provider",
        "Aggregators",
        """\
PREFIX edm: <http://www.europeana.eu/schemas/edm/>
PREFIX enr: <https://w3id.org/rubricator/ns#>
PREFIX oa: <http://www.w3.org/ns/oa#>

# To see one provider only, put VALUES ?provider { "its name" } first inside WHERE.
SELECT ?provider ?concept (COUNT(DISTINCT ?annotation) AS ?claims) WHERE {
  ?aggregation edm:aggregatedCHO ?item ; edm:dataProvider ?provider .
  ?item enr:hasEnrichment ?annotation .
  ?annotation oa:hasBody ?concept .
}
GROUP BY ?provider ?concept
ORDER BY ?provider DESC(?claims)
LIMIT 200
""",
    ),
    Example(
        "near-misses",
        "Near misses: what a lower threshold would have claimed",
        "Auditors",
        """\
PREFIX edm: <http://www.europeana.eu/schemas/edm/>
PREFIX enr: <https://w3id.org/rubricator/ns#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX prov: <http://www.w3.org/ns/prov#>

SELECT ?item ?concept ?confidence ?threshold ?nearMiss WHERE {
  GRAPH ?graph {
    ?nearMiss a enr:NearMiss ; oa:hasBody ?concept ; edm:confidenceLevel ?confidence ; oa:hasTarget ?target .
    ?target oa:hasScope ?item .
  }
  GRAPH <LEDGER> {
    ?graph a prov:Bundle ; prov:wasGeneratedBy/prov:used ?policy .
    ?policy a enr:DecisionPolicy ; enr:minimumConfidence ?threshold .
  }
}
ORDER BY (?threshold - ?confidence)
LIMIT 50
""",
    ),
)


def examples(iris: Iris) -> Sequence[Example]:
    """The queries of one installation, whose ledger they name."""
    return [replace(example, query=example.query.replace("<LEDGER>", str(iris.ledger))) for example in _EXAMPLES]
