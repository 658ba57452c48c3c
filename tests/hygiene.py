"""What every HTML page must keep, checked each time a test opens one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import html5lib
from lxml import etree, html

_TOKEN = re.compile(r'name="csrf_token"( type="hidden")? value="[\w.-]+"')
_TEXT = re.compile(r"(?<=>)[^<>&\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\uf8ff\ufdd0-\ufdef\ufff0-\U0010ffff]+(?=<)")
_VALUE = re.compile(r'( (?!type|http-equiv|charset)[\w-]+)="[^"<>&\x00-\x1f\x7f-\x9f\ud800-\uf8ff\ufdd0-\U0010ffff]*"')
_REFERENCE = re.compile(r"&(?:amp|lt|gt|quot|#34|#39);")
_clean: set[int] = set()
_sound: set[int] = set()

VOID_OF_LABEL = {"hidden", "submit", "button", "reset", "image"}


def parse(text: str) -> html.HtmlElement:
    """The page as a tree, also one that gives ten megabytes back that somebody typed."""
    return html.document_fromstring(text, parser=html.HTMLParser(huge_tree=True))


def _plain(text: str) -> etree._Element:
    """The same of elements that know no more than their tag: that they are made costs a tenth."""
    return etree.fromstring(text, etree.HTMLParser(huge_tree=True))


def check(text: str, where: str) -> None:
    """Fail with every fault of the page *text* at address *where*.

    Half of the pages that the tests open were opened before, but for the token of the form; those are not read again.
    """
    page = hash(_TOKEN.sub("", text))
    if page in _clean:
        return
    marks = hash(_marks(text))
    faults = [*([] if marks in _sound else _errors(text)), *_faults(_plain(text))]
    assert not faults, f"{where}: " + "; ".join(faults)
    _clean.add(page)
    _sound.add(marks)


def _marks(text: str) -> str:
    """The tags of the page *text*, without words between and in them: whether it is sound HTML depends on nothing else.

    What could be a fault in a word stays: other references, control characters, and characters that are none.
    """
    text = _REFERENCE.sub("x", text)
    text = _TEXT.sub(lambda found: " " if found[0].isspace() else "x", text)
    return _VALUE.sub(r'\1=""', text)


def _errors(text: str) -> Iterator[str]:
    """What a browser would have to mend, as html5lib finds it, which takes ten times as long as all the rest."""
    parser = html5lib.HTMLParser()
    parser.parse(text)
    for (line, _column), code, values in parser.errors:
        yield f"line {line}: {code} {values or ''}: {text.splitlines()[line - 1].strip()[:100]}"


def _faults(page: etree._Element) -> Iterator[str]:
    if not page.get("lang"):
        yield "no lang"
    if len(page.xpath("//h1")) != 1:
        yield f"{len(page.xpath('//h1'))} h1 headings"
    if not (page.findtext(".//title") or "").strip():
        yield "no title"
    if len(page.xpath("//main")) != 1:
        yield "not one main"
    ids = Counter(page.xpath("//@id"))
    yield from (f"id {name} stands {n} times" for name, n in ids.items() if n > 1)
    for image in page.xpath("//img[not(@alt)]"):
        yield f"no alt on {image.get('src')}"
    for link in page.xpath("//a[starts-with(@href, '#')]"):
        if link.get("href") != "#" and link.get("href")[1:] not in ids:
            yield f"link to {link.get('href')}, which is nowhere"
    for field in page.xpath("//input | //select | //textarea"):
        if field.get("type") not in VOID_OF_LABEL and not _labelled(page, field):
            yield f"no label on {field.get('name')}"
    for name in ("style", "onclick", "onload", "onsubmit", "onchange"):
        if page.xpath(f"//body//@{name}"):
            yield f"inline {name}"
    levels = [int(heading.tag[1]) for heading in page.xpath("//main//*[self::h1 or self::h2 or self::h3 or self::h4]")]
    for before, after in pairwise(levels):
        if after > before + 1:
            yield f"h{before} is followed by h{after}"


def _labelled(page: etree._Element, field: etree._Element) -> bool:
    if field.get("aria-label") or field.get("aria-labelledby"):
        return True
    if any(parent.tag == "label" for parent in field.iterancestors()):
        return True
    return bool(field.get("id")) and bool(page.xpath("//label[@for=$id]", id=field.get("id")))
