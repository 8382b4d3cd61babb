"""An image tower and its head while they learn: one step at a time, in as many portions as memory asks for."""

import copy
import logging
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rubricator.classifier.backends.portions import is_out_of_memory
from rubricator.classifier.errors import ModelError
from rubricator.classifier.training.linear import Linear, against_each_other

if TYPE_CHECKING:
    from torch import Tensor

log = logging.getLogger(__name__)
_WARM_UP = 0.1
_HEAD_FASTER = 30.0
_LARGEST_GRADIENT = 1.0
_HEAD = ("concepts.weight", "concepts.bias")


class Learner:
    """``encode`` turns pictures into unit features; ``learning`` are the weights in it that learn, by name.

    The head begins at ``start`` and moves in units of its own length, so that one learning rate does for every model;
    its ``rows`` (1 or 0 for each concept) move as ``against_each_other`` says.
    """

    def __init__(
        self,
        encode: Any,
        learning: Mapping[str, "Tensor"],
        start: Linear,
        rows: "Tensor",
        rate: float,
        at_once: int,
    ) -> None:
        import torch

        self._encode = encode
        self._device = next(iter(learning.values())).device
        self._start = Linear(start.weight.to(self._device), start.bias.to(self._device))
        self._rows = rows.to(self._device)
        self._length = float(start.weight.norm(dim=1).mean())
        moved = (torch.zeros_like(self._start.weight), torch.zeros_like(self._start.bias))
        self._head = {name: part.requires_grad_() for name, part in zip(_HEAD, moved, strict=True)}
        self._learning = dict(learning)
        self._rates = (rate, rate * _HEAD_FASTER)
        self._optimiser = torch.optim.AdamW(
            [{"params": list(learning.values())}, {"params": list(self._head.values())}], lr=rate, weight_decay=0.0
        )
        self._at_once = at_once

    @property
    def head(self) -> Linear:
        """The head as it is now, on the device."""
        weight, bias = (self._head[name] for name in _HEAD)
        moved = against_each_other(weight, self._rows), against_each_other(bias[:, None], self._rows)[:, 0]
        return Linear(self._start.weight + self._length * moved[0], self._start.bias + self._length * moved[1])

    def weights(self) -> dict[str, "Tensor"]:
        """Copies of all that learns, by name, on the processor."""
        return {name: weight.detach().cpu().clone() for name, weight in {**self._learning, **self._head}.items()}

    def put(self, weights: Mapping[str, "Tensor"]) -> None:
        """Take on weights that ``weights`` once gave."""
        import torch

        with torch.no_grad():
            for name, weight in {**self._learning, **self._head}.items():
                weight.copy_(weights[name])

    def state(self) -> dict[str, Any]:
        """A copy of all that decides how it learns on, for a checkpoint."""
        optimiser = copy.deepcopy(self._optimiser.state_dict())
        return {"weights": self.weights(), "optimiser": optimiser, "at_once": self._at_once}

    def resume(self, state: Mapping[str, Any]) -> None:
        """Go on from what ``state`` gave."""
        self.put(state["weights"])
        self._optimiser.load_state_dict(state["optimiser"])
        self._at_once = state["at_once"]

    def step(self, pictures: "Tensor", targets: "Tensor", done: float) -> None:
        """Learn from one batch, float32 (n, 3, height, width), with rows of ``targets`` that add up to 1.

        ``done`` is the share of all steps that were made. Where memory runs out, half as many pictures are looked at
        at a time, from then on; the gradient is that of the whole batch all the same. Raises ModelError if there is no
        room for one, or the loss is no number any more.
        """
        import torch

        for group, rate in zip(self._optimiser.param_groups, self._rates, strict=True):
            group["lr"] = rate * _schedule(done)
        while not self._tried(pictures, targets):
            if self._at_once == 1:
                raise ModelError(
                    "There is too little memory to train with a single picture at a time; "
                    "train fewer blocks (--blocks 1), a smaller model, or --method probe."
                )
            self._at_once = max(1, min(self._at_once, len(pictures)) // 2)
            log.warning("Out of memory in training; going on with %d pictures at a time.", self._at_once)
            if self._device.type == "cuda":
                torch.cuda.empty_cache()
        torch.nn.utils.clip_grad_norm_(self._learning.values(), _LARGEST_GRADIENT)
        self._optimiser.step()

    def _tried(self, pictures: "Tensor", targets: "Tensor") -> bool:
        """Whether the gradient of the batch could be had, in portions, with the memory there is."""
        import torch

        self._optimiser.zero_grad()
        half = self._device.type == "cuda" and torch.cuda.is_bf16_supported()
        try:
            for start in range(0, len(pictures), self._at_once):
                part = slice(start, start + self._at_once)
                with torch.autocast(self._device.type, torch.bfloat16, enabled=half):
                    features = self._encode(pictures[part].to(self._device))
                logits = self.head.logits(features.float())
                each = torch.nn.functional.cross_entropy(logits, targets[part].to(self._device), reduction="sum")
                loss = each / len(pictures)
                if not loss.isfinite():
                    raise ModelError(
                        "The loss is no number any more; train again with a lower --rate, "
                        "and verify the model (`rubricator models verify`)."
                    )
                torch.autograd.backward(loss)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            return False
        return True


def _schedule(done: float) -> float:
    """The share of the learning rate at a point of the way: a short rise, then down along a cosine."""
    return min(1.0, (done + 1e-3) / _WARM_UP) * 0.5 * (1 + math.cos(math.pi * done))
