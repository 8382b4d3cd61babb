"""Reads a query by the grammar of SPARQL 1.1, to find the first token that cannot stand where it stands.

Only what the engine has rejected is read: it tells how far it had looked ahead, and never what was wrong there. The
grammar is in ``sparql.ebnf``, with what the specification keeps apart for its algebra written as one. No two choices
there begin with the same long phrase: each would be read again for the next, twice as often with each level.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from rubricator.store.tokens import Token

AGGREGATES = frozenset(["COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"])
FUNCTIONS = {
    name: (least, most)
    for (least, most), names in {
        (0, 0): "NOW RAND UUID STRUUID",
        (0, 1): "BNODE",
        (1, 1): """STR LANG DATATYPE BOUND IRI URI ABS CEIL FLOOR ROUND STRLEN UCASE LCASE ENCODE_FOR_URI YEAR MONTH DAY
            HOURS MINUTES SECONDS TIMEZONE TZ MD5 SHA1 SHA256 SHA384 SHA512 ISIRI ISURI ISBLANK ISLITERAL ISNUMERIC
            ISTRIPLE SUBJECT PREDICATE OBJECT LANGDIR HASLANG HASLANGDIR""",
        (2, 2): "LANGMATCHES CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER STRLANG STRDT SAMETERM ADJUST",
        (2, 3): "REGEX SUBSTR",
        (3, 3): "IF TRIPLE STRLANGDIR",
        (3, 4): "REPLACE",
        (0, 10**6): "CONCAT COALESCE",
    }.items()
    for name in names.split()
}
"""How many values each takes, from and to."""
_PLAIN_AGGREGATES = AGGREGATES - {"COUNT", "GROUP_CONCAT"}
_NEWER = re.compile(r"<<|(?<=\{)\||~")  # SPARQL 1.2
_WRITTEN = re.compile(r'"(?P<mark>[^"]+)"|(?P<name>\w+)|(?P<sign>[()|*+?=])')

Match = Callable[["_Reading", int], int | None]


@dataclass(frozen=True, slots=True)
class Misfit:
    """A token (of kind ``end`` after the last), the rows before and after it, and what could have stood in its place.

    ``expected`` are terminals of the grammar: keywords in capitals, marks, and kinds of tokens in small letters.
    """

    token: Token
    before: tuple[Token, ...]
    after: tuple[Token, ...]
    expected: frozenset[str]


def misfit(row: Sequence[Token], text: str) -> Misfit | None:
    """The first token of a query that fits no reading of it; None where there is none, or nobody can tell."""
    reading = _Reading([*_parted(row), Token("end", "", len(text), len(text))])
    try:
        if _rules()["Query"](reading, 0) is not None:
            return None
    except RecursionError:
        return None
    at, token = reading.furthest, reading.row[reading.furthest]
    is_condition = not reading.expected.isdisjoint(["&", "function"])
    if _NEWER.match(text, token.start) and not is_condition:
        return None
    return Misfit(token, tuple(reading.row[:at]), tuple(reading.row[at + 1 :]), frozenset(reading.expected))


@dataclass(slots=True)
class _Reading:
    row: list[Token]
    furthest: int = 0
    expected: set[str] = field(default_factory=set)

    def missed(self, at: int, terminal: str) -> None:
        if at > self.furthest:
            self.furthest = at
            self.expected.clear()
        if at == self.furthest:
            self.expected.add(terminal)


def _parted(row: Sequence[Token]) -> Iterator[Token]:
    """The same tokens with the dots that end triples apart from the names and words before them."""
    for token in row:
        bare = token.text.rstrip(".") if token.kind in ("name", "word") else token.text
        end = token.start + len(bare)
        if bare:
            yield Token(token.kind, bare, token.start, end)
        for start in range(end, token.end):
            yield Token("mark", ".", start, start + 1)


def _is(terminal: str) -> Callable[[Token], bool]:
    match terminal:
        case "a" | "true" | "false":
            return lambda token: token.kind == "word" and token.text == terminal
        case "integer":
            return lambda token: token.kind == "word" and token.text.isdecimal()
        case "number":
            return lambda token: token.kind == "word" and token.text[0].isdigit()
        case "function":
            return lambda token: token.kind == "word" and token.text.upper() in FUNCTIONS
        case "aggregate":
            return lambda token: token.kind == "word" and token.text.upper() in _PLAIN_AGGREGATES
        case "prefix":
            return lambda token: token.kind == "name" and token.text.endswith(":")
        case "name":
            return lambda token: token.kind == "name" and not token.text.startswith("_:")
        case "blank":
            return lambda token: token.kind == "name" and token.text.startswith("_:")
    if terminal.isupper():
        return lambda token: token.kind == "word" and token.text.upper() == terminal
    if terminal.islower():
        return lambda token: token.kind == terminal
    return lambda token: token.kind == "mark" and token.text == terminal


@cache
def _rules() -> dict[str, Match]:
    rules = dict[str, Match]()
    text = re.sub(r"\n +", " ", files("rubricator.store").joinpath("sparql.ebnf").read_text())
    for line in filter(None, text.splitlines()):
        name, _, right = line.partition(" = ")
        rules[name] = _choice([*_WRITTEN.finditer(right)][::-1], rules)
    return rules


def _choice(written: list[re.Match[str]], rules: dict[str, Match]) -> Match:
    """``written`` is what is left of a rule, its end first."""
    options = [_sequence(written, rules)]
    while written and written[-1]["sign"] == "|":
        written.pop()
        options.append(_sequence(written, rules))

    def match(reading: _Reading, at: int) -> int | None:
        for option in options:
            end = option(reading, at)
            if end is not None:
                return end
        return None

    return match if len(options) > 1 else options[0]


def _sequence(written: list[re.Match[str]], rules: dict[str, Match]) -> Match:
    parts = list[Match]()
    while written and written[-1]["sign"] not in ("|", ")"):
        parts.append(_repeated(_single(written, rules), written))

    def match(reading: _Reading, at: int) -> int | None:
        for part in parts:
            end = part(reading, at)
            if end is None:
                return None
            at = end
        return at

    return match if len(parts) > 1 else parts[0]


def _single(written: list[re.Match[str]], rules: dict[str, Match]) -> Match:
    first = written.pop()
    if first["sign"] == "(":
        inner = _choice(written, rules)
        written.pop()
        return inner
    name = first["name"] or first["mark"]
    if first["name"] and name.istitle():
        return lambda reading, at: rules[name](reading, at)
    fits = _is(name)

    def match(reading: _Reading, at: int) -> int | None:
        if fits(reading.row[at]):
            return at + 1
        reading.missed(at, name)
        return None

    return match


def _repeated(part: Match, written: list[re.Match[str]]) -> Match:
    sign = written[-1]["sign"] if written else None
    if sign not in ("*", "+", "?"):
        return part
    written.pop()

    def match(reading: _Reading, at: int) -> int | None:
        end = part(reading, at)
        if end is None:
            return None if sign == "+" else at
        while sign != "?" and (further := part(reading, end)) is not None:
            end = further
        return end

    return match
