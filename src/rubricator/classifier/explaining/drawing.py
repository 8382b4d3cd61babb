"""A heat map as a picture that stands on its own: what was seen, where it speaks for the concept, and the key."""

from collections.abc import Sequence
from math import ceil, floor

from PIL import Image, ImageDraw, ImageFont, ImageOps

from rubricator.classifier.explaining.colours import STEPS, ramp
from rubricator.classifier.explaining.heatmap import HeatMap

_Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

_SIDE = 480
_LEAST = 40
_MARGIN = 24
_PAPER, _INK, _FADED, _GROUND = "#fffdf8", "#1d1a16", "#625a4e", "#b9b2a6"
_TITLE, _TEXT = 30, 16
_OVER, _VEIL = 0.62, 0.7


def draw(picture: Image.Image | None, size: tuple[int, int], heat_map: HeatMap, label: str) -> Image.Image:
    """The original, and beside it the map over the grey picture, below the concept's ``label``; a key of the colours.

    ``picture`` is None where its rights do not allow to show it: the map is then drawn alone, in the shape of ``size``.
    """
    if picture is None:
        panels = [overlay(Image.new("RGB", _fitting(size), _GROUND), heat_map)]
    else:
        shown = picture.convert("RGB").resize(_fitting(picture.size), Image.Resampling.LANCZOS)
        panels = [shown, overlay(shown, heat_map)]
    width, height = panels[0].size
    across = max(len(panels) * width + (len(panels) - 1) * _MARGIN, _SIDE)
    title, text = ImageFont.load_default(_TITLE), ImageFont.load_default(_TEXT)
    top = _MARGIN + _TITLE + _MARGIN
    sheet = Image.new("RGB", (across + 2 * _MARGIN, top + height + 5 * _MARGIN), _PAPER)
    pen = ImageDraw.Draw(sheet)
    pen.text((_MARGIN, _MARGIN - 4), label, _INK, title)
    for place, panel in enumerate(panels):
        sheet.paste(panel, (_MARGIN + place * (width + _MARGIN), top))
    _key(sheet, pen, top + height + _MARGIN, text, label, heat_map)
    return sheet


def overlay(picture: Image.Image, heat_map: HeatMap) -> Image.Image:
    """The picture in grey under the colours of the map; what the model did not see of it is veiled."""
    grey = ImageOps.grayscale(picture).convert("RGB")
    rows = heat_map.values
    # Only what lies on the picture: a model that fills a thin picture up to a square sees hundreds of times as much.
    left, right, first_column, last_column = _on(picture.width, heat_map.region[::2], len(rows[0]))
    top, bottom, first_row, last_row = _on(picture.height, heat_map.region[1::2], len(rows))
    values = Image.new("F", (len(rows[0]), len(rows)))
    values.putdata([value * (STEPS - 1) for row in rows for value in row])
    part = (first_column, first_row, last_column, last_row)
    levels = values.resize((right - left, bottom - top), Image.Resampling.BICUBIC, part).convert("L")
    levels.putpalette([part for colour in ramp() for part in colour])
    result = Image.blend(grey, Image.new("RGB", picture.size, _PAPER), _VEIL)
    seen = grey.crop((left, top, right, bottom))
    result.paste(Image.blend(seen, levels.convert("RGB"), _OVER), (left, top))
    return result


def _on(side: int, region: Sequence[float], places: int) -> tuple[int, int, float, float]:
    """The pixels from and to that a region (from and to, as shares of the ``side``) has on a picture, at least one,
    and which of the places, from and to, lie there."""
    start, end = (share * side for share in region)
    first, last = max(floor(start), 0), min(ceil(end), side)
    shares = ((pixel - start) / (end - start) for pixel in (first, last))
    since, until = (places * min(max(share, 0.0), 1.0) for share in shares)
    return first, last, since, until


def _fitting(size: tuple[int, int]) -> tuple[int, int]:
    """The largest size of the same shape whose longer side is ``_SIDE``, and whose shorter can still be seen."""
    scale = _SIDE / max(size)
    return max(round(size[0] * scale), _LEAST), max(round(size[1] * scale), _LEAST)


def _key(sheet: Image.Image, pen: ImageDraw.ImageDraw, top: int, font: _Font, label: str, heat_map: HeatMap) -> None:
    colours = Image.new("RGB", (STEPS, 1))
    colours.putdata(list(ramp()))
    width = min(sheet.width - 2 * _MARGIN, 360)
    grey = Image.new("RGB", (width, _MARGIN), "#808080")
    sheet.paste(Image.blend(grey, colours.resize(grey.size, Image.Resampling.BILINEAR), _OVER), (_MARGIN, top))
    below = top + _MARGIN + 6
    pen.text((_MARGIN, below), "nothing", _INK, font)
    pen.text((_MARGIN + width, below), "most", _INK, font, anchor="ra")
    sentence = f"How much each place speaks for “{label}” rather than for the other concepts."
    if heat_map.region != (0.0, 0.0, 1.0, 1.0):
        sentence += " Pale: not seen by the model."
    pen.multiline_text((_MARGIN, below + _MARGIN), _wrapped(sentence, sheet.width - 2 * _MARGIN, font), _FADED, font)


def _wrapped(text: str, width: int, font: _Font) -> str:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        lines[-1:] = [longer] if font.getlength(longer) <= width else [lines[-1], word]
    return "\n".join(lines)
