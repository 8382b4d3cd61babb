"""The single claims that a retraction named, as people know them: which concept of which item."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from rubricator.iris import Iris
from rubricator_service.reading.items import Card, read_cards
from rubricator_service.reading.labels import Heading, read_headings, tail
from rubricator_service.reading.store import Reading, node, values


@dataclass(frozen=True, slots=True)
class Retracted:
    """A claim that a retraction named, whether that holds or not. ``published`` is whether the claim is, now."""

    annotation: NamedNode
    heading: Heading
    card: Card
    published: bool


def read_retracted(
    reading: Reading, iris: Iris, event: NamedNode, languages: tuple[str, ...], limit: int
) -> Sequence[Retracted]:
    """Some of the claims that an event named one by one; its list has all."""
    listed = reading.select(
        f"""SELECT ?annotation WHERE {{
          GRAPH {iris.retraction_graph(tail(event.value))} {{ ?annotation prov:wasInvalidatedBy {event} }}
        }} LIMIT {limit:d}"""
    )
    named = [annotation for row in listed if (annotation := node(row, "annotation"))]
    if not named:
        return []
    rows = reading.select(
        f"""SELECT DISTINCT ?annotation ?body ?item ?current WHERE {{
          GRAPH ?graph {{
            {values("annotation", named)}
            ?annotation oa:hasBody ?body ; oa:hasTarget ?target . ?target oa:hasScope ?item
          }}
          GRAPH {iris.ledger} {{ ?graph prov:wasGeneratedBy ?run . ?run a enr:Run }}
          OPTIONAL {{ ?item enr:hasEnrichment ?annotation BIND(true AS ?current) }}
        }} ORDER BY ?item ?annotation"""
    )
    headings = read_headings(reading, iris, {body for row in rows if (body := node(row, "body"))}, languages)
    items = list(dict.fromkeys(item for row in rows if (item := node(row, "item"))))
    cards = {card.item: card for card in read_cards(reading, iris, items, languages)}
    return [
        Retracted(annotation, headings[body], cards[item], "current" in row)
        for row in rows
        if (annotation := node(row, "annotation")) and (body := node(row, "body")) and (item := node(row, "item"))
    ]
