"""A handful of stories in the queue, and three rules that score them. All are written by us, the outlets invented."""

from __future__ import annotations

import hashlib
import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pressroom.audit import Actor
from pressroom.clips.gathering import candidates, queries
from pressroom.clips.gathering.items import Found, Item
from pressroom.clips.gathering.models import ClipImport, ClipSource
from pressroom.clips.gathering.rules import ImportInto, SourceState
from pressroom.clips.rules import ImportState, Medium
from pressroom.clips.triage import ruling
from pressroom.clips.triage.rules import RuleDoes
from pressroom.kit.db import db

CONTENT = Path(__file__).parent / "content" / "clips" / "waiting.toml"


def load(*, by: Actor | None, now: datetime) -> None:
    """Fill the queue, unless something was imported already. The caller commits."""
    if queries.imports(1):
        return
    content = tomllib.loads(CONTENT.read_text("utf-8"))
    for rule in content["rule"]:
        does = RuleDoes(rule.pop("does", RuleDoes.SCORE.value))
        ruling.add(by=by, now=now, does=does, **rule)
    batch = _batch(len(content["story"]), by, now)
    found = [Item(line, _story(story, now)) for line, story in enumerate(content["story"], start=1)]
    marked = {item.found.fingerprint: item for item in found if item.found}
    candidates.add(marked, import_id=batch.id, source_id=batch.source_id, now=now)


def _batch(count: int, by: Actor | None, now: datetime) -> ClipImport:
    """One reading of a source that is paused: nothing reaches out of a sample."""
    source = ClipSource(
        name="Alert: human genetics",
        address="https://alerts.example/feeds/human-genetics",
        state=SourceState.PAUSED,
        created_at=now,
    )
    db.session.add(source)
    db.session.flush()
    batch = ClipImport(
        file_name=source.name,
        format="feed",
        into=ImportInto.TRIAGE,
        source_id=source.id,
        sha256=hashlib.sha256(CONTENT.read_bytes()).hexdigest(),
        mapping={},
        state=ImportState.DONE,
        rows_total=count,
        rows_read=count,
        added=count,
        by_id=by.id if by else None,
        by_name=by.name if by else "",
        created_at=now,
        finished_at=now,
    )
    db.session.add(batch)
    db.session.flush()
    return batch


def _story(story: dict[str, Any], now: datetime) -> Found:
    at = None
    if "hours" in story:
        at = (now - timedelta(hours=story["hours"])).replace(minute=story["minute"], second=0, microsecond=0)
    return Found(
        headline=story["headline"],
        outlet=story["outlet"],
        published_on=at.date() if at else None,
        published_at=at,
        url=story["url"],
        byline=story.get("byline", ""),
        excerpt=story["excerpt"],
        medium=Medium(story.get("medium", Medium.ONLINE.value)),
        language=story.get("language", "en"),
    )
