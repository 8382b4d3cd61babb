"""What every request passes before the application, in an event loop: figures, kept answers, limits, plain queries.

ASGI. A client keeps a thread only while its answer is made, and a reader only while it is read: neither while it sends
or reads slowly. Where a client goes away, what was done for it stops.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from flask import Flask

from rubricator.errors import RubricatorError
from rubricator.settings import Settings
from rubricator.store.errors import AnswerBroken, QueueFull, ReadersBusy, TooManyRequests
from rubricator.store.readers import Readers
from rubricator_service import create_app
from rubricator_service.context import EXTENSION, Service
from rubricator_service.front.accesslog import log_exchange
from rubricator_service.front.caching import Cache, again, key_of
from rubricator_service.front.compression import compress, compress_small, uncoded
from rubricator_service.front.figures import show
from rubricator_service.front.handover import CLIENT, FAILURE, NOTES, OF_THE_VIEW, REVISION, shortened
from rubricator_service.front.limits import Gate, nothing_taken
from rubricator_service.front.messages import Reply, Request, Scope
from rubricator_service.front.metrics import Metrics
from rubricator_service.front.refusals import refuse_long_address, refused
from rubricator_service.front.threads import Threads, environ_of
from rubricator_service.front.watching import Watch, Watched
from rubricator_service.sparql.direct import ENDPOINT, asked_of, reply_of

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

CONNECTION = "connection"
"""Where in the state of a request's scope the server tells its connection; see ``serving.connection``."""

log = structlog.get_logger(__name__)


class BrokenOff(Exception):
    """An answer that had begun was cut: the server is to close the connection without its end."""


def create_front(settings: Settings, readers: Readers | None = None) -> "Front":
    """The ASGI application of one installation. ``readers`` are opened, and closed at its end, where none are given."""
    return Front(create_app(settings, readers))


class Front:
    """The front of an application. ``cache`` and ``watch`` are its figures."""

    def __init__(self, app: Flask) -> None:
        service: Service = app.extensions[EXTENSION]
        settings = service.settings
        self.settings = settings
        self.root = service.root
        self._service = service
        self._gate = Gate.of(settings)
        self.cache = Cache(service.revision, settings.cache_bytes)
        self._most_body = 3 * settings.query_max_length + 1
        metrics = Metrics()
        self.watch = Watch(metrics.count, log_exchange)
        show(app, metrics, self.watch, self.cache, service)
        # One for each query that is answered or waits, the long ones and downloads beside included, and some for pages.
        self._threads = Threads(app, settings.query_queue + 3 * settings.readers + 16)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        request = Request.of(scope, self._service.root)
        connection = scope.get("state", {}).get(CONNECTION)
        if connection is not None:
            connection.task = asyncio.current_task()
        told = self.watch.begin(request)
        reply = None
        try:
            reply = await self._reply(request, receive)
            await _deliver(reply, request, send, told)
            told.outcome = "whole"
        except asyncio.CancelledError:
            if connection is not None and connection.lost:
                told.outcome = "left"
            elif reply is None:  # the server stops, and nothing has left yet
                stopping = ReadersBusy("The service is stopping: ask again in a moment.")
                await _deliver(self._refused(stopping, request), request, send, told)
                told.outcome = "whole"
            else:
                raise BrokenOff from None
        except AnswerBroken as broken:
            self._gate.blame(request, self._gate.client(request), broken.status)
            log.warning("answer-broken", reason=str(broken))
            raise BrokenOff from broken
        finally:
            if connection is not None:
                connection.task = None
            if reply is not None:
                reply.close()
            told.end()

    def at_once(self, request: Request) -> Reply | None:
        """The reply to a GET request without conditions and parts, where it takes no waiting; None for all else.

        That is a kept one, or what the store says of one thing: see ``Lookups``.
        """
        revision = self._service.revision()
        key = key_of(request.path, request.query, request.headers)
        kept = self.cache.peek(revision, key)
        if kept is not None:
            request.notes.update(kept.notes)
            return Reply(kept.status, kept.headers, kept.body)
        asked = asked_of(request, b"", self._service.iris.base)
        if asked is None:
            return None
        client = self._gate.client(request)
        try:
            leave = self._gate.enter(request, client)
        except TooManyRequests as error:
            return None if _may_want_page(request) else self._refused(error, request)
        answer = self._service.readers.look_up(asked, revision)
        if answer is None or not isinstance(answer.body, bytes):
            self._gate.budgets.give_back(client)
            return None
        leave()
        self.cache.misses += 1
        request.notes["query"] = shortened(asked.query)
        reply = reply_of(answer, asked, request, revision)
        compress_small(reply, answer.body, request)
        if self.cache.was_missed(key):
            self.cache.keep(reply, request, revision, key)
        return reply

    async def _reply(self, request: Request, receive: Receive) -> Reply:
        revision = self._service.revision()
        key = key_of(request.path, request.query, request.headers)
        kept = self.cache.find(request, revision, key)
        if kept is not None:
            request.notes.update(kept.notes)
            return again(kept, request)
        body = await self._body(receive) if request.has_body else b""
        reply = await self._made(uncoded(request), body, revision)
        try:
            await compress(reply, request)
        except BaseException:
            reply.close()
            raise
        self.cache.keep(reply, request, revision, key)
        return reply

    async def _made(self, request: Request, body: bytes, revision: str | None) -> Reply:
        """The reply of whoever can make it soonest, within what its client may ask for."""
        client = self._gate.client(request)
        told: dict[str, object] = {CLIENT: client, REVISION: revision, NOTES: request.notes}
        reply, leave = None, nothing_taken
        try:
            leave = self._gate.enter(request, client)
            refuse_long_address(request)
            reply = await self._answered(request, body, client, revision)
        except asyncio.CancelledError:
            leave()
            raise
        except Exception as error:  # noqa: BLE001 - the application answers it, whatever it is
            told[FAILURE] = error
        if reply is not None:
            reply.closing.append(leave)
        else:
            reply = await self._applied(environ_of(request, body, self._service.root) | told, request, leave)
        self._gate.blame(request, client, reply.status)
        return reply

    async def _applied(self, environ: dict[str, Any], request: Request, leave: Callable[[], object]) -> Reply:
        """The reply of the application. Where it has much to do, whoever asks too much is not answered by it."""
        refused_already = isinstance(environ.get(FAILURE), TooManyRequests)
        if refused_already and (self._threads.busy or not _may_want_page(request)):
            return self._refused(environ[FAILURE], request)
        try:
            reply = await self._threads.call(environ, leave)
        except QueueFull as error:
            return self._refused(error, request)
        reply.of_the_view = bool(environ.get(OF_THE_VIEW))
        return reply

    def _refused(self, error: RubricatorError, request: Request) -> Reply:
        request.notes.update(route=ENDPOINT if request.path == "/sparql" else "none", problem=error.slug)
        return refused(error, self.settings.iris.base, request.path)

    async def _answered(self, request: Request, body: bytes, client: str, revision: str | None) -> Reply | None:
        """The answer of a reader to a plain query; None for all else."""
        asked = asked_of(request, body, self._service.iris.base)
        if asked is None:
            return None
        request.notes["query"] = shortened(asked.query)
        readers = self._service.readers
        answer = readers.look_up(asked, revision) or await readers.ask(asked, client=client)
        return None if answer is None else reply_of(answer, asked, request, revision)

    async def _body(self, receive: Receive) -> bytes:
        """The body, as far as it is not too large for anything here."""
        body, more = bytearray(), True
        while more and len(body) < self._most_body:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise asyncio.CancelledError
            body += message.get("body", b"")
            more = message.get("more_body", False)
        return bytes(body)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                self._threads.close()
                await asyncio.to_thread(self._service.readers.close)
                await send({"type": "lifespan.shutdown.complete"})
                return


def _may_want_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


async def _deliver(reply: Reply, request: Request, send: Send, told: Watched) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers.items()]
    await send({"type": "http.response.start", "status": int(reply.status), "headers": headers})
    told.begun(reply.status)
    if isinstance(reply.body, bytes):
        await send({"type": "http.response.body", "body": reply.body})
        told.size = len(reply.body)
        return
    if request.method != "HEAD":
        async for chunk in reply.body:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            told.size += len(chunk)
    await send({"type": "http.response.body", "body": b""})
