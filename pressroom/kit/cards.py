"""Card pictures: what a shared link shows, drawn from a headline, a name and a colour (Open Graph, ``og:image``).

The address of a card holds a digest of all that stands on it, so that another headline is another address, and
services that keep a picture for ever show no old words. What cannot be written with the typefaces of this machine is
left out, never drawn as boxes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Response, current_app, redirect
from PIL import Image, ImageDraw, PngImagePlugin
from werkzeug.wrappers import Response as BaseResponse

from pressroom.kit import text, typefaces, web
from pressroom.kit.settings import setting
from pressroom.kit.shelf import Shelf

WIDTH, HEIGHT = 1200, 630  # pixels: what the services that show links ask for
MARGIN = 80
SIZES = (84, 72, 62, 54, 47, 41)  # of the headline, the largest that fits
LEADING = 1.18
SMALL = 30
RULE, ABOVE = 6, 28  # pixels: the rule above the name, and how far it is from it
ROOM = HEIGHT - 2 * MARGIN - 3 * SMALL - 2 * ABOVE  # for the headline, between the lines above and below
DRAWN = "1"  # another number for another way of drawing

PLAIN = "Press room"  # below the name, on a card without a headline
FOLDER = "cards"
MOST_BYTES = 60_000_000  # some two thousand cards
MEDIA_TYPE = "image/png"


@dataclass(frozen=True)
class Face:
    """What stands on a card.

    Attributes:
        headline: empty for the plain card of the house.
        kicker: a few words above it.
        name: whose card it is.
        colour: ``#`` and six hexadecimal digits.
        typeface: the file of the typeface that is preferred.
    """

    headline: str
    kicker: str
    name: str
    colour: str
    typeface: str = ""

    @property
    def digest(self) -> str:
        """Another one for anything else on it."""
        said = DRAWN, self.headline, self.kicker, self.name, self.colour, self.typeface
        return hashlib.sha256("\0".join(said).encode()).hexdigest()[:20]


def of_house(headline: str = "", kicker: str = "") -> Face:
    """A card in the organisation's name and colour."""
    short, name = setting("organisation_short_name"), setting("organisation_name")
    return Face(
        " ".join(text.clean(headline).split()),
        " ".join(text.clean(kicker).split()),
        name if len(name) <= 60 else short,
        setting("organisation_brand"),
        current_app.config["CARD_TYPEFACE"],
    )


def answer(face: Face, digest: str, address: str) -> BaseResponse:
    """The card, as kept or drawn now; to an address with another digest, where the card is now.

    It is asked for again at each use, so that what is withdrawn is seen no more.

    Args:
        digest: of the address that was asked for.
        address: the path of the card.
    """
    if digest != face.digest:
        moved = redirect(address, 302)
        moved.headers["Cache-Control"] = "no-cache"
        return moved
    shelf, name = Shelf(Path(current_app.instance_path) / FOLDER, MOST_BYTES), f"{digest}.png"
    drawn = shelf.get(name)
    if drawn is None:
        drawn = draw(face)
        shelf.put(name, drawn)
    return web.conditional(Response(drawn, mimetype=MEDIA_TYPE))


def draw(face: Face) -> bytes:
    """The PNG of *face*. The headline stands in its metadata, too, for whoever cannot see it."""
    ink = ink_on(face.colour)
    picture = Image.new("RGB", (WIDTH, HEIGHT), face.colour)
    pen = ImageDraw.Draw(picture)
    foot = HEIGHT - MARGIN - SMALL
    pen.rectangle((MARGIN, foot - ABOVE, MARGIN + 96, foot - ABOVE + RULE), fill=ink)
    if face.headline and _headline(pen, face.headline, ink, face.typeface):
        _line(pen, face.kicker, MARGIN, ink, face.typeface)
        _line(pen, face.name, foot, ink, face.typeface)
    else:
        _headline(pen, face.name, ink, face.typeface)
        _line(pen, PLAIN, foot, ink, face.typeface)
    said = PngImagePlugin.PngInfo()
    said.add_itxt("Title", face.headline or face.name)
    out = BytesIO()
    picture.quantize(32).save(out, "PNG", optimize=True, pnginfo=said)
    return out.getvalue()


def ink_on(colour: str) -> str:
    """White or nearly black, whichever is further from *colour* (WCAG 2.2, relative luminance)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#ffffff" if 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.055 else "#101615"


def _line(pen: ImageDraw.ImageDraw, words: str, top: int, ink: str, chosen: str) -> None:
    """A line of small letters; nothing where they cannot be written."""
    path = typefaces.for_text(words, chosen)
    if not words or path is None:
        return
    typeface = typefaces.opened(path, SMALL)
    _write(pen, _shortened(words, typeface), top, typeface, ink, right=typefaces.is_right_to_left(words))


def _headline(pen: ImageDraw.ImageDraw, words: str, ink: str, chosen: str) -> bool:
    """*words* in the largest letters in which they fit; whether they could be written."""
    path = typefaces.for_text(words, chosen)
    if path is None:
        return False
    for size in SIZES:
        typeface = typefaces.opened(path, size)
        lines, most = broken(words, typeface), int(ROOM / (size * LEADING))
        if len(lines) > most and size != SIZES[-1]:
            continue
        if len(lines) > most:
            lines = [*lines[: most - 1], _shortened(" ".join(lines[most - 1 :]), typeface)]
        for number, line in enumerate(lines):
            top = MARGIN + 2 * SMALL + int(number * size * LEADING)
            _write(pen, line, top, typeface, ink, right=typefaces.is_right_to_left(words))
        break
    return True


def _write(
    pen: ImageDraw.ImageDraw, words: str, top: int, typeface: typefaces.Typeface, ink: str, *, right: bool
) -> None:
    """A line, from the left or the right margin."""
    if right:
        pen.text((WIDTH - MARGIN, top), words, ink, typeface, anchor="ra", direction="rtl")
    else:
        pen.text((MARGIN, top), words, ink, typeface, anchor="la")


def broken(words: str, typeface: typefaces.Typeface, width: int = WIDTH - 2 * MARGIN) -> list[str]:
    """*words* in lines of at most *width* pixels: between words, and anywhere in scripts that have no spaces."""
    lines: list[str] = []
    line = ""
    for piece in _pieces(words):
        if line and typeface.getlength((line + piece).rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line = line + piece if line else piece.lstrip()
        while typeface.getlength(line.rstrip()) > width:  # one word that is wider than the card
            cut = next(n for n in range(len(line) - 1, 0, -1) if n == 1 or typeface.getlength(line[:n]) <= width)
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(words: str) -> list[str]:
    """Where a line may end: after a space, and after a wide letter that no closing mark follows."""
    pieces, piece = [], ""
    for letter, after in zip(words, [*words[1:], " "], strict=True):
        piece += letter
        if letter == " " or (_is_wide(letter) and not _closes(after)):
            pieces.append(piece)
            piece = ""
    return [*pieces, piece] if piece else pieces


def _is_wide(letter: str) -> bool:
    return 0x2E80 <= ord(letter) <= 0x9FFF or 0xF900 <= ord(letter) <= 0xFAFF or 0xFF00 <= ord(letter) <= 0x3FFFF


def _closes(letter: str) -> bool:
    return letter in "、。，．：；！？）」』】〉》”’%…" or letter == " "


def _shortened(words: str, typeface: typefaces.Typeface) -> str:
    """*words*, or as many of their letters as fit on a line."""
    if typeface.getlength(words) <= WIDTH - 2 * MARGIN:
        return words
    while words and typeface.getlength(words + "…") > WIDTH - 2 * MARGIN:
        words = words[:-1]
    return words.rstrip(" ,;:.–—-") + "…"


def tags(address: str, alt: str) -> list[dict[str, Any]]:
    """What a page says of its card, as properties of Open Graph in their order."""
    said = {
        "og:image": web.absolute(address),
        "og:image:type": MEDIA_TYPE,
        "og:image:width": WIDTH,
        "og:image:height": HEIGHT,
        "og:image:alt": alt,
    }
    return [{"property": name, "content": value} for name, value in said.items()]
