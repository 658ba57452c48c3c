"""Clips as files for other programs: CSV, RIS, JSON lines; each clip by itself, so that any length streams."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import orjson

from pressroom.clips.links.rules import PublicLink, public_link
from pressroom.clips.rules import Medium
from pressroom.kit import text
from pressroom.kit.spreadsheets import BOM, harmless, record

COLUMNS = (
    "headline",
    "date",
    "outlet",
    "byline",
    "medium",
    "language",
    "topics",
    "excerpt",
    "link",
    "page",
    "releases",
    "section",
    "printed_on",
    "programme",
    "time_code",
    "archived_copy",
    "archived_on",
)


@dataclass(frozen=True)
class Line:
    """A clip as it leaves the house.

    Attributes:
        excerpt: as much of it as its page shows (``rights.shown``).
        page: its absolute address here.
        releases: the addresses of what it covers.
        printed_on: the page of a paper.
    """

    headline: str
    published_on: date
    outlet: str
    byline: str
    medium: Medium
    language: str
    excerpt: str
    url: str
    topics: tuple[str, ...]
    page: str
    releases: tuple[str, ...] = ()
    section: str = ""
    printed_on: str = ""
    programme: str = ""
    time_code: str = ""
    copy_url: str = ""
    copy_at: datetime | None = None

    @property
    def link(self) -> PublicLink | None:
        """Where the public is led."""
        return public_link(self.url, self.copy_url, self.copy_at)

    @property
    def fields(self) -> dict[str, str | list[str]]:
        """Name → value, in the order of :data:`COLUMNS`; every text on one line.

        The link is the clip's own, by which it is known again when the file is imported; beside it stands the archive's
        copy that is shown in its place.
        """
        copied_at = self.link.copied_at if self.link else None
        return {
            "headline": _flat(self.headline),
            "date": self.published_on.isoformat(),
            "outlet": _flat(self.outlet),
            "byline": _flat(self.byline),
            "medium": self.medium.value,
            "language": self.language,
            "topics": [_flat(topic) for topic in self.topics],
            "excerpt": _flat(self.excerpt),
            "link": self.url,
            "page": self.page,
            "releases": list(self.releases),
            "section": _flat(self.section),
            "printed_on": _flat(self.printed_on),
            "programme": _flat(self.programme),
            "time_code": self.time_code,
            "archived_copy": self.copy_url if copied_at else "",
            "archived_on": f"{copied_at:%Y-%m-%d}" if copied_at else "",
        }


@dataclass(frozen=True)
class Format:
    """A kind of file.

    Attributes:
        begin: what stands before the first line.
        write: a clip as text, with its line end.
    """

    label: str
    media_type: str
    begin: str
    write: Callable[[Line], str]


def as_csv(line: Line) -> str:
    """A record (RFC 4180)."""
    values = (value if isinstance(value, str) else "; ".join(value) for value in line.fields.values())
    return record([harmless(value) for value in values])


TYPES = {Medium.RADIO: "SOUND", Medium.PODCAST: "SOUND", Medium.TELEVISION: "VIDEO", Medium.OTHER: "GEN"}
"""Of a reference in RIS; all else is ``NEWS``, which reference managers take for a newspaper's article."""


def as_ris(line: Line) -> str:
    """A reference (RIS, 2011): two letters, two spaces, a hyphen, a space, a value on one line; TY first, ER last."""
    fields = line.fields
    authors = [name for name in re.split(r"\s*;\s*|\s+(?:and|&)\s+", str(fields["byline"])) if name]
    day = line.published_on
    copied = f"Archived copy of {fields['archived_on']}; first at: {fields['link']}" if fields["archived_on"] else ""
    rows = [
        ("TY", TYPES.get(line.medium, "NEWS")),
        ("TI", fields["headline"]),
        ("T2", fields["outlet"]),
        *(("AU", author) for author in authors),
        ("PY", f"{day:%Y}"),
        ("DA", f"{day:%Y/%m/%d}"),
        ("LA", fields["language"]),
        ("AB", fields["excerpt"]),
        *(("KW", topic) for topic in fields["topics"]),
        ("SE", fields["section"]),
        ("SP", fields["printed_on"]),
        ("UR", line.link.href if line.link else ""),
        ("N1", ", ".join(filter(None, (str(fields["programme"]), line.time_code)))),
        ("N1", copied),
        ("N1", f"Press room: {fields['page']}"),
        *(("N1", f"About the release: {release}") for release in fields["releases"]),
    ]
    return "".join(f"{tag}  - {value}\r\n" for tag, value in rows if value) + "ER  - \r\n\r\n"


def as_json(line: Line) -> str:
    """An object on a line of its own."""
    return orjson.dumps(line.fields, option=orjson.OPT_APPEND_NEWLINE).decode()


def _flat(value: str) -> str:
    return " ".join(text.clean(value).split())


FORMATS: Mapping[str, Format] = {
    "csv": Format("CSV", "text/csv; charset=utf-8; header=present", BOM + record(list(COLUMNS)), as_csv),
    "ris": Format("RIS", "application/x-research-info-systems; charset=utf-8", "", as_ris),
    "jsonl": Format("JSON", "application/jsonl; charset=utf-8", "", as_json),
}
