"""An http(s) address, checked and taken apart into what a request needs."""

from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from rubricator.transfer.errors import TransferError

_PORTS = {"http": 80, "https": 443}
_PATH = "/%:@!$&'()*+,;=~-._"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes. ``host`` is in ASCII, without brackets; ``path`` is percent-encoded and has the query."""

    url: str
    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> tuple[str, str, int]:
        """What must be equal for a secret to go along (RFC 6454)."""
        return self.scheme, self.host.lower(), self.port

    @property
    def authority(self) -> str:
        """The ``Host`` header."""
        bracketed = f"[{self.host}]" if ":" in self.host else self.host
        return bracketed if self.port == _PORTS[self.scheme] else f"{bracketed}:{self.port}"

    def join(self, location: str) -> "Target":
        """Where a redirect leads. Raises TransferError (bad-url)."""
        try:
            return parse_target(urljoin(self.url, location))
        except ValueError as error:
            raise TransferError("bad-url", f"{self.url} redirects to {location!r}, which is no address.") from error


def parse_target(url: str) -> Target:
    """Raises TransferError (bad-url) for what is no http(s) address, and for one that brings a password."""
    try:
        parts = urlsplit(url)
        port = _PORTS[parts.scheme] if parts.port is None else parts.port
    except (ValueError, KeyError):
        raise TransferError("bad-url", f"{url!r} is no http(s) address.") from None
    if "@" in parts.netloc:
        raise TransferError("bad-url", "The address holds a user name or password; remove it.")
    if not parts.hostname or not port:
        raise TransferError("bad-url", f"{url!r} is no http(s) address.")
    return Target(url, parts.scheme, _ascii(parts.hostname), port, _request_path(parts))


def _ascii(host: str) -> str:
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError as error:
        raise TransferError("bad-url", f"{host!r} is no host name.") from error


def _request_path(parts: SplitResult) -> str:
    try:
        path = quote(parts.path or "/", safe=_PATH)
        return f"{path}?{quote(parts.query, safe=_PATH + '?')}" if parts.query else path
    except UnicodeError as error:  # lone surrogates
        raise TransferError("bad-url", f"{parts.geturl()!r} is no http(s) address.") from error
