"""Labelled pictures that a test draws: three kinds of figures, each source on a ground of its own."""

import csv
import random
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw

FIGURES = ("ceramics", "textile", "map")
COLUMNS = ("path", "concept", "source", "use", "licence", "repository")


def draw(concept: str, ground: str, seed: str) -> Image.Image:
    """A disc (ceramics), stripes (textile) or a net of thin lines (map); nothing at all for any other word."""
    chance = random.Random(seed)  # noqa: S311 - where a figure lies is no secret
    picture = Image.new("RGB", (120, 100), ground)
    pen = ImageDraw.Draw(picture)
    if concept == "ceramics":
        left, top, size = chance.randint(5, 50), chance.randint(5, 30), chance.randint(35, 60)
        pen.ellipse((left, top, left + size, top + size), fill=(170, 90, 40), outline="black")
    elif concept == "textile":
        for x in range(chance.randint(0, 8), 120, chance.randint(12, 18)):
            pen.rectangle((x, 0, x + 6, 100), fill=(150, 20, 60))
    elif concept == "map":
        for step in range(chance.randint(0, 9), 120, chance.randint(9, 13)):
            pen.line((step, 0, 120 - step, 100), fill="darkgreen")
            pen.line((0, step, 120, 100 - step), fill="blue")
    return picture


def drawn_dataset(
    folder: Path,
    repositories: Sequence[str] = ("red", "white", "gray", "khaki"),
    concepts: Sequence[str] = FIGURES,
    each: int = 3,
    use: str = "train",
) -> Path:
    """A folder with manifest.csv: ``each`` pictures of every concept from every repository, named by its colour."""
    (folder / "images").mkdir(parents=True, exist_ok=True)
    manifest = folder / "manifest.csv"
    began = manifest.exists()
    with manifest.open("a", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        if not began:
            table.writerow(COLUMNS)
        for ground in repositories:
            for concept in concepts:
                for number in range(each):
                    path = f"images/{ground}-{concept}-{use}-{number}.png"
                    draw(concept, ground, path).save(folder / path)
                    table.writerow((path, concept, f"{ground}-source", use, "CC0", f"{ground}/museum"))
    return folder
