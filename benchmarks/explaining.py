"""Measures how much of a heat map lies on the object, on labelled pictures pasted into half of an empty one.

``python -m benchmarks.explaining FOLDER`` prints the table of docs/explaining.md, of the model
of the settings with its calibration; the folder holds ``manifest.csv``.
"""

import csv
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import mean

from PIL import Image

from rubricator.classifier import Classifier
from rubricator.classifier.explaining.explain import explain
from rubricator.pipeline.deciding import chosen_classifier
from rubricator.settings import load_settings
from rubricator.vocabulary import load_vocabulary
from tests.classifier.explaining.composing import GROUNDS, HALVES, SIDES, Box, compose, share

EACH = 3
PAIRS = 27
_SIDE = 224


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("Give the folder of labelled pictures whose manifest.csv has the columns path and concept.")
    folder, rng = Path(sys.argv[1]), random.Random(1)  # noqa: S311 - drawn the same each time
    settings = load_settings()
    classifier = chosen_classifier(settings, load_vocabulary(settings.iris, settings.vocabulary))
    objects = _cut_outs(folder, rng)
    on_chosen: list[float | None] = []
    on_label: list[float | None] = []
    by_ground: dict[str, list[float | None]] = {ground: [] for ground in GROUNDS}
    for number, (concept, cut_out) in enumerate(objects):
        ground = GROUNDS[number % len(GROUNDS)]
        composed = compose(cut_out, rng.choice(SIDES), ground, rng)
        on_chosen.append(_on(classifier, composed.picture, None, composed.half))
        by_ground[ground].append(on_chosen[-1])
        on_label.append(_on(classifier, composed.picture, concept, composed.half))
    identity = classifier.model.identity
    print(f"{identity.name}, weights {identity.weights_sha256[:12]}\n")
    print("| | maps | share on the right half | most of the map there |", "|---|---|---|---|", sep="\n")
    print(_row("map of the concept that the model chose", on_chosen))
    for ground, shares in by_ground.items():
        print(_row(f"the same, {ground} grounds", shares))
    print(_row("map of the labelled concept, whatever the model chose", on_label))
    print(_row("two objects side by side, map of each label", _beside(classifier, objects, rng)))


def _cut_outs(folder: Path, rng: random.Random) -> list[tuple[str, Image.Image]]:
    """``EACH`` pictures of every concept."""
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["concept"]]
    concepts = sorted({row["concept"] for row in rows})
    chosen = [row for name in concepts for row in rng.sample([row for row in rows if row["concept"] == name], EACH)]
    return [(row["concept"], Image.open(folder / row["path"])) for row in chosen]


def _beside(
    classifier: Classifier, objects: Sequence[tuple[str, Image.Image]], rng: random.Random
) -> list[float | None]:
    """The maps of both labels of ``PAIRS`` pictures with two objects of different concepts."""
    found: list[float | None] = []
    while len(found) < 2 * PAIRS:
        (left, one), (right, other) = rng.sample(objects, 2)
        if left == right:
            continue
        picture = Image.new("RGB", (2 * _SIDE, _SIDE))
        picture.paste(one.resize((_SIDE, _SIDE)), (0, 0))
        picture.paste(other.resize((_SIDE, _SIDE)), (_SIDE, 0))
        found += [
            _on(classifier, picture, concept, HALVES[side]) for concept, side in ((left, "left"), (right, "right"))
        ]
    return found


def _on(classifier: Classifier, picture: Image.Image, concept: str | None, half: Box) -> float | None:
    """The share of the map that lies on the half; None where there is no map."""
    heat_map = explain(classifier, classifier.scores, picture, concept).heat_map
    return None if heat_map is None else share(heat_map.values, half)


def _row(name: str, shares: Sequence[float | None]) -> str:
    known = [one for one in shares if one is not None]
    without = f" ({len(shares) - len(known)} more without map)" if len(known) < len(shares) else ""
    return f"| {name} | {len(known)}{without} | {mean(known):.2f} | {sum(one > 0.5 for one in known)} |"


if __name__ == "__main__":
    main()
