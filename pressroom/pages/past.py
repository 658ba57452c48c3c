"""The fact sheet at a past date: which day is asked for, how it was then, and what changed between two days.

A day stands for its end in the organisation's zone: the sheet "of 1 January" is what a reader saw last on that day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from pressroom.kit import dates, difference, text
from pressroom.kit.difference import Passage
from pressroom.kit.settings import setting
from pressroom.pages import queries, quotations
from pressroom.pages.models import FactRevision, PageRevision
from pressroom.pages.quotations import Quotable

COMPARED = {
    "label": "Name",
    "reading": "Value",
    "as_of": "As of",
    "detail": "Detail",
    "source": "Source",
    "section": "Section",
}
"""What is compared of a fact, as it is called."""


class NoSheetError(ValueError):
    """There is no sheet of the day that is asked for; the message says which days there are."""


@dataclass(frozen=True)
class Sheet:
    """The sheet as it was.

    Attributes:
        title, standfirst: of the page.
        body_html: safe HTML, with the facts quoted as they were.
        updated_at: when the text or a fact of it was last saved.
        facts: in their order.
    """

    day: date
    title: str
    standfirst: str
    body: str
    body_html: str
    updated_at: datetime
    facts: Sequence[FactRevision]
    search_title: str = ""
    search_description: str = ""


@dataclass(frozen=True)
class Change:
    """A fact that was put on, taken off or changed.

    Attributes:
        what: "added", "removed" or "changed".
        fact: as it is after, or as it was where it was taken off.
        fields: (name, before, after) of what differs, where it changed.
    """

    what: str
    fact: Quotable
    fields: Sequence[tuple[str, str, str]] = ()


def today(now: datetime) -> date:
    """The day that it is at *now* where the organisation is."""
    return now.astimezone(ZoneInfo(setting("time_zone"))).date()


def asked_day(typed: str, now: datetime) -> date:
    """The day that somebody asks for.

    Raises:
        NoSheetError: it is no day, or is to come.
    """
    try:
        day = dates.parse_day(typed)
    except dates.DateError as error:
        raise NoSheetError(str(error)) from None
    if day > today(now):
        raise NoSheetError(f"{dates.day(day)} is to come. Ask for today, {today(now).isoformat()}, or an earlier day.")
    return day


def sheet_of(day: date, now: datetime) -> Sheet:
    """The fact sheet as it was at the end of *day*, as far as it may be shown at *now*.

    Raises:
        NoSheetError: there was none yet.
    """
    end = dates.end(day, setting("time_zone"))
    moment = min(end, now) if end else now
    page, facts = queries.text_at(moment), queries.facts_at(moment)
    if page is None and not facts:
        raise NoSheetError(_too_early(day))
    return _sheet(day, page or _without_words(moment), facts)


def _without_words(moment: datetime) -> PageRevision:
    """In the place of a text that no date shows any more."""
    return PageRevision(title="Fact sheet", standfirst="", body="", saved_at=moment)


def _sheet(day: date, page: PageRevision, facts: Sequence[FactRevision]) -> Sheet:
    html = quotations.resolve(text.to_html(page.body), {fact.key: fact for fact in facts})
    saved = max([page.saved_at, *(fact.saved_at for fact in facts)])
    return Sheet(day, page.title, page.standfirst, page.body, html, saved, facts)


def _too_early(day: date) -> str:
    begun = queries.sheet_begun()
    if begun is None:
        return "The fact sheet has no past that can be shown."
    first = begun.astimezone(ZoneInfo(setting("time_zone"))).date()
    begins = f"It begins on {dates.day(first)}: ask for {first.isoformat()} or later."
    return f"There was no fact sheet on {dates.day(day)}. {begins}"


def changes(before: Sequence[Quotable], after: Sequence[Quotable]) -> Iterator[Change]:
    """What became of the facts: changed and new ones in the order of *after*, then those that went."""
    old, new = ({fact.key: fact for fact in facts} for facts in (before, after))
    for key, fact in new.items():
        if key not in old:
            yield Change("added", fact)
        elif fields := _differences(old[key], fact):
            yield Change("changed", fact, fields)
    yield from (Change("removed", fact) for key, fact in old.items() if key not in new)


def _differences(before: Quotable, after: Quotable) -> list[tuple[str, str, str]]:
    pairs = [(name, _said(before, field), _said(after, field)) for field, name in COMPARED.items()]
    return [(name, old, new) for name, old, new in pairs if old != new]


def _said(fact: Quotable, field: str) -> str:
    value = getattr(fact, field)
    return dates.day(value) if isinstance(value, date) else value or ""


def text_changes(before: Sheet, after: Sheet) -> list[Passage]:
    """How the words beside the facts became others; nothing where they stayed."""
    old, new = (_words(sheet) for sheet in (before, after))
    return difference.compare(old, new) if old != new else []


def _words(sheet: Sheet) -> str:
    return "\n".join(part for part in (sheet.title, sheet.standfirst, text.plain(sheet.body_html)) if part)


def told_apart(versions: Sequence[FactRevision]) -> list[FactRevision]:
    """Of *versions*, newest first, those that say something else than the one before them; a move says nothing."""
    pairs = zip(versions, [*versions, None][1:], strict=True)
    return [new for new, old in pairs if old is None or _differences(old, new)]


def fields(fact: Quotable) -> Mapping[str, str | bool | None]:
    """A fact for programs; days as in 2026-11-24."""
    said = ("key", "label", "value", "qualifier", "unit", "reading", "detail", "source", "section", "headline_figure")
    as_of = fact.as_of.isoformat() if fact.as_of else None
    return {name: getattr(fact, name) for name in said} | {"as_of": as_of}
