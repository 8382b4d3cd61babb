"""What is told of a training: the part ``training`` of a card for programs, and a README for people."""

import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from string import Template
from typing import Any

from rubricator import __version__
from rubricator.classifier.dataset import Dataset, LabelledImage
from rubricator.classifier.models import ClipModel
from rubricator.vocabulary import PromptSet
from rubricator.wholefile import whole_file

README = "README.md"
PICTURES = "pictures.txt"
_TEMPLATE = Path(__file__).with_name("head-card.md.template")
_SOFTWARE = ("torch", "open_clip_torch")
NOT_CALIBRATED = (
    "It is not calibrated, so its confidences and thresholds mean nothing yet: too few pictures of the data set are of "
    "repositories that neither the head nor the model itself learned from. Run `rubricator calibrate` with others; "
    "what runs claim before is marked as not calibrated."
)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A picture that could not be looked at; ``code`` is one of ``rubricator.images.CODES``."""

    file: str
    code: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How good a head was on pictures of repositories that it had not seen, at one point of the way from the prompts.

    ``alpha`` is 0 for the prompts alone and 1 for all that was learned. Accuracy and macro-F1 count every picture once.
    """

    alpha: float
    pictures: int
    accuracy: float
    macro_f1: float


@dataclass(frozen=True, slots=True)
class Course:
    """When a training ran and what it took: ``energy_kwh`` is None where nobody measured it."""

    started: datetime
    ended: datetime
    energy_kwh: float | None


@dataclass(frozen=True, slots=True)
class Learned:
    """The data set as a whole, the pictures of it that were learned from, those that failed; how many were held out."""

    dataset: Dataset
    images: Sequence[LabelledImage]
    unreadable: Sequence[Unreadable]
    held_out: int


def training_part(
    model: ClipModel,
    prompts: PromptSet,
    learned: Learned,
    course: Course,
    settled: Mapping[str, Any],
    commit: str | None,
) -> dict[str, Any]:
    """The part ``training`` of ``head.json``; ``settled`` are the method and the choices it made or was given."""
    return {
        **settled,
        "model": {"name": model.identity.name, "weights_sha256": model.identity.weights_sha256},
        "prompts": {"name": prompts.name, "sha256": prompts.sha256},
        "dataset": {
            "name": learned.dataset.name,
            "sha256": learned.dataset.sha256,
            "pictures": len(learned.dataset.images),
            "learned_from": len(learned.images),
            "held_out": learned.held_out,
        },
        "sources": _sources(learned.images),
        "concepts": dict(Counter(concept for image in learned.images for concept in image.concepts)),
        "unreadable": [asdict(failure) for failure in learned.unreadable],
        "started": course.started.isoformat(timespec="seconds"),
        "ended": course.ended.isoformat(timespec="seconds"),
        "energy_kwh": course.energy_kwh,
        "software": {"rubricator": __version__, "commit": commit, **{name: version(name) for name in _SOFTWARE}},
    }


def write_pictures(folder: Path, pictures: Iterable[str]) -> None:
    """The sha-256 of every picture that had a part in the training, one a line: an evaluation has to leave it out."""
    lines = sorted(f"{sha256}\n" for sha256 in set(pictures))
    with whole_file(folder / PICTURES) as file:
        file.write("".join(lines).encode())


def write_readme(folder: Path, content: Mapping[str, Any]) -> None:
    """The card for people, from the content of ``head.json``."""
    with whole_file(folder / README) as file:
        file.write(readme(content).encode())


def readme(content: Mapping[str, Any]) -> str:
    """The text of the card for people."""
    training, calibration = content["training"], content.get("calibration")
    dataset, energy = training["dataset"], training["energy_kwh"]
    holds_for = training.get("tuned", training["model"])
    untaught = [concept for concept in content["concepts"] if not training["concepts"].get(concept)]
    return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        name=content["name"],
        method=training["method"],
        model=holds_for["name"],
        weights=holds_for["weights_sha256"],
        began=training["model"]["name"],
        learned_from=dataset["learned_from"],
        dataset=dataset["name"],
        sha256=dataset["sha256"],
        evidence=_wrapped(calibration["evidence"] if calibration else NOT_CALIBRATED),
        alpha=f"{training['alpha']:g}",
        standing="\n".join(
            f"| {name} | {row['pictures']} | {row['alpha']:g} | {row['accuracy']:.3f} | {row['macro_f1']:.3f} |"
            for name, rows in content["standing"].items()
            for row in rows
        )
        or "| – | – | – | – | – |",
        untaught=_wrapped((", ".join(untaught) or "none") + "."),
        sources="\n".join(
            f"| {row['source']} | {row['repository']} | {row['use']} | {row['licence']} | {row['pictures']} |"
            for row in training["sources"]
        ),
        unreadable=len(training["unreadable"]),
        started=training["started"],
        ended=training["ended"],
        energy="was not measured" if energy is None else f"{energy:.2g} kWh, as codecarbon estimates it",
        software=", ".join(f"{name} {number}" for name, number in training["software"].items() if number),
    )


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 116, break_on_hyphens=False)


def _sources(images: Sequence[LabelledImage]) -> list[dict[str, Any]]:
    counts = Counter((image.source, image.repository, image.use, image.licence, image.named) for image in images)
    keys = ("source", "repository", "use", "licence", "named")
    return [{**dict(zip(keys, group, strict=True)), "pictures": count} for group, count in sorted(counts.items())]
