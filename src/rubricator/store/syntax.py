"""Turns Oxigraph's syntax errors into ours. Needs nothing but the standard library, so that readers can use it."""

import re

_PLACE = re.compile(r"error at (\d+):(\d+): (?:expected )?(.*)", re.DOTALL)
_CHARACTER_CLASS = re.compile(r"\[.*?\](?!\")", re.DOTALL)
_REASONS = {
    "Prefix not found": "a prefix is not declared",
    "prefix IRI parsing failed": "the IRI of a prefix is none",
    "IRI parsing failed": "an IRI is none",
    "language tag parsing failed": "a language tag is none",
    "The SELECT contains a variable that is unbound": "SELECT names a variable that is neither grouped nor aggregated",
    "The SELECT contains an expression with a variable that is unbound": (
        "SELECT calculates with a variable that is neither grouped nor aggregated"
    ),
    "Duplicated variable name in SELECT": "SELECT gives two values the same name",
    "The SELECT overrides an existing variable using an expression": "SELECT gives a value the name of a variable",
    "SELECT * is not authorized with GROUP BY": "SELECT * does not go with GROUP BY",
    "BIND is overriding an existing variable": "BIND gives a value the name of a variable that has one",
    "The VALUES clause rows should have exactly the same number of values as there are variables. "
    "To set a value to undefined use UNDEF.": "a row of VALUES has not as many values as there are variables",
    "Repeated variables are not allowed in VALUES clauses.": "VALUES names a variable twice",
    "Already used blank node id": "the same blank node stands in two groups",
    "Unexpected aggregate": "an aggregate stands where none can",
}
"""What Oxigraph says of queries that have the right words in the wrong sense, and how we put it."""


def describe(message: str) -> tuple[str | None, int | None, int | None]:
    """The reason, line and column in Oxigraph's message ``error at 1:11: expected one of "$", …, [_]``.

    No reason where it names words of its grammar alone: what it had tried last is seldom what was wrong, and its place
    lies behind what it had looked ahead to.
    """
    match = _PLACE.match(message)
    if match is None:
        return message.splitlines()[0] if message else None, None, None
    rest = _CHARACTER_CLASS.sub("", match[3].removeprefix("one of ")).replace("\n", " ")
    known = next((reason for said, reason in _REASONS.items() if said in rest), None)
    told = (word.strip() for word in rest.split(", "))
    own = next((word for word in told if " " in word and not set(word) & set('"|<')), None)
    return known or own, int(match[1]), int(match[2])


def sentence(kind: str, message: str) -> tuple[str, int | None, int | None]:
    """One sentence on a ``query`` or an ``update`` that cannot be read, with line and column."""
    reason, line, column = describe(message)
    if line and column:
        where = f"at line {line}, column {column}: {reason}" if reason else f"before line {line}, column {column}"
        return f"The {kind} has a syntax error {where}.", line, column
    return f"The {kind} has a syntax error: {reason or 'unknown reason'}.", None, None
