"""What is known about a model beside its weights: where it comes from, how sure it is, and how to recognise it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rubricator.classifier.deciding import Calibration as MeasuredCalibration
from rubricator.classifier.deciding import Scaling, Threshold, calibration_of, classifier_key
from rubricator.classifier.errors import ModelError

FILE = "card.json"


@dataclass(frozen=True, slots=True)
class Golden:
    """What the right weights with the right preprocessing make of one fixed picture and one fixed text.

    ``image`` and ``text`` are unit vectors of the model's dimension.
    """

    image: tuple[float, ...]
    prompt: str
    text: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Calibration:
    """How cosines become confidences, as cards of the first models have it.

    One concept of many: softmax(cosine / ``temperature``). Each concept on its own: sigmoid(``scale`` * cosine +
    ``bias``). ``threshold`` is the least confidence of a claim, ``evidence`` the sentence that says what was measured.
    All of it holds for one prompt set.
    """

    temperature: float
    scale: float
    bias: float
    threshold: float
    evidence: str
    prompts_sha256: str


@dataclass(frozen=True, slots=True)
class ModelCard:
    """The part of ``card.json`` that programs read; ``content`` is all of it, for people."""

    name: str
    licence: str | None
    source: str | None
    weights_sha256: str
    golden: Golden
    calibration: "MeasuredCalibration | None"
    content: Mapping[str, Any]


def read_card(folder: Path) -> ModelCard | None:
    """The card of a model folder, or None where it has none. Raises ModelError if it cannot be understood."""
    file = folder / FILE
    if not file.exists():
        return None
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        golden = content["golden"]
        return ModelCard(
            content["name"],
            content["licence"],
            content["source"],
            content["weights_sha256"],
            Golden(tuple(golden["image"]), golden["prompt"], tuple(golden["text"])),
            _calibration(content),
            content,
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"The model card {file} is damaged ({error!r}); install or fetch the model again.") from error


def _calibration(content: Mapping[str, Any]) -> MeasuredCalibration | None:
    calibration = content.get("calibration")
    if not calibration or "temperature" not in calibration:
        return calibration_of(calibration) if calibration else None
    former = Calibration(**calibration)
    concepts, sources = content["training"]["concepts"], content["training"]["sources"]
    sizes = {concept: sum(row["pictures"] for row in rows) for concept, rows in concepts.items()}
    thresholds = tuple(Threshold(c, former.threshold, None, None, 0.0, 0, size) for c, size in sizes.items())
    biases = (former.bias,) * len(sizes)
    return MeasuredCalibration(
        concepts=tuple(sizes),
        one=Scaling(1.0, (0.0,) * len(sizes), thresholds),
        several=Scaling(former.scale * former.temperature, biases, thresholds),
        precision=0.75,
        evidence=former.evidence,
        holds_for=classifier_key(content["weights_sha256"], former.prompts_sha256),
        pictures=sum(sizes.values()),
        groups=len({row["repository"] for row in sources}),
    )
