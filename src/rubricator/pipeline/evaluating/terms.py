"""What an evaluation is asked for, and what that means for whoever reads its figures."""

from collections.abc import Sequence
from dataclasses import dataclass

from rubricator.classifier import Classifier
from rubricator.classifier.dataset import LabelledImage
from rubricator.classifier.evaluation.resampling import FEW_SOURCES
from rubricator.pipeline.evaluating.apart import Learned, Split
from rubricator.vocabulary.names import NONE


@dataclass(frozen=True, slots=True)
class Terms:
    """What an evaluation is asked for.

    ``uses`` are those of the manifest that count, all where it is empty. ``split`` says what of the learned is too
    near: pictures of the same source, or (``random``) the very pictures only; ``include_learned`` measures memory too.
    ``calibrate`` fits confidences and thresholds anew, each part of the pictures by the others.
    """

    uses: tuple[str, ...] = ()
    split: Split = "source"
    include_learned: bool = False
    calibrate: bool = False


def warnings(
    images: Sequence[LabelledImage],
    classifier: Classifier,
    fitted: Learned,
    terms: Terms,
) -> list[str]:
    """What somebody has to know who reads the figures; ``fitted`` is what a policy in use was fitted on."""
    notes = []
    if terms.include_learned:
        notes.append("Pictures that were learned from are measured too: the figures tell of memory, not of skill.")
    if terms.split == "random":
        notes.append(
            "A random split flatters: pictures of one source are on both sides, and often show one object on one "
            "background. Only a split by source tells how the next collection will fare."
        )
    sources = {image.source for image in images}
    if len(sources) == 1:
        notes.append(
            "All pictures come from one source, so intervals are over pictures, and too narrow: nothing here says how "
            "another source would fare."
        )
    elif len(sources) < FEW_SOURCES:
        notes.append(
            f"Intervals from {len(sources)} sources are rough: more sources would tell more than more pictures."
        )
    unknown = sorted({concept for image in images for concept in image.concepts} - set(classifier.concepts))
    if unknown:
        notes.append(
            f"The classifier does not know {', '.join(unknown)}; a picture of nothing else counts as one of {NONE} "
            "of its concepts."
        )
    if any(image.rejected is not None for image in images):
        notes.append(
            "People judged what was claimed, and nothing else: precision can be told from that, recall hardly."
        )
    calibration = None if terms.calibrate else classifier.calibration
    if near := sum(fitted.near(images, "source")):
        same = sum(fitted.near(images, "random"))
        notes.append(
            f"Confidences and thresholds were fitted on {same} of these pictures, and on others of the same "
            f"repositories as {near - same} more, which flatters them; --calibrate fits them on other pictures than "
            "those measured."
        )
    if not terms.calibrate and calibration is None:
        notes.append("The classifier is not calibrated: its confidences and thresholds were never measured.")
    return notes
