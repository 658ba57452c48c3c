"""The text of a WordPress post: block comments and shortcodes are taken out and named, the rest is HTML."""

from __future__ import annotations

import re
from html import escape

from pressroom.kit import text
from pressroom.releases.importing import fromhtml
from pressroom.releases.importing.items import Prose, listed

_BLOCK = re.compile(r"<!--\s*/?wp:([a-z][a-z0-9_/-]*)(?:\s+(?:(?!-->).)*?)?(/)?\s*-->", re.S)
_COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)", re.S)
_CAPTION = re.compile(r"\[(caption|wp_caption)\b[^\]]*\](.*?)\[/\1\]", re.S)
_PICTURE = re.compile(r"(?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?", re.S | re.I)
_EMBED = re.compile(r"\[embed\b[^\]]*\]\s*(https?://[^\s\[\]<>\"]+)\s*\[/embed\]")
_CODE = re.compile(r"(\[?)\[(/?)([A-Za-z][A-Za-z0-9_-]*)((?:\s[^\[\]]*|=[^\[\]]*)?)(/?)\](\]?)")

_KNOWN = {"gallery", "audio", "video", "playlist", "caption", "wp_caption", "embed", "contact-form", "more", "nextpage"}
_SETS_SOMETHING = re.compile(r"[\w-]=[\"'“”\w]")


def convert(content: str, *, base: str = "") -> Prose:
    """The text of a post as Markdown.

    Args:
        content: as ``content:encoded`` has it.
        base: the address of the post, from which relative links start.

    Raises:
        ValueError: its HTML is nested too deeply; with a sentence.
    """
    content = text.clean(content)
    in_blocks = "<!-- wp:" in content
    content, remarks = _without_blocks(content)
    content, names = _without_shortcodes(content)
    if names:
        remarks.append(f"Shortcodes were taken out: {listed(names)}.")
    prose = fromhtml.convert(content, base=base, breaks=not in_blocks)
    return Prose(prose.text, (*remarks, *prose.remarks))


def _without_blocks(content: str) -> tuple[str, list[str]]:
    """Without WordPress's comments; names the blocks of which nothing stays, for they were made by the site."""
    made = [found[1] for found in _BLOCK.finditer(content) if found[2]]
    content, blocks = _BLOCK.subn("", content)
    content, comments = _COMMENT.subn("", content)
    remarks = []
    if blocks + comments:
        count = blocks + comments
        remarks.append(
            f"{count:,} {'comment was' if count == 1 else 'comments were'} taken out, which only editors saw."
        )
    if made:
        remarks.append(f"Blocks that the old site filled are not in the export: {listed(made)}.")
    return content, remarks


def _without_shortcodes(content: str) -> tuple[str, list[str]]:
    """Without shortcodes, and their names. What a quotation has in brackets, as in [sic], is none and stays."""
    names: list[str] = []

    def figure(found: re.Match[str]) -> str:
        picture = _PICTURE.search(found[2])
        if picture is None:
            return found[2]
        caption = found[2][: picture.start()] + found[2][picture.end() :]
        return f"<figure>{picture[0]}<figcaption>{caption.strip()}</figcaption></figure>"

    def embed(found: re.Match[str]) -> str:
        address = escape(found[1].replace("&amp;", "&"))
        return f'<p><a href="{address}">{address}</a></p>'

    content = _EMBED.sub(embed, _CAPTION.sub(figure, content))
    closed = {found[3].lower() for found in _CODE.finditer(content) if found[2]}

    def take(found: re.Match[str]) -> str:
        name = found[3].lower()
        if found[1] and found[6]:
            return found[0][1:-1]  # [[gallery]] is how one writes about a shortcode
        is_one = name in _KNOWN or "_" in name or name in closed or _SETS_SOMETHING.search(found[4])
        if not is_one:
            return found[0]
        names.append(name)
        return found[1] + found[6]

    return _CODE.sub(take, content), names
