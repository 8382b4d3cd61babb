"""Refuses, before evaluation, whatever would make this machine open connections: SERVICE and LOAD.

Oxigraph has no switch for them, and reads keywords without word boundaries (``1SERVICEex:x{}`` is a SERVICE clause), so
the rules here are wider than the grammar of SPARQL. They never let a call through; they refuse too much only for a
prefix such as ``service:`` right before a brace and for a prefix such as ``load:`` where an update operation may start.
"""

import re
from collections.abc import Iterator

from rubricator.store.errors import QueryRefused
from rubricator.store.tokens import Token, place, tokens

_REMOTE = re.compile("service|load", re.IGNORECASE | re.ASCII)
_BLANK = r"(?:\s|\#[^\r\n]*)*+"
_BRACE_AHEAD = re.compile(_BLANK + r"\{")
_END_OF_LOAD_AHEAD = re.compile(_BLANK + r"(?:;|\Z|into)", re.IGNORECASE | re.ASCII)
# In an expression "<" may be an operator, and then a quote or a hash that looks like part of an IRI opens something.
_DOUBTFUL_IRI = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.\-]*://)[^'#]*['#]")


def refuse_remote(text: str) -> None:
    """Raise QueryRefused if a query or update calls SERVICE or LOAD.

    The words are free inside strings, IRIs, comments, prefixed names and variables. Raises QuerySyntaxError for a long
    string without end, which could hide a call.
    """
    if not _REMOTE.search(text):
        return
    for token in _every_reading(text):
        keyword = _remote_keyword(text, token)
        if keyword:
            line, column = place(text, token.start)
            raise QueryRefused(
                f"{keyword} at line {line}, column {column} is refused, because this store opens no connections for "
                "others: fetch the data yourself and send them."
            )


def _every_reading(text: str) -> Iterator[Token]:
    """The tokens of all ways to read the text: each doubtful IRI is read as one and as the operator ``<``."""
    starts, seen = [0], set[int]()
    while starts:
        for token in tokens(text, starts.pop()):
            if token.start in seen:
                break
            seen.add(token.start)
            if token.kind == "iri" and _DOUBTFUL_IRI.match(token.text):
                starts.append(token.start + 1)
            yield token


def _remote_keyword(text: str, token: Token) -> str | None:
    if token.kind in ("word", "language"):
        found = _REMOTE.search(token.text)
        return found[0].upper() if found else None
    if token.kind == "name":
        prefix = token.text.partition(":")[0].lower()
        if "service" in prefix and _BRACE_AHEAD.match(text, token.end):
            return "SERVICE"
        if (
            prefix.startswith("load")
            and _END_OF_LOAD_AHEAD.match(text, token.end)
            and _may_start_operation(text, token)
        ):
            return "LOAD"
    return None


def _may_start_operation(text: str, token: Token) -> bool:
    """Whether what stands before could end an operation or a prologue; so do comments and long gaps."""
    before = text[max(0, token.start - 80) : token.start].rstrip()
    return not before or before[-1] in ";>" or "#" in before[before.rfind("\n") + 1 :]
