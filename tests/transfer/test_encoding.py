"""Packed bodies come out whole, in small blocks, or not at all."""

import gzip
import zlib

import pytest

from rubricator.transfer.encoding import BLOCK, unpacked

TEXT = b"A record, and another one. " * 10_000


def in_pieces(content: bytes, size: int) -> list[bytes]:
    return [content[start : start + size] for start in range(0, len(content), size)]


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", " GZIP"])
@pytest.mark.parametrize("size", [1, 7, 2**16])
def test_a_packed_body_comes_out_whole_however_it_is_cut(encoding: str, size: int) -> None:
    assert TEXT == b"".join(unpacked(iter(in_pieces(gzip.compress(TEXT), size)), encoding))


def test_deflate_means_zlib() -> None:
    assert TEXT == b"".join(unpacked(iter([zlib.compress(TEXT)]), "deflate"))


@pytest.mark.parametrize("length", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK])
def test_lengths_around_a_block_come_out_whole(length: int) -> None:
    content = bytes(length)

    assert content == b"".join(unpacked(iter([gzip.compress(content)]), "gzip"))


@pytest.mark.parametrize("size", [1, 2**16])
def test_several_members_are_one_body_and_padding_after_them_is_none(size: int) -> None:
    packed = gzip.compress(b"one ") + gzip.compress(b"two") + bytes(16)

    assert b"one two" == b"".join(unpacked(iter(in_pieces(packed, size)), "gzip"))


def test_no_block_is_larger_than_it_may_be() -> None:
    blocks = list(unpacked(iter([gzip.compress(bytes(10 * 2**20))]), "gzip"))

    assert BLOCK == max(len(block) for block in blocks)
    assert 10 * 2**20 == sum(len(block) for block in blocks)


@pytest.mark.parametrize("kept", [1, 12, 100, -8, -1])
def test_a_packed_body_without_its_end_is_an_error(kept: int) -> None:
    with pytest.raises(EOFError):
        list(unpacked(iter([gzip.compress(TEXT)[:kept]]), "gzip"))


def test_a_damaged_body_is_an_error() -> None:
    with pytest.raises(zlib.error):
        list(unpacked(iter([b"<html>not packed</html>"]), "gzip"))


@pytest.mark.parametrize("encoding", ["", "identity", "utf-8", "br"])
def test_what_nobody_asked_for_comes_as_it_is(encoding: str) -> None:
    assert [b"bytes"] == list(unpacked(iter([b"bytes"]), encoding))
