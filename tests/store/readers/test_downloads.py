"""Whole graphs, which have limits of their own."""

import pytest

from rubricator.store.errors import (
    AnswerTooLarge,
    QueryTimeout,
    ReadersBusy,
)
from rubricator.store.readers import QueryRequest
from tests.store.readers.reading import ENDLESS, STREAM, Opener, Snapshots, request
from tests.store.running import BASE, body_of, eventually


def test_a_download_may_be_larger_and_take_longer_than_a_query(opened: Opener, snapshots: Snapshots) -> None:
    snapshots.commit(*range(20_000))
    pool = opened(query_max_bytes=1000)
    whole = QueryRequest("CONSTRUCT WHERE { ?s ?p ?o }", f"{BASE}/", graph="application/n-triples")

    assert 20_000 == b"".join(pool.download(whole).chunks).count(b"\n")
    with pytest.raises(AnswerTooLarge):
        pool.run(whole)


def test_a_download_is_killed_at_its_own_deadline(opened: Opener) -> None:
    pool = opened(graph_timeout=0.2)

    with pytest.raises(QueryTimeout):
        pool.download(request(ENDLESS))
    assert b"true" == body_of(pool, "ASK {}")


def test_downloads_keep_no_query_waiting_and_wait_for_each_other(opened: Opener) -> None:
    pool = opened(query_timeout=0.5)
    before = len(pool.processes())
    with pool.download(request(STREAM)):
        assert b"true" == body_of(pool, "ASK {}")
        with pytest.raises(ReadersBusy):
            pool.download(request(STREAM))
    with pool.download(request(STREAM)):
        pass

    eventually(lambda: before == len(pool.processes()))
