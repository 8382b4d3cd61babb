"""Which kinds of pictures are drawn of which concept, and from which pictures where they are made of some."""

import random
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from PIL.Image import Image

from rubricator.classifier.dataset import LabelledImage
from rubricator.classifier.training.lite.drawn.cloths import patched, printed, striped
from rubricator.classifier.training.lite.drawn.drawings import chalk, pen, pencil, wash
from rubricator.classifier.training.lite.drawn.maps import country, relief, sea_chart, town
from rubricator.classifier.training.lite.drawn.outside import OUTSIDE
from rubricator.classifier.training.lite.drawn.paintings import miniature, oil, tapestry
from rubricator.classifier.training.lite.drawn.postcards import postcard_back
from rubricator.classifier.training.lite.drawn.stones import hieroglyphs, letters, wedges

Draw = Callable[[random.Random], Image]
Remake = Callable[[random.Random, Image], Image]

# Drawn from nothing, for the concept that they show.
_DRAWN: Mapping[str, Sequence[Draw]] = {
    "inscription": (letters, wedges, hieroglyphs),
    "map": (country, town, relief, sea_chart),
    "postcard": (postcard_back,),
    "textile": (striped, patched, printed),
}
# Made of pictures of other concepts: what a hand would make of them is no photograph of them any more.
_SCENES = frozenset({"archaeological_site", "building", "clothing", "photograph", "sculpture"})
_OBJECTS = frozenset({"ceramics", "costume_accessories", "furniture", "jewellery", "specimen", "toy", "weaponry"})
_REMADE: Mapping[str, tuple[Collection[str], Sequence[Remake]]] = {
    "drawing": (_SCENES | _OBJECTS | {"woodwork"}, (pencil, pen, chalk, wash)),
    "painting": (_SCENES, (oil, miniature)),
    "tapestry": (_SCENES | {"painting"}, (tapestry,)),
}
_SIDE = 256


def drawn_of_concepts(
    images: Sequence[LabelledImage], concepts: Collection[str], each: int, seed: int
) -> Iterator[tuple[LabelledImage, Image]]:
    """``each`` pictures of every kind that shows one of ``concepts``, its source named by its kind.

    One that is made of a picture has the file, repository and use of that one, so that it is held out with it; those
    drawn from nothing have no repository. Of ``images``, sources take turns. The same seed draws the same pictures.
    Raises ImageError for a picture that cannot be read.
    """
    for concept, draws in _DRAWN.items():
        for draw in draws if concept in concepts else ():
            label = LabelledImage(Path(), (concept,), f"drawn: {draw.__name__}", "", "train", "")
            for number in range(each):
                yield label, draw(_chance(seed, label.source, number))
    for concept, (bases, remakes) in _REMADE.items():
        by_source: dict[str, list[LabelledImage]] = {}
        for image in images:
            if image.concept in bases:
                by_source.setdefault(image.source, []).append(image)
        for remake in remakes if concept in concepts and by_source else ():
            for number in range(each):
                chance = _chance(seed, remake.__name__, number)
                base = chance.choice(by_source[sorted(by_source)[number % len(by_source)]])
                picture = base.picture(_SIDE)
                picture.thumbnail((_SIDE, _SIDE))
                yield replace(base, concepts=(concept,), source=f"drawn: {remake.__name__}"), remake(chance, picture)


def drawn_of_none(each: int, seed: int) -> Iterator[tuple[str, Image]]:
    """``each`` pictures of every kind that shows no concept, with the name of the kind; alike for the same seed."""
    for kind, draw in OUTSIDE.items():
        for number in range(each):
            yield kind, draw(_chance(seed, kind, number))


def _chance(seed: int, kind: str, number: int) -> random.Random:
    return random.Random(f"{seed} {kind} {number}")  # noqa: S311  (drawing, not secrecy)
