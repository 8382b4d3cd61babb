"""Looks at labelled pictures as a run looks at those of a collection, and keeps what the model saw for both."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rubricator.classifier import ClipModel, FeatureCache
from rubricator.classifier.dataset import LabelledImage
from rubricator.engine import Features, classify_stream
from rubricator.errors import UsageError
from rubricator.images import ImageCapture, ImageError, NonBlankImages
from rubricator.images.decode import read_header
from rubricator.progress import Progress
from rubricator.settings import Settings

if TYPE_CHECKING:
    from torch import Tensor

_DECODERS = 2


@dataclass(frozen=True, slots=True)
class Unseen:
    """A picture that could not be looked at; ``code`` as in ``rubricator.engine.ImageFailure``."""

    image: LabelledImage
    code: str


@dataclass(frozen=True, slots=True)
class Seen:
    """``images`` with their ``features``, float32 (n, dimension); and those that could not be looked at."""

    images: tuple[LabelledImage, ...]
    features: "Tensor"
    unreadable: tuple[Unseen, ...]


def see(images: Sequence[LabelledImage], model: ClipModel, settings: Settings, progress: Progress) -> Seen:
    """Look at every picture once: one that was looked at before need not be there any more.

    A picture that cannot be used is told, and stops nothing; raises UsageError if none can.
    """
    import torch

    unreadable = []
    with FeatureCache(settings.feature_dir / "features.sqlite", model.features_key) as cache:
        found = cache.get_many([image.sha256 for image in images if image.sha256])
        unseen = [image for image in images if image.sha256 not in found]
        numbers, pictures = map(str, range(len(unseen))), _LabelledPictures(settings, unseen)
        stream = classify_stream(numbers, pictures, model, cache, settings.batch_size, _DECODERS)
        with closing(stream):
            for image, outcome in zip(unseen, stream, strict=True):
                if isinstance(outcome, Features):
                    found[image.sha256] = outcome.vector
                else:
                    unreadable.append(Unseen(image, outcome.code))
                progress(len(found) + len(unreadable), len(images))
    progress(len(images), len(images))
    seen = tuple(image for image in images if image.sha256 in found)
    if not seen:
        first = f"{unreadable[0].image.file} is the first: {unreadable[0].code}"
        raise UsageError(f"None of the {len(images)} pictures can be looked at ({first}).")
    return Seen(seen, torch.stack([found[image.sha256] for image in seen]), tuple(unreadable))


class _LabelledPictures(NonBlankImages):
    """Pictures that stay where they are; their web resource is their number among the ``images``."""

    def __init__(self, settings: Settings, images: Sequence[LabelledImage]) -> None:
        super().__init__(settings)
        self._images = images
        self._files = {image.sha256: image.file for image in images}

    def fetch(self, source: str) -> ImageCapture:
        image = self._images[int(source)]
        if not image.sha256 or not image.file.is_file():
            raise ImageError("image-missing", f"There is no file {image.file} that can be read.")
        header = read_header(image.file, self._max_pixels)
        size, now = image.file.stat().st_size, datetime.now(UTC)
        return ImageCapture(source, image.sha256, header.media_type, size, header.width, header.height, now)

    def path(self, sha256: str) -> Path:
        return self._files[sha256]
