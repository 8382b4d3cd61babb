"""Images in, features out, on this machine: threads fetch and decode ahead while the model looks at the last batch."""

import errno
import logging
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from rubricator.engine.ahead import ahead
from rubricator.images import ImageCapture, ImageError, ImageStore

if TYPE_CHECKING:
    from torch import Tensor

    from rubricator.classifier import ClipModel, FeatureCache

log = logging.getLogger(__name__)
_DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


@dataclass(frozen=True, slots=True)
class Features:
    """What the model saw in one image: float32 (dimension,), unit length."""

    source: str
    capture: ImageCapture
    vector: "Tensor"


@dataclass(frozen=True, slots=True)
class ImageFailure:
    """Why an image was not looked at; ``code`` is one of ``rubricator.images.CODES``, or ``features-not-finite``."""

    source: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class _Unseen:
    """A decoded image that the model has still to look at: float32 (3, height, width)."""

    capture: ImageCapture
    source: str
    tensor: "Tensor"


Outcome = Features | ImageFailure
_Prepared = _Unseen | Outcome


def classify_stream(
    images: Iterable[str | ImageCapture],
    image_store: ImageStore,
    model: "ClipModel",
    cache: "FeatureCache",
    batch_size: int = 32,
    workers: int = 2,
) -> Generator[Outcome, None, None]:
    """Yield features, or a coded failure, for every image, in the order they came; as ``classify_groups``, singly."""
    with closing(classify_groups(images, image_store, model, cache, batch_size, workers)) as groups:
        for group in groups:
            yield from group


def classify_groups(
    images: Iterable[str | ImageCapture],
    image_store: ImageStore,
    model: "ClipModel",
    cache: "FeatureCache",
    batch_size: int = 32,
    workers: int = 2,
) -> Generator[list[Outcome], None, None]:
    """Yield features, or a coded failure, for every image, in the order they came, as many as are there at once.

    An image is the IRI of a web resource, which is fetched first, or a capture that the image cache has. A fixed
    number of images is on its way at any time, so memory does not grow with the collection. Closing the generator (or
    Ctrl-C) drops what has not begun; every batch that was looked at is in the feature cache by then. No picture ends
    the stream, whatever is wrong with it or however much memory it takes; a full disk does.

    ``workers`` threads fetch, and as many decode what the feature cache does not know.
    """

    def captured(image: str | ImageCapture) -> ImageCapture | ImageFailure:
        if not isinstance(image, str):
            return image
        try:
            with _failure_of_one_picture(image):
                return image_store.fetch(image)
        except ImageError as error:
            return ImageFailure(image, error.code, str(error))

    def prepared(image: ImageCapture | Outcome) -> _Prepared:
        if not isinstance(image, ImageCapture):
            return image
        try:
            with _failure_of_one_picture(image.source), image_store.decoded(image, model.image_size) as picture:
                return _Unseen(image, image.source, model.prepare(picture))
        except ImageError as error:
            return ImageFailure(image.source, error.code, str(error))

    with (
        closing(ahead(captured, images, 2 * batch_size, workers)) as captures,
        closing(ahead(prepared, _looked_up(captures, cache, batch_size), 2 * batch_size, workers)) as ready,
    ):
        while group := _next_group(ready, batch_size):
            yield _look(group, model, cache)


def _looked_up(
    captures: Iterator[ImageCapture | ImageFailure], cache: "FeatureCache", at_once: int
) -> Iterator[ImageCapture | Outcome]:
    """What the feature cache knows, in place of its capture; asked for several at once, which is many times as fast."""
    while some := list(islice(captures, at_once)):
        known = cache.get_many([image.sha256 for image in some if isinstance(image, ImageCapture)])
        for image in some:
            vector = known.get(image.sha256) if isinstance(image, ImageCapture) else None
            yield image if vector is None or isinstance(image, ImageFailure) else Features(image.source, image, vector)


@contextmanager
def _failure_of_one_picture(source: str) -> Iterator[None]:
    """Turn what nobody foresaw into an ImageError: among a million pictures there is one that finds it.

    What ends a thread (SystemExit) is no exception: the thread has other pictures to prepare.
    """
    try:
        yield
    except (ImageError, KeyboardInterrupt):
        raise
    except MemoryError as error:
        raise ImageError("image-out-of-memory", "There is not enough memory to decode the picture.") from error
    except BaseException as error:
        if isinstance(error, OSError) and error.errno in _DISK_FULL:
            raise
        log.warning("%s failed in a way that nobody foresaw.", source, exc_info=True)
        raise ImageError("image-failed", f"Unexpected {type(error).__name__}: {error}.") from error


def _next_group(prepared: Iterator[_Prepared], batch_size: int) -> list[_Prepared]:
    """Images in order until a batch of them is new to the model; the rest of the group is known or failed."""
    group: list[_Prepared] = []
    unseen = 0
    for image in islice(prepared, 4 * batch_size):
        group.append(image)
        unseen += isinstance(image, _Unseen)
        if unseen == batch_size:
            break
    return group


def _look(group: list[_Prepared], model: "ClipModel", cache: "FeatureCache") -> list[Outcome]:
    unseen = [image for image in group if isinstance(image, _Unseen)]
    seen = _seen(unseen, model) if unseen else []
    cache.put((after.capture.sha256, after.vector) for after in seen if isinstance(after, Features))
    fresh = iter(seen)
    return [next(fresh) if isinstance(image, _Unseen) else image for image in group]


def _seen(unseen: list[_Unseen], model: "ClipModel") -> list[Outcome]:
    import torch

    try:
        vectors = model.encode_images(torch.stack([image.tensor for image in unseen]))
    except Exception as error:  # noqa: BLE001 - each backend fails in types of its own
        if len(unseen) > 1:
            log.warning("The model failed on %d pictures at once (%s); it tries one by one.", len(unseen), error)
            return [seen for image in unseen for seen in _seen([image], model)]
        return [_not_looked_at(unseen[0].source, error)]
    return [
        Features(image.source, image.capture, vector)
        if bool(vector.isfinite().all())
        else ImageFailure(image.source, "features-not-finite", "What the model makes of the picture is no number.")
        for image, vector in zip(unseen, vectors, strict=True)
    ]


def _not_looked_at(source: str, error: Exception) -> ImageFailure:
    if isinstance(error, MemoryError):
        message = "There is not enough memory for the model to look at the picture."
        return ImageFailure(source, "image-out-of-memory", message)
    return ImageFailure(
        source, "image-failed", f"The model cannot look at the picture: {error or type(error).__name__}."
    )
