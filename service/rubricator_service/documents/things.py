"""The page of what has no page of its own kind: statements, parts, its picture or item, and what links to it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import render_template
from pyoxigraph import NamedNode

from rubricator.rdf import DCTERMS, ENR, FOAF, OA, ORE, PROV, SKOS, TYPE
from rubricator_service.context import Service, languages
from rubricator_service.documents.jsonld import compact
from rubricator_service.reading.descriptions import Description
from rubricator_service.reading.items import Card, property_name, read_cards, read_fields, with_headings, without
from rubricator_service.reading.labels import Heading, choose, read_headings, tail
from rubricator_service.reading.pictures import Picture, read_pictures
from rubricator_service.reading.store import node, values

_SHOWN_REFERENCES = 50
_WITHOUT_PARTS = ("harvest", "run")
"""Kinds of things whose pages do not show each part: who is led there by the name of a part is led to the whole."""
_DATED = (DCTERMS["created"], PROV["startedAtTime"], PROV["generatedAtTime"])
_GENERAL = {"Activity", "Annotation", "Collection", "Dataset", "Entity", "Person", "Plan"}


@dataclass(frozen=True, slots=True)
class Reference:
    """Something that names a thing, and as what: ``Was derived from``."""

    subject: NamedNode
    role: str


def thing_page(service: Service, thing: NamedNode, description: Description) -> str:
    """Anything that is neither an item nor a claim, run, concept or data set."""
    parts = dict.fromkeys(
        triple.subject
        for triple in description.triples
        if triple.subject != thing and isinstance(triple.subject, NamedNode)
    )
    headings = _headings(service, description)
    kinds = _kinds(description.nodes(thing, TYPE))
    name = _name(description, thing)
    since = None if name else description.text(thing, *_DATED)
    fields = with_headings(read_fields(description, [thing], languages()), headings)
    return render_template(
        "thing.html",
        thing=thing,
        name=name or (kinds[0] if kinds else tail(thing.value)),
        since=since,
        eyebrow=", ".join(kinds) if name else None if kinds else "Thing",
        fields=without(fields, f"{thing.value}#") if parts else fields,
        parts=[
            (
                part,
                _part_name(description, thing, part, headings),
                with_headings(read_fields(description, [part], languages()), headings),
            )
            for part in parts
        ],
        picture=_picture(service, thing, description),
        cards=_cards(service, thing, description),
        references=_references(service, thing),
        jsonld=compact(description.triples),
    )


def _headings(service: Service, description: Description) -> Mapping[NamedNode, Heading]:
    """Those of all concepts that are spoken of."""
    named = {triple.object for triple in description.triples if isinstance(triple.object, NamedNode)}
    return read_headings(service.reading, service.iris, named, languages())


def _kinds(types: Iterable[NamedNode]) -> Sequence[str]:
    """``enr:PromptSet`` is a prompt set; that it is a prov:Entity too tells people nothing."""
    names = dict.fromkeys(tail(one.value) for one in types)
    telling = [name for name in names if name not in _GENERAL] or list(names)
    return [re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize() for name in telling]


def _name(description: Description, thing: NamedNode) -> str | None:
    """Its title or name; what has none is called by what it is and since when, or by the end of its IRI."""
    given = description.literals(
        thing, DCTERMS["title"], SKOS["prefLabel"], FOAF["name"], ENR["pseudonym"], ENR["address"]
    )
    title = choose(given, languages())
    return title.value if title else None


def _part_name(
    description: Description, thing: NamedNode, part: NamedNode, headings: Mapping[NamedNode, Heading]
) -> str:
    """The concept that it is for, or the end of its IRI; of what is no part, all of its IRI."""
    concept = description.node(part, ENR["forConcept"])
    if concept:
        return headings[concept].label
    return tail(part.value) if part.value.startswith(f"{thing.value}#") else part.value


def _picture(service: Service, thing: NamedNode, description: Description) -> Picture | None:
    """The picture whose bytes this is a capture of."""
    image = description.node(thing, PROV["specializationOf"])
    return read_pictures(service.reading, service.iris, [image])[image] if image else None


def _cards(service: Service, thing: NamedNode, description: Description) -> Sequence[Card]:
    """The items that a proxy stands for, or that a reviewed claim is about."""
    items = description.nodes(thing, ORE["proxyFor"])
    claims = description.nodes(thing, OA["hasTarget"])
    if claims:
        rows = service.reading.select(
            f"SELECT DISTINCT ?item WHERE {{ {values('claim', claims)} GRAPH ?graph {{ ?claim oa:hasTarget ?target . "
            "?target oa:hasScope ?item } }"
        )
        items += [item for row in rows if (item := node(row, "item"))]
    return read_cards(service.reading, service.iris, items, languages())


def _references(service: Service, thing: NamedNode) -> Sequence[Reference]:
    rows = service.reading.select(
        f"""SELECT DISTINCT ?subject ?predicate WHERE {{
          GRAPH ?graph {{ ?subject ?predicate {thing} }} FILTER(isIRI(?subject))
        }} LIMIT {_SHOWN_REFERENCES:d}"""
    )
    found = (
        Reference(_shown(service, subject), property_name(predicate))
        for row in rows
        if (subject := node(row, "subject")) and (predicate := node(row, "predicate"))
    )
    return list(dict.fromkeys(found))


def _shown(service: Service, subject: NamedNode) -> NamedNode:
    """What has a place on a page: the thing itself, or what it is a part of."""
    whole, _, part = subject.value.partition("#")
    pages = tuple(service.iris.thing(kind, "").value for kind in _WITHOUT_PARTS)
    return NamedNode(whole) if part and whole.startswith(pages) else subject
