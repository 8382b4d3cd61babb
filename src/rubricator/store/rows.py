"""Counts the rows of an answer while it is written, so that no more leave than may. Reader processes come here.

Oxigraph makes and writes solutions in one call: they are counted in their text, as are those of other servers. Triples
pass one by one.
"""

import re
from collections.abc import Iterator
from typing import Protocol, TypeVar

from rubricator.store.mediatypes import CSV, JSON, N_QUADS, N_TRIPLES, TSV, XML

T = TypeVar("T")
# What is found once a row and in no value, and how often more: heads count. That of JSON lies between two rows.
_MARKS = {
    JSON: (b'},{"', -1),
    XML: (b"</result>", 0),
    TSV: (b"\n", 1),
    N_TRIPLES: (b"\n", 0),
    N_QUADS: (b"\n", 0),
}
# The same with blanks, as some servers write them.
_BETWEEN = re.compile(rb'\}\s*+,\s*+\{\s*+"')
_LONGEST_BETWEEN = 256


class TooMany(Exception):
    """There are more rows than may be."""


class Watch(Protocol):
    """Looks at each chunk of a text before it leaves. Raises TooMany."""

    def __call__(self, chunk: bytes) -> None: ...


def watch(media_type: str, most: int) -> Watch:
    """Watches solutions in a media type, or triples in lines, as Oxigraph writes them.

    In JSON a value that ends in ``},{`` counts as one row more, and rows that bind nothing are not bounded: for these
    there is the bound of bytes.
    """
    return _Records(most) if media_type == CSV else _Marks(most, *_MARKS[media_type])


def watch_foreign(media_type: str, most: int) -> Watch:
    """The same, as anybody may write them."""
    return _Objects(most) if media_type == JSON else watch(media_type, most)


def at_most(most: int, rows: Iterator[T]) -> Iterator[T]:
    """The same rows. Raises TooMany at the first that is too many."""
    for number, row in enumerate(rows, 1):
        if number > most:
            raise TooMany
        yield row


class _Marks:
    """Counts a mark, also where it lies across two chunks."""

    def __init__(self, most: int, mark: bytes, beside: int) -> None:
        self._mark = mark
        self._left = most + beside
        self._tail = b""

    def __call__(self, chunk: bytes) -> None:
        text = self._tail + chunk
        self._left -= text.count(self._mark)
        if self._left < 0:
            raise TooMany
        self._tail = text[max(0, len(text) - len(self._mark) + 1) :]


class _Objects:
    """Counts what stands between the rows of JSON, also where it lies across two chunks."""

    def __init__(self, most: int) -> None:
        self._left = most - 1
        self._tail = b""

    def __call__(self, chunk: bytes) -> None:
        text, end = self._tail + chunk, 0
        for found in _BETWEEN.finditer(text):
            end = found.end()
            self._left -= 1
        if self._left < 0:
            raise TooMany
        self._tail = text[max(end, len(text) - _LONGEST_BETWEEN) :]


class _Records:
    """Counts the lines of CSV that do not end within quotes; the first is the head."""

    def __init__(self, most: int) -> None:
        self._left = most + 1
        self._quoted = False

    def __call__(self, chunk: bytes) -> None:
        parts = chunk.split(b'"')
        self._left -= sum(part.count(b"\n") for part in parts[self._quoted :: 2])
        if self._left < 0:
            raise TooMany
        self._quoted ^= len(parts) % 2 == 0
