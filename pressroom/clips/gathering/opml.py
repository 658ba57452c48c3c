"""Lists of feeds as readers exchange them (OPML 2.0, http://opml.org/spec2.opml)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from io import BytesIO
from itertools import groupby
from typing import Any

from lxml import etree

from pressroom.audit import Actor
from pressroom.clips.gathering import sources
from pressroom.clips.gathering.models import ClipSource
from pressroom.clips.gathering.rules import ImportInto
from pressroom.clips.gathering.sources import SourceError, SourceExistsError
from pressroom.kit import text, xml
from pressroom.kit.feedreading import decoding
from pressroom.kit.xml import RefusedXMLError

DEEPEST_FOLDER = 5


class OPMLError(ValueError):
    """A file is no list of feeds; the message says why."""


@dataclass(frozen=True)
class Outline:
    """A feed of a list, with the line on which it stands."""

    line: int
    address: str
    name: str = ""
    site: str = ""
    folder: str = ""


@dataclass
class Taken:
    """What came of a list: how many are new, how many known, and lines with what is wrong there."""

    added: int = 0
    known: int = 0
    problems: list[tuple[int, str]] = field(default_factory=list)


def read(content: bytes) -> tuple[list[Outline], list[tuple[int, str]]]:
    """The feeds of a list, and (line, reason) of outlines that are none.

    Raises:
        OPMLError: it is no OPML.
    """
    root = _root(content)
    body = next((child for child in root if _name(child) == "body"), None)
    if _name(root) != "opml" or body is None:
        raise OPMLError("The file is no OPML: it has no <opml> with a <body>. Export the list of feeds as OPML.")
    found: list[Outline] = []
    problems: list[tuple[int, str]] = []
    for element, folder in _outlines(body, ()):
        said = {str(name).lower(): _line(str(value)) for name, value in element.attrib.items()}
        name, line = said.get("title") or said.get("text") or "", element.sourceline or 0
        if said.get("xmlurl"):
            found.append(Outline(line, said["xmlurl"], name, said.get("htmlurl", ""), folder))
        else:
            problems.append((line, f"the outline “{name[:80]}” has no xmlUrl, so it names no feed"))
    return found, problems


def take(content: bytes, *, by: Actor | None, now: datetime, into: ImportInto = ImportInto.TRIAGE) -> Taken:
    """Add the feeds of a list as sources. The caller commits.

    Raises:
        OPMLError: it is no OPML.
    """
    outlines, problems = read(content)
    taken = Taken(problems=problems)
    for one in outlines:
        try:
            sources.add(address=one.address, name=one.name, site=one.site, folder=one.folder, into=into, by=by, now=now)
        except SourceExistsError:
            taken.known += 1
        except SourceError as error:
            taken.problems.append((one.line, str(error)))
        else:
            taken.added += 1
    taken.problems.sort()
    return taken


def written(every: Iterable[ClipSource], *, title: str, now: datetime) -> bytes:
    """*every* source, by folder, as OPML."""
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = title
    etree.SubElement(head, "dateCreated").text = format_datetime(now, usegmt=True)
    body = etree.SubElement(root, "body")
    for folder, members in groupby(sorted(every, key=lambda source: source.folder), key=lambda source: source.folder):
        place = etree.SubElement(body, "outline", text=folder, title=folder) if folder else body
        for source in members:
            said = {"type": "rss", "text": source.name, "title": source.name, "xmlUrl": source.address}
            etree.SubElement(place, "outline", said | ({"htmlUrl": source.site} if source.site else {}))
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


def _root(content: bytes) -> Any:
    """The outermost element; where bare ampersands are all that is wrong, they are mended."""
    try:
        return xml.parse(content)
    except RefusedXMLError as error:
        first = error
    try:
        return xml.parse(decoding.mended("".join(decoding.pieces(BytesIO(content)))).encode("utf-8"))
    except RefusedXMLError:
        cause = first.__cause__
        line = getattr(cause, "lineno", None)
        where = f" in line {line}" if line else ""
        what = "is broken" if str(first) == "broken" else f"is refused: {first}"
        raise OPMLError(f"The file {what}{where}. Export the list of feeds once more, as OPML.") from None


def _outlines(parent: Any, folders: tuple[str, ...]) -> Iterator[tuple[Any, str]]:
    """Each outline that is no folder, with the folder that it stands in."""
    for element in parent:
        if _name(element) != "outline":
            continue
        said = {str(name).lower(): str(value) for name, value in element.attrib.items()}
        if len(element) and not said.get("xmlurl"):
            named = (*folders, _line(said.get("title") or said.get("text") or ""))[-DEEPEST_FOLDER:]
            yield from _outlines(element, named)
        else:
            yield element, " / ".join(filter(None, folders))


def _name(element: Any) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _line(value: str) -> str:
    return " ".join(text.clean(value).split())
