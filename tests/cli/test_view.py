"""The published view, checked and derived anew from the command line."""

from rubricator.rdf import OA
from rubricator.settings import Settings
from rubricator.store.client import connect
from tests.fakes.program import Rubricator
from tests.pipeline.curating.runs import ITEMS, written

LINES = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"


def test_a_view_that_was_damaged_is_found_out_and_put_right(rubricator: Rubricator, settings: Settings) -> None:
    with connect(settings) as client:
        written(client, settings, {item: {"map": 0.9} for item in ITEMS})
        sound = rubricator("view", "check")
        client.update(f"DELETE WHERE {{ ?claim {OA['hasBody']} ?concept }}")
        client.update('INSERT DATA { <http://x/a> <http://x/b> "c" }')
        damaged = rubricator("view", "check")
        rebuilt = rubricator("view", "rebuild")

    assert (0, "The view is what the facts say.\n") == (sound.returncode, sound.stdout)
    assert 4 == damaged.returncode
    assert "Run `rubricator view rebuild`" in damaged.stderr
    assert (0, "The view is what the facts say: lines removed 1, added 4.\n") == (rebuilt.returncode, rebuilt.stdout)
    assert 0 == rubricator("view", "check").returncode


def test_a_query_is_asked_about_an_earlier_moment(rubricator: Rubricator, settings: Settings) -> None:
    with connect(settings) as client:
        written(client, settings, {ITEMS[0]: {"map": 0.9}})
    now = rubricator("query", "--format", "csv", LINES)
    then = rubricator("query", "--format", "csv", "--as-of", "2026-11-20", LINES)
    nowhere = rubricator("query", "--as-of", "yesterday", LINES)
    later = rubricator("query", "--format", "csv", "--as-of", "2226-11-20", LINES)

    assert (0, ["n", "6"]) == (now.returncode, now.stdout.splitlines())
    assert (0, ["n", "0"]) == (then.returncode, then.stdout.splitlines())
    assert (2, True) == (nowhere.returncode, "'yesterday' is no moment for --as-of" in nowhere.stderr)
    assert (0, ["n", "6"]) == (later.returncode, later.stdout.splitlines())
    assert "2226-11-20 lies in the future: what follows is what is known now.\n" == later.stderr
