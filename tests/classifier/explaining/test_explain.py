"""An explanation tells what else was considered and in which words, and what it cannot tell."""

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from rubricator.classifier import Classifier, ClipModel, ModelError
from rubricator.classifier.explaining.explain import explain
from rubricator.classifier.explaining.relevance import relevance
from rubricator.classifier.head import write_head
from rubricator.vocabulary import PromptSet
from tests.classifier.explaining.composing import HALVES, drawn, share

torch = pytest.importorskip("torch", reason="the extra 'clip' is not installed")


@pytest.fixture(scope="module")
def classifier(lite: ClipModel, prompts: PromptSet) -> Classifier:
    return Classifier(lite, prompts)


def test_the_surest_concept_is_explained_and_the_others_come_in_their_order(classifier: Classifier) -> None:
    picture = drawn("chair", "left", "textured").picture
    surest = classifier.scores(classifier.model.encode_images(classifier.model.prepare(picture)[None]))[0][0]

    explanation = explain(classifier, classifier.scores, picture)

    assert surest.concept == explanation.chosen.concept
    confidences = [one.confidence for one in (explanation.chosen, *explanation.runners_up)]
    assert sorted(confidences, reverse=True) == confidences
    assert 5 == len(explanation.runners_up)


def test_the_nearest_prompts_are_told_of_the_chosen_concept_and_of_the_best_other(
    classifier: Classifier, prompts: PromptSet
) -> None:
    explanation = explain(classifier, classifier.scores, drawn("chair", "left", "plain").picture, "toy")
    worded = [one for one in (explanation.chosen, *explanation.runners_up) if one.prompts]

    assert ["toy", explanation.runners_up[0].concept] == [one.concept for one in worded]
    for one in worded:
        cosines = [near.cosine for near in one.prompts]
        assert sorted(cosines, reverse=True) == cosines
        assert {near.prompt for near in one.prompts} <= set(prompts.prompts[one.concept])


def test_that_it_is_none_of_the_concepts_is_told_with_its_share_and_its_nearest_prompt(
    classifier: Classifier, prompts: PromptSet
) -> None:
    picture = drawn("chair", "left", "plain").picture
    features = classifier.model.encode_images(classifier.model.prepare(picture)[None])

    outside = explain(classifier, classifier.scores, picture).outside

    assert outside is not None
    assert 1 - float(classifier.confidences(features).sum()) == pytest.approx(outside.confidence, abs=1e-5)
    assert outside.prompts[0].prompt in prompts.others
    cosines = classifier.model.encode_texts(prompts.others) @ features[0]
    assert float(cosines.max()) == pytest.approx(outside.prompts[0].cosine, abs=1e-5)


def test_the_map_is_of_the_logits_that_decide(lite: ClipModel, prompts: PromptSet, classifier: Classifier) -> None:
    """A calibration that drowns all rivals but one leaves the map of the odds against that one."""
    assert classifier.calibration is not None
    chosen, rival = (classifier.concepts.index(concept) for concept in ("furniture", "ceramics"))
    one = classifier.calibration.one
    biases = tuple(0.0 if column in (chosen, rival) else -1e4 for column in range(len(one.biases)))
    calibration = replace(classifier.calibration, one=replace(one, scale=1.0, biases=biases))
    picture = drawn("chair", "right", "textured").picture

    told = explain(Classifier(lite, prompts, calibration=calibration), classifier.scores, picture, "furniture")

    prepared = lite.prepare(picture)
    expected = relevance(
        lite, prepared, lambda features: classifier.logits(features)[0, chosen] - classifier.logits(features)[0, rival]
    )
    assert told.heat_map is not None
    assert torch.allclose(expected / expected.max(), torch.tensor(told.heat_map.values), atol=1e-4)


def test_a_head_is_explained_by_its_own_weights(
    lite: ClipModel, prompts: PromptSet, classifier: Classifier, tmp_path: Path
) -> None:
    """A head whose two concepts are swapped explains the one with the map of the other."""
    concepts = ("ceramics", "furniture")
    rows = [classifier.concepts.index(concept) for concept in concepts]
    content = {"concepts": ["furniture", "ceramics"], "model_key": lite.features_key}
    head = write_head(tmp_path, "swapped", content, 30 * classifier.features[rows], torch.zeros(2))
    swapped = Classifier(lite, prompts, head)
    picture = drawn("vase", "right", "textured").picture

    explanation = explain(swapped, swapped.scores, picture)

    assert "furniture" == explanation.chosen.concept
    assert explanation.heat_map is not None
    assert 0.75 < share(explanation.heat_map.values, HALVES["right"])


def test_an_unknown_concept_is_refused_with_those_that_are_known(classifier: Classifier) -> None:
    with pytest.raises(ModelError, match=r"no concept 'vase'; it knows archaeological_site"):
        explain(classifier, classifier.scores, Image.new("RGB", (90, 60)), "vase")


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (3000, 2)])
def test_a_tiny_picture_is_explained(classifier: Classifier, size: tuple[int, int]) -> None:
    explanation = explain(classifier, classifier.scores, Image.new("RGB", size, "red"))

    assert (explanation.heat_map is None) == (explanation.without_map is not None)
    assert explanation.chosen.prompts


def test_a_picture_in_which_nothing_speaks_for_a_concept_has_no_map_and_a_sentence(
    lite: ClipModel, prompts: PromptSet, tmp_path: Path
) -> None:
    content = {"concepts": ["furniture", "ceramics"], "model_key": lite.features_key}
    silent = write_head(tmp_path, "silent", content, torch.zeros(2, lite.identity.dimension), torch.ones(2))
    classifier = Classifier(lite, prompts, silent)

    explanation = explain(classifier, classifier.scores, drawn("chair", "left", "plain").picture)

    assert explanation.heat_map is None
    assert "no place of the picture speaks for the concept" in str(explanation.without_map)
    assert explanation.runners_up


def test_a_tower_without_places_has_no_map_and_a_sentence(prompts: PromptSet, tmp_path: Path) -> None:
    from tests.classifier.explaining.test_towers import timm, untrained

    model = untrained(tmp_path / "model", **timm("tf_efficientnet_lite0", 2))
    classifier = Classifier(model, prompts)

    explanation = explain(classifier, classifier.scores, Image.new("RGB", (40, 40), "red"))

    assert explanation.heat_map is None
    assert "tells one place of a picture from another" in str(explanation.without_map)
    assert explanation.chosen.prompts
