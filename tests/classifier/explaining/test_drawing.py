"""Heat maps are drawn where the model looked, in colours whose steps look equal."""

from itertools import pairwise

import pytest
from PIL import Image

from rubricator.classifier.explaining.colours import ramp
from rubricator.classifier.explaining.drawing import draw, overlay
from rubricator.classifier.explaining.heatmap import HeatMap, seen_region

WHOLE = (0.0, 0.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("size", "mode", "region"),
    [
        ((200, 100), "squash", WHOLE),
        ((200, 100), "shortest", (0.25, 0, 0.75, 1)),
        ((100, 200), "shortest", (0, 0.25, 1, 0.75)),
        ((200, 100), "longest", (0, -0.5, 1, 1.5)),
        ((100, 200), "longest", (-0.5, 0, 1.5, 1)),
        ((100, 100), "shortest", WHOLE),
        ((10, 6400), "longest", (-31.5, 0.45, 32.5, 0.55)),
        ((6400, 10), "shortest", (0.5 - 5 / 6400, 0, 0.5 + 5 / 6400, 1)),
    ],
)
def test_a_map_covers_what_the_model_saw(
    size: tuple[int, int], mode: str, region: tuple[float, float, float, float]
) -> None:
    assert region == pytest.approx(seen_region(*size, 1.0, mode))


def test_the_colours_of_the_ramp_grow_lighter_in_equal_steps() -> None:
    lightness = [_lightness(colour) for colour in ramp()]

    assert 256 == len(lightness)
    assert all(one <= other + 0.004 for one, other in pairwise(lightness))
    every = lightness[::15]
    assert max(other - one for one, other in pairwise(every)) < 1.25 * min(
        other - one for one, other in pairwise(every)
    )


def test_the_brightest_place_of_the_overlay_is_where_the_map_is_highest() -> None:
    levels = ((0.0, 0.0), (0.0, 1.0))

    drawn = overlay(Image.new("RGB", (100, 60), "gray"), HeatMap(levels, WHOLE))

    assert (100, 60) == drawn.size
    assert sum(_pixel(drawn, 90, 55)) > sum(_pixel(drawn, 10, 5)) + 200


def test_what_the_model_did_not_see_is_pale() -> None:
    drawn = overlay(Image.new("RGB", (200, 100), "gray"), HeatMap(((0.0,),), seen_region(200, 100, 1.0, "shortest")))

    assert min(_pixel(drawn, 10, 50)) > 200
    assert max(_pixel(drawn, 100, 50)) < 130


@pytest.mark.parametrize("mode", ["shortest", "longest", "squash"])
@pytest.mark.parametrize("size", [(1, 3000), (3000, 1), (1, 1)])
def test_a_thin_picture_is_coloured_no_larger_than_it_is(
    size: tuple[int, int], mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[tuple[int, int]] = []
    resize = Image.Image.resize

    def seen(image: Image.Image, size: tuple[int, int], *given: object) -> Image.Image:
        sizes.append(size)
        return resize(image, size, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Image.Image, "resize", seen)

    drawn = overlay(Image.new("RGB", size), HeatMap(((0.0, 1.0), (0.5, 0.2)), seen_region(*size, 1.0, mode)))

    assert size == drawn.size
    assert len(sizes) == 1
    assert sizes[0][0] <= size[0]
    assert sizes[0][1] <= size[1]


def test_a_picture_that_must_not_be_shown_leaves_its_map_alone() -> None:
    heat_map = HeatMap(((0.2, 1.0),), WHOLE)

    shown = draw(Image.new("RGB", (300, 200), (0, 255, 0)), (300, 200), heat_map, "Map")
    alone = draw(None, (300, 200), heat_map, "Map")

    green = {colour for _, colour in shown.getcolors(10**6) or []}
    assert (0, 255, 0) in green
    assert all(colour[1] - colour[0] < 60 for _, colour in alone.getcolors(10**6) or [] if isinstance(colour, tuple))


@pytest.mark.parametrize("size", [(1, 1), (1, 4000), (4000, 1)])
def test_pictures_of_any_shape_are_drawn(size: tuple[int, int]) -> None:
    drawn = draw(Image.new("RGB", size), size, HeatMap(((0.5, 1.0), (0.0, 0.1)), WHOLE), "Archaeological site")

    assert max(drawn.size) < 1200


def _pixel(picture: Image.Image, x: int, y: int) -> tuple[int, int, int]:
    red, green, blue = picture.getpixel((x, y))  # type: ignore[misc]
    return red, green, blue


def _lightness(colour: tuple[int, int, int]) -> float:
    """Of OKLab (Ottosson 2020), by its published matrices."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (one / 255 for one in colour)
    )
    long = 0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue
    medium = 0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue
    short = 0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue
    lightness: float = (
        0.2104542553 * long ** (1 / 3) + 0.7936177850 * medium ** (1 / 3) - 0.0040720468 * short ** (1 / 3)
    )
    return lightness
