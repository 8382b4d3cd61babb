"""Which coding a client gets, and its bytes, which are the same however the content came."""

import gzip

import pytest
import zstandard

from rubricator_service.front.coding import Coder, coding_for

TEXT = b"SELECT ?concept { ?item dc:subject ?concept }\n" * 5000


def decoded(body: bytes, coding: str) -> bytes:
    return gzip.decompress(body) if coding == "gzip" else zstandard.ZstdDecompressor().decompressobj().decompress(body)


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        (None, None),
        ("", None),
        ("identity", None),
        ("br", None),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, zstd;q=0.5", "gzip"),
        ("*", "zstd"),
        ("zstd;q=0, *", "gzip"),
        ("gzip;q=0", None),
        ("gzip;q=0.2, identity;q=0.8", None),
        ("*;q=0", None),
    ],
)
def test_the_coding_follows_what_is_accepted(header: str | None, coding: str | None) -> None:
    assert coding == coding_for(header)


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_equal_content_has_equal_bytes_however_it_came(coding: str) -> None:
    ways = ([TEXT], [TEXT[:70_000], TEXT[70_000:]], [TEXT[n : n + 999] for n in range(0, len(TEXT), 999)], [b"", TEXT])
    found = set[bytes]()
    for way in ways:
        coder = Coder(coding)
        found.add(b"".join([*(coder.code(piece) for piece in way), coder.end()]))

    assert {TEXT} == {decoded(body, coding) for body in found}
    assert 1 == len(found)


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_nothing_is_an_empty_text(coding: str) -> None:
    assert b"" == decoded(Coder(coding).end(), coding)
