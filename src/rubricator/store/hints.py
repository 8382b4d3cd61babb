"""What is probably wrong with a query that has a syntax error: the engine tells how far it looked, seldom why."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import accumulate

from rubricator.store import scopes
from rubricator.store.errors import QuerySyntaxError
from rubricator.store.grammar import misfit
from rubricator.store.mistakes import FORMS, advice, is_keyword
from rubricator.store.prefixes import undeclared
from rubricator.store.tokens import Token, place, tokens

_UPDATES = frozenset(["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"])
_CLOSES = {"{": "}", "(": ")", "[": "]"}
_ADDRESS = re.compile(r"https?://[^\s<>\"{}|^`\\)]*", re.IGNORECASE)
_IRI_BEGINS = re.compile(r"< ?[A-Za-z/#]")
_IRI = re.compile(r"<([^<>\n]*)(>?)")
_GOES_ON = re.compile(r"\s(?:[?$.,;{}|&]|FILTER\b)")
"""What follows an IRI that was never closed."""
_IN_NO_IRI = re.compile(r"[\x00-\x20\"{}|^`\\]")
_WHOLE_IRI = re.compile(r"<[A-Za-z][\w+.\-]*:(?:[^%]|%[0-9A-Fa-f]{2})*>")
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|apos|nbsp|#\d+|#x[0-9a-f]+);", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:\.\d*)?(?:[eE][+-]?\d*)?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_STRANGE_BLANK = re.compile(r"[^\S \t\r\n]")
_STRANGE_ESCAPE = re.compile(r"^(?:[^\\]|\\[tbnrfuU\"'\\])*+(\\[^tbnrfuU\"'\\])")
_PLACE = re.compile(r" (?:at|before) line \d+, column \d+")
_UNFINISHED = "it ends there, and is not complete"
_LONGEST_EXCERPT = 160
_LONGEST_SHOWN = 80
_DEEPEST = 20  # brackets within one another: with more, what looks at what they hold looks too often
_LONGEST_QUERY = 20_000  # to look at more takes time that others want


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a query is wrong, what is wrong there (None: as the engine says), and what to do (None: nobody knows)."""

    start: int
    what: str | None
    hint: str | None


def explained(error: QuerySyntaxError, query: str) -> QuerySyntaxError:
    """The same error, with the place where the query is wrong, its line, and a hint where one can be had."""
    fault = find(query) if len(query) <= _LONGEST_QUERY else None
    if fault is not None:
        error.hint = fault.hint
        error.line, error.column = place(query, fault.start)
        where = f" at line {error.line}, column {error.column}"
        told = (
            f"The query has a syntax error{where}: {fault.what}."
            if fault.what
            else _PLACE.sub(where, str(error), count=1)
        )
        error.args = (told,)
    lines = query.split("\n")
    if error.line and error.column and error.line <= len(lines) and len(lines[error.line - 1]) <= _LONGEST_EXCERPT:
        error.excerpt = f"{lines[error.line - 1]}\n{' ' * (error.column - 1)}^"
    return error


def find(query: str) -> Fault | None:
    """What is wrong with a query; None where nothing stands out. Of several faults the likeliest is named."""
    try:
        row = list(tokens(query))
    except QuerySyntaxError:  # which has said it all
        return None
    if _depth(row) > _DEEPEST:
        return None
    looks: Sequence[Callable[[str, list[Token]], Iterator[Fault]]] = (
        _characters, _quotes, _updates, _addresses, _brackets, _misfits, _prefixes, _scopes, _values
    )  # fmt: skip
    return next((fault for look in looks for fault in look(query, row)), None)


def _depth(row: list[Token]) -> int:
    """How many brackets lie within one another at the most."""
    steps = ((token.text in _CLOSES) - (token.text in _CLOSES.values()) for token in row if token.kind == "mark")
    return max(accumulate(steps), default=0)


def _at(token: Token, hint: str | None) -> Fault:
    return Fault(token.start, f"{_shown(token.text)} cannot stand there" if token.text else _UNFINISHED, hint)


def _shown(text: str) -> str:
    if not text.isprintable() and len(text) == 1:
        return ascii(text)
    if len(text) == 1 and not text.isalnum():
        return f"'{text}'" if text == '"' else f'"{text}"'
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _characters(query: str, row: list[Token]) -> Iterator[Fault]:
    """Characters that nobody sees, blanks that look like one and are another, and backslashes that mean nothing."""
    for before, token in zip([None, *row], row, strict=False):
        start = before.end if before else 0
        blank = _STRANGE_BLANK.search(query, start, token.start)
        if blank is not None and "#" not in query[start : token.start]:
            yield Fault(
                blank.start(),
                "a blank of another kind stands there",
                f"Put a plain blank in place of the character {blank[0]!a}.",
            )
        if token.kind == "mark" and not token.text.isprintable():
            hint = f"Take out the character {token.text!a}, which may have come with the text from a page or a file."
            yield Fault(token.start, "a character that is not seen stands there", hint)
        if token.text == "&" and (entity := _ENTITY.match(query, token.start)):
            sign = unescape(entity[0])
            hint = f"Write {sign if sign.isprintable() else 'a blank'} for {entity[0]}: it was escaped for a page."
            yield Fault(token.start, f"{entity[0]} cannot stand there", hint)
        if token.kind == "string" and (escape := _STRANGE_ESCAPE.search(token.text)):
            yield Fault(
                token.start + escape.start(1),
                f"{escape[1]} means nothing in a text",
                "Write two backslashes for one in a text.",
            )


def _quotes(query: str, row: list[Token]) -> Iterator[Fault]:
    if query.lstrip().startswith("```"):
        yield _at(row[0], "Leave out the lines with ``` around the query.")
    for before, token in zip([None, *row], row, strict=False):
        if token.kind == "mark" and token.text in "“”„‘’‹›«»`":
            yield _at(token, f"Put straight quotes in place of {token.text}.")
        if token.kind == "mark" and token.text in "\"'":
            yield _at(token, "Close the string that begins there on the same line, or use three quotes.")
        is_inner = before is not None and before.kind == "string" and before.end == token.start
        if before is not None and is_inner and token.kind == "word" and not is_keyword(token.text):
            yield _at(token, f"Write \\{before.text[0]} for a quote within a text, and @ before a language.")


def _updates(_query: str, row: list[Token]) -> Iterator[Fault]:
    first = next(
        (token for token in row if token.kind == "word" and token.text.upper() not in ("PREFIX", "BASE")), None
    )
    if first is not None and first.text.upper() in _UPDATES:
        yield _at(first, f"{first.text.upper()} begins an update, and only queries are read here: {', '.join(FORMS)}.")


def _addresses(query: str, row: list[Token]) -> Iterator[Fault]:
    for before, token in zip([None, *row], row, strict=False):
        if token.kind != "name" or token.text.lower() not in ("http:", "https:"):
            continue
        address = _ADDRESS.match(query, token.start)
        if before is not None and before.text == "<":
            yield _broken_iri(query, before)
        elif address is not None:
            yield _at(token, f"Put the address in angle brackets: <{address[0].rstrip('.,;')}>.")


def _broken_iri(query: str, opening: Token) -> Fault:
    """What is wrong with an IRI that is none from its < on."""
    written = _IRI.match(query, opening.start)
    inside, closed = (written[1], written[2]) if written else ("", "")
    if not closed or _GOES_ON.search(inside):
        whole = inside.split()[0].rstrip(".,;") if inside.split() else ""
        return Fault(opening.start, "the IRI that begins there is not closed", f"Close it by >: <{whole}>.")
    if inside != inside.strip() and not _IN_NO_IRI.search(inside.strip()):
        return Fault(opening.start, "an IRI has no blanks at its ends", f"Leave them out: <{inside.strip()}>.")
    wrong = _IN_NO_IRI.search(inside)
    if wrong is None:
        return _at(opening, None)
    sign, code = wrong[0], f"%{ord(wrong[0]):02X}"
    named = "a blank" if sign == " " else _shown(sign)
    return Fault(
        opening.start + 1 + wrong.start(),
        f"{named} cannot stand in an IRI",
        f"Write {code} for each {named.removeprefix('a ')}: <{inside.replace(sign, code)}>.",
    )


def _brackets(query: str, row: list[Token]) -> Iterator[Fault]:
    opened = list[Token]()
    for token in row:
        if token.kind != "mark":
            continue
        if token.text in _CLOSES:
            opened.append(token)
        elif token.text in _CLOSES.values():
            if not opened:
                yield _at(token, f"Nothing is open that {token.text} could close: take it out, or open it before.")
                return
            last = opened.pop()
            if _CLOSES[last.text] != token.text:
                yield _at(token, f"Close {last.text} of {_told_place(query, last)} first.")
                return
    if opened:
        wrong = misfit(row, query)
        bracket, end = opened[-1], Token("end", "", len(query), len(query))
        hint = f"Close {bracket.text} of {_told_place(query, bracket)} by {_CLOSES[bracket.text]}."
        yield _at(wrong.token if wrong else end, hint)


def _misfits(query: str, row: list[Token]) -> Iterator[Fault]:
    wrong = misfit(row, query)
    if wrong is not None and "iri" in wrong.expected and _IRI_BEGINS.match(query, wrong.token.start):
        yield _broken_iri(query, wrong.token)
    elif wrong is not None:
        yield _at(*advice(wrong))


def _prefixes(_query: str, row: list[Token]) -> Iterator[Fault]:
    declared = {"_"}
    for before, token in zip([None, *row], row, strict=False):
        if token.kind != "name":
            continue
        prefix = token.text.partition(":")[0]
        if before is not None and before.text.upper() == "PREFIX":
            declared.add(prefix)
        elif prefix not in declared:
            yield Fault(token.start, f"the prefix of {token.text} is not declared", undeclared(token.text))


def _scopes(_query: str, row: list[Token]) -> Iterator[Fault]:
    yield from (_at(*finding) for finding in scopes.aggregated(row))
    for look in (scopes.selected, scopes.uneven, scopes.bound, scopes.called):
        yield from (Fault(token.start, None, hint) for token, hint in look(row))


def _values(_query: str, row: list[Token]) -> Iterator[Fault]:
    """IRIs and numbers that have the right signs and are none."""
    based = any(token.text.upper() == "BASE" for token in row)
    for token in row:
        if token.kind == "iri" and not based and not _WHOLE_IRI.fullmatch(token.text):
            hint = "Begin it with its scheme, as in <https://example.org/a>, and write %25 for a percent sign."
            yield Fault(token.start, f"{_shown(token.text)} is no whole IRI", hint)
        if token.kind == "word" and token.text[0].isdigit() and not _NUMBER.fullmatch(token.text.rstrip(".")):
            text = token.text.rstrip(".")
            is_date = _DATE.match(text)
            number = "Write a number in digits and one dot, and all else in quotes."
            yield _at(token, f'Write it as a text with its datatype: "{text}"^^xsd:date.' if is_date else number)


def _told_place(query: str, token: Token) -> str:
    line, column = place(query, token.start)
    return f"line {line}, column {column}"
