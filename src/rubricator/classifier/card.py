"""What is known about a model beside its weights: where it comes from, how sure it is, and how to recognise it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rubricator.classifier.deciding import Calibration, calibration_of
from rubricator.classifier.errors import ModelError
from rubricator.classifier.jsonfile import read_object

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
class ModelCard:
    """The part of ``card.json`` that programs read; ``content`` is all of it, for people."""

    name: str
    licence: str | None
    source: str | None
    weights_sha256: str
    golden: Golden
    calibration: Calibration | None
    content: Mapping[str, Any]


def read_card(folder: Path) -> ModelCard | None:
    """The card of a model folder, or None where it has none. Raises ModelError if it cannot be understood."""
    file = folder / FILE
    if not file.exists():
        return None
    needed = ("name", "licence", "source", "weights_sha256", "golden")
    content = read_object(file, needed, ModelError, "install or fetch the model again")
    try:
        golden = content["golden"]
        expected = Golden(tuple(golden["image"]), golden["prompt"], tuple(golden["text"]))
    except (KeyError, TypeError) as error:
        raise ModelError(f"{file} does not say how to recognise the model; install or fetch it again.") from error
    return ModelCard(
        content["name"],
        content["licence"],
        content["source"],
        content["weights_sha256"],
        expected,
        _calibration(content.get("calibration") or {}),
        content,
    )


def _calibration(content: Mapping[str, Any]) -> Calibration | None:
    """None, too, for the calibrations of former cards, which had no evidence for single concepts."""
    return calibration_of(content) if "one" in content else None
