"""Writes what is known about a trained model: ``card.json`` for programs, from it ``README.md`` for people, and
``pictures.txt``, the hashes of what it learned from."""

import json
import textwrap
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean
from string import Template
from typing import Any

from rubricator import __version__
from rubricator.classifier.card import FILE
from rubricator.classifier.dataset import LabelledImage
from rubricator.classifier.deciding import Calibration
from rubricator.classifier.evaluation import Quality
from rubricator.classifier.golden import golden_picture
from rubricator.classifier.models import ClipModel
from rubricator.classifier.training.card import PICTURES, Unreadable, write_pictures
from rubricator.classifier.training.lite.words import Ranks

NAME = "rubricator-lite"
LICENCE = "EUPL-1.2"
GOLDEN_PROMPT = "a museum photograph of a ceramic vase"
README = "README.md"
_TEMPLATE = Path(__file__).with_name("model-card.md.template")
_LEANS = 2 / 3  # a concept leans on a source that gives more than this share of its pictures


@dataclass(frozen=True, slots=True)
class Findings:
    """What a training found. Qualities are by source, the whole under ``all``: of held-out repositories (``unseen``)
    and of pictures for evaluation; ``…_train_only`` are those of a projection that saw no picture under the text and
    data mining exception, by its anchors. ``claimed_outside`` is the share of drawn pictures of none of the concepts
    that get one, ``same_by_words`` that of evaluated ones for which prompts say the same as anchors."""

    learned_from: Sequence[LabelledImage]
    unreadable: Sequence[Unreadable]
    calibration: Calibration
    unseen: Mapping[str, Quality]
    unseen_train_only: Mapping[str, Quality]
    evaluation: Mapping[str, Quality]
    evaluation_train_only: Mapping[str, Quality]
    claimed_outside: float
    same_by_words: float
    words: Ranks
    seed: int


def write_card(folder: Path, model: ClipModel, findings: Findings) -> None:
    """Write all three files beside the weights of ``model``, with the golden embeddings that it makes now."""
    content = {
        "name": NAME,
        "licence": LICENCE,
        "source": None,
        "weights_sha256": model.identity.weights_sha256,
        "calibration": findings.calibration.content(),
        "calibrated_on": PICTURES,  # all that was learned from, each picture by what had not seen its repository
        "quality": {
            "unseen_sources": _rounded(findings.unseen),
            "unseen_sources_openly_licensed_alone": _rounded(findings.unseen_train_only),
            "evaluate": _rounded(findings.evaluation),
            "evaluate_openly_licensed_alone": _rounded(findings.evaluation_train_only),
            "claimed_outside": round(findings.claimed_outside, 3),
            "same_by_words": round(findings.same_by_words, 3),
            "held_out_words": asdict(findings.words),
        },
        "training": {
            "seed": findings.seed,
            "rubricator": __version__,
            "concepts": _concepts(findings.learned_from),
            "sources": _sources(findings.learned_from),
            "unreadable": [asdict(failure) for failure in findings.unreadable],
        },
        "golden": {
            "image": _vector(model.encode_images(model.prepare(golden_picture())[None])[0].tolist()),
            "prompt": GOLDEN_PROMPT,
            "text": _vector(model.encode_texts([GOLDEN_PROMPT])[0].tolist()),
        },
    }
    (folder / FILE).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / README).write_text(readme(content), encoding="utf-8")
    write_pictures(folder, (image.sha256 for image in findings.learned_from))


def readme(card: Mapping[str, Any]) -> str:
    """The model card for people, from the content of ``card.json``."""
    quality, calibration, concepts = card["quality"], card["calibration"], card["training"]["concepts"]
    measured, alone = quality["evaluate"], quality["evaluate_openly_licensed_alone"]
    unseen, unseen_alone = quality["unseen_sources"], quality["unseen_sources_openly_licensed_alone"]
    uses: Counter[str] = Counter()
    for source in card["training"]["sources"]:
        uses[source["use"]] += source["pictures"]
    repository = {row["source"]: row["repository"] for row in card["training"]["sources"]}
    alone_shown = {name for name, rows in concepts.items() if len({repository[row["source"]] for row in rows}) == 1}
    several = concepts.keys() - alone_shown
    openly = {concept for concept, sources in concepts.items() if any(row["use"] == "train" for row in sources)}
    return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        images=measured["all"]["images"],
        accuracy=measured["all"]["accuracy"],
        macro_f1=measured["all"]["macro_f1"],
        evaluation_rows=_compared(measured, alone),
        unseen_images=unseen["all"]["images"],
        unseen_accuracy=unseen["all"]["accuracy"],
        unseen_f1=unseen["all"]["macro_f1"],
        unseen_rows=_compared(unseen, unseen_alone),
        alone_images=unseen_alone["all"]["images"],
        alone_accuracy=unseen_alone["all"]["accuracy"],
        alone_f1=unseen_alone["all"]["macro_f1"],
        concepts=len(concepts),
        balanced=f"{_balanced(unseen, concepts.keys()):.3f}",
        several=len(several),
        several_accuracy=f"{_accuracy(unseen, several):.3f}",
        several_balanced=f"{_balanced(unseen, several):.3f}",
        lone=_wrapped((", ".join(sorted(alone_shown)) or "none") + "."),
        lone_balanced=f"{_balanced(unseen, alone_shown):.3f}",
        same_by_words=f"{quality['same_by_words']:.1%}",
        evidence=_wrapped(calibration["evidence"]),
        threshold_rows="\n".join(map(_threshold, calibration["one"]["thresholds"])),
        claimed_outside=f"{quality['claimed_outside']:.1%}",
        word_rows="\n".join(
            f"| {word} | {rank} | {quality['held_out_words']['among_held_out'][word]} |"
            for word, rank in quality["held_out_words"]["among_all"].items()
        ),
        leaning=_wrapped((", ".join(_leaning(concepts)) or "none") + ".", "  "),
        uses="\n".join(f"- `{use}`: {count} pictures" for use, count in sorted(uses.items())),
        missing=_wrapped((", ".join(sorted(concepts.keys() - openly)) or "none") + "."),
        source_rows="\n".join(
            f"| {row['source']} | {row['repository']} | {row['use']} | {row['licence']} | {row['pictures']} |"
            for row in card["training"]["sources"]
        ),
        seed=card["training"]["seed"],
    )


def _cells(measured: Mapping[str, Any], concepts: Collection[str]) -> dict[str, list[Mapping[str, Any]]]:
    """For each of these concepts what was measured on the pictures of it of every source."""
    cells: dict[str, list[Mapping[str, Any]]] = {}
    for name, row in measured.items():
        if (concept := name.rpartition(", ")[2]) in concepts and ", " in name:
            cells.setdefault(concept, []).append(row)
    return cells


def _balanced(measured: Mapping[str, Any], concepts: Collection[str]) -> float:
    """Accuracy where the sources of a concept count alike, and so do concepts."""
    return fmean([fmean([row["accuracy"] for row in rows]) for rows in _cells(measured, concepts).values()] or [0])


def _accuracy(measured: Mapping[str, Any], concepts: Collection[str]) -> float:
    """Accuracy on the pictures of these concepts."""
    rows = [row for cells in _cells(measured, concepts).values() for row in cells]
    right: float = sum(row["accuracy"] * row["images"] for row in rows)
    images: int = sum(row["images"] for row in rows)
    return right / max(1, images)


def _threshold(row: Mapping[str, Any]) -> str:
    if row["least"] is None:
        return f"| {row['concept']} | never | - | - | - |"
    shares = f"{row['precision']:.2f} | {row['coverage']:.2f}"
    return f"| {row['concept']} | {row['least']:.2f} | {row['claims']} | {shares} |"


def _wrapped(text: str, indent: str = "") -> str:
    return textwrap.fill(text, 116, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


def _rounded(qualities: Mapping[str, Quality]) -> dict[str, dict[str, float]]:
    return {
        name: {"images": value.images, "accuracy": round(value.accuracy, 3), "macro_f1": round(value.macro_f1, 3)}
        for name, value in qualities.items()
    }


def _compared(measured: Mapping[str, Any], alone: Mapping[str, Any]) -> str:
    """Rows of a table: what was measured, and what a projection of openly licensed pictures alone would reach."""
    absent = {"images": "-", "accuracy": "-"}
    return "\n".join(
        f"| {name} | {row['images']} | {row['accuracy']} | {openly['images']} | {openly['accuracy']} |"
        for name, row in {**dict.fromkeys(alone, absent), **measured}.items()
        for openly in [alone.get(name, absent)]
    )


def _vector(values: Sequence[float]) -> list[float]:
    return [round(value, 5) for value in values]


def _sources(images: Sequence[LabelledImage]) -> list[dict[str, Any]]:
    counts = Counter((image.source, image.repository, image.use, image.licence) for image in images)
    return [
        {"source": source, "repository": repository, "use": use, "licence": licence, "pictures": count}
        for (source, repository, use, licence), count in sorted(counts.items())
    ]


def _concepts(images: Sequence[LabelledImage]) -> dict[str, list[dict[str, Any]]]:
    counts = Counter((image.concept, image.source, image.use) for image in images)
    concepts: dict[str, list[dict[str, Any]]] = {}
    for (concept, source, use), count in sorted(counts.items()):
        concepts.setdefault(concept, []).append({"source": source, "use": use, "pictures": count})
    return concepts


def _leaning(concepts: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[str]:
    found = []
    for concept, sources in concepts.items():
        largest = max(sources, key=lambda row: row["pictures"])
        share = largest["pictures"] / sum(row["pictures"] for row in sources)
        if share > _LEANS:
            found.append(f"{concept} ({largest['source']}, {share:.0%})")
    return found
