"""What takes long to read follows the view at a distance, and no answer with it is taken for one of the view."""

from pathlib import Path
from threading import Event, Thread
from time import sleep

import pytest
from pyoxigraph import NamedNode, Quad

from rubricator.errors import RubricatorError
from rubricator.rdf import ENR
from rubricator.settings import Settings, load_settings
from rubricator.store.client import connect
from rubricator.store.readers import open_readers
from rubricator_service import create_app
from rubricator_service.context import EXTENSION, Service
from rubricator_service.reading.annotations import read_names
from rubricator_service.reading.followed import Followed, Found
from tests.service.live import BASE


class Slow:
    """Something that is read in so many seconds, by a clock of its own."""

    def __init__(self, seconds: float) -> None:
        self.revision, self.now, self.read, self.fails = "1", 0.0, 0, False
        self._seconds = seconds

    def reading(self) -> int:
        self.now += self._seconds
        self.read += 1
        if self.fails:
            raise RubricatorError("It took too long.")
        return self.read

    def followed(self) -> Followed[int]:
        return Followed(lambda: self.revision, self.reading, lambda: self.now)


def test_what_takes_long_is_read_again_after_twenty_times_as_long() -> None:
    slow = Slow(3.0)
    followed = slow.followed()

    assert Found("1", 1) == followed.get()
    slow.revision = "2"
    assert Found("1", 1) == followed.get()
    slow.now = 60.0
    assert Found("2", 2) == followed.get()


def test_what_is_quick_follows_every_change() -> None:
    quick = Slow(0.1)
    followed = quick.followed()

    for revision in "1234":
        quick.revision = revision
        quick.now += 1.0
        assert Found(revision, int(revision)) == followed.get() == followed.get()


def test_what_cannot_be_read_any_more_stays_as_it_was() -> None:
    slow = Slow(1.0)
    followed = slow.followed()
    first = followed.get()

    slow.fails, slow.revision, slow.now = True, "2", 100.0

    assert first == followed.get() == followed.get()
    assert 2 == slow.read


def test_what_was_never_read_cannot_be_told() -> None:
    slow = Slow(1.0)
    slow.fails = True

    with pytest.raises(RubricatorError):
        slow.followed().get()


def test_nobody_waits_for_what_somebody_else_reads_anew() -> None:
    revision, begun, go_on = ["1"], Event(), Event()

    def read() -> str:
        if revision == ["1"]:
            return "old"
        begun.set()
        assert go_on.wait(20)
        return "new"

    followed = Followed(lambda: revision[0], read, lambda: float(revision[0]))
    followed.get()
    revision[0] = "2"
    other = Thread(target=followed.get)
    other.start()
    assert begun.wait(20)

    assert Found("1", "old") == followed.get()
    go_on.set()
    other.join(20)
    assert Found("2", "new") == followed.get()


def test_an_answer_of_late_is_not_kept_for_the_view_of_now(tmp_path: Path) -> None:
    """Else the first page after the last change of a large store would stay as it was until the next change."""
    settings = load_settings(data_dir=tmp_path / "data", base=BASE)
    publish(settings, "a" * 26)
    readers, moment = open_readers(settings), [0.0]
    app = create_app(settings, readers)
    state: Service = app.extensions[EXTENSION]

    def slowly() -> object:
        moment[0] += 10.0
        return read_names(state.reading, state.iris, foreign=False)

    state.__dict__["_annotations"] = Followed(state.reading.revision, slowly, lambda: moment[0])
    web = app.test_client()

    def asked() -> tuple[int, bool]:
        answer = web.get("/annotations/", headers={"Accept": "application/ld+json"})
        return answer.get_json()["total"], "Last-Modified" in answer.headers

    first = asked()
    publish(settings, "b" * 26)
    sleep(1.0)  # so that the second of the change is over, and Last-Modified could be told
    late = asked()
    moment[0] = 1000.0
    now = asked()
    readers.close()

    assert (1, 2) == (first[0], now[0])
    assert (1, False) == late


def publish(settings: Settings, name: str) -> None:
    """That an item carries one more annotation."""
    with connect(settings) as client:
        item, annotation = NamedNode("http://data.europeana.eu/item/1/1"), NamedNode(f"{BASE}/annotation/{name}")
        client.load([Quad(item, ENR["hasEnrichment"], annotation)])
