"""Teaches the image tower of a model with its head, and writes a model folder that holds the head too."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from rubricator.classifier import ClipModel
from rubricator.classifier.dataset import LabelledImage, draw_weights
from rubricator.classifier.training.card import Course, Learned, training_part
from rubricator.classifier.training.checkpoint import remove_checkpoint
from rubricator.classifier.training.energy import measured_energy
from rubricator.classifier.training.finetune import Place, Plan, finetune, put_weights
from rubricator.classifier.training.linear import Linear, between, weighted_loss
from rubricator.classifier.training.material import Fold, held_out_folds, targets
from rubricator.classifier.training.tower import unlock, write_model
from rubricator.engine.ahead import ahead
from rubricator.pipeline.evaluating.apart import learned as earlier
from rubricator.pipeline.evaluating.apart import model_folder
from rubricator.pipeline.seeing import see
from rubricator.pipeline.software import running_software
from rubricator.pipeline.training.finish import Asked, Trained, calibrate, told_standing, write_trained
from rubricator.pipeline.training.lesson import Terms, prepare
from rubricator.progress import Progress, silent
from rubricator.rdf import now
from rubricator.settings import Settings

if TYPE_CHECKING:
    from torch import Tensor

_CALIBRATABLE = 2
_DECODERS = 2


def train_finetuned(
    on: Path, output: Path, settings: Settings, terms: Terms, plan: Plan, progress: Progress = silent
) -> Trained:
    """Teach tower and head by the labelled pictures of ``on``; write a folder for ``--model`` and ``--head`` alike.

    The repositories of one fold are held out: they say when to stop and how sure the head may be, and teach nothing.
    Killed at any moment, it goes on from its last checkpoint. Raises UsageError where the data set, the model or the
    checkpoint cannot be used.
    """
    started = now()
    lesson = prepare(on, output, settings, terms, {"method": "finetune", **asdict(plan)})
    concepts, base, start = lesson.prompts.concepts, lesson.model, lesson.start
    with measured_energy() as energy:
        seen = see([*lesson.images, *lesson.apart], base, settings, progress)
        unreadable = lesson.told(seen.unreadable)
        readable = frozenset(seen.images)
        images = [image for image in lesson.images if image in readable]
        apart = [image for image in lesson.apart if image in readable]
        fold = _held_out(images, held_out_folds(images, lesson.taught, _CALIBRATABLE))
        learn, ask = ([images[number] for number in part] for part in (fold.learn, fold.ask))
        learning = unlock(base.clip, plan.blocks)
        before = {name: weight.detach().clone() for name, weight in learning.items()}

        def watched(head: Linear) -> tuple[float, float]:
            return _loss_and_accuracy(_features(base, ask, settings), head, ask, concepts)

        tuned = finetune(
            base.clip,
            learning,
            start,
            learn,
            concepts,
            plan,
            Place(output, lesson.key),
            watched if ask else None,
            progress,
        )

        @cache
        def features(alpha: float) -> "tuple[Tensor, Tensor]":
            put_weights(learning, before, tuned, alpha)
            return _features(base, ask, settings), _features(base, apart, settings)

        held_out = Asked(ask, lambda alpha: between(start, tuned.head, alpha).logits(features(alpha)[0]))
        evaluate = Asked(apart, lambda alpha: between(start, tuned.head, alpha).logits(features(alpha)[1]))
        standing = {
            "held out": held_out.standings(concepts, terms.alpha),
            "to evaluate": evaluate.standings(concepts, terms.alpha),
        }
        head = between(start, tuned.head, terms.alpha)
        put_weights(learning, before, tuned, terms.alpha)
        settled = {"method": "finetune", "key": lesson.key, "alpha": terms.alpha, "step": tuned.step, **asdict(plan)}
        learned = Learned(lesson.dataset, learn, unreadable, len(ask))
    course = Course(started, now(), energy.kwh)
    commit = running_software(settings.commit).commit
    training = training_part(base, lesson.prompts, learned, course, settled, commit)
    training["looks"] = [asdict(look) for look in tuned.looks]
    # What the base had learned is still in the weights, and the pictures held out chose the step.
    before_that = [*base.card.content.get("training", {}).get("sources", ())] if base.card else []
    of_model = {**training, "sources": [*training["sources"], *before_that]}
    pictures = [image.sha256 for image in (*learn, *ask)] + sorted(earlier([], [model_folder(settings)]).pictures)
    model = write_model(output, base.clip, base, settings.model, {"training": of_model})
    training["tuned"] = {"name": model.identity.name, "weights_sha256": model.identity.weights_sha256}
    calibration = calibrate(head, model, concepts, held_out, terms.alpha, lesson.dataset.sha256)
    told = {
        "calibration": calibration.content() if calibration else None,
        "standing": told_standing(standing),
        "training": training,
    }
    written = write_trained(output, head, model, concepts, told, pictures, settings.iris)
    remove_checkpoint(output)
    return Trained(output, written, terms.alpha, standing, calibration, len(learn), unreadable, lesson.notes)


def _held_out(images: Sequence[LabelledImage], parts: Sequence[Fold]) -> Fold:
    """The fold whose pictures to ask about show the most concepts; all is for learning where there is none."""
    everything = Fold(tuple(range(len(images))), ())
    return max(parts, key=lambda fold: _shown(images, fold), default=everything)


def _shown(images: Sequence[LabelledImage], fold: Fold) -> tuple[int, int]:
    return len({concept for number in fold.ask for concept in images[number].concepts}), len(fold.ask)


def _features(model: ClipModel, images: Sequence[LabelledImage], settings: Settings) -> "Tensor":
    """float32 (n, dimension), as the tower sees the pictures now; decoded ahead, no larger than a run would."""
    import torch

    def prepared(image: LabelledImage) -> "Tensor":
        return model.prepare(image.picture(model.image_size, settings.image_max_pixels))

    parts = []
    with closing(ahead(prepared, images, 2 * settings.batch_size, _DECODERS)) as ready:
        while some := list(islice(ready, settings.batch_size)):
            parts.append(model.encode_images(torch.stack(some)))
    return torch.cat(parts) if parts else torch.zeros(0, model.identity.dimension)


def _loss_and_accuracy(
    features: "Tensor", head: Linear, images: Sequence[LabelledImage], concepts: Sequence[str]
) -> tuple[float, float]:
    import torch

    logits = Linear(head.weight.detach().cpu(), head.bias.detach().cpu()).logits(features)
    weights = torch.tensor(draw_weights(images))
    wanted = targets(images, concepts)
    right = [concepts[best] == image.concept for best, image in zip(logits.argmax(dim=1).tolist(), images, strict=True)]
    return float(weighted_loss(logits, wanted, weights)), sum(right) / len(right)
