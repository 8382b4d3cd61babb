"""A heat map as a picture that stands on its own: what was seen, where it speaks for the concept, and the key."""

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
    left, top, right, bottom = (
        round(share * side) for share, side in zip(heat_map.region, picture.size * 2, strict=True)
    )
    seen = (max(right - left, 1), max(bottom - top, 1))
    rows = heat_map.values
    values = Image.new("F", (len(rows[0]), len(rows)))
    values.putdata([value * (STEPS - 1) for row in rows for value in row])
    levels = values.resize(seen, Image.Resampling.BICUBIC).convert("L")
    levels.putpalette([part for colour in ramp() for part in colour])
    result = Image.blend(grey, Image.new("RGB", picture.size, _PAPER), _VEIL)
    box = (max(left, 0), max(top, 0), min(right, picture.width), min(bottom, picture.height))
    colours = levels.convert("RGB").crop((box[0] - left, box[1] - top, box[2] - left, box[3] - top))
    result.paste(Image.blend(grey.crop(box), colours, _OVER), box[:2])
    return result


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
