"""The shipped model, loaded once, and what it is asked."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rubricator.iris import Iris
from rubricator.vocabulary import PromptSet, load_prompts, load_vocabulary

if TYPE_CHECKING:
    from rubricator.classifier import ClipModel

HERITAGE = Path(__file__).parents[2] / "../shared/heritage"


@pytest.fixture(scope="session")
def lite() -> "ClipModel":
    pytest.importorskip("open_clip", reason="the extra 'clip' is not installed")
    from rubricator.classifier import load_model

    return load_model("rubricator-lite", "cpu")


@pytest.fixture(scope="session")
def prompts() -> PromptSet:
    return load_prompts(load_vocabulary(Iris("http://rubricator.test")))


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch, free_port: int) -> None:
    """Every download meets a proxy that is not there; loopback is all that tests may talk to."""
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port}")
    pytest.importorskip("open_clip", reason="the extra 'clip' is not installed")
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)


@pytest.fixture
def heritage() -> Path:
    if not HERITAGE.exists():
        pytest.skip("the labelled pictures of ../shared/heritage are not here")
    return HERITAGE
