"""Retractions, supersessions and reinstatements, read back from the ledger."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pyoxigraph import NamedNode

from rubricator.enrichment.answers import Selecting, iri, moment, optional_number, text
from rubricator.iris import Iris
from rubricator.rdf import ENR, SPARQL_PREFIXES


class EventKind(StrEnum):
    """What an event does; the names are those of the ontology."""

    retraction = "Retraction"
    supersession = "Supersession"
    reinstatement = "Reinstatement"


@dataclass(frozen=True, slots=True)
class LedgerEvent:
    """An event as the ledger tells it.

    ``graphs`` are the graphs of runs that it invalidated as a whole, ``successor`` the one that took the place of such
    a graph; ``claims`` is the number of single claims that it retracted, and ``selection`` how they were asked for.
    ``revokes`` are the events that it ended, ``revoked`` the one that ended it.
    """

    iri: NamedNode
    kind: EventKind
    moment: datetime
    operator: str
    reason: str
    graphs: tuple[NamedNode, ...] = ()
    successor: NamedNode | None = None
    claims: int | None = None
    selection: tuple[str, ...] = ()
    revokes: tuple[NamedNode, ...] = ()
    revoked: NamedNode | None = None

    @property
    def holds(self) -> bool:
        return self.kind is not EventKind.reinstatement and self.revoked is None


def read_events(client: Selecting, iris: Iris) -> list[LedgerEvent]:
    """All events on claims, in the order of their times. There are few, whatever the number of claims."""
    kinds = " ".join(str(ENR[kind]) for kind in EventKind)
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT ?event ?kind ?moment ?operator ?reason ?claims ?successor WHERE {{
          GRAPH {iris.ledger} {{
            VALUES ?kind {{ {kinds} }}
            ?event a ?kind ; prov:endedAtTime ?moment ; enr:reason ?reason ; prov:wasAssociatedWith ?agent .
            ?agent enr:pseudonym ?operator .
            OPTIONAL {{ ?event enr:annotationCount ?claims }}
            OPTIONAL {{ ?event prov:used ?successor }}
          }}
        }} ORDER BY ?moment ?event"""
    )
    if not rows:
        return []
    graphs = _listed(client, iris, "?value prov:wasInvalidatedBy ?event")
    selections = _listed(client, iris, "?event a enr:Retraction ; enr:selection ?value")
    revokes = _listed(client, iris, "?event enr:revokes ?value")
    revoked = {earlier: later for later, ended in revokes.items() for earlier in ended}
    return [
        LedgerEvent(
            iri(row["event"]),
            EventKind(text(row["kind"]).removeprefix(str(ENR))),
            moment(row["moment"]),
            text(row["operator"]),
            text(row["reason"]),
            tuple(map(NamedNode, graphs[text(row["event"])])),
            iri(row["successor"]) if "successor" in row else None,
            optional_number(row.get("claims")),
            tuple(selections[text(row["event"])]),
            tuple(map(NamedNode, revokes[text(row["event"])])),
            NamedNode(revoked[text(row["event"])]) if text(row["event"]) in revoked else None,
        )
        for row in rows
    ]


def _listed(client: Selecting, iris: Iris, pattern: str) -> defaultdict[str, list[str]]:
    """The values that ``pattern`` gives, by event."""
    rows = client.select(
        f"{SPARQL_PREFIXES}SELECT ?event ?value WHERE {{ GRAPH {iris.ledger} {{ {pattern} }} }} ORDER BY ?event ?value"
    )
    found: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        found[text(row["event"])].append(text(row["value"]))
    return found


def holding(events: Iterable[LedgerEvent], graph: NamedNode) -> Sequence[LedgerEvent]:
    """The events that retract or supersede this graph as a whole, and hold."""
    return [event for event in events if event.holds and graph in event.graphs]
