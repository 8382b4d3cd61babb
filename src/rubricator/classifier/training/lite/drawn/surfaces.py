"""What drawn pictures are drawn on and with: grain, paper, stone, cloth's ground, ink. All values lie in [0, 255]."""

import random
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Plane = NDArray[np.floating[Any]]
Colour = tuple[int, int, int]

INKS: Sequence[Colour] = ((20, 20, 25), (60, 40, 20), (90, 60, 35), (40, 40, 50), (120, 45, 30), (30, 35, 60))
_LETTERS = "eeeeetttaaaooiinnsshhrrdlcumwfgypbvk"


def word(chance: random.Random, least: int = 2, most: int = 9) -> str:
    """Letters about as frequent as in English; it means nothing."""
    return "".join(chance.choices(_LETTERS, k=chance.randint(least, most)))


def grain(chance: random.Random, width: int, height: int) -> Plane:
    """(height, width) of independent values in [0, 1]."""
    return np.random.default_rng(chance.randrange(2**32)).random((height, width), dtype=np.float32)


def clouds(chance: random.Random, width: int, height: int, size: int = 96, octaves: int = 5) -> Plane:
    """(height, width) of smooth noise about 0.5: waves of ``size`` pixels, half as strong at half the size, and so on.

    Perlin 1985, "An image synthesizer", with cubic interpolation.
    """
    total = np.zeros((height, width), np.float32)
    for octave in range(octaves):
        cell = max(1, size >> octave)
        coarse = grain(chance, width // cell + 2, height // cell + 2)
        total += np.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)) * 0.5**octave
    total /= np.float32(2 - 0.5 ** (octaves - 1))
    return total


def image(values: Plane) -> Image.Image:
    """(height, width, 3), cut to [0, 255]."""
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def values(picture: Image.Image) -> Plane:
    """(height, width, 3) in [0, 255]."""
    return np.asarray(picture, np.float32)


def lightness(picture: Image.Image) -> Plane:
    """(height, width) in [0, 1]."""
    return np.asarray(picture.convert("L"), np.float32) / 255


def blurred(plane: Plane | NDArray[np.bool_], radius: float) -> Plane:
    """A plane of values in [0, 1]."""
    picture = Image.fromarray((np.clip(plane, 0, 1) * 255).astype(np.uint8))
    return np.asarray(picture.filter(ImageFilter.GaussianBlur(radius)), np.float32) / 255


def paper_colour(chance: random.Random, white: float = 0.35) -> Colour:
    """White with that chance, else yellowed or brown."""
    if chance.random() < white:
        light = chance.randint(235, 255)
        return light, light, light - chance.randint(0, 8)
    light = chance.randint(195, 245)
    return light, light - chance.randint(4, 22), light - chance.randint(14, 70)


def paper(chance: random.Random, width: int, height: int, white: float = 0.35) -> Plane:
    """(height, width, 3): paper with its stains and fibres."""
    stains = (clouds(chance, width, height) - 0.5) * chance.uniform(5, 40)
    fibres = (grain(chance, width, height) - 0.5) * chance.uniform(0, 14)
    return np.array(paper_colour(chance, white), np.float32) + (stains + fibres)[..., None]


def on_paper(chance: random.Random, ink: Plane, colour: Colour, white: float = 0.35) -> Image.Image:
    """A sheet with as much ink as ``ink`` (height, width) in [0, 1] says."""
    height, width = ink.shape
    covered = np.clip(ink, 0, 1)[..., None]
    return image(paper(chance, width, height, white) * (1 - covered) + np.array(colour, np.float32) * covered)


def stone(chance: random.Random, width: int, height: int) -> Plane:
    """(height, width, 3): the surface of limestone, marble, sandstone, granite or clay."""
    base = chance.choice(
        (
            (150, 145, 135), (190, 175, 150), (120, 115, 110), (205, 195, 180), (165, 130, 100), (90, 85, 80),
            (180, 150, 110), (140, 120, 100),
        )
    )  # fmt: skip
    veins = (clouds(chance, width, height, chance.choice((32, 64, 128)), 6) - 0.5) * chance.uniform(60, 150)
    pores = (grain(chance, width, height) - 0.5) * chance.uniform(10, 50)
    surface: Plane = np.array(base, np.float32) + (veins + pores)[..., None] * np.array([1, 0.95, 0.88], np.float32)
    return surface


def piece(chance: random.Random, surface: Plane, corners: float, ragged: float, fills: float) -> Image.Image:
    """A piece of ``surface`` on a plain ground, or with the chance ``fills`` the surface alone.

    Its outline is a superellipse with the exponent ``corners`` (2 is round, 20 nearly a rectangle), torn by ``ragged``.
    """
    if chance.random() < fills:
        return image(surface)
    height, width = surface.shape[:2]
    across, down = np.linspace(-1, 1, width), np.linspace(-1, 1, height)[:, None]
    distance = (np.abs(across) ** corners + np.abs(down) ** corners) ** (1 / corners)
    distance = distance + ragged * (clouds(chance, width, height, 64) - 0.5)
    inside = blurred(distance < 0.95, 1)[..., None]
    shade = np.clip((distance - 0.6) * chance.uniform(0, 120), 0, 70)[..., None]
    share = chance.uniform(1.05, 1.5)
    ground = np.full((round(height * share), round(width * share), 3), chance.choice((245, 230, 200, 180, 128, 60, 20)))
    ground = ground + (np.linspace(-1, 1, len(ground)) * chance.uniform(-25, 25))[:, None, None]
    top, left = (ground.shape[0] - height) // 2, (ground.shape[1] - width) // 2
    place = ground[top : top + height, left : left + width]
    ground[top : top + height, left : left + width] = place * (1 - inside) + (surface - shade) * inside
    return image(ground)


def wander(
    chance: random.Random, x: float, y: float, steps: int, step: float, turn: float
) -> list[tuple[float, float]]:
    """The points of a line that goes on from (x, y), turning by ``turn`` (radians) at most at every step."""
    towards = chance.uniform(0, 2 * np.pi)
    points = [(x, y)]
    for _ in range(steps):
        towards += chance.uniform(-turn, turn)
        x, y = x + step * float(np.cos(towards)), y + step * float(np.sin(towards))
        points.append((x, y))
    return points


def borders(numbers: NDArray[Any]) -> NDArray[np.bool_]:
    """(height, width): where a value differs from the one to its left or above it."""
    below, beside = (np.diff(numbers, axis=axis, prepend=numbers.take([0], axis)) != 0 for axis in (0, 1))
    differs: NDArray[np.bool_] = below | beside
    return differs
