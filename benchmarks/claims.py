"""Claims to measure with: those of one run, one a picture, each with the picture's capture."""

from collections.abc import Iterator

from pyoxigraph import NamedNode, Quad

from benchmarks.writing import Capture, Score
from rubricator.enrichment.claims import ClaimWriter, Depiction
from rubricator.enrichment.policy import Decision, DecisionPolicy, PicturePolicy
from rubricator.enrichment.run import Run, RunInputs
from rubricator.pipeline.software import running_software
from rubricator.settings import Settings
from rubricator.vocabulary import load_prompts, load_vocabulary


class Model:
    """What the ledger says of a model; none is loaded here."""

    name, architecture, weights_sha256 = "bench/none", "none", "0" * 64
    licence, source, logit_scale = None, None, 100.0


def run_inputs(settings: Settings) -> RunInputs:
    vocabulary = load_vocabulary(settings.iris)
    policy = DecisionPolicy(threshold=0.5, near_miss_floor=0.05, calibrated=False)
    pictures, software = PicturePolicy("original", frozenset({"open"})), running_software(None)
    return RunInputs(Model(), load_prompts(vocabulary), policy, pictures, vocabulary, software, "bench")


def batches(numbers: range, at_once: int, run: Run, inputs: RunInputs, settings: Settings) -> Iterator[list[Quad]]:
    """The quads of the claims with these numbers, so many claims at once."""
    writer = ClaimWriter(run, inputs.vocabulary, settings.iris)
    slugs = [concept.slug for concept in inputs.vocabulary.concepts]
    for start in range(0, len(numbers), at_once):
        batch: list[Quad] = []
        for n in numbers[start : start + at_once]:
            image = NamedNode(f"https://museum.example.org/images/{n}.jpg")
            depiction = Depiction(NamedNode(f"http://data.europeana.eu/item/9990001/bench_{n}"), image)
            capture = Capture(image.value, f"{n:064x}", "image/jpeg", run.started)
            claim = Score(slugs[n % len(slugs)], 0.5 + n % 500 / 1000, 0.3)
            batch += writer.capture_quads(depiction, capture)
            batch += writer.decision_quads(depiction, capture, Decision((claim,), ()))
        yield batch
