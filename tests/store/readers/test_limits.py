"""Queries that take too long, too much memory, or say too much."""

from contextlib import suppress
from pathlib import Path
from threading import Condition, current_thread
from time import monotonic
from typing import Any

import pytest

from rubricator.store.errors import (
    AnswerBroken,
    AnswerTooLarge,
    QueryTimeout,
    QueryTooDeep,
    QueryTooHungry,
    TooManyRows,
)
from rubricator.store.readers import Answer, QueryRequest
from tests.store.readers.reading import CROSS, ENDLESS, STREAM, Opener, Snapshots, request
from tests.store.running import body_of, eventually


def test_a_query_over_its_deadline_is_killed_and_the_next_one_answered(opened: Opener) -> None:
    pool = opened(readers=1)

    with pytest.raises(QueryTimeout, match="at its deadline"):
        pool.run(request(ENDLESS), timeout=0.2)

    assert b"true" == body_of(pool, "ASK {}")


def test_the_process_of_a_killed_query_is_gone(opened: Opener) -> None:
    pool = opened(readers=1)
    pids = {reader.pid for reader in pool.processes()}
    with pytest.raises(QueryTimeout):
        pool.run(request(ENDLESS), timeout=0.2)

    gone = pids - {reader.pid for reader in pool.processes()}
    assert 1 == len(gone)
    eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in gone))


def test_a_request_cannot_raise_the_deadline(opened: Opener) -> None:
    with pytest.raises(QueryTimeout):
        opened(query_timeout=0.2).run(request(ENDLESS), timeout=3600)


def test_an_answer_over_its_deadline_breaks(opened: Opener) -> None:
    answer = opened().run(request(STREAM), timeout=1)

    with pytest.raises(AnswerBroken, match="at its deadline"):
        for _ in answer.chunks:
            pass


def test_a_stalled_client_does_not_keep_its_reader(opened: Opener) -> None:
    pool = opened(readers=1)
    answer = pool.run(request(STREAM), timeout=1)

    assert b"true" == body_of(pool, "ASK {}")  # after the deadline of the first
    with pytest.raises(AnswerBroken):
        list(answer.chunks)


def test_an_answer_that_is_too_large_breaks(opened: Opener) -> None:
    answer = opened(query_max_bytes=200_000).run(request(STREAM))

    with pytest.raises(AnswerBroken, match="larger than 200,000 bytes"):
        list(answer.chunks)


def test_a_first_chunk_that_is_too_large_is_an_error_before_the_answer(opened: Opener) -> None:
    pool = opened(query_max_bytes=10, readers=1)
    with pytest.raises(AnswerTooLarge):
        pool.run(request("SELECT (1 AS ?x) {}"))
    with pytest.raises(AnswerTooLarge):
        pool.run(request(STREAM))


def test_a_query_that_takes_too_much_memory_is_stopped(opened: Opener) -> None:
    pool = opened(readers=1, reader_memory=64 * 2**20)
    with pytest.raises(QueryTooHungry, match="memory"):
        pool.run(request(f"SELECT * {{ {CROSS} }} ORDER BY DESC(?v0) ?v3"))

    assert b"true" == body_of(pool, "ASK {}")


@pytest.mark.parametrize("solutions", ["application/sparql-results+json", "text/csv", "text/tab-separated-values"])
@pytest.mark.parametrize(("rows", "most"), [(10, 9), (5000, 4999), (1, 1), (9, 9), (5000, 5000)])
def test_an_answer_has_all_its_rows_or_is_an_error(
    snapshots: Snapshots, opened: Opener, solutions: str, rows: int, most: int
) -> None:
    snapshots.commit(*range(rows))
    asked = QueryRequest("SELECT ?o { ?s ?p ?o }", "http://x/", solutions=solutions)
    pool = opened(query_max_rows=most)

    if rows > most:
        with pytest.raises((TooManyRows, AnswerBroken), match=f"more than {most:,} rows"):
            list(pool.run(asked).chunks)
    else:
        assert b"".join(pool.run(asked).chunks)
    assert b"true" == body_of(pool, "ASK {}")


def test_too_many_triples_are_an_error_in_every_format(snapshots: Snapshots, opened: Opener) -> None:
    snapshots.commit(*range(10))
    pool, ample = opened(query_max_rows=9), opened(query_max_rows=10)
    for kind in ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"):
        asked = QueryRequest("CONSTRUCT WHERE { ?s ?p ?o }", "http://x/", graph=kind)
        with pytest.raises(TooManyRows):
            pool.run(asked)
        assert b"".join(ample.run(asked).chunks)


@pytest.mark.parametrize(
    "query",
    [
        "ASK " + "{" * 1_000_000,
        "ASK { FILTER(" + "(" * 500_000 + "1" + ")" * 500_000 + ") }",
        "ASK { {}" + " UNION {}" * 200_000 + " }",
    ],
)
def test_a_query_that_the_engine_cannot_take_apart_costs_its_reader_and_nobody_else(opened: Opener, query: str) -> None:
    pool = opened(query_max_length=2_000_000)
    with pytest.raises(QueryTooDeep, match="more than the engine can take apart"):
        pool.run(request(query))

    assert b"true" == body_of(pool, "ASK {}")


def test_a_deadline_never_hits_the_next_query_of_the_reader(
    opened: Opener, snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshots.commit(*range(20_000))
    pool = opened()
    body_of(pool, "ASK {}")
    deadline = monotonic() + 1
    first = pool.run(request("SELECT * { ?s ?p ?o }"), timeout=1)
    moments, second = iter(["the only one"]), list[Answer]()

    class Unlucky(Condition):
        """Ends the late query and begins the next one in the moment when the watcher lets go of the pool."""

        def __exit__(self, *caught: Any) -> None:
            super().__exit__(*caught)
            if current_thread().name == "deadlines" and monotonic() > deadline and next(moments, None):
                with suppress(AnswerBroken):
                    list(first.chunks)
                second.append(pool.run(request("SELECT * { ?s ?p ?o }")))

    monkeypatch.setattr(vars(pool)["_pool"], "_lock", Unlucky())
    eventually(lambda: second)

    assert 20_000 == b"".join(second[0].chunks).count(b"http://x/number")
