"""A hundred clips of invented outlets: headlines in six languages and short excerpts, all written by us."""

from __future__ import annotations

import csv
import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from pressroom.audit import Actor
from pressroom.clips import actions, queries, rules
from pressroom.clips.rules import Medium
from pressroom.kit import text
from pressroom.kit.db import db
from pressroom.releases.models import Release

CONTENT = Path(__file__).parent / "content" / "clips"


def load(*, by: Actor | None, now: datetime) -> None:
    """Add them, unless there is a clip already. The caller commits."""
    if queries.count():
        return
    outlets = tomllib.loads((CONTENT / "outlets.toml").read_text("utf-8"))
    with (CONTENT / "clips.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    covered = {release.slug: release for release in db.session.scalars(select(Release))}
    for row in reversed(rows):  # the newest is added last, as it would be
        fields = _fields(row, outlets[row["outlet"]], now.date())
        releases = [covered[row["covers"]]] if row["covers"] in covered else []
        actions.add(by=by, now=now, origin="sample", releases=releases, **fields)


def _fields(row: dict[str, str], outlet: dict[str, Any], today: date) -> dict[str, Any]:
    day = _day(row["when"], today)
    path = f"{day:%Y/%m}/{text.slugify(row['headline'])}"
    return {
        "headline": row["headline"],
        "outlet": row["outlet"],
        "published_on": day,
        "url": f"https://www.{outlet['host']}/{path}" if outlet["host"] else "",
        "byline": row["byline"],
        "excerpt": row["excerpt"],
        "medium": Medium(outlet["medium"]),
        "language": outlet.get("lang", "en"),
        "topics": rules.read_topics(row["topics"]),
        "featured": bool(row["featured"]),
    }


def _day(when: str, today: date) -> date:
    """``-12`` is twelve days ago; ``3y 04-25`` is 25 April three years ago (a leap day falls back)."""
    if "y" not in when:
        return today + timedelta(days=int(when))
    years, _, month_and_day = when.partition("y ")
    month, number = (int(part) for part in month_and_day.split("-"))
    first = date(today.year - int(years), month, 1)
    return min(
        first + timedelta(days=number - 1),
        date(first.year + month // 12, month % 12 + 1, 1) - timedelta(days=1),
    )
