"""Behind the proxies of ``docs/proxies``, clients of HTTP/1.0, which know no chunks, are not deceived either."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

import pytest
import requests

from tests.service.live import Live
from tests.service.serving.proxies import PROXIES, proxied_by
from tests.service.serving.wire import Told, Wire

LONG = quote("SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
SHORT = quote("SELECT * WHERE { ?s ?p ?o } LIMIT 3")


@dataclass(frozen=True, slots=True)
class Behind:
    """A proxy in front of a served installation."""

    kind: str
    port: int

    def get(self, path: str) -> Told:
        """The answer over HTTP/1.0: all that comes until the connection is closed."""
        with Wire(self.port) as wire:
            wire.send(f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1:{self.port}\r\n\r\n".encode())
            answer = b"".join(iter(lambda: wire.socket.recv(65536), b""))
        head, _, body = answer.partition(b"\r\n\r\n")
        first, *rest = head.decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in rest)}
        return Told(int(first.split()[1]), headers, body)


@pytest.fixture(scope="module", params=PROXIES)
def behind(request: pytest.FixtureRequest, live: Live, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Behind]:
    with proxied_by(request.param, live, tmp_path_factory.mktemp(request.param)) as port:
        yield Behind(request.param, port)


def test_no_cut_answer_looks_whole(behind: Behind) -> None:
    answer = behind.get(f"/sparql?query={LONG}&format=csv")

    assert answer.status >= 400
    assert len(answer.body) == int(answer.headers["content-length"])


def test_what_is_small_comes_whole_where_the_proxy_can_ask_for_it_so(behind: Behind, live: Live) -> None:
    answer = behind.get(f"/sparql?query={SHORT}&format=tsv")

    assert len(answer.body) == int(answer.headers["content-length"])
    if behind.kind == "caddy":  # which asks by no HTTP/1.0
        assert 505 == answer.status
    else:
        straight = requests.get(f"{live.url}/sparql?query={SHORT}&format=tsv", timeout=30)
        assert (200, straight.content) == (answer.status, answer.body)
