"""Reads SPARQL as a row of tokens, without understanding it. The guard and the protocol's dataset come here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rubricator.store.errors import QuerySyntaxError

_IN_IRI = r'[^<>"{}|^`\\\x00-\x20]*+'
_ESCAPE = r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})"
_LOCAL = r"(?:[\w:.\-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%])"
# A word runs on over dots and hyphens as far as it can, so that every character is looked at once.
_TOKEN = re.compile(
    rf"""
    (?P<space> (?: \s | \#[^\r\n]* )++ )
  | (?P<string> \"\"\" (?: [^"\\] | \\. | "(?!"") )*+ \"\"\" | ''' (?: [^'\\] | \\. | '(?!'') )*+ '''
              | (?! \"\"\" | ''' ) (?: " (?: [^"\\\r\n] | \\. )*+ " | ' (?: [^'\\\r\n] | \\. )*+ ' ) )
  | (?P<unclosed> \"\"\" | ''' )
  | (?P<iri> < {_IN_IRI} (?: {_ESCAPE} {_IN_IRI} )*+ > )
  | (?P<variable> [?$]\w++ )
  | (?P<language> @[A-Za-z][A-Za-z0-9\-]*+ )
  | (?P<name> (?: \w[\w.\-]*+ )? : (?: (?![.\-]) {_LOCAL}*+ )? )
  | (?P<word> \w[\w.\-]*+ )
  | (?P<mark> . )
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """``kind`` is string, iri, variable, language, name (a prefixed one), word or mark; ``text[start:end]`` is it."""

    kind: str
    text: str
    start: int
    end: int


def tokens(text: str, start: int = 0) -> Iterator[Token]:
    """The tokens from ``start`` on, without blanks and comments. Raises QuerySyntaxError at an unclosed long string."""
    for match in _TOKEN.finditer(text, start):
        kind = str(match.lastgroup)
        if kind == "unclosed":
            line, column = place(text, match.start())
            raise QuerySyntaxError(
                f"The string opened at line {line}, column {column} is never closed: close it with {match[0]}.",
                line,
                column,
            )
        if kind != "space":
            yield Token(kind, match[0], match.start(), match.end())


def place(text: str, position: int) -> tuple[int, int]:
    """Line and column of a position, counted from 1."""
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)
