from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from rubricator.errors import UsageError
from rubricator.pipeline.exporting.whole import export_store
from rubricator.store.client import StoreClient

QUADS = [
    Quad(NamedNode("http://rubricator.test/s"), NamedNode("http://rubricator.test/p"), NamedNode(f"http://x.test/{n}"))
    for n in range(100)
]


def test_an_export_holds_every_quad(client: StoreClient, tmp_path: Path) -> None:
    client.load(QUADS)

    size = export_store(client, "application/n-quads", tmp_path / "store.nq")

    assert size == (tmp_path / "store.nq").stat().st_size
    assert set(QUADS) == set(parse((tmp_path / "store.nq").read_bytes(), RdfFormat.N_QUADS))
    assert ["store.nq"] == [path.name for path in tmp_path.glob("*store.nq*")]


@pytest.mark.parametrize("output", ["nowhere/store.nq", "folder"])
def test_a_place_that_cannot_be_written_is_named(client: StoreClient, tmp_path: Path, output: str) -> None:
    (tmp_path / "folder").mkdir()

    with pytest.raises(UsageError, match=output):
        export_store(client, "application/n-quads", tmp_path / output)

    assert [] == list(tmp_path.glob(".folder*"))
