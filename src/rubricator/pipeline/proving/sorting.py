"""Sorts more lines than memory holds, in files."""

import heapq
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryFile

IN_MEMORY = 64 * 2**20
"""Bytes of lines that are sorted in memory at a time."""


def sorted_lines(blocks: Iterable[bytes], folder: Path, in_memory: int = IN_MEMORY) -> Iterator[bytes]:
    """The lines of ``blocks`` (each of whole lines) in the order of their bytes; equal ones all come.

    What is more than ``in_memory`` bytes waits in files without a name below ``folder``.
    """
    with ExitStack() as files:
        spilled, lines, size = [], list[bytes](), 0
        for block in blocks:
            lines += block.splitlines(keepends=True)
            size += len(block)
            if size >= in_memory:
                file = files.enter_context(TemporaryFile(dir=folder))
                file.writelines(sorted(lines))
                file.seek(0)
                spilled.append(file)
                lines, size = [], 0
        lines.sort()
        yield from heapq.merge(*spilled, lines) if spilled else lines
