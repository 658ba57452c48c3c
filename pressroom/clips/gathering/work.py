"""Sources and imports as work that the desk shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import url_for
from sqlalchemy import select

from pressroom.audit import Actor
from pressroom.clips.gathering import pending, source_queries, sources
from pressroom.clips.gathering.models import ClipImport, ClipSource
from pressroom.clips.gathering.pending import Kind, Pending
from pressroom.clips.gathering.rules import SourceState
from pressroom.clips.rules import ImportState
from pressroom.kit.db import db

_AT_WORK = (ImportState.WAITING, ImportState.RUNNING)


def _sources(now: datetime, limit: int) -> Sequence[Pending]:
    return [
        Pending(
            source.id,
            source.name,
            _state(source, now),
            url_for("clips_sources.edit", source_id=source.id),
            source.due_at,
            source.attempts,
            source.problem,
        )
        for source in source_queries.in_work(now, limit)
    ]


def _state(source: ClipSource, now: datetime) -> str:
    if source.claimed_until is not None and source.claimed_until >= now:
        return "Running"
    if source.state is SourceState.GONE:
        return "Gone"
    return "Failed" if source.problem else "Due"


def _try_source(number: int, by: Actor, now: datetime) -> str | None:
    source = source_queries.by_id(number)
    if source is None:
        return None
    if source.state is SourceState.ACTIVE:
        source.due_at = now
    else:
        sources.resume(source, by=by, now=now)
    return f"“{source.name}” is read within a minute."


def _imports(now: datetime, limit: int) -> Sequence[Pending]:
    work = ClipImport.stored.is_(True) | (ClipImport.format == "addresses")
    statement = select(ClipImport).where(work, ClipImport.state.in_(_AT_WORK))
    return [
        Pending(
            job.id,
            job.file_name,
            "Running" if job.claimed_until is not None and job.claimed_until >= now else "Due",
            url_for("clips_import.show", import_id=job.id),
        )
        for job in db.session.scalars(statement.order_by(ClipImport.id).limit(limit))
    ]


def _try_import(number: int, _by: Actor, _now: datetime) -> str | None:
    job = db.session.get(ClipImport, number)
    return None if job is None else f"The import of “{job.file_name}” goes on as soon as the worker is free."


def init_app() -> None:
    """Register both."""
    pending.register(Kind("sources", "Sources", _sources, _try_source))
    pending.register(Kind("imports", "Imports", _imports, _try_import))
