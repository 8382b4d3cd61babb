"""Harvests of items that somebody made a list of."""

import hashlib
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from rubricator.errors import UsageError
from rubricator.harvest.europeana.api import key_of
from rubricator.harvest.europeana.identifiers import ItemId, listed_id
from rubricator.harvest.europeana.records import TOGETHER, RecordApi, Wanted
from rubricator.harvest.record import Rejection, SourceRecord
from rubricator.harvest.redact import redact
from rubricator.harvest.source import Checkpoint, Harvested, Memory, Source
from rubricator.rdf import now

STANDARD_INPUT = "-"
_LONGEST_LINE = 4096
_COMMENT = re.compile(r"(?:^|\s)#.*")
_NEXT_COLUMN = re.compile(r"[,;\t]")


@dataclass(frozen=True, slots=True)
class ListedItems:
    """The records of the items in a file, one a line: ``/ds/id``, ``ds/id`` or an item's address.

    What follows a comma, a semicolon, a tab or `` #`` is passed over, and so is what makes a line too long; keys in
    addresses are taken out first. ``file`` is read from its beginning each time;
    ``request`` knows it again, for a harvest goes on only in the very list that it began with.
    """

    wanted: Wanted
    file: BinaryIO
    name: str
    request: Mapping[str, str]

    @property
    def source(self) -> Source:
        return Source("records", self.name, self.wanted.selection)

    @property
    def whole(self) -> bool:
        """A list that is piped in is another one each time."""
        return self.name != STANDARD_INPUT

    def records(self, memory: Memory, token: str = "") -> Iterator[Harvested]:
        """Everything after the line that ``token`` numbers. Raises SourceError if the source as a whole fails."""
        self.file.seek(0)
        lines = enumerate(self._lines(), 1)
        for _ in islice(lines, int(token or 0)):
            pass
        with RecordApi.opened(self.wanted) as api:
            page = list(islice(lines, TOGETHER))
            while page:
                found = [self._item(number, line) for number, line in page]
                yield from (entry for entry in found if isinstance(entry, Rejection))
                yield from api.of((entry for entry in found if isinstance(entry, ItemId)), memory)
                last, page = page[-1][0], list(islice(lines, TOGETHER))
                yield Checkpoint(str(last) if page else "")

    def missing(self, records: Iterable[SourceRecord]) -> Iterator[Harvested]:
        """Each is asked for: not to be in the list any more is not to be gone. Raises as ``records`` does."""
        with RecordApi.opened(self.wanted) as api:
            yield from api.missing(records)

    def _lines(self) -> Iterator[bytes]:
        """Each line without keys, for one that names no item is kept."""
        secrets = (key_of(self.wanted.settings),)
        while line := self.file.readline(_LONGEST_LINE):
            end = line
            while end and not end.endswith(b"\n"):
                end = self.file.readline(_LONGEST_LINE)
            yield redact(line, secrets)

    def _item(self, number: int, line: bytes) -> ItemId | Rejection | None:
        """The item of a line, a refusal, or nothing for a line that is empty or a comment."""
        text = _COMMENT.sub("", line.decode("utf-8-sig", "replace")).strip()
        name = _NEXT_COLUMN.split(text, maxsplit=1)[0].strip().strip("\"'")
        if not text:
            return None
        return listed_id(name) or Rejection(
            f"{self.name}#line={number}",
            self.wanted.dataset or "europeana",
            name or None,
            "bad-identifier",
            f"Line {number} names no item of Europeana; write /dataset/identifier or the item's address.",
            line,
            now(),
        )


def listed_items(wanted: Wanted, file: BinaryIO, name: str) -> ListedItems:
    """The items in a file, which is called ``name``."""
    digest = hashlib.sha256()
    for line in file:
        digest.update(line)
    return ListedItems(wanted, file, name, {"sha256": digest.hexdigest()})


@contextmanager
def opened_list(path: Path) -> Iterator[BinaryIO]:
    """The file, or what is piped in, to be read as often as needed. Raises UsageError if it cannot be read."""
    if str(path) == STANDARD_INPUT:
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(sys.stdin.buffer, copy)
            copy.seek(0)
            yield copy
        return
    try:
        file = path.open("rb")
    except OSError as error:
        raise UsageError(f"The list {str(path)!r} cannot be read: {error.strerror}.") from error
    with file:
        yield file
