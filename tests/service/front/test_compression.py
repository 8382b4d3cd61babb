"""Text is coded for those who take it; each coding is a representation of its own, and a broken answer stays broken."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Iterator

import pytest
import zstandard

from rubricator.settings import Settings
from rubricator.store.readers import Readers
from rubricator_service import create_app
from rubricator_service.front.compression import LARGEST_WHOLE, coded, compress, uncoded
from rubricator_service.front.messages import Reply, Request
from tests.service.front.test_coding import TEXT, decoded
from tests.service.live import Fronted, Lent, fronted


def asked(method: str = "GET", version: str = "1.1", **headers: str) -> Request:
    fields = {name.replace("_", "-").lower(): value for name, value in headers.items()}
    return Request(method, "/", "", version, fields, "", {})


def compressed(body: bytes | AsyncIterator[bytes], request: Request, status: int = 200, **headers: str) -> Reply:
    """The reply to a request, coded, whose body is read to its end."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    reply = Reply(status, {"content-type": "text/turtle; charset=utf-8", "vary": "Accept", **given}, body)
    if isinstance(body, bytes):
        reply.headers.setdefault("content-length", str(len(body)))

    async def code() -> None:
        await compress(reply, request)
        if not isinstance(reply.body, bytes):
            reply.body = b"".join([piece async for piece in reply.body])

    asyncio.run(code())
    return reply


def body_of(reply: Reply) -> bytes:
    assert isinstance(reply.body, bytes)
    return reply.body


async def in_pieces(text: bytes) -> AsyncIterator[bytes]:
    for number in range(0, len(text), 70_000):
        yield text[number : number + 70_000]


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_a_whole_answer_is_coded_with_its_new_length(coding: str) -> None:
    reply = compressed(TEXT, asked(Accept_Encoding=coding), etag='"a"')

    assert TEXT == decoded(body_of(reply), coding)
    assert str(len(reply.body)) == reply.headers["content-length"]  # type: ignore[arg-type]
    assert len(body_of(reply)) < len(TEXT) / 10
    assert (coding, f'"a-{coding}"', "Accept, Accept-Encoding") == (
        reply.headers["content-encoding"],
        reply.headers["etag"],
        reply.headers["vary"],
    )


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
@pytest.mark.parametrize("body", ["large", "stream"])
def test_a_large_or_growing_answer_is_coded_on_its_way(coding: str, body: str) -> None:
    text = TEXT * 6
    assert len(text) > LARGEST_WHOLE
    reply = compressed(text if body == "large" else in_pieces(text), asked(Accept_Encoding=coding), etag='"a"')

    assert "content-length" not in reply.headers
    assert text == decoded(body_of(reply), coding)


def test_whoever_takes_no_coding_gets_none_and_is_told_that_there_are_some() -> None:
    reply = compressed(TEXT, asked(), etag='"a"')

    assert TEXT == reply.body
    assert ("Accept, Accept-Encoding", '"a"') == (reply.headers["vary"], reply.headers["etag"])
    assert "content-encoding" not in reply.headers


def test_who_knows_no_chunks_gets_a_coding_only_of_what_has_its_length() -> None:
    old = asked(version="1.0", Accept_Encoding="gzip")

    assert "content-encoding" not in compressed(in_pieces(TEXT), old).headers
    assert "gzip" == compressed(TEXT, old).headers["content-encoding"]


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_a_stream_is_sent_on_while_it_comes(coding: str) -> None:
    drawn = list[int]()

    async def chunks() -> AsyncIterator[bytes]:
        async for piece in in_pieces(TEXT):
            drawn.append(len(piece))
            yield piece

    async def read() -> None:
        body = coded(chunks(), coding)
        first = await anext(body)
        begun = zlib.decompressobj(31) if coding == "gzip" else zstandard.ZstdDecompressor().decompressobj()

        assert [70_000] == drawn
        assert TEXT[:65_536] == begun.decompress(first)
        assert TEXT == decoded(first + b"".join([piece async for piece in body]), coding)

    asyncio.run(read())


def has_no_end(got: bytes, coding: str) -> bool:
    """Whether what was received of a coded text shows that more should have come."""
    if coding == "gzip":
        with pytest.raises(EOFError):
            gzip.decompress(got)
        return True
    begun = zstandard.ZstdDecompressor().decompressobj()
    begun.decompress(got)
    return not begun.eof


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_a_broken_stream_breaks_and_its_coding_has_no_end(coding: str) -> None:
    got = bytearray()

    async def chunks() -> AsyncIterator[bytes]:
        yield TEXT
        raise OSError("cut")

    async def read() -> None:
        async for piece in coded(chunks(), coding):
            got.extend(piece)

    with pytest.raises(OSError, match="cut"):
        asyncio.run(read())
    assert got
    assert has_no_end(bytes(got), coding)


@pytest.mark.parametrize(
    ("body", "status", "headers"),
    [
        (b"tiny", 200, {}),
        (TEXT, 206, {}),
        (TEXT, 500, {}),
        (TEXT, 200, {"content_type": "image/png"}),
        (TEXT, 200, {"content_type": "application/gzip"}),
        (TEXT, 200, {"content_encoding": "br"}),
        (TEXT, 200, {"cache_control": "public, no-transform"}),
    ],
)
def test_what_is_tiny_a_part_or_coded_already_is_left_as_it_is(
    body: bytes, status: int, headers: dict[str, str]
) -> None:
    reply = compressed(body, asked(Accept_Encoding="gzip"), status, **headers)

    assert body == reply.body
    assert "Accept" == reply.headers["vary"]


def test_problems_are_text_too() -> None:
    reply = compressed(TEXT, asked(Accept_Encoding="gzip"), 404, content_type="application/problem+json")

    assert "gzip" == reply.headers["content-encoding"]


def test_head_tells_the_coding_and_no_length_that_is_not_its() -> None:
    reply = compressed(b"", asked("HEAD", Accept_Encoding="gzip"), etag='"a"', content_length=str(len(TEXT)))

    assert ("gzip", '"a-gzip"', None) == (
        reply.headers["content-encoding"],
        reply.headers["etag"],
        reply.headers.get("content-length"),
    )


@pytest.mark.parametrize(
    ("accepted", "known", "plain"),
    [
        ("gzip", '"a-gzip"', '"a"'),
        ("gzip", '"a-gzip", W/"b-gzip"', '"a", W/"b"'),
        ("gzip", '"a-zstd"', '"a-zstd"'),
        ("gzip", '"a"', '"a"'),
        ("identity", '"a-gzip"', '"a-gzip"'),
        ("gzip", "*", "*"),
    ],
)
def test_the_etag_of_a_coding_means_that_of_the_reply(accepted: str, known: str, plain: str) -> None:
    request = asked(Accept_Encoding=accepted, If_None_Match=known)

    assert plain == uncoded(request).headers["if-none-match"]
    assert known == request.headers["if-none-match"]


@pytest.mark.parametrize(("known", "etag"), [('"a-gzip"', '"a-gzip"'), ('"a"', '"a"'), ("*", '"a"')])
def test_who_has_it_is_told_so_by_the_etag_that_it_has(known: str, etag: str) -> None:
    reply = compressed(b"", asked(Accept_Encoding="gzip", If_None_Match=known), 304, etag='"a"')

    assert (etag, "Accept, Accept-Encoding") == (reply.headers["etag"], reply.headers["vary"])


ADDRESSES = ["/sparql?query=SELECT%20*%20{%20?s%20?p%20?o%20}", "/items/", "/.well-known/void", "/problems/"]


@pytest.fixture(scope="module", params=["kept", "made anew"])
def served(request: pytest.FixtureRequest, installation: Settings, readers: Readers) -> Iterator[Fronted]:
    settings = installation if request.param == "kept" else installation.model_copy(update={"cache_bytes": 0})
    with fronted(create_app(settings, Lent(readers))) as front:
        yield front


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("coding", ["gzip", "zstd", "identity"])
def test_the_etag_of_each_coding_is_known_again(served: Fronted, address: str, coding: str) -> None:
    whole = served.get(address, Accept_Encoding=coding)
    etag = whole.headers["etag"]
    other = {"zstd": "gzip", "gzip": "zstd", "identity": "gzip"}[coding]

    assert (etag.endswith(f'-{coding}"')) == (coding != "identity")
    again = served.get(address, Accept_Encoding=coding, If_None_Match=etag)
    assert (304, etag, b"") == (again.status, again.headers["etag"], again.body)
    assert 200 == served.get(address, Accept_Encoding=other, If_None_Match=f'"x-{coding}"').status
    assert etag != served.get(address, Accept_Encoding=other).headers["etag"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_answer_that_is_known_varies_as_it_did(served: Fronted, address: str) -> None:
    """Whoever keeps answers puts the headers of a 304 in the place of those that it has (RFC 9111, section 4.3.4)."""
    whole = served.get(address, Accept_Encoding="gzip")
    known = served.get(address, Accept_Encoding="gzip", If_None_Match=whole.headers["etag"])

    assert (304, whole.headers["vary"]) == (known.status, known.headers["vary"])


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_what_is_coded_is_what_is_not(served: Fronted, address: str, coding: str) -> None:
    coded_one = served.get(address, Accept_Encoding=coding)

    assert coding == coded_one.headers["content-encoding"]
    assert served.get(address).body == decoded(coded_one.body, coding)
