"""What happens to claims after their run: retracted, superseded, reinstated. Facts are only ever added to the ledger.

An event that retracts or supersedes holds until another event revokes it. Nothing is deleted, so that the state of any
moment can be told.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from pyoxigraph import Literal, NamedNode, Quad
from ulid import ULID

from rubricator.iris import Iris
from rubricator.rdf import DCTERMS, ENR, PROV, TYPE, integer, timestamp


@dataclass(frozen=True, slots=True)
class Event:
    """Somebody's decision about claims. ``operator`` is a pseudonym; ``ulid`` names the event and sorts by time."""

    ulid: str
    moment: datetime
    operator: str
    reason: str

    @classmethod
    def at(cls, moment: datetime, operator: str, reason: str) -> "Event":
        return cls(str(ULID.from_datetime(moment)), moment, operator, reason)

    def iri(self, iris: Iris) -> NamedNode:
        return iris.event(self.ulid)


def retraction_quads(event: Event, graphs: Iterable[NamedNode], iris: Iris) -> Iterator[Quad]:
    """Every claim of these graphs is retracted: 2 quads a graph, whatever the number of its claims."""
    yield from _event_quads(event, ENR["Retraction"], iris)
    for graph in graphs:
        yield from _invalidated(graph, event, iris)


def selected_quads(event: Event, annotations: Iterable[NamedNode], iris: Iris) -> Iterator[Quad]:
    """Which single claims an event retracts: one quad each, in a graph of its own, because what selected them may
    change. They count once the ledger has the event."""
    graph = iris.retraction_graph(event.ulid)
    for annotation in annotations:
        yield Quad(annotation, PROV["wasInvalidatedBy"], event.iri(iris), graph)


def selection_quads(event: Event, count: int, selection: Sequence[str], iris: Iris) -> Iterator[Quad]:
    """What the ledger says of a retraction of so many single claims.

    ``selection`` is how they were asked for, one ``name=value`` a criterion.
    """
    yield from _event_quads(event, ENR["Retraction"], iris)
    graph = iris.retraction_graph(event.ulid)
    yield Quad(graph, TYPE, PROV["Collection"], iris.ledger)
    yield Quad(graph, PROV["wasGeneratedBy"], event.iri(iris), iris.ledger)
    yield Quad(event.iri(iris), ENR["annotationCount"], integer(count), iris.ledger)
    for criterion in selection:
        yield Quad(event.iri(iris), ENR["selection"], Literal(criterion), iris.ledger)


def selective_retraction_quads(
    event: Event, annotations: Sequence[NamedNode], selection: Sequence[str], iris: Iris
) -> Iterator[Quad]:
    """Single claims are retracted, as many as lie in memory."""
    yield from selection_quads(event, len(annotations), selection, iris)
    yield from selected_quads(event, annotations, iris)


def supersession_quads(event: Event, old: NamedNode, new: NamedNode, iris: Iris) -> Iterator[Quad]:
    """The graph of one run takes the place of another's. The event names it too, for an event may be revoked."""
    yield from _event_quads(event, ENR["Supersession"], iris)
    yield from _invalidated(old, event, iris)
    yield Quad(event.iri(iris), PROV["used"], new, iris.ledger)
    yield Quad(new, DCTERMS["replaces"], old, iris.ledger)
    yield Quad(new, PROV["wasRevisionOf"], old, iris.ledger)


def reinstatement_quads(event: Event, revoked: Iterable[NamedNode], iris: Iris) -> Iterator[Quad]:
    """Retractions and supersessions (IRIs of events) do not hold any more; that they once did stays known."""
    yield from _event_quads(event, ENR["Reinstatement"], iris)
    for earlier in revoked:
        yield Quad(event.iri(iris), ENR["revokes"], earlier, iris.ledger)


def _event_quads(event: Event, kind: NamedNode, iris: Iris) -> Iterator[Quad]:
    iri, ledger, operator = event.iri(iris), iris.ledger, iris.thing("agent", event.operator)
    yield Quad(iri, TYPE, PROV["Activity"], ledger)
    yield Quad(iri, TYPE, kind, ledger)
    yield Quad(iri, PROV["startedAtTime"], timestamp(event.moment), ledger)
    yield Quad(iri, PROV["endedAtTime"], timestamp(event.moment), ledger)
    yield Quad(iri, PROV["wasAssociatedWith"], operator, ledger)
    yield Quad(iri, ENR["reason"], Literal(event.reason), ledger)
    yield Quad(operator, TYPE, PROV["Agent"], ledger)
    yield Quad(operator, ENR["pseudonym"], Literal(event.operator), ledger)


def _invalidated(graph: NamedNode, event: Event, iris: Iris) -> Iterator[Quad]:
    yield Quad(graph, PROV["invalidatedAtTime"], timestamp(event.moment), iris.ledger)
    yield Quad(graph, PROV["wasInvalidatedBy"], event.iri(iris), iris.ledger)
