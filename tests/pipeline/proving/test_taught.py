"""A trace says whether the picture had a part in making or measuring what made the claim."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from rubricator.enrichment.tracing import read_trace
from rubricator.iris import Iris
from rubricator.pipeline.proving.taught import LISTS, listed
from rubricator.rdf import PROV
from rubricator.settings import load_settings
from rubricator.store.client import StoreClient, connect
from tests.pipeline.proving.lived import live


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[StoreClient, Iris]]:
    settings = load_settings(data_dir=tmp_path_factory.mktemp("taught"), base="http://rubricator.test")
    with connect(settings) as client:
        live(client, settings)
        yield client, settings.iris


def told(client: StoreClient, iris: Iris, number: int) -> list[str]:
    """What the trace of a claim of the head, on one picture, says of training and evaluation."""
    image, graph = iris.image(f"{number:064x}"), iris.run_graph("B")
    rows = client.select(f"SELECT ?claim WHERE {{ GRAPH {graph} {{ ?claim {PROV['wasDerivedFrom']} {image} }} }}")
    claim = rows[0]["claim"]
    assert isinstance(claim, NamedNode)
    trace = read_trace(client, iris, claim)
    assert trace is not None
    (section,) = [one for one in trace.sections if one.title == "Training and evaluation data"]
    return sorted(line.value for line in section.lines)


@pytest.mark.parametrize(
    ("number", "model", "evaluation"),
    [
        (
            0,
            "yes: the model learned from these very bytes (ViT-B-32/some-tag)",
            "no: it is none of the 1 pictures that were measured",
        ),
        (
            1,
            "no: it is none of the 2 pictures that the model learned from (ViT-B-32/some-tag)",
            "yes: these very bytes were measured",
        ),
    ],
)
def test_a_trace_says_whether_the_picture_was_learned_from(
    lived: tuple[StoreClient, Iris], number: int, model: str, evaluation: str
) -> None:
    found = told(*lived, number)

    assert {model, evaluation} <= set(found)
    assert "unknown: nobody says which pictures the head learned from (atlas-head)" in found
    assert 1 == sum(line.startswith("unknown: nobody says which pictures it was fitted on") for line in found)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_read_where_there_is_one(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(f"{'a' * 64}\n{'b' * 64}\n")

    assert {"a" * 64, "b" * 64} == listed(tmp_path)
    assert frozenset() == listed(tmp_path / "elsewhere")
