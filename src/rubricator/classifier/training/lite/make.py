"""The whole making of ``rubricator-lite``, from labelled pictures to a model folder that open_clip reads."""

import math
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from operator import eq
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from rubricator.classifier.card import FILE
from rubricator.classifier.dataset import Dataset, LabelledImage
from rubricator.classifier.dataset.labelled import TRAINING_USES
from rubricator.classifier.deciding import Calibration, classifier_key
from rubricator.classifier.errors import require_clip
from rubricator.classifier.evaluation import Quality, quality
from rubricator.classifier.locate import locate
from rubricator.classifier.models import ClipModel, file_sha256, load_model
from rubricator.classifier.prompted import Classifier
from rubricator.classifier.training.card import Unreadable
from rubricator.classifier.training.lite.calibration import calibrate, temperature
from rubricator.classifier.training.lite.card import Findings, write_card
from rubricator.classifier.training.lite.drawn.kinds import drawn_of_concepts, drawn_of_none
from rubricator.classifier.training.lite.projection import Lesson, Prototypes, fit_projection
from rubricator.classifier.training.lite.text import concept_wordings, fit_text
from rubricator.classifier.training.lite.towers import IMAGE_SIZE, image_features, load_imagenet, save, untrained
from rubricator.classifier.training.lite.unseen import Unseen, can_be_held_out, out_of_source
from rubricator.classifier.training.lite.words import held_out_ranks
from rubricator.errors import UsageError
from rubricator.images import ImageError
from rubricator.progress import Progress, silent
from rubricator.vocabulary import PromptSet

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch import Tensor

DRAWN_OF_EACH_KIND = 36
_Told = TypeVar("_Told")


def train_lite(
    dataset: Dataset, out_dir: Path, prompts: PromptSet, seed: int = 0, progress: Progress = silent
) -> Findings:
    """Train ``rubricator-lite`` on the pictures of ``dataset`` whose use allows it; write it to ``out_dir``.

    The image tower keeps its ImageNet weights; its projection and the text tower are trained. Pictures whose use is
    ``evaluate`` are predicted when all is decided, for the card; those that cannot be read are left out and named in
    it. ``out_dir`` gets nothing before all is made. The same seed, data, prompts and torch on the same kind of
    processor give the same model. Raises MissingExtra without the extra ``train``, UsageError on unusable data.
    """
    require_clip()
    images = [image for image in dataset.images if image.concept in prompts.prompts]
    _check(dataset, images)
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        making = tempfile.TemporaryDirectory(prefix=".making-", dir=out_dir)
    except OSError as error:
        raise UsageError(
            f"Cannot write to {out_dir}: {error.strerror}; name a folder you can write to with --output."
        ) from error
    with making as made, _deterministic():
        findings = _make(dataset, images, Path(made), prompts, seed, progress)
        # The card last: a model whose files are not all its own is told by it.
        for file in sorted(Path(made).iterdir(), key=lambda file: file.name == FILE):
            file.replace(out_dir / file.name)
    return findings


def _check(dataset: Dataset, images: Sequence[LabelledImage]) -> None:
    """Refuse data that could be learned from, but of whose model nothing could be said in the end."""
    learn = [image for image in images if image.use in TRAINING_USES]
    for uses, some in (("train or train-tdm", learn), ("train", [image for image in learn if image.use == "train"])):
        if not can_be_held_out(some):
            raise UsageError(
                f"{dataset.name} must hold readable pictures of use {uses} from two repositories at least that share a "
                "concept, two of them whichever repository is left out; add such pictures."
            )
    if len(learn) == len(images):
        raise UsageError(
            f"{dataset.name} holds no readable picture of use evaluate, by which the model is measured; mark some."
        )


@contextmanager
def _deterministic() -> Iterator[None]:
    """Inside, torch takes algorithms that always give the same."""
    import torch

    enabled, warns = torch.are_deterministic_algorithms_enabled(), torch.is_deterministic_algorithms_warn_only_enabled()
    torch.use_deterministic_algorithms(True)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(enabled, warn_only=warns)


def _make(
    dataset: Dataset, images: Sequence[LabelledImage], folder: Path, prompts: PromptSet, seed: int, progress: Progress
) -> Findings:
    import open_clip
    import torch

    clip = untrained(seed)
    prototypes = Prototypes(load_imagenet(clip), list(open_clip.IMAGENET_CLASSNAMES))
    unreadable: list[Unreadable] = []
    readable: list[LabelledImage] = []
    seen = image_features(clip, _pictures(dataset, images, readable, unreadable), len(images), progress)
    _check(dataset, readable)
    learned = [number for number, image in enumerate(readable) if image.use in TRAINING_USES]
    learn = [readable[number] for number in learned]
    concepts = list(prompts.prompts)
    drawn = _drawn(clip, drawn_of_concepts(learn, concepts, DRAWN_OF_EACH_KIND, seed))
    lesson = Lesson(learn, seen[learned], prototypes, *drawn, *_drawn(clip, drawn_of_none(DRAWN_OF_EACH_KIND, seed)))

    projection = fit_projection(lesson, concepts, seed)
    unseen = out_of_source(lesson, concepts, seed)
    logit_scale = 1 / temperature(unseen, concepts)
    clip.visual.head.proj.weight.data.copy_(projection.weight)
    clip.visual.head.proj.bias.data.copy_(projection.bias)
    clip.logit_scale.data.fill_(math.log(logit_scale))
    tokenize = open_clip.SimpleTokenizer(context_length=clip.text.context_length)
    fit_text(clip.text, tokenize, projection, prototypes, concept_wordings(prompts), seed, progress)
    weights = save(clip, folder)

    sha256 = file_sha256(weights)
    holds_for = classifier_key(sha256, prompts.sha256)
    calibration = calibrate(unseen, concepts, logit_scale, holds_for, Dataset(dataset.name, tuple(learn)).sha256)
    openly = lesson.only(
        [number for number, image in enumerate(learn) if image.use == "train"], frozenset(lesson.kinds)
    )
    model = ClipModel(locate(str(folder.resolve())), sha256, None, "cpu")
    measured = [number for number, image in enumerate(readable) if image.use not in TRAINING_USES]
    evaluate = [readable[number] for number in measured]
    vectors = [model.encode_images(model.prepare(image.picture(model.image_size))[None]) for image in evaluate]
    by_words = _predict(Classifier(model, prompts), torch.cat(vectors))
    by_anchors = _best(projection.cosines(seen[measured]), concepts)
    findings = Findings(
        learned_from=learn,
        unreadable=unreadable,
        calibration=calibration,
        unseen=_of_unseen(unseen, concepts),
        unseen_train_only=_of_unseen(out_of_source(openly, concepts, seed), concepts),
        evaluation=_by_source(evaluate, by_words),
        evaluation_train_only=_by_source(
            evaluate, _best(fit_projection(openly, concepts, seed).cosines(seen[measured]), concepts)
        ),
        claimed_outside=_claimed(calibration.one_of_many(unseen.outside * logit_scale), calibration),
        same_by_words=sum(map(eq, by_words, by_anchors)) / len(evaluate),
        words=held_out_ranks(model, projection, prototypes, lesson.features),
        seed=seed,
    )
    write_card(folder, model, findings)
    load_model(str(folder.resolve()), "cpu")
    return findings


def _pictures(
    dataset: Dataset, images: Sequence[LabelledImage], readable: list[LabelledImage], unreadable: list[Unreadable]
) -> "Iterator[Image]":
    """The pictures one after the other; each of ``images`` is put into one of the two lists."""
    for image in images:
        try:
            picture = image.picture(IMAGE_SIZE)
        except ImageError as error:
            (name,) = dataset.names([image])
            unreadable.append(Unreadable(name, error.code))
        else:
            readable.append(image)
            yield picture


def _drawn(clip: Any, drawn: "Iterable[tuple[_Told, Image]]") -> "tuple[list[_Told], Tensor]":
    """What is told of each drawn picture, and the features (n, 1280). No more than one picture is held at a time."""
    told: list[_Told] = []

    def pictures() -> "Iterator[Image]":
        for telling, picture in drawn:
            told.append(telling)
            yield picture

    features = image_features(clip, pictures(), 0, silent)
    return told, features


def _predict(classifier: Classifier, features: "Tensor") -> list[str]:
    """What the finished model says, by the prompts, as a run would ask it."""
    return [scores[0].concept for scores in classifier.scores(features)]


def _best(cosines: "Tensor", concepts: Sequence[str]) -> list[str]:
    return [concepts[best] for best in cosines[:, : len(concepts)].argmax(dim=1).tolist()]


def _of_unseen(unseen: Unseen, concepts: Sequence[str]) -> dict[str, Quality]:
    return _by_source(unseen.images, _best(unseen.cosines, concepts))


def _claimed(confidences: "Tensor", calibration: Calibration) -> float:
    """The share of pictures of none of the concepts that would be given one."""
    least = [math.inf if one.least is None else one.least for one in calibration.one.thresholds]
    claims = confidences.argmax(dim=1, keepdim=True)
    enough = confidences.gather(1, claims)[:, 0] >= confidences.new_tensor(least)[claims[:, 0]]
    return float(enough.float().mean())


def _by_source(images: Sequence[LabelledImage], predicted: Sequence[str]) -> dict[str, Quality]:
    """The quality on all images (under ``all``) and on those of each source, and of each source and concept."""
    groups: dict[str, list[int]] = {"all": list(range(len(images)))}
    for number, image in enumerate(images):
        groups.setdefault(image.source, []).append(number)
    for number, image in enumerate(images):
        groups.setdefault(f"{image.source}, {image.concept}", []).append(number)
    return {
        name: quality([images[number].concept for number in numbers], [predicted[number] for number in numbers])
        for name, numbers in groups.items()
    }
