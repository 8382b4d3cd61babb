"""New prompts over features that are cached, as ``enrich`` does it: cache, scores and decisions of a million pictures.

What a run does besides is told by others: the store is asked which pictures are pending, and claims are written.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import Measurement, seconds

if TYPE_CHECKING:
    from rubricator.enrichment.policy import DecisionPolicy

IMAGES, PUT_AT_ONCE, AT_ONCE = 1_000_000, 20_000, 128
MODEL = "rubricator-lite"


def measure(images: int = IMAGES) -> list[Measurement]:
    with tempfile.TemporaryDirectory(prefix="rubricator-bench-") as directory:
        file = Path(directory) / "features.sqlite"
        _fill(file, images)
        # In a process of its own, whose memory is that of the work alone.
        command = [sys.executable, "-m", "benchmarks.reclassifying", str(file), str(images)]
        taken = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    if taken["images"] != images:
        raise RuntimeError(f"{taken['images']} of {images} cached features came back.")
    what = f"{images:,} cached features with new prompts"
    return [
        Measurement(
            what,
            "s",
            taken["ours"],
            "the same from one tensor in memory",
            taken["tensor"],
            "< 10 s",
            "as `enrich` does: cache, scores, decisions; fetching what is pending and writing claims come on top",
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


def _reclassify(file: Path, images: int) -> dict[str, float]:
    import torch

    from rubricator.classifier import Classifier, FeatureCache, load_model
    from rubricator.pipeline.deciding import decision_policy, scores
    from rubricator.settings import load_settings
    from rubricator.vocabulary import load_prompts, load_vocabulary

    settings = load_settings(data_dir=file.parent, base="http://rubricator.bench")
    model, vocabulary = load_model(MODEL, "cpu"), load_vocabulary(settings.iris)
    prompts = load_prompts(vocabulary)
    before, decided = _peak(), 0

    def decide(classifier: Classifier, policy: "DecisionPolicy", features: torch.Tensor) -> None:
        nonlocal decided
        decided += sum(1 for _ in policy.decide_each(scores(classifier, features, policy)))

    def from_cache() -> None:
        classifier = Classifier(model, prompts)
        policy = decision_policy(settings, classifier, vocabulary)
        with FeatureCache(file, model.features_key) as cache:
            for start in range(0, images, AT_ONCE):
                names = [f"{n:064x}" for n in range(start, min(start + AT_ONCE, images))]
                decide(classifier, policy, torch.stack(list(cache.get_many(names).values())))

    ours = seconds(from_cache)
    found, peak = decided, _peak()
    everything = torch.nn.functional.normalize(torch.randn(images, model.identity.dimension), dim=1)

    def from_tensor() -> None:
        classifier = Classifier(model, prompts)
        policy = decision_policy(settings, classifier, vocabulary)
        for features in everything.split(AT_ONCE):  # type: ignore[no-untyped-call]
            decide(classifier, policy, features)

    return {"images": found, "ours": ours, "tensor": seconds(from_tensor), "before": before, "peak": peak}


def _peak() -> float:
    """The high-water mark of this process's resident memory, in MB (Linux only)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    print(json.dumps(_reclassify(Path(sys.argv[1]), int(sys.argv[2]))))
