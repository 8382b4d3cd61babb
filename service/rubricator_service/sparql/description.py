"""What the service says of itself: a SPARQL 1.1 service description (https://www.w3.org/TR/sparql11-service-description/).

The description of the data set that it answers from is part of it.
"""

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from rubricator.iris import Iris
from rubricator.rdf import DCTERMS, RDFS, TYPE, VOID, integer
from rubricator_service.context import Service
from rubricator_service.documents.graphdata import SD
from rubricator_service.exchange.void import FORMATS, TITLE, void_triples
from rubricator_service.reading.counts import Figures
from rubricator_service.reading.extent import Extent

_RESULT_FORMATS = (
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV",
    "Turtle", "N-Triples", "JSON-LD", "RDF_XML", "N-Quads", "TriG",
)  # fmt: skip


def describe_service(service: Service) -> list[Triple]:
    """The description, with absolute IRIs, in a fixed order."""
    figures = service.figures()
    return sorted({*_endpoint(service, figures), *void_triples(service, figures)}, key=str)


def _endpoint(service: Service, figures: Figures) -> Iterator[Triple]:
    endpoint = NamedNode(f"{service.iris.base}/sparql")
    dataset, default = NamedNode(f"{endpoint.value}#dataset"), NamedNode(f"{endpoint.value}#default")
    yield Triple(endpoint, TYPE, SD["Service"])
    yield Triple(endpoint, DCTERMS["title"], Literal(TITLE, language="en"))
    yield Triple(endpoint, SD["endpoint"], endpoint)
    yield Triple(endpoint, SD["supportedLanguage"], SD["SPARQL11Query"])
    yield Triple(endpoint, SD["defaultDataset"], dataset)
    yield Triple(endpoint, RDFS["seeAlso"], NamedNode(f"{service.iris.base}/.well-known/sparql-examples"))
    if service.settings.service_allow:
        yield Triple(endpoint, SD["feature"], SD["BasicFederatedQuery"])
    for name in _RESULT_FORMATS:
        yield Triple(endpoint, SD["resultFormat"], FORMATS[name])
    yield Triple(dataset, TYPE, SD["Dataset"])
    yield Triple(dataset, RDFS["seeAlso"], service.iris.void_dataset)
    yield Triple(dataset, SD["defaultGraph"], default)
    yield Triple(default, TYPE, SD["Graph"])
    if figures.counts.triples is not None:
        yield Triple(default, VOID["triples"], integer(figures.counts.triples))
    yield from _named_graphs(service.iris, figures.extent, dataset)


def _named_graphs(iris: Iris, extent: Extent, dataset: NamedNode) -> Iterator[Triple]:
    """What an auditor needs: concepts, ledger, reviews, and the newest runs. Each record has a graph of its own too."""
    for name in (iris.concepts_graph, iris.ledger, iris.reviews, *extent.run_graphs):
        entry = NamedNode(f"{dataset.value}-{name.value.removeprefix(iris.graph('').value).replace('/', '-')}")
        yield Triple(dataset, SD["namedGraph"], entry)
        yield Triple(entry, TYPE, SD["NamedGraph"])
        yield Triple(entry, SD["name"], name)
        yield Triple(entry, SD["graph"], name)
        yield Triple(name, TYPE, SD["Graph"])
