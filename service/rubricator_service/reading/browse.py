"""Pages of items: all of them, those of one concept, or those of one data set."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from pyoxigraph import NamedNode

from rubricator.iris import Iris
from rubricator.vocabulary.entities import entity_forms
from rubricator_service.reading.items import Card, read_cards
from rubricator_service.reading.labels import Heading, read_headings
from rubricator_service.reading.store import Reading, values

PER_PAGE = 24
SORTED = 100 * PER_PAGE
"""How many items are put in order together, so that a page of a common concept costs no more than one of another."""
Selection: TypeAlias = Callable[[int, int], str]
"""The query for some items, so many after so many others."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; ``number`` counts from 1."""

    cards: Sequence[Card]
    number: int
    more: bool


def all_items() -> Selection:
    """Every item, in the store's own order: sorting millions for one page of 24 would take seconds."""
    return lambda limit, offset: f"SELECT ?item WHERE {{ ?item a edm:ProvidedCHO }} LIMIT {limit:d} OFFSET {offset:d}"


def items_with(bodies: Sequence[NamedNode]) -> Selection:
    """The items that carry one of these concepts, in any spelling of their IRIs, the surest first.

    What people say has no confidence, and comes before what has. ``SORTED`` items at a time are put in order, as they
    come from the store: a common concept has hundreds of thousands. OPTIONAL looks up the claims of one item after the
    other, where a join would read those of all.
    """
    spelled = [NamedNode(form) for body in bodies for form in entity_forms(body.value)]
    any_of = ", ".join(map(str, spelled))

    def window(limit: int, offset: int) -> str:
        inside = offset % SORTED
        return f"""SELECT ?item (MAX(?sureness) AS ?surest) WHERE {{
          {{ SELECT DISTINCT ?item WHERE {{
            {values("body", spelled)} ?annotation oa:hasBody ?body . ?item enr:hasEnrichment ?annotation
          }} LIMIT {SORTED:d} OFFSET {offset - inside:d} }}
          OPTIONAL {{
            ?item enr:hasEnrichment ?claim . ?claim oa:hasBody ?said FILTER(?said IN ({any_of}))
            OPTIONAL {{ ?claim edm:confidenceLevel ?confidence }}
          }}
          BIND(COALESCE(?confidence, 2.0) AS ?sureness)
        }} GROUP BY ?item ORDER BY DESC(?surest) ?item LIMIT {limit:d} OFFSET {inside:d}"""

    return window


def items_of(dataset: NamedNode) -> Selection:
    """The items of a data set, in the store's own order."""
    return lambda limit, offset: (
        f"""SELECT ?item WHERE {{
      GRAPH ?record {{ ?record dcterms:isPartOf {dataset} ; foaf:primaryTopic ?item }}
    }} LIMIT {limit:d} OFFSET {offset:d}"""
    )


def read_page(reading: Reading, iris: Iris, selection: Selection, number: int, languages: tuple[str, ...]) -> Page:
    """One page of the items of a selection."""
    rows = reading.select(selection(PER_PAGE + 1, (number - 1) * PER_PAGE))
    items = [NamedNode(row["item"].value) for row in rows]
    more = len(items) > PER_PAGE or (
        len(items) == PER_PAGE and bool(reading.select(selection(1, number * PER_PAGE)))  # of those sorted after these
    )
    return Page(read_cards(reading, iris, items[:PER_PAGE], languages), number, more)


def read_newest(reading: Reading, iris: Iris, limit: int, languages: tuple[str, ...]) -> Sequence[Card]:
    """Some items of the newest run that has enrichments in the published view, the surest first."""
    for run in reading.select(
        f"""SELECT ?graph WHERE {{ GRAPH {iris.ledger} {{
          ?graph prov:wasGeneratedBy ?run . ?run a enr:Run ; prov:startedAtTime ?started
        }} }} ORDER BY DESC(?started) LIMIT 5"""
    ):
        rows = reading.select(
            f"""SELECT ?item (MAX(?confidence) AS ?surest) WHERE {{
              {{ SELECT ?annotation ?confidence WHERE {{
                GRAPH {run["graph"]} {{ ?annotation a oa:Annotation ; edm:confidenceLevel ?confidence }}
              }} LIMIT 1000 }}
              ?item enr:hasEnrichment ?annotation .
            }} GROUP BY ?item ORDER BY DESC(?surest) ?item LIMIT {limit:d}"""
        )
        if rows:
            return read_cards(reading, iris, [NamedNode(row["item"].value) for row in rows], languages)
    return []


def used_concepts(
    reading: Reading, iris: Iris, counts: Mapping[NamedNode, int], languages: tuple[str, ...]
) -> Sequence[tuple[Heading, int]]:
    """The headings of the concepts that items carry, the commonest first."""
    headings = read_headings(reading, iris, counts, languages)
    return sorted(
        ((headings[body], count) for body, count in counts.items()), key=lambda pair: (-pair[1], pair[0].label)
    )


def is_concept(reading: Reading, iris: Iris, bodies: Sequence[NamedNode]) -> bool:
    """Whether one of these is a concept of ours or matches one, be it that no item carries it."""
    rows = reading.select(
        f"""SELECT ?body WHERE {{ GRAPH {iris.concepts_graph} {{
          {values("body", bodies)}
          {{ ?body skos:inScheme ?scheme }} UNION {{ ?concept skos:exactMatch|skos:closeMatch ?body }}
        }} }} LIMIT 1"""
    )
    return bool(rows)


def concept_bodies(reading: Reading, iris: Iris, concept: NamedNode) -> Sequence[NamedNode]:
    """A concept and all that it matches: enrichments carry one of these as their body.

    Another's concept stands for ours if it is the same by skos:exactMatch.
    """
    rows = reading.select(
        f"""SELECT DISTINCT ?body WHERE {{ GRAPH {iris.concepts_graph} {{
          {concept} (^skos:exactMatch)?/(skos:exactMatch|skos:closeMatch)? ?body
        }} }}"""
    )
    return list(dict.fromkeys((concept, *(NamedNode(row["body"].value) for row in rows))))
