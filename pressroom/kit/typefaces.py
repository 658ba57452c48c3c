"""Typefaces for pictures with words in them: which of those on this machine has every letter of a text.

None is shipped. Of what the system has, the first that can write the whole text is taken; Pillow brings one for Latin.
"""

from __future__ import annotations

import logging
import os
import unicodedata
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont, features

FOLDERS = (
    *("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts"),
    *("~/.local/share/fonts", "~/.fonts"),
)
FIRST = (
    *("NotoSerif-Bold", "LiberationSerif-Bold", "DejaVuSerif-Bold", "NotoSans-Bold", "LiberationSans-Bold"),
    *("DejaVuSans-Bold", "NotoSerifCJK-Bold", "NotoSansCJK-Bold"),
)
"""Asked in this order; then whatever is called bold, by its name."""

ENDINGS = frozenset({".ttf", ".otf", ".ttc"})
MOST = 400  # typefaces that are looked at: a machine of a designer has thousands
PROBE = 48  # pixels
NOWHERE = "\U0010ffff"  # no typeface has it, so it shows what a typeface draws for what it has not

# Blocks whose letters join or move, so that a program has to know how (Unicode, chapters 9 to 16).
_JOINING = ((0x0590, 0x08FF), (0x0900, 0x0DFF), (0x0E00, 0x109F), (0x1780, 0x18AF), (0xFB1D, 0xFDFF), (0xFE70, 0xFEFF))

Typeface = ImageFont.FreeTypeFont

log = logging.getLogger(__name__)


def for_text(text: str, chosen: str = "") -> str | None:
    """The file of a typeface that has every letter of *text*; empty for Pillow's own; None where there is none.

    Args:
        chosen: the file of one that is to be asked first.
    """
    letters = frozenset(letter for letter in text if _shows(letter))
    joins = is_right_to_left(text) or any(_joins(letter) for letter in letters)
    if joins and not features.check("raqm"):
        return None
    candidates = [chosen] if chosen else []
    return next((path for path in [*candidates, *_there(), ""] if _has(path, letters)), None)


def opened(path: str, size: float) -> Typeface:
    """The typeface of that file, *size* pixels high; Pillow's own for an empty path."""
    if path:
        return ImageFont.truetype(path, size)
    found = ImageFont.load_default(size)
    assert isinstance(found, ImageFont.FreeTypeFont), "Pillow is built with FreeType"
    return found


def is_right_to_left(text: str) -> bool:
    """Whether *text* begins at the right: its first letter with a direction says so (Unicode, annex 9, rule P2)."""
    strong = (unicodedata.bidirectional(letter) for letter in text)
    return next((kind for kind in strong if kind in {"L", "R", "AL"}), "L") != "L"


def _shows(letter: str) -> bool:
    return unicodedata.category(letter)[0] not in "ZCM"


def _joins(letter: str) -> bool:
    return any(first <= ord(letter) <= last for first, last in _JOINING)


@lru_cache(maxsize=1)
def _there() -> tuple[str, ...]:
    """The bold typefaces of this machine, in the order in which they are asked."""
    found: dict[str, str] = {}
    for folder in FOLDERS:
        for base, _folders, names in os.walk(Path(folder).expanduser()):
            for name in names:
                stem = Path(name).stem
                if Path(name).suffix.lower() in ENDINGS and "bold" in stem.lower() and "italic" not in stem.lower():
                    found.setdefault(stem, str(Path(base, name)))
    first = [found.pop(stem) for stem in FIRST if stem in found]
    return tuple([*first, *(found[stem] for stem in sorted(found) if "oblique" not in stem.lower())][:MOST])


@lru_cache(maxsize=256)
def _has(path: str, letters: frozenset[str]) -> bool:
    try:
        typeface = opened(path, PROBE)
        missing = bytes(typeface.getmask(NOWHERE))
        return all(bytes(typeface.getmask(letter)) != missing for letter in letters)
    except (OSError, ValueError) as error:
        log.warning("the typeface %s cannot be read: %s", path or "of Pillow", type(error).__name__)
        return False
