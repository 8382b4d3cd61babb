"""Maps of places that are not: countries, towns, mountains and seas, as engravers and printers drew them."""

import math
import random
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from rubricator.classifier.training.lite.drawn.surfaces import (
    INKS,
    Colour,
    blurred,
    borders,
    clouds,
    image,
    paper,
    paper_colour,
    values,
    wander,
    word,
)

_TINTS: Sequence[Colour] = (
    (238, 190, 180), (200, 220, 180), (240, 225, 160), (190, 210, 225), (225, 200, 220), (215, 230, 215),
    (245, 210, 170),
)  # fmt: skip
_WATERS: Sequence[Colour] = ((170, 205, 215), (205, 222, 215), (190, 215, 235), (225, 225, 200))
_SIZES = ((400, 320), (320, 400), (360, 360))


def country(chance: random.Random) -> Image.Image:
    """Coasts, tinted regions, rivers, hills and many names."""
    width, height = chance.choice(_SIZES)
    ink, sheet = chance.choice(INKS), paper(chance, width, height, 0.25)
    heights = clouds(chance, width, height, chance.choice((96, 128, 160)), 6)
    sea = heights < np.quantile(heights, chance.uniform(0.2, 0.6))
    if chance.random() < 0.6:
        sheet[sea] = sheet[sea] * 0.3 + np.array(chance.choice(_WATERS)) * 0.7
    x, y = np.arange(width), np.arange(height)[:, None]
    capitals = [(chance.uniform(0, width), chance.uniform(0, height)) for _ in range(chance.randint(5, 14))]
    bent = [plane + 60 * clouds(chance, width, height, 64) for plane in (x, y)]
    nearness = np.stack([(bent[0] - left) ** 2 + (bent[1] - top) ** 2 for left, top in capitals])
    regions = nearness.argmin(axis=0)
    if chance.random() < 0.4:
        tints = np.array([chance.choice(_TINTS) for _ in capitals], np.float32)
        sheet[~sea] = sheet[~sea] * 0.4 + tints[regions][~sea] * 0.6
    if chance.random() < 0.6:
        sheet[borders(regions) & ~sea & ((x + y) % 6 < 4)] = chance.choice((ink, (190, 60, 60)))
    if chance.random() < 0.6:
        hatched = (blurred(~sea, 4) > 0.12) & sea & (y % 3 == 0)
        sheet[hatched] = sheet[hatched] * 0.4 + np.array(ink) * 0.6
    sheet[borders(sea)] = ink
    drawn = image(sheet)
    _rivers(chance, drawn, chance.randint(2, 9), (ink, (90, 120, 150)))
    draw = ImageDraw.Draw(drawn)
    for _ in range(chance.choice((0, 0, 20, 60))):
        left, top = chance.uniform(0, width), chance.uniform(0, height)
        draw.line((left, top, left + 4, top - 6, left + 8, top), fill=ink)
    if chance.random() < 0.4:
        for along in range(0, max(width, height), chance.choice((50, 80, 100))):
            draw.line((along, 0, along, height), fill=ink)
            draw.line((0, along, width, along), fill=ink)
    return _finished(chance, drawn, chance.randint(15, 70), ink)


def town(chance: random.Random) -> Image.Image:
    """Blocks between streets, perhaps a river and a wall around them."""
    width, height = chance.choice(_SIZES)
    drawn = image(paper(chance, width, height, 0.25))
    draw, ink, tint = ImageDraw.Draw(drawn), chance.choice(INKS), chance.choice(_TINTS)
    middle_x, middle_y = width * chance.uniform(0.3, 0.7), height * chance.uniform(0.3, 0.7)
    turned, bend, built = chance.uniform(0, math.pi), chance.uniform(0, 0.003), chance.uniform(0.4, 1)
    long = chance.uniform(18, 40)
    broad, radius = long * chance.uniform(0.6, 1.4), chance.uniform(0.35, 0.8) * max(width, height)
    for row in range(-16, 17):
        for column in range(-16, 17):
            street, corners = chance.uniform(0.06, 0.2), []
            for down, across in (
                (street, street),
                (1 - street, street),
                (1 - street, 1 - street),
                (street, 1 - street),
            ):
                x, y = (row + down) * long, (column + across) * broad
                angle = turned + bend * math.hypot(x, y)
                right = x * math.cos(angle) - y * math.sin(angle) + chance.uniform(-1.5, 1.5)
                below = x * math.sin(angle) + y * math.cos(angle) + chance.uniform(-1.5, 1.5)
                corners.append((middle_x + right, middle_y + below))
            distance = math.hypot(corners[0][0] - middle_x, corners[0][1] - middle_y)
            if distance < radius * chance.uniform(0.8, 1.1) and chance.random() < built:
                fill = tint if chance.random() < 0.7 else chance.choice((None, ink, *_TINTS))
                draw.polygon(corners, outline=ink, fill=fill)
    if chance.random() < 0.6:
        river = wander(chance, 0, chance.uniform(0, height), 80, 8, 0.25)
        draw.line(river, fill=chance.choice(_WATERS), width=chance.randint(8, 26))
    if chance.random() < 0.4:
        wall = (middle_x - radius, middle_y - radius, middle_x + radius, middle_y + radius)
        draw.ellipse(wall, outline=ink, width=3)
    return _finished(chance, drawn, chance.randint(4, 25), ink)


def relief(chance: random.Random) -> Image.Image:
    """Contour lines, perhaps with light from one side, roads and streams."""
    width, height = chance.choice(_SIZES)
    sheet = paper(chance, width, height, 0.25)
    heights = clouds(chance, width, height, chance.choice((64, 128)), 4)
    if chance.random() < 0.4:
        sheet = sheet * 0.6 + 0.4 * np.array([200, 220, 180], np.float32) * (0.7 + 0.5 * heights[..., None])
    if chance.random() < 0.4:
        slopes = np.add(*np.gradient(heights))
        sheet = sheet - np.clip(slopes * chance.uniform(400, 1500), -30, 70)[..., None]
    lines = borders(np.floor(heights * chance.randint(12, 40)))
    brown = np.array(chance.choice(((120, 80, 50), (60, 50, 40), (90, 90, 90))), np.float32)
    sheet[lines] = sheet[lines] * 0.3 + brown * 0.7
    drawn = image(sheet)
    _rivers(chance, drawn, chance.randint(2, 10), ((190, 70, 50), (80, 110, 150), (40, 40, 40)))
    return _finished(chance, drawn, chance.randint(10, 40), (30, 30, 30))


def sea_chart(chance: random.Random) -> Image.Image:
    """Rhumb lines from several roses, coasts, and depths as numbers."""
    width, height = chance.choice(_SIZES)
    drawn = image(paper(chance, width, height, 0.25))
    draw, ink = ImageDraw.Draw(drawn), chance.choice(INKS)
    for _ in range(chance.randint(2, 5)):
        x, y = chance.uniform(0, width), chance.uniform(0, height)
        for point in range(16):
            angle, colour = point * math.pi / 8, chance.choice((ink, (170, 120, 100), (120, 140, 120)))
            draw.line((x, y, x + 900 * math.cos(angle), y + 900 * math.sin(angle)), fill=colour)
    sheet, heights = values(drawn).copy(), clouds(chance, width, height, chance.choice((128, 200)), 6)
    land = heights > np.quantile(heights, chance.uniform(0.5, 0.8))
    if chance.random() < 0.7:
        sheet[land] = np.array(paper_colour(chance)) * (0.97, 0.94, 0.8)
    sheet[borders(land)] = ink
    drawn = image(sheet)
    draw = ImageDraw.Draw(drawn)
    for _ in range(chance.randint(20, 120)):
        place = (chance.randrange(width), chance.randrange(height))
        draw.text(place, str(chance.randint(1, 60)), fill=ink, font=ImageFont.load_default(7))
    return _finished(chance, drawn, chance.randint(10, 30), ink)


def _rivers(chance: random.Random, drawn: Image.Image, count: int, colours: Sequence[Colour]) -> None:
    draw = ImageDraw.Draw(drawn)
    for _ in range(count):
        start = chance.uniform(0, drawn.width), chance.uniform(0, drawn.height)
        line = wander(chance, *start, chance.randint(20, 70), 5.5, 0.4)
        draw.line(line, fill=chance.choice(colours), width=chance.choice((1, 1, 2)))


def _finished(chance: random.Random, drawn: Image.Image, names: int, ink: Colour) -> Image.Image:
    """With names, a frame, a title and a compass rose; then stained, folded and a little blurred by the printer."""
    draw, (width, height) = ImageDraw.Draw(drawn), drawn.size
    for _ in range(names):
        name = word(chance, 3, 9)
        left, top = chance.randint(5, width - 50), chance.randint(5, height - 15)
        font = ImageFont.load_default(chance.choice((7, 8, 9, 9, 11, 14)))
        draw.text((left, top), name.upper() if chance.random() < 0.2 else name.title(), fill=ink, font=font)
        if chance.random() < 0.6:
            draw.circle((left - 4, top + 4), chance.choice((1, 2, 2)), outline=ink, fill=chance.choice((ink, None)))
    if chance.random() < 0.75:
        edge = chance.randint(4, 14)
        draw.rectangle((edge, edge, width - edge, height - edge), outline=ink, width=chance.choice((1, 1, 2, 3)))
        if chance.random() < 0.6:
            draw.rectangle((edge + 5, edge + 5, width - edge - 5, height - edge - 5), outline=ink)
            for along in range(edge, width - edge, 24):
                draw.rectangle((along, edge, along + 12, edge + 5), fill=ink)
                draw.rectangle((along, height - edge - 5, along + 12, height - edge), fill=ink)
    if chance.random() < 0.5:
        left, top = chance.choice((20, width - 130)), chance.choice((20, height - 80))
        draw.rectangle((left, top, left + 110, top + 55), outline=ink, fill=paper_colour(chance))
        for line in range(3):
            title = " ".join(word(chance, 4, 9).title() for _ in range(2))[:16]
            font = ImageFont.load_default(chance.choice((9, 12)))
            draw.text((left + 12, top + 5 + 16 * line), title, fill=ink, font=font)
    if chance.random() < 0.3:
        x, y, radius = chance.randint(40, width - 40), chance.randint(40, height - 40), chance.randint(10, 25)
        for point in range(16):
            reach, angle = radius / (1 + 2 * (point % 2)), point * math.pi / 8
            draw.line((x, y, x + reach * math.cos(angle), y + reach * math.sin(angle)), fill=ink)
        draw.circle((x, y), radius * 0.7, outline=ink)
    worn = values(drawn) + ((clouds(chance, width, height, 128) - 0.5) * chance.uniform(0, 40))[..., None]
    if chance.random() < 0.4:
        fold = chance.randint(width // 4, 3 * width // 4)
        worn[:, fold : fold + 2] -= chance.uniform(5, 25)
    return image(worn).filter(ImageFilter.GaussianBlur(chance.choice((0, 0.4, 0.8))))
