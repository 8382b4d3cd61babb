"""Dumps are whole, one snapshot's, in the place of the last ones; loaded elsewhere they are the same data set."""

import gzip
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

from rubricator.dumps import Dumps, DumpsDamaged, read_dumps
from rubricator.errors import UsageError
from rubricator.iris import Iris
from rubricator.pipeline.dumping.dump import make_dumps
from rubricator.pipeline.dumping.parts import shared_part
from rubricator.pipeline.sole import JobRunning, sole_job
from rubricator.settings import Settings, load_settings
from rubricator.store.client import connect
from tests.pipeline.proving.lived import live

MANY = 40


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A store with runs, reviews and retractions, records with blank nodes, and graphs of nobody."""
    settings = load_settings(data_dir=tmp_path_factory.mktemp("lived"), base="http://rubricator.test")
    with connect(settings) as client:
        live(client, settings)
        client.load(parse(records(settings.iris), RdfFormat.TRIG))
    return settings


def records(iris: Iris) -> bytes:
    graphs = "".join(
        f'{iris.record_graph("set", str(n))} {{ <http://x.test/{n}> <http://x.test/p> [ <http://x.test/q> "{n}\\n" ] }}'
        for n in range(MANY)
    )
    return f"{graphs} <http://x.test/g> {{ _:one <http://x.test/p> 'π' }} _:one <http://x.test/p> 1 .".encode()


@pytest.fixture(scope="module")
def dumps(lived: Settings) -> Dumps:
    return make_dumps(lived)


def quads(dumps: Dumps, name: str) -> list[Quad]:
    return list(parse(gzip.decompress((dumps.folder / name).read_bytes()), RdfFormat.N_QUADS))


def canonical(found: Iterable[Quad]) -> Dataset:
    dataset = Dataset(found)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def test_the_whole_loaded_elsewhere_is_the_same_data_set(lived: Settings, dumps: Dumps) -> None:
    with connect(lived) as client:
        held = b"".join(client.export("application/n-quads"))

    assert canonical(parse(held, RdfFormat.N_QUADS)) == canonical(quads(dumps, "whole.nq.gz"))


def test_oxigraph_s_own_loader_reads_the_whole(dumps: Dumps, tmp_path: Path) -> None:
    program = str(Path(sys.executable).parent / "oxigraph")
    whole = str(dumps.folder / "whole.nq.gz")
    subprocess.run([program, "load", "--location", str(tmp_path), "--file", whole], check=True, capture_output=True)

    assert dumps.dumps[0].quads == len(Store.read_only(str(tmp_path)))


def test_the_parts_are_the_whole(dumps: Dumps) -> None:
    parts = [quads(dumps, dump.name) for dump in dumps.dumps[1:]]

    assert "whole.nq.gz" == dumps.dumps[0].name
    assert set(quads(dumps, "whole.nq.gz")) == {quad for part in parts for quad in part}
    assert [len(part) for part in parts] == [dump.quads for dump in dumps.dumps[1:]]


def test_each_graph_is_in_the_part_of_its_kind(lived: Settings, dumps: Dumps) -> None:
    iris = lived.iris
    names = [dump.name for dump in dumps.dumps[1:]]

    assert [
        "view.nq.gz", "concepts.nq.gz", "ledger.nq.gz", "reviews.nq.gz", "records.nq.gz", "explanations.nq.gz",
        "retractions.nq.gz", "others.nq.gz", "run-A.nq.gz", "run-B.nq.gz", "run-C.nq.gz",
    ] == names  # fmt: skip
    assert {DefaultGraph()} == {quad.graph_name for quad in quads(dumps, "view.nq.gz")}
    assert {iris.run_graph("B")} == {quad.graph_name for quad in quads(dumps, "run-B.nq.gz")}
    assert MANY == len({quad.graph_name for quad in quads(dumps, "records.nq.gz")})
    assert [NamedNode("http://x.test/g")] == [quad.graph_name for quad in quads(dumps, "others.nq.gz")]


@pytest.mark.parametrize("name", ["run/A/B", "run/", "run", "nothing"])
def test_a_graph_that_is_no_run_s_gets_no_file_of_its_own(lived: Settings, name: str) -> None:
    """Its name would be that of a file in a folder that there is not."""
    part = shared_part(f"http://rubricator.test/graph/{name}", lived.iris)

    assert part is not None
    assert "others" == part.name


def test_sizes_and_hashes_are_those_of_the_files(dumps: Dumps) -> None:
    for dump in dumps.dumps:
        content = (dumps.folder / dump.name).read_bytes()
        assert (dump.size, dump.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    (dumps.folder.parent / "sums").write_text(dumps.checksums())
    subprocess.run(["sha256sum", "--check", "--strict", "../sums"], cwd=dumps.folder, check=True, capture_output=True)


@pytest.fixture
def small(settings: Settings) -> Settings:
    with connect(settings) as client:
        client.load([Quad(NamedNode("http://x.test/s"), NamedNode("http://x.test/p"), NamedNode("http://x.test/1"))])
    return settings


def test_what_was_dumped_already_is_not_dumped_again(small: Settings) -> None:
    first = make_dumps(small)
    before = {path.name: path.stat().st_ino for path in first.folder.iterdir()}

    again = make_dumps(small)

    assert first == again
    assert before == {path.name: path.stat().st_ino for path in again.folder.iterdir()}


def test_new_dumps_take_the_place_of_the_old_and_what_a_killed_one_left(small: Settings) -> None:
    first = make_dumps(small)
    (small.data_dir / "dumps" / ".draft").mkdir()
    with connect(small) as client:
        client.load([Quad(NamedNode("http://x.test/s"), NamedNode("http://x.test/p"), NamedNode("http://x.test/2"))])

    second = make_dumps(small)

    assert first.taken < second.taken
    assert (1, 2) == (first.dumps[0].quads, second.dumps[0].quads)
    assert second == read_dumps(small.data_dir)
    assert {"current", second.folder.name} == {path.name for path in (small.data_dir / "dumps").iterdir()}


def test_the_same_quads_give_the_same_bytes(small: Settings) -> None:
    first = make_dumps(small)
    with connect(small) as client:
        client.update("INSERT DATA { <http://x.test/a> <http://x.test/b> 1 }")
        client.update("DELETE DATA { <http://x.test/a> <http://x.test/b> 1 }")

    second = make_dumps(small)

    assert first.folder != second.folder
    assert [dump.sha256 for dump in first.dumps] == [dump.sha256 for dump in second.dumps]


def test_dumps_that_fail_leave_the_old_ones(small: Settings) -> None:
    first = make_dumps(small)
    with connect(small) as client:
        client.update("INSERT DATA { <http://x.test/a> <http://x.test/b> 1 }")

    def full(done: int, total: int | None = None) -> None:
        raise OSError(28, f"No space left on device for {done} of {total}")

    with connect(small) as client:
        client.load(
            Quad(NamedNode("http://x.test/s"), NamedNode("http://x.test/p"), NamedNode(f"http://x.test/{n}"))
            for n in range(1500)
        )
    with pytest.raises(UsageError, match="make room"):
        make_dumps(small, full)

    assert first == read_dumps(small.data_dir)
    assert {"current", first.folder.name} == {path.name for path in (small.data_dir / "dumps").iterdir()}


def test_the_catalogue_can_be_read_by_others(small: Settings) -> None:
    made = make_dumps(small)

    catalogue = json.loads((made.folder / "dumps.json").read_text())
    assert ["whole.nq.gz", "view.nq.gz"] == [dump["name"] for dump in catalogue["dumps"]]


def test_where_there_is_no_store_nothing_is_dumped(settings: Settings) -> None:
    with pytest.raises(UsageError, match="harvest something first"):
        make_dumps(settings)


def test_two_do_not_dump_at_once(small: Settings) -> None:
    with sole_job(small, "dumps"), pytest.raises(JobRunning, match="rubricator dumps"):
        make_dumps(small)


def test_dumps_whose_list_is_damaged_are_made_anew(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, base="http://rubricator.test")
    with connect(settings) as client:
        client.load(parse(records(settings.iris), RdfFormat.TRIG))
    before = make_dumps(settings)
    (before.folder / "dumps.json").write_text('{"taken": "20')

    with pytest.raises(DumpsDamaged):
        read_dumps(tmp_path)
    assert before == make_dumps(settings) == read_dumps(tmp_path)
