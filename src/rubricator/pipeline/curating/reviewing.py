"""Writes what people decide: all decisions of one call or none, and each once."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from pyoxigraph import NamedNode, Quad

from rubricator.enrichment.reviews import Decision, Replacement, Review, Role, new_ulid, replacement_iri, review_quads
from rubricator.enrichment.standing import Judgement, winning
from rubricator.enrichment.trace import told
from rubricator.errors import NotFound, UsageError
from rubricator.iris import Iris
from rubricator.pipeline.curating.change import change, next_moment, settle, view_turn
from rubricator.pipeline.curating.facts import FactReader
from rubricator.plural import plural
from rubricator.progress import Progress, silent
from rubricator.rdf import SPARQL_PREFIXES
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from rubricator.store.results import as_iri
from rubricator.vocabulary import Concept

PORTION = 500
"""Decisions that are looked up and written at once."""
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """What somebody decides about a claim. ``reviewer`` is a pseudonym; only ``replaced`` has a ``replacement``."""

    claim: NamedNode
    decision: Decision
    reviewer: str
    role: Role
    note: str = ""
    replacement: Concept | None = None


@dataclass(frozen=True, slots=True)
class Overruled:
    """A decision that changes nothing, since somebody of a higher role decided otherwise before."""

    verdict: Verdict
    by: Judgement

    def __str__(self) -> str:
        discussed = self.by.decision is Decision.needs_discussion
        state = "under discussion" if discussed else self.by.decision
        return f"{self.verdict.claim.value} stays {state}, as a {self.by.role} decided on {told(self.by.moment)}"


@dataclass(frozen=True, slots=True)
class Reviewed:
    """How many decisions were written, how many the same person had made already with the same words, and which of
    both have no effect."""

    written: int
    repeated: int
    overruled: tuple[Overruled, ...] = ()

    @property
    def sentence(self) -> str:
        already = f"; {self.repeated} had been made already" if self.repeated else ""
        return f"Wrote {plural(self.written, 'decision')}{already}.{self._without_effect}"

    @property
    def _without_effect(self) -> str:
        if not self.overruled:
            return ""
        first = "; ".join(map(str, self.overruled[:_NAMED]))
        more = f"; and {len(self.overruled) - _NAMED} more" if len(self.overruled) > _NAMED else ""
        have = "has" if len(self.overruled) == 1 else "have"
        return f" {plural(len(self.overruled), 'decision')} {have} no effect: {first}{more}."


@dataclass(frozen=True, slots=True)
class _Known:
    """The claim of a verdict, as its run wrote it."""

    target: NamedNode
    item: NamedNode
    body: NamedNode


def review(
    client: StoreClient, settings: Settings, verdicts: Sequence[Verdict], progress: Progress = silent
) -> Reviewed:
    """Write decisions and let the view follow.

    Raises NotFound for what is no claim of a run, UsageError where two of them contradict each other; then none is
    written.
    """
    iris = settings.iris
    with view_turn(settings):
        settle(client, iris)
        known = _known(client, iris, verdicts)
        _agree(verdicts, known)
        written = 0
        overruled: list[Overruled] = []
        for start in range(0, len(verdicts), PORTION):
            portion = verdicts[start : start + PORTION]
            said = _said(client, iris, portion, known)
            new = _new(portion, said, iris)
            overruled += _overruled(portion, said)
            if new:
                moment = next_moment(client, iris)
                items = {known[verdict.claim].item for verdict in new}
                change(client, iris, _quads(new, known, moment, iris), items)
            written += len(new)
            progress(start + len(portion), len(verdicts))
    return Reviewed(written, len(verdicts) - written, tuple(overruled))


def _known(client: StoreClient, iris: Iris, verdicts: Sequence[Verdict]) -> dict[NamedNode, _Known]:
    known: dict[NamedNode, _Known] = {}
    for start in range(0, len(verdicts), PORTION):
        claims = " ".join(str(verdict.claim) for verdict in verdicts[start : start + PORTION])
        rows = client.select(
            f"""{SPARQL_PREFIXES}SELECT ?claim ?target ?item ?body WHERE {{
              GRAPH ?graph {{
                VALUES ?claim {{ {claims} }}
                ?claim a oa:Annotation ; oa:hasBody ?body ; oa:hasTarget ?target . ?target oa:hasScope ?item
              }}
              GRAPH {iris.ledger} {{ ?graph prov:wasGeneratedBy ?run . ?run a enr:Run }}
            }}"""
        )
        for row in rows:
            known[as_iri(row["claim"])] = _Known(as_iri(row["target"]), as_iri(row["item"]), as_iri(row["body"]))
    missing = [verdict.claim.value for verdict in verdicts if verdict.claim not in known]
    if missing and (replaced := _replaced(client, iris, missing[0])):
        raise UsageError(f"{missing[0]} is what a person put in the place of {replaced}: review that one.")
    if missing:
        others = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
        raise NotFound(
            f"No run claims {', '.join(missing[:_NAMED])}{others}: `rubricator review list` names what can be reviewed."
        )
    return known


def _replaced(client: StoreClient, iris: Iris, annotation: str) -> str | None:
    """The claim in whose place a person put this one, if that is what it is."""
    rows = client.select(
        f"{SPARQL_PREFIXES}SELECT ?c WHERE {{ GRAPH {iris.reviews} {{ <{annotation}> prov:wasRevisionOf ?c }} }}"
    )
    return as_iri(rows[0]["c"]).value if rows else None


def _agree(verdicts: Sequence[Verdict], known: dict[NamedNode, _Known]) -> None:
    """Refuse a concept in its own place, and two decisions at once that differ on an item and concept."""
    said: dict[tuple[NamedNode, NamedNode, str], Verdict] = {}
    for verdict in verdicts:
        claim = known[verdict.claim]
        if verdict.replacement and verdict.replacement.body == claim.body:
            raise UsageError(f"{verdict.claim.value} says {verdict.replacement.slug} already: accept it.")
        earlier = said.setdefault((claim.item, claim.body, verdict.role), verdict)
        if (earlier.decision, earlier.replacement) != (verdict.decision, verdict.replacement):
            raise UsageError(
                f"{earlier.claim.value} is {earlier.decision} and {verdict.claim.value} is {verdict.decision}, "
                "but both say the same concept of the same item: decide once, for both."
            )


def _said(
    client: StoreClient, iris: Iris, verdicts: Sequence[Verdict], known: dict[NamedNode, _Known]
) -> dict[Verdict, list[Judgement]]:
    """What people have said so far of the item and concept that each of these is about."""
    facts = FactReader(client, iris).of(sorted({known[verdict.claim].item for verdict in verdicts}, key=str))
    said: defaultdict[tuple[NamedNode, NamedNode], list[Judgement]] = defaultdict(list)
    for claim in facts.claims:
        said[claim.item, claim.body].extend(facts.judgements.get(claim.annotation, ()))
    return {verdict: said[known[verdict.claim].item, known[verdict.claim].body] for verdict in verdicts}


def _new(verdicts: Sequence[Verdict], said: dict[Verdict, list[Judgement]], iris: Iris) -> list[Verdict]:
    """Those that are more than what their reviewers said last of the same item and concept, and what still holds."""
    new = dict.fromkeys(verdicts)
    return [one for one in new if not _repeats(one, said[one], iris.thing("agent", one.reviewer))]


def _overruled(verdicts: Sequence[Verdict], said: dict[Verdict, list[Judgement]]) -> Iterator[Overruled]:
    """Those that somebody of a higher role has decided otherwise."""
    for verdict in dict.fromkeys(verdicts):
        if said[verdict]:
            holds = winning(said[verdict])
            if holds.role.rank > verdict.role.rank and _says(verdict) != _says(holds):
                yield Overruled(verdict, holds)


def _repeats(verdict: Verdict, about: Sequence[Judgement], reviewer: NamedNode) -> bool:
    """Whether to write it once more would change nothing."""
    own = [one for one in about if one.reviewer == reviewer and one.role == verdict.role]
    last = max(own, key=lambda one: (one.moment, one.review.value), default=None)
    if last is None or not _same(verdict, last):
        return False
    holds = winning(about)
    return holds.role.rank > verdict.role.rank or _says(verdict) == _says(holds)


def _says(said: Verdict | Judgement) -> tuple[Decision, NamedNode | None]:
    return said.decision, said.replacement.body if said.replacement else None


def _same(verdict: Verdict, judgement: Judgement) -> bool:
    return (*_says(verdict), verdict.note) == (*_says(judgement), judgement.note)


def _quads(verdicts: Sequence[Verdict], known: dict[NamedNode, _Known], moment: datetime, iris: Iris) -> Iterator[Quad]:
    for verdict in verdicts:
        ulid, claim, replacement = new_ulid(moment), verdict.claim, None
        if concept := verdict.replacement:
            annotation = replacement_iri(ulid, claim, concept.body, iris)
            replacement = Replacement(annotation, concept.body, concept.property)
        made = Review(ulid, claim, verdict.decision, verdict.reviewer, verdict.role, moment, verdict.note, replacement)
        yield from review_quads(made, known[claim].target, iris)
