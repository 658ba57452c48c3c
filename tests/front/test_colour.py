"""Every pair of colours that stands on one another can be read, in both schemes and whatever the brand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pressroom.config import SETTINGS
from pressroom.front import colour

TOKENS = Path(colour.__file__).parents[1] / "static" / "css" / "tokens.css"
BRAND, ALERT = (SETTINGS.by_name[f"organisation_{name}"].default for name in ("brand", "alert"))

TEXT = 4.5  # WCAG 2.2, 1.4.3
EDGE = 3.0  # WCAG 2.2, 1.4.11

PAIRS = [
    *(("ink", on, TEXT) for on in ("paper", "ground", "accent-wash", "signal-wash", "mark")),
    *(("ink-2", on, TEXT) for on in ("paper", "ground", "accent-wash", "signal-wash")),
    *(("accent", on, TEXT) for on in ("paper", "ground", "accent-wash")),
    *(("signal", on, TEXT) for on in ("paper", "ground", "signal-wash")),
    ("on-accent", "accent", TEXT),
    ("on-signal", "signal", TEXT),
    ("line-2", "paper", EDGE),
    ("line-2", "ground", EDGE),
]

BRANDS = (BRAND, "#1f3a93", "#7a1f5c", "#1e7a34", "#b8860b", "#00b7eb", "#000000", "#ffffff", "#ff0000", "#ffff00")


def luminance(text: str) -> float:
    """Relative luminance (WCAG 2.2, glossary)."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.read(text)]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, two: str) -> float:
    """From 1 to 21."""
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def fixed() -> dict[str, tuple[str, str]]:
    """The tokens that the style sheet writes down, as (light, dark)."""
    found = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", TOKENS.read_text())
    return {name: (light, dark) for name, light, dark in found}


def test_the_measure_is_right() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_the_style_sheet_writes_every_token_down() -> None:
    assert {name for pair in PAIRS for name in pair[:2]} <= fixed().keys()


@pytest.mark.parametrize("brand", BRANDS)
@pytest.mark.parametrize(("text", "ground", "needed"), PAIRS)
def test_each_pair_can_be_read(text: str, ground: str, needed: float, brand: str) -> None:
    tokens = fixed() | colour.derive(brand, ALERT)
    for scheme, name in enumerate(("light", "dark")):
        found = contrast(tokens[text][scheme], tokens[ground][scheme])
        assert found >= needed, f"{text} on {ground}, {name}, brand {brand}: {found:.2f}"


@pytest.mark.parametrize("alert", ["#c00000", "#d2691e", "#6a0dad", "#000000", "#ffa500"])
@pytest.mark.parametrize(("text", "ground", "needed"), [pair for pair in PAIRS if "signal" in pair[0] + pair[1]])
def test_whatever_the_alert(text: str, ground: str, needed: float, alert: str) -> None:
    tokens = fixed() | colour.derive(BRAND, alert)
    for scheme in (0, 1):
        assert contrast(tokens[text][scheme], tokens[ground][scheme]) >= needed


def test_the_fallbacks_are_those_of_the_brand_we_ship() -> None:
    for name, (light, dark) in colour.derive(BRAND, ALERT).items():
        for derived, written in zip((light, dark), fixed()[name], strict=True):
            apart = [abs(a - b) for a, b in zip(colour.read(derived), colour.read(written), strict=True)]
            assert max(apart) < 0.06, f"--{name}: {written} is written, {derived} is derived"


def test_there_and_back() -> None:
    for text in BRANDS:
        assert colour.write(colour.to_rgb(colour.to_oklch(colour.read(text)))) == text
