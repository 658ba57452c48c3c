"""HTML of other systems as our Markdown.

Markdown has its own idea of where emphasis begins, so each paragraph that is more than plain words is rendered again,
and must say the same words; where it does not, its words are kept and its emphasis is left out, and that is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree

from pressroom.kit import text
from pressroom.kit.markdown import SCHEMES
from pressroom.releases.importing.items import Prose, listed

DEEPEST = 40
"""Elements inside each other; what lies deeper is read as plain words."""

BREAK, PARAGRAPH = "\x01", "\x02"  # cleaned text has no control characters, so these can stand for ends of lines

BLOCKS = {
    *("p", "div", "section", "article", "header", "footer", "main", "aside", "nav", "figure", "figcaption"),
    *("blockquote", "ul", "ol", "li", "dl", "dt", "dd", "table", "pre", "hr", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("address", "center", "fieldset", "form", "details", "summary", "caption", "iframe", "video", "audio", "object"),
    *("embed", "tbody", "thead", "tfoot", "tr", "td", "th"),
}
_EMPHASIS = {"em": "*", "i": "*", "cite": "*", "dfn": "*", "var": "*", "b": "**", "strong": "**"} | {
    "del": "~~",
    "s": "~~",
    "strike": "~~",
}
_CODE = {"code", "kbd", "samp", "tt"}
_GONE = {"script", "style", "noscript", "template", "head", "title", "meta", "link", "base"}
_CONTROLS = {"input", "button", "select", "textarea"}
_PLAYERS = {"iframe", "video", "audio", "object", "embed"}

_SUB = str.maketrans("0123456789+-=()aeoxhklmnpst", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜ")
_SUP = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")

_SPECIAL = re.compile(r"[\\`*]|~(?=~)|<(?=[A-Za-z/!?])|&(?=#?\w+;)|(?<!\w)_|_(?!\w)|\](?=[(\[:])")
_LINE_START = re.compile(
    r"^(?:(?P<mark>[#]{1,6}(?=\s|$)|[-+:~](?=\s|$)|>|[=|]|-(?=[-\s|:]*$)|~~~)|(?P<number>\d{1,9})(?P<dot>[.)])(?=\s|$))"
)
# Control characters in disguise, which no text means, and two of which are ours.
_REFERENCES = re.compile(
    r"&#(?:0*(?:[1-8]|1[1-9]|2[0-9]|3[01]|127)|x0*(?:[1-8bcefBCEF]|1[0-9a-fA-F]|7[fF]))(?:;|(?![0-9a-fA-F]))"
)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://\S+")


class Piece(NamedTuple):
    """Words in a line: as Markdown, and as they are read."""

    source: str
    words: str


def convert(html: str, *, base: str = "", breaks: bool = False) -> Prose:
    """*html*, which is clean text, as Markdown.

    Args:
        base: the address from which relative links start.
        breaks: an empty line ends a paragraph and an end of line is one, as in WordPress's classic editor.

    Raises:
        ValueError: it is nested too deeply to be read to its end; with a sentence.
    """
    html = _REFERENCES.sub("", html)
    if not html.strip():
        return Prose("")
    parser = etree.HTMLParser(recover=True, no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    root = etree.fromstring(f"<html><body>{html}</body></html>".encode(), parser)
    # An enum of lxml has no name for it: "Excessive depth in document".
    if any("depth" in entry.message for entry in parser.error_log):
        raise ValueError("its HTML is nested more than 250 elements deep, so it cannot be read to its end")
    body = None if root is None else root.find("body")
    if body is None:
        return Prose("")
    writer = _Writer(base, breaks=breaks)
    blocks = writer.blocks(body, 0)
    return Prose("\n\n".join(blocks), tuple(writer.remarks()))


class _Writer:
    """Writes one text, and remembers what it had to leave out."""

    def __init__(self, base: str, *, breaks: bool) -> None:
        self.base, self.breaks = base, breaks
        self.pictures: list[str] = []
        self.players: list[str] = []
        self.schemes: list[str] = []
        self.gone: list[str] = []
        self.plain = 0
        self.flat = 0
        self.raised: list[str] = []
        self.tables = 0

    def remarks(self) -> Iterator[str]:
        """What people should know about the text."""
        if self.pictures:
            count = len(self.pictures)
            what = "One picture is" if count == 1 else f"{count:,} pictures are"
            yield f"{what} named in the text and not brought in: {listed(self.pictures)}."
        if self.players:
            yield f"An embedded player or page became a link: {listed(self.players)}."
        if self.schemes:
            yield f"A link that is none of http, https, mailto, tel lost its address: {listed(self.schemes)}."
        if self.gone:
            yield f"Left out: {listed(self.gone)}."
        if self.raised:
            yield f"Raised or lowered characters stand in line: {listed(self.raised)}."
        if self.tables:
            yield "A table was simplified: cells over several rows or columns, or tables inside tables."
        if self.plain:
            where = "one paragraph" if self.plain == 1 else f"{self.plain:,} paragraphs"
            yield f"Emphasis or links of {where} could not be written in Markdown; the words are there."
        if self.flat:
            yield f"What was nested more than {DEEPEST} deep is plain words."

    # Blocks ----------------------------------------------------------------------------------------------

    def blocks(self, element: Any, depth: int) -> list[str]:
        """The blocks inside *element*."""
        if depth > DEEPEST:
            self.flat += 1
            return self.paragraphs([_piece(text.clean(" ".join(element.itertext())), self)])
        found: list[str] = []
        line = [self.words(element.text)]
        for child in element:
            if self._is_block(child):
                found += self.paragraphs(line)
                found += self._apart(found, child, self._block(child, depth + 1))
                line = []
            else:
                line.append(self.inline(child, depth + 1))
            line.append(self.words(child.tail, after_break=child.tag == "br"))
        return found + self.paragraphs(line)

    @staticmethod
    def _is_block(child: Any) -> bool:
        if not isinstance(child.tag, str):
            return False
        return child.tag in BLOCKS or any(below.tag in BLOCKS for below in child.iterdescendants())

    @staticmethod
    def _apart(before: list[str], child: Any, blocks: list[str]) -> list[str]:
        """A list right behind another one gets another mark, or the two would be one."""
        if before and blocks and child.tag in {"ul", "ol"}:
            ours, theirs = ("- ", "* ") if child.tag == "ul" else (". ", ") ")
            if re.match(r"(- |\d+\. )", before[-1]) and re.match(r"(- |\d+\. )", blocks[0]):
                return [re.sub(rf"(?m)^(\d*){re.escape(ours)}", rf"\g<1>{theirs}", blocks[0]), *blocks[1:]]
        return blocks

    def _block(self, element: Any, depth: int) -> list[str]:
        tag = element.tag
        if tag in _PLAYERS:
            return self._player(element)
        if tag in _GONE | _CONTROLS:
            return self._drop(element)
        write: Callable[[Any, int], list[str]] = {
            "ul": self._list,
            "ol": self._list,
            "dl": self._definitions,
            "table": self._table,
            "pre": self._preformatted,
            "blockquote": self._quotation,
            "figure": self._figure,
            "hr": lambda _element, _depth: ["---"],
            **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), self._heading),
        }.get(tag, self.blocks)
        return write(element, depth)

    def paragraphs(self, line: Iterable[Piece]) -> list[str]:
        """Pieces of a line as paragraphs."""
        source, words = _joined(line)
        source = re.sub(rf"(?:{BREAK}\s*){{2,}}", PARAGRAPH, source)
        words = re.sub(rf"(?:{BREAK}\s*){{2,}}", PARAGRAPH, words)
        pairs = zip(source.split(PARAGRAPH), words.split(PARAGRAPH), strict=True)
        return [written for each, said in pairs if (written := self._paragraph(each, said))]

    def _paragraph(self, source: str, words: str) -> str:
        lines = [" ".join(part.split(" ")).strip() for part in re.sub(r"[ \t\n]+", " ", source).split(BREAK)]
        lines = [line for line in lines if line]
        plain = " ".join(words.replace(BREAK, " ").split())
        if not plain and not lines:
            return ""
        if _ADDRESS.fullmatch(plain) and source.strip() == escaped(plain):
            return f"<{plain}>"
        written = "\\\n".join(map(_line_start, lines))
        if written == plain or " ".join(text.plain(text.to_html(written)).split()) == plain:
            return written
        self.plain += 1
        return _line_start(escaped(plain))

    def _heading(self, element: Any, depth: int) -> list[str]:
        pieces = [self.inside(element, depth)]
        found = self.paragraphs([Piece(*(_one_line(part) for part in pieces[0]))])
        if not found:
            return []
        words = re.sub(r"(?<![\\#])(#+)$", r"\\\1", found[0])  # what stands at the beginning is escaped already
        return [f"{'#' * int(element.tag[1])} {words}"]

    def _quotation(self, element: Any, depth: int) -> list[str]:
        inside = "\n\n".join(self.blocks(element, depth))
        return ["\n".join(f"> {line}".rstrip() for line in inside.split("\n"))] if inside else []

    def _preformatted(self, element: Any, _depth: int) -> list[str]:
        for line_break in element.iter("br"):
            line_break.tail = "\n" + (line_break.tail or "")
        inside = "".join(element.itertext()).strip("\n")
        if not inside.strip():
            return []
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", inside)), default=0))
        return [f"{fence}\n{inside}\n{fence}"]

    def _list(self, element: Any, depth: int) -> list[str]:
        number = int(start) if (start := element.get("start") or "1").isdecimal() and len(start) < 9 else 1
        items: list[list[str]] = []
        for child in element:
            if not isinstance(child.tag, str):
                continue
            if child.tag in {"ul", "ol"} and items:
                items[-1] += self._list(child, depth + 1)
            elif inside := self.blocks(child, depth + 1):
                items.append(inside)
        if not items:
            return []
        tight = not any(child.tag == "p" for item in element for child in item) and all(
            all(_is_list(block) for block in item[1:]) for item in items
        )
        gap = "\n" if tight else "\n\n"
        marks = [f"{number + n}. " if element.tag == "ol" else "- " for n in range(len(items))]
        return [gap.join(_hung(mark, gap.join(item)) for mark, item in zip(marks, items, strict=True))]

    def _definitions(self, element: Any, depth: int) -> list[str]:
        lines: list[str] = []
        for child in element.iter("dt", "dd"):
            inside = self.blocks(child, depth + 1)
            if not inside:
                continue
            if child.tag == "dt":
                lines.append(("\n" if lines else "") + _one_line(" ".join(inside)).replace("\\\n", " "))
            elif lines:
                lines.append(_hung(": ", "\n\n".join(inside)))
        return ["\n".join(lines)] if any(line.startswith(": ") for line in lines) else lines

    def _table(self, element: Any, depth: int) -> list[str]:
        captions = [block for caption in element.findall("caption") for block in self.blocks(caption, depth + 1)]
        rows = [row for row in element.iter("tr") if next(row.iterancestors("table")) is element]
        cells = [[cell for cell in row if cell.tag in {"th", "td"}] for row in rows]
        cells = [row for row in cells if row]
        nested = any(below.tag == "table" for row in cells for cell in row for below in cell.iterdescendants())
        width = max((len(row) for row in cells), default=0)
        if nested or width < 2 or len(cells) < 2:  # a layout, not a table
            self.tables += nested
            return captions + [block for row in cells for cell in row for block in self.blocks(cell, depth + 2)]
        grid = [[self._cell(cell, depth) for cell in self._spread(row)] for row in cells]
        width = max(map(len, grid))
        lines = [f"| {' | '.join(row + [''] * (width - len(row)))} |" for row in grid]
        lines.insert(1, f"|{' --- |' * width}")
        return [*captions, "\n".join(lines)]

    def _spread(self, row: list[Any]) -> Iterator[Any]:
        """The cells of a row, with empty ones where one goes over several columns."""
        for cell in row:
            yield cell
            self.tables += cell.get("rowspan", "1") not in {"", "0", "1"}
            over = cell.get("colspan") or "1"
            if over.isdecimal() and 1 < int(over[:3]) <= 100:
                self.tables += 1
                yield from [None] * (int(over[:3]) - 1)

    def _cell(self, cell: Any, depth: int) -> str:
        if cell is None:
            return ""
        found = self.paragraphs([Piece(*(_one_line(part) for part in self.inside(cell, depth + 2)))])
        return " ".join(found).replace("|", "\\|")

    def _figure(self, element: Any, depth: int) -> list[str]:
        pictures = list(element.iter("img"))
        captions = list(element.iter("figcaption"))
        if not pictures or next(element.iter("table", "blockquote", "iframe"), None) is not None:
            return self.blocks(element, depth)
        caption = " ".join(" ".join(self.inside(each, depth).words.split()) for each in captions)
        notes = [self._picture(picture, "" if n else caption.replace(BREAK, " ")) for n, picture in enumerate(pictures)]
        return self.paragraphs(notes)

    def _player(self, element: Any) -> list[str]:
        sources = [element.get(name) for name in ("src", "data")]
        sources += [below.get("src") for below in element.iter("source", "embed")]
        address = resolved(self.base, next((each for each in sources if each), ""))
        if not address.startswith(("http://", "https://")):
            return self._drop(element)
        self.players.append(address)
        return [f"<{_target(address)}>"]

    def _drop(self, element: Any) -> list[str]:
        if element.tag not in {"style", "noscript", "head", "title", "meta", "link", "base"}:
            self.gone.append(f"“{element.tag}”")
        return []

    # Within a line ---------------------------------------------------------------------------------------

    def words(self, written: str | None, *, after_break: bool = False, in_link: bool = False) -> Piece:
        """Text between the tags."""
        if not written:
            return Piece("", "")
        if self.breaks:
            if after_break:
                written = re.sub(r"^[ \t]*\n", "", written)
            written = re.sub(r"[ \t]*\n[ \t]*", "\n", written)
            said = re.sub(r"\n{2,}", PARAGRAPH, written).replace("\n", BREAK)
        else:
            said = re.sub(r"[ \t\n]+", " ", written)
        source = escaped(said)
        return Piece(re.sub(r"(?<!\\)([\[\]])", r"\\\1", source) if in_link else source, said)

    def inside(self, element: Any, depth: int, *, in_link: bool = False) -> Piece:
        """What stands between the tags of *element*, in one line."""
        if depth > DEEPEST:
            self.flat += 1
            return _piece(" ".join(element.itertext()), self)
        pieces = [self.words(element.text, in_link=in_link)]
        for child in element:
            pieces.append(self.inline(child, depth + 1, in_link=in_link))
            pieces.append(self.words(child.tail, after_break=child.tag == "br", in_link=in_link))
        return _joined(pieces)

    def inline(self, element: Any, depth: int, *, in_link: bool = False) -> Piece:
        """An element of a line."""
        tag = element.tag
        if not isinstance(tag, str):
            return Piece("", "")
        if tag == "br":
            return Piece(BREAK, BREAK)
        if tag == "img":
            return self._picture(element)
        if tag in _GONE | _CONTROLS:
            self._drop(element)
            return Piece("", "")
        if tag in _CODE:
            return _code(" ".join("".join(element.itertext()).split()))
        if tag in {"sub", "sup"}:
            return self._raised(element)
        if tag == "a":
            return self._link(element, depth)
        inner = self.inside(element, depth, in_link=in_link)
        if mark := _EMPHASIS.get(tag):
            return Piece(_wrapped(mark, inner.source), inner.words)
        if tag == "q":
            return Piece(f"“{inner.source}”", f"“{inner.words}”")
        return Piece(*(f" {part} " for part in inner)) if tag in BLOCKS else inner

    def _link(self, element: Any, depth: int) -> Piece:
        href = (element.get("href") or "").strip()
        if next(element.iter("img"), None) is not None:
            return self.inside(element, depth)  # it leads to the picture's file
        inner = self.inside(element, depth, in_link=True)
        if not href or href.startswith("#") or not inner.words.strip():
            return inner
        scheme = _SCHEME.match(re.sub(r"[\x00-\x20]+", "", href))
        if scheme and scheme[1].lower() not in SCHEMES:
            self.schemes.append(f"“{scheme[1].lower()}:”")
            return inner
        address = resolved(self.base, href)
        if not address:
            self.schemes.append(f"“{text.clean(href)[:40]}”")
            return inner
        if inner.words.strip() == address == _target(address):
            return Piece(f"<{address}>", address)
        parts = re.split(f"([{BREAK}{PARAGRAPH}])", inner.source)
        linked = [
            part if not part.strip() or part in (BREAK, PARAGRAPH) else _around(part, "[", f"]({_target(address)})")
            for part in parts
        ]
        return Piece("".join(linked), inner.words)

    def _raised(self, element: Any) -> Piece:
        said = " ".join("".join(element.itertext()).split())
        table = _SUB if element.tag == "sub" else _SUP
        if said and all(ord(character) in table for character in said):
            raised = said.translate(table)
            return Piece(raised, raised)
        if said:
            self.raised.append(f"“{said[:20]}”")
        return Piece(escaped(said), said)

    def _picture(self, element: Any, caption: str = "") -> Piece:
        alt = " ".join(text.clean(element.get("alt") or "").split())
        if "wp-smiley" in (element.get("class") or "") or "emoji" in (element.get("class") or ""):
            return Piece(escaped(alt), alt)
        if element.get("width") in {"0", "1"} or element.get("height") in {"0", "1"}:
            return Piece("", "")  # it only counted readers
        name = _file_name(element.get("src") or element.get("data-src") or "")
        self.pictures.append(name or alt or "one without a name")
        said = "; ".join(part for part in (caption.strip() or alt, name) if part) or "one without a name"
        said = f"(Picture: {said})"
        return Piece(f" *{escaped(said)}* ", f" {said} ")


def escaped(words: str) -> str:
    """*words* so that Markdown reads nothing into them."""
    return _SPECIAL.sub(lambda found: "\\" + found[0], words)


def _line_start(line: str) -> str:
    """*line* so that its beginning is no heading, no list, no quotation."""

    def keep(found: re.Match[str]) -> str:
        return f"{found['number']}\\{found['dot']}" if found["number"] else f"\\{found['mark']}"

    return _LINE_START.sub(keep, line, count=1)


def _piece(words: str, writer: _Writer) -> Piece:
    said = " ".join(words.split())
    return Piece(escaped(said), said)


def _joined(pieces: Iterable[Piece]) -> Piece:
    source: list[str] = []
    words: list[str] = []
    for piece in pieces:
        if piece.source.startswith("[") and source and source[-1].endswith("!"):
            source[-1] = source[-1][:-1] + "\\!"  # or the link would be a picture
        if piece.source or piece.words:
            source.append(piece.source)
            words.append(piece.words)
    return Piece("".join(source), "".join(words))


def _wrapped(mark: str, inner: str) -> str:
    parts = re.split(f"([{BREAK}{PARAGRAPH}])", inner)
    return "".join(part if not part.strip(f" {BREAK}{PARAGRAPH}") else _around(part, mark, mark) for part in parts)


def _around(part: str, before: str, after: str) -> str:
    """Marks right at the words, blanks outside."""
    core = part.strip()
    start = part.index(core)
    return f"{part[:start]}{before}{core}{after}{part[start + len(core) :]}"


def _code(said: str) -> Piece:
    if not said:
        return Piece("", "")
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", said)), default=0))
    room = " " if said.startswith("`") or said.endswith("`") else ""
    return Piece(f"{fence}{room}{said}{room}{fence}", said)


def _target(address: str) -> str:
    """An address as the target of a link."""
    address = re.sub(r"[\s<>\\]", lambda found: f"%{ord(found[0]):02X}" if ord(found[0]) < 128 else "", address)
    address = re.sub(r"&(?=#?\w+;)", "&amp;", address)
    return address.replace("(", "%28").replace(")", "%29")


def _hung(mark: str, block: str) -> str:
    """*block* behind *mark*, its further lines under its first word."""
    first, *rest = block.split("\n")
    indent = " " * len(mark)
    return "\n".join([f"{mark}{first}", *(f"{indent}{line}" if line else "" for line in rest)])


def _is_list(block: str) -> bool:
    return bool(re.match(r"[-*] |\d+[.)] ", block))


def _one_line(part: str) -> str:
    return re.sub(f"[{BREAK}{PARAGRAPH}\\s]+", " ", part)


def resolved(base: str, address: str) -> str:
    """*address* as it stands at *base*; empty when it is none."""
    try:
        urlsplit(address)  # joined to nothing, it would not be looked at
        return urljoin(base, address)
    except ValueError:
        return ""


def _file_name(address: str) -> str:
    address = resolved("", address)
    if address.startswith("data:"):
        return "a picture kept in the page itself"
    return text.clean(PurePosixPath(unquote(urlsplit(address).path)).name)[:80]
