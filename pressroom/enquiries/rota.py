"""Who answers when: weekly hours of people in their zones, and what differs on some days. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LOOK = timedelta(days=42)
"""How far ahead the next spell is looked for: beyond the longest closure at a turn of the year."""

BACK = 2
"""Days before today on which a spell may have begun that still lasts."""


@dataclass(frozen=True)
class Duty:
    """Hours in which somebody answers each week.

    Attributes:
        who: the number of a contact.
        weekdays: a number with a bit for each day on which they begin, Monday the lowest.
        closes: the end; not later than *opens*, it is on the next day.
    """

    who: int
    weekdays: int
    opens: time
    closes: time
    zone: str


@dataclass(frozen=True)
class Change:
    """What differs on the days from *first* to *last*.

    Attributes:
        who: the number of a contact; None is the whole office.
        opens: from when they answer on these days besides; None where they do not answer at all.
    """

    who: int | None
    first: date
    last: date
    zone: str
    opens: time | None = None
    closes: time | None = None


@dataclass(frozen=True)
class Spell:
    """That somebody answers from one instant up to another."""

    begins: datetime
    ends: datetime
    who: int


@dataclass(frozen=True)
class Answer:
    """Who answers at an instant.

    Attributes:
        who: the numbers of contacts, in the order of the rota; none where nobody answers.
        until: when the first of them stops; None where that is not in sight.
        then: the next spell that begins; None where none is near.
    """

    who: tuple[int, ...]
    until: datetime | None
    then: Spell | None


def spells(duties: Sequence[Duty], changes: Sequence[Change], now: datetime) -> list[Spell]:
    """The spells that last at *now* or begin within :data:`LOOK`, in the order of the rota for the same instant."""
    away = [change for change in changes if change.opens is None]
    found = [
        spell(day, duty.opens, duty.closes, duty.zone, duty.who)
        for duty in duties
        for day in _days(now, duty.zone)
        if duty.weekdays >> day.weekday() & 1 and not _is_away(duty.who, day, away)
    ]
    found += _extra(changes, now)
    return sorted((each for each in found if each.ends > now), key=lambda each: each.begins)


def _days(now: datetime, zone: str) -> Iterator[date]:
    today = now.astimezone(ZoneInfo(zone)).date()
    return (today + timedelta(days=number) for number in range(-BACK, LOOK.days))


def _is_away(who: int, day: date, away: Iterable[Change]) -> bool:
    return any(change.who in {None, who} and change.first <= day <= change.last for change in away)


def _extra(changes: Iterable[Change], now: datetime) -> Iterator[Spell]:
    for change in changes:
        if change.who is None or change.opens is None or change.closes is None:
            continue
        for day in _days(now, change.zone):
            if change.first <= day <= change.last:
                yield spell(day, change.opens, change.closes, change.zone, change.who)


def spell(day: date, opens: time, closes: time, zone: str, who: int) -> Spell:
    """The spell that begins on *day*: after an hour that clocks skip, and with both of one that they repeat."""
    last = day if closes > opens else day + timedelta(days=1)
    ends = max(_instant(last, closes, zone, fold=fold) for fold in (0, 1))  # of a time that is skipped, that is fold 0
    return Spell(_instant(day, opens, zone, fold=0), ends, who)


def _instant(day: date, wall: time, zone: str, *, fold: int) -> datetime:
    return datetime.combine(day, wall, ZoneInfo(zone)).replace(fold=fold).astimezone(UTC)


def at(found: Sequence[Spell], order: Sequence[int], now: datetime) -> Answer:
    """Who answers at *now*.

    Args:
        found: as :func:`spells` gives them.
        order: the contacts of the rota, first the one who is rung first.
    """
    on = {each.who for each in found if each.begins <= now < each.ends}
    who = tuple(sorted(on, key=lambda one: order.index(one) if one in order else len(order)))
    until = _until(found, who[0], now) if who else None
    later = [each for each in found if each.begins > now and (until is None or each.begins >= until)]
    is_in_sight = until is not None and until < now + LOOK - timedelta(days=2)  # else it is only how far one looked
    return Answer(who, until if is_in_sight else None, later[0] if later else None)


def _until(found: Sequence[Spell], who: int, now: datetime) -> datetime:
    """When *who* stops: a spell that begins where another ends goes on with it."""
    end = now
    for each in sorted((each for each in found if each.who == who), key=lambda each: each.begins):
        if each.begins <= end and each.ends > end:
            end = each.ends
    return end


def turn(found: Sequence[Spell], now: datetime) -> datetime | None:
    """The first instant after *now* at which somebody begins or stops to answer."""
    moments = (moment for each in found for moment in (each.begins, each.ends))
    return min((moment for moment in moments if moment > now), default=None)
