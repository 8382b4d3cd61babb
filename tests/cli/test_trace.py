"""`rubricator trace` tells of one claim, for people and for programs."""

import csv
import json

from pyoxigraph import RdfFormat, parse

from rubricator.settings import Settings
from rubricator.store.client import connect
from tests.fakes.program import Rubricator
from tests.pipeline.proving.lived import live


def test_trace_tells_the_same_in_every_form(rubricator: Rubricator, settings: Settings) -> None:
    with connect(settings) as client:
        claim = live(client, settings).claims["A"][0].value
        shown, table, document, turtle = (
            rubricator("trace", claim.rpartition("/")[2], *form)
            for form in ((), ("--format", "csv"), ("--format", "json"), ("--format", "turtle"))
        )
        unknown = rubricator("trace", "0" * 26)

    assert shown.stdout.startswith("superseded: It is not published: it was superseded by the run B on "), shown.stderr
    rows = list(csv.DictReader(table.stdout.splitlines()))
    assert "superseded" == rows[0]["what"]
    told = json.loads(document.stdout)
    assert claim == told["id"]
    lines = [(section["title"], line["what"]) for section in told["sections"] for line in section["lines"]]
    assert [(row["about"], row["what"]) for row in rows[1:]] == lines
    assert len(list(parse(turtle.stdout, format=RdfFormat.TURTLE))) > 100
    assert 2 == unknown.returncode
    assert "No run has said" in unknown.stderr
