"""What a news agency is told of a release, whatever the format it reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from pressroom.kit import dates, text, web
from pressroom.kit.settings import setting
from pressroom.kit.syndication import prose
from pressroom.media.models import Asset
from pressroom.releases import renditions, rules
from pressroom.releases.models import Contact, Release
from pressroom.releases.rules import State
from pressroom.releases.translations import language_of


class Status(StrEnum):
    """What may be done with an item (IPTC NewsCodes, ``http://cv.iptc.org/newscodes/pubstatusg2/``)."""

    USABLE = "usable"
    WITHHELD = "withheld"
    CANCELED = "canceled"


@dataclass(frozen=True)
class Wire:
    """An item for agencies.

    Attributes:
        uri: never changes; the same as in the feeds.
        version: grows with each change.
        first: when it was, or will be, public.
        changed: when this version was made.
        embargoed: until when it is under embargo; None when it is not.
        language: a BCP 47 tag.
        address: of its page, absolute.
        body_html: with absolute addresses.
        note: for the desk that receives it, not for print.
    """

    uri: str
    version: int
    status: Status
    first: datetime
    changed: datetime
    language: str
    headline: str
    address: str
    slug: str
    note: str
    embargoed: datetime | None = None
    subhead: str = ""
    place: str = ""
    kind: str = ""
    body_html: str = ""
    topics: Sequence[str] = ()
    pictures: Sequence[Asset] = ()
    people: Sequence[Contact] = field(default=())
    doi: str = ""

    @property
    def body(self) -> str:
        """Its text without markup."""
        return text.plain(self.body_html).strip()

    @property
    def words(self) -> int:
        """How many it has."""
        return text.count_words(self.body_html)

    @property
    def renditions(self) -> list[tuple[str, str]]:
        """The other forms of it: media type and absolute address; none of what was withdrawn."""
        if self.status is Status.CANCELED:
            return []
        return [("text/html", self.address), ("text/plain", f"{self.address}.txt")]


def of(release: Release, now: datetime) -> Wire:
    """*release* as it stands at *now*. Under embargo its text begins with its release line, as every copy of it does.

    Under embargo the item is withheld *and* names its instant: a program that does not know of embargoes then
    publishes nothing.
    """
    assert release.public_from is not None
    standing = release.state(now)
    embargoed = standing is State.EMBARGOED
    address = web.absolute(release.address)
    zone = release.zone if release.embargoed else setting("time_zone")
    line = rules.release_line(standing, release.public_from, zone)
    begin = f"<p><strong>{line}</strong></p>" if embargoed else ""
    return Wire(
        uri=_uri(release.uid),
        version=release.version,
        status=Status.WITHHELD if embargoed else Status.USABLE,
        first=release.public_from,
        changed=release.updated_at if embargoed else release.changed_at,
        embargoed=release.public_from if embargoed else None,
        language=language_of(release),
        headline=release.headline,
        subhead=release.subhead,
        address=address,
        slug=release.slug,
        place=release.dateline,
        kind=release.kind.label,
        note="\n".join(_notes(release, line)),
        body_html=prose.absolute(begin + renditions.dated_html(release), address),
        topics=release.topics,
        pictures=[picture.asset for picture in release.pictures if picture.asset.shown.src],
        people=release.people,
        doi=release.study_doi,
    )


def withdrawn(notice: Mapping[str, Any]) -> Wire:
    """What was taken back: who holds it shall not use it any more.

    Args:
        notice: as ``releases.queries.withdrawn_item`` gives it.
    """
    return Wire(
        uri=_uri(notice["uid"]),
        version=notice["version"],
        status=Status.CANCELED,
        first=notice["public_from"],
        changed=notice["withdrawn_at"],
        language=setting("language"),
        headline=notice["title"],
        address=web.absolute(notice["address"]),
        slug=notice["slug"],
        note=f"WITHDRAWN: {notice['withdrawal_reason']}",
    )


def _uri(uid: str) -> str:
    return f"urn:uuid:{uid}"


def _notes(release: Release, line: str) -> Iterator[str]:
    """The release line, each correction, the notes to editors, whom to ring."""
    yield line
    for correction in release.corrections:
        yield f"CORRECTION, {dates.day(correction.at, setting('time_zone'))}: {correction.note}"
    if release.notes_html:
        yield text.plain(release.notes_html).strip()
    for one in release.people:
        yield "MEDIA CONTACT: " + ", ".join(filter(None, (one.name, one.phone, one.mobile, one.email)))
