"""One GET or POST: every hop's addresses are checked; its size, its time and its redirects are bounded."""

import contextlib
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from http.client import HTTPException
from typing import NoReturn

from urllib3 import BaseHTTPResponse, HTTPHeaderDict
from urllib3.exceptions import HTTPError, ReadTimeoutError

from rubricator import __version__
from rubricator.transfer.connect import connect
from rubricator.transfer.deadline import Deadline
from rubricator.transfer.encoding import BLOCK, unpacked
from rubricator.transfer.errors import TransferError
from rubricator.transfer.hosts import SilentHosts
from rubricator.transfer.target import Target, parse_target

USER_AGENT = f"Rubricator/{__version__} (+https://w3id.org/rubricator; image classification for heritage metadata)"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LONGEST_LENGTH = 18  # digits of a Content-Length; Python refuses to read very long numbers


@dataclass(frozen=True, slots=True)
class Limits:
    """``silence`` is the longest wait for the next bytes in seconds, ``max_bytes`` the largest body, unpacked."""

    silence: float
    max_bytes: int
    redirects: int
    allow_private: bool


class Response:
    """An answer of which the body is still to come. ``url`` is where it came from in the end."""

    def __init__(self, url: str, answer: BaseHTTPResponse, limits: Limits, deadline: Deadline) -> None:
        self.url = url
        self._answer = answer
        self._limits = limits
        self._deadline = deadline

    @property
    def status(self) -> int:
        return self._answer.status

    @property
    def headers(self) -> HTTPHeaderDict:
        return self._answer.headers

    def copy(self, write: Callable[[bytes], object]) -> None:
        """Pass the body to ``write``, unpacked, block by block. Raises TransferError (timeout, too-large, truncated);
        errors of ``write`` pass as they are.
        """
        announced = self.headers.get("Content-Length", "")
        if announced.isdecimal() and (len(announced) > _LONGEST_LENGTH or int(announced) > self._limits.max_bytes):
            self._refuse_size()
        received = 0
        blocks = unpacked(self._blocks(), self.headers.get("Content-Encoding", ""))
        while block := self._next(blocks):
            received += len(block)
            if received > self._limits.max_bytes:
                self._refuse_size()
            self._deadline.check(self.url)
            write(block)
        self._deadline.check(self.url)  # a hung-up body without a length looks like one that ended

    def _blocks(self) -> Iterator[bytes]:
        while block := self._answer.read1(BLOCK, decode_content=False):
            yield block

    def _next(self, blocks: Iterator[bytes]) -> bytes:
        with _transfer(self.url, self._limits, self._deadline):
            return next(blocks, b"")

    def _refuse_size(self) -> NoReturn:
        raise TransferError("too-large", f"{self.url} is larger than {self._limits.max_bytes} bytes.")


@contextmanager
def get(
    url: str,
    limits: Limits,
    deadline: Deadline,
    headers: Mapping[str, str],
    confidential: Mapping[str, str] | None = None,
    silent: SilentHosts | None = None,
) -> Iterator[Response]:
    """Ask for ``url`` and follow its redirects, for the block.

    Every hop's host is resolved once, all its addresses are checked, and the connection is made to a checked address,
    so that a host cannot name another one in between. Proxies, .netrc and cookies are ignored. ``confidential`` headers
    go to the origin of ``url`` only, wherever it redirects to. Hosts that are ``silent`` are not asked. Raises
    TransferError; an answer with any status but a redirect is an answer.
    """
    target = home = parse_target(url)
    for _ in range(limits.redirects + 1):
        sent = {**headers, **(confidential or {})} if target.origin == home.origin else headers
        with _answer("GET", target, None, sent, limits, deadline, silent) as answer:
            if answer.status not in _REDIRECTS:
                yield Response(target.url, answer, limits, deadline)
                return
            location = answer.headers.get("Location")
            if not location:
                raise TransferError("server-error", f"{target.url} redirects without saying where to.")
        target = target.join(location)
    raise TransferError(
        "too-many-redirects", f"{url} redirects more than {limits.redirects} times, the last one to {target.url}."
    )


@contextmanager
def post(url: str, body: bytes, limits: Limits, deadline: Deadline, headers: Mapping[str, str]) -> Iterator[Response]:
    """Send ``body`` to ``url``, for the block, as carefully as ``get`` asks.

    No redirect is followed, which could lead what was meant for one server to another: it is an answer like any other.
    """
    target = parse_target(url)
    with _answer("POST", target, body, headers, limits, deadline, None) as answer:
        yield Response(target.url, answer, limits, deadline)


@contextmanager
def _answer(
    method: str,
    target: Target,
    body: bytes | None,
    headers: Mapping[str, str],
    limits: Limits,
    deadline: Deadline,
    silent: SilentHosts | None,
) -> Iterator[BaseHTTPResponse]:
    sent = {"Host": target.authority, "User-Agent": USER_AGENT, "Connection": "close", **headers}
    with ExitStack() as open_things:
        with silent.asking(target.authority) if silent else nullcontext():
            connection = connect(target, limits.silence, limits.allow_private, deadline)
            open_things.callback(connection.close)
            open_things.enter_context(deadline.bounding(connection.sock))
            with _transfer(target.url, limits, deadline):
                connection.request(method, target.path, body, headers=sent, preload_content=False)
                answer = open_things.enter_context(contextlib.closing(connection.getresponse()))
        yield answer


@contextmanager
def _transfer(url: str, limits: Limits, deadline: Deadline) -> Iterator[None]:
    """Tells a time-out from a connection that broke; errors of the receiving side never pass through here."""
    try:
        yield
    except (TimeoutError, ReadTimeoutError) as error:
        deadline.check(url)
        raise TransferError("timeout", f"{url} sent nothing for {limits.silence:g} seconds.") from error
    except (HTTPError, HTTPException, OSError, EOFError, zlib.error) as error:
        deadline.check(url)
        if isinstance(error, HTTPException) and not isinstance(error, OSError):
            raise TransferError("server-error", f"{url} does not answer in HTTP: {error!r}.") from error
        raise TransferError("truncated", f"The transfer of {url} broke off: {error}.") from error
