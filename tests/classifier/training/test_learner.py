"""One step of learning is the same in one portion or many, and ends in a sentence where it cannot be made."""

from typing import TYPE_CHECKING

import pytest

from rubricator.classifier import ModelError
from rubricator.classifier.training.learner import Learner
from rubricator.classifier.training.linear import Linear

if TYPE_CHECKING:
    from torch import Tensor

torch = pytest.importorskip("torch", reason="the extra 'clip' is not installed")


class SmallTower:
    """Projects pictures of 2 x 2 pixels into four dimensions; there is memory for ``room`` of them at a time."""

    def __init__(self, room: int = 100) -> None:
        self.weight = torch.nn.Parameter(torch.eye(4, 12) / 2)
        self.room = room
        self.seen: list[int] = []

    def __call__(self, pictures: "Tensor") -> "Tensor":
        self.seen.append(len(pictures))
        if len(pictures) > self.room:
            raise RuntimeError("CUDA out of memory. Tried to allocate 20.00 GiB")
        features: Tensor = torch.nn.functional.normalize(pictures.flatten(1) @ self.weight.T, dim=1)
        return features


def learner(tower: SmallTower, at_once: int = 8) -> Learner:
    return Learner(
        tower, {"weight": tower.weight}, Linear(10 * torch.eye(3, 4), torch.zeros(3)), torch.ones(3), 1e-2, at_once
    )


def batch() -> "tuple[Tensor, Tensor]":
    chance = torch.Generator().manual_seed(1)
    return torch.rand(8, 3, 2, 2, generator=chance), torch.eye(3)[torch.arange(8) % 3]


def test_short_of_memory_half_as_many_are_looked_at_and_the_step_is_the_same() -> None:
    roomy, narrow = SmallTower(), SmallTower(room=3)
    one, other = learner(roomy), learner(narrow)

    one.step(*batch(), done=0.2)
    other.step(*batch(), done=0.2)
    other.step(*batch(), done=0.3)

    assert [8] == roomy.seen
    assert [8, 4, 2, 2, 2, 2, 2, 2, 2, 2] == narrow.seen
    one.step(*batch(), done=0.3)
    for name, weight in one.weights().items():
        assert torch.allclose(weight, other.weights()[name], atol=1e-6)


def test_too_little_memory_for_one_picture_is_a_sentence() -> None:
    with pytest.raises(ModelError, match="too little memory to train with a single picture"):
        learner(SmallTower(room=0)).step(*batch(), done=0.2)


def test_a_loss_that_is_no_number_is_a_sentence() -> None:
    pictures, targets = batch()
    pictures[0, 0, 0, 0] = float("nan")

    with pytest.raises(ModelError, match="no number any more"):
        learner(SmallTower()).step(pictures, targets, done=0.2)


def test_other_failures_are_not_taken_for_a_want_of_memory() -> None:
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
        learner(SmallTower()).step(torch.rand(8, 1, 2, 2), batch()[1], done=0.2)


def test_a_learner_goes_on_from_its_state_as_if_nothing_had_been() -> None:
    one, other = learner(SmallTower()), learner(SmallTower())
    one.step(*batch(), done=0.2)

    other.resume(one.state())
    for each in (one, other):
        each.step(*batch(), done=0.4)

    for name, weight in one.weights().items():
        assert torch.equal(weight, other.weights()[name])
