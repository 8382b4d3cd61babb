"""What the model sees in labelled pictures, kept like that of any other: a second training looks at none again."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rubricator.classifier import ClipModel, FeatureCache
from rubricator.classifier.dataset import LabelledImage
from rubricator.classifier.training.card import Unreadable
from rubricator.engine.ahead import ahead
from rubricator.errors import UsageError
from rubricator.images import ImageError
from rubricator.progress import Progress
from rubricator.settings import Settings

if TYPE_CHECKING:
    from torch import Tensor

_DECODERS = 2


@dataclass(frozen=True, slots=True)
class Seen:
    """``images`` with their ``features``, float32 (n, dimension); and those that could not be looked at."""

    images: tuple[LabelledImage, ...]
    features: "Tensor"
    unreadable: tuple[Unreadable, ...]


def see(images: Sequence[LabelledImage], model: ClipModel, settings: Settings, progress: Progress) -> Seen:
    """Look at every picture once. A picture that cannot be read is told, and stops nothing; raises UsageError if none
    can."""
    import torch

    unreadable: list[Unreadable] = []
    found: dict[str, Tensor] = {}

    def prepare(image: LabelledImage) -> "tuple[LabelledImage, Tensor | ImageError]":
        try:
            return image, model.prepare(image.picture(model.image_size))
        except ImageError as error:
            return image, error

    with FeatureCache(settings.feature_dir / "features.sqlite", model.features_key) as cache:
        unseen = []
        for image in images:
            known = cache.get(image.sha256) if image.sha256 else None
            if known is None:
                unseen.append(image)
            else:
                found[image.sha256] = known
        batch: list[tuple[str, Tensor]] = []

        def look() -> None:
            vectors = model.encode_images(torch.stack([tensor for _, tensor in batch]))
            looked_at = [(sha256, vector) for (sha256, _), vector in zip(batch, vectors, strict=True)]
            cache.put(looked_at)
            found.update(looked_at)
            batch.clear()
            progress(len(found), len(images))

        with closing(ahead(prepare, unseen, 2 * settings.batch_size, _DECODERS)) as prepared:
            for image, picture in prepared:
                if isinstance(picture, ImageError):
                    unreadable.append(Unreadable(str(image.file), picture.code))
                    continue
                batch.append((image.sha256, picture))
                if len(batch) == settings.batch_size:
                    look()
        if batch:
            look()
    seen = tuple(image for image in images if image.sha256 in found)
    if not seen:
        raise UsageError(f"None of the {len(images)} pictures can be read ({unreadable[0].file} is the first).")
    return Seen(seen, torch.stack([found[image.sha256] for image in seen]), tuple(unreadable))
