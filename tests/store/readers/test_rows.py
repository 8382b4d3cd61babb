"""Rows are counted in the text of an answer, however it is cut into chunks."""

import json
from collections.abc import Callable
from itertools import pairwise
from random import Random

import pytest
from pyoxigraph import QueryResultsFormat, Store

from rubricator.store.mediatypes import CSV, JSON, TSV, XML
from rubricator.store.rows import TooMany, Watch, watch, watch_foreign
from tests.store.running import solutions_in

VALUES = (
    '"plain"',
    '"a, b"@en',
    '"line\\nbreak"',
    '"carriage\\r\\nreturn"',
    '"quote \\" and \\" more"',
    '"</result>"',
    '"}},{ in the middle"',
    "<http://x/?a=%22>",
    "1.5",
    "UNDEF",
)
SYNTAXES = {
    JSON: QueryResultsFormat.JSON,
    XML: QueryResultsFormat.XML,
    CSV: QueryResultsFormat.CSV,
    TSV: QueryResultsFormat.TSV,
}


def answer(media_type: str, rows: int, random: Random) -> bytes:
    lines = " ".join(f"({random.choice(VALUES)} {number})" for number in range(rows))
    return solutions_in(Store(), f"SELECT * {{ VALUES (?value ?number) {{ {lines} }} }}", SYNTAXES[media_type])


def passes(chunks: list[bytes], look: Watch) -> bool:
    try:
        for chunk in chunks:
            look(chunk)
    except TooMany:
        return False
    return True


@pytest.mark.parametrize("media_type", SYNTAXES)
def test_the_bound_is_met_by_one_row_too_many_and_by_no_fewer(media_type: str) -> None:
    random = Random(6)  # noqa: S311 - repeats
    for rows in range(1, 60):
        text = answer(media_type, rows, random)
        cuts = sorted(random.choices(range(len(text)), k=20))
        chunks = [text[start:end] for start, end in pairwise([0, *cuts, len(text)])]
        for watching in (watch, watch_foreign):
            assert passes(chunks, watching(media_type, rows))
            assert rows == 1 or not passes(chunks, watching(media_type, rows - 1))


@pytest.mark.parametrize("indent", [None, 2, 9])
def test_the_rows_of_json_are_counted_however_it_is_spaced(indent: int | None) -> None:
    for rows in (2, 7, 40):
        bindings = [
            {"a": {"type": "uri", "value": f"http://x/{n}"}, "b": {"type": "bnode", "value": "b"}} for n in range(rows)
        ]
        text = json.dumps({"head": {"vars": ["a", "b"]}, "results": {"bindings": bindings}}, indent=indent).encode()
        for size in (1, 7, 64, len(text)):
            chunks = [text[start : start + size] for start in range(0, len(text), size)]
            assert passes(chunks, watch_foreign(JSON, rows))
            assert not passes(chunks, watch_foreign(JSON, rows - 1))


@pytest.mark.parametrize("watching", [watch, watch_foreign])
def test_rows_of_json_that_bind_nothing_hide_none_that_bind_something(watching: Callable[[str, int], Watch]) -> None:
    rows = " ".join(["UNDEF 1"] * 20)
    text = solutions_in(Store(), f"SELECT * {{ VALUES ?value {{ {rows} }} }}", SYNTAXES[JSON])

    assert passes([text], watching(JSON, 40))
    assert not passes([text], watching(JSON, 19))
