from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pyoxigraph import Quad, QuerySolutions, Store

from rubricator.enrichment.account import run_facts
from rubricator.enrichment.earlier import Examined, decided_otherwise, examined_graphs, open_run
from rubricator.enrichment.ledger import RunState, find_run, list_runs
from rubricator.enrichment.lifecycle import Event, reinstatement_quads, retraction_quads, supersession_quads
from rubricator.enrichment.run import Run, RunCounts, RunInputs, RunScope, end_quads, plan_quads, run_quads
from rubricator.enrichment.training import TrainedHead
from rubricator.errors import NotFound
from rubricator.iris import Iris
from rubricator.rdf import PROV

START = datetime(2026, 11, 21, 10, tzinfo=UTC)
LATER = START + timedelta(days=2)
COUNTS = RunCounts(images=3, enrichments=2, near_misses=1, failures=1)


class Ledger:
    """A real store, asked as the pipeline asks."""

    def __init__(self) -> None:
        self.store = Store()

    def select(self, query: str) -> list[dict[str, object]]:
        solutions = self.store.query(query)
        assert isinstance(solutions, QuerySolutions)
        names = [variable.value for variable in solutions.variables]
        return [{name: row[name] for name in names if row[name] is not None} for row in solutions]


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


def test_runs_are_listed_with_the_newest_last(ledger: Ledger, inputs: RunInputs, iris: Iris) -> None:
    old, new = Run.begin(START), Run.begin(START + timedelta(hours=1), RunScope("9990001"))
    ledger.store.extend([*run_quads(new, inputs, iris), *run_quads(old, inputs, iris)])
    ledger.store.extend(end_quads(old, START + timedelta(minutes=5), COUNTS, iris))

    first, second = list_runs(ledger, iris)

    assert (old.ulid, "ended", 3, 2, 1) == (first.ulid, first.state, first.images, first.enrichments, first.failures)
    assert (new.ulid, "interrupted", "9990001") == (second.ulid, second.state, second.dataset)


def test_a_run_does_not_end_before_it_began_even_where_the_clock_went_back(
    ledger: Ledger, inputs: RunInputs, iris: Iris
) -> None:
    run = Run.begin(START)
    ledger.store.extend([*run_quads(run, inputs, iris), *end_quads(run, START - timedelta(hours=1), COUNTS, iris)])

    assert START == find_run(ledger, iris, run.ulid).ended


def test_a_run_whose_prompts_have_two_titles_is_listed_once(ledger: Ledger, inputs: RunInputs, iris: Iris) -> None:
    run = Run.begin(START)
    renamed = replace(inputs, prompts=replace(inputs.prompts, name="renamed"))
    ledger.store.extend([*run_quads(run, inputs, iris), *run_quads(run, renamed, iris)])

    assert [run.ulid] == [listed.ulid for listed in list_runs(ledger, iris)]
    assert run.ulid == find_run(ledger, iris, run.ulid).ulid


def test_runs_that_decided_by_another_policy_are_known(ledger: Ledger, inputs: RunInputs, iris: Iris) -> None:
    ledger.store.extend(run_quads(Run.begin(START), inputs, iris))
    stricter = replace(inputs, policy=replace(inputs.policy, threshold=0.9))

    assert not decided_otherwise(ledger, inputs, examined_graphs(ledger, inputs, iris), iris)
    assert decided_otherwise(ledger, stricter, examined_graphs(ledger, stricter, iris), iris)


def test_all_that_a_run_with_a_head_used_and_its_training_used_is_described(
    ledger: Ledger, inputs: RunInputs, head: TrainedHead, iris: Iris
) -> None:
    ledger.store.extend(run_quads(Run.begin(START), replace(inputs, head=head), iris))

    used = {quad.object for quad in ledger.store.quads_for_pattern(None, PROV["used"], None, None)}
    derived = {quad.object for quad in ledger.store.quads_for_pattern(None, PROV["wasDerivedFrom"], None, None)}
    described = {quad.subject for quad in ledger.store}

    assert head.dataset(iris) in used
    assert set() == (used | derived) - described


def test_two_trainings_that_made_the_same_weights_are_two(head: TrainedHead, iris: Iris) -> None:
    again = replace(head, training={**head.training, "seed": 8})

    assert head.activity(iris) == replace(head).activity(iris)
    assert head.activity(iris) != again.activity(iris)


def test_an_open_run_is_found_by_its_inputs_and_data_set(ledger: Ledger, inputs: RunInputs, iris: Iris) -> None:
    run = Run.begin(START, RunScope("9990001"))
    ledger.store.extend(run_quads(run, inputs, iris))

    assert run == open_run(ledger, inputs, RunScope("9990001"), iris, LATER)
    assert open_run(ledger, inputs, RunScope(), iris, LATER) is None


def test_an_ended_run_is_not_resumed(ledger: Ledger, inputs: RunInputs, iris: Iris) -> None:
    run = Run.begin(START)
    ledger.store.extend([*run_quads(run, inputs, iris), *end_quads(run, START, COUNTS, iris)])

    assert open_run(ledger, inputs, RunScope(), iris, LATER) is None
    assert [Examined(iris.run_graph(run.ulid), "original")] == examined_graphs(ledger, inputs, iris)


def test_a_run_with_a_head_is_resumed_with_it_alone(
    ledger: Ledger, inputs: RunInputs, head: TrainedHead, iris: Iris
) -> None:
    run, taught = Run.begin(START), replace(inputs, head=head)
    ledger.store.extend(run_quads(run, taught, iris))

    assert run == open_run(ledger, taught, RunScope(), iris, LATER)
    assert open_run(ledger, inputs, RunScope(), iris, LATER) is None


def test_a_run_of_another_operator_is_not_resumed(ledger: Ledger, inputs: RunInputs, iris: Iris) -> None:
    ledger.store.extend(run_quads(Run.begin(START), inputs, iris))

    assert open_run(ledger, replace(inputs, operator="operator-18"), RunScope(), iris, LATER) is None


def retraction(run: Run, iris: Iris, reason: str = "wrong thresholds") -> tuple[Event, list[Quad]]:
    event = Event.at(START + timedelta(hours=2), "operator-18", reason)
    return event, list(retraction_quads(event, [iris.run_graph(run.ulid)], iris))


def test_a_retracted_run_is_not_resumed_and_has_examined_nothing(ledger: Ledger, inputs: RunInputs, iris: Iris) -> None:
    run = Run.begin(START)
    ledger.store.extend([*run_quads(run, inputs, iris), *retraction(run, iris)[1]])

    assert open_run(ledger, inputs, RunScope(), iris, LATER) is None
    assert [] == examined_graphs(ledger, inputs, iris)
    assert RunState.retracted == find_run(ledger, iris, run.ulid).state


def test_a_retraction_that_was_revoked_does_not_hold(ledger: Ledger, inputs: RunInputs, iris: Iris) -> None:
    run = Run.begin(START)
    event, facts = retraction(run, iris)
    ledger.store.extend([*run_quads(run, inputs, iris), *facts])
    later = Event.at(START + timedelta(hours=3), "operator-19", "they were right")
    ledger.store.extend(reinstatement_quads(later, [event.iri(iris)], iris))

    assert run == open_run(ledger, inputs, RunScope(), iris, LATER)
    assert 1 == len(examined_graphs(ledger, inputs, iris))
    assert RunState.interrupted == find_run(ledger, iris, run.ulid).state
    (told,) = (fact.value for fact in run_facts(ledger, iris, run.ulid) if fact.name == "retracted")
    assert (
        "2026-11-21T12:00:00Z by operator-18: wrong thresholds; revoked 2026-11-21T13:00:00Z by operator-19: "
        "they were right"
    ) == told


def test_a_superseded_run_names_its_successor(ledger: Ledger, inputs: RunInputs, iris: Iris) -> None:
    old, new = Run.begin(START), Run.begin(START + timedelta(hours=1))
    for run in (old, new):
        ledger.store.extend([*run_quads(run, inputs, iris), *end_quads(run, run.started, COUNTS, iris)])
    event = Event.at(START + timedelta(hours=2), "operator-18", "better prompts")
    ledger.store.extend(supersession_quads(event, iris.run_graph(old.ulid), iris.run_graph(new.ulid), iris))

    assert [("superseded", new.ulid), ("ended", None)] == [
        (run.state, run.successor) for run in list_runs(ledger, iris)
    ]
    facts = {fact.name: fact.value for fact in run_facts(ledger, iris, new.ulid)}
    assert f"run {old.ulid}, 2026-11-21T12:00:00Z by operator-18: better prompts" == facts["supersedes"]


def test_a_run_is_planned_until_it_starts_and_running_while_its_process_says_so(
    ledger: Ledger, inputs: RunInputs, iris: Iris
) -> None:
    planned, started = Run.begin(START), Run.begin(START + timedelta(hours=1))
    ledger.store.extend([*plan_quads(planned, inputs, iris), *run_quads(started, inputs, iris)])

    assert ["planned", "interrupted"] == [run.state for run in list_runs(ledger, iris)]
    assert ["planned", "running"] == [run.state for run in list_runs(ledger, iris, at_work=started.ulid)]


def test_a_run_that_was_planned_alone_is_gone_on_with(ledger: Ledger, inputs: RunInputs, iris: Iris) -> None:
    planned = Run.begin(START)
    ledger.store.extend(plan_quads(planned, inputs, iris))

    found = open_run(ledger, inputs, RunScope(), iris, LATER)

    assert found is not None
    assert planned.ulid == found.ulid
    assert LATER == found.started


def test_a_run_that_decides_again_is_another_than_one_that_does_not(
    ledger: Ledger, inputs: RunInputs, iris: Iris
) -> None:
    again = Run.begin(START, RunScope(again=True))
    ledger.store.extend(run_quads(again, inputs, iris))

    assert open_run(ledger, inputs, RunScope(), iris, LATER) is None
    assert again == open_run(ledger, inputs, RunScope(again=True), iris, LATER)


def test_a_run_is_found_by_its_iri(ledger: Ledger, inputs: RunInputs, iris: Iris) -> None:
    run = Run.begin(START)
    ledger.store.extend(run_quads(run, inputs, iris))

    assert run.ulid == find_run(ledger, iris, iris.run(run.ulid).value).ulid
    assert run.ulid == find_run(ledger, iris, run.ulid[:20]).ulid


def test_the_facts_of_a_run_answer_an_auditor(ledger: Ledger, inputs: RunInputs, iris: Iris) -> None:
    run = Run.begin(START)
    ledger.store.extend([*run_quads(run, inputs, iris), *end_quads(run, START, COUNTS, iris)])

    facts = {fact.name: fact.value for fact in run_facts(ledger, iris, run.ulid)}

    assert "a" * 64 == facts["weights sha-256"]
    assert inputs.prompts.sha256 == facts["prompts sha-256"]
    assert ("0.5", "false", "c0ffee", "operator-17") == (
        facts["threshold"],
        facts["calibrated"],
        facts["commit"],
        facts["operator"],
    )


def test_an_unknown_run_is_an_error_that_says_where_to_look(ledger: Ledger, iris: Iris) -> None:
    with pytest.raises(NotFound, match="runs list"):
        find_run(ledger, iris, "01JD8Q")
