"""What people read whose queries the engine refuses."""

import pytest
from pyoxigraph import Store

from rubricator.store.errors import QuerySyntaxError
from rubricator.store.hints import explained
from rubricator.store.syntax import sentence


def said_of(query: str) -> QuerySyntaxError:
    """What a person reads whose query the engine refuses."""
    with pytest.raises(SyntaxError) as caught:
        Store().query(query)
    return explained(QuerySyntaxError(*sentence("query", str(caught.value))), query)


def leaks(text: str) -> bool:
    """Whether the words of the engine's grammar show through."""
    return any(word in text for word in ("expected", "one of ", "[_]", "LATERAL", "ENCODE_FOR_URI", "unreported"))


def hint_at_the_mark(marked: str) -> str:
    """What a person is told to write, and told at the right place: ``marked`` has ^, or a zero byte, before that."""
    before, _, after = marked.partition("\0" if "\0" in marked else "^")
    error = said_of(before + after)

    lines = before.split("\n")
    assert (len(lines), len(lines[-1]) + 1) == (error.line, error.column)
    assert f"at line {error.line}, column {error.column}" in str(error)
    assert not leaks(str(error))
    return error.hint or ""
