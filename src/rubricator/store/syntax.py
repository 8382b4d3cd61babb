"""Turns Oxigraph's syntax errors into ours. Needs nothing but the standard library, so that readers can use it."""

import re

_PLACE = re.compile(r"error at (\d+):(\d+): (?:expected )?(.*)", re.DOTALL)
_CHARACTER_CLASS = re.compile(r"\[.*?\](?!\")", re.DOTALL)
_LONGEST = 8


def describe(message: str) -> tuple[str, int | None, int | None]:
    """What was expected, line and column, from Oxigraph's message ``error at 1:11: expected one of "$", …, [_]``."""
    match = _PLACE.match(message)
    if match is None:
        return message.splitlines()[0] if message else "unknown reason", None, None
    line, column, rest = int(match[1]), int(match[2]), match[3].removeprefix("one of ")
    words = [word.strip() for word in _CHARACTER_CLASS.sub("", rest).replace("\n", " ").split(", ")]
    words = [word for word in words if word.strip("| ")]
    told = [word for word in words if " " in word and '"' not in word]  # "The SELECT contains a variable that …"
    if told:
        return told[0], line, column
    if not words:
        return "this is not expected here", line, column
    more = ", …" if len(words) > _LONGEST else ""
    return f"expected {', '.join(words[:_LONGEST])}{more}", line, column


def sentence(kind: str, message: str) -> tuple[str, int | None, int | None]:
    """One sentence on a ``query`` or an ``update`` that cannot be read, with line and column."""
    reason, line, column = describe(message)
    where = f" at line {line}, column {column}" if line else ""
    return f"The {kind} has a syntax error{where}: {reason}.", line, column
