"""Pages that are about no single thing: the start page, the runs, and the items to browse."""

from collections.abc import Sequence
from pathlib import Path

from flask import Blueprint, Response, render_template, request
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from rubricator.errors import NotFound
from rubricator.rdf import DCTERMS, ENR, OWL, RDFS, SKOS, TYPE
from rubricator.resources import resource
from rubricator.store.negotiation import with_charset
from rubricator.vocabulary.entities import canonical_entity
from rubricator_service.context import languages, service
from rubricator_service.documents.formats import DOCUMENT, HTML, write_triples
from rubricator_service.documents.jsonld import compact
from rubricator_service.documents.renderings import page_number
from rubricator_service.reading.browse import (
    all_items,
    concept_bodies,
    items_with,
    read_newest,
    read_page,
    used_concepts,
)
from rubricator_service.reading.descriptions import Description
from rubricator_service.reading.labels import choose, read_headings, tail
from rubricator_service.reading.runs import read_runs
from rubricator_service.responses import chosen, respond
from rubricator_service.sparql.description import describe_service
from rubricator_service.sparql.examples import FIRST_STEPS, examples

blueprint = Blueprint("pages", __name__)

_RUNS_PER_PAGE = 50
_SUFFIXED = tuple(form for form in DOCUMENT if form is not HTML)


@blueprint.get("/")
def start() -> Response:
    """What there is, what was done last, and where to go on."""
    state = service()
    return _html(
        render_template(
            "start.html",
            counts=state.counts(),
            runs=read_runs(state.reading, state.iris, 5),
            newest=read_newest(state.reading, state.iris, 12, languages()),
            examples=[one for one in examples(state.iris) if FIRST_STEPS in one.keywords],
        )
    )


@blueprint.get("/items/")
def items() -> Response:
    """All items, or with ``?concept=`` those that carry a concept, named by its slug or IRI."""
    state, wanted = service(), request.args.get("concept", "")
    concept = _concept(wanted) if wanted else None
    selection = items_with(concept_bodies(state.reading, state.iris, concept)) if concept else all_items()
    heading = read_headings(state.reading, state.iris, [concept], languages())[concept] if concept else None
    return _html(
        render_template(
            "items.html",
            page=read_page(state.reading, state.iris, selection, page_number(), languages()),
            heading=heading,
            wanted=wanted,
            concepts=used_concepts(state.reading, state.iris, state.items_by_body(), languages()),
        )
    )


def _concept(wanted: str) -> NamedNode:
    if "://" not in wanted:
        return service().iris.concept(wanted)
    try:
        return NamedNode(canonical_entity(wanted))
    except ValueError as error:
        raise NotFound(f"{wanted!r} is not the IRI of a concept.") from error


@blueprint.get("/runs/")
def runs() -> Response:
    """All runs, the newest first."""
    state, number = service(), page_number()
    lines = read_runs(state.reading, state.iris, _RUNS_PER_PAGE + 1, (number - 1) * _RUNS_PER_PAGE)
    return _html(
        render_template("runs.html", runs=lines[:_RUNS_PER_PAGE], number=number, more=len(lines) > _RUNS_PER_PAGE)
    )


@blueprint.get("/ns")
def ontology() -> Response:
    """Our own few terms. Their IRIs begin with https://w3id.org/rubricator/ns# on every installation."""
    form = chosen(DOCUMENT)
    triples = _ontology(resource("ontology", "rubricator.ttl"))
    body = _ontology_page(triples).encode() if form is HTML else write_triples(triples, form)
    return respond(body, with_charset(form.media_type))


def _ontology(path: Path) -> Sequence[Triple]:
    if not path.exists():
        raise NotFound("This installation carries no ontology file; reinstall it.")
    base = service().iris.base + "/"
    found = parse(path.read_bytes(), format=RdfFormat.TURTLE, base_iri=base)
    return sorted((quad.triple for quad in found), key=str)


def _ontology_page(triples: Sequence[Triple]) -> str:
    description = Description(triples)
    terms = sorted(
        {
            triple.subject
            for triple in triples
            if isinstance(triple.subject, NamedNode)
            and triple.predicate == TYPE
            and triple.subject.value.startswith(str(ENR))
            and triple.subject.value != str(ENR)
        },
        key=lambda node: node.value,
    )
    return render_template(
        "ns.html",
        terms=[
            (
                term,
                tail(term.value),
                [tail(node.value) for node in description.nodes(term, TYPE)],
                choose(description.literals(term, RDFS["label"], SKOS["prefLabel"]), languages()),
                choose(description.literals(term, RDFS["comment"], SKOS["definition"]), languages()),
            )
            for term in terms
        ],
        title=next(
            (
                description.text(node, DCTERMS["title"], RDFS["label"])
                for node in description.instances(OWL["Ontology"])
            ),
            None,
        ),
        jsonld=compact(triples),
    )


@blueprint.get("/.well-known/void")
def void() -> Response:
    """The description of the data set, for machines that look where they always look."""
    form = chosen(_SUFFIXED)
    return respond(write_triples(describe_service(service()), form), with_charset(form.media_type))


def _html(page: str) -> Response:
    return respond(page.encode(), "text/html; charset=utf-8")
