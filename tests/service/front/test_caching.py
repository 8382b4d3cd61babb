"""Small answers are kept while the published view stays as it is, and only those that may be."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest

from rubricator_service.front.caching import Answers, Cache, Kept, again, key_of
from rubricator_service.front.messages import Fields, Reply, Request


class Site:
    """A site whose view and answers a test changes; ``made`` counts the answers that were made."""

    def __init__(self, capacity: int = 1_000_000) -> None:
        self.revision: str | None = "1"
        self.changes: Iterator[str] = iter(())
        self.made = 0
        self.headers = {"cache-control": "public, no-cache", "etag": '"a"', "vary": "Accept"}
        self.status = 200
        self.of_the_view = True
        self.cache = Cache(lambda: next(self.changes, self.revision), capacity)

    def ask(self, path: str = "/x", method: str = "GET", **headers: str) -> Reply:
        """The reply to a request, as the front makes it, whose body is read to its end."""
        return asyncio.run(self._ask(path, method, {n.replace("_", "-").lower(): v for n, v in headers.items()}))

    def text(self, path: str = "/x", **headers: str) -> str:
        body = self.ask(path, **headers).body
        assert isinstance(body, bytes)
        return body.decode()

    async def _ask(self, path: str, method: str, headers: Fields) -> Reply:
        revision = next(self.changes, self.revision)
        asked = Request(method, path, "", "1.1", headers, "", {})
        key = key_of(asked.path, asked.query, asked.headers)
        kept = self.cache.find(asked, revision, key)
        if kept is not None:
            return again(kept, asked)
        self.made += 1
        reply = Reply(self.status, dict(self.headers), self.body(path), of_the_view=self.of_the_view)
        self.cache.keep(reply, asked, revision, key)
        if not isinstance(reply.body, bytes):
            reply.body = b"".join([chunk async for chunk in reply.body])
        return reply

    def body(self, path: str) -> bytes | AsyncIterator[bytes]:
        return f"{self.revision} {path} {self.made}".encode()


class Streaming(Site):
    """Its answers come in three chunks of ``size`` bytes, and then break, where ``breaks``."""

    size, breaks = 1_000, False

    async def body(self, _path: str) -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"x" * self.size
        if self.breaks:
            raise OSError("cut")


def test_an_answer_is_made_once_a_revision() -> None:
    site = Site()

    assert ["1 /x 1", "1 /x 1"] == [site.text(), site.text()]
    site.revision = "2"
    assert ["2 /x 2", "2 /x 2"] == [site.text(), site.text()]


def test_an_answer_made_while_the_view_changed_is_not_kept() -> None:
    site = Site()
    site.changes = iter(["1", "2", "2", "2", "2"])

    assert ["1 /x 1", "1 /x 2", "1 /x 2"] == [site.text() for _ in range(3)]


def test_answers_of_an_older_revision_never_come_back() -> None:
    site = Site()
    site.text()
    site.revision = "2"
    site.text()
    site.revision = "1"

    assert "1 /x 3" == site.text()
    assert "1 /x 4" == site.text()


@pytest.mark.parametrize("name", ["Accept", "Accept_Language", "Accept_Encoding", "Prefer"])
def test_each_asked_for_representation_is_kept_by_itself(name: str) -> None:
    site = Site()

    assert "1 /x 1" == site.text()
    assert "1 /x 2" == site.text(**{name: "gzip"})
    assert "1 /x 2" == site.text(**{name: "gzip"})
    assert "1 /x 1" == site.text()


def test_what_means_the_same_coding_is_one_representation() -> None:
    site = Site()

    assert {"1 /x 1"} == {site.text(Accept_Encoding=accepted) for accepted in ("gzip", "GZIP, br", "gzip;q=0.5")}


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (500, {}),
        (404, {}),
        (410, {}),
        (304, {}),
        (200, {"set-cookie": "who=me"}),
        (200, {"cache-control": "no-store"}),
        (200, {"cache-control": "private"}),
        (200, {"vary": "Accept, User-Agent"}),
        (200, {"vary": "*"}),
    ],
)
def test_errors_and_what_is_for_one_client_alone_are_never_kept(status: int, headers: dict[str, str]) -> None:
    site = Site()
    site.status = status
    site.headers |= headers
    site.text()
    site.text()

    assert 2 == site.made


def test_what_does_not_follow_from_the_view_is_never_kept() -> None:
    site = Site()
    site.of_the_view = False
    site.text()
    site.text()

    assert 2 == site.made


def test_nothing_is_kept_of_a_store_that_does_not_tell_its_revision() -> None:
    site = Site()
    site.revision = None
    site.text()
    site.text()

    assert 2 == site.made


def test_head_is_answered_from_get_without_a_body() -> None:
    site = Site()
    site.text()
    head = site.ask(method="HEAD")

    assert (1, b"", "6") == (site.made, head.body, head.headers["content-length"])


def test_head_alone_keeps_nothing_that_a_get_would_be_answered_with() -> None:
    site = Site()
    site.ask(method="HEAD")

    assert "1 /x 2" == site.text()


def test_parts_and_writes_are_neither_kept_nor_answered_from_what_is_kept() -> None:
    site = Site()
    for _ in range(2):
        site.ask(Range="bytes=0-3")
        site.ask(method="POST")
        site.text()

    assert 5 == site.made


def test_whoever_has_the_kept_answer_is_told_so() -> None:
    site = Site()
    site.text()
    answer = site.ask(If_None_Match='"b", W/"a"')

    assert (304, b"", '"a"', "Accept") == (
        answer.status,
        answer.body,
        answer.headers["etag"],
        answer.headers["vary"],
    )
    assert "content-length" not in answer.headers
    assert 200 == site.ask(If_None_Match='"b"').status
    assert 1 == site.made


def test_since_when_it_is_so_counts_where_no_etag_is_named() -> None:
    site = Site()
    site.headers["last-modified"] = "Thu, 01 Jan 2026 00:00:00 GMT"
    site.text()
    later, earlier = "Fri, 02 Jan 2026 00:00:00 GMT", "Wed, 31 Dec 2025 00:00:00 GMT"

    assert [304, 200] == [site.ask(If_Modified_Since=since).status for since in (later, earlier)]
    assert 200 == site.ask(If_Modified_Since=later, If_None_Match='"b"').status


def test_what_was_asked_for_longest_ago_gives_way_when_the_cache_is_full() -> None:
    site = Site(capacity=200_000)
    for number in range(400):
        site.text(f"/{number}")
        site.text("/0")

    assert 400 == site.made
    assert 0 < site.cache.answers.size <= 200_000
    assert 0 < len(site.cache.answers) < 400
    site.text("/1")
    assert 401 == site.made


def test_the_size_is_that_of_the_answers_that_are_kept() -> None:
    answers = Answers(1_000_000)
    kept = Kept(200, {"etag": '"a"'}, b"abc", {})
    for revision in ("1", "1", "2"):
        answers.put(revision, ("/x",), kept)
    alone = answers.size
    answers.put("2", ("/x",), replace(kept, body=b"another of the same key"))
    assert alone == answers.size
    answers.put("2", ("/y",), kept)

    assert (2, 2 * alone) == (len(answers), answers.size)


def test_a_stream_is_kept_once_it_has_left_whole() -> None:
    site = Streaming()

    assert [3_000, 3_000] == [len(site.text()), len(site.text())]
    assert 1 == site.made
    assert "3000" == site.ask().headers["content-length"]


@pytest.mark.parametrize("size", [6_000, 20_000])
def test_a_large_answer_is_not_kept_and_arrives_whole(size: int) -> None:
    site = Streaming(capacity=1_000_000)
    site.size = size

    assert [3 * size, 3 * size] == [len(site.text()), len(site.text())]
    assert 2 == site.made


def test_an_answer_that_breaks_is_not_kept() -> None:
    site = Streaming()
    site.breaks = True
    for _ in range(2):
        with pytest.raises(OSError, match="cut"):
            site.text()

    assert 2 == site.made


def test_who_peeks_and_finds_nothing_is_counted_when_it_comes_back() -> None:
    site = Site()
    key = key_of("/x", "", {"accept": "text/csv"})

    assert not site.cache.peek("1", key)
    assert not site.cache.peek(None, key)
    assert (0, 0) == (site.cache.hits, site.cache.misses)
    site.text(Accept="text/csv")
    assert (0, 1) == (site.cache.hits, site.cache.misses)
    assert site.cache.peek("1", key)
    assert not site.cache.peek("2", key)
    assert (1, 1) == (site.cache.hits, site.cache.misses)


def test_so_many_misses_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rubricator_service.front.caching._MISSED", 3)
    cache = Site().cache
    keys = [key_of(f"/{number}", "", {}) for number in range(4)]

    assert [False, True] == [cache.was_missed(keys[0]) for _ in range(2)]
    assert [False] * 3 == [cache.was_missed(key) for key in keys[1:]]
    assert not cache.was_missed(keys[0])
