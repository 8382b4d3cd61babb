"""The fits find what distorted logits."""

import pytest

from rubricator.classifier.deciding.scaling import fit_softmax

torch = pytest.importorskip("torch", reason="the extra 'clip' is not installed")


@pytest.mark.parametrize("temperature", [0.02, 0.1, 0.5])
def test_the_temperature_that_made_the_labels_is_found(temperature: float) -> None:
    torch.manual_seed(0)
    cosines = torch.rand(20_000, 5) - 0.5
    labels = torch.multinomial((cosines / temperature).softmax(dim=1), 1)[:, 0]

    scale, *biases = fit_softmax(cosines, torch.nn.functional.one_hot(labels, 5), torch.ones(len(labels)), None)

    assert temperature == pytest.approx(1 / float(scale), rel=0.1)
    assert [0.0] * 5 == biases
