"""A trace says whether the picture had a part in making or measuring what made the claim."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from rubricator.enrichment.run import RunCounts
from rubricator.enrichment.taught import PictureList
from rubricator.enrichment.tracing import read_trace
from rubricator.iris import Iris
from rubricator.pipeline.deciding import chosen_classifier
from rubricator.pipeline.enriching.enrich import run_inputs
from rubricator.pipeline.proving.finding import Verdict
from rubricator.pipeline.proving.taking import proven_end
from rubricator.pipeline.proving.taught import LISTS, listed, picture_lists
from rubricator.pipeline.proving.verify import verify_run
from rubricator.rdf import PROV
from rubricator.settings import load_settings
from rubricator.store.client import StoreClient, connect
from rubricator.vocabulary import load_vocabulary
from tests.pipeline.curating.runs import ITEMS, inputs, written
from tests.pipeline.proving.lived import live


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[StoreClient, Iris]]:
    settings = load_settings(data_dir=tmp_path_factory.mktemp("taught"), base="http://rubricator.test")
    with connect(settings) as client:
        live(client, settings)
        yield client, settings.iris


def told(client: StoreClient, iris: Iris, number: int) -> list[str]:
    return told_of(client, iris, "B", f"{number:064x}")


def told_of(client: StoreClient, iris: Iris, ulid: str, sha256: str) -> list[str]:
    """What the trace of a claim of a run, on one picture, says of training and evaluation."""
    image, graph = iris.image(sha256), iris.run_graph(ulid)
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
            "yes: these very bytes are among the pictures of the training of the model ViT-B-32/some-tag",
            "no: these bytes are not among the 1 picture of it",
        ),
        (
            1,
            "no: these bytes are not among the 2 pictures of the training of the model ViT-B-32/some-tag",
            "yes: these very bytes were measured",
        ),
    ],
)
def test_a_trace_says_whether_the_picture_was_learned_from(
    lived: tuple[StoreClient, Iris], number: int, model: str, evaluation: str
) -> None:
    found = told(*lived, number)

    assert {model, evaluation} <= set(found)
    assert "unknown: nobody says which are the pictures of the training of the head atlas-head" in found
    assert 1 == sum(
        line.startswith("unknown: nobody says which are the pictures of the calibration of the policy ")
        for line in found
    )


def test_a_run_that_knew_no_list_does_not_say_no(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, base="http://rubricator.test")
    used, iris = inputs(settings), settings.iris
    pictures = frozenset({"0" * 64, "1" * 64})
    with connect(settings) as client:
        before = written(client, settings, {ITEMS[0]: {"map": 0.9}}, ended=False)
        client.load(proven_end(client, before, RunCounts(1, 1, 0, 0), used.software_iri(iris), settings))
        after = written(client, settings, {item: {"map": 0.9} for item in ITEMS[1:3]}, minute=1, ended=False)
        running = told_of(client, iris, after.ulid, "1" * 64)
        lists = [PictureList(used.model_iri(iris), pictures)]
        client.load(proven_end(client, after, RunCounts(2, 2, 0, 0), used.software_iri(iris), settings, lists))
        unknown, yes, no = (
            told_of(client, iris, run.ulid, str(number) * 64) for run, number in ((before, 0), (after, 1), (after, 2))
        )
        changed = [one for one in verify_run(client, before.ulid, settings) if one.verdict is Verdict.changed]

    model = "which are the pictures of the training of the model ViT-B-32/some-tag"
    assert [f"unknown: nobody says {model}"] == running
    assert [f"unknown: the run was not told {model}"] == unknown
    assert ["yes: these very bytes are among the pictures of the training of the model ViT-B-32/some-tag"] == yes
    assert ["no: these bytes are not among the 2 pictures of the training of the model ViT-B-32/some-tag"] == no
    assert [] == changed


def test_the_shipped_model_tells_which_pictures_its_calibration_was_fitted_on(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, base="http://rubricator.test")
    vocabulary, iris = load_vocabulary(settings.iris), settings.iris
    classifier = chosen_classifier(settings, vocabulary)
    used = run_inputs(settings, classifier, vocabulary)

    of_model, of_policy = picture_lists(settings, classifier, used)

    assert (used.model_iri(iris), used.policy_iri(iris)) == (of_model.thing, of_policy.thing)
    assert of_model.pictures == of_policy.pictures
    assert classifier.calibration is not None
    assert classifier.calibration.pictures == len(of_policy.pictures)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_read_where_there_is_one(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(f"{'a' * 64}\n{'b' * 64}\n")

    assert {"a" * 64, "b" * 64} == listed(tmp_path)
    assert frozenset() == listed(tmp_path / "elsewhere")
