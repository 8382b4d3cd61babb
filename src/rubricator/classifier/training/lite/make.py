"""The whole making of ``rubricator-lite``, from labelled pictures to a model folder that open_clip reads."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rubricator.classifier.dataset import Dataset, LabelledImage, read_manifest
from rubricator.classifier.dataset.labelled import TRAINING_USES
from rubricator.classifier.deciding import Calibration, classifier_key
from rubricator.classifier.errors import require_clip
from rubricator.classifier.evaluation import Quality, quality
from rubricator.classifier.locate import locate
from rubricator.classifier.models import ClipModel, file_sha256, load_model
from rubricator.classifier.prompted import Classifier
from rubricator.classifier.training.lite.calibration import calibrate, temperature
from rubricator.classifier.training.lite.card import Findings, write_card
from rubricator.classifier.training.lite.outside import drawn_pictures
from rubricator.classifier.training.lite.projection import Lesson, Prototypes, fit_projection
from rubricator.classifier.training.lite.text import concept_wordings, fit_text
from rubricator.classifier.training.lite.towers import IMAGE_SIZE, image_features, load_imagenet, save, untrained
from rubricator.classifier.training.lite.unseen import Unseen, out_of_source
from rubricator.classifier.training.lite.words import held_out_ranks
from rubricator.errors import UsageError
from rubricator.progress import Progress, silent
from rubricator.vocabulary import PromptSet

if TYPE_CHECKING:
    from torch import Tensor

DRAWN_OF_EACH_KIND = 24


def train_lite(
    data_dir: Path, out_dir: Path, prompts: PromptSet, seed: int = 0, progress: Progress = silent
) -> Findings:
    """Train ``rubricator-lite`` on the pictures of ``data_dir`` whose use allows it; write it to ``out_dir``.

    The image tower keeps its ImageNet weights; its projection and the text tower are trained. Pictures whose use is
    ``evaluate`` are looked at when all is decided, for the card. The same seed, data, prompts and torch on the same
    kind of processor give the same model. Raises MissingExtra without the extra ``train``, UsageError on unusable data.
    """
    require_clip()
    import open_clip
    import torch

    torch.use_deterministic_algorithms(True)
    images = [image for image in read_manifest(data_dir) if image.concept in prompts.prompts]
    learn = [image for image in images if image.use in TRAINING_USES]
    if len({image.repository for image in learn}) < 2:
        raise UsageError(f"{data_dir} must hold pictures for training from two repositories at least.")
    clip = untrained(seed)
    prototypes = Prototypes(load_imagenet(clip), list(open_clip.IMAGENET_CLASSNAMES))
    seen = image_features(clip, (image.picture(IMAGE_SIZE) for image in learn), len(learn), progress)
    lesson = Lesson(learn, seen, prototypes, *_outside(clip, seed))
    concepts = list(prompts.prompts)

    projection = fit_projection(lesson, concepts, seed)
    unseen = out_of_source(lesson, concepts, seed)
    logit_scale = 1 / temperature(unseen, concepts)
    clip.visual.head.proj.weight.data.copy_(projection.weight)
    clip.visual.head.proj.bias.data.copy_(projection.bias)
    clip.logit_scale.data.fill_(math.log(logit_scale))
    tokenize = open_clip.SimpleTokenizer(context_length=clip.text.context_length)
    fit_text(clip.text, tokenize, projection, prototypes, concept_wordings(prompts), seed, progress)
    weights = save(clip, out_dir)

    sha256 = file_sha256(weights)
    holds_for = classifier_key(sha256, prompts.sha256)
    calibration = calibrate(unseen, concepts, logit_scale, holds_for, Dataset(data_dir.name, tuple(learn)).sha256)
    openly = lesson.only(
        [number for number, image in enumerate(learn) if image.use == "train"], frozenset(lesson.kinds)
    )
    model = ClipModel(locate(str(out_dir.resolve())), sha256, None, "cpu")
    evaluate = [image for image in images if image.use not in TRAINING_USES]
    vectors = [model.encode_images(model.prepare(image.picture(model.image_size))[None]) for image in evaluate]
    features = image_features(clip, (image.picture(IMAGE_SIZE) for image in evaluate), len(evaluate), silent)
    findings = Findings(
        learned_from=learn,
        calibration=calibration,
        unseen=_of_unseen(unseen, concepts),
        unseen_train_only=_of_unseen(out_of_source(openly, concepts, seed), concepts),
        evaluation=_by_source(evaluate, _predict(Classifier(model, prompts), torch.cat(vectors))),
        evaluation_train_only=_by_source(
            evaluate, _best(fit_projection(openly, concepts, seed).cosines(features), concepts)
        ),
        claimed_outside=_claimed(calibration.one_of_many(unseen.outside * logit_scale), calibration),
        words=held_out_ranks(model, projection, prototypes, lesson.features),
        seed=seed,
    )
    write_card(out_dir, model, findings)
    load_model(str(out_dir.resolve()), "cpu")
    return findings


def _outside(clip: Any, seed: int) -> "tuple[list[str], Tensor]":
    """The kinds and features of pictures that show none of the concepts."""
    kinds, pictures = zip(*drawn_pictures(DRAWN_OF_EACH_KIND, seed), strict=True)
    return list(kinds), image_features(clip, pictures, len(pictures), silent)


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
