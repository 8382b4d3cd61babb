"""Drawings made of pictures: what an edge and a shadow become under a pencil, a pen, a chalk or a brush with water."""

import random

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from rubricator.classifier.training.lite.drawn.surfaces import (
    INKS,
    blurred,
    clouds,
    grain,
    image,
    lightness,
    on_paper,
    paper,
    values,
    word,
)


def pencil(chance: random.Random, picture: Image.Image) -> Image.Image:
    """Dark where the picture is darker than its surroundings."""
    light = lightness(picture.filter(ImageFilter.GaussianBlur(chance.uniform(0, 1))))
    ink = 1 - np.minimum(1, light / (1 - blurred(1 - light, chance.uniform(2, 8)) + 0.004))
    ink = ink ** chance.uniform(0.6, 1) * chance.uniform(1, 1.8)
    if chance.random() < 0.4:
        ink = np.maximum(ink, (1 - light) * chance.uniform(0.2, 0.6) * (light < 0.85))
    ink = ink * (0.6 + 0.8 * chance.uniform(0.4, 1) * grain(chance, *picture.size))
    return _on_a_sheet(chance, on_paper(chance, ink, chance.choice(INKS)))


def pen(chance: random.Random, picture: Image.Image) -> Image.Image:
    """Lines along edges (Winnemöller 2011, "XDoG"), and hatching in the shadows."""
    light = lightness(picture.filter(ImageFilter.GaussianBlur(0.6)))
    fine = chance.uniform(0.7, 1.6)
    edges = blurred(light, fine) - 0.97 * blurred(light, fine * 1.8) - chance.uniform(-0.005, 0.015)
    ink = 1 / (1 + np.exp(np.clip(edges * chance.uniform(80, 200), -30, 30)))
    if chance.random() < 0.6:
        height, width = light.shape
        x, y = np.arange(width), np.arange(height)[:, None]
        for shadow, slope in ((0.55, 1), (0.33, -1)):
            waves = np.sin((x + slope * y) * 4.5 / chance.uniform(3, 5) + 3 * clouds(chance, width, height, 40, 1))
            ink = np.maximum(ink, 0.9 * ((waves > 0.3) & (blurred(light, 2) < shadow)))
    return _on_a_sheet(chance, on_paper(chance, ink * 0.95, chance.choice(INKS)))


def chalk(chance: random.Random, picture: Image.Image) -> Image.Image:
    """Tones that the grain of toned paper breaks up."""
    soft = ImageOps.autocontrast(picture.convert("L").filter(ImageFilter.GaussianBlur(chance.uniform(0.5, 1.5))))
    dark = 1 - lightness(soft)
    tooth = blurred(grain(chance, *picture.size), 0.6)
    ink = np.clip(dark * chance.uniform(0.8, 1.2) - (tooth - 0.35) * chance.uniform(0.6, 1.6), 0, 1) * (dark > 0.15)
    colour = chance.choice(((130, 50, 35), (30, 30, 30), (70, 50, 40), (50, 50, 60)))
    return _on_a_sheet(chance, on_paper(chance, ink, colour, white=0.15))


def wash(chance: random.Random, picture: Image.Image) -> Image.Image:
    """Watercolour: pools of colour on paper that shows where the picture's ground was, often with pencilled edges."""
    width, height = picture.size
    colours = values(picture.filter(ImageFilter.MedianFilter(5)).filter(ImageFilter.GaussianBlur(1)))
    rim = np.concatenate([colours[[0, -1]].reshape(-1, 3), colours[:, [0, -1]].reshape(-1, 3)])
    differs = np.abs(colours - np.median(rim, axis=0)).max(axis=2) / chance.uniform(25, 60)
    painted = blurred(differs, 1.5)[..., None]
    sheet = paper(chance, width, height)
    pools = (0.75 + 0.5 * clouds(chance, width, height, 48))[..., None] * chance.uniform(0.5, 0.9)
    tint = np.array([chance.uniform(0.8, 1.2) for _ in range(3)])
    glazed = np.minimum(sheet, (255 - (255 - colours) * pools * tint) * sheet / 255 * 1.05)
    done = sheet * (1 - painted) + glazed * painted
    if chance.random() < 0.6:
        light = lightness(picture)
        edges = np.clip((blurred(light, 2.2) - blurred(light, 1)) * chance.uniform(200, 900), 0, 90)
        done = done - edges[..., None]
    return _on_a_sheet(chance, image(done))


def _on_a_sheet(chance: random.Random, drawing: Image.Image) -> Image.Image:
    """As it is, or somewhere on a larger sheet of its own paper, now and then with a word below."""
    if chance.random() < 0.5:
        return drawing
    drawn = values(drawing)
    width, height = (round(side * chance.uniform(1.05, 1.6)) for side in drawing.size)
    ground = np.median(np.concatenate([drawn[:3].reshape(-1, 3), drawn[-3:].reshape(-1, 3)]), axis=0)
    sheet = image(ground + ((clouds(chance, width, height) - 0.5) * 14)[..., None])
    fades = Image.new("L", drawing.size, 0)
    fades.paste(255, (6, 6, drawing.width - 6, drawing.height - 6))
    left, top = chance.randint(0, width - drawing.width), chance.randint(0, height - drawing.height)
    sheet.paste(drawing, (left, top), fades.filter(ImageFilter.GaussianBlur(5)))
    if chance.random() < 0.3:
        below = min(height - 14, top + drawing.height + 2)
        ImageDraw.Draw(sheet).text((left + drawing.width // 2, below), word(chance, 4, 10), fill=chance.choice(INKS))
    return sheet
