"""Writes what is known about a trained model: ``card.json`` for programs, ``README.md`` for people."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from string import Template
from typing import Any

from rubricator import __version__
from rubricator.classifier.card import FILE, Calibration
from rubricator.classifier.evaluation import Quality
from rubricator.classifier.golden import golden_picture
from rubricator.classifier.models import ClipModel
from rubricator.classifier.training.data import LabelledImage

NAME = "rubricator-lite"
LICENCE = "EUPL-1.2"
GOLDEN_PROMPT = "a museum photograph of a ceramic vase"
README = "README.md"
_TEMPLATE = Path(__file__).with_name("README.md.template")


@dataclass(frozen=True, slots=True)
class Findings:
    """What a training found. Evaluations are by source, the whole under ``all``; ``evaluation_train_only`` is that of
    a projection that saw no picture under the text and data mining exception."""

    learned_from: Sequence[LabelledImage]
    calibration: Calibration
    unseen_sources: Quality
    evaluation: Mapping[str, Quality]
    evaluation_train_only: Mapping[str, Quality]
    seed: int


def write_card(folder: Path, model: ClipModel, findings: Findings) -> None:
    """Write both files beside the weights of ``model``, with the golden embeddings that it makes now."""
    image = model.encode_images(model.prepare(golden_picture())[None])[0].tolist()
    text = model.encode_texts([GOLDEN_PROMPT])[0].tolist()
    content = {
        "name": NAME,
        "licence": LICENCE,
        "source": None,
        "weights_sha256": model.identity.weights_sha256,
        "calibration": asdict(findings.calibration),
        "quality": {
            "unseen_sources": _rounded(findings.unseen_sources),
            "evaluate": {name: _rounded(value) for name, value in findings.evaluation.items()},
            "evaluate_trained_on_train_alone": {
                name: _rounded(value) for name, value in findings.evaluation_train_only.items()
            },
        },
        "training": {"seed": findings.seed, "rubricator": __version__, "sources": _sources(findings.learned_from)},
        "golden": {
            "image": [round(value, 5) for value in image],
            "prompt": GOLDEN_PROMPT,
            "text": [round(value, 5) for value in text],
        },
    }
    (folder / FILE).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / README).write_text(_readme(findings), encoding="utf-8")


def _rounded(value: Quality) -> dict[str, float]:
    return {"images": value.images, "accuracy": round(value.accuracy, 3), "macro_f1": round(value.macro_f1, 3)}


def _sources(images: Sequence[LabelledImage]) -> list[dict[str, Any]]:
    counts = Counter((image.source, image.repository, image.use, image.licence) for image in images)
    return [
        {"source": source, "repository": repository, "use": use, "licence": licence, "pictures": count}
        for (source, repository, use, licence), count in sorted(counts.items())
    ]


def _readme(findings: Findings) -> str:
    evaluated = findings.evaluation["all"]
    return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        unseen_accuracy=f"{findings.unseen_sources.accuracy:.2f}",
        unseen_f1=f"{findings.unseen_sources.macro_f1:.2f}",
        unseen_images=findings.unseen_sources.images,
        accuracy=f"{evaluated.accuracy:.2f}",
        macro_f1=f"{evaluated.macro_f1:.2f}",
        images=evaluated.images,
        evidence=findings.calibration.evidence,
        temperature=f"{findings.calibration.temperature:.4f}",
        threshold=f"{findings.calibration.threshold:.2f}",
        train_only_accuracy=f"{findings.evaluation_train_only['all'].accuracy:.2f}",
        missing=", ".join(_missing_without_mining(findings.learned_from)),
        evaluation_rows="\n".join(
            f"| {name} | {value.images} | {value.accuracy:.2f} | {findings.evaluation_train_only[name].accuracy:.2f} |"
            for name, value in findings.evaluation.items()
        ),
        uses="\n".join(
            f"- {use}: {count} pictures" for use, count in Counter(i.use for i in findings.learned_from).items()
        ),
        source_rows="\n".join(
            f"| {row['source']} | {row['repository']} | {row['use']} | {row['licence']} | {row['pictures']} |"
            for row in _sources(findings.learned_from)
        ),
        seed=findings.seed,
    )


def _missing_without_mining(images: Sequence[LabelledImage]) -> list[str]:
    openly = {image.concept for image in images if image.use == "train"}
    return sorted({image.concept for image in images} - openly)
