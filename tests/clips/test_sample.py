"""The sample archive."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select

from pressroom.clips import queries
from pressroom.clips.models import Clip, Outlet
from pressroom.clips.rules import EXCERPT_WORDS
from pressroom.kit.db import db
from pressroom.sample import clips

NOW = datetime(2028, 2, 29, 12, tzinfo=UTC)  # a leap day: its anniversaries fall back


def test_a_hundred_clips_of_many_kinds(staff: Callable[[], Any]) -> None:
    with staff():
        clips.load(by=None, now=NOW)
        clips.load(by=None, now=NOW)
        found = queries.latest(1000)
        assert len(found) >= 100
        assert len({clip.language for clip in found}) >= 5
        assert len({clip.medium for clip in found}) >= 6
        assert len({clip.published_on.year for clip in found}) >= 9
        assert db.session.scalar(select(func.count()).select_from(Outlet)) >= 30
        assert all(".example/" in clip.url for clip in found if clip.url)
        assert all(len(clip.excerpt.split()) <= EXCERPT_WORDS for clip in found)
        assert all(clip.published_on <= NOW.date() for clip in found)
        assert db.session.scalar(select(func.count()).select_from(Clip).where(Clip.featured)) >= 10
