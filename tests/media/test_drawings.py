"""A logo draws and does nothing else, whatever was written into it."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pressroom.media import drawings
from pressroom.media.rules import MediaError

SVG = (
    "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' viewBox='0 0 20 10'{}>{}</svg>"
)
PATH = "<path d='M0 0h9v9z'/>"


def cleaned(inside: str, attributes: str = "") -> tuple[str, tuple[str, ...]]:
    found = drawings.clean(BytesIO(SVG.format(attributes, inside + PATH).encode()))
    return found.stream.getvalue().decode(), found.removed


@pytest.mark.parametrize(
    ("inside", "gone", "says"),
    [
        ("<script>alert(1)</script>", "alert", "script"),
        ("<g><g><script href='//evil.example/x.js'/></g></g>", "evil", "script"),
        ("<rect width='9' onclick='alert(1)'/>", "alert", "onclick"),
        ("<a href='javascript:alert(1)'><rect width='9'/></a>", "alert", "a link"),
        ("<use xlink:href='https://evil.example/#x'/>", "evil", "a link"),
        ("<use href='data:image/svg+xml,x#y'/>", "data:", "a link"),
        ("<image href='https://evil.example/pixel.png'/>", "evil", "image"),
        ("<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>evil</p></foreignObject>", "evil", "foreignObject"),
        ("<animate attributeName='href' values='javascript:alert(1)'/>", "alert", "animate"),
        ("<set attributeName='onload' to='alert(1)'/>", "alert", "set"),
        ("<style>@import url(https://evil.example)</style>", "evil", "a style that loads something"),
        ("<style>.a{fill:\\75 rl(//evil.example)}</style>", "evil", "a style that loads something"),
        ("<rect style='fill:url(https://evil.example/#a)'/>", "evil", "style"),
        ("<rect fill='url( \"//evil.example/#a\" )'/>", "evil", "fill"),
        ("<h:script xmlns:h='http://www.w3.org/1999/xhtml'>alert(1)</h:script>", "alert", ""),
    ],
)
def test_what_runs_loads_or_leads_elsewhere_is_left_out_and_told(inside: str, gone: str, says: str) -> None:
    content, removed = cleaned(inside)
    assert gone not in content
    assert not says or says in removed
    assert "M0 0h9v9z" in content


def test_what_is_drawn_in_a_link_stays_without_the_link() -> None:
    assert "<g><rect width=" in cleaned("<a href='https://ours.example'><rect width='9'/></a>")[0]


def test_the_root_is_cleaned_as_well() -> None:
    content, removed = cleaned("", " onload='alert(1)'")
    assert "alert" not in content
    assert removed == ("onload",)


def test_a_harmless_drawing_is_kept_whole() -> None:
    inside = (
        "<defs><linearGradient id='g-1'><stop offset='0' stop-color='#fff'/></linearGradient>"
        "<style>.a{fill:url(#g-1);stroke-width:2}</style></defs>"
        "<rect class='a' id='curl' fill='url(#g-1)' style='mask:url(&quot;#m&quot;)'/><use xlink:href='#curl'/>"
    )
    content, removed = cleaned(inside)
    assert removed == ()
    for kept in ("linearGradient", "fill:url(#g-1)", 'id="curl"', 'xlink:href="#curl"', "stop-color"):
        assert kept in content


def test_no_entity_is_read_from_anywhere() -> None:
    head = "<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/hostname'><!ENTITY y 'yyy'>]>"
    content = head + SVG.format("", f"<text>a&x;b&y;c</text>{PATH}")
    found = drawings.clean(BytesIO(content.encode()))
    assert b"<text>abc</text>" in found.stream.getvalue()
    assert b"DOCTYPE" not in found.stream.getvalue()
    assert "an entity" in found.removed


def test_entities_that_multiply_are_not_unfolded() -> None:
    head = "<!DOCTYPE svg [<!ENTITY a 'haha'>"
    head += "".join(f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefgh", "bcdefghi", strict=True)) + "]>"
    with pytest.raises(MediaError, match="broken"):
        drawings.clean(BytesIO((head + SVG.format("", f"<text>&i;</text>{PATH}")).encode()))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<svg", "broken"),
        (b"<html xmlns='http://www.w3.org/1999/xhtml'><svg/></html>", "another one"),
        (b"<svg><path d='M0 0h1'/></svg>", "another one"),
        (SVG.format("", "<script>1</script>").encode(), "Nothing is drawn"),
        (SVG.format("", "<g>" * 150 + PATH + "</g>" * 150).encode(), "too many parts"),
        (SVG.format("", PATH * 25_000).encode(), "too many parts"),
        (SVG.format("", "<g>" * 5_000 + PATH + "</g>" * 5_000).encode(), "broken"),
    ],
)
def test_what_is_no_drawing_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(MediaError, match=says):
        drawings.clean(BytesIO(content))


@pytest.mark.parametrize(
    ("attributes", "size"),
    [("viewBox='0 0 20.4 10'", (20, 10)), ("width='30px' height='15'", (30, 15)), ("width='100%'", (None, None))],
)
def test_the_size_is_read_where_it_stands(attributes: str, size: tuple[int | None, int | None]) -> None:
    found = drawings.clean(BytesIO(f"<svg xmlns='http://www.w3.org/2000/svg' {attributes}>{PATH}</svg>".encode()))
    assert (found.width, found.height) == size


@given(st.text(max_size=200), st.sampled_from(["href", "onload", "style", "fill", "d", "class"]))
def test_no_attribute_brings_anything_in(value: str, name: str) -> None:
    root = etree.fromstring(SVG.format("", PATH).encode())
    try:
        root[0].set(name, value)
    except ValueError:
        return  # characters that XML does not have
    content = drawings.clean(BytesIO(etree.tostring(root))).stream.getvalue().lower()
    again = etree.fromstring(content)[0]
    assert again.get("onload") is None
    assert again.get("href", "#").startswith("#")
    assert b"url(h" not in content
