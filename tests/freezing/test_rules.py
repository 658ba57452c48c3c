"""Where things lie in a copy, and which addresses its search answers."""

from __future__ import annotations

import pytest

from pressroom.freezing import links
from pressroom.freezing.rules import HTML, is_version, place, searched

SITE = "https://press.example"


@pytest.mark.parametrize(
    ("path", "media_type", "where"),
    [
        ("/", HTML, "index.html"),
        ("/contact", HTML, "contact/index.html"),
        ("/releases/2026/", HTML, "releases/2026/index.html"),
        ("/releases/2026/a-slug", HTML, "releases/2026/a-slug/index.html"),
        ("/releases/2026/a-slug.pdf", "application/pdf", "releases/2026/a-slug.pdf"),
        ("/releases/2026/a-slug/press-kit.zip", "application/zip", "releases/2026/a-slug/press-kit.zip"),
        ("/old/page.html", HTML, "old/page.html"),
        ("/old/page.php", HTML, "old/page.php/index.html"),
        ("/brand/logo", "image/svg+xml", "brand/logo.svg"),
        ("/.well-known/security.txt", "text/plain", ".well-known/security.txt"),
    ],
)
def test_each_address_has_its_place(path: str, media_type: str, where: str) -> None:
    assert place(path, media_type) == where


@pytest.mark.parametrize("path", ["/../x", "/a/../../x", "/a//b", "/a/./b", "/a\0b", "/media/"])
def test_nothing_lies_outside_and_nothing_has_no_name(path: str) -> None:
    with pytest.raises(ValueError, match=r"is no address|has no name"):
        place(path, "image/png")


@pytest.mark.parametrize(
    ("path", "query", "where"),
    [
        ("/releases/", "kind=research", "/search/"),
        ("/releases/2026/", "page=2", "/search/"),
        ("/search", "q=family+history&kind=clip", "/search/?q=family+history"),
        ("/clips/", "q=caf%C3%A9", "/search/?q=caf%C3%A9&kind=clip"),
        ("/clips/", "outlet=x", "/search/"),
        ("/feeds/releases.rss", "topic=x", None),
        ("/searching", "q=x", None),
    ],
)
def test_what_a_list_was_asked_for_is_asked_of_the_copys_search(path: str, query: str, where: str | None) -> None:
    assert searched(path, query) == where


def test_only_the_version_of_a_file_may_be_overlooked() -> None:
    assert is_version("v=1a2b")
    assert not is_version("")
    assert not is_version("v=1&page=2")


@pytest.mark.parametrize(
    ("href", "inner"),
    [
        ("/contact", "/contact"),
        ("contact", "/releases/2026/contact"),
        ("../", "/releases/"),
        ("?page=2", "/releases/2026/a?page=2"),
        (f"{SITE}/feeds/?x=1#y", "/feeds/?x=1#y"),
        ("#top", None),
        ("", None),
        ("//other.example/", None),
        ("https://press.example.evil/", None),
        ("mailto:press@example.org", None),
        ("data:image/png;base64,AA", None),
    ],
)
def test_an_inner_address_is_told_from_others(href: str, inner: str | None) -> None:
    assert links.inner(href, "/releases/2026/a", SITE) == inner


def test_addresses_in_a_feed_end_where_they_end() -> None:
    text = f'<link>{SITE}/a</link> href="{SITE}/b/c.png" {SITE}/d?page=2 {SITE}/e#f "{SITE}\\/g" {SITE}.evil/h {SITE}/i'
    assert list(links.in_text(text, SITE)) == ["/a", "/b/c.png", "/i"]


def test_a_page_keeps_its_shape() -> None:
    page = (
        '<!doctype html>\n<html lang="en"><head><title>é &amp; ü</title>'
        '<script type="application/ld+json">{"a":"\\u003cb\\u003e & c"}</script></head>'
        "<body><search><form></form></search>"
        '<video controls><source src="/a"><track src="/b"></video><nav popover id="n">x<wbr>y</nav></body></html>'
    )
    assert links.written(links.parsed(page.encode())).decode() == page.replace("é", "é")
