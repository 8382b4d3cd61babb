"""Which pictures earlier runs could not look at, counted: those that failed, and those that rights keep closed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from rubricator.enrichment.claims import RIGHTS_MISSING
from rubricator.rdf import SPARQL_PREFIXES
from rubricator.rights import CLASSES
from rubricator.store.client import StoreClient


@dataclass(frozen=True, slots=True)
class Closed:
    """Pictures that were not fetched for their rights: ``classes`` are those that would have to be allowed."""

    total: int
    without_rights: int
    classes: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What was left out, and how to look at it."""
        one = self.total == 1
        pictures = "1 picture was" if one else f"{self.total} pictures were"
        them = "it" if one else "them"
        silent = f" ({self.without_rights} of them without any)" if self.without_rights else ""
        reason = f"{'its' if one else 'their'} rights{silent} do not allow it"
        if self.without_rights == self.total:
            reason = f"no rights are stated for {them}"
        options = " ".join(f"--reusability {name}" for name in self.classes)
        allow = "allows" if len(self.classes) == 1 else "allow"
        return f"{pictures} not fetched because {reason}; {options} {allow} {them}."


def count_failed(client: StoreClient, graphs: Sequence[NamedNode]) -> int:
    """How many pictures failed in these runs and were seen in none of them."""
    failed = "FILTER NOT EXISTS { ?failure enr:reusability ?class }"
    return sum(_count(client, graphs, "", failed, "FILTER NOT EXISTS { ?other a enr:Failure }").values())


def count_closed(client: StoreClient, graphs: Sequence[NamedNode]) -> Closed | None:
    """How many pictures rights kept closed in these runs, and were neither seen nor tried in any of them, if any."""
    closed = "?failure enr:reusability ?class ; enr:code ?code ."
    counts = _count(client, graphs, "?class ?code", closed, "FILTER NOT EXISTS { ?other enr:reusability ?any }")
    if not counts:
        return None
    return Closed(
        sum(counts.values()),
        sum(count for (_, code), count in counts.items() if code == RIGHTS_MISSING),
        tuple(name for name in CLASSES if any(name == class_ for class_, _ in counts)),
    )


def _count(
    client: StoreClient, graphs: Sequence[NamedNode], by: str, failure: str, settled: str
) -> Counter[tuple[str, ...]]:
    if not graphs:
        return Counter()
    values = " ".join(map(str, graphs))
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT {by} (COUNT(DISTINCT ?item) AS ?n) WHERE {{
          VALUES ?graph {{ {values} }}
          GRAPH ?graph {{ ?failure a enr:Failure ; oa:hasScope ?item ; oa:hasSource ?image . {failure} }}
          FILTER NOT EXISTS {{
            VALUES ?run {{ {values} }} GRAPH ?run {{ ?other oa:hasScope ?item ; oa:hasSource ?image . {settled} }}
          }}
        }} {f"GROUP BY {by}" if by else ""}"""
    )
    names = by.replace("?", "").split()
    return Counter({tuple(_text(row[name]) for name in names): int(_text(row["n"])) for row in rows})


def _text(term: object) -> str:
    return str(getattr(term, "value", ""))
