"""A Markdown file with a head as an item: which key is what, and what of its text cannot stay as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from pressroom.kit import dates, text
from pressroom.releases import rules
from pressroom.releases.importing import frontmatter, instants
from pressroom.releases.importing.frontmatter import Head, HeadError
from pressroom.releases.importing.items import Item, Prose, Term, fingerprint, listed

SOURCE = "markdown"

KEYS = {
    "headline": ("headline", "title"),
    "subhead": ("subhead", "subtitle"),
    "date": ("date",),
    "zone": ("zone", "timezone"),
    "embargo": ("embargo",),
    "changed": ("updated", "modified", "lastmod"),
    "slug": ("slug",),
    "kind": ("kind",),
    "dateline": ("dateline",),
    "notes": ("notes",),
    "doi": ("doi",),
    "journal": ("journal",),
    "author": ("author",),
    "draft": ("draft",),
    "guid": ("guid", "id"),
}
LISTS = {
    "topics": ("topics", "tags"),
    "categories": ("categories", "category"),
    "paths": ("aliases", "redirect_from", "url", "permalink", "link"),
    "corrections": ("corrections",),
}
_NAMES = {name for names in (*KEYS.values(), *LISTS.values()) for name in names}
_DATED_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})[-_](.+)")

_PICTURE = re.compile(r"!\[((?:[^\[\]\\]|\\.)*)\]\(\s*<?([^)\s>]*)>?(?:\s+[\"'(][^)]*)?\)")
_BAD_LINK = re.compile(
    r"\[((?:[^\[\]\\]|\\.)*)\]\(\s*<?\s*(javascript|vbscript|data|file)\s*:(?:[^()]|\([^()]*\))*\)", re.IGNORECASE
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TEMPLATE = re.compile(r"\{\{[<%].*?[%>]\}\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?/?>")
_FENCE = re.compile(r" {0,3}(```+|~~~+)")


def read(source: str, *, path: str, zone: str) -> Item:
    """The item of one file; what cannot be read is its problem, with the line.

    Args:
        path: of the file within its folder.
        zone: in which days and times without a zone are read.
    """
    mark = fingerprint(source)
    try:
        head = frontmatter.read(source)
        return _Reader(head, path, zone, mark).item()
    except (HeadError, dates.DateError) as error:
        return Item(source=SOURCE, guid=path, fingerprint=mark, where=path, format="markdown", problem=str(error))


class _Reader:
    """Reads the head of one file."""

    def __init__(self, head: Head, path: str, zone: str, mark: str) -> None:
        self.head, self.path, self.zone, self.mark = head, path, zone, mark
        self.remarks: list[str] = []

    def item(self) -> Item:
        zone = self.one("zone")
        if zone:
            dates.named_zone(zone)
        self.zone = zone or self.zone
        body, headline = self.head.body, self.one("headline")
        if not headline:
            headline, body = self._first_heading(body)
        unknown = [key for key in self.head.values if key not in _NAMES]
        if unknown:
            self.remarks.append(f"Keys that are not read: {listed(unknown)}.")
        stem = PurePosixPath(self.path).stem
        dated = _DATED_NAME.fullmatch(stem)
        return Item(
            source=SOURCE,
            guid=(self.one("guid") or self.path)[:500],
            fingerprint=self.mark,
            where=self.path,
            headline=headline,
            status="draft" if self._draft() else "publish",
            at=self._at(dated[1] if dated else ""),
            changed_at=self._instant("changed"),
            embargo=self._instant("embargo"),
            content=body,
            format="markdown",
            first_line=self.head.first_line,
            slug=self.one("slug") or (dated[2] if dated else stem if stem != "index" else ""),
            author=self.one("author")[:200],
            kind=self.one("kind"),
            terms=tuple(self._terms()),
            paths=tuple(self.many("paths")),
            fields={
                "subhead": self.one("subhead"),
                "dateline": self.one("dateline"),
                "notes": text.clean(self._raw("notes")[1] or "").strip() if self._raw("notes")[0] else "",
                "study_doi": rules.read_doi(self.one("doi")),
                "study_journal": self.one("journal"),
            },
            corrections=tuple(self._corrections()),
            remarks=tuple(self.remarks),
        )

    def _raw(self, name: str) -> tuple[str, Any]:
        """The key that was used for *name*, and what stands there."""
        for key in KEYS.get(name) or LISTS[name]:
            if key in self.head.values and self.head.values[key] not in ("", None):
                return key, self.head.values[key]
        return "", None

    def one(self, name: str) -> str:
        """A text of one line."""
        key, value = self._raw(name)
        if isinstance(value, list | dict):
            raise HeadError(f"Line {self.head.lines.get(key, 2)}: “{key}” takes one value, not several.")
        return " ".join(text.clean("" if value is None else str(value)).split())

    def many(self, name: str) -> list[str]:
        """Texts: a list, or one text with commas."""
        found: list[str] = []
        for key in LISTS[name]:
            value = self.head.values.get(key)
            if isinstance(value, dict):
                raise HeadError(f"Line {self.head.lines.get(key, 2)}: “{key}” takes a list of texts.")
            several = value if isinstance(value, list) else _split(value) if name != "corrections" else [value]
            found += [" ".join(text.clean(str(each)).split()) for each in several if each not in (None, "")]
        return [each for each in found if each]

    def _at(self, in_name: str) -> datetime | None:
        _, value = self._raw("date")
        at = self._instant("date")
        if at is None and in_name:
            at, value = instants.written(in_name, self.zone), in_name
            self.remarks.append("Its day is that of the file’s name.")
        if at is not None and not instants.has_time(value):
            self.remarks.append(f"No time is given; {instants.NOON} in {self.zone} is taken.")
        embargo = self._instant("embargo")
        if embargo is not None and (at is None or embargo > at):
            at = embargo
            self.remarks.append("It is dated by the end of its embargo, when it was public.")
        return at

    def _instant(self, name: str) -> datetime | None:
        key, value = self._raw(name)
        if value is None:
            return None
        try:
            return instants.written(value, self.zone)
        except dates.DateError as error:
            raise HeadError(f"Line {self.head.lines.get(key, 2)}: {error}") from None

    def _draft(self) -> bool:
        key, value = self._raw("draft")
        said = str(value).lower() if value is not None else "false"
        if said not in {"true", "false", "yes", "no"}:
            raise HeadError(f"Line {self.head.lines.get(key, 2)}: “draft” is true or false.")
        return said in {"true", "yes"}

    def _terms(self) -> Iterable[Term]:
        for name, taxonomy in (("categories", "category"), ("topics", "tag")):
            for each in self.many(name):
                yield Term(text.slugify(each), each, taxonomy)

    def _corrections(self) -> Iterable[tuple[datetime, str]]:
        for each in self.many("corrections"):
            found = re.fullmatch(r"(\d{4}-\d{2}-\d{2}(?:[T ]\d{1,2}:\d{2}\S*)?)\s*[:,–-]?\s+(.+)", each)
            if not found:
                line = self.head.lines.get("corrections", 2)
                raise HeadError(
                    f"Line {line}: write a correction as its day and its note: “2014-03-07 – There were forty cats.”"
                )
            yield instants.written(found[1].rstrip(":"), self.zone), found[2]

    def _first_heading(self, body: str) -> tuple[str, str]:
        """The headline that a text begins with, where the head has none."""
        found = re.match(r"\s*#[ \t]+(.+?)[ \t#]*(?:\n|\Z)", body)
        if not found:
            return "", body
        self.remarks.append("The headline is the first heading of the text.")
        return " ".join(text.plain(found[1]).split()), body[found.end() :]


def _split(value: Any) -> list[str]:
    return str(value).split(",") if value is not None else []


def tidy(body: str, *, first_line: int = 1) -> Prose:
    """The text of a file without what a release cannot have: pictures, comments, templates, links that run something.

    What stands in blocks of code stays.

    Args:
        first_line: the line of the file on which *body* begins.
    """
    pictures: list[str] = []
    schemes: list[str] = []
    taken: list[str] = []
    tags: list[int] = []

    def picture(found: re.Match[str]) -> str:
        name = PurePosixPath(found[2].partition("?")[0]).name[:80]
        pictures.append(name or found[1] or "one without a name")
        said = "; ".join(part for part in (found[1].strip(), name.replace("_", "\\_")) if part)
        return f"*(Picture: {said or 'one without a name'})*"

    def link(found: re.Match[str]) -> str:
        schemes.append(f"“{found[2].lower()}:”")
        return found[1]

    def template(found: re.Match[str]) -> str:
        taken.append(" ".join(found[0].split())[:40])
        return "\n" * found[0].count("\n")

    comments = 0
    parts: list[str] = []
    for is_code, part in _in_and_out_of_code(body):
        if not is_code:
            part, count = _COMMENT.subn(lambda found: "\n" * found[0].count("\n"), part)
            comments += count
            part = _BAD_LINK.sub(link, _PICTURE.sub(picture, _TEMPLATE.sub(template, part)))
            before = sum(each.count("\n") for each in parts)
            tags += [first_line + before + part[: found.start()].count("\n") for found in _TAG.finditer(_no_code(part))]
        parts.append(part)
    remarks = []
    if pictures:
        what = "One picture is" if len(pictures) == 1 else f"{len(pictures):,} pictures are"
        remarks.append(f"{what} named in the text and not brought in: {listed(pictures)}.")
    if schemes:
        remarks.append(f"A link that is none of http, https, mailto, tel lost its address: {listed(schemes)}.")
    if taken:
        remarks.append(f"Template code was taken out: {listed(taken)}.")
    if comments:
        remarks.append(f"{comments:,} {'comment was' if comments == 1 else 'comments were'} taken out.")
    if tags:
        remarks.append(f"HTML is shown as it was typed, on line {listed(tags)}; write it in Markdown.")
    return Prose("".join(parts).strip("\n").rstrip(), tuple(remarks))


def _no_code(part: str) -> str:
    """*part* with blanks where code stands in a line."""
    return re.sub(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)", lambda found: " " * len(found[0]), part)


def _in_and_out_of_code(body: str) -> Iterable[tuple[bool, str]]:
    """The text in parts: whether it is a block of code, and the part."""
    fence = ""
    part: list[str] = []
    for line in body.splitlines(keepends=True):
        mark = _FENCE.match(line)
        if not fence and mark:
            yield False, "".join(part)
            fence, part = mark[1], [line]
        elif fence and mark and mark[1].startswith(fence) and not line.strip().strip(fence[0]):
            yield True, "".join([*part, line])
            fence, part = "", []
        else:
            part.append(line)
    yield bool(fence), "".join(part)
