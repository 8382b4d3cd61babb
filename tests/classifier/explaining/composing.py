"""Pictures of which half is object and half is empty, and how much of a heat map lies on the object."""

import random
from dataclasses import dataclass

from PIL import Image, ImageDraw

from rubricator.classifier.explaining.heatmap import Values

SIDES = ("left", "right", "top", "bottom")
GROUNDS = ("plain", "textured")
_SIZE = 448
Box = tuple[float, float, float, float]
HALVES: dict[str, Box] = {
    "left": (0, 0, 0.5, 1),
    "right": (0.5, 0, 1, 1),
    "top": (0, 0, 1, 0.5),
    "bottom": (0, 0.5, 1, 1),
}


@dataclass(frozen=True)
class Composed:
    """A picture and the half that its object is in: left, top, right and bottom as shares of width and height."""

    picture: Image.Image
    half: Box


def compose(cut_out: Image.Image, side: str, ground: str, rng: random.Random) -> Composed:
    """The cut-out as large as it fits into one half of a square, the other half empty."""
    if ground == "plain":
        picture = Image.new("RGB", (_SIZE, _SIZE), rng.choice(["white", "#808080", "#c8b48c", "black"]))
    else:
        picture = noise(_SIZE, rng)
    left, top, right, bottom = (round(share * _SIZE) for share in HALVES[side])
    scale = min((right - left) / cut_out.width, (bottom - top) / cut_out.height)
    fitted = cut_out.convert("RGB").resize((round(cut_out.width * scale), round(cut_out.height * scale)))
    picture.paste(fitted, ((left + right - fitted.width) // 2, (top + bottom - fitted.height) // 2))
    return Composed(picture, HALVES[side])


def noise(size: int, rng: random.Random) -> Image.Image:
    """A square of grey grains."""
    grains = Image.frombytes("L", (size, size), rng.randbytes(size * size))
    return grains.point([80 + level // 3 for level in range(256)]).convert("RGB")


def drawn(thing: str, side: str, ground: str) -> Composed:
    """A simple drawing of a thing in the middle of one half."""
    size, half = 320, HALVES[side]
    picture = (
        Image.new("RGB", (size, size), "#b0a890") if ground == "plain" else noise(size, random.Random(7))  # noqa: S311 - drawn the same each time
    )
    x, y = round((half[0] + half[2]) / 2 * size), round((half[1] + half[3]) / 2 * size)
    _THINGS[thing](ImageDraw.Draw(picture), x, y)
    return Composed(picture, half)


def _vase(pen: ImageDraw.ImageDraw, x: int, y: int) -> None:
    pen.ellipse((x - 45, y - 30, x + 45, y + 65), fill="#a04020")
    pen.rectangle((x - 18, y - 65, x + 18, y - 20), fill="#a04020")
    pen.line((x - 40, y + 10, x + 40, y + 10), fill="black", width=5)


def _chair(pen: ImageDraw.ImageDraw, x: int, y: int) -> None:
    pen.rectangle((x - 35, y - 60, x - 25, y + 60), fill="#5a3010")
    pen.rectangle((x - 35, y, x + 35, y + 12), fill="#5a3010")
    pen.rectangle((x + 25, y, x + 35, y + 60), fill="#5a3010")


_THINGS = {"vase": _vase, "chair": _chair}


def share(values: Values, box: Box) -> float:
    """How much of the map's mass lies in a box; a cell that the box cuts counts for the part within."""
    rows, columns = len(values), len(values[0])
    left, top, right, bottom = box
    inside = total = 0.0
    for row, line in enumerate(values):
        for column, value in enumerate(line):
            width = min((column + 1) / columns, right) - max(column / columns, left)
            height = min((row + 1) / rows, bottom) - max(row / rows, top)
            inside += value * max(width, 0) * columns * max(height, 0) * rows
            total += value
    return inside / total
