"""From drawn pictures to a head folder that decides, says how sure it may be, and tells how it was trained."""

import json
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from rubricator.classifier import Classifier, ModelError, load_model
from rubricator.classifier.dataset import read_dataset
from rubricator.classifier.head import read_head
from rubricator.edm.validate import shapes_file, validate
from rubricator.errors import UsageError
from rubricator.pipeline.training.finish import Trained
from rubricator.pipeline.training.lesson import Terms
from rubricator.pipeline.training.probe import train_probe
from rubricator.rdf import ENR, PROV
from rubricator.settings import Settings, load_settings
from rubricator.vocabulary import load_prompts, load_vocabulary
from tests.fakes.drawn import draw, drawn_dataset

torch = pytest.importorskip("torch", reason="the extra 'clip' is not installed")

STEPS = 12


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings(data_dir=tmp_path_factory.mktemp("data"), base="http://rubricator.test")


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four museums to learn from, one that may only be measured, and a file that is no picture."""
    folder = drawn_dataset(tmp_path_factory.mktemp("drawn"))
    drawn_dataset(folder, repositories=("pink",), use="evaluate")
    drawn_dataset(folder, repositories=("white",), concepts=("map",), each=1, use="train-tdm")
    with (folder / "manifest.csv").open("a", encoding="utf-8") as manifest:
        manifest.write("images/broken.png,map,red-source,train,CC0,red/museum\n")
    (folder / "images" / "broken.png").write_bytes(b"no picture")
    return folder


@pytest.fixture(scope="module")
def trained(drawn: Path, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    return train_probe(drawn, tmp_path_factory.mktemp("out") / "figures", settings, Terms(), STEPS)


def test_the_head_knows_figures_of_repositories_that_it_has_not_seen(trained: Trained) -> None:
    assert [0, 0.25, 0.5, 0.75, 1] == [row.alpha for row in trained.standing["held out"]]
    prompted, *_, learned = trained.standing["held out"]
    assert learned.accuracy > max(0.9, prompted.accuracy)
    assert 9 == trained.standing["to evaluate"][-1].pictures


def test_the_head_is_calibrated_for_its_own_model_and_decides(trained: Trained, settings: Settings) -> None:
    model = load_model(settings.model, "cpu")
    prompts = load_prompts(load_vocabulary(settings.iris))

    classifier = Classifier(model, prompts, read_head(trained.folder))

    assert classifier.calibration == trained.calibration is not None
    picture = model.prepare(draw("textile", "orange", "new"))[None]
    assert "textile" == classifier.scores(model.encode_images(picture))[0][0].concept


def test_the_card_names_sources_licences_pictures_and_what_could_not_be_read(trained: Trained, drawn: Path) -> None:
    card = json.loads((trained.folder / "head.json").read_text())
    training = card["training"]

    assert 37 == training["dataset"]["learned_from"] == trained.learned_from
    assert {"red", "white", "gray", "khaki"} == {source["repository"].split("/")[0] for source in training["sources"]}
    assert {"CC0"} == {source["licence"] for source in training["sources"]}
    assert [{"file": "broken.png", "code": "image-not-an-image"}] == training["unreadable"]
    assert {"ceramics": 12, "textile": 12, "map": 13} == training["concepts"]
    listed = (trained.folder / "pictures.txt").read_text().split()
    concepts = load_vocabulary(load_settings().iris).concepts
    for image in read_dataset(drawn, concepts).images:
        assert (image.sha256 in listed) == (image.use != "evaluate" and image.file.name != "broken.png")


def test_the_card_for_people_says_what_was_measured(trained: Trained) -> None:
    readme = (trained.folder / "README.md").read_text()

    assert trained.calibration is not None
    assert trained.calibration.evidence.split(",")[0] in " ".join(readme.split())
    assert "| red-source | red/museum | train | CC0 | 9 |" in readme
    assert "$" not in readme


def test_the_training_is_told_as_rdf(trained: Trained) -> None:
    quads = list(parse(path=trained.folder / "training.ttl", format=RdfFormat.TURTLE))
    head = next(quad.subject for quad in quads if quad.object == ENR["Head"])
    activity = next(quad.object for quad in quads if (quad.subject, quad.predicate) == (head, PROV["wasGeneratedBy"]))
    told = {quad.predicate for quad in quads if quad.subject == activity}

    assert str(head).startswith("<http://rubricator.test/id/head/figures/")
    assert {PROV["startedAtTime"], PROV["endedAtTime"], PROV["used"], ENR["seed"]} <= told
    assert 5 == sum(quad.predicate == ENR["use"] for quad in quads)


def test_what_is_told_of_a_training_conforms_to_the_shapes(trained: Trained) -> None:
    pytest.importorskip("pyshacl")
    quads = parse(path=trained.folder / "training.ttl", format=RdfFormat.TURTLE)

    assert [] == validate((quad.triple for quad in quads), shapes_file("classifier"))


def test_training_again_gives_the_same_head(trained: Trained, drawn: Path, settings: Settings, tmp_path: Path) -> None:
    again = train_probe(drawn, tmp_path / "figures", settings, Terms(), STEPS)

    assert trained.head.sha256 == again.head.sha256


@pytest.fixture(scope="module")
def openly(drawn: Path, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """Trained on openly licensed pictures, and not one step from the prompts."""
    terms = Terms(openly_licensed=True, alpha=0)
    return train_probe(drawn, tmp_path_factory.mktemp("out") / "openly", settings, terms, STEPS)


def test_only_openly_licensed_pictures_are_learned_from_when_asked(openly: Trained) -> None:
    assert 36 == openly.learned_from
    assert {"train"} == {source["use"] for source in openly.head.content["training"]["sources"]}


def test_at_alpha_0_the_head_is_the_prompts(openly: Trained, settings: Settings) -> None:
    model = load_model(settings.model, "cpu")
    prompted = Classifier(model, load_prompts(load_vocabulary(settings.iris)))
    features = torch.nn.functional.normalize(torch.randn(5, 256), dim=1)

    of_concepts = prompted.logits(features)[:, : len(prompted.concepts)]
    assert torch.allclose(of_concepts, openly.head.logits(features), atol=1e-4)


def test_a_single_repository_is_refused_with_what_to_do(settings: Settings, tmp_path: Path) -> None:
    lonely = drawn_dataset(tmp_path / "lonely", repositories=("red",))

    with pytest.raises(UsageError, match=r"cannot be measured.*add pictures of another.*--unmeasured"):
        train_probe(lonely, tmp_path / "out", settings, Terms(), STEPS)
    assert not (tmp_path / "out").exists()


def test_a_single_repository_is_learned_from_when_asked_and_nothing_is_claimed(
    settings: Settings, tmp_path: Path
) -> None:
    lonely = drawn_dataset(tmp_path / "lonely", repositories=("red",))

    trained = train_probe(lonely, tmp_path / "out", settings, Terms(unmeasured=True), STEPS)

    assert trained.calibration is None
    assert () == trained.standing["held out"]
    assert "not calibrated" in trained.sentence
    assert "not calibrated" in (tmp_path / "out" / "README.md").read_text()


def test_pictures_without_a_licence_are_not_openly_licensed(settings: Settings, tmp_path: Path) -> None:
    unlicensed = drawn_dataset(tmp_path / "unlicensed")
    manifest = unlicensed / "manifest.csv"
    manifest.write_text(manifest.read_text().replace(",CC0,", ",,"))

    with pytest.raises(UsageError, match=r"whose licence is said \(it has: no licence 36\)"):
        train_probe(unlicensed, tmp_path / "out", settings, Terms(openly_licensed=True), STEPS)


def test_one_concept_teaches_nothing(settings: Settings, tmp_path: Path) -> None:
    alone = drawn_dataset(tmp_path / "alone", concepts=("map",))

    with pytest.raises(UsageError, match="nothing to tell it from"):
        train_probe(alone, tmp_path / "out", settings, Terms(), STEPS)


def test_pictures_for_measuring_only_are_never_learned_from(settings: Settings, tmp_path: Path) -> None:
    reserved = drawn_dataset(tmp_path / "reserved", use="evaluate")

    with pytest.raises(
        UsageError, match=r"no picture of a known concept whose use is train.*\(it has: use evaluate 36\)"
    ):
        train_probe(reserved, tmp_path / "out", settings, Terms(), STEPS)


def test_the_head_of_another_model_is_refused(trained: Trained, lite_without_card: Path, settings: Settings) -> None:
    other = load_model(str(lite_without_card), "cpu")

    with pytest.raises(ModelError, match="another model"):
        Classifier(other, load_prompts(load_vocabulary(settings.iris)), read_head(trained.folder))


@pytest.fixture
def lite_without_card(tmp_path: Path) -> Path:
    """The shipped model with one weight changed, in a folder of the test's own."""
    from safetensors.torch import load_file, save_file

    from rubricator.classifier.locate import CONFIG, SHIPPED, WEIGHTS

    shipped, folder = SHIPPED / "rubricator-lite", tmp_path / "other"
    folder.mkdir()
    (folder / CONFIG).write_bytes((shipped / CONFIG).read_bytes())
    state = load_file(shipped / WEIGHTS)
    state["logit_scale"] = state["logit_scale"] + 1
    save_file(state, folder / WEIGHTS)
    return folder
