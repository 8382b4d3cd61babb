"""The description of the data set (https://www.w3.org/TR/void/), with live counts, where machines look for it."""

from collections.abc import Iterator
from datetime import datetime

from flask import Blueprint, Response, render_template
from pyoxigraph import Literal, NamedNode, Triple

from rubricator.dumps import read_dumps
from rubricator.enrichment.run import CC0
from rubricator.rdf import (
    DCAT,
    DCTERMS,
    EDM,
    ENR,
    FOAF,
    NAMESPACES,
    OA,
    RDFS,
    SKOS,
    TYPE,
    VOID,
    Namespace,
    integer,
    timestamp,
)
from rubricator.store.negotiation import with_charset
from rubricator.store.snapshots import moment_of
from rubricator_service.context import Service, languages, service
from rubricator_service.documents.formats import DOCUMENT, HTML, write_triples
from rubricator_service.documents.jsonld import compact
from rubricator_service.reading.labels import read_headings
from rubricator_service.responses import chosen, respond

blueprint = Blueprint("void", __name__)

FORMATS = Namespace("formats", "http://www.w3.org/ns/formats/")
TITLE = "Rubricator: concept headings for digitised heritage"
_DOCUMENTS = ("Turtle", "JSON-LD", "N-Triples", "RDF_XML", "N-Quads", "TriG")
_VOCABULARIES = {"dc", "dcterms", "edm", "enr", "oa", "ore", "prov", "skos"}
_RIGHTS = (
    "The enrichments are CC0. The concepts contain information from the Art & Architecture Thesaurus (AAT)®, made "
    "available under the ODC Attribution License 1.0. Records are under the terms of their providers."
)
# It may change when new dumps are made, and not only with the view: no shared cache by revision.
_ASK_AGAIN = "public, max-age=0, must-revalidate"


@blueprint.get("/.well-known/void")
def void() -> Response:
    """The description, for machines that look where they always look, and for people."""
    state, form = service(), chosen(DOCUMENT)
    body = _page(state).encode() if form is HTML else write_triples(sorted(void_triples(state), key=str), form)
    path = f"{state.links.root}/.well-known/void"
    links = [f'<{path}?format={one.suffix}>; rel="alternate"; type="{one.media_type}"' for one in DOCUMENT]
    return respond(body, with_charset(form.media_type), links=links, cache=_ASK_AGAIN)


def void_triples(state: Service) -> Iterator[Triple]:
    """The document and the data set, with absolute IRIs."""
    document, dataset = NamedNode(f"{state.iris.base}/.well-known/void"), state.iris.void_dataset
    yield Triple(document, TYPE, VOID["DatasetDescription"])
    yield Triple(document, FOAF["primaryTopic"], dataset)
    yield Triple(document, FOAF["topic"], dataset)
    yield from _about(state, dataset)
    yield from _counts(state, dataset)
    yield from _partitions(state, dataset)
    dumps = read_dumps(state.settings.data_dir)
    for dump in dumps.dumps if dumps else ():
        yield Triple(dataset, VOID["dataDump"], NamedNode(f"{state.iris.base}/dumps/{dump.name}"))


def _about(state: Service, dataset: NamedNode) -> Iterator[Triple]:
    base = state.iris.base
    yield Triple(dataset, TYPE, VOID["Dataset"])
    yield Triple(dataset, TYPE, DCAT["Dataset"])
    yield Triple(dataset, DCTERMS["title"], Literal(TITLE, language="en"))
    yield Triple(dataset, DCTERMS["license"], CC0)
    yield Triple(dataset, DCTERMS["rights"], Literal(_RIGHTS, language="en"))
    yield Triple(dataset, FOAF["homepage"], NamedNode(f"{base}/"))
    yield Triple(dataset, VOID["sparqlEndpoint"], NamedNode(f"{base}/sparql"))
    yield Triple(dataset, VOID["uriSpace"], Literal(f"{base}/"))
    yield Triple(dataset, VOID["rootResource"], state.iris.scheme())
    yield Triple(dataset, RDFS["seeAlso"], NamedNode(f"{base}/feed/"))
    yield Triple(dataset, RDFS["seeAlso"], NamedNode(f"{base}/dumps/"))
    for example in state.extent().examples:
        yield Triple(dataset, VOID["exampleResource"], example)
    for name in _DOCUMENTS:
        yield Triple(dataset, VOID["feature"], FORMATS[name])
    for namespace in NAMESPACES:
        if namespace.prefix in _VOCABULARIES:
            yield Triple(dataset, VOID["vocabulary"], NamedNode(namespace.iri))
    modified = freshness(state)
    if modified is not None:
        yield Triple(dataset, DCTERMS["modified"], modified)


def freshness(state: Service) -> Literal | None:
    """When what is answered from was taken; of a foreign store it is known when the last run ended, and no more."""
    if state.settings.store_url is not None:
        return state.counts().modified
    return timestamp(moment_of(state.reading.revision()))


def _counts(state: Service, dataset: NamedNode) -> Iterator[Triple]:
    counts = state.counts()
    yield Triple(dataset, VOID["triples"], integer(counts.triples))
    yield Triple(dataset, VOID["entities"], integer(counts.records))
    for name, kind, count in (
        ("records", EDM["ProvidedCHO"], counts.records),
        ("enrichments", OA["Annotation"], counts.enrichments),
        ("images", ENR["ImageCapture"], counts.images),
        ("concepts", SKOS["Concept"], counts.concepts),
    ):
        partition = NamedNode(f"{dataset.value}-{name}")
        yield Triple(dataset, VOID["classPartition"], partition)
        yield Triple(partition, TYPE, VOID["Dataset"])
        yield Triple(partition, VOID["class"], kind)
        yield Triple(partition, VOID["entities"], integer(count))


def _partitions(state: Service, dataset: NamedNode) -> Iterator[Triple]:
    """By where the records come from, and by concept: how many items carry it."""
    for source, count in state.extent().records.items():
        yield Triple(dataset, VOID["subset"], source)
        yield Triple(source, TYPE, VOID["Dataset"])
        yield Triple(source, VOID["entities"], integer(count))
    for number, (body, count) in enumerate(sorted(state.items_by_body().items(), key=lambda pair: pair[0].value), 1):
        partition = NamedNode(f"{dataset.value}-concept-{number}")
        yield Triple(dataset, VOID["subset"], partition)
        yield Triple(partition, TYPE, VOID["Dataset"])
        yield Triple(partition, DCTERMS["subject"], body)
        yield Triple(partition, VOID["entities"], integer(count))


def _page(state: Service) -> str:
    modified, items = freshness(state), state.items_by_body()
    headings = read_headings(state.reading, state.iris, items, languages())
    return render_template(
        "void.html",
        title=TITLE,
        rights=_RIGHTS,
        licence=CC0,
        modified=datetime.fromisoformat(modified.value) if modified else None,
        counts=state.counts(),
        records=state.extent().records,
        concepts=sorted(((headings[body], count) for body, count in items.items()), key=lambda pair: -pair[1]),
        dumps=read_dumps(state.settings.data_dir),
        jsonld=compact(sorted(void_triples(state), key=str)),
    )
