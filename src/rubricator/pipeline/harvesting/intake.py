"""Decides what becomes of what a harvest meets: each record in its own graph and the published view, refusals in the
ledger, what is gone marked and kept.

The store is the only memory: what it has already is passed over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from rubricator.edm import EdmRecord, RecordRejected, fingerprint, map_record
from rubricator.edm.record import RecordGone
from rubricator.harvest.record import NO_VALIDATORS, SEARCH_ITEM, TABLE_ROW, Rejection, SourceRecord, Validators
from rubricator.harvest.source import Gone, Repeated, Unchanged
from rubricator.iris import Iris
from rubricator.pipeline.harvesting.held import Held, digest, held_by_bytes, held_by_graph, held_by_source
from rubricator.pipeline.harvesting.marks import gone_mark, other_validators, without_gone_mark
from rubricator.pipeline.harvesting.pages import Pages
from rubricator.pipeline.harvesting.quarantine import rejection_iri
from rubricator.pipeline.harvesting.raw import keep_raw
from rubricator.pipeline.harvesting.recordgraph import graph_metadata, record_nquads, source_term
from rubricator.pipeline.harvesting.replacement import replacement
from rubricator.pipeline.harvesting.seen import Meeting, Seen
from rubricator.rdf import now
from rubricator.settings import Settings
from rubricator.store.client import StoreClient

Met = SourceRecord | Rejection | Unchanged | Repeated | Gone
Outcome = Held | EdmRecord | RecordRejected
"""What a record is found to be: held already, mapped, or refused."""

_DUPLICATE = "duplicate-identifier"
_PARTS = frozenset(("", TABLE_ROW, SEARCH_ITEM))
"""What is, or may be, only a part of what there is to say of an item."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the store holds of the records that a batch speaks of."""

    by_graph: Mapping[NamedNode, Held]
    by_source: Mapping[str, Sequence[Held]]


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes in what one harvest, whose IRI is ``activity``, meets.

    Within one harvest the first record of an identifier wins and later ones are refused as ``duplicate-identifier``:
    a second harvest of the same files then changes nothing.
    """

    client: StoreClient
    settings: Settings
    activity: NamedNode
    pages: Pages
    seen: Seen

    def take(self, batch: Sequence[Met]) -> None:
        """A batch in which no address is named twice: what is held is looked up for all of it at once."""
        outcomes = self._outcomes([met for met in batch if isinstance(met, SourceRecord)])
        if any(isinstance(met, Unchanged | Gone) for met in batch) or any(
            isinstance(outcome, RecordGone) for outcome in outcomes.values()
        ):
            self.pages.settle()
        known = self._known(batch, outcomes)
        for met in batch:
            if isinstance(met, SourceRecord):
                self._record(met, outcomes[met.source], known)
            elif isinstance(met, Unchanged):
                self._unchanged(met, known)
            elif isinstance(met, Gone):
                self._gone(met, known)
            elif isinstance(met, Repeated):
                self.pages.counts.repeated += 1
            else:
                self._refuse(met)
            if self.pages.full:
                self.pages.turn()

    def _outcomes(self, records: Sequence[SourceRecord]) -> dict[str, Outcome]:
        """By address; only what is not held as it would be mapped today is mapped."""
        same = held_by_bytes(self.client, records)
        return {record.source: same.get(_key(record, self._iris)) or _mapped(record, self._iris) for record in records}

    def _known(self, batch: Sequence[Met], outcomes: Mapping[str, Outcome]) -> Known:
        gone = [met for met in batch if isinstance(met, Gone)]
        unchanged = [met for met in batch if isinstance(met, Unchanged)]
        graphs = {outcome.graph for outcome in outcomes.values() if isinstance(outcome, EdmRecord)}
        graphs |= {self._tombstoned(outcome) for outcome in outcomes.values() if isinstance(outcome, RecordGone)}
        graphs |= {NamedNode(graph) for met in gone for graph in self.seen.missing_at(_place(met.source))}
        told = [*(met.source for met in gone), *(met.source for met in unchanged)]
        return Known(held_by_graph(self.client, graphs), held_by_source(self.client, told))

    def _record(self, record: SourceRecord, outcome: Outcome, known: Known) -> None:
        self.pages.counts.pictures.update(picture.code for picture in record.pictures if picture.code)
        if isinstance(outcome, RecordGone):
            held = known.by_graph.get(self._tombstoned(outcome))
            gone = Gone(record.source, outcome.dataset, outcome.identifier, outcome.code, record.retrieved)
            if held is None:
                self._refuse(_rejection(record, outcome.code, str(outcome)))
            else:
                self._mark(held, gone)
        elif isinstance(outcome, RecordRejected):
            self._refuse(_rejection(record, outcome.code, str(outcome)))
        elif (held := known.by_graph.get(outcome.graph)) and _says_less(record, held):
            self.pages.member(held.graph)
            message = f"The whole record is held, from {held.source}, and stays; this says less of the item."
            self._refuse(_rejection(record, "fuller-record-held", message))
        else:
            meeting = self.seen.meet(outcome.graph.value, _place(record.source))
            if meeting is Meeting.ELSEWHERE:
                message = "Another record of this harvest has the same identifier; give each its own."
                self._refuse(_rejection(record, _DUPLICATE, message))
            elif meeting is Meeting.REPEATED:
                self.pages.counts.repeated += 1
            elif isinstance(outcome, Held):
                self._keep(outcome, record.validators, meeting)
            else:
                self._store(record, outcome, held, meeting)

    def _store(self, record: SourceRecord, mapped: EdmRecord, held: Held | None, meeting: Meeting) -> None:
        """A new record is loaded; one that changed takes the place of its predecessor."""
        keep_raw(record.content, self.settings.raw_dir)
        if meeting is Meeting.FIRST:
            counts = self.pages.counts
            counts.new += held is None
            counts.changed += held is not None
            counts.repaired.update({repair.code for repair in mapped.repairs})
            self.pages.member(mapped.graph)
        if held is None:
            self.pages.load(record_nquads(mapped, record, self.activity, self._iris))
        else:
            metadata = graph_metadata(mapped, record, self.activity, self._iris)
            self.pages.update(replacement(mapped.graph, mapped.triples, metadata))

    def _keep(self, held: Held, validators: Validators, meeting: Meeting) -> None:
        """What is held stays. What was loaded before this harvest was interrupted within the page counts as new."""
        if meeting is Meeting.FIRST:
            counts = self.pages.counts
            counts.changed += held.gone_by is not None
            counts.new += held.gone_by is None and held.harvest == self.activity
            counts.unchanged += held.gone_by is None and held.harvest != self.activity
            self.pages.member(held.graph)
        if held.gone_by is not None:
            self.pages.update(without_gone_mark(held.graph))
        if validators not in (NO_VALIDATORS, held.validators):
            self.pages.update(other_validators(held.graph, validators))

    def _unchanged(self, met: Unchanged, known: Known) -> None:
        for held in known.by_source.get(met.source, ()):
            meeting = self.seen.meet(held.graph.value, _place(met.source))
            if meeting in (Meeting.FIRST, Meeting.RESUMED):
                self._keep(held, NO_VALIDATORS, meeting)
            else:
                self.pages.counts.repeated += 1
        if met.source not in known.by_source:
            message = "The source says that the record has not changed, but it is not held; harvest again."
            self._refuse(Rejection(met.source, "unknown", None, "unchanged-unknown", message, None, now()))

    def _gone(self, met: Gone, known: Known) -> None:
        missing = (NamedNode(graph) for graph in self.seen.missing_at(_place(met.source)))
        held = known.by_source.get(met.source) or [known.by_graph[graph] for graph in missing]
        for one in held:
            self._mark(one, met)
        if not held:
            message = "The source lists a record that is no longer there."
            self._refuse(Rejection(met.source, met.dataset, met.identifier, met.code, message, None, met.retrieved))

    def _mark(self, held: Held, gone: Gone) -> None:
        """One that is marked keeps its mark; whether this harvest set it tells whether it is counted."""
        self.seen.settle(held.graph.value)
        if held.gone_by is None:
            self.pages.counts.gone[gone.code] += 1
            self.pages.update(gone_mark(held.graph, gone, self.activity))
        elif held.gone_by != self.activity:
            self.pages.counts.unchanged += 1

    def _refuse(self, rejection: Rejection) -> None:
        """A duplicate hides no other record: everybody knows which one it is."""
        place = "" if rejection.code == _DUPLICATE else _place(rejection.source)
        meeting = self.seen.refuse(rejection_iri(rejection, self._iris).value, place)
        if meeting is not Meeting.RESUMED:
            self.pages.counts.rejected[rejection.code] += 1
        if meeting is Meeting.FIRST:
            if rejection.content is not None:
                keep_raw(rejection.content, self.settings.raw_dir)
            self.pages.refuse(rejection)

    def _tombstoned(self, gone: RecordGone) -> NamedNode:
        return self._iris.record_graph(gone.dataset, gone.identifier)

    @property
    def _iris(self) -> Iris:
        return self.settings.iris


def _key(record: SourceRecord, iris: Iris) -> tuple[str, str]:
    return digest(record.content), fingerprint(record, iris)


def _says_less(record: SourceRecord, held: Held) -> bool:
    """Whether a row or a search result would take the place of a whole record that is not gone."""
    return record.media_type in _PARTS and held.media_type not in _PARTS and held.gone_by is None


def _mapped(record: SourceRecord, iris: Iris) -> EdmRecord | RecordRejected:
    try:
        return map_record(record, iris)
    except RecordRejected as error:
        return error


def _place(source: str) -> str:
    """An address as the store spells it."""
    return source_term(source).value


def _rejection(record: SourceRecord, code: str, message: str) -> Rejection:
    identifier = record.identifier or None
    return Rejection(record.source, record.dataset, identifier, code, message, record.content, record.retrieved)
