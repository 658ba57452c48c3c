"""Decisions about terms and experts: what they need, and until when consent holds. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.orm.exc import StaleDataError

from pressroom.kit import dates

LENGTHS = {
    "term": 120,
    "forms": 1_000,
    "definition": 4_000,
    "source": 300,
    "see_also": 1_000,
    "name": 120,
    "title": 200,
    "institution": 200,
    "topics": 500,
    "languages": 200,
    "media": 2_000,
    "availability": 500,
    "private": 1_000,
    "document": 300,
}
"""Characters of a text that somebody types."""

MOST_FORMS, MOST_TOPICS, MOST_LANGUAGES = 20, 12, 12

LONGEST_CONSENT = timedelta(days=3 * 366)
"""Nobody consents to a directory for ever; after three years they are asked again at the latest."""

SOON = timedelta(days=30)

# What would make a public text a public address. An expert is reached through the press office.
_ADDRESS = re.compile(
    r"[^\s@]+@[^\s@]+\.[^\s@]+|\b(?:https?://|www\.)\S+|(?:\+|\b00)\d[\d\s().-]{6,}\d|\b\d{3}[-. )]\s?\d{3}[-. ]\d{4}\b"
)


class Stale(StaleDataError):  # noqa: N818 - it says what happened: somebody else saved first
    """What is saved is newer than what was edited. Where no view says it better, the page of 409 does."""


class ReportingError(ValueError):
    """Something is refused; the message is a sentence for the person who asked."""


def lines(written: str) -> tuple[str, ...]:
    """The lines of *written* that say something, each once, on one line."""
    return tuple(dict.fromkeys(" ".join(line.split()) for line in written.splitlines() if line.strip()))


def listed(written: str) -> tuple[str, ...]:
    """What stands between commas or line ends in *written*, each once."""
    return lines(written.replace(",", "\n").replace(";", "\n"))


def private_words(texts: Iterable[str]) -> str:
    """The first e-mail address, web address or telephone number in *texts*; empty without one."""
    return next((found[0] for text in texts if (found := _ADDRESS.search(text))), "")


def consent_ends(until: date, zone: str) -> datetime:
    """The instant at which consent up to and with the day *until* is over."""
    end = dates.end(until, zone)
    assert end is not None, "a consent is for three years at most"
    return end


def check_consent(given_on: date, until: date, today: date) -> None:
    """Refuse a consent that is none.

    Raises:
        ReportingError: with a sentence.
    """
    if given_on > today:
        raise ReportingError("Consent cannot have been given on a day to come.")
    if until < today:
        raise ReportingError("This consent is over. Ask again, and write down until when it holds.")
    if until < given_on or until - given_on > LONGEST_CONSENT:
        raise ReportingError("Consent holds for three years at most from the day on which it was given.")


def in_order(rows: Sequence[str]) -> list[str]:
    """Words sorted as people look them up."""
    return sorted(rows, key=str.casefold)
