"""Two people changed one release: what each changed, what goes together, and what somebody must choose. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from pressroom.kit import difference
from pressroom.kit.difference import Passage
from pressroom.releases import revisions
from pressroom.releases.revisions import EDITABLE, LISTS, Fields

BY_PARAGRAPH = ("body", "notes")
TIME = ("day", "time", "zone", "embargoed")


class Outcome(StrEnum):
    """What became of a field that at least one of the two changed."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"
    CHOOSE = "choose"


@dataclass(frozen=True)
class Meeting:
    """A field that at least one of the two changed.

    Attributes:
        field: its name in the form; ``time`` stands for day, time, zone and tick.
        outcome: whose text stands now.
        value: what stands now, as somebody types it; mine where somebody must choose.
        base: what both began from; empty when nobody knows any more.
        mine: how I changed it, word by word.
        theirs: how they changed it.
    """

    field: str
    outcome: Outcome
    value: str
    base: str
    mine: list[Passage]
    theirs: list[Passage]

    @property
    def name(self) -> str:
        """What people call the field."""
        return "Time" if self.field == "time" else revisions.name(self.field)


def typed(field: str, fields: Fields) -> str:
    """What stands in *field* of a revision, as somebody types it into the form."""
    value = fields.get(field)
    return LISTS[field].join(value) if isinstance(value, list) else str(value or "")


def typed_time(fields: Fields) -> dict[str, str]:
    """The time of a revision as day, time, zone and tick of the form."""
    zone = str(fields.get("zone") or "UTC")
    found = {"day": "", "time": "", "zone": zone, "embargoed": "y" if fields.get("embargoed") else ""}
    if public_from := fields.get("public_from"):
        local = datetime.fromisoformat(public_from).astimezone(ZoneInfo(zone))
        found |= {"day": local.date().isoformat(), "time": f"{local:%H:%M:%S}".removesuffix(":00")}
    return found


def meet(base: Fields | None, mine: Mapping[str, str], theirs: Fields) -> list[Meeting]:
    """Each field that at least one of the two changed, in the order of the form.

    Args:
        base: the revision that both began from; None when the form does not say, and then whatever differs is
            left to be chosen.
        mine: the texts of the form, by name.
        theirs: the revision that stands.
    """
    found = []
    for field in EDITABLE:
        began, other = typed(field, base) if base else None, typed(field, theirs)
        if field in mine and (meeting := _meet(field, began, mine[field], other)):
            found.append(meeting)
    return found


def meet_times(base: Fields | None, mine: Mapping[str, str], theirs: Fields) -> Meeting | None:
    """The same for the time, which is one thing in four fields; None when nobody changed it."""
    began = _time_in_words(typed_time(base)) if base else None
    return _meet("time", began, _time_in_words(mine), _time_in_words(typed_time(theirs)))


def _meet(field: str, base: str | None, mine: str, theirs: str) -> Meeting | None:
    if mine == theirs:
        return None
    outcome, value = _together(field, base, mine, theirs)
    began, mine, theirs = (revisions.readable(field, {field: text}) for text in (base or "", mine, theirs))
    return Meeting(field, outcome, value, began, difference.compare(began, mine), difference.compare(began, theirs))


def _together(field: str, base: str | None, mine: str, theirs: str) -> tuple[Outcome, str]:
    if base is None:
        return Outcome.CHOOSE, mine
    if mine == base:
        return Outcome.THEIRS, theirs
    if theirs == base:
        return Outcome.MINE, mine
    both = difference.merge(base, mine, theirs) if field in BY_PARAGRAPH else None
    return (Outcome.CHOOSE, mine) if both is None else (Outcome.BOTH, both)


def _time_in_words(time: Mapping[str, str]) -> str:
    if not (time["day"] or time["time"]):
        return "Under embargo" if time["embargoed"] else ""
    line = f"{time['day']} {time['time']} {time['zone'].replace('_', ' ')}".strip()
    return f"{line}, under embargo" if time["embargoed"] else line
