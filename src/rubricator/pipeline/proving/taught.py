"""Which pictures the model, head and policy of a run were made with, as the files beside them list."""

from pathlib import Path

from rubricator.classifier import Classifier
from rubricator.enrichment.run import RunInputs
from rubricator.enrichment.taught import PictureList
from rubricator.pipeline.evaluating.apart import PICTURES, fitted_on, model_folder
from rubricator.settings import Settings

LISTS = (PICTURES, "learned.txt")
"""Beside a card: the sha-256 of every picture that was learned from, one a line."""


def picture_lists(settings: Settings, classifier: Classifier, inputs: RunInputs) -> tuple[PictureList, ...]:
    """The lists that there are; what has none does not say which pictures it was made with."""
    iris = settings.iris
    found = {inputs.model_iri(iris): listed(model_folder(settings))}
    if inputs.head and settings.head:
        found[inputs.head.iri(iris)] = listed(settings.head)
    if classifier.calibration and settings.policy:
        found[inputs.policy_iri(iris)] = fitted_on(settings.policy).pictures
    return tuple(PictureList(thing, pictures) for thing, pictures in found.items() if pictures)


def listed(folder: Path) -> frozenset[str]:
    files = (folder / name for name in LISTS)
    return frozenset(line for file in files if file.is_file() for line in file.read_text(encoding="utf-8").split())
