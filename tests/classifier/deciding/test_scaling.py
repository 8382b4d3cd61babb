"""The fits find what distorted logits."""

import pytest

from rubricator.classifier.deciding.scaling import fit_softmax

torch = pytest.importorskip("torch", reason="the extra 'clip' is not installed")


@pytest.mark.parametrize("temperature", [0.02, 0.1, 0.5])
def test_the_temperature_that_made_the_labels_is_found(temperature: float) -> None:
    torch.manual_seed(0)
    cosines = torch.rand(20_000, 5) - 0.5
    labels = torch.multinomial((cosines / temperature).softmax(dim=1), 1)[:, 0]

    ones = torch.ones(len(labels))
    scale, *biases = fit_softmax(cosines, torch.nn.functional.one_hot(labels, 5), ones, None).tolist()

    assert temperature == pytest.approx(1 / scale, rel=0.1)
    assert [0.0] * 5 == biases


def test_concepts_with_pictures_win_nothing_from_those_without() -> None:
    """All pictures show one of the first two, and the logits favour the first: only that is to be learned."""
    torch.manual_seed(1)
    logits = torch.randn(2000, 5)
    labels = torch.multinomial((logits[:, :2] - torch.tensor([2.0, 0.0])).softmax(dim=1), 1)[:, 0]

    _, *biases = fit_softmax(logits, torch.nn.functional.one_hot(labels, 5), torch.ones(2000), 0.01).tolist()

    assert biases[0] < -0.5
    assert 0 == pytest.approx(sum(biases), abs=1e-6)
    assert [0.0] * 3 == biases[2:]
