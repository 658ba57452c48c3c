"""Days as people and spreadsheets write them."""

from __future__ import annotations

import re
from datetime import date, timedelta

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
FIRST_YEAR, LAST_YEAR = 1600, 2200


class DateError(ValueError):
    """A text is no day; the message says what to write instead."""


_NUMBERED = re.compile(r"([0-9]{1,4})([-/. ])([0-9]{1,2})\2([0-9]{1,4})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?\.?[ -]([a-z]+)\.?,?[ -]([0-9]+)")
_MONTH_FIRST = re.compile(r"([a-z]+)\.?[ -]([0-9]{1,2})(?:st|nd|rd|th)?,?[ -]([0-9]+)")
_TIME_OF_DAY = re.compile(r"(?<=[0-9])(?:t|,? +)[0-9]{1,2}:[0-9]{2}.*$")
_WEEKDAY = re.compile(r"^(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?\.?,? +")


def parse_day(text: str) -> date:
    """The day that *text* means, as people and spreadsheets write it; a time of day after it is ignored.

    Read are ``2026-11-24``, ``2026/11/24``, ``20261124``, ``24 Nov 2026``, ``Nov 24, 2026``,
    ``24.11.2026`` and ``11/24/2026``. ``11/12/2026`` is refused:
    it is November in the United States and December elsewhere.

    Raises:
        DateError: with a sentence.
    """
    words = _WEEKDAY.sub("", _TIME_OF_DAY.sub("", " ".join(text[:200].lower().split())))
    if re.fullmatch(r"[0-9]{8}", words):
        return calendar_day(int(words[:4]), int(words[4:6]), int(words[6:]))
    if found := _NUMBERED.fullmatch(words):
        return _numbered(found[1], found[2], found[3], found[4], text)
    if found := _DAY_FIRST.fullmatch(words):
        return calendar_day(_year(found[3], text), _month(found[2], text), int(found[1]))
    if found := _MONTH_FIRST.fullmatch(words):
        return calendar_day(_year(found[3], text), _month(found[1], text), int(found[2]))
    raise DateError(_no_day(text))


def _numbered(first: str, mark: str, second: str, third: str, text: str) -> date:
    if len(first) == 4:
        return calendar_day(int(first), int(second), int(third))
    year = _year(third, text)
    left, right = int(first), int(second)
    if mark == "." or left == right or left > 12:
        return calendar_day(year, right, left)
    if right > 12:
        return calendar_day(year, left, right)
    if 0 in (left, right):
        raise DateError(_no_day(text))
    raise DateError(
        f"“{shown(text)}” can be {left} {MONTHS[right - 1]} or {right} {MONTHS[left - 1]}; "
        f"write {year:04}-{right:02}-{left:02} or {year:04}-{left:02}-{right:02}."
    )


def _year(digits: str, text: str) -> int:
    if len(digits) != 4:
        raise DateError(f"“{shown(text)}” has no year of four digits. Write the day as in 2026-11-24.")
    return int(digits)


def _month(name: str, text: str) -> int:
    name = "sep" if name == "sept" else name
    for number, month in enumerate(MONTHS, start=1):
        if len(name) >= 3 and month.lower().startswith(name):
            return number
    raise DateError(_no_day(text))


def calendar_day(year: int, month: int, number: int) -> date:
    if not 1 <= month <= 12:
        raise DateError(f"There is no month {month}: months run from 1 to 12. Write the day as in 2026-11-24.")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise DateError(f"The year {year} is outside {FIRST_YEAR} to {LAST_YEAR}. Check the year.")
    try:
        return date(year, month, number)
    except ValueError:
        last = (date(year, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        raise DateError(f"There is no {number} {MONTHS[month - 1]} {year}: that month has {last.day} days.") from None


def _no_day(text: str) -> str:
    if not text.strip():
        return "The day is missing. Write it as in 2026-11-24."
    return f"“{shown(text)}” is no day that can be read. Write it as in 2026-11-24."


def shown(text: str) -> str:
    """*text* short enough, and printable, for a sentence."""
    short = "".join(c if c.isprintable() else " " for c in text[:41]).strip()
    return short if len(text) <= 40 else short[:39] + "…"
