"""Which claims stand: a pure function of the claims on one item, the events and the reviews, at any moment.

A claim is *retracted* or *superseded* while an event on its graph, or on itself, holds. A decision of people is about
an item and a concept: it holds for the claims of all runs that say the same, so that what was rejected once does not
come back with the next run. Of several decisions those of the highest role count, and the latest of them wins.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from pyoxigraph import Literal, NamedNode

from rubricator.enrichment.reviews import Decision, Replacement, Role

NOW = datetime.max.replace(tzinfo=UTC)
"""Every fact counts."""
_DENYING = (Decision.rejected, Decision.replaced)


class State(StrEnum):
    """What became of a claim."""

    current = "current"
    retracted = "retracted"
    superseded = "superseded"
    rejected = "rejected"
    replaced = "replaced"


@dataclass(frozen=True, slots=True)
class Claim:
    """A machine's claim. ``begun`` is the start of its run, from when on it counts; ``graph`` is that of the run."""

    annotation: NamedNode
    graph: NamedNode
    item: NamedNode
    body: NamedNode
    property: NamedNode
    confidence: Literal
    begun: datetime


@dataclass(frozen=True, slots=True)
class Invalidation:
    """A retraction or supersession of a graph or of a claim, and the moment when it was revoked, if it was."""

    state: State
    moment: datetime
    revoked: datetime | None = None

    def holds(self, at: datetime) -> bool:
        return self.moment <= at and (self.revoked is None or self.revoked > at)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A review as it is read back. ``review`` is its IRI, which decides between two of one moment."""

    review: NamedNode
    decision: Decision
    reviewer: NamedNode
    role: Role
    moment: datetime
    note: str = ""
    replacement: Replacement | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the claims of some items: invalidations by graph and by annotation, judgements by annotation."""

    claims: Sequence[Claim]
    of_graphs: Mapping[NamedNode, Sequence[Invalidation]]
    of_claims: Mapping[NamedNode, Sequence[Invalidation]]
    judgements: Mapping[NamedNode, Sequence[Judgement]]


@dataclass(frozen=True, slots=True)
class Standing:
    """A claim, what became of it, and the judgement that counts, if there is one."""

    claim: Claim
    state: State
    judgement: Judgement | None = None


def standings(facts: Facts, at: datetime = NOW) -> list[Standing]:
    """The standing of every claim that had begun at the moment ``at``."""
    judged = _deciding(facts, at)
    found = []
    for claim in facts.claims:
        if claim.begun > at:
            continue
        judgement = judged.get((claim.item, claim.body))
        found.append(Standing(claim, _state(claim, facts, judgement, at), judgement))
    return found


def _deciding(facts: Facts, at: datetime) -> dict[tuple[NamedNode, NamedNode], Judgement]:
    """The judgement that counts, for each item and concept."""
    by_statement: defaultdict[tuple[NamedNode, NamedNode], list[Judgement]] = defaultdict(list)
    for claim in facts.claims:
        made = (one for one in facts.judgements.get(claim.annotation, ()) if one.moment <= at)
        by_statement[claim.item, claim.body].extend(made)
    return {statement: winning(made) for statement, made in by_statement.items() if made}


def winning(judgements: Iterable[Judgement]) -> Judgement:
    """The latest of the highest role."""
    return max(judgements, key=_weight)


def replacements(found: Sequence[Standing]) -> Iterator[tuple[Standing, Judgement, Replacement]]:
    """What people put in the place of these claims, each once, unless whoever has the last word denies it as well.

    It stays whatever becomes of the run whose claim it replaces. ``found`` are all claims on each of their items.
    """
    judged = {(one.claim.item, one.claim.body): one.judgement for one in found if one.judgement}
    told: set[NamedNode] = set()
    for one in found:
        judgement, instead = one.judgement, one.judgement.replacement if one.judgement else None
        if judgement is None or instead is None or instead.annotation in told:
            continue
        other = judged.get((one.claim.item, instead.body))
        if other is None or other.decision not in _DENYING or _weight(other) <= _weight(judgement):
            told.add(instead.annotation)
            yield one, judgement, instead


def _weight(judgement: Judgement) -> tuple[int, datetime, str]:
    return judgement.role.rank, judgement.moment, judgement.review.value


def _state(claim: Claim, facts: Facts, judgement: Judgement | None, at: datetime) -> State:
    invalidations = (*facts.of_graphs.get(claim.graph, ()), *facts.of_claims.get(claim.annotation, ()))
    holding = {one.state for one in invalidations if one.holds(at)}
    if State.retracted in holding:
        return State.retracted
    if holding:
        return State.superseded
    if judgement and judgement.decision is Decision.rejected:
        return State.rejected
    if judgement and judgement.decision is Decision.replaced:
        return State.replaced
    return State.current
