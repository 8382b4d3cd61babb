"""What readers answer, from which snapshot, and what they refuse."""

from contextlib import closing

import pytest

from rubricator.errors import StoreUnavailable
from rubricator.settings import Settings
from rubricator.store.errors import (
    BadRequest,
    NotAcceptable,
    QueryRefused,
    QuerySyntaxError,
    QueryTooLong,
)
from rubricator.store.frames import CHUNK
from rubricator.store.readers import QueryRequest, ReaderPool
from rubricator.store.snapshots import current_revision
from tests.store.readers.reading import Opener, Snapshots, request
from tests.store.running import BASE, body_of, eventually, quad


def test_an_answer_names_its_format_and_the_state_it_was_read_from(opened: Opener, snapshots: Snapshots) -> None:
    revision = snapshots.commit(1)

    answer = opened().run(QueryRequest("SELECT ?o { ?s ?p ?o }", f"{BASE}/", solutions="text/csv"))

    assert ("text/csv", revision, [b"o\r\n1\r\n"]) == (answer.media_type, answer.revision, list(answer.chunks))


def test_relative_iris_resolve_against_the_base(opened: Opener, snapshots: Snapshots) -> None:
    snapshots.commit(1)

    answer = opened().run(QueryRequest("SELECT ?o { <1> ?p ?o }", "http://x/", solutions="text/csv"))

    assert b"o\r\n1\r\n" == b"".join(answer.chunks)


def test_graphs_are_answered_in_the_graph_format(opened: Opener, snapshots: Snapshots) -> None:
    snapshots.commit(1)

    assert f"{quad(1)} .\n".encode() == body_of(opened(), "CONSTRUCT WHERE { ?s ?p ?o }")


def test_the_dataset_of_the_request_is_kept(opened: Opener, snapshots: Snapshots) -> None:
    snapshots.store.add(quad(1, "http://g/1"))
    snapshots.commit(2)

    asked = QueryRequest("SELECT ?o { ?s ?p ?o }", f"{BASE}/", default_graphs=("http://g/1",), solutions="text/csv")

    assert b"o\r\n1\r\n" == b"".join(opened().run(asked).chunks)


def test_readers_turn_to_new_snapshots_and_let_old_ones_go(
    opened: Opener, snapshots: Snapshots, settings: Settings
) -> None:
    pool = opened()
    first = snapshots.commit(1)
    before = body_of(pool, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    second = snapshots.commit(2)
    after = body_of(pool, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")

    assert (b"n\r\n1\r\n", b"n\r\n2\r\n") == (before, after)

    def only_the_second() -> bool:
        snapshots.keeper.prune()
        return not (settings.store_dir / "snapshots" / first).exists()

    eventually(only_the_second)
    assert second == current_revision(settings.store_dir / "snapshots")


def test_a_running_answer_keeps_its_snapshot(opened: Opener, snapshots: Snapshots) -> None:
    snapshots.commit(*range(20_000))
    answer = opened().run(request("SELECT * { ?s ?p ?o }"))
    snapshots.store.clear()
    snapshots.commit()

    assert 20_000 == b"".join(answer.chunks).count(b"http://x/number")


def test_a_large_value_comes_in_pieces_too(opened: Opener, snapshots: Snapshots) -> None:
    """Who serves the web holds one piece of each answer in memory."""
    snapshots.commit(1)
    large = f"REPLACE(REPLACE('{'a' * 100}', 'a', '{'b' * 200}'), 'b', '{'c' * 200}')"
    pieces = list(opened().run(request(f"SELECT ({large} AS ?x) {{}}")).chunks)

    assert 4_000_000 == b"".join(pieces).count(b"c")
    assert max(map(len, pieces)) <= CHUNK


def test_without_any_snapshot_the_store_is_unavailable(settings: Settings) -> None:
    with closing(ReaderPool(settings)) as pool, pytest.raises(StoreUnavailable, match="nothing to read yet"):
        pool.run(request("ASK {}"))


@pytest.mark.parametrize(
    ("asked", "error", "message"),
    [
        (request("SELECT * {\n ?s }"), QuerySyntaxError, "at line 2, column"),
        (request("DROP ALL"), QuerySyntaxError, "at line 1"),
        (request("ASK { SERVICE <http://127.0.0.1/> {} }"), QueryRefused, "SERVICE at line 1"),
        (request("ASK { ?s ?p '" + "x" * 1000 + "' }"), QueryTooLong, "longer than 1,000 bytes"),
        (QueryRequest("ASK {}", BASE, solutions=None), NotAcceptable, "answered in JSON"),
        (QueryRequest("CONSTRUCT WHERE { ?s ?p ?o }", BASE, graph=None), NotAcceptable, "answered in Turtle"),
        (QueryRequest("ASK {}", BASE, default_graphs=("relative",)), BadRequest, "no absolute IRI"),
    ],
)
def test_what_cannot_be_answered_is_said_and_the_reader_lives_on(
    opened: Opener, asked: QueryRequest, error: type[Exception], message: str
) -> None:
    pool = opened(query_max_length=1000, readers=1)
    with pytest.raises(error, match=message):
        pool.run(asked)

    assert b"true" == body_of(pool, "ASK {}")


def test_a_syntax_error_carries_line_and_column(opened: Opener) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        opened().run(request("ASK {\n  nonsense }"))

    assert (2, True) == (caught.value.line, (caught.value.column or 0) >= 3)
