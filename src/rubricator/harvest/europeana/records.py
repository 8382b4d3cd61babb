"""The Record API: the records of items, several on their way at a time, asked for only if they changed."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice, repeat
from typing import Self
from urllib.parse import unquote

from rubricator.errors import SourceError
from rubricator.harvest.europeana.api import NOT_RDF, SYNTAXES, KeyRefused, Syntax, again, explained, key_of, web
from rubricator.harvest.europeana.identifiers import ItemId, served_id
from rubricator.harvest.record import NO_VALIDATORS, Rejection, SourceRecord, Validators
from rubricator.harvest.source import Gone, Harvested, Memory, Repeated, Unchanged
from rubricator.harvest.web import Answer, Request, Web
from rubricator.rdf import now
from rubricator.settings import Settings

TOGETHER = 100
"""So many records are looked up and asked for as one page."""
_GONE = frozenset(("source-missing", "source-gone"))
_IN_A_ROW = 5
"""So many records that fail one after the other are the source's failure."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How records are harvested: in which syntax, under which dataset (else that of their own identifiers), and about
    how many seconds pass before something that failed is asked for again. Raises UsageError without a key.
    """

    settings: Settings
    syntax: Syntax = SYNTAXES["rdf"]
    dataset: str = ""
    first_wait: float = 1.0

    def __post_init__(self) -> None:
        key_of(self.settings)

    @property
    def selection(self) -> Mapping[str, str]:
        """What a source is known by besides the list of its items."""
        return {"format": self.syntax.extension, **({"dataset": self.dataset} if self.dataset else {})}

    def record(self, item: ItemId) -> SourceRecord:
        """The record of an item, without content. Its source is where the Record API has it."""
        address = f"{self._start}{item.path}.{self.syntax.extension}"
        return SourceRecord(self.dataset or item.dataset, str(item), self.syntax.media_type, b"", address, now())

    def item_at(self, address: str) -> ItemId | None:
        """The item whose record has this address; None for any other address."""
        start, end = self._start, f".{self.syntax.extension}"
        if not (address.startswith(start) and address.endswith(end)):
            return None
        return served_id("/".join(map(unquote, address.removeprefix(start).removesuffix(end).split("/"))))

    @property
    def _start(self) -> str:
        return f"{self.settings.europeana_api}/record/v2"


@dataclass(frozen=True, slots=True)
class RecordApi:
    """The Record API as long as a harvest lasts."""

    web: Web
    wanted: Wanted

    @classmethod
    @contextmanager
    def opened(cls, wanted: Wanted) -> Iterator[Self]:
        with web(wanted.settings, wanted.first_wait) as asked:
            yield cls(asked, wanted)

    def of(self, items: Iterable[ItemId], memory: Memory) -> Iterator[Harvested]:
        """The records of these items, and which were named again. Raises SourceError as ``fetched`` does."""
        named = Counter(items)
        records = [self.wanted.record(item) for item in named]
        yield from self.fetched(records, memory.validators(records))
        for record, times in zip(records, named.values(), strict=True):
            yield from repeat(Repeated(record.source), times - 1)

    def missing(self, records: Iterable[SourceRecord]) -> Iterator[Harvested]:
        """What became of records that came from here; of others nothing is known."""
        waiting = iter(records)
        while some := list(islice(waiting, TOGETHER)):
            items = {record.source: self.wanted.item_at(record.source) for record in some}
            ours = [self.wanted.record(item) for item in items.values() if item]
            yield from self.fetched(ours, {record.source: record.validators for record in some})

    def fetched(self, records: list[SourceRecord], validators: Mapping[str, Validators]) -> Iterator[Harvested]:
        """The records with their content, or what became of them.

        One that fails is a rejection, which comes when a later one does not. Raises SourceError if several fail in a
        row, or for a reason that holds for all: what was not yielded yet is to be asked for again.
        """
        requests = [
            Request(record.source, record.media_type, validators.get(record.source, NO_VALIDATORS))
            for record in records
        ]
        failed: list[Rejection] = []
        for record, request, answer in zip(records, requests, self.web.get_all(requests), strict=True):
            outcome = self._outcome(record, request, answer)
            if isinstance(outcome, SourceError):
                failed.append(_rejection(record, outcome))
                if _ends_all(outcome) or len(failed) == _IN_A_ROW:
                    raise outcome
            else:
                yield from failed
                failed.clear()
                yield outcome
        yield from failed

    def _outcome(self, record: SourceRecord, request: Request, answer: Answer | SourceError) -> Harvested | SourceError:
        if isinstance(answer, Answer) and not self._is_whole(answer):
            answer = self._asked_again(request)
        if isinstance(answer, SourceError):
            error = explained(answer)
            if error.code in _GONE:
                return Gone(record.source, record.dataset, record.identifier, error.code, now())
            return error
        if answer.not_modified:
            return Unchanged(record.source)
        return replace(record, content=answer.body, retrieved=answer.retrieved, validators=answer.validators)

    def _asked_again(self, request: Request) -> Answer | SourceError:
        try:
            return again(self.web, self.wanted.first_wait)(self._whole, request)
        except SourceError as error:
            return error

    def _whole(self, request: Request) -> Answer:
        answer = self.web.get(request)
        if not self._is_whole(answer):
            raise SourceError(
                NOT_RDF, f"{request.url} answers with something that is no whole record; try again later."
            )
        return answer

    def _is_whole(self, answer: Answer) -> bool:
        """Whether this may be the record: no page of a gateway, and not cut off. Its mapping looks at the rest."""
        return answer.not_modified or self.wanted.syntax.is_whole(answer.body)


def _ends_all(error: SourceError) -> bool:
    """Whether it holds for the source and not for one record."""
    return isinstance(error, KeyRefused) or error.code == "source-busy"


def _rejection(record: SourceRecord, error: SourceError) -> Rejection:
    return Rejection(record.source, record.dataset, record.identifier, error.code, str(error), None, now())
