"""Connections of uvicorn's server that hold clients to their time and to sizes, so that none costs more than that.

They reach into no more of uvicorn than the callbacks of its parser and its transport.
"""

import asyncio
from collections import Counter
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from rubricator.errors import RubricatorError
from rubricator.store.errors import BadRequest, HeadTooLarge
from rubricator_service.front.asgi import CONNECTION, Front
from rubricator_service.front.clients import Network, client_at, is_in
from rubricator_service.front.refusals import address_too_long, refusal
from rubricator_service.front.watching import Exchange, Watch
from rubricator_service.serving.gathering import Gathering
from rubricator_service.serving.prompt import Prompt

HEAD_SECONDS = 15.0
BODY_SECONDS = 30.0
"""For the body of a request to come, which is no larger than a query may be."""
STALL_SECONDS = 30.0
"""For a client to take some of an answer that waits for it."""
LONGEST_HEAD = 32 * 2**10
MOST_CONNECTIONS = 512
"""Of one client, unless it is a proxy."""
MOST_IN_LINE = 64
"""Requests that came while another is answered; who sends more is answered these, and asks the rest again."""
PACED = 32
"""From so many in line on, no more is read for now. As long as it is read, it is seen when the client leaves."""

_NOTHING, _HEAD, _BODY = range(3)


class Connection(HttpToolsProtocol):
    """One client's connection. ``lost`` says that it has gone; ``task``, which answers its request, is cancelled then.

    ``base`` is that of our IRIs, ``prompt`` knows answers at once, ``watch`` is told what is refused here, and
    ``proxies`` may have connections without end.
    """

    base: str
    prompt: Prompt
    watch: Watch
    proxies: tuple[Network, ...]
    by_client: Counter[str]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.lost = False
        self.task: asyncio.Task[Any] | None = None
        self._answered: RequestResponseCycle | None = None
        self._address = self._counted_as = ""
        self._coming = self._timed = _NOTHING
        self._late: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None
        self._refused = False
        self._head_size = 0  # without what came together with the end of the request before, or of a body's piece
        self.url, self.headers = b"", []

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(Gathering(transport, self.loop))
        self._address = self.client[0] if self.client else ""
        self._counted_as = client_at(self._address)
        self.by_client[self._counted_as] += 1
        if self.by_client[self._counted_as] > MOST_CONNECTIONS and not is_in(self._address, self.proxies):
            transport.abort()
            return
        self._coming = _HEAD
        self._give_time()

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        self._coming = _NOTHING
        self._give_time()
        self.resume_writing()
        self.by_client[self._counted_as] -= 1
        if not self.by_client[self._counted_as]:
            del self.by_client[self._counted_as]
        self.pipeline.clear()
        if self._answered is not None:
            self._answered.disconnected = True
        super().connection_lost(exc)
        if self.task is not None:
            self.task.cancel()

    def data_received(self, data: bytes) -> None:
        """Answer at once what can be, and have the rest read. The client has its time until all of it came."""
        if self._refused:
            return
        if self._waits_for_request() and (answer := self.prompt.answer(data, self._address)) is not None:
            self._coming = _NOTHING
            self._give_time()
            self.transport.write(answer)
            self.on_response_complete()
            return
        self._head_size += len(data)
        super().data_received(data)
        if self._waits_for_request():  # after empty lines, or the rest of a body that nobody wanted
            self._coming = _HEAD
        if self._coming != _NOTHING and self._head_size > LONGEST_HEAD:
            self._refuse(_too_long(self.url, bool(self.headers)))
        self._give_time()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._coming = _HEAD
        self.scope["state"][CONNECTION] = self

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._coming == _HEAD:  # else it stands behind a body, where it says nothing (RFC 9110, section 6.5.1)
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if len(self.pipeline) >= MOST_IN_LINE or self._is_ambiguous():
            raise _Refused
        super().on_headers_complete()
        self._coming = _BODY
        if len(self.pipeline) < PACED:
            self.flow.resume_reading()

    def on_body(self, body: bytes) -> None:
        self._head_size = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._coming, self._head_size = _NOTHING, 0
        self._give_time()  # anew for the next one, whose head may have come with the end of this
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - it says the same of everything
        """Refuse what is not HTTP."""
        self._refuse(
            BadRequest("The request is no HTTP/1.1 that can be read here: look at its first line and headers.")
        )

    def pause_writing(self) -> None:
        """The client does not take what is sent as fast as it is made: each time, it has some time to take more."""
        super().pause_writing()
        if self._stalled is None:
            self._give_time_to_take()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._answered = cycle
        super()._start_asgi_task(cycle, app)

    def _waits_for_request(self) -> bool:
        fresh = self._coming == _HEAD and self.cycle is None and self._head_size == 0
        answered = self._coming == _NOTHING and self.cycle is not None and self.cycle.response_complete
        prompted = self._coming == _NOTHING and self.cycle is None
        return (fresh or answered or prompted) and not self.flow.write_paused and not self.transport.is_closing()

    def _give_time(self) -> None:
        """Give the client its time for what is to come, from when it began to come."""
        if self._coming == self._timed:
            return
        if self._late is not None:
            self._late.cancel()
        self._timed = self._coming
        self._late = None
        if self._coming != _NOTHING:
            seconds = HEAD_SECONDS if self._coming == _HEAD else BODY_SECONDS
            self._late = self.loop.call_later(seconds, self._end_late)

    def _end_late(self) -> None:
        if self.flow.read_paused:  # the rest waits for us
            self._timed = _NOTHING
            self._give_time()
        else:
            self.transport.abort()

    def _give_time_to_take(self) -> None:
        left = self.transport.get_write_buffer_size()
        self._stalled = self.loop.call_later(STALL_SECONDS, self._end_stalled, left)

    def _end_stalled(self, left: int) -> None:
        if self.transport.get_write_buffer_size() < left:
            self._give_time_to_take()
        else:
            self.transport.abort()

    def _is_ambiguous(self) -> bool:
        """Whether others may read the request as another one, or as several (RFC 9112, sections 2.3, 3.2 and 6.1)."""
        version, names = self.parser.get_http_version(), [name for name, _ in self.headers]
        hosts, in_chunks = names.count(b"host"), b"transfer-encoding" in names
        if version == "1.0":
            return hosts > 1 or in_chunks
        offers = self.parser.should_upgrade()  # after which the parser takes no body for one
        return version != "1.1" or hosts != 1 or (offers and (in_chunks or b"content-length" in names))

    def _refuse(self, error: RubricatorError) -> None:
        """Read no more. An answer that is due to what was asked before comes first, and then only the end."""
        if self.transport.is_closing():
            return
        self._refused = True
        answered = self.cycle is None or self.cycle.response_complete
        if self._coming == _BODY and (answered or self.pipeline or self.cycle.response_started):
            self.transport.abort()
        elif self._coming == _BODY or answered:
            self.transport.write(refusal(error, self.base))
            self.transport.close()
            self.watch.tell(
                Exchange("none", "none", error.status, "whole", first_byte=0.0, seconds=0.0, size=0, problem=error.slug)
            )
        else:
            self._coming = _NOTHING
            self.cycle.keep_alive = False


class _Refused(Exception):
    """What has come of a request is enough to refuse it."""


def connections(front: Front) -> type[Connection]:
    """The kind of connections that lead to a front."""
    settings = front.settings
    known = {
        "base": settings.iris.base,
        "prompt": Prompt(front.at_once, front.watch, front.root),
        "watch": front.watch,
        "proxies": settings.trusted_proxies,
        "by_client": Counter[str](),
    }
    return type("Connection", (Connection,), known)


def _too_long(address: bytes, has_headers: bool) -> RubricatorError:
    if has_headers or not address:
        return HeadTooLarge(f"The headers have more than {LONGEST_HEAD:,} bytes: send fewer.")
    return address_too_long()
