"""Images a second on a graphics card, from JPEG files; how busy it is; and what decoding takes. Nothing without one."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from benchmarks.looking import end_to_end
from benchmarks.measure import Measurement
from benchmarks.towers import LARGE, model_named
from benchmarks.workspace import workspace

DECODERS = 8
QUERY = ["nvidia-smi", "--query-gpu=utilization.gpu", "--format=csv,noheader,nounits"]


def measure() -> list[Measurement]:
    import torch

    if not torch.cuda.is_available():
        print("No GPU here: nothing to measure on one.", file=sys.stderr)
        return []
    with model_named(LARGE, "cuda") as model, workspace(batch_size=256) as settings:
        taken = []
        for megapixels in ("0.15", "1"):
            samples: list[float] = []
            watched = partial(_sampled, samples)
            row = end_to_end(f"{LARGE} on a card", model, settings, megapixels, DECODERS, watched)
            taken.append(row)
            if samples:
                busy = sum(samples) / len(samples)
                taken.append(Measurement(f"{row.what}: busy", "%", busy, "all of the time", 100, "–"))
            else:
                print("nvidia-smi does not tell how busy the GPU is.", file=sys.stderr)
    return taken


@contextmanager
def _sampled(samples: list[float]) -> Iterator[None]:
    """Adds samples of how busy the card is, in percent, as long as the block lasts and nvidia-smi answers."""
    ended = threading.Event()

    def sample() -> None:
        while not ended.wait(0.2):
            try:
                told = subprocess.run(QUERY, check=True, capture_output=True, text=True).stdout
                samples.append(float(told.split()[0]))
            except (OSError, subprocess.CalledProcessError, ValueError, IndexError):
                return

    watcher = threading.Thread(target=sample)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()
