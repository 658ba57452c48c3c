"""Texts of any language stand the way they are written: each says so for itself, whatever stands beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.clips.conftest import clip

HEADLINE = "تاريخ العائلة في صفحة واحدة"
TEXTS = {
    "headline": HEADLINE,
    "outlet": "صحيفة الميناء",
    "byline": "ريتا عوكافور",
    "excerpt": "سأل الأطباء عن ثلاثة أجيال.",
}


@pytest.fixture
def address(staff: Callable[[], Any]) -> str:
    with staff():
        clip()
        made: str = clip(**TEXTS, topics=("علم الوراثة",), language="ar").address
    return made


@pytest.mark.parametrize("path", ["/clips/", "/clips/?q=العائلة", "/search?q=العائلة", "clip", "/"])
def test_a_text_of_others_has_its_own_direction(client: FlaskClient, address: str, path: str) -> None:
    page = client.get(address if path == "clip" else path).page  # type: ignore[attr-defined]
    main = page.get_element_by_id("main")
    shown = 0
    for text in [*TEXTS.values(), "علم الوراثة"]:
        for element in main.iter():
            whole = "".join(element.itertext()) if element.tag in {"a", "b", "p", "h1", "h3"} else element.text or ""
            if text not in whole or any(text in "".join(child.itertext()) for child in element):
                continue
            shown += 1
            around = [element, *element.iterancestors()]
            assert any(one.get("dir") == "auto" for one in around if one.tag != "html"), (path, text)
    assert shown >= 2
    assert 'dir="rtl"' not in page.text_content()


def test_what_is_typed_stands_the_way_it_is_written(client: FlaskClient) -> None:
    page = client.get("/clips/").page  # type: ignore[attr-defined]
    assert set(page.xpath("//input[@type='search']/@dir")) == {"auto"}
