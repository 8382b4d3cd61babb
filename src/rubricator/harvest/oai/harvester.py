"""The records of an OAI-PMH repository, or of a set of it: all of them, or what changed since the last harvest."""

import hashlib
import logging
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from rubricator.errors import SourceError, UsageError
from rubricator.harvest.oai.circle import Circle
from rubricator.harvest.oai.datestamp import first_moment, given_datestamp, last_moment
from rubricator.harvest.oai.position import Position
from rubricator.harvest.oai.record import OaiRecord, refusal
from rubricator.harvest.oai.repository import Identification, Reply, Repository, base_url
from rubricator.harvest.record import RDF_XML, Rejection, SourceRecord
from rubricator.harvest.source import Checkpoint, Gone, Harvested, Memory, Source
from rubricator.harvest.web import Web
from rubricator.rdf import now

log = logging.getLogger(__name__)

EDM_PREFIX = "edm"
_RESTARTS = 3


@dataclass(frozen=True, slots=True)
class Selection:
    """What is wanted of a repository.

    ``since`` and ``until`` are dates as a user writes them, ``limit`` a number of records. ``full`` lists everything,
    also what an earlier harvest has met. ``dataset`` defaults to the set, and that to the repository's host.
    """

    prefix: str = EDM_PREFIX
    set: str = ""
    dataset: str = ""
    since: str = ""
    until: str = ""
    limit: int | None = None
    full: bool = False


class OaiHarvester:
    """Harvests a selection of the repository at ``url``. Raises UsageError for an address or a date that is none."""

    def __init__(self, url: str, web: Web, selection: Selection) -> None:
        since = given_datestamp(selection.since, "--from") if selection.since else ""
        until = given_datestamp(selection.until, "--until") if selection.until else ""
        if since and until and since[: len(until)] > until[: len(since)]:
            raise UsageError(f"--from {since} lies after --until {until}; exchange them.")
        self._selection = replace(selection, since=since, until=until)
        self._repository = Repository(base_url(url), web)
        self._incremental = False

    @property
    def source(self) -> Source:
        wanted = self._selection
        named = {"metadataPrefix": wanted.prefix, "set": wanted.set, "dataset": wanted.dataset}
        return Source("oai", self._repository.base, {name: value for name, value in named.items() if value})

    @property
    def request(self) -> Mapping[str, str]:
        wanted = self._selection
        limits = {"from": wanted.since, "until": wanted.until, "limit": str(wanted.limit or "")}
        limits["full"] = "yes" if wanted.full else ""
        return {name: value for name, value in limits.items() if value}

    @property
    def whole(self) -> bool:
        """Known once :meth:`records` has asked what was harvested before."""
        return self._unlimited and not self._incremental

    @property
    def _unlimited(self) -> bool:
        """Whether nothing that an earlier harvest has not met is left out."""
        wanted = self._selection
        return not (wanted.since or wanted.until or wanted.limit)

    @property
    def dataset(self) -> str:
        wanted = self._selection
        return wanted.dataset or wanted.set or urlsplit(self._repository.base).hostname or ""

    def records(self, memory: Memory, token: str = "") -> Iterator[Harvested]:
        """Pages of ListRecords."""
        identification = self._repository.identify()
        since = self._since(memory, identification)
        position = Position.parse(token) if token else Position()
        yield from self._list(position, since, identification)

    def missing(self, records: Iterable[SourceRecord]) -> Iterator[Harvested]:
        """Asks for each by GetRecord. Raises SourceError if the repository wants to be left alone."""
        asked: deque[SourceRecord] = deque()

        def requests() -> Iterator[Mapping[str, str]]:
            for record in records:
                asked.append(record)
                yield self._single(record.identifier)

        for reply in self._repository.ask_each(requests()):
            yield self._found(asked.popleft(), reply)

    def _since(self, memory: Memory, identification: Identification) -> str:
        """From when on changes are wanted; empty for everything."""
        wanted = self._selection
        if not (wanted.since or wanted.until or wanted.full):
            self._incremental = bool(memory.datestamp)
        since = memory.datestamp if self._incremental else wanted.since
        if since and identification.deletions != "persistent":
            log.warning(
                "%s does not announce all deletions (deletedRecord is %s): --full now and then finds them.",
                self._repository.base,
                identification.deletions,
            )
        return since

    def _list(self, position: Position, since: str, identification: Identification) -> Iterator[Harvested]:
        """The pages from a position on; from the start again where the repository no longer takes its token.

        A list that was begun again is complete up to when it first began: of what is met twice the store keeps the
        first, and the next harvest takes in what changed in between.
        """
        circle, limit, restarts = Circle(), self._selection.limit, 0
        while True:
            reply = self._repository.ask(self._page(position, since, identification))
            answer, began = reply.answer, position.began or reply.answer.response_date
            complete_up_to = began if self._unlimited else ""
            if position.token and reply.condition == "badResumptionToken" and restarts < _RESTARTS:
                log.warning("%s refuses a resumption token: the list is read from its start.", self._repository.base)
                position, circle, restarts = Position(began=began), Circle(), restarts + 1
                continue
            if reply.condition == "noRecordsMatch":
                yield Checkpoint("", complete_up_to, position.met)
                return
            if reply.condition or answer.verb != "ListRecords":
                raise self._repository.refused(reply)
            page = hashlib.sha256()
            met = position.met
            for record in answer.records():
                yield self._harvested(record, reply.retrieved)
                page.update(record.identifier.encode() + b"\n" + record.content)
                met += 1
                if met == limit:
                    yield Checkpoint("", complete_up_to, limit)
                    return
            if answer.token and circle.closes(answer.token, page.digest() if met > position.met else b""):
                raise SourceError(
                    "source-cursor-repeats",
                    f"After {met} records the list of {self._repository.base} goes in circles; tell its keepers, and "
                    "ask for less at a time, with --set or with --from and --until.",
                )
            position = Position(answer.token, began, met)
            size = answer.list_size
            expected = min(size, limit) if size and limit else size
            yield Checkpoint(str(position) if answer.token else "", complete_up_to, expected)
            if not answer.token:
                if size and met < size:
                    log.warning("The list of %s ended after %s of %s records.", self._repository.base, met, size)
                return

    def _page(self, position: Position, since: str, identification: Identification) -> Mapping[str, str]:
        if position.token:
            return {"verb": "ListRecords", "resumptionToken": position.token}
        wanted = self._selection
        arguments = {"verb": "ListRecords", "metadataPrefix": wanted.prefix, "set": wanted.set}
        if since:
            arguments["from"] = first_moment(since, identification.in_seconds)
        if wanted.until:
            arguments["until"] = last_moment(wanted.until, identification.in_seconds)
        return {name: value for name, value in arguments.items() if value}

    def _single(self, identifier: str) -> Mapping[str, str]:
        return {"verb": "GetRecord", "metadataPrefix": self._selection.prefix, "identifier": identifier}

    def _harvested(self, record: OaiRecord, retrieved: datetime) -> SourceRecord | Rejection | Gone:
        name, dataset = record.identifier, self.dataset
        address = self._repository.address(self._single(name))
        if not name:
            message = "The record has no identifier in its header, so nobody can ask for it."
            return Rejection(address, dataset, None, "oai-no-identifier", message, record.content or None, retrieved)
        if record.deleted:
            return Gone(address, dataset, name, "oai-deleted", retrieved)
        if refused := refusal(record):
            return Rejection(address, dataset, name, *refused, record.content or None, retrieved)
        return SourceRecord(dataset, name, RDF_XML, record.content, address, retrieved, repairs=record.repairs)

    def _found(self, record: SourceRecord, reply: Reply | SourceError) -> SourceRecord | Rejection | Gone:
        """What became of one record."""
        where = (record.source, record.dataset, record.identifier)
        if isinstance(reply, SourceError):
            if reply.code == "source-busy":
                raise reply
            return Rejection(*where, reply.code, str(reply), None, now())
        if reply.condition == "idDoesNotExist":
            return Gone(*where, "oai-id-unknown", reply.retrieved)
        found = next(reply.answer.records(), None)
        if found is None:
            message = f"The repository answers GetRecord with {reply.condition or 'no record'}."
            return Rejection(*where, "oai-error", message, None, reply.retrieved)
        return self._harvested(replace(found, identifier=record.identifier), reply.retrieved)
