"""JSON of any kind as a document whose texts are made of characters."""

import json
import re
from typing import Any

from rubricator.edm.record import RecordRejected

_ESCAPED_HALF = re.compile(rb"\\u[Dd][89A-Fa-f]")
"""What may be half of a character; half of one is none."""
_HALF = re.compile("[\ud800-\udfff]")
_REPLACEMENT = "\ufffd"


def read_json(content: bytes) -> tuple[Any, list[str]]:
    """The document, and the texts, as JSON escapes them, in which half a character gave way to U+FFFD.

    Raises RecordRejected for what is no JSON, RecursionError for what nests deeper than any record does.
    """
    try:
        document = json.loads(content)
    except ValueError as error:
        raise RecordRejected("json-malformed", f"The record is not JSON: {error}.") from error
    halves: list[str] = []
    return (_whole(document, halves) if _ESCAPED_HALF.search(content) else document), halves


def _whole(value: Any, halves: list[str]) -> Any:
    if isinstance(value, str) and _HALF.search(value):
        halves.append(json.dumps(value))
        return _HALF.sub(_REPLACEMENT, value)
    if isinstance(value, list):
        return [_whole(part, halves) for part in value]
    if isinstance(value, dict):
        return {_whole(key, halves): _whole(part, halves) for key, part in value.items()}
    return value
