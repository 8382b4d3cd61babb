"""An application with some answers of the tests' own, which come when a test wants them, for its front to serve."""

import json
from collections.abc import Iterator
from threading import Event

from flask import Flask, Response, request

from rubricator.settings import Settings
from rubricator.store.errors import AnswerBroken
from rubricator.store.readers import Readers
from rubricator_service import create_app
from tests.service.live import Lent

PIECE = b"SELECT ?concept { ?item dc:subject ?concept }\n" * 1500
LARGE = 4 * 2**20
"""Bytes of an answer that is sent at once."""


class Pages:
    """Answers of the tests' own. ``/waits`` sets ``came``; that and ``/slow`` go on once they are ``let``.

    ``closed`` is set once an answer has ended.
    """

    def __init__(self, app: Flask) -> None:
        self.came, self.let, self.closed = Event(), Event(), Event()
        app.add_url_rule("/endless", "endless", self.endless)
        app.add_url_rule("/large", "large", lambda: Response(bytes(LARGE), content_type="image/x-nothing"))
        app.add_url_rule("/slow", "slow", self.slow)
        app.add_url_rule("/breaks", "breaks", self.breaks)
        app.add_url_rule("/waits", "waits", self.waits)
        app.add_url_rule("/echo", "echo", self.echo, methods=["GET", "POST"])
        app.add_url_rule("/echo/<path:rest>", "echo.path", self.echo)

    def endless(self) -> Response:
        def pieces() -> Iterator[bytes]:
            while True:
                yield PIECE

        response = Response(pieces(), content_type="text/plain")
        response.call_on_close(self.closed.set)
        return response

    def slow(self) -> Response:
        def pieces() -> Iterator[bytes]:
            yield from [PIECE] * 3
            assert self.let.wait(20)
            yield PIECE

        return Response(pieces(), content_type="text/plain")

    def breaks(self) -> Response:
        def pieces() -> Iterator[bytes]:
            yield from [PIECE] * 3
            raise AnswerBroken("The answer was cut: for the test.")

        return Response(pieces(), content_type="text/plain")

    def waits(self) -> Response:
        self.came.set()
        assert self.let.wait(20)
        response = Response("waited\n", content_type="text/plain")
        response.call_on_close(self.closed.set)
        return response

    def echo(self, rest: str = "") -> Response:
        told = {
            "method": request.method,
            "path": rest,
            "query": request.query_string.decode("latin-1"),
            "headers": dict(request.headers),
            "body": request.get_data(as_text=True),
        }
        return Response(json.dumps(told), content_type="application/json")


def application(settings: Settings, readers: Readers) -> tuple[Flask, Pages]:
    """An application that lends readers, and its pages."""
    app = create_app(settings, Lent(readers))
    return app, Pages(app)
