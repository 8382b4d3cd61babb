"""A fine-tuned head: one linear layer from image features to concepts, and for which model and concepts it holds."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rubricator.classifier.errors import ModelError
from rubricator.classifier.jsonfile import read_object
from rubricator.wholefile import make_folder, whole_file

if TYPE_CHECKING:
    from torch import Tensor

WEIGHTS = "head.safetensors"
FILE = "head.json"


@dataclass(frozen=True, slots=True)
class Head:
    """Logits are ``features @ weight.T + bias``: ``weight`` is float32 (concepts, dimension), ``bias`` (concepts,).

    ``concepts`` are slugs, in the order of the rows; ``model_key`` is the ``features_key`` of the model whose features
    it reads; ``sha256`` is that of the file of weights. ``content`` is all of its card, for people.
    """

    name: str
    concepts: tuple[str, ...]
    model_key: str
    weight: "Tensor" = field(hash=False, compare=False)
    bias: "Tensor" = field(hash=False, compare=False)
    sha256: str
    content: Mapping[str, Any] = field(hash=False, compare=False)

    @property
    def base_sha256(self) -> str | None:
        """The hash of the weights of the model that it reads features of; None where its card does not say."""
        training = self.content.get("training")
        told = training if isinstance(training, Mapping) else {}
        model = told.get("tuned", told.get("model"))
        return model.get("weights_sha256") if isinstance(model, Mapping) else None

    def logits(self, features: "Tensor") -> "Tensor":
        """float32 (n, dimension) → (n, concepts)."""
        return features @ self.weight.T + self.bias


def read_head(folder: Path) -> Head:
    """Read a folder that ``rubricator train`` wrote. Raises ModelError if it is none, or damaged."""
    from safetensors import SafetensorError
    from safetensors.torch import load

    advice = "give a folder that `rubricator train` wrote"
    content = read_object(folder / FILE, ("name", "concepts", "model_key", "weights_sha256"), ModelError, advice)
    try:
        stored = (folder / WEIGHTS).read_bytes()
        tensors = load(stored)
        weight, bias = tensors["weight"].float(), tensors["bias"].float()
    except OSError as error:
        raise ModelError(f"{folder / WEIGHTS} cannot be read ({error.strerror}); {advice}.") from error
    except (SafetensorError, KeyError) as error:
        raise ModelError(
            f"{folder / WEIGHTS} is cut off, or holds no weights of a head; train or copy the head again."
        ) from error
    sha256, expected = hashlib.sha256(stored).hexdigest(), content["weights_sha256"]
    concepts = content["concepts"]
    if not isinstance(concepts, list) or not all(isinstance(concept, str) for concept in concepts):
        raise ModelError(f"{folder / FILE} does not list its concepts; train or copy the head again.")
    head = Head(str(content["name"]), tuple(concepts), str(content["model_key"]), weight, bias, sha256, content)
    if sha256 != expected:
        raise ModelError(f"The weights in {folder} are not those of their card; train or copy the head again.")
    fits = head.weight.ndim == 2 and (len(head.concepts),) == head.bias.shape == head.weight.shape[:1]
    if not fits or not head.weight.isfinite().all() or not head.bias.isfinite().all():
        raise ModelError(f"The weights in {folder} do not fit its {len(head.concepts)} concepts; train the head again.")
    return head


def head_weights(weight: "Tensor", bias: "Tensor") -> bytes:
    """The file of weights, the same for the same numbers: its sha-256 names the head before there is a file."""
    from safetensors.torch import save

    return save({"weight": weight.float().contiguous(), "bias": bias.float().contiguous()})


def write_head(folder: Path, name: str, head_of: Mapping[str, Any], weight: "Tensor", bias: "Tensor") -> Head:
    """Write weights and card; ``head_of`` is the card's content with at least ``concepts`` and ``model_key``.

    Both are written before either takes the place of an earlier one, the card last: killed meanwhile, the earlier head
    stays; between the two, ``read_head`` says that they do not belong together.
    Raises UsageError if the folder cannot be written to.
    """
    make_folder(folder)
    weights = head_weights(weight, bias)
    content = {"name": name, "weights_sha256": hashlib.sha256(weights).hexdigest(), **head_of}
    with whole_file(folder / FILE) as card:
        card.write(json.dumps(content, indent=1, ensure_ascii=False).encode() + b"\n")
        with whole_file(folder / WEIGHTS) as file:
            file.write(weights)
    return read_head(folder)
