"""Pictures of what is none of the concepts, drawn here: text pages, blanks, charts, noise and their like."""

import random
from collections.abc import Callable, Mapping

from PIL import Image, ImageDraw, ImageFont, ImageOps

from rubricator.classifier.training.lite.drawn.surfaces import word

_SIZE = (320, 400)


def _canvas(chance: random.Random) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """Paper, from white to yellowed, upright or lying."""
    light = chance.randint(215, 255)
    size = _SIZE if chance.random() < 0.7 else _SIZE[::-1]
    image = Image.new("RGB", size, (light, light - chance.randint(0, 8), light - chance.randint(0, 30)))
    return image, ImageDraw.Draw(image)


def _ink(chance: random.Random) -> tuple[int, int, int]:
    dark = chance.randint(0, 70)
    return dark, dark, dark + chance.choice((0, 0, 40))


def _words(chance: random.Random, count: int) -> str:
    return " ".join(word(chance) for _ in range(count))


def _write(draw: ImageDraw.ImageDraw, chance: random.Random, box: tuple[int, int, int, int], height: int) -> None:
    """Lines of words that fill ``box``, in paragraphs."""
    left, top, right, bottom = box
    font, ink = ImageFont.load_default(height), _ink(chance)
    width = max(1, (right - left) * 2 // height)
    while top + height < bottom:
        ends = chance.random() < 0.15
        draw.text((left, top), _words(chance, 40)[: width // 2 if ends else width], fill=ink, font=font)
        top += round(height * (2.2 if ends else 1.35))


def _page(chance: random.Random) -> Image.Image:
    image, draw = _canvas(chance)
    margin, columns = chance.randint(12, 40), chance.choice((1, 1, 2))
    width = (image.width - margin * (columns + 1)) // columns
    for column in range(columns):
        left = margin + column * (width + margin)
        _write(draw, chance, (left, margin, left + width, image.height - margin), chance.randint(8, 16))
    return image


def _letter(chance: random.Random) -> Image.Image:
    """Lines that only look written: a pen that goes up and down."""
    image, draw = _canvas(chance)
    ink, step = _ink(chance), chance.randint(14, 26)
    for y in range(chance.randint(20, 60), image.height - 20, step):
        x = chance.randint(15, 40)
        end = image.width - chance.randint(10, 90)
        while x < end:
            stroke = [(x + 3 * n, y + chance.randint(-step // 3, step // 4)) for n in range(chance.randint(4, 14))]
            draw.line(stroke, fill=ink, width=chance.choice((1, 1, 2)), joint="curve")
            x = stroke[-1][0] + 8
    return image


def _table(chance: random.Random) -> Image.Image:
    image, draw = _canvas(chance)
    ink, across, down = _ink(chance), chance.randint(40, 80), chance.randint(14, 26)
    font = ImageFont.load_default(down * 2 // 3)
    for y in range(20, image.height - 20, down):
        draw.line((15, y, image.width - 15, y), fill=ink)
        for x in range(15, image.width - 15, across):
            draw.text((x + 4, y + 2), str(chance.randint(0, 9999)), fill=ink, font=font)
    for x in range(15, image.width - 10, across):
        draw.line((x, 20, x, image.height - 20), fill=ink)
    return image


def _screen(chance: random.Random) -> Image.Image:
    """A page of a browser: a bar, a menu, boxes and text."""
    image, draw = _canvas(chance)
    colour = tuple(chance.randrange(256) for _ in range(3))
    draw.rectangle((0, 0, image.width, chance.randint(20, 60)), fill=colour)
    _write(draw, chance, (10, 70, image.width // 3, image.height - 10), 10)
    for y in range(70, image.height - 60, 80):
        shade = chance.randint(190, 245)
        draw.rectangle((image.width // 3 + 10, y, image.width - 12, y + 66), fill=(shade,) * 3, outline=colour)
        _write(draw, chance, (image.width // 3 + 16, y + 6, image.width - 20, y + 60), 10)
    return image


def _blank(chance: random.Random) -> Image.Image:
    return _canvas(chance)[0]


def _plain(chance: random.Random) -> Image.Image:
    return Image.new("RGB", _SIZE, tuple(chance.randrange(256) for _ in range(3)))


def _gradient(chance: random.Random) -> Image.Image:
    grey = chance.choice((Image.linear_gradient, Image.radial_gradient))("L").rotate(chance.choice((0, 90, 180)))
    if chance.random() < 0.5:
        return grey.convert("RGB")
    dark, light = (f"#{chance.randrange(2**24):06x}" for _ in range(2))
    return ImageOps.colorize(grey, dark, light)


def _chart(chance: random.Random) -> Image.Image:
    """Patches of colours, or of greys, in a frame, as a photographer lays them beside an object."""
    greys, columns, rows = chance.random() < 0.4, chance.randint(4, 8), chance.randint(1, 5)
    patch, gap = 300 // columns, chance.randint(2, 8)
    image = Image.new("RGB", (columns * patch + gap, rows * patch + gap), (chance.choice((15, 60, 240)),) * 3)
    draw = ImageDraw.Draw(image)
    for number in range(columns * rows):
        x, y = number % columns * patch + gap, number // columns * patch + gap
        grey = (255 * number // (columns * rows),) * 3
        colour = grey if greys else tuple(chance.randrange(256) for _ in range(3))
        draw.rectangle((x, y, x + patch - gap, y + patch - gap), fill=colour)
    return image


def _noise(chance: random.Random) -> Image.Image:
    coarse = chance.choice((1, 1, 2, 4, 16))
    channels = 3 if chance.random() < 0.5 else 1
    bands = [
        Image.frombytes("L", (256 // coarse,) * 2, chance.randbytes((256 // coarse) ** 2)) for _ in range(channels)
    ]
    image = Image.merge("RGB", bands if channels == 3 else bands * 3)
    return image.resize((256, 256), Image.Resampling.BILINEAR)


def _barcode(chance: random.Random) -> Image.Image:
    """Bars of one height, or the squares of a two-dimensional code."""
    image = Image.new("RGB", (300, 300), "white")
    draw = ImageDraw.Draw(image)
    squares, step = chance.random() < 0.5, chance.randint(4, 12)
    for x in range(40, 260, step):
        for y in range(40, 260, step) if squares else (90,):
            if chance.random() < 0.5:
                draw.rectangle((x, y, x + step - 1, y + step - 1 if squares else 210), fill="black")
    return image


OUTSIDE: Mapping[str, Callable[[random.Random], Image.Image]] = {
    "printed page": _page,
    "handwritten letter": _letter,
    "table": _table,
    "screenshot": _screen,
    "blank sheet": _blank,
    "single colour": _plain,
    "gradient": _gradient,
    "colour chart": _chart,
    "noise": _noise,
    "bar code": _barcode,
}
