"""On pictures of which half is object and half is empty, the heat map lies on the object."""

import csv
import random
from pathlib import Path
from statistics import mean

import pytest
from PIL import Image

from rubricator.classifier import Classifier, ClipModel, load_model
from rubricator.classifier.explaining.explain import Explanation, explain
from rubricator.classifier.explaining.heatmap import Values
from rubricator.vocabulary import PromptSet
from tests.classifier.explaining.composing import GROUNDS, HALVES, SIDES, compose, drawn, share

torch = pytest.importorskip("torch", reason="the extra 'clip' is not installed")


@pytest.fixture(scope="module")
def classifier(lite: ClipModel, prompts: PromptSet) -> Classifier:
    return Classifier(lite, prompts)


def mapped(explanation: Explanation) -> Values:
    assert explanation.heat_map is not None, explanation.without_map
    return explanation.heat_map.values


def cut_outs(heritage: Path, count: int) -> list[tuple[str, Image.Image]]:
    """So many labelled pictures, as many of each concept."""
    with (heritage / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["concept"]]
    rng = random.Random(0)  # noqa: S311 - drawn the same each time
    concepts = sorted({row["concept"] for row in rows})
    chosen = [
        rng.choice([row for row in rows if row["concept"] == concepts[place % len(concepts)]]) for place in range(count)
    ]
    return [(row["concept"], Image.open(heritage / row["path"])) for row in chosen]


@pytest.mark.parametrize("ground", GROUNDS)
def test_the_map_lies_on_the_half_where_something_is_drawn(classifier: Classifier, ground: str) -> None:
    shares = []
    for side in SIDES:
        composed = drawn("vase", side, ground)
        shares.append(share(mapped(explain(classifier, classifier.scores, composed.picture, "drawing")), composed.half))

    assert 0.6 < min(shares), shares
    assert 0.75 < mean(shares), shares


def test_the_map_lies_on_the_half_where_a_real_object_is(classifier: Classifier, heritage: Path) -> None:
    rng = random.Random(1)  # noqa: S311 - drawn the same each time
    shares = []
    for concept, cut_out in cut_outs(heritage, 16):
        composed = compose(cut_out, rng.choice(SIDES), rng.choice(GROUNDS), rng)
        shares.append(share(mapped(explain(classifier, classifier.scores, composed.picture, concept)), composed.half))

    assert 0.8 < mean(shares), shares
    assert len(shares) - 1 <= sum(one > 0.5 for one in shares), shares


def test_of_two_objects_the_map_lies_on_the_one_that_is_asked_for(classifier: Classifier, heritage: Path) -> None:
    objects = cut_outs(heritage, 8)
    shares = []
    for (left, one), (right, other) in zip(objects[::2], objects[1::2], strict=True):
        picture = Image.new("RGB", (448, 224))
        picture.paste(one.resize((224, 224)), (0, 0))
        picture.paste(other.resize((224, 224)), (224, 0))
        for concept, side in ((left, "left"), (right, "right")):
            shares.append(share(mapped(explain(classifier, classifier.scores, picture, concept)), HALVES[side]))

    assert 0.85 < mean(shares), shares
    assert len(shares) - 1 <= sum(one > 0.5 for one in shares), shares


def test_weights_that_learned_nothing_give_another_map(prompts: PromptSet) -> None:
    """The sanity check of Adebayo et al. 2018: a map that survives random weights shows edges, not reasons."""
    model = load_model("rubricator-lite", "cpu")
    classifier = Classifier(model, prompts)
    pictures = [drawn("vase", side, ground).picture for side in SIDES for ground in GROUNDS]
    learned = [mapped(explain(classifier, classifier.scores, picture, "drawing")) for picture in pictures]
    torch.manual_seed(0)
    with torch.no_grad():
        for layer in (model.clip.visual.head, model.clip.visual.trunk.conv_head):
            for weights in layer.parameters():
                weights.normal_(std=float(weights.std()))

    random_ones = [explain(classifier, classifier.scores, picture, "drawing").heat_map for picture in pictures]

    alike = [_rank_correlation(one, other.values) for one, other in zip(learned, random_ones, strict=True) if other]
    # Maps of any weights are alike in the half that is empty.
    assert mean(alike) < 0.6, alike


def _rank_correlation(one: Values, other: Values) -> float:
    """Spearman's: equal values, such as the zeros of a map, share a rank."""
    ranks = []
    for values in (one, other):
        flat = torch.tensor(values).flatten()
        ranks.append((flat[:, None] > flat).float().sum(dim=1) + 0.5 * (flat[:, None] == flat).float().sum(dim=1))
    return float(torch.corrcoef(torch.stack(ranks))[0, 1])
