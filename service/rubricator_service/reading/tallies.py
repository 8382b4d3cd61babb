"""How often a run said what: some seconds for a million claims, so once for a run that has ended."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from rubricator_service.reading.store import Reading, in_time

_KEPT = 512


@dataclass(frozen=True, slots=True)
class Tally:
    """Of one run: how many claims and near misses there are of each concept, how many of these are near misses, and
    failures by reason code, the commonest first."""

    bodies: Mapping[NamedNode, int]
    near: Mapping[NamedNode, int]
    failures: Sequence[tuple[str, int]]


class Tallies:
    """The tallies of runs that were looked at. What has ended never changes: a run is written once.

    None is kept too, of what was too much to be counted in time: it does not become less.
    """

    def __init__(self, read: Callable[[NamedNode], Tally]) -> None:
        self._read = read
        self._ended: dict[NamedNode, Tally | None] = {}

    def of(self, graph: NamedNode, ended: bool) -> Tally | None:
        """The tally of the run with this graph; None if it cannot be had in time."""
        if graph in self._ended:
            return self._ended.get(graph)
        found = in_time(lambda: self._read(graph))
        if ended:
            if len(self._ended) >= _KEPT:
                self._ended.clear()
            self._ended[graph] = found
        return found


def read_tally(reading: Reading, graph: NamedNode) -> Tally:
    """Count what a run wrote. All bodies and those of near misses are counted by themselves, because that takes a fifth
    of the time of telling one kind from the other line by line."""
    return Tally(
        _by_body(reading, graph, "?said oa:hasBody ?body"),
        _by_body(reading, graph, "?said a enr:NearMiss ; oa:hasBody ?body"),
        _failures(reading, graph),
    )


def _by_body(reading: Reading, graph: NamedNode, pattern: str) -> Mapping[NamedNode, int]:
    rows = reading.select(f"SELECT ?body (COUNT(*) AS ?count) WHERE {{ GRAPH {graph} {{ {pattern} }} }} GROUP BY ?body")
    return {NamedNode(row["body"].value): int(row["count"].value) for row in rows}


def _failures(reading: Reading, graph: NamedNode) -> Sequence[tuple[str, int]]:
    rows = reading.select(
        f"""SELECT ?code (COUNT(?failure) AS ?count) WHERE {{
          GRAPH {graph} {{ ?failure a enr:Failure ; enr:code ?code }}
        }} GROUP BY ?code ORDER BY DESC(?count) ?code"""
    )
    return [(row["code"].value, int(row["count"].value)) for row in rows]
