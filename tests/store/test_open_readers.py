"""The readers that the settings ask for, over a writer that runs."""

from contextlib import closing
from pathlib import Path

from rubricator.settings import Settings, load_settings
from rubricator.store.client import StoreClient
from rubricator.store.foreign import ForeignReader
from rubricator.store.readers import ReaderPool, open_readers
from tests.store.running import body_of, eventually, quad


def test_readers_see_what_the_writer_was_given(our_store: Settings, our_client: StoreClient) -> None:
    with closing(open_readers(our_store)) as readers:
        our_client.load([quad(1)])

        eventually(lambda: body_of(readers, "SELECT ?o { ?s ?p ?o }") == b"o\r\n1\r\n")


def test_the_settings_pick_the_readers(settings: Settings, tmp_path: Path) -> None:
    foreign = load_settings(data_dir=tmp_path, store_url="http://127.0.0.1:1")
    with closing(open_readers(settings)) as ours, closing(open_readers(foreign)) as theirs:
        assert (ReaderPool, ForeignReader) == (type(ours), type(theirs))
