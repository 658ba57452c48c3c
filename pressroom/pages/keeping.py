"""Earlier versions: kept at each save, and closed when the next one takes their place.

A version of a fact stands on the sheet from ``public_from`` until ``ended_at``. So the sheet of a past date is one
read, and the rule of the gate is that of everything else: what was never public has no instant, what was taken back
for cause is withdrawn, and neither is found for any date.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from pressroom.kit.db import db
from pressroom.pages import rules
from pressroom.pages.models import Fact, FactRevision, Page, PageRevision

STATED = (
    *("key", "label", "reading", "qualifier", "value", "unit", "detail", "as_of", "source", "section"),
    *("position", "headline_figure"),
)
"""What the sheet says of a fact, and where."""


def keep_fact(fact: Fact, *, by_name: str, now: datetime) -> None:
    """Keep *fact* as it is saved, in the place of the version before."""
    close(fact, now=now)
    begins = max(now, fact.public_from) if fact.public_from and fact.withdrawn_at is None else None
    said = {name: getattr(fact, name) for name in STATED}
    number = max((row.number for row in _of_fact(fact)), default=0)
    db.session.add(
        FactRevision(
            fact_id=fact.id,
            number=max(fact.version, number + 1),
            saved_at=now,
            saved_by=by_name,
            public_from=begins,
            **said,
        )
    )


def close(fact: Fact, *, now: datetime) -> None:
    """The version of *fact* that stands on the sheet stands there no longer."""
    for row in _of_fact(fact):
        _end(row, now)


def take_back(fact: Fact, *, now: datetime, reason: str) -> None:
    """No date shows *fact* any more: it was wrong, or should never have been public."""
    for row in _of_fact(fact):
        if row.withdrawn_at is None:
            row.withdrawn_at, row.withdrawal_reason = now, reason


def keep_page(page: Page, *, note: str, by_name: str, now: datetime) -> None:
    """Keep *page* as it is saved. Only the fact sheet has a public past."""
    before = db.session.scalars(select(PageRevision).where(PageRevision.page_id == page.id)).all()
    for row in before:
        _end(row, now)
    past = page.slug == rules.FACT_SHEET and page.public_from is not None
    db.session.add(
        PageRevision(
            page_id=page.id,
            number=max(page.version, max((row.number for row in before), default=0) + 1),
            title=page.title,
            standfirst=page.standfirst,
            body=page.body,
            note=note,
            saved_at=now,
            saved_by=by_name,
            public_from=max(now, page.public_from) if past and page.public_from else None,
        )
    )


def _of_fact(fact: Fact) -> list[FactRevision]:
    return list(db.session.scalars(select(FactRevision).where(FactRevision.fact_id == fact.id)))


def _end(row: FactRevision | PageRevision, now: datetime) -> None:
    if row.ended_at is not None:
        return
    row.ended_at = now
    if row.public_from is not None and row.public_from >= now:
        row.public_from = None  # it was replaced before anybody could see it
