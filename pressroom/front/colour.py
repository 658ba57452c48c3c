"""Colours: what is derived from the organisation's two.

The style sheet derives in OKLCH (Björn Ottosson, "A perceptual color space for image processing", 2020).
Browsers without relative colours get the same colours worked out here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

RGB = tuple[float, float, float]  # each from 0 to 1, gamma-encoded sRGB


@dataclass(frozen=True)
class Oklch:
    """Lightness from 0 to 1, chroma from 0, hue in radians."""

    lightness: float
    chroma: float
    hue: float


def read(text: str) -> RGB:
    """``#0b5a5f`` as numbers."""
    red, green, blue = (int(text[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def write(colour: RGB) -> str:
    """Numbers as ``#0b5a5f``; what a screen cannot show is cut to what it can."""
    return "#" + "".join(f"{round(min(max(part, 0.0), 1.0) * 255):02x}" for part in colour)


def to_oklch(colour: RGB) -> Oklch:
    """From sRGB."""
    red, green, blue = (_linear(part) for part in colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return Oklch(lightness, math.hypot(a, b), math.atan2(b, a))


def to_rgb(colour: Oklch) -> RGB:
    """To sRGB; parts may lie outside 0 to 1 where the screen has no such colour."""
    a, b = colour.chroma * math.cos(colour.hue), colour.chroma * math.sin(colour.hue)
    long = (colour.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (colour.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (colour.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _encoded(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
        _encoded(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
        _encoded(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short),
    )


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _encoded(part: float) -> float:
    return part * 12.92 if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055


def derive(brand: str, alert: str) -> dict[str, tuple[str, str]]:
    """The tokens that hang on the organisation's colours, as (light, dark), by the rules of ``tokens.css``.

    Args:
        brand: ``#`` and six hexadecimal digits.
        alert: the same.
    """
    one, two = to_oklch(read(brand)), to_oklch(read(alert))
    return {
        "accent": (_at(one, min(one.lightness, 0.44), one.chroma), _at(one, 0.81, min(one.chroma, 0.085))),
        "accent-wash": (_at(one, 0.957, min(one.chroma, 0.014)), _at(one, 0.29, min(one.chroma, 0.04))),
        "signal": (_at(two, min(two.lightness, 0.49), two.chroma), _at(two, 0.8, min(two.chroma, 0.12))),
        "signal-wash": (_at(two, 0.96, min(two.chroma, 0.017)), _at(two, 0.27, min(two.chroma, 0.045))),
    }


def _at(colour: Oklch, lightness: float, chroma: float) -> str:
    return write(to_rgb(Oklch(lightness, chroma, colour.hue)))
