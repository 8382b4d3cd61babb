"""New prompts over features that are cached: seconds and memory for a million, against the same from one tensor.

This is the reading of the cache in its own order and the scores, without a store: no command does only that.
``enrich`` looks each picture up by itself, and writes claims.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import Measurement, seconds

IMAGES, PUT_AT_ONCE, THRESHOLD = 1_000_000, 20_000, 0.5
MODEL = "rubricator-lite"


def measure(images: int = IMAGES) -> list[Measurement]:
    with tempfile.TemporaryDirectory(prefix="rubricator-bench-") as directory:
        file = Path(directory) / "features.sqlite"
        _fill(file, images)
        # In a process of its own, whose memory is that of the work alone.
        command = [sys.executable, "-m", "benchmarks.reclassifying", str(file)]
        taken = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    if taken["images"] != images:
        raise RuntimeError(f"{taken['images']} of {images} cached features came back.")
    what = f"{images:,} cached features with new prompts, cache and scores alone"
    return [
        Measurement(
            what,
            "s",
            taken["ours"],
            "the same from one tensor in memory",
            taken["tensor"],
            "< 10 s",
            "no command: `enrich` looks each picture up by itself, and writes claims",
        ),
        Measurement(
            f"peak memory, {what}", "MB", taken["peak"], "with the model loaded", taken["before"], "< 2,000 MB"
        ),
    ]


def _fill(file: Path, images: int) -> None:
    import torch

    from rubricator.classifier import FeatureCache, load_model

    model = load_model(MODEL, "cpu")
    with FeatureCache(file, model.features_key) as cache:
        for start in range(0, images, PUT_AT_ONCE):
            count = min(PUT_AT_ONCE, images - start)
            vectors = torch.nn.functional.normalize(torch.randn(count, model.identity.dimension), dim=1)
            cache.put((f"{start + n:064x}", vector) for n, vector in enumerate(vectors))


def _reclassify(file: Path) -> dict[str, float]:
    import torch

    from rubricator.classifier import Classifier, FeatureCache, load_model
    from rubricator.iris import Iris
    from rubricator.vocabulary import load_prompts, load_vocabulary

    model = load_model(MODEL, "cpu")
    prompts = load_prompts(load_vocabulary(Iris("http://rubricator.bench")))
    before = _peak()
    images = 0

    def decide(classifier: Classifier, features: torch.Tensor) -> int:
        best = classifier.confidences(features).max(dim=1)
        return int((best.values >= THRESHOLD).sum())

    def from_cache() -> None:
        nonlocal images
        classifier = Classifier(model, prompts)
        with FeatureCache(file, model.features_key) as cache:
            for names, features in cache.batches():
                decide(classifier, features)
                images += len(names)

    ours = seconds(from_cache)
    peak = _peak()
    everything = torch.randn(images, model.identity.dimension)

    def from_tensor() -> None:
        classifier = Classifier(model, prompts)
        for features in everything.split(8192):  # type: ignore[no-untyped-call]
            decide(classifier, features)

    return {"images": images, "ours": ours, "tensor": seconds(from_tensor), "before": before, "peak": peak}


def _peak() -> float:
    """The high-water mark of this process's resident memory, in MB (Linux only)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    print(json.dumps(_reclassify(Path(sys.argv[1]))))
