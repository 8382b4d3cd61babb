"""A ramp of colours in which equal steps look equal: made in OKLab, where they are (Ottosson 2020)."""

from functools import cache

Colour = tuple[int, int, int]

STEPS = 256
# From a dark violet over red to a light yellow: lightness grows evenly, so that the ramp holds in grey and for eyes
# that cannot tell red from green.
_LIGHTNESS = (0.24, 0.95)
_HUE = (-1.25, 1.85)
_CHROMA = 0.16


@cache
def ramp() -> tuple[Colour, ...]:
    """256 sRGB colours, the darkest first."""
    return tuple(_at(step / (STEPS - 1)) for step in range(STEPS))


def _at(share: float) -> Colour:
    import math

    lightness = _LIGHTNESS[0] + share * (_LIGHTNESS[1] - _LIGHTNESS[0])
    hue = _HUE[0] + share * (_HUE[1] - _HUE[0])
    chroma = _CHROMA
    while True:
        linear = _linear(lightness, chroma * math.cos(hue), chroma * math.sin(hue))
        if all(-1e-4 <= part <= 1 + 1e-4 for part in linear):
            red, green, blue = (round(255 * _encoded(min(max(part, 0.0), 1.0))) for part in linear)
            return red, green, blue
        chroma -= 0.002


def _linear(lightness: float, a: float, b: float) -> tuple[float, float, float]:
    """OKLab to linear sRGB."""
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _encoded(linear: float) -> float:
    return 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055
