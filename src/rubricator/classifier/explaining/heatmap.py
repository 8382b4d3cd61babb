"""Where on a picture the places of a map lie: models see pictures squashed, cut or filled to a square."""

from dataclasses import dataclass

Values = tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class HeatMap:
    """``values`` are rows of columns in [0, 1], where 1 is the place that speaks most for the concept.

    ``region`` is what of the picture they cover: left, top, right and bottom, each as a share of its width or height.
    It reaches beyond the picture (below 0, above 1) where a model fills up to a square.
    """

    values: Values
    region: tuple[float, float, float, float]


def seen_region(width: int, height: int, aspect: float, resize_mode: str) -> tuple[float, float, float, float]:
    """The region that a model sees of a picture of ``width`` x ``height``, as in ``HeatMap``.

    ``aspect`` is width / height of what the model sees; ``resize_mode`` is open_clip's: ``squash`` distorts the whole
    picture, ``shortest`` cuts the middle out of it, ``longest`` fills up around it.
    """
    if resize_mode == "squash":
        return 0.0, 0.0, 1.0, 1.0
    relative = aspect * height / width
    fits = relative <= 1 if resize_mode == "shortest" else relative >= 1
    across, down = (relative, 1.0) if fits else (1.0, 1 / relative)
    return (1 - across) / 2, (1 - down) / 2, (1 + across) / 2, (1 + down) / 2
