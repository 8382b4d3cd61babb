"""Asking a hostile web, over real connections to a loopback server."""

import gzip
import threading
import tracemalloc

import pytest

from rubricator import __version__
from rubricator.transfer import Deadline, SilentHosts, TransferError, get
from tests.fakes.web import Internet, WebServer, dripping, gzip_bomb, redirect, reply, silence
from tests.transfer.asking import LIMITS, code_of, fetch


def test_every_request_says_who_asks_and_names_the_host(web: WebServer) -> None:
    fetch(web.answers("/", reply(b"")))

    assert web.asked[0].headers["User-Agent"].startswith(f"Rubricator/{__version__} ")
    assert web.url.removeprefix("http://") == web.asked[0].headers["Host"]


@pytest.mark.parametrize("status", [200, 204, 304, 404, 429, 500])
def test_an_answer_has_its_status_and_its_headers(web: WebServer, status: int) -> None:
    url = web.answers("/", reply(b"", status, {"Retry-After": "7"}))

    with get(url, LIMITS, Deadline(5.0), {}) as response:
        assert (status, "7", url) == (response.status, response.headers["retry-after"], response.url)


def test_spaces_and_letters_of_an_address_are_sent_percent_encoded(web: WebServer) -> None:
    web.answers("/m%C3%BCnze%201?q=a%20b%2Fc", reply(b"coin"))

    assert b"coin" == fetch(f"{web.url}/münze 1?q=a b%2Fc#obverse")


@pytest.mark.parametrize(
    "url",
    ["", "picture.jpg", "file:///etc/passwd", "http://", "http://[::1", "http://h:0/", "http://h:99999/",
     "http://a@b/", "http://h/\ud800", "http://\ud800/", "ftp://h/"],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(url: str) -> None:
    assert "bad-url" == code_of(url)


def test_a_password_is_not_repeated_in_the_message() -> None:
    with pytest.raises(TransferError) as caught:
        fetch("http://anna:secret@127.0.0.1/")

    assert "secret" not in str(caught.value)


def test_redirects_are_followed_up_to_the_limit(web: WebServer) -> None:
    for hop in range(1, 5):
        web.answers(f"/{hop}", redirect(f"/{hop - 1}"))
    web.answers("/0", reply(b"here"))

    assert b"here" == fetch(f"{web.url}/3")
    assert "too-many-redirects" == code_of(f"{web.url}/4")


def test_a_redirect_without_a_target_is_the_servers_error(web: WebServer) -> None:
    assert "server-error" == code_of(web.answers("/", reply(b"", 302)))


@pytest.mark.parametrize(
    "target",
    ["file:///etc/hostname", "ftp://127.0.0.1/x", "gopher://127.0.0.1/", "http://user:pw@127.0.0.1/", "http://[bad",
     "//[bad/x.jpg", "http://h:99999/"],
)  # fmt: skip
def test_a_redirect_cannot_leave_the_web_or_bring_a_password(web: WebServer, target: str) -> None:
    assert "bad-url" == code_of(web.answers("/", redirect(target)))


def test_confidential_headers_go_to_their_own_origin_only(web: WebServer, open_web: Internet) -> None:
    open_web.host("api.example", "193.0.6.139", web)
    open_web.host("elsewhere.example", "193.0.6.140", web)
    web.answers("/first", redirect("/second"))
    web.answers("/second", redirect("http://elsewhere.example/third"))
    web.answers("/third", reply(b""))

    with get("http://api.example/first", LIMITS, Deadline(5.0), {"Accept": "a/b"}, {"X-Api-Key": "k"}) as response:
        assert "http://elsewhere.example/third" == response.url

    assert ["k", "k", None] == [request.headers["X-Api-Key"] for request in web.asked]
    assert ["a/b"] * 3 == [request.headers["Accept"] for request in web.asked]


def test_another_port_is_another_origin(web: WebServer, open_web: Internet) -> None:
    open_web.host("api.example", "193.0.6.139", web)
    web.answers("/", redirect("http://api.example:8080/there"))
    web.answers("/there", reply(b""))

    with get("http://api.example/", LIMITS, Deadline(5.0), {}, {"X-Api-Key": "k"}):
        pass

    assert ["k", None] == [request.headers["X-Api-Key"] for request in web.asked]


def test_a_body_of_ten_megabytes_comes_whole(web: WebServer) -> None:
    content = bytes(range(256)) * 40_000
    web.answers("/plain", reply(content))
    web.answers("/packed", reply(gzip.compress(content), headers={"Content-Encoding": "gzip"}))

    assert content == fetch(f"{web.url}/plain", max_bytes=len(content))
    assert content == fetch(f"{web.url}/packed", max_bytes=len(content))


@pytest.mark.parametrize("announced", [str(2**40), "9" * 5000])
def test_a_body_that_is_announced_as_too_large_is_not_read(web: WebServer, announced: str) -> None:
    assert "too-large" == code_of(web.answers("/", reply(b"", headers={"Content-Length": announced})))


def test_a_body_without_a_length_ends_at_the_limit(web: WebServer) -> None:
    url = web.answers("/", b"HTTP/1.1 200 OK\r\n\r\n" + bytes(2**20 + 1))

    assert "too-large" == code_of(url)


def test_a_gzip_bomb_ends_at_the_limit_and_is_never_in_memory(web: WebServer) -> None:
    url = web.answers("/", gzip_bomb(64))
    received: list[int] = []
    fetch(web.answers("/warm", reply(b"")))

    tracemalloc.start()
    try:
        with (
            pytest.raises(TransferError, match="is larger than 1048576 bytes"),
            get(url, LIMITS, Deadline(5.0), {}) as response,
        ):
            response.copy(lambda block: received.append(len(block)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert sum(received) <= LIMITS.max_bytes
    assert peak < 2**20


@pytest.mark.parametrize(
    "answer",
    [
        reply(b"half a rec", headers={"Content-Length": "100"}),
        reply(b"a\r\nhalf a rec", headers={"Transfer-Encoding": "chunked"}),
        reply(b"14\r\nhalf a rec", headers={"Transfer-Encoding": "chunked"}),
        reply(b"a\r\nhalf a rec\r\n", headers={"Transfer-Encoding": "chunked"}),
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"a whole record")[:-9],
        reply(b"not packed at all", headers={"Content-Encoding": "gzip"}),
        b"",
    ],
    ids=["length", "chunk", "short chunk", "no last chunk", "gzip", "no gzip", "nothing"],
)
def test_a_transfer_that_breaks_off_is_truncated(web: WebServer, answer: bytes) -> None:
    assert "truncated" == code_of(web.answers("/", answer))


def test_an_answer_that_is_not_http_is_the_servers_error(web: WebServer) -> None:
    assert "server-error" == code_of(web.answers("/", b"SSH-2.0-OpenSSH_9.6\r\n"))
    assert "server-error" == code_of(web.answers("/", b"HTTP/1.1 200 OK\r\nX: " + b"x" * 2**17 + b"\r\n\r\n"))


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\nX-Long: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_the_time_limit_holds_for_a_server_that_drips(web: WebServer, start: bytes) -> None:
    assert "timeout" == code_of(web.answers("/", dripping(start)), seconds=0.2)


def test_a_server_that_never_sends_is_not_waited_for_longer_than_for_one_silence(web: WebServer) -> None:
    url = web.answers("/", silence)

    with pytest.raises(TransferError, match=r"sent nothing for 0\.1 seconds"):
        fetch(url, silence=0.1)
    with pytest.raises(TransferError, match=r"took longer than 0\.1 seconds"):
        fetch(url, seconds=0.1)


def test_another_thread_can_call_a_transfer_off(web: WebServer) -> None:
    deadline = Deadline(60.0)
    url = web.answers("/", dripping(b"HTTP/1.1 200 OK\r\n\r\n"))
    first_byte = threading.Event()

    def call_off() -> None:
        first_byte.wait()
        deadline.call_off()

    caller = threading.Thread(target=call_off)
    caller.start()
    with pytest.raises(TransferError, match="called off"), get(url, LIMITS, deadline, {}) as response:
        response.copy(lambda _: first_byte.set())
    caller.join()
    with pytest.raises(TransferError, match="called off"), get(url, LIMITS, deadline, {}):
        pass


def test_an_error_of_the_receiver_is_not_one_of_the_transfer(web: WebServer) -> None:
    def full_disk(_: bytes) -> None:
        raise OSError("No space left on device")

    url = web.answers("/", reply(b"picture"))

    with pytest.raises(OSError, match="No space left"), get(url, LIMITS, Deadline(5.0), {}) as response:
        response.copy(full_disk)


def test_nobody_listening_is_unreachable(free_port: int) -> None:
    assert "unreachable" == code_of(f"http://127.0.0.1:{free_port}/")


def test_an_unknown_host_is_unreachable() -> None:
    assert "unreachable" == code_of("http://no-such-host.invalid/")
    assert "unreachable" == code_of("http://zero\0byte.invalid/")


def test_a_host_that_never_answers_is_asked_three_times(web: WebServer) -> None:
    url, silent = web.answers("/", silence), SilentHosts()
    messages = []
    for _ in range(5):
        with pytest.raises(TransferError) as caught, get(url, LIMITS, Deadline(0.1), {}, silent=silent):
            pass
        messages.append(str(caught.value))

    assert 3 == len(web.asked)
    assert f"{web.url.removeprefix('http://')} did not answer 3 times in a row" in messages[-1]


def test_a_slow_body_does_not_make_its_host_a_silent_one(web: WebServer) -> None:
    silent = SilentHosts()
    url = web.answers("/", dripping(b"HTTP/1.1 200 OK\r\n\r\n"))
    for _ in range(4):
        with pytest.raises(TransferError), get(url, LIMITS, Deadline(0.1), {}, silent=silent) as response:
            response.copy(lambda _: None)

    assert 4 == len(web.asked)


def test_the_environments_proxy_is_not_asked(web: WebServer, monkeypatch: pytest.MonkeyPatch, free_port: int) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port}")

    assert b"direct" == fetch(web.answers("/", reply(b"direct")))
