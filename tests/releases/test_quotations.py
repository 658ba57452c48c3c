"""Quotations: read from the text, which stays the one place for them."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from typing import Any

import pytest

from pressroom.releases import quotations, typeset
from pressroom.releases.quotations import Quotation
from tests.conftest import NOON
from tests.releases.conftest import draft, public, waiting

SHOW = "/releases/2026/cats-agree-with-their-owners"
BODY = """Forty cats agreed.

> “Miaow & purr,
> said twice.”
>
> — Tom Katz, PhD, MS, head of *cats*

In between.

> “One.”
>
> “Two.”
> — Rosa Miller

> “Nobody said this.”
"""


def read(markdown: str) -> list[Quotation]:
    return list(quotations.read(typeset.body_html(markdown)))


def test_text_speaker_and_title_are_read() -> None:
    assert read(BODY) == [
        Quotation("“Miaow & purr, said twice.”", "Tom Katz, PhD, MS", "head of cats"),
        Quotation("“One.”\n“Two.”", "Rosa Miller"),
        Quotation("“Nobody said this.”"),
    ]
    assert read("No quotation") == []


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("", "does not say who speaks"),
        ("> — Katz, head of cats", "names Katz without a full name"),
        ("> — Dr Katz, head of cats", "names Dr Katz without a full name"),
        ("> — T. Katz, head of cats", "names T. Katz without a full name"),
        ("> — Tom Katz", "does not say what Tom Katz is"),
        ("> — Tom Katz, PhD", "does not say what Tom Katz is"),
        ("> — Tom Katz, PhD, head of cats", ""),
        ("> — J. D. Tom Katz, head of cats", ""),
        ("> — 山田太郎, head of cats", ""),
    ],
)
def test_what_is_missing_is_said(source: str, sentence: str) -> None:
    found = quotations.warnings(read(f"> “One two three four five six.”\n{source}\n"))
    assert bool(found) is bool(sentence)
    assert all(sentence in each and "Quotation 1 (“One two three four five…”)" in each for each in found)


def test_the_desk_says_it_in_the_editor_and_in_the_review(ada: Any, staff: Any, noon: Any) -> None:
    with staff():
        number, good = draft(body=BODY).id, draft(headline="Good").id
    for path in (f"/desk/releases/{number}", f"/desk/releases/{number}/review"):
        said = ada.get(path).page.xpath("//*[@aria-labelledby='quotation-warnings']//li/text()")
        assert len(said) == 2, path
        assert said[0].startswith("Quotation 2 (“One.” “Two.”) does not say what Rosa Miller is.")
    assert not ada.get(f"/desk/releases/{good}").page.xpath("//*[@aria-labelledby='quotation-warnings']")


def test_reporters_copy_each_and_machines_read_them(client: Any, staff: Any, noon: Any) -> None:
    with staff():
        public(body=BODY)
    page = client.get(SHOW).page
    (section,) = page.xpath("//section[@aria-labelledby='quotations']")
    buttons = section.xpath(".//button[@data-copy]")
    assert [button.get("data-copy") for button in buttons] == ["#quotation-1", "#quotation-2", "#quotation-3"]
    assert all(button.get("hidden") is not None for button in buttons), "without script there is nothing to press"
    assert " ".join(section.xpath("string(.//*[@id='quotation-1'])").split()).endswith(
        "Tom Katz, PhD, MS, head of cats"
    )
    source, _ = page.xpath("//script[@type='application/ld+json']/text()")
    first, second, third = json.loads(source)["hasPart"]
    assert first["creator"] == {"@type": "Person", "name": "Tom Katz, PhD, MS", "jobTitle": "head of cats"}
    assert second["creator"] == {"@type": "Person", "name": "Rosa Miller"}
    assert third == {"@type": "Quotation", "text": "“Nobody said this.”"}


def test_the_press_kit_has_them_in_a_file_with_the_embargo_line(ada: Any, client: Any, staff: Any, noon: Any) -> None:
    with staff():
        public(body=BODY)
        number = waiting(NOON.replace(hour=20), embargoed=True, headline="Waits", body=BODY).id
        public(headline="Without any")
    kit = zipfile.ZipFile(BytesIO(client.get(f"{SHOW}/press-kit.zip").data))
    said = kit.read("2026-cats-agree-with-their-owners/quotations.txt").decode()
    assert "“Miaow & purr, said twice.”\n— Tom Katz, PhD, MS, head of cats\n\n“One.”\n“Two.”\n— Rosa Miller" in said
    waits = zipfile.ZipFile(BytesIO(ada.get(f"/desk/releases/{number}/files/press-kit.zip").data))
    lines = waits.read("2026-waits/quotations.txt").decode().strip().split("\n")
    assert lines[0] == lines[-1] == "EMBARGOED UNTIL Thursday, 19 November 2026, 15:00 EST (UTC−05:00)"
    without = zipfile.ZipFile(BytesIO(client.get("/releases/2026/without-any/press-kit.zip").data))
    assert "2026-without-any/quotations.txt" not in without.namelist()
