"""What an evaluation is asked to measure, with what, and whether a folder may take its report. Known from the start."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rubricator import __version__
from rubricator.classifier import Classifier
from rubricator.classifier.dataset import Dataset
from rubricator.enrichment.policy import DecisionPolicy
from rubricator.errors import UsageError
from rubricator.pipeline.evaluating.terms import Terms
from rubricator.vocabulary import Vocabulary

REPORT = "report.json"


def asked(
    dataset: Dataset, classifier: Classifier, policy: DecisionPolicy, vocabulary: Vocabulary, terms: Terms
) -> dict[str, Any]:
    """The part of a report that can be told before any picture is looked at."""
    identity, head, calibration = classifier.model.identity, classifier.head, classifier.calibration
    return {
        "model": {
            "name": identity.name,
            "architecture": identity.architecture,
            "sha256": identity.weights_sha256,
            "licence": identity.licence,
        },
        "head": {"name": head.name, "sha256": head.sha256} if head else None,
        "prompts": {"name": classifier.prompts.name, "sha256": classifier.prompts.sha256},
        "policy": {
            "sha256": policy.sha256,
            "calibrated": calibration is not None or terms.calibrate,
            "cross_fitted": terms.calibrate,
            "evidence": None if terms.calibrate or calibration is None else calibration.evidence,
        },
        "vocabulary": {"name": vocabulary.name, "sha256": vocabulary.sha256},
        "dataset": {"name": dataset.name, "sha256": dataset.sha256, "pictures": len(dataset.images)},
        "terms": {
            "uses": list(terms.uses),
            "split": terms.split,
            "include_learned": terms.include_learned,
            "calibrate": terms.calibrate,
        },
        "software": {"rubricator": __version__},
    }


def require_place(folder: Path, told: Mapping[str, Any]) -> None:
    """Raise UsageError if this is no folder, or it holds the report of another model, of other pictures or on other
    terms than these."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is no folder; name another with --out.")
    try:
        there = json.loads((folder / REPORT).read_text(encoding="utf-8"))
        same = all(_agree(there.get(key), value) for key, value in told.items())
    except FileNotFoundError:
        return
    except (OSError, ValueError, AttributeError):
        same = False
    if not same:
        raise UsageError(
            f"{folder} holds an evaluation of another model, of other pictures or on other terms; name another folder "
            "with --out, or remove that one: the pictures need not be looked at again."
        )


def _agree(there: Any, told: Any) -> bool:
    """Of an object, what is told of it."""
    if isinstance(there, dict) and isinstance(told, Mapping):
        return all(there.get(key) == value for key, value in told.items())
    return bool(there == told)
