"""Images a second from JPEG files to features, against the bare forward on ready tensors; and what decoding takes.

On a processor decoding takes time from the model: the row says what is possible at the most, and how much is reached.
"""

import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import Measurement, interleaved
from benchmarks.pictures import write_jpegs
from benchmarks.towers import LARGE, LITE, model_named
from benchmarks.workspace import workspace
from rubricator.classifier import ClipModel, FeatureCache
from rubricator.classifier.backends import accelerated
from rubricator.engine import Features, classify_stream
from rubricator.images import ImageCapture, NonBlankImages
from rubricator.settings import Settings

if TYPE_CHECKING:
    from torch import Tensor

SIZES = {"0.15": (480, 320), "1": (1224, 816), "10": (3872, 2592)}
IMAGES = {"0.15": 192, "1": 96, "10": 48}
ROUNDS = 3
WORKERS = 2
AIM = 0.95
"""Of the bare forward beside a card; on a processor, of what its cores can do with decoding beside it."""


def measure() -> list[Measurement]:
    taken = []
    for name in (LITE, LARGE):
        with model_named(name) as model, workspace(backend="auto") as settings:
            fast = accelerated(model, settings)
            taken += [end_to_end(name, fast, settings, megapixels) for megapixels in SIZES]
    return taken


def end_to_end(
    name: str,
    model: ClipModel,
    settings: Settings,
    megapixels: str,
    workers: int = WORKERS,
    watched: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Measurement:
    """Files in the image cache, never seen by the model, to features in the feature cache, ``watched`` meanwhile."""
    count = IMAGES[megapixels]
    images = NonBlankImages(settings)
    with tempfile.TemporaryDirectory(prefix="rubricator-bench-") as directory:
        captures = [images.ingest(file) for file in write_jpegs(Path(directory), count, SIZES[megapixels])]
    tensors = _prepared(images, captures[: settings.batch_size], model)

    def stream(number: int) -> None:
        file = settings.feature_dir / f"{megapixels} {number}.sqlite"
        with FeatureCache(file, model.features_key) as cache, watched():
            outcomes = classify_stream(captures, images, model, cache, settings.batch_size, workers)
            if not all(isinstance(outcome, Features) for outcome in outcomes):
                raise RuntimeError("A picture of the measurement could not be looked at.")

    def forward(_: int) -> None:
        for start in range(0, count, len(tensors)):
            model.encode_images(tensors[: count - start])

    model.encode_images(tensors)
    ours, bare = interleaved(stream, forward, rounds=ROUNDS)
    # By the processor's clock: what a core spends on one picture, however many programs share it.
    decoding = _core_seconds(partial(_prepared, images, captures[:8], model)) / 8
    looking = _core_seconds(partial(model.encode_images, tensors)) / len(tensors)
    # All cores busy all the time, with nothing but these two: no arrangement of threads goes beyond it.
    possible = looking / (decoding + looking)
    remark = f"decoding {1000 * decoding:.1f} ms of a core a picture, the model {1000 * looking:.1f}: "
    if model.on_processor:
        remark += f"{possible:.2f} is possible, and {bare / ours / possible:.2f} of it reached"
    aim = f"≥ {AIM * possible if model.on_processor else AIM:.2f}"
    return Measurement(
        f"{name} from JPEGs of {megapixels} megapixels",
        "images/s",
        count / ours,
        "bare forward",
        count / bare,
        aim,
        remark,
    )


def _prepared(images: NonBlankImages, captures: Sequence[ImageCapture], model: ClipModel) -> "Tensor":
    import torch

    tensors = []
    for capture in captures:
        with images.decoded(capture, model.image_size) as picture:
            tensors.append(model.prepare(picture))
    return torch.stack(tensors)


def _core_seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start
