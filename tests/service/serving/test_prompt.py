"""Plain requests are answered from the cache by their bytes, exactly as the server answers them; others are not."""

import socket
from typing import IO
from urllib.parse import quote

import pytest

from rubricator.settings import Settings
from rubricator.store.readers import Readers
from rubricator_service import create_app
from rubricator_service.serving.prompt import PROMPT, Prompt
from tests.service.live import Live

TARGET = f"/sparql?query={quote('SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 5')}"
PLAIN = f"GET {TARGET} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n"


@pytest.fixture
def prompt(installation: Settings, readers: Readers) -> Prompt:
    """With one kept answer, to ``PLAIN``."""
    app = create_app(installation, readers)
    assert app.test_client().get(TARGET, headers={"Accept": "text/csv"}).data
    found: Prompt = app.extensions[PROMPT]
    return found


@pytest.mark.parametrize(
    "request_text",
    [
        PLAIN,
        PLAIN.replace("Host: x", "Host: elsewhere\r\nConnection: Keep-Alive\r\nUser-Agent: curl/8 (x)"),
        PLAIN.replace("Accept: ", "aCCEPT:   "),
    ],
)
def test_a_plain_request_is_answered_whole(prompt: Prompt, request_text: str) -> None:
    answer = prompt.answer(request_text.encode())

    assert answer is not None
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\nDate: ")
    assert f"Content-Length: {len(body)}".encode() in head
    assert 6 == len(body.splitlines())


@pytest.mark.parametrize(
    "request_text",
    [
        "",
        PLAIN[:-2],
        PLAIN + PLAIN,
        PLAIN + "x",
        PLAIN.replace("GET", "HEAD"),
        PLAIN.replace("GET", "POST"),
        PLAIN.replace("GET ", "GET  "),
        PLAIN.replace("1.1", "1.0"),
        PLAIN.replace("Host: x\r\n", ""),
        PLAIN.replace("Host: x", "Host: x\r\nHost: y"),
        PLAIN.replace("Host: x", "Host : x"),
        PLAIN.replace("Host: x", "Host: x\r\n folded"),
        PLAIN.replace("Host: x", "Host: x\r\nContent-Length: 5"),
        PLAIN.replace("Host: x", "Host: x\r\nTransfer-Encoding: chunked"),
        PLAIN.replace("Host: x", "Host: x\r\nConnection: close"),
        PLAIN.replace("Host: x", "Host: x\r\nExpect: 100-continue"),
        PLAIN.replace("Host: x", "Host: x\r\nUpgrade: h2c"),
        PLAIN.replace("Host: x", "Host: x\r\nRange: bytes=0-1"),
        PLAIN.replace("Host: x", 'Host: x\r\nIf-None-Match: "a"'),
        PLAIN.replace("Host: x", "Host: x\r\nCookie: a=b"),
        PLAIN.replace("Host: x", "Host: x\r\nPrefer: return=minimal"),
        PLAIN.replace("Accept: text/csv", "Accept: text/csv\r\nAccept: text/tab-separated-values"),
        PLAIN.replace("text/csv", "text/tab-separated-values"),
        PLAIN.replace("\r\n", "\n"),
        PLAIN.replace("/sparql", "//sparql"),
        PLAIN.replace("/sparql", "/s%70arql"),
        PLAIN.replace("/sparql", "http://x/sparql"),
        PLAIN.replace("LIMIT", "limit"),
    ],
)
def test_whatever_could_mean_something_else_is_left_to_the_server(prompt: Prompt, request_text: str) -> None:
    assert prompt.answer(request_text.encode()) is None


def read_answer(connection: socket.socket) -> tuple[dict[str, str], bytes]:
    """The next answer of a connection: its head by name, and its body."""
    with connection.makefile("rb") as stream:
        head = {"status": stream.readline().decode()}
        while line := stream.readline().strip():
            name, _, value = line.decode().partition(": ")
            head[name] = value
        return head, stream.read(int(head["Content-Length"]))


def test_over_the_wire_the_prompt_answer_is_that_of_the_server(live: Live) -> None:
    target = f"/sparql?query={quote('SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 7')}"
    request = f"GET {target} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", live.settings.port), 20) as connection:
        answers = []
        for _ in range(4):
            connection.sendall(request)
            answers.append(read_answer(connection))

    first, *others = answers
    assert "Server" in first[0]
    assert [False] * 3 == ["Server" in head for head, _ in others]
    told = {name: value for name, value in first[0].items() if name not in ("Server", "Date", "Last-Modified")}
    for head, body in others:
        assert first[1] == body
        assert told == {name: value for name, value in head.items() if name in told}


def test_requests_in_a_row_and_in_pieces_are_answered_in_order(live: Live) -> None:
    first, second = (
        f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n".encode()
        for query in ("SELECT (1 AS ?n) {}", "SELECT (2 AS ?n) {}")
    )
    with socket.create_connection(("127.0.0.1", live.settings.port), 20) as connection:
        for request in (first, second):  # so that they are kept
            connection.sendall(request)
            read_answer(connection)
        for part in (first, first + second, second[:20], second[20:]):
            connection.sendall(part)
        with connection.makefile("rb") as stream:
            bodies = [next_body(stream) for _ in range(4)]

    assert [b"n\r\n1\r\n", b"n\r\n1\r\n", b"n\r\n2\r\n", b"n\r\n2\r\n"] == bodies


def next_body(stream: IO[bytes]) -> bytes:
    length = 0
    while line := stream.readline().strip():
        if line.startswith(b"Content-Length: "):
            length = int(line.split()[1])
    return stream.read(length)
