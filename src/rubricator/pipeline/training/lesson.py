"""What every training begins with: the data set, what may be learned from it, and what the model sees there."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rubricator import __version__
from rubricator.classifier import ClipModel, concept_features, load_model
from rubricator.classifier.dataset import Dataset, LabelledImage, read_dataset
from rubricator.classifier.training.card import Unreadable
from rubricator.classifier.training.checkpoint import key_of
from rubricator.classifier.training.linear import Linear, prompted_start
from rubricator.classifier.training.material import (
    held_out_folds,
    learnable,
    require_measurable,
    set_apart,
    taught_by,
)
from rubricator.errors import UsageError
from rubricator.pipeline.seeing import Unseen
from rubricator.pipeline.training.place import require_room
from rubricator.settings import Settings
from rubricator.vocabulary import PromptSet, load_prompts, load_vocabulary


@dataclass(frozen=True, slots=True)
class Terms:
    """What a training is asked for. ``alpha`` is how far it goes from the prompts (0) to what was learned (1)."""

    openly_licensed: bool = False
    unmeasured: bool = False
    alpha: float = 1.0


@dataclass(frozen=True, slots=True)
class Lesson:
    """A model with its prompts, the pictures of a data set that may be learned from, and those set apart to measure.

    ``taught`` are the repositories that the model itself learned from; ``key`` is the hash of all that decides how the
    training goes, and ``notes`` say what is not learned from.
    """

    model: ClipModel
    prompts: PromptSet
    dataset: Dataset
    images: Sequence[LabelledImage]
    apart: Sequence[LabelledImage]
    taught: frozenset[str]
    key: str
    notes: tuple[str, ...]

    @property
    def start(self) -> Linear:
        """The head that answers as the prompts do."""
        return prompted_start(concept_features(self.model, self.prompts), self.model.identity.logit_scale)

    def told(self, unreadable: Sequence[Unseen]) -> tuple[Unreadable, ...]:
        """As cards tell it, by names that mean the same on every machine."""
        names = self.dataset.names([unseen.image for unseen in unreadable])
        return tuple(Unreadable(name, unseen.code) for name, unseen in zip(names, unreadable, strict=True))


def prepare(on: Path, output: Path, settings: Settings, terms: Terms, plan: Mapping[str, Any]) -> Lesson:
    """Read all that a training needs, so that whatever is wrong with it is told before the first picture is looked at.

    ``plan`` are the method and its options. Raises UsageError where nothing may be learned, where nothing could be
    measured and ``unmeasured`` was not asked for, and where ``output`` holds something else than this training.
    """
    if output.exists() and not output.is_dir():
        raise UsageError(f"{output} is a file; name a folder to write to.")
    vocabulary = load_vocabulary(settings.iris, settings.vocabulary)
    prompts = load_prompts(vocabulary, settings.prompts)
    dataset = read_dataset(on, vocabulary.concepts)
    images, notes = learnable(dataset, prompts.concepts, terms.openly_licensed)
    if not terms.unmeasured:
        require_measurable(held_out_folds(images), dataset.name)
    model = load_model(settings.model)
    taught = taught_by(model.card)
    inputs = {
        "plan": dict(plan),
        "terms": asdict(terms),
        "dataset": dataset.sha256,
        "model": model.features_key,
        "prompts": prompts.sha256,
        "rubricator": __version__,
    }
    lesson = Lesson(
        model,
        prompts,
        dataset,
        images,
        set_apart(dataset, prompts.concepts, images, taught),
        taught,
        key_of(inputs),
        (*dataset.notes, *notes),
    )
    require_room(output, lesson.key)
    return lesson
