"""Writes what is known about a trained model: ``card.json`` for programs, and from it ``README.md`` for people."""

import json
import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from string import Template
from typing import Any

from rubricator import __version__
from rubricator.classifier.card import FILE, Calibration
from rubricator.classifier.dataset import LabelledImage
from rubricator.classifier.evaluation import Quality
from rubricator.classifier.golden import golden_picture
from rubricator.classifier.models import ClipModel

NAME = "rubricator-lite"
LICENCE = "EUPL-1.2"
GOLDEN_PROMPT = "a museum photograph of a ceramic vase"
README = "README.md"
_TEMPLATE = Path(__file__).with_name("model-card.md.template")
_LEANS = 2 / 3  # a concept leans on a source that gives more than this share of its pictures


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
    content = {
        "name": NAME,
        "licence": LICENCE,
        "source": None,
        "weights_sha256": model.identity.weights_sha256,
        "calibration": asdict(findings.calibration),
        "quality": {
            "unseen_sources": _rounded(findings.unseen_sources),
            "evaluate": {name: _rounded(value) for name, value in findings.evaluation.items()},
            "evaluate_openly_licensed_alone": {
                name: _rounded(value) for name, value in findings.evaluation_train_only.items()
            },
        },
        "training": {
            "seed": findings.seed,
            "rubricator": __version__,
            "concepts": _concepts(findings.learned_from),
            "sources": _sources(findings.learned_from),
        },
        "golden": {
            "image": _vector(model.encode_images(model.prepare(golden_picture())[None])[0].tolist()),
            "prompt": GOLDEN_PROMPT,
            "text": _vector(model.encode_texts([GOLDEN_PROMPT])[0].tolist()),
        },
    }
    (folder / FILE).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / README).write_text(readme(content), encoding="utf-8")


def readme(card: Mapping[str, Any]) -> str:
    """The model card for people, from the content of ``card.json``."""
    measured, alone = card["quality"]["evaluate"], card["quality"]["evaluate_openly_licensed_alone"]
    unseen, concepts = card["quality"]["unseen_sources"], card["training"]["concepts"]
    uses: Counter[str] = Counter()
    for source in card["training"]["sources"]:
        uses[source["use"]] += source["pictures"]
    openly = {concept for concept, sources in concepts.items() if any(row["use"] == "train" for row in sources)}
    return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        images=measured["all"]["images"],
        accuracy=measured["all"]["accuracy"],
        macro_f1=measured["all"]["macro_f1"],
        alone_accuracy=alone["all"]["accuracy"],
        evaluation_rows="\n".join(
            f"| {name} | {row['images']} | {row['accuracy']} | {alone[name]['accuracy']} |"
            for name, row in measured.items()
        ),
        unseen_images=unseen["images"],
        unseen_accuracy=unseen["accuracy"],
        unseen_f1=unseen["macro_f1"],
        concepts=len(concepts),
        temperature=f"{card['calibration']['temperature']:.4f}",
        threshold=f"{card['calibration']['threshold']:.2f}",
        evidence=_wrapped(card["calibration"]["evidence"]),
        leaning=_wrapped((", ".join(_leaning(concepts)) or "none") + ".", "  "),
        uses="\n".join(f"- `{use}`: {count} pictures" for use, count in sorted(uses.items())),
        missing=_wrapped((", ".join(sorted(concepts.keys() - openly)) or "none") + "."),
        source_rows="\n".join(
            f"| {row['source']} | {row['repository']} | {row['use']} | {row['licence']} | {row['pictures']} |"
            for row in card["training"]["sources"]
        ),
        seed=card["training"]["seed"],
    )


def _wrapped(text: str, indent: str = "") -> str:
    return textwrap.fill(text, 116, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


def _rounded(value: Quality) -> dict[str, float]:
    return {"images": value.images, "accuracy": round(value.accuracy, 3), "macro_f1": round(value.macro_f1, 3)}


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
