"""Markdown to safe HTML: CommonMark with tables, definition lists and strikethrough, then an allow-list.

What was typed is what is published. There is no "smart" replacement, because it turns the primes of 5′ and 3′
ends, and the (c) of a list, into something else.
"""

from __future__ import annotations

import nh3

BLOCKS = {
    *("p", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "hr", "figure", "figcaption"),
    *("ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td"),
}
INLINES = {
    *("a", "abbr", "b", "br", "cite", "code", "em", "i", "img"),
    *("q", "s", "small", "strong", "sub", "sup"),
}
ATTRIBUTES = {
    "a": {"href", "title", "rel"},
    "abbr": {"title"},
    "code": {"class"},
    "img": {"src", "alt", "loading"},
    "ol": {"start"},
    "td": {"class"},
    "th": {"class", "scope"},
}
SCHEMES = {"http", "https", "mailto", "tel"}


def render(source: str) -> str:
    """Safe HTML of *source*, which holds no control characters.

    Raw HTML is shown as it was typed. Headings begin at ``h2``, because the page's title is its only ``h1``.
    Pictures from other sites become links to them: a page asks nothing of other hosts.
    """
    from pressroom.kit import commonmark  # noqa: PLC0415 - slow to import; pages show what was rendered at a save

    return sanitise(commonmark.render(source))


def sanitise(html: str) -> str:
    """*html* with nothing in it but what is on the allow-list."""
    return _CLEANER.clean(html).strip()


_CLEANER = nh3.Cleaner(
    tags=BLOCKS | INLINES,
    clean_content_tags={"script", "style"},
    attributes=ATTRIBUTES,
    url_schemes=SCHEMES,
    link_rel=None,
    strip_comments=True,
)
