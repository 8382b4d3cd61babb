"""Runs and single claims are retracted, and what was retracted is published again."""

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from rubricator.enrichment.events import read_events
from rubricator.enrichment.ledger import find_run, list_runs
from rubricator.enrichment.run import Run
from rubricator.errors import NotFound, UsageError
from rubricator.pipeline.curating.reinstating import reinstate
from rubricator.pipeline.curating.retracting import (
    Affected,
    affected_by_runs,
    affected_by_selection,
    retract_claims,
    retract_runs,
)
from rubricator.pipeline.curating.selection import SelectedClaims, Selection, selection_of
from rubricator.pipeline.sole import sole_job
from rubricator.rdf import DCTERMS, EDM, ENR, FOAF, OA, TYPE
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from rubricator.vocabulary import load_vocabulary
from tests.pipeline.curating.runs import ITEMS, body, published, written

CLAIMS = {
    ITEMS[0]: {"map": 0.9},
    ITEMS[1]: {"map": 0.5, "toy": 0.4},
    ITEMS[2]: {"toy": 0.7},
    ITEMS[3]: {},
}


@pytest.fixture
def run(client: StoreClient, settings: Settings) -> Run:
    return written(client, settings, CLAIMS)


@pytest.fixture
def everything(client: StoreClient, run: Run) -> set[tuple[str, str]]:  # noqa: ARG001 - what it wrote
    return published(client)


def chosen(settings: Settings, *where: str) -> Selection:
    return selection_of(where, load_vocabulary(settings.iris))


def select(client: StoreClient, settings: Settings, selection: Selection) -> SelectedClaims:
    graphs = [settings.iris.run_graph(run.ulid) for run in list_runs(client, settings.iris)]
    return SelectedClaims(client, settings.iris, graphs, selection, read_events(client, settings.iris))


def retract(client: StoreClient, settings: Settings, *where: str) -> int:
    """Retract what fits; returns how many claims that was."""
    selection = chosen(settings, *where)
    with select(client, settings, selection) as selected:
        retract_claims(client, settings, selected, selection, "wrong")
        return len(selected)


def test_a_retraction_says_whom_it_affects_and_takes_two_quads_of_the_graph(
    client: StoreClient, settings: Settings, run: Run, everything: set[tuple[str, str]]
) -> None:
    summaries = list_runs(client, settings.iris)
    claim = settings.iris.annotation(
        run.ulid, "0" * 64, ITEMS[0], load_vocabulary(settings.iris).by_slug("map").body.value
    )
    client.load([Quad(claim, ENR["reviewStatus"], ENR["accepted"])])

    assert Affected(4, 3, 1, 4) == affected_by_runs(client, settings.iris, summaries)
    assert 1 == len(retract_runs(client, settings, summaries, "wrong  thresholds"))
    assert 4 == len(everything)
    assert set() == published(client)
    about = client.select(
        f"SELECT ?p WHERE {{ GRAPH {settings.iris.ledger} {{ {settings.iris.run_graph(run.ulid)} ?p ?o "
        "FILTER(CONTAINS(STR(?p), 'nvalidated')) } }"
    )
    assert 2 == len(about)
    (event,) = read_events(client, settings.iris)
    assert ("wrong thresholds", settings.operator) == (event.reason, event.operator)


@pytest.mark.usefixtures("run")
def test_what_is_retracted_already_is_left_as_it_is(client: StoreClient, settings: Settings) -> None:
    summaries = list_runs(client, settings.iris)
    retract_runs(client, settings, summaries, "wrong")

    assert {} == retract_runs(client, settings, summaries, "again")
    assert 1 == len(read_events(client, settings.iris))


def test_a_run_that_is_being_written_is_not_retracted_and_an_interrupted_one_is(
    client: StoreClient, settings: Settings
) -> None:
    run = written(client, settings, CLAIMS, ended=False)
    summaries = list_runs(client, settings.iris)

    with sole_job(settings, "enrich") as busy_with:
        busy_with(run.ulid)
        with pytest.raises(UsageError, match="is running"):
            retract_runs(client, settings, summaries, "wrong")
    retract_runs(client, settings, summaries, "wrong")

    assert "retracted" == find_run(client, settings.iris, run.ulid).state
    assert set() == published(client)


@pytest.mark.usefixtures("run")
def test_a_retraction_without_a_reason_is_refused(client: StoreClient, settings: Settings) -> None:
    with pytest.raises(UsageError, match="say in a few words why"):
        retract_runs(client, settings, list_runs(client, settings.iris), " ")


@pytest.mark.usefixtures("run")
def test_single_claims_are_selected_by_what_they_are(client: StoreClient, settings: Settings) -> None:
    record, other = settings.iris.record_graph("one", "0"), settings.iris.record_graph("two", "1")
    aggregation = NamedNode("http://museum.example.org/aggregation")
    client.load(
        [
            Quad(record, FOAF["primaryTopic"], NamedNode(ITEMS[0]), record),
            Quad(record, DCTERMS["isPartOf"], settings.iris.thing("dataset", "one"), record),
            Quad(aggregation, EDM["aggregatedCHO"], NamedNode(ITEMS[1]), other),
            Quad(aggregation, EDM["dataProvider"], Literal("Harbour Museum", language="en"), other),
        ]
    )
    expected = {
        ("concept=map",): {"0", "1"},
        ("concept=map", "concept=toy"): {"0", "1", "1 again", "2"},
        ("confidence=0.4..0.5",): {"1", "1 again"},
        ("confidence=0.7..",): {"0", "2"},
        ("confidence=..0.5", "concept=toy"): {"1"},
        ("dataset=one",): {"0"},
        ("provider=Harbour Museum",): {"1", "1 again"},
        ("provider=Harbour Museum", "concept=map"): {"1"},
    }

    for where, items in expected.items():
        with select(client, settings, chosen(settings, *where)) as selected:
            assert (len(items), len({item[0] for item in items})) == (len(selected), selected.count_items()), where


@pytest.mark.usefixtures("run")
def test_selected_claims_are_retracted_alone(client: StoreClient, settings: Settings) -> None:
    assert 2 == retract(client, settings, "concept=map", "confidence=0.5..")

    toy = body(settings, "toy")
    assert {("1", toy), ("2", toy)} == published(client)
    (event,) = read_events(client, settings.iris)
    assert (2, ("concept=map", "confidence=0.5..")) == (event.claims, event.selection)


@pytest.mark.usefixtures("run")
def test_claims_that_are_retracted_already_are_not_selected_again(client: StoreClient, settings: Settings) -> None:
    retract(client, settings, "concept=map")

    with select(client, settings, chosen(settings, "confidence=0..1")) as selected:
        assert 2 == len(selected)
        assert Affected(2, 2, 0, 2) == affected_by_selection(client, selected)


def test_listed_annotations_are_retracted(client: StoreClient, settings: Settings, run: Run, tmp_path: Path) -> None:
    rows = client.select(
        f"SELECT ?a WHERE {{ GRAPH {settings.iris.run_graph(run.ulid)} {{ ?a {TYPE} {OA['Annotation']} }} }}"
    )
    (tmp_path / "list.txt").write_text(f"{rows[0]['a']}\n\n{str(rows[1]['a'])[1:-1]}\n")

    assert 2 == retract(client, settings, f"annotations={tmp_path / 'list.txt'}")
    assert 2 == len(published(client))


@pytest.mark.usefixtures("run")
def test_a_listed_annotation_that_is_no_claim_is_named_and_nothing_is_retracted(
    client: StoreClient, settings: Settings, tmp_path: Path, everything: set[tuple[str, str]]
) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text("http://rubricator.test/annotation/forged\n")

    with pytest.raises(NotFound, match="annotation/forged"):
        retract(client, settings, f"annotations={listed}")
    listed.write_text("no iri\n")
    with pytest.raises(UsageError, match="line 1"):
        retract(client, settings, f"annotations={listed}")

    assert everything == published(client)


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("colour=red", "concept=…"),
        ("concept", "concept=…"),
        ("concept=nope", "no concept 'nope'"),
        ("confidence=..", "0.3..0.6"),
        ("confidence=0.6..0.3", "smaller bound first"),
        ("confidence=3..4", "0.3..0.6"),
    ],
)
def test_a_criterion_that_cannot_be_read_is_told_how_to_be_written(settings: Settings, where: str, words: str) -> None:
    with pytest.raises((UsageError, NotFound), match=words):
        chosen(settings, where)


@pytest.mark.usefixtures("run")
def test_a_data_set_that_is_not_there_is_named(client: StoreClient, settings: Settings) -> None:
    with pytest.raises(NotFound, match="nope"):
        select(client, settings, chosen(settings, "dataset=nope"))


def test_what_was_retracted_is_published_again_by_run_or_by_event(
    client: StoreClient, settings: Settings, run: Run, everything: set[tuple[str, str]]
) -> None:
    retract(client, settings, "concept=map")
    (single,) = read_events(client, settings.iris)
    (whole,) = retract_runs(client, settings, list_runs(client, settings.iris), "all wrong").values()

    first, _ = reinstate(client, settings, run.ulid, "not all")
    assert first is not None
    assert 2 == len(published(client))
    reinstate(client, settings, single.iri.value, "none of them")

    assert everything == published(client)
    again, found = reinstate(client, settings, whole.ulid, "once more")
    assert again is None
    assert (whole.ulid, ()) == (found.what, found.events)


@pytest.mark.usefixtures("run")
def test_what_cannot_be_reinstated_is_named(client: StoreClient, settings: Settings) -> None:
    with pytest.raises(NotFound, match="runs show RUN"):
        reinstate(client, settings, "zzz", "why")
