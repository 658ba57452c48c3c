"""A feed whose past is in archives by month (RFC 5005, section 4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, abort

from pressroom.kit import lasting
from pressroom.kit.syndication.answer import respond
from pressroom.kit.syndication.feed import Extent, Item
from pressroom.kit.syndication.house import house_feed
from pressroom.kit.syndication.months import Month
from pressroom.kit.syndication.paging import archives

Gone = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Monthly:
    """The feed ``/feeds/<room>``, and its documents ``/feeds/<room>/2026-11``.

    Attributes:
        title: as in :func:`house_feed`, like *description* and *page*.
        before: when something became public for the last time before an instant.
        after: when something did so for the first time at an instant or later.
    """

    room: str
    title: str
    description: str
    page: str
    before: Callable[[datetime], datetime | None]
    after: Callable[[datetime], datetime | None]

    def running(self, fmt: str, now: datetime, items: Iterable[Item], gone: Gone) -> Response:
        """What is new, all of the running month among it; what is older is in archives."""
        month = Month.of(now)
        near = archives(self.room, before=_named(self.before(month.begins)))
        return self._answer(fmt, month.ends, items=items, gone=gone, near=near)

    def closed(self, fmt: str, month: Month, now: datetime, items: Sequence[Item], gone: Gone) -> Response:
        """A month that is over; 404 if there was nothing in it."""
        if not items and not gone:
            abort(404)
        running = Month.of(now)
        later = self.after(month.ends)
        after = Month.of(later) if later else running
        near = archives(
            self.room,
            before=_named(self.before(month.begins)),
            after=after.name if after < running else "",
            closed=True,
        )
        document = f"/feeds/{self.room}/{month.name}"
        return self._answer(
            fmt, running.ends, items=items, gone=gone, near=near, document=document, extent=Extent.ARCHIVE
        )

    def _answer(self, fmt: str, until: datetime, **said: Any) -> Response:
        said |= {"title": self.title, "description": self.description, "page": self.page}
        feed = house_feed(f"/feeds/{self.room}", **said)
        lasting.until(until)
        return respond(feed, fmt)


def _named(moment: datetime | None) -> str:
    return Month.of(moment).name if moment else ""
