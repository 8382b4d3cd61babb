"""Documents as pages for people. Each function reads what its page needs besides the document's own triples."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template
from pyoxigraph import Literal, NamedNode, Triple

from rubricator.enrichment.events import holding, read_events
from rubricator.enrichment.tracing import read_trace
from rubricator.rdf import DCTERMS, EDM, ENR, OA, PROV, SKOS, TYPE
from rubricator_service.context import Service, languages
from rubricator_service.documents.jsonld import compact
from rubricator_service.documents.paging import page_of_items
from rubricator_service.documents.webannotation import web_annotation
from rubricator_service.reading.browse import SORTED, concept_bodies, items_of, items_with
from rubricator_service.reading.claims import read_claims
from rubricator_service.reading.decided import concept_of
from rubricator_service.reading.descriptions import Description, describe, is_gone, target_of
from rubricator_service.reading.items import Field, Record, read_cards, read_fields, with_headings, without
from rubricator_service.reading.labels import choose, read_headings, tail
from rubricator_service.reading.pictures import read_pictures
from rubricator_service.reading.runs import (
    read_concept_counts,
    read_failures,
    read_failures_of,
    state,
)
from rubricator_service.reading.story import below, concepts_in, in_words, story

_SHOWN_FAILURES = 50


def item_page(service: Service, record: Record, triples: Sequence[Triple]) -> str:
    """The picture, the provider's words in black, ours in red."""
    claims = read_claims(service.reading, service.iris, record.item, languages())
    pictures = read_pictures(service.reading, service.iris, record.images)
    linked = [NamedNode(link) for field in record.fields for _, _, link in field.values if link]
    return render_template(
        "item.html",
        record=record,
        fields=with_headings(record.fields, read_headings(service.reading, service.iris, linked, languages())),
        pictures=[pictures[image] for image in record.images],
        ours=[claim for claim in claims if claim.current and claim.confidence is not None],
        people=[claim for claim in claims if claim.current and claim.confidence is None],
        near=[claim for claim in claims if claim.near_miss and not claim.event],
        former=[claim for claim in claims if not claim.current and not claim.near_miss],
        failures=read_failures_of(service.reading, service.iris, record.item),
        jsonld=compact(triples),
    )


@dataclass(frozen=True, slots=True)
class Used:
    """Something that a run used, with its own description as lines."""

    role: str
    node: NamedNode
    fields: tuple[Field, ...]


_ROLES = {
    ENR["Model"]: "Model",
    ENR["Head"]: "Head",
    ENR["PromptSet"]: "Prompt set",
    ENR["DecisionPolicy"]: "Decision policy",
    ENR["PicturePolicy"]: "Picture policy",
    ENR["VocabularyVersion"]: "Vocabulary",
}


def annotation_page(
    service: Service, annotation: NamedNode, description: Description, successors: Sequence[NamedNode]
) -> str:
    """The whole trace of one claim in one view; ``successors`` took its place."""
    body = description.node(annotation, OA["hasBody"])
    image, item = target_of(description, annotation)
    trace = read_trace(service.reading, service.iris, annotation)
    named = {*(concepts_in(trace) if trace else ()), *([body] if body else [])}
    headings = read_headings(service.reading, service.iris, named, languages())
    heading = headings[body] if body else None
    replaced, before = description.node(annotation, PROV["wasRevisionOf"]), None
    if replaced and (concept := concept_of(service.reading, service.iris, replaced)):
        before = read_headings(service.reading, service.iris, [concept], languages())[concept]
        headings = {**headings, replaced: before}
    trace = in_words(trace, headings) if trace else None
    return render_template(
        "annotation.html",
        annotation=annotation,
        heading=heading,
        confidence=_number(description.text(annotation, EDM["confidenceLevel"])),
        raw_score=description.text(annotation, ENR["rawScore"]),
        property=description.node(annotation, ENR["property"]),
        near_miss=ENR["NearMiss"] in description.nodes(annotation, TYPE),
        invalidated=description.text(annotation, PROV["invalidatedAtTime"]),
        successors=[
            (one, one.value.startswith(f"{service.iris.base}/annotation/"))
            for one in description.nodes(annotation, DCTERMS["isReplacedBy"])
            if one in successors
        ],
        instead=[one for one in successors if one not in description.nodes(annotation, DCTERMS["isReplacedBy"])],
        replaced=replaced,
        before=before,
        person=description.node(annotation, DCTERMS["creator"]) if replaced else None,
        created=description.text(annotation, DCTERMS["created"]),
        picture=read_pictures(service.reading, service.iris, [image])[image] if image else None,
        card=next(iter(read_cards(service.reading, service.iris, [item] if item else [], languages())), None),
        explained=is_explained(service, annotation),
        withdrawn=is_gone(description, annotation),
        trace=trace,
        story=story(trace, heading.label if heading else "it") if trace else [],
        sections=below(trace) if trace else [],
        jsonld=web_annotation(description.triples, annotation),
    )


def is_explained(service: Service, annotation: NamedNode) -> bool:
    """Whether ``rubricator explain`` has left an explanation of it."""
    graph = service.iris.explanation_graph(annotation)
    return bool(
        service.reading.count(f"SELECT (COUNT(*) AS ?count) WHERE {{ GRAPH {graph} {{ ?s a enr:Explanation }} }}")
    )


def run_page(service: Service, run: NamedNode, description: Description) -> str:
    """What an auditor wants to know of a run."""
    graph = service.iris.run_graph(tail(run.value))
    association = next(iter(description.objects(run, PROV["qualifiedAssociation"])), None)
    started, ended = (description.text(run, PROV[term]) for term in ("startedAtTime", "endedAtTime"))
    events = [
        event for event in read_events(service.reading, service.iris) if graph in (*event.graphs, event.successor)
    ]
    tally = service.tallies.of(graph, ended is not None)
    return render_template(
        "run.html",
        run=run,
        graph=graph,
        state=state(started, ended, holding(events, graph)),
        started=started,
        ended=ended,
        events=[event for event in events if graph in event.graphs],
        replaced=[
            (service.iris.run(tail(old.value)), event)
            for event in events
            if event.holds and event.successor == graph
            for old in event.graphs
        ],
        licence=description.node(graph, DCTERMS["license"]),
        manifest=description.node(run, ENR["manifest"]),
        software=description.node(run, PROV["wasAssociatedWith"]),
        operator=description.node(association, PROV["agent"]),
        counted=[
            (name, names, description.text(run, ENR[term]))
            for name, names, term in (
                ("picture", "pictures", "imageCount"),
                ("enrichment", "enrichments", "annotationCount"),
                ("near miss", "near misses", "nearMissCount"),
                ("failure", "failures", "failureCount"),
            )
        ],
        used=read_used(service, run),
        uncounted=tally is None,
        concepts=read_concept_counts(service.reading, service.iris, tally, languages()) if tally else [],
        failure_counts=tally.failures if tally else [],
        failures=read_failures(service.reading, graph, _SHOWN_FAILURES),
        jsonld=compact(description.triples),
    )


def concept_page(service: Service, concept: NamedNode, description: Description) -> str:
    """Labels, equivalences, and the items that carry the concept."""
    bodies = concept_bodies(service.reading, service.iris, concept)
    labels = description.literals(concept, SKOS["prefLabel"])
    label = choose(labels, languages())
    return render_template(
        "concept.html",
        concept=concept,
        label=label.value if label else tail(concept.value),
        language=label.language if label else None,
        labels=sorted(labels, key=lambda literal: literal.language or ""),
        note=choose(description.literals(concept, SKOS["scopeNote"], SKOS["definition"]), languages()),
        exact=description.nodes(concept, SKOS["exactMatch"]),
        close=description.nodes(concept, SKOS["closeMatch"]),
        page=page_of_items(service, items_with(bodies)),
        sorted=SORTED,
        jsonld=compact(description.triples),
    )


def dataset_page(service: Service, dataset: NamedNode, description: Description) -> str:
    """The items of a data set."""
    return render_template(
        "dataset.html",
        dataset=dataset,
        fields=read_fields(description, [dataset], languages()),
        page=page_of_items(service, items_of(dataset)),
        jsonld=compact(description.triples),
    )


def scheme_page(service: Service, scheme: NamedNode, description: Description) -> str:
    """The concepts that can be found in pictures, with how often each was."""
    rows = service.reading.select(
        f"""SELECT ?concept ?body WHERE {{ GRAPH {service.iris.concepts_graph} {{
          ?concept skos:inScheme {scheme} . OPTIONAL {{ ?concept skos:exactMatch|skos:closeMatch ?body }}
        }} }}"""
    )
    counted = service.figures().items_by_body
    items = counted or {}
    bodies: defaultdict[NamedNode, set[NamedNode | Literal]] = defaultdict(set)
    for row in rows:
        concept = NamedNode(row["concept"].value)
        bodies[concept] |= {concept, row.get("body", concept)}
    # An item is counted twice only if two vocabularies gave its claims of one concept different bodies.
    counts = {
        concept: sum(items.get(body, 0) for body in found if isinstance(body, NamedNode))
        for concept, found in bodies.items()
    }
    headings = read_headings(service.reading, service.iris, counts, languages())
    return render_template(
        "scheme.html",
        title=choose(description.literals(scheme, DCTERMS["title"], SKOS["prefLabel"]), languages()),
        fields=read_fields(description, [scheme], languages()),
        concepts=sorted(((headings[node], count) for node, count in counts.items()), key=lambda pair: pair[0].label),
        counted=counted is not None,
        scheme=scheme,
        jsonld=compact(description.triples),
    )


def read_used(service: Service, run: NamedNode) -> Sequence[Used]:
    """Everything that a run used, the model first."""
    rows = service.reading.select(
        f"SELECT ?used ?type WHERE {{ GRAPH {service.iris.ledger} {{ {run} prov:used ?used . ?used a ?type }} }}"
    )
    roles = {
        row["used"]: _ROLES[kind] for row in rows if (kind := row["type"]) in _ROLES and isinstance(kind, NamedNode)
    }
    order = list(_ROLES.values())
    return [
        Used(role, node, _fields_of(service, node))
        for node, role in sorted(roles.items(), key=lambda pair: order.index(pair[1]))
        if isinstance(node, NamedNode)
    ]


def _fields_of(service: Service, thing: NamedNode) -> tuple[Field, ...]:
    """The statements about a thing itself; those about its parts, such as single prompts, are on its own page."""
    description = Description(describe(service.reading, thing, [service.iris.ledger]))
    return without(read_fields(description, [thing], languages()), f"{thing.value}#")


def _number(text: str | None) -> float | None:
    return None if text is None else float(text)
