"""``rubricator runs``: what auditors and operators do with runs, on the command line."""

import csv
import io
from collections.abc import Iterator

import pytest

from rubricator.enrichment.policy import ConceptThreshold
from rubricator.settings import Settings
from rubricator.store.client import StoreClient, connect
from tests.fakes.program import Rubricator
from tests.pipeline.curating.runs import ITEMS, body, published, written

OLD = {ITEMS[0]: {"map": 0.9}, ITEMS[1]: {"map": 0.6}}
NEW = {ITEMS[0]: {"toy": 0.9}}
COLUMNS = [
    "run", "state", "started", "model", "prompts", "threshold", "pictures", "enrichments", "failures", "ended",
    "dataset", "head", "operator", "near_misses", "successor", "retracted",
]  # fmt: skip


@pytest.fixture
def client(settings: Settings) -> Iterator[StoreClient]:
    """The store runs all the while, so that no command has to start one."""
    with connect(settings) as client:
        yield client


@pytest.fixture
def runs(client: StoreClient, settings: Settings) -> tuple[str, str]:
    """The ids of an older run and of a newer one."""
    return written(client, settings, OLD).ulid, written(client, settings, NEW, minute=1).ulid


def listed(rubricator: Rubricator) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(rubricator("runs", "list", "--format", "csv").stdout)))


def test_runs_are_listed_with_their_id_first_and_the_newest_last(rubricator: Rubricator, runs: tuple[str, str]) -> None:
    found = listed(rubricator)

    assert COLUMNS == list(found[0])
    assert list(runs) == [row["run"] for row in found]
    assert ["ended", "ended"] == [row["state"] for row in found]


def test_a_run_is_retracted_once_and_reinstated(
    rubricator: Rubricator, client: StoreClient, settings: Settings, runs: tuple[str, str]
) -> None:
    old, new = runs

    dry = rubricator("runs", "retract", new, "--reason", "wrong", "--dry-run")
    assert "1 claim on 1 item, 1 of them published now, 0 accepted by people." in dry.stdout
    assert "Nothing was changed." in dry.stdout
    done = rubricator("runs", "retract", new, old, "--reason", "wrong thresholds")
    again = rubricator("runs", "retract", new, "--reason", "wrong")
    assert (0, 0) == (done.returncode, again.returncode)
    assert "is retracted already" in again.stdout
    assert set() == published(client)
    back = rubricator("runs", "unretract", old, "--reason", "it was right")

    assert "Revoked the retraction" in back.stdout
    assert ["ended", "retracted"] == [row["state"] for row in listed(rubricator)]
    assert 2 == len(published(client))
    shown = rubricator("runs", "show", old, "--format", "csv").stdout
    (line,) = (line for line in shown.splitlines() if line.startswith("retracted,"))
    assert f"by {settings.operator}: wrong thresholds; revoked " in line
    assert "it was right" in line


def test_single_claims_of_all_runs_are_retracted(
    rubricator: Rubricator, client: StoreClient, settings: Settings, runs: tuple[str, str]
) -> None:
    old, _ = runs

    whole = rubricator("runs", "retract", "all", "--reason", "too unsure")
    done = rubricator("runs", "retract", "all", "--reason", "too unsure", "--where", "confidence=..0.7")
    nothing = rubricator("runs", "retract", "all", "--reason", "too unsure", "--where", "confidence=..0.7")

    assert (2, 0, 0) == (whole.returncode, done.returncode, nothing.returncode)
    assert "need --where" in whole.stderr
    assert "Retracted 1 claim, by event" in done.stdout
    assert "nothing was changed" in nothing.stdout
    assert {("0", body(settings, "map")), ("0", body(settings, "toy"))} == published(client)
    shown = rubricator("runs", "show", old).stdout
    assert "1 of its claims (confidence=..0.7)" in shown
    assert "claimed\t2 × map (europeana:concept/43)\t" in shown
    refused = rubricator("runs", "unretract", old, "--reason", "it was right").stdout
    assert "is neither retracted nor superseded as a whole; nothing was changed.\n" in refused
    event = done.stdout.split()[-1].rstrip(".")
    assert f"Single claims stay retracted: the retraction {event} (too unsure); `runs unretract EVENT`" in refused
    dry = rubricator("runs", "retract", old, "--reason", "wrong", "--dry-run").stdout
    assert f"{old}: 2 claims on 2 items, 1 of them published now, 0 accepted by people.\n" in dry
    assert ["1", "0"] == [row["retracted"] for row in listed(rubricator)]
    assert "\tended, 1 claim retracted\t" in rubricator("runs", "list").stdout


def test_a_run_whose_concepts_have_thresholds_of_their_own_says_so(
    rubricator: Rubricator, client: StoreClient, settings: Settings, runs: tuple[str, str]
) -> None:
    own = tuple(ConceptThreshold(concept, 0.6, 0.9, 0.5, 100) for concept in ("map", "toy"))
    run = written(client, settings, NEW, minute=2, thresholds=own).ulid

    assert ["0.5", "0.5", "one a concept"] == [row["threshold"] for row in listed(rubricator)]
    assert "threshold\tone a concept\t" in rubricator("runs", "show", run).stdout
    assert "threshold\t0.5\t" in rubricator("runs", "show", runs[0]).stdout


def test_a_run_takes_the_place_of_another_and_what_is_lost_is_told(
    rubricator: Rubricator, client: StoreClient, settings: Settings, runs: tuple[str, str]
) -> None:
    old, new = runs

    done = rubricator("runs", "supersede", old, new, "--reason", "better prompts")
    circle = rubricator("runs", "supersede", new, old, "--reason", "no, this one")

    assert 0 == done.returncode, done.stderr
    assert "Only" in done.stderr
    assert "1 claim on it would leave the view" in done.stderr
    assert (2, True) == (circle.returncode, "circle" in circle.stderr)
    assert [("superseded", new), ("ended", "")] == [(row["state"], row["successor"]) for row in listed(rubricator)]
    assert f"{old}\tsuperseded by {new}\t" in rubricator("runs", "list").stdout
    assert {("0", body(settings, "toy"))} == published(client)


def test_two_runs_are_compared_as_table_csv_and_rdf(rubricator: Rubricator, runs: tuple[str, str]) -> None:
    table = rubricator("runs", "diff", *runs)
    rows = list(csv.DictReader(io.StringIO(rubricator("runs", "diff", *runs, "--format", "csv").stdout)))
    triples = rubricator("runs", "diff", *runs, "--format", "ntriples").stdout

    assert "2 items changed: concepts gained 1, lost 2; 1 of these on items that one of the runs alone" in table.stdout
    assert "\tgained\ttoy\t" in table.stdout
    assert [("lost", "both"), ("gained", "both"), ("lost", "before")] == [
        (row["change"], row["looked_at"]) for row in rows
    ]
    assert 2 == triples.count("changeset/schema#ChangeSet>")


def test_a_run_that_is_not_there_is_named_in_a_sentence(rubricator: Rubricator) -> None:
    for command in (("show", "01X"), ("retract", "01X", "--reason", "x"), ("diff", "01X", "01Y")):
        refused = rubricator("runs", *command)

        assert 2 == refused.returncode
        assert "rubricator: There is no run '01X'; `rubricator runs list` names them.\n" == refused.stderr
