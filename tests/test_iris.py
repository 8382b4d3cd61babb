from hypothesis import given
from hypothesis import strategies as st

from rubricator.iris import Iris

IRIS = Iris("http://rubricator.test")
names = st.text(st.characters(codec="utf-8"), min_size=1)


@given(dataset=names, identifier=names)
def test_the_names_of_a_record_graph_can_be_read_from_it(dataset: str, identifier: str) -> None:
    graph = IRIS.record_graph(dataset, identifier)

    assert graph == IRIS.record_graph(*IRIS.record_names(graph.value))
    assert IRIS.thing("dataset", dataset) == IRIS.thing(
        "dataset", IRIS.dataset_name(IRIS.thing("dataset", dataset).value)
    )


def test_a_name_with_a_slash_stays_one_name() -> None:
    assert ("a/b", "c d") == IRIS.record_names(IRIS.record_graph("a/b", "c d").value)
    assert "a/b" == IRIS.dataset_name(IRIS.thing("dataset", "a/b").value)


def test_a_part_is_an_iri_whatever_its_name() -> None:
    whole = IRIS.thing("policy", "1")

    assert "http://rubricator.test/id/policy/1#wall%20paper" == IRIS.part(whole, "wall paper").value
