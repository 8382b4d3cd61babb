import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubricator.iris import Iris
from rubricator.settings import load_settings

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


@pytest.mark.parametrize(
    ("host", "base"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),  # noqa: S104 - the host of a setting
        ("::", "http://[::1]:8000"),
        ("2001:db8::7", "http://[2001:db8::7]:8000"),
        ("archive.example.org", "http://archive.example.org:8000"),
    ],
)
def test_without_a_base_iris_begin_with_an_address_that_can_be_visited(host: str, base: str) -> None:
    assert base == load_settings(host=host).iris.base
