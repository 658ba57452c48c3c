"""The sample's glossary and experts. The experts are invented, and their names say so."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pressroom.audit import Actor
from pressroom.kit.settings import setting
from pressroom.reporting import actions, queries

CONTENT = Path(__file__).parent / "content" / "reporting"
CONSENT_DAYS = (20, 180, 365, 700)
"""How long each still agrees; one of them not for long, which the board says."""


def load(*, by: Actor | None, now: datetime) -> None:
    """Twelve terms and four experts, unless there are some. The caller commits."""
    if not queries.terms():
        for fields in _written("term"):
            actions.add_term(by=by, now=now, **_tuples(fields))
    if not queries.experts():
        today = now.astimezone(ZoneInfo(setting("time_zone"))).date()
        for days, fields in zip(CONSENT_DAYS, _written("expert"), strict=True):
            expert = actions.add_expert(by=by, now=now, **_tuples(fields))
            until = today + timedelta(days=days)
            document = "Nobody: this person is invented"
            actions.record_consent(expert, by=by, now=now, given_on=today, until=until, document=document)


def _tuples(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}


def _written(what: str) -> list[dict[str, Any]]:
    written: list[dict[str, Any]] = tomllib.loads((CONTENT / f"{what}s.toml").read_text("utf-8"))[what]
    return written
