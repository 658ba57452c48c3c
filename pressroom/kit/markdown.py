"""Markdown to safe HTML: CommonMark with tables, definition lists and strikethrough, then an allow-list.

What was typed is what is published. There is no "smart" replacement, because it turns the primes of 5′ and 3′
ends, and the (c) of a list, into something else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup
from mdit_py_plugins.deflist import deflist_plugin

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

_ABSOLUTE = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)


def render(source: str) -> str:
    """Safe HTML of *source*, which holds no control characters.

    Raw HTML is shown as it was typed. Headings begin at ``h2``, because the page's title is its only ``h1``.
    Pictures from other sites become links to them: a page asks nothing of other hosts.
    """
    return sanitise(str(_MARKDOWN.render(source)))


def sanitise(html: str) -> str:
    """*html* with nothing in it but what is on the allow-list."""
    return _CLEANER.clean(html).strip()


def _lower_headings(state: StateCore) -> None:
    """One level down for all headings of a text that uses ``#``, so that their order stays."""
    headings = [token for token in state.tokens if token.type in {"heading_open", "heading_close"}]
    if any(token.tag == "h1" for token in headings):
        for token in headings:
            token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"


def _align_by_class(state: StateCore) -> None:
    """Alignment of table cells as a class: the content security policy forbids ``style``."""
    for token in state.tokens:
        if token.type in {"th_open", "td_open"} and token.attrs.pop("style", None) == "text-align:right":
            token.attrSet("class", "num")


def _image(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    token = tokens[index]
    address, alt = str(token.attrGet("src") or ""), renderer.renderInlineAsText(token.children, options, env)
    if _ABSOLUTE.match(address):
        return str(Markup('<a href="{}" rel="external">{}</a>').format(address, alt or address))
    return str(Markup('<img src="{}" alt="{}" loading="lazy">').format(address, alt))


def _link(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    token = tokens[index]
    if _ABSOLUTE.match(str(token.attrGet("href") or "")):
        token.attrSet("rel", "external")
    return renderer.renderToken(tokens, index, options, env)


def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "linkify": False, "typographer": False})
    markdown.enable(["table", "strikethrough"]).use(deflist_plugin)
    markdown.core.ruler.push("lower_headings", _lower_headings)
    markdown.core.ruler.push("align_by_class", _align_by_class)
    markdown.add_render_rule("image", _image)
    markdown.add_render_rule("link_open", _link)
    return markdown


_MARKDOWN = _markdown()
_CLEANER = nh3.Cleaner(
    tags=BLOCKS | INLINES,
    clean_content_tags={"script", "style"},
    attributes=ATTRIBUTES,
    url_schemes=SCHEMES,
    link_rel=None,
    strip_comments=True,
)
