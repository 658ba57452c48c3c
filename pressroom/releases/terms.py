"""Terms of a glossary, linked where they first stand in the text of a release on its page.

Which terms there are is said by a room above (:func:`register`). They are put together once in each edition, so that
a page looks nothing up: a word of the text is a step in a dictionary. Only the page of a release has these links: not a
feed, a mail, the plain text or a file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape

from pressroom.publishing.cache import once


@dataclass(frozen=True)
class Term:
    """A term, where it is explained, and how else it is written."""

    href: str
    forms: tuple[str, ...]


@dataclass(frozen=True)
class Glossary:
    """Terms as a text is looked through for them.

    Attributes:
        by_word: the first word of a form, in lower case → the forms that begin with it, the longest first, each with
            the page of its term.
        fingerprint: another one means that other words are linked, or to other pages.
    """

    by_word: dict[str, list[tuple[re.Pattern[str], str]]] = field(compare=False)
    fingerprint: str


Source = Callable[[], Sequence[Term]]

_sources: list[Source] = []
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)([^>]*)>")
_CLOSED = frozenset(
    {"a", "abbr", "cite", "code", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "img", "pre", "figcaption"}
)
"""In these nothing is linked: a link holds none, a heading and the source of a quotation are no running text."""

_VOID = frozenset({"br", "hr", "img"})


def register(source: Source) -> None:
    """Have *source* asked for the public terms, as the public may see them."""
    _sources.append(source)


@once
def glossary() -> Glossary:
    """All terms that are public in this edition."""
    return compiled([term for source in _sources for term in source()])


def fingerprint() -> str:
    """What the links of a text depend on besides the text: whoever keeps one keeps this beside it."""
    return glossary().fingerprint


def compiled(terms: Sequence[Term]) -> Glossary:
    """*terms*, ready for a text. Where two have the same form, it is the first one's."""
    taken: dict[str, tuple[str, str]] = {}
    for term in terms:
        for form in term.forms:
            tidy = " ".join(form.split())
            if tidy and _WORD.match(tidy):
                taken.setdefault(tidy.casefold(), (tidy, term.href))
    by_word: dict[str, list[tuple[re.Pattern[str], str]]] = {}
    for form, href in sorted(taken.values(), key=lambda pair: (-len(pair[0]), pair)):
        first = _WORD.match(form)
        assert first is not None
        by_word.setdefault(first[0].lower(), []).append((_pattern(form), href))
    said = "\n".join(f"{form}\t{href}" for form, href in sorted(taken.values()))
    return Glossary(by_word, hashlib.sha256(said.encode()).hexdigest()[:16])


def _pattern(form: str) -> re.Pattern[str]:
    """A form as a text may have it: broken over lines; in capitals or not, unless it is an abbreviation."""
    words = r"\s+".join(re.escape(escape(word, quote=False)) for word in form.split())
    return re.compile(rf"{words}(?![\w-])", 0 if _is_abbreviation(form) else re.IGNORECASE)


def _is_abbreviation(form: str) -> bool:
    return sum(character.isupper() for character in form) > 1


@lru_cache(64)
def linked(html: str, found: Glossary) -> str:
    """*html* with a link at the first place where each term stands; worked out once for the same of both.

    Args:
        html: as a sanitiser wrote it: each ``<`` begins a tag.
        found: the terms.
    """
    if not found.by_word:
        return html
    pieces: list[str] = []
    used: set[str] = set()
    depth, at = 0, 0
    for tag in _TAG.finditer(html):
        text = html[at : tag.start()]
        pieces += [text if depth else _text(text, found, used), tag[0]]
        depth, at = _depth(depth, tag), tag.end()
    pieces.append(html[at:] if depth else _text(html[at:], found, used))
    return "".join(pieces)


def _depth(depth: int, tag: re.Match[str]) -> int:
    """How deep in what is closed to links it is behind *tag*; inside it, every tag counts, whatever it is."""
    closes, name, rest = tag.groups()
    if name in _VOID:
        return depth
    if closes:
        return max(0, depth - 1) if depth else 0
    return depth + 1 if depth or name in _CLOSED or 'class="dateline"' in rest else 0


def _text(text: str, found: Glossary, used: set[str]) -> str:
    pieces, at = [], 0
    for word in _WORD.finditer(text):
        if word.start() < at or _joined(text, word.start()):
            continue
        for pattern, href in found.by_word.get(word[0].lower(), ()):
            match = pattern.match(text, word.start())
            if match:
                if href not in used:
                    used.add(href)
                    pieces += [text[at : match.start()], f'<a class="term" href="{href}">{match[0]}</a>']
                    at = match.end()
                break
    return "".join([*pieces, text[at:]])


def _joined(text: str, start: int) -> bool:
    """Whether a hyphen or an entity stands directly before: it is the end of another word."""
    return start > 0 and text[start - 1] in "-&#"
