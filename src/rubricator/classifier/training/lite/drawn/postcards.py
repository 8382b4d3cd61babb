"""Backs of postcards as a scanner sees them: written, stamped, or still empty."""

import math
import random

from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

from rubricator.classifier.training.lite.drawn.surfaces import (
    INKS,
    Colour,
    image,
    paper,
)

_TITLES = (
    "POST CARD", "POSTCARD", "CARTE POSTALE", "Postkarte", "CORRESPONDENCE CARD", "UNION POSTALE UNIVERSELLE",
    "Tarjeta Postal", "BRIEFKAART",
)  # fmt: skip
_PEN: tuple[Colour, ...] = ((30, 30, 60), (40, 40, 40), (80, 50, 40), (40, 60, 120))
_STAMPS: tuple[Colour, ...] = ((170, 40, 40), (40, 110, 70), (40, 70, 140), (200, 110, 60), (110, 60, 110))


def postcard_back(chance: random.Random) -> Image.Image:
    """A message, an address, a stamp with its postmark; or some of these not yet there."""
    width, height = 400, 256
    card = image(paper(chance, width, height, 0.2))
    draw, ink, middle = ImageDraw.Draw(card), chance.choice(INKS), round(width * chance.uniform(0.45, 0.58))
    if chance.random() < 0.8:
        draw.line((middle, height * chance.uniform(0.1, 0.35), middle, height - 15), fill=ink, width=2)
    if chance.random() < 0.8:
        font = ImageFont.load_default(chance.choice((12, 16, 20)))
        draw.text((width * chance.uniform(0.25, 0.45), 8), chance.choice(_TITLES), fill=ink, font=font)
    for line in range(chance.randint(2, 5)):
        draw.line((middle + 15, 130 + line * 26, width - 12, 130 + line * 26), fill=ink)
    pen = chance.choice(_PEN)
    if chance.random() < 0.75:
        _write(chance, draw, (12, chance.randint(30, 50), middle - 8, height - 15), pen, chance.randint(13, 22))
    if chance.random() < 0.8:
        _write(chance, draw, (middle + 20, 118, width - 20, height - 20), pen, chance.randint(22, 30))
    if chance.random() < 0.85:
        _stamp(chance, draw, width - chance.randint(50, 68), chance.randint(6, 12), ink)
    if chance.random() < 0.3:
        card = ImageOps.expand(card, chance.randint(4, 24), chance.choice(((255,) * 3, (20,) * 3, (128,) * 3)))
    return card.filter(ImageFilter.GaussianBlur(chance.uniform(0.2, 0.8)))


def _write(
    chance: random.Random, draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], colour: Colour, step: int
) -> None:
    """Lines of a hand that nobody can read."""
    left, top, right, bottom = box
    for line in range(top, bottom, step):
        x = left + chance.randint(0, 6)
        while x < right - 15:
            count = min(chance.randint(5, 16), (right - x) * 2 // 5)
            points = [(x + 2.5 * n, line + chance.randint(-step // 3, step // 4)) for n in range(count)]
            draw.line(points, fill=colour, width=chance.choice((1, 1, 2)), joint="curve")
            x += round(2.5 * count) + 7


def _stamp(chance: random.Random, draw: ImageDraw.ImageDraw, left: int, top: int, ink: Colour) -> None:
    if chance.random() < 0.25:
        draw.rectangle((left, top, left + 44, top + 52), outline=ink)
        draw.text((left + 6, top + 14), "PLACE\nSTAMP\nHERE", fill=ink, font=ImageFont.load_default(8))
        return
    colour = chance.choice(_STAMPS)
    draw.rectangle((left, top, left + 48, top + 56), fill=(240, 235, 220))
    draw.rectangle((left + 4, top + 4, left + 44, top + 52), fill=colour)
    draw.ellipse((left + 12, top + 10, left + 36, top + 40), fill=tuple(min(255, value + 80) for value in colour))
    x, y, radius = left - chance.randint(10, 40), top + 28, chance.randint(20, 26)
    for ring in (radius, radius - 7):
        draw.circle((x, y), ring, outline=(40, 40, 40), width=2)
    draw.text((x - 10, y - 5), str(chance.randint(1890, 1960)), fill=(40, 40, 40), font=ImageFont.load_default(9))
    for wave in range(4):
        points = [(x + radius + t * 6, y - 12 + 8 * wave + 3 * math.sin(t)) for t in range(12)]
        draw.line(points, fill=(50, 50, 50), width=2)
