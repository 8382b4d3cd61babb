"""From the bytes of any picture to 8-bit RGB, as a person would see it. Guards against pixel bombs and half files."""

import io
import struct
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from rubricator.images.errors import ImageError

# Formats that museums publish. Others stay closed: PostScript, for one, would start Ghostscript.
FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "GIF", "JPEG2000", "BMP", "AVIF", "PPM")
_MEDIA_TYPES = {"MPO": "image/jpeg", "PPM": "image/x-portable-anymap"}
# What Pillow's readers raise on damaged files; RuntimeError is how its AVIF reader says it.
_TRUNCATED = (
    OSError,
    EOFError,
    SyntaxError,
    ValueError,
    LookupError,
    TypeError,
    RuntimeError,
    struct.error,
    zlib.error,
)

SCALE = 2
"""How many times the pixels that are wanted a JPEG that is decoded at a smaller scale still has."""
SCALED_TOLERANCE = 0.06
"""Most that a confidence moves when a JPEG is decoded at a smaller scale: 0.054 was seen on 1,000 enlarged pictures."""

# Pillow's own limit is global and mostly a warning; _open() checks every picture against the caller's limit instead.
Image.MAX_IMAGE_PIXELS = None
# Its remarks on damaged metadata help nobody here: what the pixels are worth is told by the codes.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")


@dataclass(frozen=True, slots=True)
class Header:
    """What a picture's header says: ``width`` and ``height`` in stored pixels."""

    media_type: str
    width: int
    height: int


def read_header(source: Path | bytes, max_pixels: int) -> Header:
    """Tell what the bytes really are, without decoding them. Raises ImageError."""
    with _open(source, max_pixels) as image:
        name = image.format or ""
        return Header(_MEDIA_TYPES.get(name) or Image.MIME[name], image.width, image.height)


def decode(source: Path | bytes, max_pixels: int, shorter_side: int | None = None) -> Image.Image:
    """Decode to RGB: turned as EXIF says, first frame, transparent parts on white, 16 bit scaled to 8.

    ``shorter_side`` is the size in pixels that the caller will shrink to; a JPEG is then decoded at the smallest of its
    built-in scales (1/2, 1/4, 1/8) that still has ``SCALE`` times that many, four times as fast at 10 megapixels.
    By ``rubricator-lite``, no confidence moves by more than ``SCALED_TOLERANCE``; with as many, twice as fast again at
    1 megapixel, it would move by up to 0.15. Pillow brings libjpeg-turbo, so other decoders gain nothing on it.
    Raises ImageError: image-missing, image-not-an-image, image-too-many-pixels, image-truncated, image-unsupported.
    """
    with _open(source, max_pixels) as image:
        if shorter_side is not None:
            # mode None keeps the file's own colour model: libjpeg cannot turn CMYK into RGB
            image.draft(None, (SCALE * shorter_side, SCALE * shorter_side))
        try:
            image.load()
        except NotImplementedError as error:
            raise _unsupported(error) from error
        except _TRUNCATED as error:
            raise ImageError("image-truncated", f"The picture is damaged or cut off: {error}.") from error
        try:
            return _to_rgb(_upright(image))
        except ValueError as error:
            raise _unsupported(error) from error


def _open(source: Path | bytes, max_pixels: int) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(source) if isinstance(source, bytes) else source, formats=FORMATS)
    except FileNotFoundError as error:
        raise ImageError("image-missing", f"There is no file {error.filename}.") from error
    except UnidentifiedImageError as error:
        raise ImageError("image-not-an-image", f"The bytes are no picture in a known format ({_KNOWN}).") from error
    except _TRUNCATED as error:
        raise ImageError("image-truncated", f"The picture's header is damaged: {error}.") from error
    if image.width * image.height > max_pixels:
        image.close()
        raise ImageError(
            "image-too-many-pixels",
            f"The picture has {image.width} x {image.height} pixels; image_max_pixels allows {max_pixels}.",
        )
    return image


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except _TRUNCATED:
        return image  # a broken EXIF block says nothing about the picture itself


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16"):
        image = image.convert("I")
        return _scaled(image, 0, 4095 if image.getextrema()[1] <= 4095 else 65535)  # type: ignore[operator]
    if image.mode in ("I", "F"):
        low, high = image.getextrema()
        return _scaled(image, float(low), float(high))  # type: ignore[arg-type]
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        layer = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")
    return image.convert("RGB")


def _scaled(image: Image.Image, low: float, high: float) -> Image.Image:
    """Map [low, high] to [0, 255]; plain conversion would clip everything above 255 to white."""
    scale = 255 / ((high - low) or 1)
    return image.point(lambda value: value * scale + (-low * scale)).convert("L").convert("RGB")


def _unsupported(error: Exception) -> ImageError:
    return ImageError("image-unsupported", f"The picture cannot be turned into RGB: {error}.")


_KNOWN = ", ".join(FORMATS)
