"""Measures a classifier on labelled pictures, without a look at what it learned from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rubricator.classifier import Classifier
from rubricator.classifier.dataset import Dataset, LabelledImage
from rubricator.classifier.evaluation.predictions import Predictions, truth
from rubricator.classifier.evaluation.summary import Summary, summarise
from rubricator.enrichment.policy import DecisionPolicy
from rubricator.errors import UsageError
from rubricator.pipeline.deciding import chosen_classifier, decision_policy
from rubricator.pipeline.evaluating.apart import Learned, fitted_on, keep_apart, learned_by
from rubricator.pipeline.evaluating.asked import asked, require_place
from rubricator.pipeline.evaluating.judge import judge, judge_cross_fitted
from rubricator.pipeline.evaluating.terms import Terms, warnings
from rubricator.pipeline.failing import failures
from rubricator.pipeline.seeing import Unseen, see
from rubricator.progress import Progress, silent
from rubricator.rdf import now
from rubricator.settings import Settings
from rubricator.vocabulary import Vocabulary

PROMISE = 0.9
"""The precision that a policy of one's own would have to keep, where no calibration promises another."""


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What was measured: ``images`` are those of ``predictions``, in the same order. ``notes`` are for whoever reads
    the figures: what was left out, what flatters."""

    dataset: Dataset
    images: tuple[LabelledImage, ...]
    unreadable: tuple[Unseen, ...]
    predictions: Predictions
    summary: Summary
    classifier: Classifier
    policy: DecisionPolicy
    vocabulary: Vocabulary
    terms: Terms
    notes: tuple[str, ...]
    started: datetime

    @property
    def measured(self) -> Dataset:
        """The pictures that were measured, as a data set of their own."""
        return Dataset(self.dataset.name, self.images)

    def names(self, images: Sequence[LabelledImage]) -> list[str]:
        """What to call these pictures in reports."""
        return self.dataset.names(images)


def evaluate(
    dataset: Dataset,
    vocabulary: Vocabulary,
    settings: Settings,
    terms: Terms,
    progress: Progress = silent,
    out: Path | None = None,
) -> Evaluation:
    """Look at the pictures, ask the settings' classifier, hold its answers against the labels.

    Raises UsageError where nothing can be measured, and before any picture is looked at where the folder ``out`` cannot
    take the report; a picture that cannot be read stops nothing.
    """
    started = now()
    images, notes = _of_uses(dataset, terms.uses)
    partial = any(image.rejected is not None for image in images)
    if partial and terms.calibrate:
        raise UsageError("What people decided says too little to calibrate on; leave --calibrate out.")
    classifier = chosen_classifier(settings, vocabulary)
    policy = decision_policy(settings, classifier, vocabulary)
    if out is not None:
        require_place(out, asked(dataset, classifier, policy, vocabulary, terms))
    if not terms.include_learned:
        name = classifier.head.name if classifier.head else classifier.model.identity.name
        images, further = keep_apart(images, learned_by(classifier, settings), terms.split, name)
        notes += further
    seen = see(images, classifier.model, settings, progress)
    promise = classifier.calibration.precision if classifier.calibration else PROMISE
    if terms.calibrate:
        confidences, claimed = judge_cross_fitted(
            classifier, seen.images, seen.features, terms.split, settings, vocabulary, promise
        )
    else:
        confidences, claimed = judge(classifier, policy, seen.features)
    applies, judged, main = truth(
        classifier.concepts, [image.concepts for image in seen.images], [image.rejected for image in seen.images]
    )
    sources = tuple(image.source for image in seen.images)
    fitted = fitted_on(settings.policy) if settings.policy and not terms.calibrate else Learned()
    predictions = Predictions(classifier.concepts, confidences, applies, judged, claimed, main, sources)
    notes += [*failures(dataset, seen.unreadable), *warnings(seen.images, classifier, fitted, terms)]
    return Evaluation(
        dataset,
        seen.images,
        seen.unreadable,
        predictions,
        summarise(predictions, promise),
        classifier,
        policy,
        vocabulary,
        terms,
        tuple(notes),
        started,
    )


def _of_uses(dataset: Dataset, uses: Sequence[str]) -> tuple[list[LabelledImage], list[str]]:
    chosen = [image for image in dataset.images if not uses or image.use in uses]
    if not chosen:
        there = ", ".join(sorted({image.use for image in dataset.images}))
        raise UsageError(f"No picture of {dataset.name} has the use {' or '.join(uses)}; its pictures have: {there}.")
    return chosen, list(dataset.notes)
