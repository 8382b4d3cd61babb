import re

import pytest

from tests.fakes.program import Rubricator

pytest.importorskip("open_clip", reason="the demo needs the extra demo")
pytest.importorskip("skimage", reason="the demo needs the extra demo")


# All but what is said of harvests, of which the second run is one.
COUNT = """SELECT (COUNT(*) AS ?n) WHERE {
  { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } FILTER(!REGEX(STR(?g), "/graph/(ledger|harvest/.*)$")) }
}"""


def test_the_demo_prints_what_it_saw_and_a_second_run_changes_nothing(rubricator: Rubricator) -> None:
    first = rubricator("demo", "--no-serve")
    before = rubricator("query", "--format", "csv", COUNT)
    second = rubricator("demo", "--no-serve")
    after = rubricator("query", "--format", "csv", COUNT)

    assert (0, 0) == (first.returncode, second.returncode), first.stderr + second.stderr
    rows = [line for line in first.stdout.splitlines() if line.startswith("http://rubricator.test/id/item/demo/")]
    assert 10 <= len(rows)
    assert all(re.search(r"http://rubricator\.test/media/[0-9a-f]{64}", row) for row in rows)
    assert all(re.search(r"\t[a-z ]+ 0\.\d\d\t(yes|no)(\t|$)", row) for row in rows)
    assert "--data-dir" in first.stdout.splitlines()[-1]
    assert "nothing to do" in second.stdout
    assert before.stdout == after.stdout
    table = first.stdout.index("What the model saw")
    assert first.stdout[table:] == second.stdout[second.stdout.index("What the model saw") :]
