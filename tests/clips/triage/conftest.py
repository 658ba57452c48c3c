"""Candidates and rules to test with; call them in a context of staff."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from pressroom.clips.gathering import candidates
from pressroom.clips.gathering.items import Found, Item
from pressroom.clips.gathering.models import Candidate, ClipImport, ClipSource
from pressroom.clips.gathering.rules import ImportInto
from pressroom.clips.rules import ImportState
from pressroom.clips.triage import queries, ruling
from pressroom.clips.triage.models import ClipRule
from pressroom.kit import clock
from pressroom.kit.db import db

DAY = date(2026, 11, 18)


def source(name: str = "Alert: genes") -> ClipSource:
    """A source that nobody polls."""
    made = ClipSource(
        name=name, address=f"https://alerts.example/{name.replace(' ', '-')}", created_at=clock.now(), due_at=None
    )
    db.session.add(made)
    db.session.flush()
    return made


def batch(of: ClipSource | None = None) -> ClipImport:
    """A batch that was read."""
    made = ClipImport(
        file_name="alert.atom",
        format="feed",
        into=ImportInto.TRIAGE,
        source_id=of.id if of else None,
        sha256="0" * 64,
        mapping={},
        state=ImportState.DONE,
        created_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    return made


def story(number: int, **fields: Any) -> Found:
    """A story as a reader gives it."""
    usual: dict[str, Any] = {
        "headline": f"Clinics ask about cousins, number {number}",
        "outlet": "The Harbor Ledger",
        "published_on": DAY,
        "published_at": datetime(2026, 11, 18, 9, number % 60, tzinfo=UTC),
        "url": f"https://harborledger.example/{number}",
        "excerpt": "Three generations on one page.",
        "language": "en",
    }
    return Found(**(usual | fields))


def waiting(*stories: Found, of: ClipSource | None = None, into: ClipImport | None = None) -> list[int]:
    """Put stories into the queue; gives the ids of the candidates."""
    job = into or batch(of)
    items = [Item(line, found) for line, found in enumerate(stories, start=1)]
    marked = {item.found.fingerprint: item for item in items if item.found}
    candidates.add(marked, import_id=job.id, source_id=of.id if of else None, now=clock.now())
    rows = db.session.query(Candidate.id).filter(Candidate.import_id == job.id).order_by(Candidate.line)
    return [number for (number,) in rows]


def rule(**fields: Any) -> ClipRule:
    """A rule."""
    usual: dict[str, Any] = {"name": "Our subject", "any_of": "cousins", "points": 10}
    return ruling.add(by=None, now=clock.now(), **(usual | fields))


def of(number: int) -> Candidate:
    """The candidate as it is now."""
    found = queries.candidate(number)
    assert found is not None
    return found
