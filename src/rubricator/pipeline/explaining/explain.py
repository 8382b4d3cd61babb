"""Explains a claim as its run made it, or a picture with the classifier of the settings."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from rubricator.classifier import Classifier
from rubricator.classifier.explaining.explain import METHOD, explain
from rubricator.classifier.models import file_sha256
from rubricator.enrichment.explanation import Explained, ExplainedConcept, Neighbour
from rubricator.errors import UsageError
from rubricator.images import ImageError, ImageStore, decode
from rubricator.images.blank import is_blank
from rubricator.pipeline.deciding import chosen_classifier, decision_policy
from rubricator.pipeline.explaining.claimed import Claimed, find_claimed
from rubricator.pipeline.explaining.neighbours import Alike, may_be_shown, nearest
from rubricator.rights import forbids_changes
from rubricator.settings import Labels, Settings
from rubricator.store.client import StoreClient
from rubricator.vocabulary import PromptSet, Vocabulary, load_vocabulary
from rubricator.vocabulary.names import ConceptNames

if TYPE_CHECKING:
    from PIL.Image import Image

    from rubricator.classifier.explaining.explain import Considered
    from rubricator.classifier.explaining.heatmap import HeatMap

_SAME_CONFIDENCE = 0.005


@dataclass(frozen=True, slots=True)
class Told:
    """An explanation, with what is needed to draw and describe it.

    ``may_be_altered`` says whether the rights of the picture allow to publish it with a map drawn over it.
    """

    explained: Explained
    heat_map: "HeatMap | None"
    picture: "Image"
    may_be_altered: bool
    vocabulary: Vocabulary
    prompts: PromptSet

    @property
    def label(self) -> str:
        return self.vocabulary.by_slug(self.explained.chosen.concept).label("en")


def explain_claim(client: StoreClient, settings: Settings, annotation: NamedNode, concept: str | None = None) -> Told:
    """Explain why a run claimed what an annotation says or, of the same picture, another ``concept``.

    Raises NotFound if there is no such annotation, UsageError if the picture's bytes are gone or what decides here is
    not what decided in the run.
    """
    claimed = find_claimed(client, settings.iris, annotation)
    vocabulary = load_vocabulary(settings.iris, settings.vocabulary)
    concept = None if concept is None else ConceptNames(vocabulary.concepts).concept(concept)
    slugs = {one.body: one.slug for one in vocabulary.concepts}
    if claimed.body not in slugs:
        raise UsageError(f"The vocabulary has no concept {claimed.body.value} any more; give the run's own vocabulary.")
    picture = ImageStore(settings).path(claimed.sha256)
    if not picture.is_file():
        raise UsageError(
            f"The bytes that were looked at ({claimed.sha256}) are not in the image cache any more; "
            "other bytes would explain nothing. Harvest the item again, and explain what a new run says of it."
        )
    classifier = chosen_classifier(settings, vocabulary)
    _check_same(classifier, claimed)
    own = slugs[claimed.body]
    thresholds = {slugs[body]: least for body, least in claimed.thresholds.items() if body in slugs}
    stated = claimed.rights or {None}
    asked = _Asked(
        sha256=claimed.sha256,
        annotation=claimed.annotation if concept in (None, own) else None,
        may_be_altered=all(
            may_be_shown(claimed.image, rights, settings) and not forbids_changes(rights) for rights in stated
        ),
        labels=claimed.labels,
        threshold=lambda slug: thresholds.get(slug) if claimed.thresholds else claimed.threshold,
    )
    seen = decode(picture, settings.image_max_pixels, classifier.model.image_size)
    told = _tell(client, settings, classifier, vocabulary, seen, concept or own, asked)
    chosen = told.explained.chosen
    return told if concept not in (None, own) else _with_remark(told, _changed(chosen, claimed))


def explain_picture(client: StoreClient | None, settings: Settings, file: Path, concept: str | None = None) -> Told:
    """Explain what the settings' classifier makes of a picture. Without a ``client`` no similar pictures are told.

    Raises ImageError where a run would not look at the picture either, UsageError if the vocabulary has no such
    concept, ModelError if the classifier does not know it.
    """
    if not file.is_file():
        raise ImageError(
            "image-missing",
            f"There is no file {file}; give a picture, or an annotation by its IRI or by the 26 characters at its end.",
        )
    vocabulary = load_vocabulary(settings.iris, settings.vocabulary)
    concept = None if concept is None else ConceptNames(vocabulary.concepts).concept(concept)
    classifier = chosen_classifier(settings, vocabulary)
    picture = decode(file, settings.image_max_pixels, classifier.model.image_size)
    if is_blank(picture):
        raise ImageError(
            "image-blank",
            f"{file} is of one colour all over, so it shows nothing; a run claims nothing of it (image-blank).",
        )
    policy = decision_policy(settings, classifier, vocabulary)
    thresholds = {one.concept: one.least for one in policy.thresholds}
    asked = _Asked(
        sha256=file_sha256(file),
        annotation=None,
        may_be_altered=True,
        labels=policy.labels,
        threshold=lambda slug: thresholds.get(slug) if thresholds else policy.threshold,
    )
    return _tell(client, settings, classifier, vocabulary, picture, concept, asked)


@dataclass(frozen=True, slots=True)
class _Asked:
    sha256: str
    annotation: NamedNode | None
    may_be_altered: bool
    labels: Labels
    threshold: Callable[[str], float | None]


def _tell(
    client: StoreClient | None,
    settings: Settings,
    classifier: Classifier,
    vocabulary: Vocabulary,
    picture: "Image",
    concept: str | None,
    asked: _Asked,
) -> Told:
    scores = classifier.scores if asked.labels == "one" else classifier.independent_scores
    explanation = explain(classifier, scores, picture, concept)
    remarks = [explanation.without_map] if explanation.without_map else []
    if classifier.head is not None:
        remarks.append(f"The trained head {classifier.head.name} decided; the prompts did not.")
    neighbours: tuple[Neighbour, ...] = ()
    if client is not None:
        alike = Alike(explanation.features, asked.sha256, classifier.model.features_key)
        body = vocabulary.by_slug(explanation.chosen.concept).body
        neighbours = nearest(client, settings, body, alike)
    if not neighbours:
        remarks.append("No similar picture of this concept is known here that may be shown.")
    explained = Explained(
        annotation=asked.annotation,
        sha256=asked.sha256,
        chosen=_with_threshold(explanation.chosen, asked),
        runners_up=tuple(_with_threshold(other, asked) for other in explanation.runners_up),
        neighbours=neighbours,
        method=METHOD if explanation.heat_map else None,
        remarks=tuple(remarks),
        outside=explanation.outside,
    )
    return Told(explained, explanation.heat_map, picture, asked.may_be_altered, vocabulary, classifier.prompts)


def _with_threshold(considered: "Considered", asked: _Asked) -> ExplainedConcept:
    threshold = asked.threshold(considered.concept)
    return ExplainedConcept(
        considered.concept, considered.confidence, considered.raw_score, threshold, considered.prompts
    )


def _check_same(classifier: Classifier, claimed: Claimed) -> None:
    """Refuse to explain by another classifier than the one that claimed."""
    run, model = claimed.run.value, classifier.model.identity
    if model.weights_sha256 != claimed.weights:
        raise UsageError(
            f"The run {run} looked with {claimed.model}, whose weights are {claimed.weights[:12]}…; {model.name} has "
            f"{model.weights_sha256[:12]}… here. Give the run's own model with --model."
        )
    head = classifier.head.sha256 if classifier.head else None
    if head != claimed.head:
        needed = f"with the head {claimed.head[:12]}…; give it with --head." if claimed.head else "without a head."
        raise UsageError(f"The run {run} decided {needed}")
    if head is None and claimed.prompts not in (None, classifier.prompts.sha256):
        raise UsageError(
            f"The run {run} used the prompts {str(claimed.prompts)[:12]}…, and {classifier.prompts.sha256[:12]}… are "
            "given here; give the run's own with --prompts."
        )
    calibration = classifier.calibration.sha256 if classifier.calibration else None
    if claimed.calibration not in (None, calibration):
        raise UsageError(
            f"The run {run} was as sure as the calibration {str(claimed.calibration)[:12]}… says, which is not the one "
            "given here; give the run's own with --policy."
        )


def _changed(chosen: ExplainedConcept, claimed: Claimed) -> str | None:
    if abs(chosen.confidence - claimed.confidence) <= _SAME_CONFIDENCE:
        return None
    return (
        f"The run recorded a confidence of {claimed.confidence:.2f}; with the calibration that is here now it is "
        f"{chosen.confidence:.2f}."
    )


def _with_remark(told: Told, remark: str | None) -> Told:
    if remark is None:
        return told
    return replace(told, explained=replace(told.explained, remarks=(*told.explained.remarks, remark)))
