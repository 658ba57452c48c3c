"""The sample's boilerplates and media contacts. The people and most of the organisations are invented."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from pressroom.audit import Actor
from pressroom.kit.settings import setting
from pressroom.releases import backmatter, hours, queries

CONTENT = Path(__file__).parent / "content" / "backmatter"


def load(*, by: Actor | None, now: datetime) -> None:
    """Keep them, unless there are some already. The caller commits."""
    if queries.boilerplates() or queries.contacts():
        return
    for fields in _written("boilerplate"):
        backmatter.add_boilerplate(by=by, now=now, **fields | {"body": fields["body"].strip()})
    for fields in _written("contact"):
        week = {"weekdays": hours.bits(fields.pop("days")), "zone": setting("time_zone")}
        backmatter.add_contact(by=by, now=now, **week, **fields)


def _written(what: str) -> list[dict[str, Any]]:
    written: list[dict[str, Any]] = tomllib.loads((CONTENT / f"{what}s.toml").read_text("utf-8"))[what]
    return written
