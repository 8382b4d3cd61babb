"""Teaches the image tower together with its head, watched on repositories left out; goes on where it was killed."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rubricator.classifier.dataset import LabelledImage, draw_weights
from rubricator.classifier.training.augment import Drawn, chance_of
from rubricator.classifier.training.checkpoint import read_checkpoint, write_checkpoint
from rubricator.classifier.training.learner import Learner
from rubricator.classifier.training.linear import Linear, taught
from rubricator.classifier.training.material import targets
from rubricator.progress import Progress, silent

if TYPE_CHECKING:
    from torch import Tensor

log = logging.getLogger(__name__)
STEPS = 300
_LOADERS_BESIDE_A_CARD = 8


@dataclass(frozen=True, slots=True)
class Plan:
    """How a tower is taught. ``blocks`` are the last groups of its layers (None: all), ``batch`` the pictures a step.

    After every ``watch`` steps the pictures held out are looked at and a checkpoint is written; after ``patience`` such
    looks without gain it ends. ``rate`` is the learning rate of the tower.
    """

    seed: int = 0
    steps: int = STEPS
    blocks: int | None = 2
    batch: int = 32
    rate: float = 3e-5
    watch: int = 25
    patience: int = 4


@dataclass(frozen=True, slots=True)
class Look:
    """What pictures held out said after a step: the mean ``loss`` under fair weights, the share of right answers."""

    step: int
    loss: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Tuned:
    """What was learned: ``weights`` of the tower by name and ``head``, after the step with the least loss."""

    weights: Mapping[str, "Tensor"]
    head: Linear
    step: int
    looks: tuple[Look, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """The folder of the checkpoint, and the key of the training that it must be of."""

    folder: Path
    key: str


def finetune(
    clip: Any,
    learning: Mapping[str, "Tensor"],
    start: Linear,
    images: Sequence[LabelledImage],
    concepts: Sequence[str],
    plan: Plan,
    place: Place,
    ask: Callable[[Linear], tuple[float, float]] | None = None,
    progress: Progress = silent,
) -> Tuned:
    """Teach the weights ``learning`` of open_clip's ``clip.visual``, and a head that begins at ``start``.

    Pictures are drawn with concepts weighing equally and sources by the root of their size. ``ask`` tells loss and
    accuracy of a head on what is held out; without it the last step is the best. On one kind of processor the same
    input gives the same weights, whether it was killed in between or not. Raises ModelError, UsageError if the
    checkpoint is of another training.
    """

    def encode(pictures: "Tensor") -> "Tensor":
        features: Tensor = clip.encode_image(pictures, normalize=True)
        return features

    wanted = targets(images, concepts)
    learner = Learner(encode, learning, start, taught(wanted), plan.rate, plan.batch)
    step, looks, best = 0, list[Look](), learner.weights()
    if state := read_checkpoint(place.folder, place.key):
        learner.resume(state["learner"])
        step, looks, best = state["step"], [Look(**look) for look in state["looks"]], state["best"]
    batches = _batches(clip, images, plan, step)
    progress(step, plan.steps)
    while step < plan.steps and not _ended(looks, plan.patience):
        pictures, numbers = next(batches)
        learner.step(pictures, wanted[numbers], step / plan.steps)
        step += 1
        progress(step, plan.steps)
        if step % plan.watch and step < plan.steps:
            continue
        if ask:
            looks.append(Look(step, *ask(learner.head)))
            log.info(
                "Step %d: on what is held out, loss %.4f, accuracy %.3f.", step, looks[-1].loss, looks[-1].accuracy
            )
        if not ask or looks[-1] == _least(looks):
            best = learner.weights()
        told = [asdict(look) for look in looks]
        write_checkpoint(
            place.folder, place.key, {"step": step, "learner": learner.state(), "looks": told, "best": best}
        )
    progress(step, step)
    learner.put(best)
    head = Linear(learner.head.weight.detach().cpu(), learner.head.bias.detach().cpu())
    return Tuned({name: best[name] for name in learning}, head, _least(looks).step if looks else step, tuple(looks))


def put_weights(learning: Mapping[str, "Tensor"], start: Mapping[str, "Tensor"], tuned: Tuned, alpha: float) -> None:
    """Set the tower's weights at ``alpha`` of the way from ``start`` to ``tuned`` (WiSE-FT, Wortsman et al. 2022)."""
    import torch

    with torch.no_grad():
        for name, weight in learning.items():
            weight.copy_(start[name].lerp(tuned.weights[name], alpha))


def _batches(clip: Any, images: Sequence[LabelledImage], plan: Plan, step: int) -> "Iterator[tuple[Tensor, Tensor]]":
    """Changed pictures and their numbers from ``step`` on; each step's depend on the seed and the step alone."""
    import torch

    chances = torch.tensor(draw_weights(images), dtype=torch.float64)

    def draws() -> Iterator[list[tuple[int, int, int]]]:
        for number in range(step, plan.steps):
            chance = torch.Generator().manual_seed(chance_of(plan.seed, number))
            drawn = torch.multinomial(chances, plan.batch, replacement=True, generator=chance)
            yield [(number, place, chosen) for place, chosen in enumerate(drawn.tolist())]

    size = clip.visual.image_size
    height, width = (size, size) if isinstance(size, int) else size
    preprocessing = clip.visual.preprocess_cfg
    beside = next(clip.visual.parameters()).is_cuda
    return iter(
        torch.utils.data.DataLoader(
            Drawn(images, (height, width), preprocessing["mean"], preprocessing["std"], plan.seed),  # type: ignore[arg-type] # so will any list
            batch_sampler=draws(),
            num_workers=_LOADERS_BESIDE_A_CARD if beside else 0,
            pin_memory=beside,
        )
    )


def _ended(looks: Sequence[Look], patience: int) -> bool:
    return bool(looks) and len(looks) - 1 - looks.index(_least(looks)) >= patience


def _least(looks: Sequence[Look]) -> Look:
    return min(looks, key=lambda look: look.loss)
