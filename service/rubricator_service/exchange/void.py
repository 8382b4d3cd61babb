"""The description of the data set (https://www.w3.org/TR/void/), with live counts, where machines look for it."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime

from flask import Blueprint, Response, render_template
from pyoxigraph import Literal, NamedNode, Triple

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
)
from rubricator.store.negotiation import with_charset
from rubricator_service.context import Service, languages, service
from rubricator_service.documents.dereference import form_of_suffix
from rubricator_service.documents.formats import DOCUMENT, HTML, write_triples
from rubricator_service.documents.headers import link_headers_at
from rubricator_service.documents.jsonld import compact
from rubricator_service.exchange.licences import RIGHTS, terms_of
from rubricator_service.exchange.made import dumps_to_name
from rubricator_service.reading.counts import Counts, Figures
from rubricator_service.reading.labels import read_headings
from rubricator_service.responses import ASK_AGAIN, chosen, respond

blueprint = Blueprint("void", __name__)

FORMATS = Namespace("formats", "http://www.w3.org/ns/formats/")
TITLE = "Rubricator: concept headings for digitised heritage"
_DOCUMENTS = ("Turtle", "JSON-LD", "N-Triples", "RDF_XML", "N-Quads", "TriG")
_VOCABULARIES = {"dc", "dcterms", "edm", "enr", "oa", "ore", "prov", "skos"}


@blueprint.get("/.well-known/void")
@blueprint.get("/.well-known/void.<suffix>")
def void(suffix: str = "") -> Response:
    """The description, for machines that look where they always look, and for people."""
    state, form = service(), chosen(DOCUMENT, form_of_suffix(suffix))
    body = _page(state).encode() if form is HTML else write_triples(_sorted(void_triples(state, state.figures())), form)
    path = f"{state.links.root}/.well-known/void"
    links = link_headers_at(state, path, types=[VOID["DatasetDescription"]], licences=[CC0])
    return respond(body, with_charset(form.media_type), links=links, cache=ASK_AGAIN)


def void_triples(state: Service, figures: Figures) -> Iterator[Triple]:
    """The document and the data set, with absolute IRIs. Nothing is said of what could not be counted in time."""
    document, dataset = NamedNode(f"{state.iris.base}/.well-known/void"), state.iris.void_dataset
    yield Triple(document, TYPE, VOID["DatasetDescription"])
    yield Triple(document, FOAF["primaryTopic"], dataset)
    yield Triple(document, FOAF["topic"], dataset)
    yield Triple(document, DCTERMS["license"], CC0)
    yield from _about(state, dataset)
    yield from (Triple(dataset, VOID["exampleResource"], example) for example in figures.extent.examples)
    if figures.modified is not None:
        yield Triple(dataset, DCTERMS["modified"], figures.modified)
    yield from _counts(figures.counts, dataset)
    yield from _partitions(figures, dataset)
    dumps = dumps_to_name(state)
    for dump in dumps.dumps if dumps else ():
        yield Triple(dataset, VOID["dataDump"], NamedNode(f"{state.iris.base}/dumps/{dump.name}"))


def _sorted(triples: Iterable[Triple]) -> list[Triple]:
    return sorted(triples, key=str)


def _about(state: Service, dataset: NamedNode) -> Iterator[Triple]:
    base = state.iris.base
    yield Triple(dataset, TYPE, VOID["Dataset"])
    yield Triple(dataset, TYPE, DCAT["Dataset"])
    yield Triple(dataset, DCTERMS["title"], Literal(TITLE, language="en"))
    yield Triple(dataset, DCTERMS["rights"], Literal(RIGHTS, language="en"))
    yield Triple(dataset, FOAF["homepage"], NamedNode(f"{base}/"))
    yield Triple(dataset, VOID["sparqlEndpoint"], NamedNode(f"{base}/sparql"))
    yield Triple(dataset, VOID["uriSpace"], Literal(f"{base}/"))
    yield Triple(dataset, VOID["rootResource"], state.iris.scheme())
    yield Triple(dataset, RDFS["seeAlso"], NamedNode(f"{base}/feed/"))
    yield Triple(dataset, RDFS["seeAlso"], NamedNode(f"{base}/dumps/"))
    for name in _DOCUMENTS:
        yield Triple(dataset, VOID["feature"], FORMATS[name])
    for namespace in NAMESPACES:
        if namespace.prefix in _VOCABULARIES:
            yield Triple(dataset, VOID["vocabulary"], NamedNode(namespace.iri))


def _counts(counts: Counts, dataset: NamedNode) -> Iterator[Triple]:
    """By what there is, each with its own terms: the whole has no single licence."""
    yield from _told(dataset, VOID["triples"], counts.triples)
    yield from _told(dataset, VOID["entities"], counts.records)
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
        yield from terms_of(partition, name)
        yield from _told(partition, VOID["entities"], count)


def _told(subject: NamedNode, predicate: NamedNode, count: int | None) -> Iterator[Triple]:
    if count is not None:
        yield Triple(subject, predicate, integer(count))


def _partitions(figures: Figures, dataset: NamedNode) -> Iterator[Triple]:
    """By where the records come from, and by concept: how many items carry it.

    Each part is named after what it is of, so that its name means the same whatever else is published later.
    """
    for source, count in (figures.records_by_dataset or {}).items():
        yield Triple(dataset, VOID["subset"], source)
        yield Triple(source, TYPE, VOID["Dataset"])
        yield Triple(source, VOID["entities"], integer(count))
    for body, count in (figures.items_by_body or {}).items():
        name = hashlib.sha256(body.value.encode()).hexdigest()[:16]  # two vocabularies may end two IRIs alike
        partition = NamedNode(f"{dataset.value}-concept-{name}")
        yield Triple(dataset, VOID["subset"], partition)
        yield Triple(partition, TYPE, VOID["Dataset"])
        yield Triple(partition, DCTERMS["subject"], body)
        yield Triple(partition, VOID["entities"], integer(count))


def _page(state: Service) -> str:
    figures = state.figures()
    modified, items = figures.modified, figures.items_by_body or {}
    headings = read_headings(state.reading, state.iris, items, languages())
    return render_template(
        "void.html",
        title=TITLE,
        rights=RIGHTS,
        modified=datetime.fromisoformat(modified.value) if modified else None,
        counts=figures.counts,
        records=figures.records_by_dataset,
        concepts=sorted(((headings[body], count) for body, count in items.items()), key=lambda pair: -pair[1]),
        dumps=dumps_to_name(state),
        jsonld=compact(_sorted(void_triples(state, figures))),
    )
