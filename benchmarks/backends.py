"""Images a second of the image tower alone: the backend that ``auto`` takes, against torch as open_clip calls it."""

from functools import partial

from benchmarks.measure import Measurement, interleaved
from benchmarks.towers import LARGE, LITE, model_named
from benchmarks.workspace import workspace
from rubricator.classifier import ClipModel
from rubricator.classifier.backends import accelerated

ROUNDS = 7
AIMS = {(LARGE, 1): "≥ 1.5", (LARGE, 32): "≥ 1.0"}


def measure() -> list[Measurement]:
    taken = []
    for name in (LITE, LARGE):
        with model_named(name) as model, workspace(backend="auto") as settings:
            fast = accelerated(model, settings)
            backend = type(fast.tower.tower).__name__
            taken += [_against_torch(name, backend, model, fast, batch) for batch in (1, 8, 32)]
    return taken


def _against_torch(name: str, backend: str, model: ClipModel, fast: ClipModel, batch: int) -> Measurement:
    import torch

    images = torch.randn(batch, 3, model.image_size, model.image_size)
    times = max(1, 8 // batch)

    def plain() -> None:
        with torch.inference_mode():
            model.clip.encode_image(images, normalize=True)

    def repeated(work: object, _: int) -> None:
        for _ in range(times):
            work()  # type: ignore[operator]

    for work in (plain, partial(fast.encode_images, images)):
        work()
    ours, baseline = interleaved(
        partial(repeated, partial(fast.encode_images, images)), partial(repeated, plain), rounds=ROUNDS
    )
    count = times * batch
    return Measurement(
        f"{name}, batch of {batch}",
        "images/s",
        count / ours,
        "plain torch",
        count / baseline,
        AIMS.get((name, batch), "–"),
        backend,
    )
