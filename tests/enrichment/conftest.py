from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from rubricator.enrichment.policy import DecisionPolicy, PicturePolicy
from rubricator.enrichment.run import RunInputs
from rubricator.enrichment.software import Software
from rubricator.enrichment.training import TrainedHead
from rubricator.iris import Iris
from rubricator.vocabulary import load_prompts, load_vocabulary


@dataclass(frozen=True)
class Model:
    name: str = "ViT-B-32/some-tag"
    architecture: str = "ViT-B-32"
    weights_sha256: str = "a" * 64
    licence: str | None = "MIT"
    source: str | None = None
    logit_scale: float = 100.0


@dataclass(frozen=True)
class Capture:
    source: str = "https://museum.example.org/1.jpg"
    sha256: str = "b" * 64
    media_type: str = "image/jpeg"
    retrieved: datetime = datetime(2026, 11, 21, 9, 58, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Score:
    concept: str
    confidence: float
    raw_score: float = 0.25


@pytest.fixture(scope="session")
def iris() -> Iris:
    return Iris("http://rubricator.test")


@pytest.fixture(scope="session")
def inputs(iris: Iris) -> RunInputs:
    vocabulary = load_vocabulary(iris)
    policy = DecisionPolicy(threshold=0.5, near_miss_floor=0.05, calibrated=False)
    pictures = PicturePolicy("original", frozenset({"open", "restricted"}))
    software = Software("0.1.0", "c0ffee")
    return RunInputs(Model(), load_prompts(vocabulary), policy, pictures, vocabulary, software, "operator-17")


@pytest.fixture(scope="session")
def head() -> TrainedHead:
    training = {
        "method": "probe",
        "seed": 7,
        "alpha": 0.5,
        "model": {"name": "ViT-B-32/first-tag", "weights_sha256": "e" * 64},
        "prompts": {"name": "terse", "sha256": "f" * 64},
        "dataset": {"name": "atlases", "sha256": "d" * 64},
        "sources": [
            {"source": "atlas", "repository": "library", "licence": "CC0", "use": "train", "pictures": 40},
        ],
        "started": "2026-11-20T10:00:00+00:00",
        "ended": "2026-11-20T10:05:00+00:00",
        "energy_kwh": None,
        "software": {"rubricator": "0.1.0", "commit": None},
    }
    return TrainedHead("atlas-head", "c" * 64, training)


@pytest.fixture
def capture() -> Capture:
    return Capture()
