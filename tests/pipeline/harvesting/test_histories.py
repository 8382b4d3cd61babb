"""Random histories of a catalogue: whatever happens to its records and to the harvests of it, the store is right."""

from contextlib import suppress
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from rubricator.errors import SourceError
from rubricator.pipeline.harvesting import harvest as module
from rubricator.pipeline.harvesting.harvest import harvest
from rubricator.rdf import DC
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from tests.pipeline.catalogue import Catalogue, facts, gone, quads, unpublished

NUMBERS = range(8)
TITLES = ("Bowl", "Jug", "Vase")


@dataclass(frozen=True)
class Step:
    """What the catalogue is when it is harvested, and after how many records the harvest is interrupted, if it is."""

    titles: dict[int, str]
    unlisted: frozenset[int]
    failing: frozenset[int]
    cut: int | None
    ends: int | None


numbers = st.frozensets(st.sampled_from(NUMBERS), max_size=3)
steps = st.builds(
    Step,
    st.dictionaries(st.sampled_from(NUMBERS), st.sampled_from(TITLES), min_size=1),
    numbers,
    numbers,
    st.none() | st.integers(0, 12),
    st.none() | st.integers(0, 3),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(steps, min_size=1, max_size=5))
@example(
    history=[
        Step({0: "Bowl"}, frozenset(), frozenset(), None, None),
        Step({0: "Jug"}, frozenset({0}), frozenset(), None, None),
    ]
)
def test_the_store_is_what_the_last_harvests_met(
    history: list[Step], store: tuple[StoreClient, Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, ours = store
    client.update("DROP ALL")
    monkeypatch.setattr(module, "BATCH_RECORDS", 2)
    catalogue = Catalogue({}, page=3)
    for step in history:
        catalogue.titles, catalogue.unlisted = dict(step.titles), set(step.unlisted)
        catalogue.failing, catalogue.cut, catalogue.ends = set(step.failing), step.cut, step.ends
        with suppress(KeyboardInterrupt, SourceError):
            harvest(catalogue, client, ours)
        assert set() == unpublished(client)
    catalogue.failing, catalogue.cut, catalogue.ends = set(), None, None
    harvest(catalogue, client, ours)  # ends what was interrupted, with pages that may be older
    last = harvest(catalogue, client, ours).harvest

    held, marked = titles_by_number(client), gone(client).keys()
    listed = catalogue.titles.keys() - catalogue.unlisted
    assert set() == unpublished(client)
    assert listed <= held.keys() - marked
    if listed:  # a list that holds nothing proves nothing: what is held stays as it is
        assert {n: catalogue.titles[n] for n in held.keys() & catalogue.titles.keys() - marked}.items() <= held.items()
        assert held.keys() - catalogue.titles.keys() <= marked
    assert [str(len(held.keys() - marked))] == facts(client, f"{ours.iris.harvest(last)} enr:heldCount ?x")


def titles_by_number(client: StoreClient) -> dict[int, str]:
    """The titles in all record graphs."""
    return {
        int(quad.graph_name.value.rpartition("/")[2]): str(getattr(quad.object, "value", ""))
        for quad in quads(client)
        if quad.predicate == DC["title"] and isinstance(quad.graph_name, NamedNode)
    }
