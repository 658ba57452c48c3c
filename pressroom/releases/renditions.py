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
from pressroom.releases import related, rules, typeset
from pressroom.releases.models import Boilerplate, Contact, Release
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
    yield f"###\n{text.count_words(dated_html(release)):,} words"
    yield _section("NOTES TO EDITORS", _paragraphs(release.notes_html))
    yield _section("THE STUDY", "\n".join(_study(release)))
    yield from _contacts(release)
    found = related.public([tie.item for tie in release.related_ties], now)
    yield _section("RELATED", "\n".join(f"{one.title}: {one.absolute}" for one in found))
    for boilerplate in release.about:
        yield _section(f"ABOUT {boilerplate.name.upper()}", _paragraphs(boilerplate.body_html))
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


def last_change(release: Release) -> datetime:
    """When anything last changed that a file of *release* says: what is kept once changes without the release."""
    return max([release.changed_at, *(row.updated_at for row in kept_once(release))])


def kept_once(release: Release) -> list[Boilerplate | Contact]:
    """What *release* shows and does not hold."""
    return [*release.about, *release.people]


def quotations(release: Release, *, now: datetime) -> str:
    """What is quoted in *release*, each with name and title, for whoever copies it."""
    standing = release.state(now)
    line = rules.release_line(standing, release.public_from, release.zone)
    said = ["\n".join(filter(None, (one.text, f"— {one.source}" if one.source else ""))) for one in release.quotations]
    end = [line] if standing is State.EMBARGOED else []
    return "\n\n".join([line, release.headline, *said, *end]) + "\n"


def _contacts(release: Release) -> Iterator[str]:
    if not release.people:
        yield _section("MEDIA CONTACT", "\n".join(filter(None, map(setting, CONTACT))))
        return
    heading = "MEDIA CONTACT" if len(release.people) == 1 else "MEDIA CONTACTS"
    for number, one in enumerate(release.people):
        rows = (one.name, one.role, one.organisation, one.phone, one.mobile, one.email, one.hours, one.after_hours)
        said = "\n".join(filter(None, rows))
        yield _section(heading, said) if number == 0 else said


def _study(release: Release) -> Iterator[str]:
    rows = {
        "Journal": release.study_journal,
        "Article": release.study_title,
        "DOI": f"https://doi.org/{release.study_doi}" if release.study_doi else "",
        "Published": dates.day(release.study_published_on) if release.study_published_on else "",
        "Method": release.study_method,
        "Funding": "; ".join(map(str, release.funders)),
        "About the funding": release.study_funding,
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
