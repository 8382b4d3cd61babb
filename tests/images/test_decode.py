"""Every kind of picture that museums publish comes out as a person would see it."""

import io
from pathlib import Path

import pytest
from PIL import Image, features

from rubricator.images import CODES, ImageError, decode
from rubricator.images.decode import read_header
from tests.fakes.images import picture_bytes

LIMIT = 10_000_000
WHITE = (255, 255, 255)


def saved(image: Image.Image, name: str, **options: object) -> bytes:
    content = io.BytesIO()
    image.save(content, name, **options)
    return content.getvalue()


def code_of(content: bytes, max_pixels: int = LIMIT) -> str:
    with pytest.raises(ImageError) as caught:
        decode(content, max_pixels)
    assert caught.value.code in CODES
    return caught.value.code


def test_a_photograph_is_turned_as_its_camera_says() -> None:
    picture = Image.new("RGB", (40, 20), "white")
    picture.paste("black", (0, 0, 20, 20))
    exif = Image.Exif()
    exif[0x0112] = 6  # the top of the scene is at the right edge

    turned = decode(saved(picture, "JPEG", exif=exif, quality=95), LIMIT)

    assert (20, 40) == turned.size
    assert sum(turned.getpixel((10, 5))) < 30  # type: ignore[arg-type]
    assert sum(turned.getpixel((10, 35))) > 735  # type: ignore[arg-type]


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")  # pytest undoes the filter that decode.py sets
def test_broken_exif_does_not_cost_the_picture() -> None:
    content = saved(Image.new("RGB", (8, 8), "red"), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")

    assert (8, 8) == decode(content, LIMIT).size


@pytest.mark.parametrize("name", ["JPEG", "TIFF"])
def test_print_colours_become_screen_colours(name: str) -> None:
    pixel = decode(saved(Image.new("CMYK", (16, 16), (0, 255, 255, 0)), name), LIMIT).getpixel((8, 8))

    assert isinstance(pixel, tuple)
    assert pixel[0] > 200
    assert max(pixel[1:]) < 80


@pytest.mark.parametrize(("highest", "value", "expected"), [(65535, 32768, 127), (4095, 2048, 127)])
def test_sixteen_bits_become_eight_not_white(highest: int, value: int, expected: int) -> None:
    picture = Image.new("I;16", (16, 16), value)
    picture.putpixel((0, 0), highest)

    assert (expected,) * 3 == decode(saved(picture, "PNG"), LIMIT).getpixel((8, 8))


def test_floating_point_pixels_are_stretched() -> None:
    picture = Image.new("F", (4, 4), 0.5)
    picture.putpixel((0, 0), 0.0)
    picture.putpixel((3, 3), 1.0)

    assert (127,) * 3 == decode(saved(picture, "TIFF"), LIMIT).getpixel((1, 1))


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_transparent_parts_are_white(mode: str) -> None:
    assert WHITE == decode(saved(Image.new(mode, (4, 4), 0), "PNG"), LIMIT).getpixel((1, 1))


def test_a_palettes_transparent_colour_is_white() -> None:
    picture = Image.new("P", (4, 4), 1)
    picture.putpalette([0, 0, 0, 200, 10, 10])

    assert (200, 10, 10) == decode(saved(picture, "PNG"), LIMIT).getpixel((1, 1))
    assert WHITE == decode(saved(picture, "PNG", transparency=1), LIMIT).getpixel((1, 1))


def test_a_transparent_colour_of_a_true_colour_picture_is_white() -> None:
    content = saved(Image.new("RGB", (4, 4), (1, 2, 3)), "PNG", transparency=(1, 2, 3))

    assert WHITE == decode(content, LIMIT).getpixel((1, 1))


@pytest.mark.parametrize("name", ["GIF", "WEBP", "TIFF"])
def test_of_several_frames_the_first_is_taken(name: str) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("blue", "yellow", "green")]
    options = {} if name == "TIFF" else {"lossless": True} if name == "WEBP" else {"duration": 100}

    content = saved(frames[0], name, save_all=True, append_images=frames[1:], **options)

    assert (0, 0, 255) == decode(content, LIMIT).getpixel((4, 4))


@pytest.mark.parametrize("mode", ["1", "L", "YCbCr"])
def test_other_modes_become_rgb(mode: str) -> None:
    assert "RGB" == decode(saved(Image.new(mode, (4, 4)), "JPEG" if mode == "YCbCr" else "PNG"), LIMIT).mode


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("TIFF", "image/tiff"), ("WEBP", "image/webp"), ("GIF", "image/gif"),
     ("JPEG2000", "image/jp2"), ("BMP", "image/bmp"), ("PPM", "image/x-portable-anymap"), ("MPO", "image/jpeg")],
)  # fmt: skip
def test_formats_are_told_by_their_bytes(name: str, media_type: str) -> None:
    assert media_type == read_header(picture_bytes(name), LIMIT).media_type


def test_a_huge_jpeg_is_decoded_no_larger_than_needed() -> None:
    content = picture_bytes(size=(4000, 3000))

    small = decode(content, 12_000_000, shorter_side=224)

    assert (1000, 750) == small.size


def test_print_colours_survive_the_small_decoding() -> None:
    content = saved(Image.new("CMYK", (4000, 3000), (0, 255, 255, 0)), "JPEG")

    assert 750 == decode(content, 12_000_000, shorter_side=224).height


def test_a_pixel_bomb_is_refused_by_its_header() -> None:
    bomb = saved(Image.new("1", (20_000, 20_000)), "PNG")

    assert len(bomb) < 100_000
    assert "image-too-many-pixels" == code_of(bomb)


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF", "JPEG2000"])
def test_a_file_cut_in_the_middle_is_truncated(name: str) -> None:
    noise = Image.effect_noise((200, 200), 90).convert("RGB")
    content = saved(noise, name)

    assert code_of(content[: len(content) // 2]) in ("image-truncated", "image-not-an-image")


def test_a_jpeg_cut_in_the_middle_is_truncated_and_not_grey_below() -> None:
    content = saved(Image.effect_noise((200, 200), 90), "JPEG")

    assert "image-truncated" == code_of(content[: len(content) // 2])


@pytest.mark.parametrize(
    "content",
    [b"", b"\0" * 1000, b"<html><body>Log in</body></html>", b"%PDF-1.7\n", b"%!PS-Adobe-3.0 EPSF-3.0\n", b"<svg/>"],
)
def test_what_is_no_picture_is_not_an_image(content: bytes) -> None:
    assert "image-not-an-image" == code_of(content)


def test_a_file_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ImageError) as caught:
        decode(tmp_path / "none.jpg", LIMIT)

    assert "image-missing" == caught.value.code


@pytest.mark.skipif(not features.check("avif"), reason="this Pillow was built without AVIF")
@pytest.mark.parametrize(("box", "damaged"), [(b"iloc", b"free"), (b"mdat\x12", b"mdat\xff")])
def test_a_damaged_avif_is_truncated(box: bytes, damaged: bytes) -> None:
    content = picture_bytes("AVIF")
    assert box in content

    assert "image-truncated" == code_of(content.replace(box, damaged))
