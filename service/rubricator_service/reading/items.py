"""Items as they are shown: small cards for lists, and the whole record for the item's own page."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode, Triple

from rubricator.iris import Iris
from rubricator.rdf import DC, DCTERMS, EDM, ENR, FOAF, OA, ORE, PROV, RDF, SCHEMA, SKOS, TYPE, XSD
from rubricator_service.reading.descriptions import Description
from rubricator_service.reading.labels import Heading, choose, moment, read_headings, tail
from rubricator_service.reading.pictures import Picture, read_pictures, rights_name
from rubricator_service.reading.store import Reading, text, values
from rubricator_service.reading.terms import term_label

_BY_PEOPLE = 2.0
"""More than any confidence, for what people say has none."""


@dataclass(frozen=True, slots=True)
class Card:
    """An item in a list. ``record`` is the graph of its record.

    ``headings`` come surest first, with their confidence: those that people put there before all others, with None.
    """

    item: NamedNode
    record: NamedNode | None
    title: str
    title_language: str | None
    picture: Picture | None
    headings: tuple[tuple[Heading, float | None], ...]


def read_cards(reading: Reading, iris: Iris, items: Sequence[NamedNode], languages: tuple[str, ...]) -> Sequence[Card]:
    """The cards of these items, in their order."""
    if not items:
        return []
    block = values("item", items)
    rows = reading.select(
        f"""SELECT ?item ?record ?title ?image ?body ?confidence WHERE {{
          {{ {block} ?proxy ore:proxyFor ?item ; dc:title ?title }}
          UNION {{ {block} ?aggregation edm:aggregatedCHO ?item ; edm:isShownBy|edm:object ?image }}
          UNION {{ {block} ?item enr:hasEnrichment ?annotation . ?annotation oa:hasBody ?body
                   OPTIONAL {{ ?annotation edm:confidenceLevel ?confidence }} }}
          UNION {{ GRAPH ?record {{ {block} ?record foaf:primaryTopic ?item }} }}
        }}"""
    )
    found: defaultdict[NamedNode, defaultdict[str, list[NamedNode | Literal]]] = defaultdict(lambda: defaultdict(list))
    surest: defaultdict[NamedNode, dict[NamedNode, float]] = defaultdict(dict)
    for row in rows:
        item = NamedNode(row["item"].value)
        for name in ("title", "image", "record"):
            if name in row:
                found[item][name].append(row[name])
        if "body" in row:
            body, confidence = NamedNode(row["body"].value), text(row, "confidence")
            sureness = _BY_PEOPLE if confidence is None else float(confidence)
            surest[item][body] = max(sureness, surest[item].get(body, 0.0))
    headings = read_headings(reading, iris, (body for bodies in surest.values() for body in bodies), languages)
    images = {item: image for item in items if (image := _first(found[item]["image"]))}
    pictures = read_pictures(reading, iris, images.values())
    cards = []
    for item in items:
        title = choose((term for term in found[item]["title"] if isinstance(term, Literal)), languages)
        ordered = sorted(surest[item].items(), key=lambda pair: -pair[1])
        cards.append(
            Card(
                item=item,
                record=_first(found[item]["record"]),
                title=title.value if title else tail(item.value),
                title_language=(title.language if title else None),
                picture=pictures[images[item]] if item in images else None,
                headings=tuple((headings[body], None if sure == _BY_PEOPLE else sure) for body, sure in ordered),
            )
        )
    return cards


def _first(terms: Iterable[NamedNode | Literal]) -> NamedNode | None:
    return next((term for term in terms if isinstance(term, NamedNode)), None)


@dataclass(frozen=True, slots=True)
class Field:
    """One line of a record: a property's name and its values, as (text, language, link)."""

    name: str
    values: tuple[tuple[str, str | None, str | None], ...]


@dataclass(frozen=True, slots=True)
class Record:
    """A harvested record as its provider wrote it. ``gone`` is the moment since when its source has it no more."""

    item: NamedNode
    graph: NamedNode
    title: str
    title_language: str | None
    images: tuple[NamedNode, ...]
    fields: tuple[Field, ...]
    source: tuple[Field, ...]
    gone: str | None


def record_of(triples: Sequence[Triple], graph: NamedNode, languages: tuple[str, ...]) -> Record | None:
    """What a record graph says; None where it has no item as its primary topic."""
    description = Description(triples)
    item = description.node(graph, FOAF["primaryTopic"])
    if item is None:
        return None
    proxies = _instances_with(triples, ORE["proxyFor"], item)
    own = [proxy for proxy in proxies if description.text(proxy, EDM["europeanaProxy"]) != "true"] or [item]
    theirs = set(description.instances(EDM["EuropeanaAggregation"]))
    aggregations = [node for node in _instances_with(triples, EDM["aggregatedCHO"], item) if node not in theirs]
    subjects = [*own, *aggregations]
    title = choose(
        (literal for subject in [*own, item] for literal in description.literals(subject, DC["title"])), languages
    )
    images = dict.fromkeys(
        image
        for predicate in (EDM["isShownBy"], EDM["object"], EDM["hasView"])
        for aggregation in aggregations
        for image in description.nodes(aggregation, predicate)
    )
    return Record(
        item=item,
        graph=graph,
        title=title.value if title else tail(item.value),
        title_language=title.language if title else None,
        images=tuple(images),
        fields=read_fields(description, subjects, languages),
        source=read_fields(description, [graph], languages),
        gone=description.text(graph, PROV["invalidatedAtTime"]),
    )


_PLUMBING = {
    TYPE, ORE["proxyFor"], ORE["proxyIn"], ORE["lineage"], EDM["europeanaProxy"], EDM["aggregatedCHO"],
    EDM["isShownBy"], EDM["object"], EDM["hasView"], SKOS["hasTopConcept"],
}  # fmt: skip


def read_fields(
    description: Description, subjects: Sequence[NamedNode], languages: tuple[str, ...]
) -> tuple[Field, ...]:
    """The lines that describe these subjects, without EDM's plumbing, the telling ones first."""
    lines: dict[NamedNode, list[object]] = {}
    for subject in subjects:
        for predicate in description.predicates(subject):
            if predicate not in _PLUMBING:
                lines.setdefault(predicate, []).extend(description.objects(subject, predicate))
    order = {name: place for place, name in enumerate(_ORDER)}
    named = sorted(lines.items(), key=lambda line: (order.get(line[0], len(order)), line[0].value))
    return tuple(
        Field(property_name(predicate), tuple(dict.fromkeys(_shown(description, term, languages) for term in terms)))
        for predicate, terms in named
    )


def with_headings(fields: Iterable[Field], headings: Mapping[NamedNode, Heading]) -> tuple[Field, ...]:
    """The same lines, with concepts of ours by their labels where the lines have no name for them."""

    def shown(text: str, language: str | None, link: str | None) -> tuple[str, str | None, str | None]:
        heading = headings.get(NamedNode(link)) if link and text == link else None
        return (heading.label, heading.language, link) if heading and heading.concept else (text, language, link)

    return tuple(replace(field, values=tuple(shown(*value) for value in field.values)) for field in fields)


def without(fields: Iterable[Field], start: str) -> tuple[Field, ...]:
    """The lines that say more than which parts there are: no links that begin like this."""
    kept = (
        replace(field, values=tuple(v for v in field.values if not (v[2] or "").startswith(start))) for field in fields
    )
    return tuple(field for field in kept if field.values)


_ORDER = (
    FOAF["primaryTopic"], DC["title"], DCTERMS["title"], DCTERMS["alternative"], DC["creator"], DC["contributor"],
    DC["date"], DCTERMS["created"], DC["type"], DC["subject"], DC["format"], DCTERMS["medium"], DC["description"],
    EDM["dataProvider"], EDM["provider"], EDM["rights"],
)  # fmt: skip


_NAMES = {
    DCTERMS["creator"]: "By",
    DCTERMS["isPartOf"]: "Part of",
    DCTERMS["license"]: "Licence",
    DCTERMS["rights"]: "Licence",
    EDM["rights"]: "Rights statement",
    EDM["type"]: "Kind of media",
    ENR["calibrationSha256"]: "Calibration SHA-256",
    ENR["rendition"]: "Thumbnail",
    ENR["repair"]: "Repairs",
    ENR["reusability"]: "Classes of rights",
    FOAF["primaryTopic"]: "Item",
    ENR["sha256"]: "SHA-256",
    OA["hasBody"]: "Says",
    OA["hasTarget"]: "Said of",
    OA["motivatedBy"]: "Motivation",
    PROV["endedAtTime"]: "Ended",
    PROV["generatedAtTime"]: "Taken in",
    PROV["startedAtTime"]: "Started",
    PROV["wasAssociatedWith"]: "Done by",
    PROV["wasDerivedFrom"]: "Derived from",
    PROV["wasGeneratedBy"]: "Made by",
    PROV["wasInvalidatedBy"]: "Ended by",
    PROV["specializationOf"]: "Picture",
    SCHEMA["encodingFormat"]: "File format",
    TYPE: "Is a",
}


def property_name(predicate: NamedNode) -> str:
    """``http://purl.org/dc/terms/isPartOf`` becomes ``Is part of``."""
    if predicate in _NAMES:
        return _NAMES[predicate]
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", tail(predicate.value))
    return words[:1].upper() + words[1:].lower() if not words.isupper() else words


def _shown(description: Description, term: object, languages: tuple[str, ...]) -> tuple[str, str | None, str | None]:
    if isinstance(term, Literal):
        return (moment(term.value) if term.datatype == XSD["dateTime"] else term.value), term.language, None
    if isinstance(term, NamedNode):
        label = choose(description.literals(term, SKOS["prefLabel"], FOAF["name"], RDF["value"]), languages)
        label = label or term_label(term)
        text = label.value if label else rights_name(term.value) or term.value
        return text, label.language if label else None, term.value
    label = choose(description.literals(term, SKOS["prefLabel"], FOAF["name"], RDF["value"]), languages)
    return (label.value, label.language, None) if label else ("(no name)", "en", None)


def _instances_with(triples: Sequence[Triple], predicate: NamedNode, value: NamedNode) -> list[NamedNode]:
    return [
        triple.subject
        for triple in triples
        if triple.predicate == predicate and triple.object == value and isinstance(triple.subject, NamedNode)
    ]
