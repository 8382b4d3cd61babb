"""What shows nothing, and what shows little."""

import io

import pytest
from PIL import Image, ImageDraw, ImageFilter

from rubricator.images.blank import is_blank


def sheet(colour: str = "white") -> Image.Image:
    return Image.new("RGB", (400, 300), colour)


def as_jpeg(picture: Image.Image, quality: int = 60) -> Image.Image:
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=quality)
    return Image.open(io.BytesIO(content.getvalue()))


@pytest.mark.parametrize("colour", ["white", "black", "#c0b090"])
def test_one_colour_is_blank_even_as_a_jpeg(colour: str) -> None:
    assert is_blank(sheet(colour))
    assert is_blank(as_jpeg(sheet(colour)))
    assert is_blank(Image.new("RGB", (1, 1), colour))


def test_the_noise_of_a_camera_shows_nothing() -> None:
    noise = Image.effect_noise((640, 480), 8).convert("RGB")

    assert is_blank(noise)


def test_a_faint_line_on_a_sheet_is_something() -> None:
    drawn = sheet()
    ImageDraw.Draw(drawn).line((40, 30, 360, 270), fill="#a0a0a0", width=3)

    assert not is_blank(drawn)
    assert not is_blank(as_jpeg(drawn.filter(ImageFilter.BLUR)))


def test_a_small_object_on_a_plain_ground_is_something() -> None:
    jewel = sheet("#202020")
    ImageDraw.Draw(jewel).ellipse((195, 145, 207, 157), fill="#d0b040")

    assert not is_blank(jewel)
