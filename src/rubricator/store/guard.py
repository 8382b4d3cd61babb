"""Refuses, before evaluation, whatever would make this machine open connections: SERVICE and LOAD.

Only a SERVICE that is written plainly, with the IRI of a server that the caller has vouched for, may pass.

Oxigraph has no switch for them, and reads keywords without word boundaries (``1SERVICEex:x{}`` is a SERVICE clause), so
the rules here are wider than the grammar of SPARQL. They never let a call through; they refuse too much only for a
prefix such as ``service:`` right before a brace and for a prefix such as ``load:`` where an update operation may start.
"""

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from rubricator.store.errors import QueryRefused
from rubricator.store.tokens import Token, place, tokens

_REMOTE = re.compile("service|load", re.IGNORECASE | re.ASCII)
_BLANK = r"(?:\s|\#[^\r\n]*)*+"
_BRACE_AHEAD = re.compile(_BLANK + r"\{")
_END_OF_LOAD_AHEAD = re.compile(_BLANK + r"(?:;|\Z|into)", re.IGNORECASE | re.ASCII)
# In an expression "<" may be an operator, and then a quote or a hash that looks like part of an IRI opens something.
_DOUBTFUL_IRI = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.\-]*://)[^'#]*['#]")

BY_HAND = "ask that server yourself, and put its answers into this query as VALUES"
PLAINLY = "name the server by its IRI in angle brackets, and not within another SERVICE"
ELSEWHERE = f"{BY_HAND} (operators name the servers that queries may ask in the setting service_allow)"
_LABELLING = "leave out the label service, which Wikidata alone has, and ask for labels by skos:prefLabel"
_LABEL_SERVICE = re.compile(rf"service{_BLANK}wikibase:label\b", re.IGNORECASE)
_LOADED = "nothing is fetched from elsewhere here, so whoever may write to this store sends it the data itself"


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """``SERVICE <endpoint> {``, with the keyword at ``keyword``; ``text[start:end]`` is the IRI in its brackets."""

    endpoint: str
    keyword: int
    start: int
    end: int


def refuse_remote(text: str, reachable: Container[str] = (), advice: str = ELSEWHERE) -> None:
    """Raise QueryRefused if a query or update calls LOAD, or SERVICE for any server but those that are ``reachable``.

    The words are free inside strings, IRIs, comments, prefixed names and variables. Raises QuerySyntaxError for a long
    string without end, which could hide a call. The ``advice`` is for whoever calls SERVICE.
    """
    lowered = text.lower()  # a tenth of the time of a pattern without regard to case, for updates of many lines
    if "service" in lowered or "load" in lowered:
        calls = service_calls(text) if reachable else ()
        refuse_all_but([call for call in calls if call.endpoint in reachable], text, advice)


def refuse_all_but(passing: Sequence[ServiceCall], text: str, advice: str) -> None:
    """Raise QueryRefused if a query or update calls LOAD or, with this ``advice``, SERVICE other than these calls."""
    keywords = {call.keyword for call in passing}
    for token in _every_reading(text):
        keyword = _remote_keyword(text, token)
        if keyword and token.start not in keywords:
            labels = _LABELLING if _LABEL_SERVICE.match(text, token.start) else advice
            raise refusal(keyword, text, token.start, labels if keyword == "SERVICE" else _LOADED)


def refusal(keyword: str, text: str, start: int, advice: str) -> QueryRefused:
    """The refusal of a call at ``text[start]``. The advice is for whoever asks and for whoever runs the service."""
    line, column = place(text, start)
    return QueryRefused(f"{keyword} at line {line}, column {column} is refused: {advice}.")


def service_calls(text: str) -> tuple[ServiceCall, ...]:
    """The calls that are written plainly: with a constant IRI without escapes, and not within one another.

    None at all where the text can be read in more than one way. Raises QuerySyntaxError as ``refuse_remote`` does.
    """
    if not _REMOTE.search(text):
        return ()
    row = list(tokens(text))
    if any(token.kind == "iri" and _DOUBTFUL_IRI.match(token.text) for token in row):
        return ()
    found, depth, inside = list[ServiceCall](), 0, 0
    for number, token in enumerate(row):
        if token.kind == "mark" and token.text in "{}":
            depth += 1 if token.text == "{" else -1
            inside = inside if depth >= inside else 0
        call = _plain_call(row, number)
        if call and not inside:
            found.append(call)
            inside = depth + 1
    return tuple(found)


def _plain_call(row: list[Token], number: int) -> ServiceCall | None:
    keyword, *rest = row[number : number + 4]
    if keyword.kind != "word" or keyword.text.upper() != "SERVICE":
        return None
    if rest and rest[0].kind == "word" and rest[0].text.upper() == "SILENT":
        rest = rest[1:]
    match rest:
        case [Token(kind="iri") as iri, Token(kind="mark", text="{"), *_] if "\\" not in iri.text:
            return ServiceCall(iri.text[1:-1], keyword.start, iri.start, iri.end)
    return None


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
