"""How many decisions stay the same when JPEGs are decoded at a smaller scale and resized our way: as open_clip would.

The pictures are those of ``../shared/heritage``, brought to about 1.5 megapixels, and noise where they are not here.
"""

import io
import random
import sys
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from PIL import Image

from benchmarks.measure import ROOT, Measurement
from benchmarks.towers import LITE
from benchmarks.workspace import workspace
from rubricator.classifier import Classifier, load_model
from rubricator.classifier.backends import accelerated
from rubricator.classifier.locate import locate
from rubricator.images import decode
from rubricator.pipeline.deciding import decision_policy
from rubricator.vocabulary import load_prompts, load_vocabulary

if TYPE_CHECKING:
    from torch import Tensor

    from rubricator.enrichment.policy import DecisionPolicy

HERITAGE = ROOT / "../shared/heritage/images"
PICTURES, SHORTER, AT_ONCE, MAX_PIXELS = 1000, 1000, 8, 20_000_000


def measure(pictures: int = PICTURES) -> list[Measurement]:
    import open_clip
    import torch

    same = best = count = 0
    moved = 0.0
    with workspace() as settings:
        vocabulary = load_vocabulary(settings.iris)
        model = accelerated(load_model(LITE, "cpu"), settings)
        classifier = Classifier(model, load_prompts(vocabulary))
        policy = decision_policy(settings, classifier, vocabulary)
        _, transform = open_clip.create_model_from_pretrained(locate(LITE).open_clip_name)
        contents = islice(_jpegs(), pictures)
        while some := list(islice(contents, AT_ONCE)):
            whole = torch.stack([transform(decode(content, MAX_PIXELS)) for content in some])
            scaled = torch.stack([model.prepare(decode(content, MAX_PIXELS, model.image_size)) for content in some])
            before, after = (model.encode_images(prepared) for prepared in (whole, scaled))
            decided = zip(_decisions(classifier, policy, before), _decisions(classifier, policy, after), strict=True)
            for one, other in decided:
                same += one == other
                best += one[1] == other[1]
            moved = max(moved, float((classifier.confidences(before) - classifier.confidences(after)).abs().max()))
            count += len(some)
            print(f"{count} of {pictures}: {same} the same, {best} best, moved by {moved:.3f}", file=sys.stderr)
    what = f"{LITE}: equal decisions on {count:,} JPEGs decoded at a smaller scale"
    remark = f"the same best concept on {best / count:.2%}; no confidence moved by more than {moved:.3f}"
    return [Measurement(what, "%", 100 * same / count, "decoded whole, resized by Pillow", 100, "≥ 99.5 %", remark)]


def _decisions(
    classifier: Classifier, policy: "DecisionPolicy", features: "Tensor"
) -> list[tuple[tuple[str, ...], str]]:
    """What is claimed of each picture, and its best concept."""
    return [
        (tuple(score.concept for score in policy.decide(ranked).claimed), ranked[0].concept)
        for ranked in classifier.scores(features)
    ]


def _jpegs() -> Iterator[bytes]:
    files = sorted(HERITAGE.rglob("*.jpg"))
    chance = random.Random(0)  # noqa: S311 - the same pictures each time
    if files:
        chance.shuffle(files)
        pictures = (Image.open(file).convert("RGB") for file in files)
    else:
        print("The pictures of ../shared/heritage are not here: noise is looked at.", file=sys.stderr)
        pictures = (Image.effect_noise((300, 200), chance.randint(20, 120)).convert("RGB") for _ in range(PICTURES))
    for picture in pictures:
        factor = SHORTER / min(picture.size)
        large = picture.resize(
            (round(picture.width * factor), round(picture.height * factor)), Image.Resampling.LANCZOS
        )
        content = io.BytesIO()
        large.save(content, "JPEG", quality=90)
        yield content.getvalue()
