"""What is said of one thing is read where it is asked for, as readers read it; all else is left to them."""

from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from rubricator.errors import StoreUnavailable
from rubricator.store.answers import AsyncAnswer
from rubricator.store.lookups import LONGEST, Lookups, is_lookup
from rubricator.store.mediatypes import CSV, JSON, TSV, XML
from rubricator.store.readers import ReaderPool
from rubricator.store.snapshots import SnapshotKeeper, current_revision
from tests.store.readers.reading import Opener, Snapshots, request
from tests.store.running import BASE, eventually

THING, OTHER, HUGE = (NamedNode(f"{BASE}/{name}") for name in ("thing", "other", "huge"))
NAME, KIND = NamedNode(f"{BASE}/name"), NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")

LOOKUPS = [
    f"SELECT ?p ?o {{ {THING} ?p ?o }} # 12",
    f"select * where{{{THING}?p ?o}}",
    "SELECT ?o WHERE { <thing> <name> ?o . } LIMIT 2",
    "#first\r\nPREFIX : <>\n prefix a-b: <> SELECT $o { :thing a-b:name $o\n#last\n}",
    "SELECT DISTINCT * { <thing> ?p ?o }",
    f"SELECT ?o ?nothing {{ {THING} a ?o }}",
    "SELECT ?p { <thing> ?p <other> }",
    "SELECT * { <thing> <name> <other> }",
    "ASK { <thing> ?p ?o }",
    "ASK WHERE{<nowhere> a <other>}",
    "SELECT ?p ?o { <nowhere> ?p ?o }",
]
OTHERS = [
    "SELECT ?s { ?s ?p ?o }",
    "SELECT ?s { ?s <name> <thing> }",
    "SELECT ?s { [] <name> ?s }",
    "SELECT ?s { _:thing <name> ?s }",
    "SELECT DISTINCT ?p { <thing> ?p ?o }",
    "SELECT DISTINCT ?nothing ?p { <thing> ?p ?o } LIMIT 2",
    "SELECT ?p { <thing> ?p ?p }",
    "SELECT ?p { <thing> ?p $p }",
    "SELECT ?p ?o { <thing> ?p ?o . <other> ?p ?o }",
    "SELECT ?p ?o { <thing> ?p ?o ; a ?c }",
    "SELECT ?p ?o { <thing> ?p ?o , ?c }",
    "SELECT ?o { <thing> <name>* ?o }",
    "SELECT ?o { <thing> <name>|<other> ?o }",
    "SELECT ?o { <thing> a/a ?o }",
    "SELECT ?o { <thing> ^a ?o }",
    "SELECT ?o { <thing> !a ?o }",
    "SELECT ?p ?o { <thing> ?p ?o } OFFSET 1",
    "SELECT ?p ?o { <thing> ?p ?o } ORDER BY ?o",
    "SELECT ?p ?o { <thing> ?p ?o } #\nORDER BY ?o",
    "SELECT ?p ?o { <thing> ?p ?o } # \\u000A ORDER BY ?o",
    "SELECT ?p ?o { <\\u0074hing> ?p ?o }",
    "SELECT ?p ?o FROM <thing> { <thing> ?p ?o }",
    "SELECT ?p ?o { GRAPH ?g { <thing> ?p ?o } }",
    "SELECT (COUNT(*) AS ?n) { <thing> ?p ?o }",
    "SELECT ?p ?o { <thing> ?p ?o FILTER(?o > 1) }",
    "SELECT ?p ?o { OPTIONAL { <thing> ?p ?o } }",
    "SELECT ?p { <thing> ?p 'x' }",
    "DESCRIBE <thing>",
    "CONSTRUCT { ?p ?p ?o } { <thing> ?p ?o }",
    "#SELECT ?p ?o { <thing> ?p ?o }",
    "SELECT ?p ?o { <thing> ?p ?o } " + " " * LONGEST,
]


@pytest.fixture
def filled(snapshots: Snapshots) -> Snapshots:
    names = [Quad(THING, NAME, Literal(f"Name {number}, “given”", language="en")) for number in range(3)]
    many = [Quad(HUGE, NAME, Literal(f"a name as long as others are {number}")) for number in range(20_000)]
    snapshots.store.extend([*names, *many, Quad(THING, KIND, OTHER), Quad(THING, NAME, OTHER)])
    snapshots.keeper.take()
    return snapshots


@pytest.fixture
def pool(opened: Opener, filled: Snapshots) -> ReaderPool:
    """Readers of the filled store, ready to look things up."""
    pool = opened()
    eventually(lambda: found(pool, filled, LOOKUPS[0]))
    return pool


def found(pool: ReaderPool, snapshots: Snapshots, query: str, solutions: str = JSON) -> AsyncAnswer | None:
    return pool.look_up(replace(request(query), solutions=solutions), current_revision(snapshots.directory))


def left(snapshots: Snapshots) -> list[str]:
    """The snapshots that cannot be deleted now."""
    snapshots.keeper.prune()
    return [path.name for path in snapshots.directory.iterdir() if not path.is_symlink()]


@pytest.mark.parametrize("media_type", [JSON, XML, CSV, TSV])
def test_lookups_are_answered_as_a_reader_answers_them(pool: ReaderPool, filled: Snapshots, media_type: str) -> None:
    for query in LOOKUPS:
        expected = pool.run(replace(request(query), solutions=media_type))
        answer = found(pool, filled, query, media_type)

        assert answer is not None
        assert (expected.media_type, expected.revision) == (answer.media_type, answer.revision)
        assert b"".join(expected.chunks) == answer.body


@pytest.mark.parametrize("query", OTHERS)
def test_whatever_may_read_more_than_it_answers_is_no_lookup(query: str) -> None:
    assert not is_lookup(query)


def test_the_name_of_a_thing_may_hide_nothing(pool: ReaderPool, filled: Snapshots) -> None:
    for broken in (
        "SELECT ?o { <thing> nobody:declared ?o }",
        "SELECT ?o ?o { <thi%ng> A ?o }",
        "ASK { <> a <> } LIMIT 0 0",
    ):
        assert not found(pool, filled, broken)


def test_what_is_said_of_a_thing_without_end_is_left_to_a_reader(pool: ReaderPool, filled: Snapshots) -> None:
    query = "SELECT ?o { <huge> ?p ?o }"

    assert is_lookup(query)
    assert not found(pool, filled, query)
    assert found(pool, filled, f"{query} LIMIT 3")


def test_no_more_rows_are_found_than_an_answer_may_have(opened: Opener, filled: Snapshots) -> None:
    pool = opened(query_max_rows=5)
    eventually(lambda: found(pool, filled, "SELECT ?p ?o { <thing> ?p ?o }"))

    assert not found(pool, filled, "SELECT ?o { <huge> ?p ?o } LIMIT 6")
    assert found(pool, filled, "SELECT ?o { <huge> ?p ?o } LIMIT 5")


def test_a_dataset_of_the_protocol_and_formats_for_graphs_alone_are_left_to_readers(
    pool: ReaderPool, filled: Snapshots
) -> None:
    asked, revision = request(LOOKUPS[0]), current_revision(filled.directory)

    assert pool.look_up(asked, revision)
    for other in ({"solutions": None}, {"default_graphs": (f"{BASE}/g",)}, {"named_graphs": (f"{BASE}/g",)}):
        assert not pool.look_up(replace(asked, **other), revision)


def test_only_the_newest_snapshot_is_read_and_no_older_one_kept(pool: ReaderPool, filled: Snapshots) -> None:
    query, older = "SELECT ?o { <http://x/1> ?p ?o }", current_revision(filled.directory)
    before = found(pool, filled, query)
    newer = filled.commit(1)

    eventually(lambda: found(pool, filled, query))
    answer = found(pool, filled, query, CSV)
    assert answer
    assert (newer, b"o\r\n1\r\n") == (answer.revision, answer.body)
    assert before
    assert older == before.revision
    assert not pool.look_up(request(query), older)
    eventually(lambda: [newer] == left(filled))


def test_where_lookups_are_slow_readers_are_left_to_wait(
    pool: ReaderPool, filled: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rubricator.store.lookups.SLOW_SECONDS", 0.0)
    assert found(pool, filled, LOOKUPS[0])
    assert not found(pool, filled, LOOKUPS[0])
    eventually(lambda: found(pool, filled, LOOKUPS[0]))


def test_the_longer_lookups_keep_others_waiting_the_longer_they_rest(
    pool: ReaderPool, filled: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = iter([0.0, 2.0, 90.0, 110.0, 110.0])
    monkeypatch.setattr("rubricator.store.lookups.monotonic", lambda: next(times))

    assert found(pool, filled, LOOKUPS[0])
    assert not found(pool, filled, LOOKUPS[0])
    assert found(pool, filled, LOOKUPS[0])


def test_a_damaged_snapshot_is_told_and_held_by_nobody(pool: ReaderPool, filled: Snapshots) -> None:
    def damaged(path: Path) -> None:
        filled.store.backup(path)
        next(path.glob("MANIFEST*")).write_bytes(b"")

    revision = SnapshotKeeper(filled.directory, damaged, 60).take()
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match=f"cannot be opened: .* {revision}/db") as told:
            pool.run(request(LOOKUPS[0]))
        assert str(filled.directory) not in str(told.value)
        assert not found(pool, filled, LOOKUPS[0])

    newer = filled.commit(1)
    eventually(lambda: found(pool, filled, LOOKUPS[0]))
    eventually(lambda: [newer] == left(filled))


def test_where_there_is_no_snapshot_yet_nothing_is_found(tmp_path: Path) -> None:
    lookups = Lookups(tmp_path / "snapshots", None)

    assert not lookups.find(request(LOOKUPS[0]), None)
    assert not lookups.find(request(LOOKUPS[0]), "20261122T120000.000000Z")
    lookups.close()


def test_once_closed_nothing_is_found_and_no_snapshot_held(opened: Opener, filled: Snapshots) -> None:
    pool = opened()
    eventually(lambda: found(pool, filled, LOOKUPS[0]))
    pool.close()

    assert not found(pool, filled, LOOKUPS[0])
    assert [filled.commit(2)] == left(filled)
