"""Several requests are on their way at a time: no more than allowed, in order, and they end when they should."""

import itertools
import signal
import threading

import pytest

from rubricator.errors import SourceError
from rubricator.harvest.web import Answer, Request, Web
from rubricator.settings import Settings
from tests.fakes.web import WebServer, reply, silence, slowly
from tests.harvest.web.asking import RECORD


def body_of(answer: Answer | SourceError) -> bytes:
    assert isinstance(answer, Answer)
    return answer.body


def test_answers_come_in_the_order_of_the_requests(web: Web, server: WebServer) -> None:
    urls = [server.answers(f"/{number}", slowly(reply(b"%d" % number), 0.05 / (number + 1))) for number in range(9)]

    assert [b"%d" % number for number in range(9)] == [body_of(answer) for answer in web.get_all(map(Request, urls))]


def test_a_request_that_fails_does_not_end_the_others(web: Web, server: WebServer) -> None:
    urls = [server.answers("/a", RECORD), f"{server.url}/none", server.answers("/b", RECORD)]

    first, second, third = web.get_all(map(Request, urls))

    assert isinstance(second, SourceError)
    assert ("source-missing", body_of(first)) == (second.code, body_of(third))


@pytest.mark.parametrize("requests", [1, 2, 3])
def test_no_more_are_on_their_way_than_allowed(local_settings: Settings, server: WebServer, requests: int) -> None:
    url = server.answers("/record", slowly(RECORD, 0.02))

    with Web(local_settings.model_copy(update={"source_requests": requests})) as web:
        threads = [threading.Thread(target=lambda: list(web.get_all([Request(url)] * 8))) for _ in range(2)]
        for thread in threads:
            thread.start()
        web.get(Request(url))
        for thread in threads:
            thread.join()

    assert 17 == len(server.asked)
    assert requests == server.most_at_once


def test_requests_are_taken_only_as_they_are_needed(web: Web, server: WebServer) -> None:
    url, taken = server.answers("/record", RECORD), itertools.count()
    requests = (Request(url) for _ in iter(lambda: next(taken), None))

    answers = web.get_all(requests)
    assert 0 == len(server.asked)
    for _ in range(3):
        next(answers)

    assert 5 == next(taken)


def test_closing_the_answers_calls_off_what_is_on_its_way(web: Web, server: WebServer) -> None:
    urls = [server.answers("/a", RECORD), server.answers("/b", silence), server.answers("/c", silence)]

    answers = web.get_all(map(Request, urls))
    next(answers)
    answers.close()

    assert b'{"object": 1}' == web.get(Request(urls[0])).body


def test_closing_wakes_who_waits_for_the_next_try(local_settings: Settings, server: WebServer) -> None:
    url = server.answers("/record", reply(b"", 500))
    with Web(local_settings.model_copy(update={"source_timeout": 3600.0}), first_wait=600.0) as web:
        thread = threading.Thread(target=lambda: list(web.get_all([Request(url)])))
        thread.start()
        while not server.asked:
            thread.join(0.01)
    thread.join()

    assert 1 == len(server.asked)


def test_ctrl_c_ends_what_is_on_its_way(local_settings: Settings, server: WebServer) -> None:
    url = server.answers("/record", silence)

    def interrupt() -> None:
        while len(server.asked) < 2:
            server.stopping.wait(0.01)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt), Web(local_settings) as web:
        list(web.get_all([Request(url)] * 4))

    assert 2 == len(server.asked)


def test_a_closed_web_is_not_asked(local_settings: Settings, server: WebServer) -> None:
    with Web(local_settings) as web:
        pass

    with pytest.raises(RuntimeError):
        web.get(Request(server.answers("/record", RECORD)))
    assert [] == server.asked
