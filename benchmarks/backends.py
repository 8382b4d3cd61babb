"""Images a second of the image tower alone: the backend that ``auto`` takes, against torch as open_clip calls it."""

import copy
from functools import partial
from typing import Any

from benchmarks.measure import Measurement, interleaved
from benchmarks.towers import LARGE, LITE, model_named
from benchmarks.workspace import workspace
from rubricator.classifier import ClipModel
from rubricator.classifier.backends import accelerated

ROUNDS = 7
AIMS = {(LARGE, 1): "≥ 1.5", (LARGE, 32): "≥ 1.0"}


def measure() -> list[Measurement]:
    import torch

    taken = []
    for name in (LITE, LARGE):
        with model_named(name) as model, workspace(backend="auto") as settings:
            fast = accelerated(model, settings)
            backend = type(fast.tower.tower).__name__
            # Ours has brought its weights into another order in memory: the baseline has them as open_clip loads them.
            plain = copy.deepcopy(model.clip).to(memory_format=torch.contiguous_format)
            taken += [_against_torch(name, backend, plain, fast, batch) for batch in (1, 8, 32)]
    return taken


def _against_torch(name: str, backend: str, bare: Any, fast: ClipModel, batch: int) -> Measurement:
    import torch

    images = torch.randn(batch, 3, fast.image_size, fast.image_size)
    times = max(1, 8 // batch)

    def plain() -> None:
        with torch.inference_mode():
            bare.encode_image(images, normalize=True)

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
