"""Requests and replies as the front handles them, between ASGI and whoever makes the reply."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import unquote_to_bytes

Scope = Mapping[str, Any]
SERVER = "Rubricator"
"""What answers; no version, which would tell whoever attacks."""
Fields = dict[str, str]
"""Headers by their names in lower case."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request without its body. ``path`` is below the path of the base IRI, with escapes undone, as bytes in Latin-1.

    ``headers`` are by their names in lower case; ``notes`` fill up with what figures and logs will say of it.
    """

    method: str
    path: str
    query: str
    version: str
    headers: Fields
    peer: str
    scope: Scope
    notes: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, scope: Scope, root: str) -> Self:
        raw = scope.get("raw_path") or scope["path"].encode()
        path = (unquote_to_bytes(raw) if b"%" in raw else raw).decode("latin-1")
        if root and path.startswith(f"{root}/"):
            path = path.removeprefix(root)
        headers = Fields()
        for name, value in scope["headers"]:
            if b"_" in name:  # which WSGI could not tell from a hyphen
                continue
            known, text = name.decode("latin-1"), value.decode("latin-1")
            headers[known] = f"{headers[known]},{text}" if known in headers else text
        client = scope.get("client")
        query = scope["query_string"].decode("latin-1")
        return cls(scope["method"], path, query, scope["http_version"], headers, client[0] if client else "", scope)

    @property
    def has_body(self) -> bool:
        return "content-length" in self.headers or "transfer-encoding" in self.headers


@dataclass(slots=True)
class Reply:
    """An answer to a request. A body of chunks that raises has to be broken off visibly.

    ``of_the_view`` says that it follows from the address and the published view alone. ``closing`` is called once, when
    the reply has left or its client is gone.
    """

    status: int
    headers: Fields
    body: bytes | AsyncIterator[bytes] = b""
    of_the_view: bool = False
    closing: list[Callable[[], object]] = field(default_factory=list)

    def close(self) -> None:
        while self.closing:
            self.closing.pop()()


def status_line(status: int) -> str:
    """A status and its phrase."""
    return f"{int(status)} {HTTPStatus(status).phrase}"


def fields_of(headers: Iterable[tuple[str, str]]) -> Fields:
    """Headers by their names in lower case; several of one name are the one that they mean together."""
    found = Fields()
    for name, value in headers:
        known = name.lower()
        found[known] = f"{found[known]}, {value}" if known in found else value
    return found
