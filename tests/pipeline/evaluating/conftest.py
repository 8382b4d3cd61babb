"""One evaluation with all that can go wrong in its pictures, for tests that only look at it."""

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from rubricator.classifier.dataset import Dataset, read_dataset
from rubricator.settings import Settings, load_settings
from rubricator.vocabulary import Vocabulary, load_vocabulary
from tests.fakes.drawn import drawn_dataset
from tests.fakes.images import picture_bytes

if TYPE_CHECKING:
    from rubricator.pipeline.evaluating.evaluate import Evaluation

# Without the extra clip the tests cannot even be read.
collect_ignore_glob = [] if find_spec("open_clip") else ["test_*.py"]


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings(data_dir=tmp_path_factory.mktemp("evaluating"), base="http://rubricator.test")


@pytest.fixture(scope="session")
def vocabulary(installation: Settings) -> Vocabulary:
    return load_vocabulary(installation.iris)


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory, vocabulary: Vocabulary) -> Dataset:
    """36 drawings of four repositories; two of none of the concepts, one of a pixel, a broken and a missing one."""
    folder = drawn_dataset(tmp_path_factory.mktemp("drawn"))
    for name, colour in (("plain", "black"), ("plainer", "orange")):
        picture = Image.new("RGB", (64, 64), colour)
        picture.paste("white", (0, 0, 64, 20))
        picture.save(folder / f"{name}.png")
    (folder / "pixel.png").write_bytes(picture_bytes("PNG", size=(1, 1)))
    (folder / "broken.jpg").write_bytes(picture_bytes("JPEG", size=(640, 480))[:900])
    rows = (
        ("plain.png", "none"),
        ("plainer.png", "none"),
        ("pixel.png", "toy"),
        ("broken.jpg", "map"),
        ("missing.jpg", "map"),
    )
    with (folder / "manifest.csv").open("a", encoding="utf-8") as manifest:
        manifest.writelines(f"{path},{concept},odd,evaluate,CC0,odd\n" for path, concept in rows)
    return read_dataset(folder, vocabulary.concepts)


@pytest.fixture(scope="session")
def evaluation(drawn: Dataset, vocabulary: Vocabulary, installation: Settings) -> "Evaluation":
    from rubricator.pipeline.evaluating.evaluate import evaluate
    from rubricator.pipeline.evaluating.terms import Terms

    return evaluate(drawn, vocabulary, installation, Terms())


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"
