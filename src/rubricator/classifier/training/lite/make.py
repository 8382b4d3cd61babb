"""The whole making of ``rubricator-lite``, from labelled pictures to a model folder that open_clip reads."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rubricator.classifier.dataset import LabelledImage, read_manifest
from rubricator.classifier.dataset.labelled import TRAINING_USES
from rubricator.classifier.errors import require_clip
from rubricator.classifier.evaluation import Quality, quality
from rubricator.classifier.locate import locate
from rubricator.classifier.models import ClipModel, file_sha256, load_model
from rubricator.classifier.prompted import Classifier
from rubricator.classifier.training.lite.calibration import calibrate
from rubricator.classifier.training.lite.card import Findings, write_card
from rubricator.classifier.training.lite.projection import Prototypes, fit_projection, out_of_source
from rubricator.classifier.training.lite.text import concept_wordings, fit_text
from rubricator.classifier.training.lite.towers import image_features, load_imagenet, save, untrained
from rubricator.errors import UsageError
from rubricator.progress import Progress, silent
from rubricator.vocabulary import PromptSet

if TYPE_CHECKING:
    from torch import Tensor


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
    features = dict(zip((image.file for image in images), image_features(clip, images, progress), strict=True))
    concepts = list(prompts.prompts)

    projection = fit_projection(_stack(features, learn), learn, concepts, prototypes, seed)
    clip.visual.head.proj.weight.data.copy_(projection.weight)
    clip.visual.head.proj.bias.data.copy_(projection.bias)
    fit_text(
        clip.text,
        open_clip.SimpleTokenizer(context_length=clip.text.context_length),
        projection.concept_anchors,
        projection.class_anchors,
        concept_wordings(prompts.prompts),
        prototypes.names,
        seed,
        progress,
    )
    numbers, cosines = out_of_source(_stack(features, learn), learn, concepts, prototypes, seed)
    unseen = [learn[number] for number in numbers]
    calibration = calibrate(unseen, cosines, concepts, prompts.sha256)
    clip.logit_scale.data.fill_(-math.log(calibration.temperature))
    weights = save(clip, out_dir)

    evaluate = [image for image in images if image.use not in TRAINING_USES]
    openly = [image for image in learn if image.use == "train"]
    model = ClipModel(locate(str(out_dir.resolve())), file_sha256(weights), None, "cpu")
    open_projection = fit_projection(_stack(features, openly), openly, concepts, prototypes, seed)
    findings = Findings(
        learned_from=learn,
        calibration=calibration,
        unseen_sources=_quality(unseen, [concepts[best] for best in cosines.argmax(dim=1).tolist()]),
        evaluation=_by_source(evaluate, _predict(model, prompts, evaluate)),
        evaluation_train_only=_by_source(
            evaluate,
            [concepts[best] for best in open_projection.cosines(_stack(features, evaluate)).argmax(dim=1).tolist()],
        ),
        seed=seed,
    )
    write_card(out_dir, model, findings)
    load_model(str(out_dir.resolve()), "cpu")
    return findings


def _stack(features: "Mapping[Path, Tensor]", images: Sequence[LabelledImage]) -> "Tensor":
    import torch

    return torch.stack([features[image.file] for image in images])


def _predict(model: ClipModel, prompts: PromptSet, images: Sequence[LabelledImage]) -> list[str]:
    """What the finished model says, by the prompts, as a run would ask it."""
    import torch

    classifier = Classifier(model, prompts)
    vectors = [model.encode_images(model.prepare(image.picture(model.image_size))[None]) for image in images]
    return [scores[0].concept for scores in classifier.scores(torch.cat(vectors))]


def _quality(images: Sequence[LabelledImage], predicted: Sequence[str]) -> Quality:
    return quality([image.concept for image in images], predicted)


def _by_source(images: Sequence[LabelledImage], predicted: Sequence[str]) -> dict[str, Quality]:
    """The quality on all images (under ``all``) and on those of each source and concept."""
    groups: dict[str, list[int]] = {"all": list(range(len(images)))}
    for number, image in enumerate(images):
        groups.setdefault(image.source, []).append(number)
    for number, image in enumerate(images):
        groups.setdefault(f"{image.source}, {image.concept}", []).append(number)
    return {
        name: _quality([images[number] for number in numbers], [predicted[number] for number in numbers])
        for name, numbers in groups.items()
    }
