"""What the fakes share: a server on loopback that stops when its block ends, and plans of what goes wrong when."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import HTTPServer

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.fakes.faults import Fault


@dataclass(slots=True)
class _Plan:
    fault: Fault
    on: str
    times: int | None
    after: int


@dataclass(slots=True)
class Plans:
    """Which requests go wrong. Threads share one."""

    _plans: list[_Plan] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, fault: Fault, on: str, times: int | None, after: int) -> None:
        """Of the requests with ``on`` in their names the first ``after`` go well, then ``times`` go wrong (None: all).

        The plan that was made first and is not used up counts.
        """
        self._plans.append(_Plan(fault, on, times, after))

    def due(self, name: str) -> Fault | None:
        """What goes wrong with the request that comes now."""
        with self._lock:
            for plan in self._plans:
                if plan.on in name and plan.times != 0:
                    if plan.after:
                        plan.after -= 1
                        return None
                    plan.times = None if plan.times is None else plan.times - 1
                    return plan.fault
        return None


class _Quiet(WSGIRequestHandler):
    """Thousands of requests need no line each."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@contextmanager
def serving(app: Flask, stopping: threading.Event) -> Iterator[str]:
    """The address of an application, with no slash at its end, as ``running`` does."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    with running(server, stopping):
        yield f"http://127.0.0.1:{server.server_port}"


@contextmanager
def running(server: HTTPServer, stopping: threading.Event) -> Iterator[None]:
    """Run a server until the block ends; ``stopping`` is set then, for answers that wait."""
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        server.shutdown()
        thread.join()
        server.server_close()
