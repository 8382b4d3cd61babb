"""Why a claim was made: the explanation that ``rubricator explain`` left of an annotation, for people and programs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from flask import Blueprint, Response, render_template
from pyoxigraph import Literal, NamedNode

from rubricator.enrichment.run import CC0
from rubricator.errors import NotFound
from rubricator.rdf import DCTERMS, EDM, ENR, OA, PROV, RDFS, TYPE
from rubricator.store.negotiation import with_charset
from rubricator_service.context import Service, languages, service
from rubricator_service.documents.formats import DOCUMENT, HTML, Representation, by_name, write_triples
from rubricator_service.documents.headers import link_headers_at
from rubricator_service.documents.jsonld import compact
from rubricator_service.reading.decided import describe_decision
from rubricator_service.reading.descriptions import (
    Description,
    describe_annotation,
    is_gone,
    read_graph,
    target_of,
)
from rubricator_service.reading.items import Card, read_cards
from rubricator_service.reading.labels import Heading, read_headings
from rubricator_service.reading.pictures import read_pictures
from rubricator_service.responses import ASK_AGAIN, chosen, respond

blueprint = Blueprint("explanations", __name__)

PNG = Representation("png", "image/png", "Heat map", None)


@dataclass(frozen=True, slots=True)
class Considered:
    """A concept that was considered. ``threshold`` is None where it is never claimed; ``prompts`` are nearest first."""

    heading: Heading
    confidence: float
    raw_score: float
    threshold: float | None
    prompts: tuple[tuple[Literal, float], ...]


@blueprint.get("/annotation/<name>/explanation")
@blueprint.get("/annotation/<name>/explanation.<suffix>")
def explanation(name: str, suffix: str = "") -> Response:
    """An explanation is a document: 200, or 410 as its annotation where that was withdrawn."""
    state = service()
    annotation = state.iris.at(f"/annotation/{name}")
    said = describe_annotation(state.reading, state.iris, annotation)
    if not said:
        raise NotFound(f"There is no annotation {annotation.value}, and there never was.")
    said += describe_decision(state.reading, state.iris, annotation, Description(said))
    triples = [quad.triple for quad in read_graph(state.reading, state.iris.explanation_graph(annotation))]
    if not triples:
        raise NotFound(
            f"Nobody has asked yet why {annotation.value} was claimed; `rubricator explain {annotation.value}` "
            "explains it, and the explanation is then here."
        )
    image, _ = target_of(Description(said), annotation)
    drawn, missing = _drawing(state, name, image)
    offered = (*DOCUMENT, PNG) if drawn else DOCUMENT
    form = chosen(offered, _asked(suffix, offered, missing))
    explained = Description(triples)
    if drawn and form is PNG:
        body = drawn.read_bytes()
    elif form is HTML:
        body = explanation_page(state, annotation, Description(said), explained, PNG in offered).encode()
    else:
        body = write_triples(triples, form)
    path = f"{state.links.to(annotation)}/explanation"
    links = link_headers_at(
        state, path, offered, types=explained.nodes(NamedNode(f"{annotation.value}/explanation"), TYPE), licences=[CC0]
    )
    content_type = form.media_type if form is PNG else with_charset(form.media_type)
    status = 410 if is_gone(Description(said), annotation) else 200
    return respond(body, content_type, links=links, cache=ASK_AGAIN, status=status)  # the heat map is not in the store


def _drawing(state: Service, name: str, image: NamedNode | None) -> tuple[Path | None, str]:
    """The file of the heat map, as long as what it shows may be shown; where there is none, why."""
    folder = state.settings.explanation_dir
    over, alone = folder / f"{name}.png", folder / f"{name}-alone.png"
    if not over.is_file():
        return (alone if alone.is_file() else None), "no heat map: the explanation says why"
    if image is not None and read_pictures(state.reading, state.iris, [image])[image].may_be_drawn_over:
        return over, ""
    return (
        None,
        "no heat map any more: no record names the picture now, or its rights do not allow to show it like this",
    )


def _asked(suffix: str, offered: Sequence[Representation], no_map: str) -> Representation | None:
    form = by_name(suffix, offered)
    if suffix and (form is None or form.suffix != suffix):
        missing = no_map if suffix == PNG.suffix else f"no {suffix}"
        raise NotFound(f"Of this explanation there is {missing}; it comes as {', '.join(f.suffix for f in offered)}.")
    return form if suffix else None


def explanation_page(
    state: Service, annotation: NamedNode, said: Description, explained: Description, drawn: bool
) -> str:
    """The heat map, what else was considered, in which words, and which pictures are alike."""
    node = NamedNode(f"{annotation.value}/explanation")
    parts = [*explained.nodes(node, ENR["considered"]), *explained.nodes(node, ENR["runnerUp"])]
    body = said.node(annotation, OA["hasBody"])
    bodies = {part: found for part in parts if (found := explained.node(part, ENR["forConcept"]))}
    headings = read_headings(state.reading, state.iris, {*bodies.values(), *([body] if body else [])}, languages())
    chosen_one, *others = (_considered(explained, part, headings[body]) for part, body in bodies.items())
    _, item = target_of(said, annotation)
    return render_template(
        "explanation.html",
        annotation=annotation,
        near_miss=ENR["NearMiss"] in said.nodes(annotation, TYPE),
        withdrawn=is_gone(said, annotation),
        invalidated=said.text(annotation, PROV["invalidatedAtTime"]),
        created=explained.text(node, DCTERMS["created"]),
        card=next(iter(read_cards(state.reading, state.iris, [item] if item else [], languages())), None),
        drawn=drawn,
        method=explained.text(node, ENR["heatMapMethod"]),
        remarks=[remark.value for remark in explained.literals(node, RDFS["comment"])],
        chosen=chosen_one,
        others=sorted(others, key=lambda one: -one.confidence),
        similar=_similar(state, explained, node),
        jsonld=compact(explained.triples),
    )


def _considered(explained: Description, part: NamedNode, heading: Heading) -> Considered:
    prompts = [
        (text, _number(explained, prompt, ENR["rawScore"]))
        for prompt in explained.nodes(part, ENR["nearPrompt"])
        for text in explained.literals(prompt, ENR["prompt"])
    ]
    threshold = explained.text(part, ENR["minimumConfidence"])
    return Considered(
        heading,
        _number(explained, part, EDM["confidenceLevel"]),
        _number(explained, part, ENR["rawScore"]),
        None if threshold is None else float(threshold),
        tuple(sorted(prompts, key=lambda pair: -pair[1])),
    )


def _similar(state: Service, explained: Description, node: NamedNode) -> Sequence[tuple[Card, float]]:
    """The items of the similar pictures, the most alike first, each with the very picture that is."""
    found = {
        item: (_number(explained, part, ENR["rawScore"]), explained.node(part, OA["hasSource"]))
        for part in explained.nodes(node, ENR["similarPicture"])
        if (item := explained.node(part, OA["hasScope"]))
    }
    cards = read_cards(state.reading, state.iris, list(found), languages())
    pictures = read_pictures(state.reading, state.iris, (image for _, image in found.values() if image))
    alike = [
        (replace(card, picture=pictures.get(image) if image else None), cosine)
        for card in cards
        for cosine, image in (found[card.item],)
    ]
    return sorted(alike, key=lambda pair: -pair[1])


def _number(explained: Description, part: NamedNode, predicate: NamedNode) -> float:
    return float(explained.text(part, predicate) or 0)
