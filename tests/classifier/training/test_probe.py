"""A head that starts at the prompts goes only as far as labels of unseen repositories say."""

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rubricator.classifier import ModelError
from rubricator.classifier.dataset import LabelledImage
from rubricator.classifier.training.linear import Linear, between, descend, prompted_start
from rubricator.classifier.training.material import targets
from rubricator.classifier.training.probe import fit_probe

if TYPE_CHECKING:
    from torch import Tensor

torch = pytest.importorskip("torch", reason="the extra 'clip' is not installed")

CONCEPTS = ("map", "toy", "coin")


def labelled(concept: str, repository: str) -> LabelledImage:
    return LabelledImage(
        Path(f"{concept}-{repository}.jpg"), (concept,) if concept else (), "s", repository, "train", ""
    )


def start() -> Linear:
    """Prompts that point to the first three of eight dimensions."""
    return prompted_start(torch.eye(3, 8), 10.0)


def material(repositories: str = "abcd", each: int = 4) -> "tuple[Tensor, list[LabelledImage]]":
    """Pictures of maps and toys that really lie in dimensions that the prompts do not know, with some noise."""
    chance = torch.Generator().manual_seed(3)
    images = [labelled(concept, repository) for repository in repositories for concept in ("map", "toy")] * each
    centres = {"map": torch.eye(8)[4], "toy": torch.eye(8)[5]}
    features = torch.stack([centres[image.concept] for image in images])
    return torch.nn.functional.normalize(features + 0.3 * torch.randn(features.shape, generator=chance), dim=1), images


def test_what_prompts_do_not_see_is_learned_and_measured_on_repositories_left_out() -> None:
    features, images = material()

    probe = fit_probe(features, images, CONCEPTS, start(), most_steps=12)

    labels = torch.tensor([CONCEPTS.index(images[number].concept) for number in probe.held_out.numbers])
    prompted, learned = (probe.held_out.logits(features, start(), alpha).argmax(dim=1) for alpha in (0, 1))
    assert len(images) == len(set(probe.held_out.numbers))
    assert (prompted == labels).float().mean() < 0.7
    assert (learned == labels).float().mean() > 0.95


def test_no_fold_learns_from_a_repository_that_it_is_asked_about() -> None:
    features, images = material()

    for fold in fit_probe(features, images, CONCEPTS, start(), most_steps=12).held_out.folds:
        learned, asked = ({images[number].repository for number in part} for part in (fold.learn, fold.ask))
        assert learned
        assert asked
        assert set() == learned & asked


def test_a_concept_without_pictures_keeps_its_prompts_row() -> None:
    features, images = material()

    head = fit_probe(features, images, CONCEPTS, start(), most_steps=12).head

    assert torch.equal(start().weight[2], head.weight[2])
    assert 0 == head.bias[2]
    assert not torch.equal(start().weight[0], head.weight[0])


def test_taught_concepts_win_nothing_together_from_those_that_are_not() -> None:
    features, images = material()

    head = fit_probe(features, images, CONCEPTS, start(), most_steps=12).head

    moved = head.weight - start().weight
    assert torch.allclose(moved[0], -moved[1], atol=1e-5)
    assert 0 == pytest.approx(float(head.bias.sum()), abs=1e-5)


def test_the_more_strongly_a_head_is_held_the_nearer_it_stays_to_its_prompts() -> None:
    features, images = material()

    gone = []
    for strength in (1e-4, 1e-2, 1.0):
        steps = descend(start(), features, targets(images, CONCEPTS), torch.ones(len(images)), strength)
        gone.append(float((next(islice(steps, 10, None)).weight - start().weight).norm()))

    assert gone == sorted(gone, reverse=True)
    assert gone[2] < gone[0] / 10


def test_the_same_pictures_give_the_same_head() -> None:
    features, images = material()

    one, two = (fit_probe(features, images, CONCEPTS, start(), most_steps=12) for _ in range(2))

    assert torch.equal(one.head.weight, two.head.weight)
    assert (one.strength, one.steps) == (two.strength, two.steps)


def test_one_repository_is_learned_from_and_nothing_is_held_out() -> None:
    features, images = material("a")

    probe = fit_probe(features, images, CONCEPTS, start(), most_steps=12)

    assert () == probe.held_out.numbers
    assert (probe.head.logits(features).argmax(dim=1) < 2).all()


def test_repositories_that_taught_the_model_itself_are_not_asked_about() -> None:
    features, images = material()

    probe = fit_probe(features, images, CONCEPTS, start(), {"a", "b"}, most_steps=12)

    assert {"c", "d"} == {images[number].repository for number in probe.held_out.numbers}


def test_pictures_of_no_concept_make_a_head_less_sure_of_them() -> None:
    features, images = material()
    blank = torch.nn.functional.normalize(torch.eye(8)[4] + torch.eye(8)[6], dim=0)
    blanks = [labelled("", repository) for repository in "abcd"] * 4
    more = torch.cat([features, blank.expand(len(blanks), -1)])

    without, with_blanks = (
        fit_probe(seen, taught, CONCEPTS, start(), most_steps=12).head
        for seen, taught in ((features, images), (more, images + blanks))
    )

    assert with_blanks.logits(blank[None]).softmax(dim=1).max() < without.logits(blank[None]).softmax(dim=1).max()


def test_features_that_are_no_numbers_are_refused_with_their_picture() -> None:
    features, images = material()
    features[3, 2] = float("nan")

    with pytest.raises(ModelError, match=r"features of 1 pictures are no numbers \(toy-b"):
        fit_probe(features, images, CONCEPTS, start(), most_steps=12)


def test_half_way_between_two_heads_lies_the_mean_of_their_weights() -> None:
    one, other = start(), Linear(torch.ones(3, 8), torch.ones(3))

    middle = between(one, other, 0.5)

    assert torch.allclose((one.weight + other.weight) / 2, middle.weight)
    assert [0.5] * 3 == middle.bias.tolist()
