"""What tests of readers share: queries that find no end, and a store with snapshots and no server."""

from collections.abc import Callable
from pathlib import Path

from pyoxigraph import Store

from rubricator.store.readers import QueryRequest, ReaderPool
from rubricator.store.snapshots import SnapshotKeeper
from tests.store.running import BASE, quad

NUMBERS = " ".join(map(str, range(300)))
CROSS = "".join(f"VALUES ?v{block} {{ {NUMBERS} }} " for block in range(4))
ENDLESS = f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}"
STREAM = f"SELECT * {{ {CROSS} }}"

Opener = Callable[..., ReaderPool]


class Snapshots:
    """A store with snapshots and no server: what readers see of a writer."""

    def __init__(self, directory: Path) -> None:
        self.store = Store(directory / "db")
        self.directory = directory / "snapshots"
        self.keeper = SnapshotKeeper(self.directory, lambda path: self.store.backup(path), interval=60)
        self.keeper.start()

    def commit(self, *numbers: int) -> str:
        self.store.extend(map(quad, numbers))
        return self.keeper.take()


def request(query: str) -> QueryRequest:
    return QueryRequest(query, f"{BASE}/")
