"""Writing cut into stone or pressed into clay: letters, wedges and pictures of signs."""

import random

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from rubricator.classifier.training.lite.drawn.surfaces import Plane, blurred, clouds, piece, stone, wander

_SIZES = ((320, 240), (240, 320), (280, 280))
_ALPHABETS = (
    "AABCDEEFGHIIILMNOOPQRSSTTVVX",
    "AABCDEEFGHIIILMNOOPQRSSTTVVX",
    "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ",
    "abcdefghilmnoprstuv",
)
_PAINTS = ((120, 30, 25), (30, 25, 20), (180, 150, 70))


def letters(chance: random.Random) -> Image.Image:
    """Lines of Latin capitals, of small letters or of Greek ones."""
    signs = Image.new("L", chance.choice(_SIZES))
    draw, size, alphabet = ImageDraw.Draw(signs), chance.randint(14, 40), chance.choice(_ALPHABETS)
    font, between, top = ImageFont.load_default(size), chance.choice((" ", "·", "")), chance.randint(8, 20)
    while top + size < signs.height - 6:
        line, left = "".join(chance.choices([*alphabet, between], k=60)), chance.randint(8, 16)
        while draw.textlength(line, font) > signs.width - 2 * left:
            line = line[:-1]
        draw.text((left, top), line, fill=255, font=font)
        top += round(size * chance.uniform(1.1, 1.4))
    return _cut(chance, signs)


def wedges(chance: random.Random) -> Image.Image:
    """Cuneiform: in every place some wedges with their tails."""
    signs = Image.new("L", chance.choice(_SIZES))
    draw, size, ruled = ImageDraw.Draw(signs), chance.randint(10, 22), chance.random() < 0.5
    for line in range(8, signs.height - size, round(size * 1.2)):
        if ruled:
            draw.line((0, line - 2, signs.width, line - 2), fill=120)
        place = 8
        while place < signs.width - size:
            for _ in range(chance.randint(1, 4)):
                x, y = place + chance.randint(0, size // 2), line + chance.randint(0, size // 2)
                head, tail = size * chance.uniform(0.2, 0.35), size * chance.uniform(0.5, 0.9)
                if chance.random() < 0.6:
                    draw.polygon([(x - head, y), (x + head, y), (x, y + head)], fill=255)
                    draw.line((x, y, x, y + tail), fill=255)
                else:
                    draw.polygon([(x, y - head), (x, y + head), (x + head, y)], fill=255)
                    draw.line((x, y, x + tail, y), fill=255)
            place += round(size * chance.uniform(0.7, 1.1))
    return _cut(chance, signs)


def hieroglyphs(chance: random.Random) -> Image.Image:
    """Columns of little pictures."""
    signs = Image.new("L", chance.choice(_SIZES))
    draw, size, ruled = ImageDraw.Draw(signs), chance.randint(16, 34), chance.random() < 0.6
    for column in range(8, signs.width - size, round(size * 1.25)):
        if ruled:
            draw.line((column - 3, 0, column - 3, signs.height), fill=255, width=2)
        top = 6
        while top < signs.height - size:
            side = round(size * chance.uniform(0.5, 1))
            _sign(chance, draw, column, top, side)
            top += round(side * chance.uniform(0.8, 1.2)) + 3
    return _cut(chance, signs)


def _sign(chance: random.Random, draw: ImageDraw.ImageDraw, x: int, y: int, side: int) -> None:
    broad = chance.choice((1, 2, 2))
    match chance.randrange(7):
        case 0:
            draw.ellipse((x, y, x + side, y + side // 2), outline=255, width=broad)
        case 1:
            draw.rectangle((x, y, x + side, y + side // 3), outline=255, width=broad)
        case 2:
            draw.line(wander(chance, x, y + side // 3, 6, side / 6, 0.9), fill=255, width=broad)
        case 3:
            corners = [(x + side * chance.random(), y + side * 0.6 * chance.random()) for _ in range(6)]
            draw.polygon(corners, fill=chance.choice((255, None)), outline=255)
        case 4:
            draw.arc((x, y, x + side, y + side), chance.randint(0, 180), chance.randint(190, 360), 255, broad)
            draw.line((x + side // 2, y, x + side // 2, y + side), fill=255, width=broad)
        case 5:
            for line in range(3):
                draw.line((x, y + line * side // 4, x + side, y + line * side // 4), fill=255, width=broad)
        case _:
            zigzag = [(x + point * side / 6, y + (point % 2) * side / 5) for point in range(7)]
            draw.line(zigzag, fill=255, width=broad)


def _cut(chance: random.Random, signs: Image.Image) -> Image.Image:
    """Stone with the signs sunk or raised in light from one side, worn away in places, and seldom painted."""
    width, height = signs.size
    depth = blurred(np.asarray(signs, np.float32) / 255, chance.uniform(0.4, 1.1))
    far, sunk = chance.choice((1, 1, 2)), chance.choice((1, 1, -1))
    slope = np.roll(depth, (far, far), (0, 1)) - np.roll(depth, (-far, -far), (0, 1))
    surface = stone(chance, width, height)
    surface = surface + (slope * chance.uniform(40, 130) * sunk - depth * chance.uniform(10, 60))[..., None]
    if chance.random() < 0.1:
        surface = surface * (1 - depth[..., None]) + depth[..., None] * np.array(chance.choice(_PAINTS))
    worn = 0.6 * blurred(clouds(chance, width, height, 64) > chance.uniform(0.55, 0.8), 3)[..., None]
    surface = surface * (1 - worn) + stone(chance, width, height) * worn
    lit: Plane = (surface * np.linspace(chance.uniform(0.7, 1.1), chance.uniform(0.7, 1.1), width)[:, None]).astype(
        np.float32
    )
    return piece(chance, lit, chance.choice((2.5, 4, 8, 20)), 0.35, fills=0.45)
