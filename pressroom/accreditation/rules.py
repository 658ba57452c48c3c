"""Who may read under embargo, and what is asked of them. Pure: no session, no clock, no request."""

from __future__ import annotations

import calendar
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from pressroom.kit.labels import Labelled

LONGEST = {
    "name": 120,
    "email": 254,
    "outlet": 200,
    "role": 200,
    "bylines": 4_000,
    "letter_url": 500,
    "statement": 4_000,
    "reason": 1_000,
    "note": 500,
    "agreement": 50_000,
}
"""Characters of a text that somebody types."""

MOST_MONTHS = 60
BYLINE_MONTHS = 6
"""A freelance without a letter shows a by-line of the last six months (ASHG press guidelines, 2019 and 2022)."""

SHOWN_DAYS = 30
"""A correction of what is public by now is told for so long to those who read the earlier text under embargo."""


class Basis(StrEnum):
    """On what a person applies; one of them is enough (ASHG press guidelines, 2019 and 2022)."""

    label: str
    proof: str

    STAFF = ("staff", "On the staff of a news outlet", "Staff of an outlet that reports news")
    LETTER = ("letter", "Freelance with an assignment letter", "A letter of assignment from an editor")
    BYLINE = ("byline", "Freelance with a recent by-line", "A by-line that is no older than six months")
    ONLINE = ("online", "For an outlet that is online only", "The outlet reports daily or weekly")
    BLOG = ("blog", "A blogger who reports regularly", "The blog appears regularly")

    def __new__(cls, value: str, label: str = "", proof: str = "") -> Basis:
        """A member with the words of the form and of the checklist."""
        member = str.__new__(cls, value)
        member._value_, member.label, member.proof = value, label, proof
        return member


class Bar(Labelled):
    """Who is not eligible, whatever else they do (ASHG press guidelines, 2019 and 2022)."""

    EXHIBITOR = ("exhibitor", "Does not do public relations for an exhibitor or a company")
    ANALYST = ("analyst", "Is no analyst of an industry or of its shares")
    TRADE = ("trade", "Is no editor of a publishing house’s own titles or of manuscripts")
    INSTITUTION = ("institution", "Is no press officer of an institution")


CHECKS = (*Basis, *Bar)


class Decision(StrEnum):
    """What became of an application."""

    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"


class Standing(StrEnum):
    """How a journalist stands. Nothing keeps it: it follows from three columns and the time."""

    ACCREDITED = "accredited"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    ENDED = "ended"


class What(Labelled):
    """What was handed out."""

    PAGE = ("page", "Page")
    TEXT = ("text", "Plain text")
    FILE = ("file", "File")
    KIT = ("kit", "Press kit")
    CALENDAR = ("calendar", "Calendar")
    FEED = ("feed", "Feed entry")
    PDF = ("pdf", "PDF")
    MAIL = ("mail", "E-mail")


READ = (What.PAGE, What.TEXT, What.KIT, What.FEED, What.PDF, What.MAIL)
"""What shows the text of a release, so that whoever was given it holds that version."""


class AccreditationError(ValueError):
    """Something is refused; the message is a sentence for the person who asked."""


def standing(
    *, valid_until: datetime, suspended_at: datetime | None, ended_at: datetime | None, now: datetime
) -> Standing:
    """How a journalist with these columns stands at *now*."""
    if ended_at is not None:
        return Standing.ENDED
    if suspended_at is not None:
        return Standing.SUSPENDED
    return Standing.ACCREDITED if now < valid_until else Standing.EXPIRED


def check_eligible(checks: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse an approval that the checklist does not carry.

    Raises:
        AccreditationError: no ground is ticked, or a bar is not ruled out.
    """
    ticked = {name for name, check in checks.items() if check.get("met")}
    if not ticked & set(Basis):
        raise AccreditationError("Tick at least one ground on which this person is eligible.")
    if open_bars := [bar.label for bar in Bar if bar.value not in ticked]:
        raise AccreditationError(f"Not ruled out yet: {'; '.join(open_bars)}.")


def months_after(moment: datetime, months: int) -> datetime:
    """The same day and time so many months later, or the last day of that month.

    Raises:
        AccreditationError: fewer than one month, or more than :data:`MOST_MONTHS`.
    """
    if not 1 <= months <= MOST_MONTHS:
        raise AccreditationError(f"Write a number of months from 1 to {MOST_MONTHS}.")
    years, month = divmod(moment.month - 1 + months, 12)
    year, month = moment.year + years, month + 1
    return moment.replace(year=year, month=month, day=min(moment.day, calendar.monthrange(year, month)[1]))


def check_reason(reason: str) -> str:
    """*reason*, trimmed.

    Raises:
        AccreditationError: it is empty or too long.
    """
    reason = reason.strip()
    if not reason:
        raise AccreditationError("Say why; the desk keeps the reason.")
    if len(reason) > LONGEST["reason"]:
        raise AccreditationError(f"Shorten the reason to {LONGEST['reason']:,} characters.")
    return reason


def web_addresses(written: str) -> list[str]:
    """The addresses in *written*, one on each line.

    Raises:
        AccreditationError: a line is no web address.
    """
    lines = [line.strip() for line in written.splitlines() if line.strip()]
    for line in lines:
        if not is_web_address(line):
            raise AccreditationError(f"“{line[:60]}” is no web address. Write one on each line, with https://.")
    return lines


def is_web_address(text: str) -> bool:
    """Whether *text* is an address of the web, so that a link to it runs nothing."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not any(map(str.isspace, text))


# The ledger -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """What an entry of the ledger says, without its hash."""

    number: int
    at: datetime
    journalist_id: int
    journalist_name: str
    journalist_outlet: str
    release_id: int
    release_uid: str
    headline: str
    version: int
    what: str
    detail: str
    address: str
    agent: str


# Who holds an older version -------------------------------------------------------------------------------

SILENT = frozenset({"uid", "year", "slug", "corrected_at", "withdrawn_at", "withdrawal_reason"})
"""Fields of a revision that tell a reader nothing new."""


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What a reader of one revision does not know of another, as names of fields."""
    names: Collection[str] = (before.keys() | after.keys()) - SILENT
    return sorted(name for name in names if (before.get(name) or None) != (after.get(name) or None))


NAMES = {
    "public_from": "end of the embargo",
    "body": "text",
    "notes": "notes to editors",
    "study_doi": "DOI",
    "embargoed": "embargo",
    "zone": "time zone",
    "boilerplates": "about",
    "contacts": "media contacts",
    "related": "related items",
}


def in_words(fields: Sequence[str]) -> str:
    """Names of fields as a person reads them."""
    return ", ".join(NAMES.get(name, name.removeprefix("study_").replace("_", " ")) for name in fields)
