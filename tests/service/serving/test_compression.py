"""Text is coded for those who take it; each coding is a representation of its own, and a broken answer stays broken."""

import gzip
import zlib
from collections.abc import Iterable, Iterator
from itertools import islice

import pytest
import zstandard
from flask.testing import FlaskClient
from werkzeug.test import Client
from werkzeug.wrappers import Response

from rubricator.settings import Settings
from rubricator.store.readers import Readers
from rubricator_service import create_app
from rubricator_service.serving.coding import coded, coding_for
from rubricator_service.serving.compression import Compressed

TEXT = b"SELECT ?concept { ?item dc:subject ?concept }\n" * 5000


def decoded(body: bytes, coding: str) -> bytes:
    return gzip.decompress(body) if coding == "gzip" else zstandard.ZstdDecompressor().decompressobj().decompress(body)


def served(body: bytes | Iterable[bytes], **headers: str) -> Client:
    kind = headers.pop("Content_Type", "text/turtle; charset=utf-8")
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    response = Response(body, content_type=kind, headers={"Vary": "Accept", **given})
    return Client(Compressed(response), Response)


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
def test_a_whole_answer_is_coded_with_its_new_length(coding: str) -> None:
    answer = served(TEXT, ETag='"a"').get("/", headers={"Accept-Encoding": coding})

    assert TEXT == decoded(answer.data, coding)
    assert len(answer.data) == answer.content_length < len(TEXT) / 10
    assert (coding, f'"a-{coding}"', "Accept, Accept-Encoding") == (
        answer.headers["Content-Encoding"],
        answer.headers["ETag"],
        answer.headers["Vary"],
    )


def test_whoever_takes_no_coding_gets_none_and_is_told_that_there_are_some() -> None:
    answer = served(TEXT, ETag='"a"').get("/")

    assert TEXT == answer.data
    assert ("Accept, Accept-Encoding", '"a"') == (answer.headers["Vary"], answer.headers["ETag"])
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_equal_content_has_equal_bytes_however_it_came(coding: str) -> None:
    ways = ([TEXT], [TEXT[:70_000], TEXT[70_000:]], [TEXT[n : n + 999] for n in range(0, len(TEXT), 999)], [b"", TEXT])

    assert 1 == len({b"".join(coded(way, coding)) for way in ways})


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_a_stream_is_sent_on_while_it_comes(coding: str) -> None:
    drawn = []

    def chunks() -> Iterator[bytes]:
        for number in range(0, len(TEXT), 70_000):
            drawn.append(number)
            yield TEXT[number : number + 70_000]

    body = coded(chunks(), coding)
    first = next(body)
    begun = zlib.decompressobj(31) if coding == "gzip" else zstandard.ZstdDecompressor().decompressobj()

    assert [0] == drawn
    assert TEXT[:65_536] == begun.decompress(first)
    assert TEXT == decoded(first + b"".join(body), coding)


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_a_broken_stream_breaks_and_its_coding_has_no_end(coding: str) -> None:
    def chunks() -> Iterator[bytes]:
        yield TEXT
        raise OSError("cut")

    blocks = coded(chunks(), coding)
    got = b"".join(islice(blocks, 3))
    with pytest.raises(OSError, match="cut"):
        next(blocks)

    if coding == "gzip":
        with pytest.raises(EOFError):
            gzip.decompress(got)
    else:
        begun = zstandard.ZstdDecompressor().decompressobj()
        begun.decompress(got)
        assert not begun.eof


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"tiny", {}),
        (TEXT, {"Content_Type": "image/png"}),
        (TEXT, {"Content_Type": "application/gzip"}),
        (TEXT, {"Content_Encoding": "br"}),
        (TEXT, {"Cache_Control": "public, no-transform"}),
    ],
)
def test_what_is_tiny_or_coded_already_is_left_as_it_is(body: bytes, headers: dict[str, str]) -> None:
    answer = served(body, **headers).get("/", headers={"Accept-Encoding": "gzip"})

    assert body == answer.data
    assert "Accept" == answer.headers["Vary"]


def test_head_tells_the_coding_and_no_length_that_is_not_its() -> None:
    answer = served(TEXT, ETag='"a"').head("/", headers={"Accept-Encoding": "gzip"})

    assert ("gzip", '"a-gzip"', None) == (
        answer.headers["Content-Encoding"],
        answer.headers["ETag"],
        answer.headers.get("Content-Length"),
    )


ADDRESSES = ["/sparql?query=SELECT * { ?s ?p ?o }", "/items/", "/.well-known/void", "/problems/"]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("coding", ["gzip", "zstd", "identity"])
def test_the_etag_of_each_coding_is_known_again(client: FlaskClient, address: str, coding: str) -> None:
    asked = {"Accept-Encoding": coding}
    etag = client.get(address, headers=asked).headers["ETag"]
    other = {"zstd": "gzip", "gzip": "zstd", "identity": "gzip"}[coding]

    assert (etag.endswith(f'-{coding}"')) == (coding != "identity")
    again = client.get(address, headers={**asked, "If-None-Match": etag})
    assert (304, etag, b"") == (again.status_code, again.headers["ETag"], again.data)
    assert 200 == client.get(address, headers={"Accept-Encoding": other, "If-None-Match": f'"x-{coding}"'}).status_code
    assert etag != client.get(address, headers={"Accept-Encoding": other}).headers["ETag"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_answer_that_is_known_varies_as_it_did(installation: Settings, readers: Readers, address: str) -> None:
    """Whoever keeps answers puts the headers of a 304 in the place of those that it has (RFC 9111, section 4.3.4)."""
    client = create_app(installation.model_copy(update={"cache_bytes": 0}), readers).test_client()
    whole = client.get(address, headers={"Accept-Encoding": "gzip"})
    known = client.get(address, headers={"Accept-Encoding": "gzip", "If-None-Match": whole.headers["ETag"]})

    assert (304, whole.headers["Vary"]) == (known.status_code, known.headers["Vary"])
