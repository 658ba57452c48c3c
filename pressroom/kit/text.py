"""Text that people write: clean characters, safe HTML, plain words, excerpts, slugs.

HTML is rendered once, when a text is saved, and stored beside its source.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from html import unescape

import nh3
from flask import Flask
from markupsafe import Markup

from pressroom.kit import dates, markdown

SLUG_LENGTH = 80
LETTERS_PER_WORD = 12

# What XML 1.0 (section 2.2) forbids, and the C1 controls and DEL, which no text means either.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n|\r|\x85")
_UNCLEAN = re.compile(f"{_CONTROL.pattern}|\r")
_WORD = re.compile(r"\S*\w\S*")
_HTML = re.compile(r"\s*<(?:p|h[1-6]|[uod]l|blockquote|pre|table|div|hr|figure)\b|.*?</[a-z][a-z0-9]*\s*>", re.I | re.S)
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d"}
    | {"Ð": "D", "þ": "th", "Þ": "Th", "ł": "l", "Ł": "L", "ħ": "h", "ı": "i", "’": "", "'": "", "&": " and "}
)
_LINES = markdown.BLOCKS | {"h1", "div", "section", "article", "header", "footer", "main", "address", "br"}
_READABLE = nh3.Cleaner(
    tags=_LINES | markdown.INLINES, clean_content_tags={"script", "style"}, attributes={"img": {"alt"}}
)
# Of HTML that a sanitiser wrote: every < begins a tag, and attributes stand in double quotes.
_TAG = re.compile(r"""</?([a-z][a-z0-9]*)(?:"[^"]*"|[^">])*>""")
_ALT = re.compile(r"""\salt="([^"]*)\"""")


def clean(text: str) -> str:
    """*text* in Unicode's composed form with plain line ends, without the characters that XML 1.0 forbids."""
    if not _UNCLEAN.search(text):
        return text if text.isascii() else unicodedata.normalize("NFC", text)
    return unicodedata.normalize("NFC", _CONTROL.sub("", _LINE_ENDS.sub("\n", text)))


def has_letters(words: str) -> bool:
    """Whether anything of *words* can be seen: marks that have no shape, such as U+200B and U+202E, cannot, nor can
    letters and signs that only fill a place, or accents without a letter."""
    return any(_is_seen(character) for character in words)


_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # of Hangul, and the Braille cell without a dot


def _is_seen(character: str) -> bool:
    if not character.isprintable() or character.isspace() or character in _FILLERS:
        return False
    return character.isascii() or not unicodedata.category(character).startswith("M")


def to_html(source: str) -> str:
    """Safe HTML of *source* (Markdown); see :func:`pressroom.kit.markdown.render`."""
    return markdown.render(clean(source))


def plain(source: str) -> str:
    """The words of *source* (Markdown or HTML), one line per paragraph, without any mark-up."""
    source = clean(source)
    html = _READABLE.clean(source) if _HTML.match(source) else markdown.render(source)
    lines = (" ".join(line.split()) for line in clean(unescape(_TAG.sub(_instead, html))).split("\n"))
    return "\n".join(line for line in lines if line)


def _instead(tag: re.Match[str]) -> str:
    """What stands in plain words for a tag: a block or a line break ends a line, a picture has its description."""
    if tag[1] in _LINES:
        return "\n"
    return "".join(_ALT.findall(tag[0])) if tag[1] == "img" else ""


@lru_cache(64)
def excerpt(source: str, words: int = 40) -> str:
    """The first *words* words of *source* (Markdown or HTML) on one line; an ellipsis stands for the rest.

    Scripts without spaces are cut by length.
    """
    whole = " ".join(plain(source).split())
    short = " ".join(whole.split(" ", words)[:words])[: words * LETTERS_PER_WORD]
    return whole if short == whole else short.rstrip(" ,;:.–—-") + "…"


@lru_cache(64)
def count_words(source: str) -> int:
    """How many words a reader reads in *source* (Markdown or HTML)."""
    return len(_WORD.findall(plain(source)))


def slugify(title: str) -> str:
    """*title* as a part of an address: ASCII letters, digits and hyphens, 80 of them at most, never none.

    A title in another script gets a name made from its characters, the same each time.
    """
    title = clean(title)
    letters = title.translate(_LETTERS)
    if not letters.isascii():
        letters = "".join(c for c in unicodedata.normalize("NFKD", letters) if not unicodedata.combining(c))
    slug = re.sub(r"[^a-z0-9]+", "-", letters.lower()).strip("-")
    if not slug:
        return "title-" + hashlib.sha256(title.encode()).hexdigest()[:10]
    if len(slug) <= SLUG_LENGTH:
        return slug
    return slug[: SLUG_LENGTH + 1].rpartition("-")[0] or slug[:SLUG_LENGTH]


def rich_text(html: str | None) -> Markup:
    """Marks HTML that :func:`to_html` made as safe; the only place where stored text is."""
    return Markup(html or "")  # noqa: S704 - it was sanitised before it was stored


def init_app(app: Flask) -> None:
    """The template filters for texts and dates."""
    app.jinja_env.filters.update(rich_text=rich_text, plain=plain, excerpt=excerpt, count_words=count_words)
    dates.init_app(app)
