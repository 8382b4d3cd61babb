"""What is pushed can be pulled."""

from collections.abc import Callable
from threading import Event
from typing import IO

import pytest
from pyoxigraph import Store

from rubricator.store.database import serialise
from rubricator.store.errors import NotAcceptable
from rubricator.store.mediatypes import CSV
from rubricator.store.stream import CHUNK, Stream

Open = Callable[[str], IO[bytes]]


def test_what_is_written_is_pulled_in_chunks() -> None:
    def write(open_body: Open) -> None:
        body = open_body("text/plain")
        for _ in range(100):
            body.write(b"x" * 10_000)

    stream = Stream(write)
    chunks = list(stream)

    assert ("text/plain", 1_000_000) == (stream.media_type, sum(map(len, chunks)))
    assert max(map(len, chunks)) < 2 * CHUNK


def test_an_error_before_the_first_chunk_is_raised_at_once() -> None:
    def write(open_body: Open) -> None:
        open_body("text/plain").write(b"little")
        raise ValueError("at once")

    with pytest.raises(ValueError, match="at once"):
        Stream(write)


def test_a_later_error_is_raised_while_pulling() -> None:
    def write(open_body: Open) -> None:
        open_body("text/plain").write(b"x" * CHUNK)
        raise ValueError("later")

    stream = Stream(write)

    with pytest.raises(ValueError, match="later"):
        list(stream)


def test_closing_stops_the_writer() -> None:
    stopped = Event()

    def write(open_body: Open) -> None:
        body = open_body("text/plain")
        try:
            while True:
                body.write(b"x" * CHUNK)
        finally:
            stopped.set()

    Stream(write).close()

    assert stopped.wait(10)


def test_results_die_in_the_thread_that_made_them_even_when_they_fail() -> None:
    store = Store()

    with pytest.raises(NotAcceptable):
        Stream(lambda body: serialise(store.query("SELECT * {}"), body, None, CSV))
