"""A linear head in the making: the arithmetic on its weights, and the steps that improve it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rubricator.classifier.errors import ModelError

if TYPE_CHECKING:
    from torch import Tensor

_REMEMBERED = 10


@dataclass(frozen=True, slots=True)
class Linear:
    """Logits are ``features @ weight.T + bias``: ``weight`` float32 (concepts, dimension), ``bias`` (concepts,)."""

    weight: "Tensor"
    bias: "Tensor"

    def logits(self, features: "Tensor") -> "Tensor":
        """float32 (n, dimension) → (n, concepts)."""
        return features @ self.weight.T + self.bias


def prompted_start(concept_features: "Tensor", scale: float) -> Linear:
    """The head that answers as the prompts do: their unit features (concepts, dimension) times the logit scale."""
    import torch

    return Linear(scale * concept_features, torch.zeros(len(concept_features)))


def between(start: Linear, end: Linear, alpha: float) -> Linear:
    """The way from ``start`` (0) to ``end`` (1) in weight space (WiSE-FT, Wortsman et al. 2022)."""
    return Linear(start.weight.lerp(end.weight, alpha), start.bias.lerp(end.bias, alpha))


def weighted_loss(logits: "Tensor", targets: "Tensor", weights: "Tensor") -> "Tensor":
    """Cross-entropy with the rows of ``targets``, the mean under ``weights`` (n,)."""
    from torch.nn.functional import cross_entropy

    each = cross_entropy(logits, targets, reduction="none")
    return (each * weights).sum() / weights.sum()


def taught(targets: "Tensor") -> "Tensor":
    """float32 (concepts,): 1 for each concept that some row of ``targets`` prefers to others."""
    indifferent = (targets == targets[:, :1]).all(dim=1, keepdim=True)
    return ((targets > 0) & ~indifferent).any(dim=0).float()


def against_each_other(moved: "Tensor", rows: "Tensor") -> "Tensor":
    """What is left of a movement (concepts, any) if only these ``rows`` (1 or 0) may move, and not all the same way.

    Nothing was seen of the other concepts. Whatever the taught ones have in common would win against them, and be
    claimed of their pictures; between the taught ones it makes no difference.
    """
    common = (moved * rows[:, None]).sum(dim=0) / rows.sum().clamp(min=1)
    return (moved - common) * rows[:, None]


def descend(
    start: Linear, features: "Tensor", targets: "Tensor", weights: "Tensor", strength: float
) -> Iterator[Linear]:
    """Improve a head by L-BFGS and yield it after every step, without end; the steps that follow cost nothing unasked.

    Minimises the weighted loss plus ``strength`` times the squared distance from ``start``: with few labels the head
    stays where the prompts put it. Rows move as ``against_each_other`` says. Nothing in it is random. Raises ModelError
    where the loss is no number any more.
    """
    import torch

    rows = taught(targets)
    way = torch.zeros(start.weight.shape[0], start.weight.shape[1] + 1, requires_grad=True)
    optimiser = torch.optim.LBFGS([way], max_iter=1, history_size=_REMEMBERED, line_search_fn="strong_wolfe")

    def gone() -> Linear:
        moved = against_each_other(way, rows)
        return Linear(start.weight + moved[:, :-1], start.bias + moved[:, -1])

    def loss() -> float:
        optimiser.zero_grad()
        total = weighted_loss(gone().logits(features), targets, weights) + strength * way.square().sum()
        if not total.isfinite():
            raise ModelError("The loss is no number any more; look for damaged features: clear the feature cache.")
        torch.autograd.backward(total)
        return float(total.detach())

    while True:
        optimiser.step(loss)  # type: ignore[no-untyped-call]
        now = gone()
        yield Linear(now.weight.detach().clone(), now.bias.detach().clone())
