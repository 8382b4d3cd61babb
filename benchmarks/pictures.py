"""JPEG files to look at, with the detail of photographs, every one different."""

import io
from pathlib import Path

from PIL import Image


def write_jpegs(folder: Path, count: int, size: tuple[int, int], drawn: int = 8) -> list[Path]:
    """``count`` files of ``size`` pixels; of the ``drawn`` pictures, each file ends with a number of its own."""
    contents = [_jpeg(size, 60 + n % 40) for n in range(min(count, drawn))]
    files = [folder / f"picture {n}.jpg" for n in range(count)]
    for number, file in enumerate(files):
        file.write_bytes(contents[number % len(contents)] + str(number).encode())
    return files


def _jpeg(size: tuple[int, int], spread: int) -> bytes:
    noise = Image.effect_noise((size[0] // 8, size[1] // 8), spread).convert("RGB")
    content = io.BytesIO()
    noise.resize(size, Image.Resampling.BICUBIC).save(content, "JPEG", quality=88)
    return content.getvalue()
