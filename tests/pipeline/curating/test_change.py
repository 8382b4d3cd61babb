"""The published view follows what happens to claims, in a real store."""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Triple

from rubricator.enrichment.lifecycle import (
    Event,
    reinstatement_quads,
    retraction_quads,
    selected_quads,
    selective_retraction_quads,
    supersession_quads,
)
from rubricator.enrichment.reviews import Decision, Replacement, Review, Role, replacement_iri, review_quads
from rubricator.iris import Iris
from rubricator.pipeline.curating.change import change, is_settled, mark, next_moment, rebuild, settle, view_turn
from rubricator.rdf import DC, ENR, OA, PROV, timestamp
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from tests.pipeline.curating.living import BEGUN, ITEMS, enriched

MAP, TOY = (NamedNode(f"http://data.europeana.eu/concept/{n}") for n in (1, 2))


def view(client: StoreClient) -> set[Triple]:
    return set(client.get_graph(None))


def published(client: StoreClient) -> set[tuple[object, object]]:
    rows = client.select(f"SELECT ?a ?b WHERE {{ ?item {ENR['hasEnrichment']} ?a . ?a {OA['hasBody']} ?b }}")
    return {(row["a"], row["b"]) for row in rows}


def event(n: int = 0, reason: str = "wrong thresholds") -> Event:
    return Event.at(BEGUN + timedelta(hours=1, minutes=n), "operator", reason)


def review(claim: NamedNode, decision: Decision, role: Role = Role.reviewer, n: int = 0, by: str = "r-1") -> Review:
    moment = BEGUN + timedelta(hours=2, minutes=n)
    return Review(Event.at(moment, "", "").ulid, claim, decision, by, role, moment)


def test_a_retracted_run_leaves_the_view_and_stays_in_its_graph(client: StoreClient, settings: Settings) -> None:
    iris = settings.iris
    enriched(client, iris, "A", MAP)
    assert 3 == change(client, iris, retraction_quads(event(), [iris.run_graph("A")], iris), [iris.run_graph("A")])
    assert set() == view(client)
    assert client.ask(f"ASK {{ GRAPH {iris.run_graph('A')} {{ ?a a {OA['Annotation']} }} }}")


def test_what_another_run_claims_stays_when_one_is_retracted(client: StoreClient, settings: Settings) -> None:
    iris = settings.iris
    enriched(client, iris, "A", MAP)
    only_a = view(client)
    enriched(client, iris, "B", MAP)
    change(client, iris, retraction_quads(event(), [iris.run_graph("B")], iris), [iris.run_graph("B")])
    assert only_a == view(client)


def test_a_reinstated_run_is_published_as_it_was(client: StoreClient, settings: Settings) -> None:
    iris = settings.iris
    enriched(client, iris, "A", MAP)
    before, first = view(client), event()
    change(client, iris, retraction_quads(first, [iris.run_graph("A")], iris), [iris.run_graph("A")])
    change(client, iris, reinstatement_quads(event(1), [first.iri(iris)], iris), [iris.run_graph("A")])
    assert before == view(client)


def test_a_superseded_run_gives_way_to_its_successor(client: StoreClient, settings: Settings) -> None:
    iris = settings.iris
    enriched(client, iris, "A", MAP)
    new = enriched(client, iris, "B", TOY)
    change(
        client,
        iris,
        supersession_quads(event(), iris.run_graph("A"), iris.run_graph("B"), iris),
        [iris.run_graph("A")],
    )
    assert {(annotation, TOY) for annotation in new} == published(client)


def test_single_claims_are_retracted_alone(client: StoreClient, settings: Settings) -> None:
    iris = settings.iris
    first, *others = enriched(client, iris, "A", MAP)
    change(client, iris, selective_retraction_quads(event(), [first], ["concept=map"], iris), [ITEMS[0]])
    assert {(annotation, MAP) for annotation in others} == published(client)


def test_a_rejected_claim_does_not_come_back_with_another_run(client: StoreClient, settings: Settings) -> None:
    iris = settings.iris
    first, *_ = enriched(client, iris, "A", MAP)
    again, *others = enriched(client, iris, "B", MAP)
    target = NamedNode(f"{first.value}#target")
    change(client, iris, review_quads(review(first, Decision.rejected), target, iris), [ITEMS[0]])
    assert not {(first, MAP), (again, MAP)} & published(client)
    assert (others[0], MAP) in published(client)


def test_the_highest_role_decides_and_then_the_latest(client: StoreClient, settings: Settings) -> None:
    iris = settings.iris
    first, *_ = enriched(client, iris, "A", MAP)
    target = NamedNode(f"{first.value}#target")
    decisions = [
        review(first, Decision.accepted, Role.curator, 0),
        review(first, Decision.rejected, Role.reviewer, 1, "r-2"),
    ]
    for one in decisions:
        change(client, iris, review_quads(one, target, iris), [ITEMS[0]])
    assert Triple(first, ENR["reviewStatus"], ENR["accepted"]) in view(client)
    last = review(first, Decision.rejected, Role.curator, 2, "r-3")
    change(client, iris, review_quads(last, target, iris), [ITEMS[0]])
    assert (first, MAP) not in published(client)


def test_a_replacement_is_published_in_place_of_the_claim(client: StoreClient, settings: Settings) -> None:
    iris = settings.iris
    first, *_ = enriched(client, iris, "A", MAP)
    moment = BEGUN + timedelta(hours=2)
    ulid = Event.at(moment, "", "").ulid
    replacement = Replacement(replacement_iri(ulid, first, TOY, iris), TOY, DC["type"])
    decided = Review(ulid, first, Decision.replaced, "r-1", Role.reviewer, moment, "a doll", replacement)
    change(client, iris, review_quads(decided, NamedNode(f"{first.value}#target"), iris), [ITEMS[0]])
    assert (replacement.annotation, TOY) in published(client)
    assert (first, MAP) not in published(client)


def test_what_a_killed_process_left_is_finished_by_the_next(client: StoreClient, settings: Settings) -> None:
    iris = settings.iris
    enriched(client, iris, "A", MAP)
    graph = iris.run_graph("A")
    client.load(
        [*retraction_quads(event(), [graph], iris), Quad(iris.unsettled, ENR["affected"], graph, iris.unsettled)]
    )
    assert 3 == len(published(client))
    with view_turn(settings), closing(client.clone()) as later:
        assert 3 == settle(later, iris)
    assert set() == published(client)
    assert not client.ask(f"ASK {{ GRAPH {iris.unsettled} {{ ?s ?p ?o }} }}")


@pytest.mark.parametrize("finish", [settle, rebuild])
def test_the_list_of_a_retraction_that_nobody_lived_to_say_goes_and_no_other(
    client: StoreClient, settings: Settings, finish: Callable[[StoreClient, Iris], object]
) -> None:
    iris = settings.iris
    first, second, _ = enriched(client, iris, "A", MAP)
    said, unsaid = event(), event(1)
    change(client, iris, selective_retraction_quads(said, [first], ["concept=map"], iris), [ITEMS[0]])
    client.load([mark(iris.retraction_graph(one.ulid), iris) for one in (said, unsaid)])
    client.load(selected_quads(unsaid, [second], iris))
    with view_turn(settings):
        finish(client, iris)

    assert 1 == len(client.get_graph(iris.retraction_graph(said.ulid)))
    assert [] == client.get_graph(iris.retraction_graph(unsaid.ulid))
    assert is_settled(client, iris)
    assert 2 == len(published(client))


def test_decisions_follow_each_other_in_time_even_where_the_clock_went_back(
    client: StoreClient, settings: Settings
) -> None:
    iris = settings.iris
    first, *_ = enriched(client, iris, "A", MAP)
    later = datetime(2126, 1, 1, tzinfo=UTC)
    decided = Review(Event.at(later, "", "").ulid, first, Decision.accepted, "r-1", Role.reviewer, later)
    change(client, iris, review_quads(decided, NamedNode(f"{first.value}#target"), iris), [ITEMS[0]])
    assert later < next_moment(client, iris)


@pytest.mark.parametrize("said", ["startedAtTime", "endedAtTime"])
def test_decisions_follow_the_runs_that_they_are_about_even_where_the_clock_went_back(
    client: StoreClient, settings: Settings, said: str
) -> None:
    iris, later = settings.iris, datetime(2126, 1, 1, tzinfo=UTC)
    enriched(client, iris, "A", MAP)
    client.load([Quad(iris.run("A"), PROV[said], timestamp(later), iris.ledger)])

    assert later < next_moment(client, iris)


def test_a_replacement_comes_with_its_decision_only() -> None:
    with pytest.raises(ValueError, match="go together"):
        review(NamedNode("http://rubricator.test/annotation/a"), Decision.replaced)


def test_the_note_of_a_review_is_kept(settings: Settings) -> None:
    iris = settings.iris
    claim = NamedNode("http://rubricator.test/annotation/a")
    noted = Review("U", claim, Decision.rejected, "r-1", Role.curator, BEGUN, "a doll")
    assert Literal("a doll") in {quad.object for quad in review_quads(noted, claim, iris)}
