"""Markdown to HTML that nobody may be shown yet: :mod:`pressroom.kit.markdown` makes it safe."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup
from mdit_py_plugins.deflist import deflist_plugin

_ABSOLUTE = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)


def render(source: str) -> str:
    """*source* as HTML; raw HTML in it stays as it was typed, to be read."""
    return str(_MARKDOWN.render(source))


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
