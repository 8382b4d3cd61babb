"""What SELECT answers hold, as plain values: for whoever reads the ledger."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol
from urllib.parse import unquote

from pyoxigraph import Literal, NamedNode


class Selecting(Protocol):
    """Anything that answers a SELECT with a list of bindings."""

    def select(self, query: str) -> Sequence[Mapping[str, object]]: ...


def text(term: object) -> str:
    if isinstance(term, Literal | NamedNode):
        return term.value
    raise TypeError(f"{term!r} is neither an IRI nor a literal")


def iri(term: object) -> NamedNode:
    if isinstance(term, NamedNode):
        return term
    raise TypeError(f"{term!r} is no IRI")


def tail(term: object) -> str:
    """The last part of an IRI, decoded: a name or a ULID."""
    return unquote(text(term).rsplit("/", 1)[-1])


def moment(term: object) -> datetime:
    return datetime.fromisoformat(text(term))


def number(term: object) -> int:
    return int(text(term))


def optional_moment(term: object) -> datetime | None:
    return None if term is None else moment(term)


def optional_number(term: object) -> int | None:
    return None if term is None else number(term)


def optional_text(term: object) -> str | None:
    return None if term is None else text(term)


def optional_tail(term: object) -> str | None:
    return None if term is None else tail(term)
