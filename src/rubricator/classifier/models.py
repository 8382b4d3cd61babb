"""open_clip models, loaded by name or from a folder, checked to be what they claim, and asked for features."""

import copy
import hashlib
import json
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from rubricator.classifier.backends.native import TorchTower
from rubricator.classifier.backends.portions import Portions
from rubricator.classifier.backends.tower import ImageTower
from rubricator.classifier.card import ModelCard, read_card
from rubricator.classifier.deciding import Calibration
from rubricator.classifier.errors import ModelError, require_clip
from rubricator.classifier.golden import differs, golden_picture
from rubricator.classifier.hub import hub_asked_once
from rubricator.classifier.locate import CONFIG, Location, locate
from rubricator.classifier.preparing import Preparation

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch import Tensor

_TEXTS_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Which model this is, for the record: ``weights_sha256`` is of the weights file, ``dimension`` of its features.

    ``logit_scale`` is what cosines are multiplied with before the softmax (1 / temperature); ``calibrated`` says that
    it was fitted on sources the model had not seen, so that confidences mean what they say.
    """

    name: str
    architecture: str
    weights_sha256: str
    dimension: int
    licence: str | None
    source: str | None
    calibrated: bool
    logit_scale: float


class ClipModel:
    """Two towers that put pictures and texts into one space. Made by ``load_model``."""

    def __init__(self, location: Location, weights_sha256: str, card: ModelCard | None, device: str) -> None:
        import open_clip
        import torch

        clip, transform = open_clip.create_model_from_pretrained(
            location.open_clip_name, pretrained=location.pretrained, device=device
        )
        self._clip: Any = clip.eval()
        self._prepare = Preparation(transform, clip.visual.preprocess_cfg)
        self._tokenizer = open_clip.get_tokenizer(location.open_clip_name)
        self._device = torch.device(device)
        self.tower = Portions(TorchTower(clip, self._device))
        self.card = card
        self.identity = ModelIdentity(
            name=card.name if card else location.name,
            architecture=location.architecture,
            weights_sha256=weights_sha256,
            dimension=self.encode_texts([""]).shape[1],
            licence=card.licence if card else None,
            source=card.source if card else location.source,
            calibrated=card is not None and card.calibration is not None,
            logit_scale=self._clip.logit_scale.exp().item(),
        )

    @property
    def calibration(self) -> Calibration | None:
        return self.card.calibration if self.card else None

    @property
    def logit_bias(self) -> float | None:
        """The bias of models trained with a sigmoid loss (SigLIP); None for those trained with a softmax."""
        bias = self._clip.logit_bias
        return None if bias is None else float(bias.item())

    @property
    def clip(self) -> Any:
        """open_clip's own model, for what has to look inside it."""
        return self._clip

    @property
    def on_processor(self) -> bool:
        """Whether it computes on the processor, and not on a graphics card."""
        return str(self._device.type) == "cpu"

    @property
    def resize_mode(self) -> str:
        """How a picture is made to fit the image tower: ``squash``, ``shortest`` (then cut) or ``longest`` (filled)."""
        return str(self._clip.visual.preprocess_cfg["resize_mode"])

    @property
    def image_size(self) -> int:
        """The shorter side in pixels of what the image tower sees."""
        size = self._clip.visual.image_size
        return int(size if isinstance(size, int) else min(size))

    @property
    def features_key(self) -> str:
        """What cached image features depend on: the weights and how pictures are prepared for them."""
        prepared = json.dumps(self._clip.visual.preprocess_cfg, sort_keys=True)
        return hashlib.sha256(f"{self.identity.weights_sha256}\n{prepared}".encode()).hexdigest()

    def prepare(self, picture: "Image") -> "Tensor":
        """RGB picture → float32 (3, height, width), as the image tower wants it."""
        return self._prepare(picture)

    def encode_images(self, batch: "Tensor") -> "Tensor":
        """float32 (n, 3, height, width) → float32 (n, dimension), unit length, on the CPU.

        A picture that is too much for the model may get values that are not finite. Raises MemoryError if there is no
        room for a single picture.
        """
        return self.tower(batch)

    def with_tower(self, tower: ImageTower) -> Self:
        """The same model, with something else that looks at pictures; it has to see what ``clip.visual`` sees."""
        other = copy.copy(self)
        other.tower = Portions(tower)
        return other

    def encode_texts(self, texts: Sequence[str]) -> "Tensor":
        """n texts → float32 (n, dimension), unit length, on the CPU. Texts beyond the context length are cut."""
        import torch

        with torch.inference_mode():
            parts = [
                self._clip.encode_text(
                    self._tokenizer(list(texts[start : start + _TEXTS_AT_ONCE])).to(self._device), normalize=True
                )
                for start in range(0, len(texts), _TEXTS_AT_ONCE)
            ]
            return torch.cat(parts).float().cpu()


def load_model(name: str, device: str | None = None) -> ClipModel:
    """Load a model and check that it is the one its card describes.

    ``name`` is a shipped model (``rubricator-lite``), a folder with ``open_clip_config.json`` and weights,
    ``architecture/tag`` as open_clip names them, or ``hf-hub:organisation/repository``. ``device`` is torch's name of
    one; a graphics card is used by itself where there is one.
    Raises MissingExtra without torch, ModelError if the model is unknown, cannot be had or is not what it claims.
    """
    require_clip()
    import torch

    location = locate(name)
    weights_sha256 = file_sha256(location.weights)
    card = read_card(location.folder) if location.folder else None
    if card and card.weights_sha256 != weights_sha256:
        raise ModelError(f"The weights of {name} are not those of its card ({location.weights}); fetch them again.")
    device = device or ("cuda" if torch.cuda.is_available() else "cpu")
    try:
        with hub_asked_once() if location.folder is None else nullcontext():
            model = ClipModel(location, weights_sha256, card, device)
    except Exception as error:  # each format of weights fails in a type of its own
        raise ModelError(f"open_clip cannot load {name}: {_reason(error, location.weights)}.") from error
    if card:
        _check(model, card)
    return model


def _reason(error: Exception, weights: Path) -> str:
    """What open_clip means, in a sentence that says what to do."""
    said = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".: ")
    if isinstance(error, RuntimeError) and "state_dict" in said:
        return f"the weights in {weights} are those of another model; fetch them again, or correct its {CONFIG}"
    if type(error).__name__ in ("SafetensorError", "UnpicklingError", "EOFError"):
        return f"the weights in {weights} are cut off or damaged ({said}); fetch them again"
    return said


def _check(model: ClipModel, card: ModelCard) -> None:
    image = model.encode_images(model.prepare(golden_picture())[None])[0].tolist()
    text = model.encode_texts([card.golden.prompt])[0].tolist()
    if tower := differs(card.golden, image, text):
        raise ModelError(
            f"{card.name} does not see what its card says (its {tower} features differ): "
            "its configuration or preprocessing was changed; install or fetch the model again."
        )


def file_sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
