"""Fetches one image over http(s) from a web that is taken to be hostile."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from typing import NoReturn
from urllib.parse import SplitResult, quote, urljoin, urlsplit

import certifi
from urllib3 import BaseHTTPResponse
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, ReadTimeoutError

from rubricator import __version__
from rubricator.images.addresses import resolve
from rubricator.images.errors import ImageError
from rubricator.images.hosts import SilentHosts
from rubricator.images.robots import opted_out

USER_AGENT = f"Rubricator/{__version__} (+https://w3id.org/rubricator; image classification for heritage metadata)"
_ACCEPT = "image/*;q=1.0, */*;q=0.1"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_BLOCK = 2**16
_LONGEST_LENGTH = 18  # digits of a Content-Length; Python refuses to read very long numbers


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """``seconds`` and ``redirects`` hold for the whole transfer of one image, ``max_bytes`` for its body."""

    seconds: float
    max_bytes: int
    redirects: int
    allow_private: bool


class Deadline:
    """A moment in the future, on the clock that nobody can turn back."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        return max(self._end - time.monotonic(), 0.0)

    def check(self, url: str) -> None:
        if not self.remaining():
            raise ImageError("image-timeout", f"{url} took longer than image_timeout.")


def fetch(url: str, limits: FetchLimits, silent: SilentHosts, write: Callable[[bytes], object]) -> None:
    """Pass the body at ``url`` to ``write``, block by block.

    Every hop's host is resolved once, all its addresses are checked, and the connection is made to a checked address,
    so that a host cannot name another one in between. Proxies, .netrc and cookies are ignored: a proxy would resolve
    the name again, out of our sight. Hosts that are ``silent`` are not asked. Raises ImageError with a code.
    """
    deadline = Deadline(limits.seconds)
    for _ in range(limits.redirects + 1):
        target = _checked(url)
        with _answer(target, limits, silent, deadline) as response:
            if response.status not in _REDIRECTS:
                _refuse_bad_status(response.status, url)
                if opted_out(response.headers.getlist("X-Robots-Tag")):
                    raise ImageError("image-opted-out", f"{url} is marked noai by its publisher (X-Robots-Tag).")
                _copy(response, url, limits, deadline, write)
                return
            location = response.headers.get("Location")
            if not location:
                raise ImageError("image-server-error", f"{url} redirects without saying where to.")
            url = _joined(url, location)
    raise ImageError("image-too-many-redirects", f"More than {limits.redirects} redirects, the last one to {url}.")


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise ImageError("image-bad-url", f"{url} redirects to {location!r}, which is no address.") from error


def _checked(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ImageError("image-bad-url", f"{url!r} is no http(s) address of an image.")
    if "@" in parts.netloc:
        raise ImageError("image-bad-url", "The address of the image holds a user name or password; remove it.")
    return parts


@contextmanager
def _answer(
    target: SplitResult, limits: FetchLimits, silent: SilentHosts, deadline: Deadline
) -> Iterator[BaseHTTPResponse]:
    path = quote(target.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = "?" + quote(target.query, safe="/%:@!$&'()*+,;=~-._?") if target.query else ""
    headers = {"Host": _host_header(target), "User-Agent": USER_AGENT, "Accept": _ACCEPT, "Connection": "close"}
    with ExitStack() as open_things:
        with silent.asking(_host_header(target)):
            connection = _connect(target, limits, deadline)
            open_things.callback(connection.close)
            watchdog = threading.Timer(deadline.remaining(), _hang_up, (connection.sock,))
            watchdog.daemon = True
            watchdog.start()
            open_things.callback(watchdog.cancel)
            with _transfer(target.geturl(), deadline):
                connection.request("GET", path + query, headers=headers, preload_content=False)
                response = open_things.enter_context(contextlib.closing(connection.getresponse()))
        yield response


@contextmanager
def _transfer(url: str, deadline: Deadline) -> Iterator[None]:
    """Tells a time-out from a connection that broke; errors of the receiving side never pass through here."""
    try:
        yield
    except (TimeoutError, ReadTimeoutError) as error:
        raise ImageError("image-timeout", f"{url} took longer than image_timeout.") from error
    except (HTTPError, HTTPException, OSError) as error:
        deadline.check(url)
        raise ImageError("image-truncated", f"The transfer of {url} broke off: {error}.") from error


def _connect(target: SplitResult, limits: FetchLimits, deadline: Deadline) -> HTTPConnection:
    host = _ascii_host(target)
    port = target.port or (443 if target.scheme == "https" else 80)
    failure: Exception | None = None
    for address in resolve(host, port, deadline.remaining(), limits.allow_private):
        deadline.check(target.geturl())
        timeout = deadline.remaining() or 0.001
        connection: HTTPConnection
        if target.scheme == "https":
            # certificate and SNI are for the name, the connection is to the address that was checked
            connection = HTTPSConnection(
                address,
                port,
                timeout=timeout,
                ssl_context=_tls_context(),
                server_hostname=host,
            )
        else:
            connection = HTTPConnection(address, port, timeout=timeout)
        try:
            connection.connect()
        except (HTTPError, OSError) as error:
            connection.close()
            failure = error
        else:
            return connection
    deadline.check(target.geturl())
    raise ImageError("image-unreachable", f"{target.hostname} cannot be reached: {failure}.") from failure


def _tls_context() -> ssl.SSLContext:
    """The system's certificate authorities (and SSL_CERT_FILE) beside Mozilla's."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _copy(
    response: BaseHTTPResponse, url: str, limits: FetchLimits, deadline: Deadline, write: Callable[[bytes], object]
) -> None:
    announced = response.headers.get("Content-Length", "")
    if announced.isdecimal() and (len(announced) > _LONGEST_LENGTH or int(announced) > limits.max_bytes):
        _refuse_size(url, limits)
    received = 0
    while block := _next_block(response, url, deadline):
        received += len(block)
        if received > limits.max_bytes:
            _refuse_size(url, limits)
        deadline.check(url)
        write(block)
    deadline.check(url)  # a hung-up body without a length looks like one that ended


def _next_block(response: BaseHTTPResponse, url: str, deadline: Deadline) -> bytes:
    with _transfer(url, deadline):
        return response.read1(_BLOCK, decode_content=True)


def _refuse_size(url: str, limits: FetchLimits) -> NoReturn:
    raise ImageError("image-too-large", f"{url} is larger than image_max_bytes ({limits.max_bytes}).")


def _refuse_bad_status(status: int, url: str) -> None:
    if status in (404, 410):
        raise ImageError("image-missing", f"There is no image at {url} (HTTP {status}).")
    if status in (401, 402, 403, 451):
        raise ImageError("image-refused", f"The server refuses {url} (HTTP {status}).")
    if status != 200:
        raise ImageError("image-server-error", f"The server answered {url} with HTTP {status}.")


def _ascii_host(target: SplitResult) -> str:
    host = target.hostname or ""
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError as error:
        raise ImageError("image-bad-url", f"{host!r} is no host name.") from error


def _host_header(target: SplitResult) -> str:
    host = _ascii_host(target)
    bracketed = f"[{host}]" if ":" in host else host
    return bracketed if target.port is None else f"{bracketed}:{target.port}"


def _hang_up(sock: socket.socket) -> None:
    """Time-outs of a socket start anew with every byte; shutting it down ends even a server that drips."""
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
