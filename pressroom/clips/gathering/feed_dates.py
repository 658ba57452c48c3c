"""When a story appeared, by what a feed says: in the many ways in which feeds write it, and never by guessing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

from pressroom.kit.dates import DateError, parse_day


@dataclass(frozen=True)
class When:
    """A day, and the instant where the source gives a time with its zone.

    Attributes:
        day: in the zone in which it is written.
    """

    day: date | None = None
    at: datetime | None = None


UNKNOWN = When()
EARLIEST = date(1900, 1, 1)

_NAMES = (
    "jan jän ene gen janv ιαν янв|feb fév fev févr φεβ фев|mar mär mrz mars mrt μαρ мар|apr avr abr απρ апр|"
    "may mai maj maggio mag mei maio μαι мая май|jun juin giu июн ιουν|jul juil lug июл ιουλ|"
    "aug aoû août ago авг αυγ|sep sept set сен σεπ|oct okt ott out окт οκτ|nov νοε ноя|dec dez déc dic dez dek дек δεκ"
)
_MONTHS = {name: number for number, names in enumerate(_NAMES.split("|"), 1) for name in names.split()}
# RFC 822, section 5.1, and those that mean one thing only wherever they are written.
_ZONES = {"ut": 0, "gmt": 0, "utc": 0, "z": 0, "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420,
          "mdt": -360, "pst": -480, "pdt": -420, "akst": -540, "akdt": -480, "hst": -600, "wet": 0, "west": 60,
          "cet": 60, "cest": 120, "mez": 60, "mesz": 120, "eet": 120, "eest": 180, "msk": 180, "jst": 540, "kst": 540,
          "hkt": 480, "sgt": 480, "aest": 600, "aedt": 660, "acst": 570, "nzst": 720, "nzdt": 780}  # fmt: skip

_TIME = r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d{1,9})?)?\s*(?P<half>[ap]\.?m\.?)?"
_ZONE = (
    r"\s*(?P<zone>Z|(?:GMT|UTC|UT)?\s*[+\N{MINUS SIGN}-]\d\d:?\d\d|(?:GMT|UTC)[+-]\d{1,2}|\(?[A-Za-z]{1,5}\)?)?"
    r"(?:\s*\([\w ]{1,40}\)|\s*\[[\w/]{1,40}\])?"
)
_ISO = re.compile(
    rf"(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})(?:(?:\s*[Tt,]\s*|\s+){_TIME}{_ZONE})?",
    re.IGNORECASE,
)
_BASIC = re.compile(
    r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?:T?(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?"
    r"\s*(?P<zone>Z|[+-]\d\d:?\d\d)?)?",
    re.IGNORECASE,
)
_WEEKDAY = r"(?:[^\W\d]{2,12}\.?\s*,?\s+)?(?:de\s+)?"
_WORDS = re.compile(
    rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.|er|º)?[\s-]*(?:de\s+)?(?P<name>[^\W\d]{{3,12}})\.?[\s,-]*(?:de\s+)?"
    rf"(?P<year>\d{{4}}|\d\d)(?!\d)(?:\s*,?\s*(?:at|um|à|T)?\s*{_TIME}{_ZONE})?",
    re.IGNORECASE,
)
_AMERICAN = re.compile(
    rf"{_WEEKDAY}(?P<name>[^\W\d]{{3,12}})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})"
    rf"(?:\s*,?\s*(?:at\s+)?{_TIME}{_ZONE})?",
    re.IGNORECASE,
)
_ASCTIME = re.compile(
    rf"[A-Za-z]{{3,9}},?\s+(?P<name>[A-Za-z]{{3,9}})\s+(?P<day>\d{{1,2}})\s+{_TIME}{_ZONE}\s+(?P<year>\d{{4}})",
    re.IGNORECASE,
)
_OF_WEEK = re.compile(r"(\d{4})-?W(\d\d)-?([1-7])")
_OF_YEAR = re.compile(r"(\d{4})-(\d{3})")
_SECONDS = re.compile(r"(\d{9,10})(?:\.\d+)?|(\d{12,13})")
_SPACES = re.compile(r"\s+")
LONGEST = 80


def read(*written: str, now: datetime) -> When:
    """The first of *written* that says when, and is not to come. Never raises, and never gives *now* for nothing.

    Days in numbers count only with the year first, or where they can mean one day alone.
    """
    for each in written:
        when = _read(_SPACES.sub(" ", each).strip(" \"'"))
        if when.day and EARLIEST <= when.day <= now.date() + timedelta(days=1) and when.day != date(1970, 1, 1):
            return when
    return UNKNOWN


def is_to_come(*written: str, now: datetime) -> bool:
    """Whether one of *written* is a day that has not begun anywhere."""
    days = (_read(_SPACES.sub(" ", each).strip()).day for each in written)
    return any(day and day > now.date() + timedelta(days=1) for day in days)


def _read(said: str) -> When:
    if not said or len(said) > LONGEST:
        return UNKNOWN
    try:
        for pattern in (_ISO, _BASIC, _WORDS, _AMERICAN, _ASCTIME):
            if found := pattern.fullmatch(said):
                return _of(found.groupdict())
        if found := _OF_WEEK.fullmatch(said):
            return When(date.fromisocalendar(int(found[1]), int(found[2]), int(found[3])))
        if found := _OF_YEAR.fullmatch(said):
            day = date(int(found[1]), 1, 1) + timedelta(days=int(found[2]) - 1)
            return When(day if day.year == int(found[1]) else None)
        if found := _SECONDS.fullmatch(said):
            at = datetime.fromtimestamp(int(found[1]) if found[1] else int(found[2]) / 1000, UTC)
            return When(at.date(), _to_the_minute(at))
        return When(parse_day(said))
    except (DateError, ValueError, OverflowError):
        return UNKNOWN


def _of(said: dict[str, str | None]) -> When:
    """The parts of a pattern.

    Raises:
        ValueError: there is no such day, or month.
    """
    month = int(said["month"] or 0) if said.get("month") else _month(said.get("name") or "")
    year = int(said["year"] or 0)
    if len(said["year"] or "") == 2:  # RFC 2822, section 4.3
        year += 2000 if year < 50 else 1900
    day = date(year, month, int(said["day"] or 0))
    minutes = _offset(said.get("zone") or "")
    if said.get("hour") is None or minutes is None:
        return When(day)
    hour = int(said["hour"] or 0)
    if half := (said.get("half") or "").lower()[:1]:
        if not 1 <= hour <= 12:
            return When(day)
        hour = hour % 12 + (12 if half == "p" else 0)
    minute = int(said["minute"] or 0)
    if hour > 24 or minute > 59 or (hour == 24 and minute) or int(said.get("second") or 0) > 60:
        return When(day)
    at = datetime(day.year, day.month, day.day, tzinfo=timezone(timedelta(minutes=minutes)))
    at += timedelta(hours=hour, minutes=minute)
    return When(at.date(), at.astimezone(UTC))


def _month(name: str) -> int:
    word = name.lower().rstrip(".")
    found = (number for length in (len(word), 5, 4, 3) if (number := _MONTHS.get(word[:length])))
    return next(found, 0)  # no date has that


def _offset(zone: str) -> int | None:
    """Minutes east of Greenwich; None for a zone that is missing or means several."""
    word = zone.strip("() ").lower().replace("\N{MINUS SIGN}", "-")
    if found := re.fullmatch(r"(?:gmt|utc|ut)?\s*([+-])(\d\d?):?(\d\d)?", word):
        minutes = int(found[2]) * 60 + int(found[3] or 0)
        return (-minutes if found[1] == "-" else minutes) if minutes <= 14 * 60 else None
    return _ZONES.get(word)


def _to_the_minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
