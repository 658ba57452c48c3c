"""Cards of shared links: what is drawn, in which letters, and how lines break."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, features

from pressroom.kit import cards, typefaces
from pressroom.kit.cards import Face
from pressroom.kit.shelf import Shelf

NAME = "The Society"
UNWRITTEN = "\U00013000\U00013001"  # Egyptian hieroglyphs, which no system brings as a bold typeface


def face(headline: str, colour: str = "#0b5a5f") -> Face:
    return Face(headline, "Research · 24 November 2026", NAME, colour)


def inked(drawn: bytes, top: int, bottom: int) -> int:
    """How many pixels of a band are not of the ground."""
    band = Image.open(BytesIO(drawn)).convert("RGB").crop((0, top, cards.WIDTH, bottom))
    return band.width * band.height - max(count for count, _ in band.getcolors(1 << 20) or [])


@pytest.mark.parametrize(
    "headline",
    [
        "Short",
        "Long words that go on " * 12,
        "w" * 300,
        "Ärzte über Ökologie – „gut“",
        "עברית " * 9,
        "x" + "\u0301" * 50,
    ],
)
def test_any_headline_stands_within_the_margins(headline: str) -> None:
    drawn = cards.draw(face(" ".join(headline.split())))
    picture = Image.open(BytesIO(drawn))
    assert (picture.size, picture.format) == ((1200, 630), "PNG")
    assert len(drawn) < 100_000
    assert inked(drawn, 0, cards.MARGIN - 20) == 0
    assert inked(drawn, cards.HEIGHT - cards.MARGIN + 20, cards.HEIGHT) == 0
    assert inked(drawn, cards.MARGIN, cards.HEIGHT - cards.MARGIN) > 1000


def test_what_no_typeface_can_write_becomes_the_plain_card() -> None:
    assert typefaces.for_text(UNWRITTEN) is None
    assert typefaces.for_text("Plain words") is not None
    plain = Image.open(BytesIO(cards.draw(face(""))))
    for headline in (UNWRITTEN, f"Words and {UNWRITTEN}"):
        assert Image.open(BytesIO(cards.draw(face(headline)))).tobytes() == plain.tobytes(), "no boxes"


def test_scripts_that_join_need_who_can_join_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "check", lambda _name: False)
    for words in ("שלום", "مرحبا", "नमस्ते", "สวัสดี"):
        assert typefaces.for_text(words) is None
    assert typefaces.for_text("Grüße, Ελλάδα"[:5]) is not None


def test_a_chosen_typeface_that_is_broken_is_passed_over(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no typeface")
    assert typefaces.for_text("Words", str(broken)) != str(broken)
    assert typefaces.for_text("Words", str(tmp_path / "missing.ttf")) is not None


def test_another_word_or_colour_is_another_address() -> None:
    digests = {face(words, colour).digest for words in ("a", "b") for colour in ("#000000", "#ffffff")}
    digests |= {Face("a", "b", "c", "#000000").digest, Face("a\0b", "", "c", "#000000").digest}
    assert len(digests) == 6
    assert face("a").digest == face("a").digest


def test_lines_break_between_words_and_between_letters_that_have_no_spaces() -> None:
    typeface = typefaces.opened("", 40)
    lines = cards.broken("one two three four five six seven", typeface, 200)
    assert " ".join(lines) == "one two three four five six seven"
    assert all(typeface.getlength(line) <= 200 for line in lines)
    assert "".join(cards.broken("四分之一的儿童，获得诊断。" * 3, typeface, 300)) == "四分之一的儿童，获得诊断。" * 3
    assert not [line for line in cards.broken("四分，" * 30, typeface, 300) if line.startswith("，")]
    assert "".join(cards.broken("x" * 99, typeface, 200)) == "x" * 99


def test_ink_can_be_read_on_any_ground() -> None:
    for colour, ink in (("#ffffff", "#101615"), ("#000000", "#ffffff"), ("#f2c100", "#101615"), ("#0b5a5f", "#ffffff")):
        assert cards.ink_on(colour) == ink


def test_a_shelf_keeps_what_was_asked_for_last(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf", most=350)
    assert shelf.get("a") is None
    for number, name in enumerate("abcd"):
        shelf.put(name, b"x" * 100)
        os.utime(tmp_path / "shelf" / name, (number, number))
    assert shelf.get("b") == b"x" * 100, "and from now on it is the last"
    shelf.put("e", b"x" * 100)
    assert sorted(file.name for file in (tmp_path / "shelf").iterdir()) == ["b", "d", "e"]
