"""Makes the published view say of items what follows from the facts about them, and only that."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from pyoxigraph import NamedNode, Triple

from rubricator.enrichment.standing import standings
from rubricator.enrichment.view import possible_triples, proxy_iri, view_triples
from rubricator.iris import Iris
from rubricator.pipeline.curating.facts import FactReader
from rubricator.rdf import ENR, SPARQL_PREFIXES
from rubricator.store.client import StoreClient

PORTION = 500
"""Items whose lines are corrected at once: from 2,000 on, Oxigraph joins their claims in an order 30 times slower."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How many lines the view has that nothing explains, and how many it lacks."""

    wrong: int = 0
    missing: int = 0

    def __add__(self, other: "Difference") -> "Difference":
        return Difference(self.wrong + other.wrong, self.missing + other.missing)


def correct_items(client: StoreClient, iris: Iris, reader: FactReader, items: Sequence[NamedNode]) -> Difference:
    """Make the view say of these items what follows from the facts, in one transaction. Returns what was put right."""
    wrong, missing = compare_items(client, iris, reader, items)
    if wrong or missing:
        client.update(_update(wrong, missing))
    return Difference(len(wrong), len(missing))


def restating(reader: FactReader, iris: Iris, items: Sequence[NamedNode]) -> str:
    """The update that makes the view say of these items what follows from the facts; empty if they have no claims.

    It takes away all else that their claims can have had published, without a look at the view: half the work of
    ``correct_items`` where most of it changes. Lines that no claim explains stay.
    """
    facts = reader.of(items)
    wanted = view_triples(standings(facts), iris)
    return _update(possible_triples(facts, iris) - wanted, wanted)


def compare_items(
    client: StoreClient, iris: Iris, reader: FactReader, items: Sequence[NamedNode]
) -> tuple[set[Triple], set[Triple]]:
    """The lines about enrichments of these items that nothing explains, and those that the view lacks."""
    # First what the view says, then the facts: a claim that is added in between is then written twice, not taken away.
    published = _published(client, iris, items)
    wanted = view_triples(standings(reader.of(items)), iris)
    return published - wanted, wanted - published


def _published(client: StoreClient, iris: Iris, items: Sequence[NamedNode]) -> set[Triple]:
    """The lines of the view that are about enrichments of these items."""
    enriched, proxies = " ".join(map(str, items)), " ".join(str(proxy_iri(item, iris)) for item in items)
    # The predicate stands in the pattern: as VALUES it would be joined with all enrichments of the store.
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT ?item ?s ?p ?o WHERE {{
          {{ VALUES ?item {{ {enriched} }} ?item enr:hasEnrichment ?s . OPTIONAL {{ ?s ?p ?o }} }} UNION
          {{ VALUES ?s {{ {proxies} }} ?s ?p ?o }}
        }}"""
    )
    named = {Triple(row["item"], ENR["hasEnrichment"], row["s"]) for row in rows if "item" in row}  # type: ignore[arg-type]
    return named | {Triple(row["s"], row["p"], row["o"]) for row in rows if "p" in row}  # type: ignore[arg-type]


def _update(wrong: Set[Triple], missing: Set[Triple]) -> str:
    parts = ((f"DELETE DATA {{ {_lines(wrong)} }}", wrong), (f"INSERT DATA {{ {_lines(missing)} }}", missing))
    return " ;\n".join(part for part, lines in parts if lines)


def _lines(triples: Iterable[Triple]) -> str:
    return " ".join(f"{triple} ." for triple in triples)
