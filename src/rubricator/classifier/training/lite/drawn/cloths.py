"""Woven, printed and patched cloths, whole or as fragments."""

import colorsys
import random

import numpy as np
from PIL import Image, ImageDraw

from rubricator.classifier.training.lite.drawn.surfaces import Colour, Plane, clouds, grain, piece, values

_SIZES = ((320, 256), (256, 320), (256, 256))


def striped(chance: random.Random) -> Image.Image:
    """Stripes, or where they cross, a plaid."""
    size = chance.choice(_SIZES)
    colours = np.array(_dyes(chance, chance.randint(3, 8)), np.float32)
    across, down = (_stripes(chance, colours, side) for side in size)
    plaid = (across[None] + down[:, None]) / 2
    return _cloth(
        chance, chance.choice((plaid, np.repeat(across[None], size[1], 0), np.repeat(down[:, None], size[0], 1)))
    )


def patched(chance: random.Random) -> Image.Image:
    """A quilt of blocks that repeat."""
    count, side, repeat = chance.randint(4, 9), chance.randint(24, 48), chance.randint(1, 3)
    quilt = Image.new("RGB", (count * side, count * side))
    draw, dyes = ImageDraw.Draw(quilt), _dyes(chance, chance.randint(3, 7))
    block = [[chance.randrange(6) for _ in range(repeat)] for _ in range(repeat)]
    for column in range(count):
        for row in range(count):
            kind, x, y = block[column % repeat][row % repeat], column * side, row * side
            ground, patch = dyes[kind % len(dyes)], dyes[(kind + 1) % len(dyes)]
            draw.rectangle((x, y, x + side, y + side), fill=ground)
            half, quarter = side / 2, side / 4
            match kind:
                case 1:
                    draw.polygon([(x, y), (x + side, y), (x, y + side)], fill=patch)
                case 2:
                    diamond = [(x + half, y), (x + side, y + half), (x + half, y + side), (x, y + half)]
                    draw.polygon(diamond, fill=patch)
                case 3:
                    draw.rectangle((x + quarter, y + quarter, x + 3 * quarter, y + 3 * quarter), fill=patch)
                case 4:
                    draw.ellipse((x + 4, y + 4, x + side - 4, y + side - 4), fill=patch)
    return _cloth(chance, values(quilt))


def printed(chance: random.Random) -> Image.Image:
    """A mirrored motif, block-printed or damask, over and over."""
    side = chance.randint(28, 80)
    motif = Image.new("RGB", (side, side), _dyes(chance, 1)[0])
    draw, dyes = ImageDraw.Draw(motif), _dyes(chance, 4)
    for _ in range(chance.randint(3, 9)):
        kind, dye = chance.randrange(4), chance.choice(dyes)
        left, y, radius = chance.uniform(0, side / 2), chance.uniform(0, side), chance.uniform(2, side / 4)
        for x in (left, side - left):
            box = (x - radius, y - radius, x + radius, y + radius)
            match kind:
                case 0:
                    draw.ellipse(box, fill=dye)
                case 1:
                    draw.polygon([(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)], fill=dye)
                case 2:
                    draw.arc(box, 0, chance.choice((180, 300)), fill=dye, width=3)
                case _:
                    draw.line((side / 2, y, x, y - radius), fill=dye, width=2)
    cloth = Image.new("RGB", chance.choice(_SIZES))
    shifted = chance.choice((0, side // 2))
    for number, x in enumerate(range(0, cloth.width, side)):
        for y in range(-side, cloth.height, side):
            cloth.paste(motif, (x, y + shifted * (number % 2)))
    return _cloth(chance, values(cloth))


def _dyes(chance: random.Random, count: int) -> list[Colour]:
    """Colours that go together: of neighbouring hues, or across the circle."""
    hue, dyes = chance.random(), []
    for _ in range(count):
        other = (hue + chance.choice((0, 0.03, 0.08, 0.5, 0.33))) % 1
        red, green, blue = colorsys.hsv_to_rgb(other, chance.uniform(0.1, 0.8), chance.uniform(0.25, 0.95))
        dyes.append((round(255 * red), round(255 * green), round(255 * blue)))
    return dyes


def _stripes(chance: random.Random, colours: Plane, length: int) -> Plane:
    """(length, 3), a repeating band of stripes."""
    band: list[int] = []
    while len(band) < length:
        band += [chance.randrange(len(colours))] * chance.randint(2, 24)
    stripes: Plane = colours[np.resize(band[: chance.randint(30, 120)], length)]
    return stripes


def _cloth(chance: random.Random, surface: Plane) -> Image.Image:
    """With threads and folds, hemmed or torn."""
    height, width = surface.shape[:2]
    thread = 2 * np.pi / chance.uniform(2, 4)
    threads = np.sin(np.arange(width) * thread) * np.sin(np.arange(height)[:, None] * thread)
    light = 1 + chance.uniform(0.04, 0.16) * threads + 0.1 * (grain(chance, width, height) - 0.5)
    folds = 1 + chance.uniform(0, 0.4) * (clouds(chance, width, height, chance.choice((60, 120, 200)), 1) - 0.5)
    woven: Plane = surface * (light * folds)[..., None]
    return piece(chance, woven, chance.choice((6, 20, 40)), chance.uniform(0, 0.5), fills=0.5)
