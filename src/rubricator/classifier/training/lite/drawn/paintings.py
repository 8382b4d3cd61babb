"""Paintings and tapestries made of pictures: patches of old colours under varnish, on a page, or in threads."""

import random
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from rubricator.classifier.training.lite.drawn.surfaces import (
    INKS,
    Colour,
    Plane,
    clouds,
    grain,
    image,
    lightness,
    paper_colour,
    values,
)

# From dark to light: what painters of old had on the palette.
_PALETTES: Sequence[Sequence[Colour]] = (
    ((28, 20, 14), (92, 58, 32), (176, 124, 78), (236, 208, 164)),
    ((20, 24, 22), (62, 72, 48), (140, 128, 84), (226, 212, 170)),
    ((24, 20, 34), (70, 66, 96), (150, 134, 130), (236, 222, 200)),
    ((34, 14, 12), (120, 40, 28), (188, 120, 70), (240, 220, 180)),
    ((16, 22, 32), (50, 84, 110), (130, 160, 150), (236, 230, 206)),
)
_FRAMES: Sequence[Colour] = ((150, 110, 50), (90, 60, 35), (40, 30, 25), (190, 160, 90))
_YARNS: Sequence[Colour] = (
    (60, 40, 30), (120, 60, 40), (40, 50, 60), (150, 120, 70), (90, 80, 50), (190, 160, 100), (150, 70, 50),
    (80, 100, 80), (200, 190, 150),
)  # fmt: skip


def oil(chance: random.Random, picture: Image.Image) -> Image.Image:
    """Brush strokes on canvas, darker towards the corners, yellowed by varnish, now and then in a frame."""
    patches = ImageOps.autocontrast(image(_toned(chance, picture)), cutoff=1)
    patches = patches.filter(ImageFilter.ModeFilter(chance.choice((3, 5, 7)))).filter(ImageFilter.MedianFilter(3))
    painted = values(patches.filter(ImageFilter.UnsharpMask(2, chance.randint(50, 180), 0)))
    height, width = painted.shape[:2]
    bristles = Image.fromarray((grain(chance, width, height) * 255).astype(np.uint8)).rotate(chance.uniform(0, 180))
    strokes = np.asarray(bristles.filter(ImageFilter.BoxBlur((chance.uniform(2, 5), 0.3))), np.float32) - 128
    painted = painted + strokes[..., None] * chance.uniform(0.2, 0.8)
    x, y = np.arange(width), np.arange(height)[:, None]
    if chance.random() < 0.5:
        painted = painted + ((np.sin(x * 2.2) + np.sin(y * 2.2)) * chance.uniform(1, 5))[..., None]
    varnish = np.array([1, chance.uniform(0.9, 1), chance.uniform(0.7, 1)]) * chance.uniform(0.75, 1.05)
    corners = (2 * x / width - 1) ** 2 + (2 * y / height - 1) ** 2
    done = image(painted * varnish * (1 - chance.uniform(0, 0.35) * corners / 2)[..., None])
    if chance.random() < 0.3:
        broad, colour = chance.randint(8, 30), chance.choice(_FRAMES)
        done = ImageOps.expand(done, broad, colour)
        inner = (broad // 3, broad // 3, done.width - broad // 3, done.height - broad // 3)
        ImageDraw.Draw(done).rectangle(inner, outline=tuple(value // 2 for value in colour), width=2)
    return done


def miniature(chance: random.Random, picture: Image.Image) -> Image.Image:
    """Flat, bright colours with thin outlines in a ruled field of a page, beside lines of writing."""
    flat = _flat(picture, chance.randint(8, 16), chance.uniform(1.3, 2.2))
    edges = lightness(flat.filter(ImageFilter.FIND_EDGES))
    field = image(values(flat) * (1 - 0.7 * np.clip(edges * 3, 0, 1))[..., None])
    margins = [chance.randint(4, 60) for _ in range(4)]
    page = ImageOps.expand(field, (margins[0], margins[1], margins[2], margins[3]), paper_colour(chance, 0.05))
    draw, ink = ImageDraw.Draw(page), chance.choice(INKS)
    left, top, right, bottom = margins[0], margins[1], margins[0] + field.width, margins[1] + field.height
    for distance, colour in ((2, (170, 130, 50)), (5, ink), (8, (40, 70, 130))):
        draw.rectangle((left - distance, top - distance, right + distance, bottom + distance), outline=colour, width=2)
    if chance.random() < 0.6:
        columns, high = chance.randint(1, 4), chance.randint(20, 80)
        above = top + chance.choice((0, field.height - high))
        draw.rectangle((left, above, right, above + high), fill=paper_colour(chance, 0.05), outline=ink)
        for column in range(columns):
            start, end = left + column * field.width // columns, left + (column + 1) * field.width // columns
            draw.line((end, above, end, above + high), fill=ink)
            for line in range(above + 8, above + high, 12):
                points = [(x, line + chance.randint(-4, 3)) for x in range(start + 5, end - 4, 3)]
                draw.line(points or [(start, line)], fill=ink, width=1)
    return image(values(page) + ((clouds(chance, *page.size) - 0.5) * chance.uniform(5, 40))[..., None])


def tapestry(chance: random.Random, picture: Image.Image) -> Image.Image:
    """Few, faded colours in ribs of wool, often with a woven border."""
    woven = values(_flat(image(_toned(chance, picture)), chance.randint(6, 14), chance.uniform(0.6, 1.2)))
    woven = woven * (chance.uniform(0.75, 1) * np.array([1.03, 0.98, 0.85]))
    if chance.random() < 0.6:
        woven = _bordered(chance, image(woven))
    height, width = woven.shape[:2]
    x, y = np.arange(width), np.arange(height)[:, None]
    ribs = np.sin((y + 0 * x if chance.random() < 0.5 else x + 0 * y) * 2 * np.pi / chance.uniform(2.5, 5))
    threads = grain(chance, 1, height) * 0.3 + grain(chance, width, height) * 0.5
    return image(woven * (1 + chance.uniform(0.08, 0.25) * ribs + 0.25 * (threads - 0.4))[..., None])


def _toned(chance: random.Random, picture: Image.Image) -> Plane:
    """(height, width, 3): the picture's colours, stronger or weaker; a grey picture in those of two palettes."""
    colours = values(picture)
    if colours.std(axis=2).mean() >= 6 and chance.random() >= 0.25:
        grey = colours.mean(axis=2, keepdims=True)
        stronger: Plane = grey + (colours - grey) * chance.uniform(0.7, 1.5)
        return stronger
    light, steps = lightness(picture), (0, 0.35, 0.65, 1)
    one, other = (
        np.stack([np.interp(light, steps, channel) for channel in zip(*chance.choice(_PALETTES), strict=True)], axis=2)
        for _ in range(2)
    )
    where = np.clip((clouds(chance, *picture.size, 128) - 0.35) * 3, 0, 1)[..., None]
    both: Plane = one * (1 - where) + other * where
    return both


def _flat(picture: Image.Image, colours: int, saturation: float) -> Image.Image:
    """Patches of so many colours."""
    smooth = picture.filter(ImageFilter.ModeFilter(5))
    few = values(smooth.quantize(colours, dither=Image.Dither.NONE).convert("RGB"))
    grey = few.mean(axis=2, keepdims=True)
    return image(grey + (few - grey) * saturation)


def _bordered(chance: random.Random, woven: Image.Image) -> Plane:
    broad, step = chance.randint(10, 32), chance.randint(10, 20)
    done = ImageOps.expand(woven, broad, chance.choice(_YARNS))
    draw, yarn = ImageDraw.Draw(done), chance.choice(_YARNS)
    for along in range(0, max(done.size), step):
        for across in (broad // 4, done.height - 3 * broad // 4):
            draw.ellipse((along, across, along + step // 2, across + broad // 2), fill=yarn)
        for across in (broad // 4, done.width - 3 * broad // 4):
            draw.ellipse((across, along, across + broad // 2, along + step // 2), fill=yarn)
    return values(done)
