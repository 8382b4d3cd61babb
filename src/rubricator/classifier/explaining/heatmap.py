"""Where on a picture the places of a map lie: models see pictures squashed, cut or filled to a square."""

from dataclasses import dataclass

from rubricator.classifier.preparing import looked_at

Values = tuple[tuple[float, ...], ...]
Region = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class HeatMap:
    """``values`` are rows of columns in [0, 1], where 1 is the place that speaks most for the concept.

    ``region`` is what of the picture they cover: left, top, right and bottom, each as a share of its width or height.
    It reaches beyond the picture (below 0, above 1) where a model fills up to a square.
    """

    values: Values
    region: Region


def seen_region(width: int, height: int, aspect: float, resize_mode: str) -> Region:
    """The region that a model sees of a picture of ``width`` x ``height``, as in ``HeatMap``.

    ``aspect`` is width / height of what the model sees; ``resize_mode`` is open_clip's: ``squash`` distorts the whole
    picture, ``shortest`` cuts the middle out of it, ``longest`` fills up around it. Of a picture that is very long
    ``ClipModel.prepare`` has cut off the ends before.
    """
    left, top, right, bottom = looked_at((width, height), resize_mode)
    across, down = right - left, bottom - top
    region = _fitted(across, down, aspect, resize_mode)
    return (
        (left + region[0] * across) / width,
        (top + region[1] * down) / height,
        (left + region[2] * across) / width,
        (top + region[3] * down) / height,
    )


def _fitted(width: int, height: int, aspect: float, resize_mode: str) -> Region:
    if resize_mode == "squash":
        return 0.0, 0.0, 1.0, 1.0
    relative = aspect * height / width
    fits = relative <= 1 if resize_mode == "shortest" else relative >= 1
    across, down = (relative, 1.0) if fits else (1.0, 1 / relative)
    return (1 - across) / 2, (1 - down) / 2, (1 + across) / 2, (1 + down) / 2
