"""What people mean who write a token where none like it can stand: typical mistakes, and what to write instead."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

from rubricator.rdf import PREFIXES
from rubricator.store.grammar import AGGREGATES, FUNCTIONS, Misfit

FORMS = ("SELECT", "CONSTRUCT", "ASK", "DESCRIBE")
_CLAUSES = frozenset(
    """BASE PREFIX WHERE FROM NAMED DISTINCT REDUCED AS GROUP BY HAVING ORDER ASC DESC LIMIT OFFSET VALUES UNDEF GRAPH
    OPTIONAL UNION MINUS FILTER BIND SERVICE SILENT EXISTS NOT IN LATERAL TRUE FALSE SEPARATOR""".split()  # noqa: SIM905 - one by one they fill a page
)
_KEYWORDS = _CLAUSES | {*FORMS} | AGGREGATES | FUNCTIONS.keys()
_OTHERWISE = {
    "AND": "&&", "OR": "||", "LIKE": "CONTAINS(text, part) or REGEX(text, pattern)", "NULL": "!BOUND(?variable)",
    "LENGTH": "STRLEN", "LEN": "STRLEN", "UPPER": "UCASE", "LOWER": "LCASE", "STARTSWITH": "STRSTARTS",
    "ENDSWITH": "STRENDS", "SUBSTRING": "SUBSTR", "AVERAGE": "AVG", "MEAN": "AVG", "LANGUAGE": "LANG",
}  # fmt: skip
"""What other languages call it."""
_LONGEST = 40  # of a token: the patterns would take their time for more
_FLAGS = re.IGNORECASE | re.DOTALL


@dataclass(frozen=True, slots=True)
class _Mistake:
    """A row of ``mistakes.toml``."""

    before: re.Pattern[str]
    found: re.Pattern[str]
    expected: frozenset[str]
    only: bool
    advice: str

    def fits(self, misfit: Misfit) -> bool:
        *before, found = (f"{token.kind} {token.text[:_LONGEST]}" for token in (*misfit.before[-2:], misfit.token))
        return (
            (self.expected == misfit.expected if self.only else self.expected <= misfit.expected)
            and self.before.search(" ".join(before)) is not None
            and self.found.fullmatch(found) is not None
        )


@cache
def _mistakes() -> Sequence[_Mistake]:
    rows = tomllib.loads(files("rubricator.store").joinpath("mistakes.toml").read_text(encoding="utf-8"))["mistake"]
    return [
        _Mistake(
            re.compile(rf"(?:^|\s)(?:{row.get('before', '.*')})$", _FLAGS),
            re.compile(row.get("found", ".*"), _FLAGS),
            frozenset(row.get("expected", "").split()) - {"only"},
            row.get("expected", "").startswith("only "),
            row["advice"],
        )
        for row in rows
    ]


def advice(misfit: Misfit) -> str | None:
    """One sentence on what to write in place of a misfit; None where nothing typical is known."""
    return next(_advice(misfit), None)


def _advice(misfit: Misfit) -> Iterator[str]:
    found, before = misfit.token.text, misfit.before[-1].text if misfit.before else ""
    prefix = before.rstrip(":") if before.endswith(":") else found
    words = {
        "found": found,
        "FOUND": found.upper(),
        "before": before,
        "BEFORE": before.upper(),
        "iri": PREFIXES.get(prefix, "…"),
    }
    is_unknown = misfit.token.kind == "word" and found.upper() not in _KEYWORDS and not found[0].isdigit()
    if is_unknown:
        yield from _misspelt(found)
    yield from (mistake.advice.format_map(words) for mistake in _mistakes() if mistake.fits(misfit))
    if is_unknown:
        yield f"{found} is no keyword: variables begin with ?, and texts stand in quotes."
    if misfit.token.kind == "mark" and not (found.isascii() and found.isprintable()):
        yield f"Take out the character {found!a}, which may have come with the text from a page or a letter."


def _misspelt(word: str) -> Iterator[str]:
    if word.upper() in _OTHERWISE:
        yield f"Write {_OTHERWISE[word.upper()]} in place of {word}."
    alike = get_close_matches(word.upper(), sorted(_KEYWORDS), 1, cutoff=0.75)
    if alike and len(word) > 2:
        yield f"{word} is no keyword: did you mean {alike[0]}?"
