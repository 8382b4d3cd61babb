"""How much each place of a picture adds to a score, by any image tower: convolutional, transformer, or both."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from rubricator.classifier.explaining.attention import RecordedAttention
from rubricator.classifier.explaining.places import TOKENS, LastPlaces, as_tokens

if TYPE_CHECKING:
    from rubricator.classifier.models import ClipModel


def relevance(model: "ClipModel", prepared: Tensor, score: Callable[[Tensor], Tensor]) -> Tensor:
    """float32 (rows, columns), not negative: what each place adds to ``score``.

    ``prepared`` is one picture, float32 (3, height, width); ``score`` makes one number of unit features (1, dimension).
    What a place of the last map adds is gradient times activation there, summed over channels (HiResCAM: Draelos and
    Carin 2020, which is Grad-CAM, Selvaraju et al. 2017, where pooling is an average). In a transformer the places of
    the last map have looked elsewhere: what they add is followed back through the positive part of gradient times
    attention of every block (Chefer, Gur and Wolf 2021, "Generic Attention-model Explainability", equations 5 and 6).

    The length of the features is held fixed: each place then adds its own part to the score, and does not gain by what
    others take away. Raises NoPlaces.
    """
    clip = model.clip
    device = next(clip.visual.parameters()).device
    with torch.enable_grad(), LastPlaces(clip.visual) as last, RecordedAttention() as attention:
        features = clip.encode_image(prepared[None].to(device).requires_grad_(), normalize=False)
        target = score((features / features.norm(dim=-1, keepdim=True).detach()).float().cpu())
    places, (rows, columns) = last.found({one.shape[-1] for one in attention.maps if one.shape[-1] == one.shape[-2]})
    # Of a map with channels, what has as many tokens as it has rows or channels is no attention of its places.
    tokens = places.shape[1:2] * 2 if places.dim() == TOKENS else None
    maps = [one for one in attention.maps if one.shape[-2:] == tokens]
    gradient, *gradients = torch.autograd.grad(target, [places, *maps], allow_unused=True, materialize_grads=True)
    weights = _added(as_tokens(places.detach()), as_tokens(gradient))
    for one, its in zip(reversed(maps), reversed(gradients), strict=True):
        weights = weights + weights @ (one.detach() * its).clamp(min=0).flatten(0, -3).mean(dim=0)
    return weights[-rows * columns :].reshape(rows, columns).float().cpu()


def _added(places: Tensor, gradient: Tensor) -> Tensor:
    """(places, channels) → (places,): the positive part of what each adds.

    A token that alone is read out (the class token) is all that counts, whatever its sign: after a normalisation its
    activation is at right angles to its gradient.
    """
    read = gradient.abs().sum(dim=1) > 0
    return read.float() if read.sum() == 1 else (places * gradient).sum(dim=1).clamp(min=0)
