"""Pages of items: all of them, those of one concept, or those of one data set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from rubricator.iris import Iris
from rubricator.vocabulary.entities import entity_forms
from rubricator_service.reading.items import Card, read_cards
from rubricator_service.reading.labels import Heading, read_headings
from rubricator_service.reading.store import Reading, values

PER_PAGE = 24


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; ``number`` counts from 1."""

    cards: Sequence[Card]
    number: int
    more: bool


def all_items() -> str:
    """Selects every item, in the store's own order: sorting millions for one page of 24 would take seconds."""
    return "SELECT ?item WHERE { ?item a edm:ProvidedCHO }"


def items_with(bodies: Sequence[NamedNode]) -> str:
    """Selects the items that carry one of these concepts, in any spelling of their IRIs, the surest first.

    What people say has no confidence, and comes before what has.
    """
    spelled = [NamedNode(form) for body in bodies for form in entity_forms(body.value)]
    return f"""SELECT ?item (MAX(?sureness) AS ?surest) WHERE {{
      {values("body", spelled)}
      ?annotation oa:hasBody ?body .
      ?item enr:hasEnrichment ?annotation .
      OPTIONAL {{ ?annotation edm:confidenceLevel ?confidence }}
      BIND(COALESCE(?confidence, 2.0) AS ?sureness)
    }} GROUP BY ?item ORDER BY DESC(?surest) ?item"""


def items_of(dataset: NamedNode) -> str:
    """Selects the items of a data set, in the store's own order."""
    return f"""SELECT ?item WHERE {{
      GRAPH ?record {{ ?record dcterms:isPartOf {dataset} ; foaf:primaryTopic ?item }}
    }}"""


def read_page(reading: Reading, iris: Iris, selection: str, number: int, languages: tuple[str, ...]) -> Page:
    """One page of the items that a query selects."""
    window = f"LIMIT {PER_PAGE + 1:d} OFFSET {(number - 1) * PER_PAGE:d}"
    items = [NamedNode(row["item"].value) for row in reading.select(f"{selection} {window}")]
    return Page(read_cards(reading, iris, items[:PER_PAGE], languages), number, len(items) > PER_PAGE)


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
