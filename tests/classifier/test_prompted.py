"""Prompts, features and scores of the shipped model."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from rubricator.classifier import Classifier, ClipModel, ModelError, concept_features
from rubricator.classifier.deciding import CalibrationError
from rubricator.classifier.head import write_head
from rubricator.iris import Iris
from rubricator.vocabulary import PromptSet, load_vocabulary

if TYPE_CHECKING:
    from torch import Tensor

torch = pytest.importorskip("torch", reason="the extra 'clip' is not installed")


@pytest.fixture(scope="module")
def classifier(lite: ClipModel, prompts: PromptSet) -> Classifier:
    return Classifier(lite, prompts)


def see(model: ClipModel, *pictures: Image.Image) -> "Tensor":
    return model.encode_images(torch.stack([model.prepare(picture) for picture in pictures]))


def test_a_concepts_feature_is_the_normalised_mean_of_its_prompts(lite: ClipModel) -> None:
    two = PromptSet("two", "en", {"map": ("a map", "an old map of a town"), "toy": ("a teddy bear",)})

    features = concept_features(lite, two)

    mean = lite.encode_texts(two.prompts["map"]).mean(dim=0)
    assert torch.allclose(mean / mean.norm(), features[0], atol=1e-6)
    assert torch.allclose(lite.encode_texts(["a teddy bear"])[0], features[1], atol=1e-6)


def test_scores_cover_all_concepts_best_first_and_leave_a_plain_picture_to_none_of_them(
    classifier: Classifier, lite: ClipModel, prompts: PromptSet
) -> None:
    for scores in classifier.scores(see(lite, Image.new("RGB", (50, 50), "red"), Image.new("RGB", (50, 50), "blue"))):
        assert set(prompts.prompts) == {score.concept for score in scores}
        assert sum(score.confidence for score in scores) < 0.5  # the rest says that one colour is none of them
        assert sorted(scores, key=lambda score: -score.confidence) == list(scores)
        assert all(-1 <= score.raw_score <= 1 for score in scores)


def test_independent_scores_need_not_add_up_and_keep_the_order(classifier: Classifier, lite: ClipModel) -> None:
    features = see(lite, Image.new("RGB", (50, 50), "red"))

    (together,), (alone,) = classifier.scores(features), classifier.independent_scores(features)

    assert [score.concept for score in together] == [score.concept for score in alone]
    assert all(0 <= score.confidence <= 1 for score in alone)
    assert sum(score.confidence for score in alone) != pytest.approx(1.0)


def test_what_is_none_of_the_concepts_competes_and_is_never_a_score(lite: ClipModel) -> None:
    plain = PromptSet("plain", "en", {"map": ("an old map",), "toy": ("a teddy bear",)})
    strict = replace(plain, others=("a page of printed text", "a blank sheet"))
    features = lite.encode_texts(["an old map", "a page of printed text"])

    alone, competing = Classifier(lite, plain), Classifier(lite, strict)

    assert (2, 2) == alone.logits(features).shape
    assert (2, 3) == competing.logits(features).shape
    assert ("map", "toy") == competing.concepts
    assert competing.confidences(features)[1].sum() < 0.5 < alone.confidences(features)[1].sum()
    assert all(len(scores) == 2 for scores in competing.scores(features))


def test_a_calibration_is_taken_for_its_own_words_only(classifier: Classifier, lite: ClipModel) -> None:
    own = PromptSet("own", "en", {slug: (f"a {slug}",) for slug in classifier.concepts})

    assert classifier.calibration is not None
    assert Classifier(lite, own).calibration is None
    with pytest.raises(CalibrationError, match="another model, prompt set or head"):
        Classifier(lite, own, calibration=classifier.calibration)


def test_a_head_decides_by_its_rows_and_is_not_calibrated_by_the_prompts(
    classifier: Classifier, lite: ClipModel, prompts: PromptSet, tmp_path: Path
) -> None:
    row = torch.nn.functional.normalize(torch.ones(1, lite.identity.dimension), dim=1)
    card = {"concepts": ["map", "toy"], "model_key": lite.features_key}
    head = write_head(tmp_path / "head", "own", card, torch.cat([row, -row]), torch.zeros(2))

    decided = Classifier(lite, prompts, head)

    assert ("map", "toy") == decided.concepts
    assert [1.0, -1.0] == pytest.approx(decided.cosines(row)[0].tolist(), abs=1e-5)
    assert "map" == decided.scores(row)[0][0].concept
    assert decided.calibration is None
    assert decided.key != classifier.key


@pytest.mark.parametrize(
    ("card", "sentence"),
    [
        ({"concepts": ["map"], "model_key": "of another model"}, "features of another model"),
        ({"concepts": ["medal"]}, "knows medal, which the vocabulary has not"),
    ],
)
def test_a_head_of_another_model_or_vocabulary_is_refused(
    lite: ClipModel, prompts: PromptSet, tmp_path: Path, card: dict[str, object], sentence: str
) -> None:
    content = {"model_key": lite.features_key, **card}
    head = write_head(tmp_path / "head", "own", content, torch.ones(1, lite.identity.dimension), torch.zeros(1))

    with pytest.raises(ModelError, match=sentence):
        Classifier(lite, prompts, head)


def test_prompts_lie_nearest_to_their_own_concept(classifier: Classifier, lite: ClipModel, prompts: PromptSet) -> None:
    texts = [(slug, text) for slug, prompted in prompts.prompts.items() for text in prompted]
    nearest = (lite.encode_texts([text for _, text in texts]) @ classifier.features.T).argmax(dim=1).tolist()

    right = sum(list(prompts.prompts)[best] == slug for best, (slug, _) in zip(nearest, texts, strict=True))
    assert right / len(texts) > 0.95


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("two porcelain vases with flowers", "ceramics"),
        ("a wooden armchair in the corner of a room", "furniture"),
        ("a coloured plan of a city", "map"),
        ("this sword belonged to a knight", "weaponry"),
        ("gold necklace with pearls", "jewellery"),
    ],
)
def test_wordings_that_were_never_trained_find_their_concept(
    classifier: Classifier, lite: ClipModel, prompts: PromptSet, text: str, concept: str
) -> None:
    best = int((lite.encode_texts([text]) @ classifier.features.T).argmax())

    assert concept == list(prompts.prompts)[best]


def test_the_same_picture_always_has_the_same_scores(classifier: Classifier, lite: ClipModel) -> None:
    picture = Image.effect_noise((300, 200), 60).convert("RGB")

    assert classifier.scores(see(lite, picture)) == classifier.scores(see(lite, picture))


@pytest.mark.parametrize("picture", ["page", "coins", "rocket"])
def test_real_photographs_are_classified(
    classifier: Classifier, lite: ClipModel, prompts: PromptSet, picture: str
) -> None:
    data = pytest.importorskip("skimage.data", reason="scikit-image is not installed")
    (scores,) = classifier.scores(see(lite, Image.fromarray(getattr(data, picture)()).convert("RGB")))

    assert scores[0].concept in prompts.prompts
    assert scores[0].confidence > 1 / len(prompts.prompts)


def test_unseen_sources_are_classified_above_chance(classifier: Classifier, lite: ClipModel, heritage: Path) -> None:
    from rubricator.classifier.dataset import read_dataset
    from rubricator.images import decode

    dataset = read_dataset(heritage, load_vocabulary(Iris("http://rubricator.test")).concepts)
    images = [image for image in dataset.images if image.use == "evaluate"][::5]
    features = see(lite, *(decode(image.file, 10_000_000, lite.image_size) for image in images))

    right = sum(
        scores[0].concept == image.concept for scores, image in zip(classifier.scores(features), images, strict=True)
    )
    assert right / len(images) > 0.15
