"""A release in other forms than its page: plain text, and its lift as an entry of a calendar.

Each begins with the release line, so that no copy loses its embargo.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from pressroom.kit import dates, text, web
from pressroom.kit.calendar import Event
from pressroom.kit.settings import setting
from pressroom.releases import rules, typeset
from pressroom.releases.models import Release
from pressroom.releases.rules import State

CONTACT = ("contact_name", "contact_role", "contact_phone", "contact_mobile", "contact_email", "contact_hours")


def plain(release: Release, *, now: datetime) -> str:
    """All that the page of *release* says, as plain text; one line a paragraph, an empty line between two."""
    return "\n\n".join(part for part in _parts(release, now) if part) + "\n"


def _parts(release: Release, now: datetime) -> Iterator[str]:
    standing, zone = release.state(now), release.zone if release.embargoed else setting("time_zone")
    yield f"{rules.release_line(standing, release.public_from, zone)}\n{release.kind.label}"
    for correction in release.corrections:
        yield f"CORRECTION, {dates.day(correction.at, setting('time_zone'))}: {correction.note}"
    yield "\n".join(filter(None, (release.headline, release.subhead)))
    yield _paragraphs(dated_html(release))
    yield "###"
    yield _section("NOTES TO EDITORS", _paragraphs(release.notes_html))
    yield _section("THE STUDY", "\n".join(_study(release)))
    yield _section("MEDIA CONTACT", "\n".join(filter(None, map(setting, CONTACT))))
    yield _section(f"ABOUT {setting('organisation_short_name').upper()}", setting("organisation_boilerplate"))
    if release.address:
        yield web.absolute(release.address)
    if standing is State.EMBARGOED:
        yield rules.release_line(standing, release.public_from, zone)


def dated_html(release: Release) -> str:
    """The text of *release* behind its dateline, as it stands on its page, in feeds and in its kit.

    The day is that on which it becomes public; without a time there is none yet.
    """
    day = release.public_from.astimezone(ZoneInfo(setting("time_zone"))).date() if release.public_from else None
    return typeset.with_dateline(release.body_html, release.dateline, day)


def _study(release: Release) -> Iterator[str]:
    rows = {
        "Journal": release.study_journal,
        "Article": release.study_title,
        "DOI": f"https://doi.org/{release.study_doi}" if release.study_doi else "",
        "Published": dates.day(release.study_published_on) if release.study_published_on else "",
        "Method": release.study_method,
        "Funding": release.study_funding,
        "Conflicts of interest": release.study_conflicts,
    }
    return (f"{label}: {value}" for label, value in rows.items() if value)


def _paragraphs(html: str) -> str:
    return "\n\n".join(filter(None, map(str.strip, text.plain(html).splitlines())))


def _section(heading: str, words: str) -> str:
    return f"{heading}\n{words}" if words else ""


def lift(release: Release) -> Event:
    """The instant at which *release* becomes public, for a calendar.

    Raises:
        ValueError: no time is set.
    """
    if release.public_from is None:
        raise ValueError("a release without a time has no lift")
    return Event(
        uid=f"lift-{release.uid}",
        title=f"{'Embargo ends' if release.embargoed else 'Public'}: {release.headline}",
        starts_at=release.public_from,
        minutes=0,
        zone=release.zone,
        updated=release.updated_at,
        address=web.absolute(release.address),
        description="\n".join(
            row
            for row in (dates.moment(release.public_from, release.zone), dates.disagreement(release.public_from))
            if row
        ),
        sequence=release.version - 1,
    )
