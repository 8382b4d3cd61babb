"""Counts the rows of an answer that another server wrote, on its way through: no more pass than may.

Solutions are counted in their text. A graph is read along, as only its parser knows where a triple ends.
"""

from collections import deque
from collections.abc import Iterator
from typing import IO, cast

from pyoxigraph import RdfFormat, parse

from rubricator.errors import StoreError
from rubricator.store.errors import TooManyRows
from rubricator.store.mediatypes import N_QUADS, N_TRIPLES
from rubricator.store.negotiation import GRAPHS, SOLUTIONS
from rubricator.store.rows import TooMany, at_most, watch_foreign


def counted(chunks: Iterator[bytes], kind: str, most: int, base: str) -> Iterator[bytes]:
    """The same bytes. Raises TooManyRows before the chunk in which there are more rows, or triples, than ``most``, and
    StoreError for a graph that is none. ``base`` resolves its relative IRIs.
    """
    form = SOLUTIONS.get(kind) or GRAPHS[kind]
    try:
        if form in GRAPHS and form not in (N_TRIPLES, N_QUADS):
            yield from _graph(chunks, form, most, base)
            return
        look = watch_foreign(form, most)
        for chunk in chunks:
            look(chunk)
            yield chunk
    except TooMany as error:
        raise TooManyRows(f"The answer has more than {most:,} rows: ask in parts by LIMIT.") from error


def _graph(chunks: Iterator[bytes], form: str, most: int, base: str) -> Iterator[bytes]:
    source = _Source(chunks)
    quads = parse(cast("IO[bytes]", source), RdfFormat.from_media_type(form), base_iri=base, lenient=True)
    try:
        for _ in at_most(most, quads):
            while source.counted:
                yield source.counted.popleft()
    except SyntaxError as error:
        raise StoreError(f"The store's graph cannot be read: {error}.") from error
    yield from source.counted


class _Source:
    """A file of what comes; a chunk is ``counted`` when the next one is wanted, or the end."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.counted = deque[bytes]()
        self._chunks = chunks
        self._chunk, self._read = b"", 0

    def read(self, size: int) -> bytes:
        """No more than ``size`` bytes, or Oxigraph would end the process."""
        if self._read >= len(self._chunk):
            self.counted += [self._chunk] if self._chunk else []
            self._chunk, self._read = next(self._chunks, b""), 0
        start = self._read
        self._read += size
        return self._chunk[start : self._read]
