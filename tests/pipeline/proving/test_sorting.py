"""Lines are sorted in files when they are more than memory may hold."""

from hashlib import sha256
from pathlib import Path

import pytest

from rubricator.pipeline.proving.sorting import sorted_lines
from rubricator.pipeline.proving.taking import whole_lines


@pytest.mark.parametrize("in_memory", [200, 10**9])
def test_lines_come_in_the_order_of_their_bytes(tmp_path: Path, in_memory: int) -> None:
    lines = [f"{number:05} é\n".encode() for number in range(500)]
    shuffled = sorted(lines, key=lambda line: sha256(line).digest())
    blocks = [b"".join(shuffled[start : start + 20]) for start in range(0, len(lines), 20)]

    assert lines == list(sorted_lines(blocks, tmp_path, in_memory))
    assert [] == list(tmp_path.iterdir())


def test_chunks_are_cut_at_the_ends_of_lines() -> None:
    text = b"".join(b"line %d\n" % number for number in range(300_000))
    blocks = list(whole_lines(text[start : start + 65_536] for start in range(0, len(text), 65_536)))

    assert text == b"".join(blocks)
    assert len(blocks) > 2
    assert all(block.endswith(b"\n") for block in blocks)
