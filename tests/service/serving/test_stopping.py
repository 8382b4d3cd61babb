"""A service that is told to stop finishes what it can within its grace, and breaks the rest visibly."""

import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import requests

from rubricator.settings import Settings
from rubricator.store.endpoint import running
from rubricator.store.readers import Readers
from rubricator_service.serving import server
from tests.service.live import Live, fronted, serving
from tests.service.serving.served import application
from tests.service.serving.wire import Cut, Wire, request
from tests.store.running import eventually

ENDLESS = quote("SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")
SOME_SECONDS = quote("SELECT (COUNT(*) AS ?count) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")


@pytest.fixture
def stoppable(tmp_path: Path) -> Iterator[Live]:
    with serving(tmp_path) as live:
        yield live


def test_an_answer_that_is_under_way_breaks_visibly(stoppable: Live) -> None:
    with requests.get(f"{stoppable.url}/sparql?query={ENDLESS}&format=tsv", stream=True, timeout=30) as answer:
        pieces = answer.iter_content(1000)
        assert 1000 == len(next(pieces))
        stoppable.process.send_signal(signal.SIGTERM)
        with pytest.raises(requests.exceptions.RequestException):
            for _piece in pieces:
                pass

    assert 0 == stoppable.process.wait(30)
    assert running(stoppable.settings) is None


def test_an_answer_that_comes_within_the_grace_comes_whole(stoppable: Live) -> None:
    answers = list[requests.Response]()
    address = f"{stoppable.url}/sparql?query={SOME_SECONDS}&format=csv"
    asking = threading.Thread(target=lambda: answers.append(requests.get(address, timeout=30)))
    asking.start()
    while asking.is_alive() and "requests_open 2" not in requests.get(f"{stoppable.url}/metrics", timeout=30).text:
        pass
    stoppable.process.send_signal(signal.SIGTERM)
    asking.join()

    assert [200] == [answer.status_code for answer in answers]
    counted = answers[0].text.split()
    assert "count" == counted[0]
    assert int(counted[1]) == round(int(counted[1]) ** 0.25) ** 4 > 1_000_000


def test_what_is_under_way_ends_in_its_grace_and_what_is_idle_at_once(installation: Settings, readers: Readers) -> None:
    app, pages = application(installation, readers)
    with fronted(app) as served, Wire(served.port) as idle, Wire(served.port) as used, Wire(served.port) as asking:
        assert 200 == used.ask(request("/echo")).status
        asking.send(request("/waits"))
        assert pages.came.wait(20)
        served.server.should_exit = True

        assert used.ended()
        assert idle.ended()
        with pytest.raises(requests.ConnectionError):
            requests.get(served.url, timeout=5)
        pages.let.set()
        answer = asking.read()
        assert (b"waited\n", "close") == (answer.body, answer.headers.get("connection"))


@pytest.mark.parametrize("coding", ["identity", "gzip", "zstd"])
def test_what_takes_longer_than_the_grace_is_broken_visibly(
    installation: Settings, readers: Readers, monkeypatch: pytest.MonkeyPatch, coding: str
) -> None:
    monkeypatch.setattr(server, "STOP_SECONDS", 0.2)
    app, pages = application(installation, readers)
    with fronted(app) as served, Wire(served.port) as streaming, Wire(served.port) as waiting:
        streaming.send(request("/slow", Accept_Encoding=coding))
        waiting.send(request("/waits"))
        assert pages.came.wait(20)
        eventually(lambda: served.front.watch.open == 2)
        served.server.should_exit = True

        with pytest.raises(Cut) as cut:
            streaming.read()
        assert cut.value.got
        told = waiting.read()
        assert (503, "application/problem+json", "2") == (
            told.status,
            told.headers["content-type"],
            told.headers["retry-after"],
        )
        pages.let.set()
