"""What people mean who write a token where none like it can stand: typical mistakes, and what to write instead."""

import re
import tomllib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

from rubricator.rdf import PREFIXES
from rubricator.store.grammar import AGGREGATES, FUNCTIONS, Misfit
from rubricator.store.tokens import Token

FORMS = ("SELECT", "CONSTRUCT", "ASK", "DESCRIBE")
_CLAUSES = frozenset(
    """BASE PREFIX WHERE FROM NAMED DISTINCT REDUCED AS GROUP BY HAVING ORDER ASC DESC LIMIT OFFSET VALUES UNDEF GRAPH
    OPTIONAL UNION MINUS FILTER BIND SERVICE SILENT EXISTS NOT IN LATERAL TRUE FALSE SEPARATOR""".split()  # noqa: SIM905 - one by one they fill a page
)
_KEYWORDS = _CLAUSES | {*FORMS} | AGGREGATES | FUNCTIONS.keys()
_LONGEST = 40  # of a token: the patterns would take their time for more


@dataclass(frozen=True, slots=True)
class _Mistake:
    """A row of ``mistakes.toml`` or ``dialects.toml``."""

    before: re.Pattern[str]
    found: re.Pattern[str]
    after: re.Pattern[str]
    expected: frozenset[str]
    only: bool
    back: int
    advice: str

    def fits(self, misfit: Misfit) -> bool:
        return (
            (self.expected == misfit.expected if self.only else self.expected <= misfit.expected)
            and self.before.search(_lines(misfit.before[-4:])) is not None
            and self.found.fullmatch(_lines([misfit.token])) is not None
            and self.after.match(_lines(misfit.after[:2])) is not None
        )


def _lines(row: Sequence[Token]) -> str:
    return "\n".join(f"{token.kind} {token.text[:_LONGEST]}".replace("\n", " ") for token in row)


@cache
def _mistakes(name: str) -> Sequence[_Mistake]:
    rows = tomllib.loads(files("rubricator.store").joinpath(name).read_text(encoding="utf-8"))["mistake"]
    return [
        _Mistake(
            re.compile(rf"(?:^|\n)(?:{row.get('before', '.*')})\Z", re.IGNORECASE),
            re.compile(row.get("found", ".*"), re.IGNORECASE),
            re.compile(row.get("after", ""), re.IGNORECASE),
            frozenset(row.get("expected", "").split()) - {"only"},
            row.get("expected", "").startswith("only "),
            row.get("back", 0),
            row["advice"],
        )
        for row in rows
    ]


def advice(misfit: Misfit) -> tuple[Token, str | None]:
    """The token that is wrong, and one sentence on what to write there; None where nothing typical is known."""
    return next(_advice(misfit), (misfit.token, None))


def is_keyword(word: str) -> bool:
    return word.upper() in _KEYWORDS


def _advice(misfit: Misfit) -> Iterator[tuple[Token, str]]:
    token, found = misfit.token, misfit.token.text
    is_unknown = token.kind == "word" and not is_keyword(found) and not found[0].isdigit()
    yield from _written("dialects.toml", misfit)
    if is_unknown:
        could = {word for word in misfit.expected if word.isupper()}
        could |= FUNCTIONS.keys() if "function" in misfit.expected else set()
        yield from ((token, hint) for hint in _misspelt(found, could))
    yield from _written("mistakes.toml", misfit)
    if is_unknown:
        yield from ((token, hint) for hint in _misspelt(found, _KEYWORDS))
        yield token, f"{found} is no keyword: variables begin with ?, names have a prefix, and texts stand in quotes."
    if token.kind == "mark" and not found.isascii():
        yield token, f"Take out the character {found!a}, which may have come with the text from a page or a letter."


def _written(name: str, misfit: Misfit) -> Iterator[tuple[Token, str]]:
    """The advice of every row of a file that fits."""
    found, before = misfit.token.text, misfit.before[-1].text if misfit.before else ""
    prefix = before.rstrip(":") if before.endswith(":") else found
    words = {
        "found": found,
        "FOUND": found.upper(),
        "small": found.lower(),
        "before": before,
        "BEFORE": before.upper(),
        "earlier": misfit.before[-2].text if misfit.before[1:] else "",
        "iri": PREFIXES.get(prefix, "…"),
    }
    row = (*misfit.before, misfit.token)
    for mistake in _mistakes(name):
        if mistake.fits(misfit):
            yield row[-1 - mistake.back], mistake.advice.format_map(words)


def _misspelt(word: str, could: Collection[str]) -> Iterator[str]:
    alike = get_close_matches(word.upper(), sorted(could), 1, cutoff=0.75)
    if alike and len(word) > 2:
        yield f"{word} is no keyword: did you mean {alike[0]}?"
