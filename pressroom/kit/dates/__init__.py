"""Days and instants, as people write and read them."""

from __future__ import annotations

from datetime import date, datetime

from flask import Flask

from pressroom.kit.dates.display import ZonedTime, day, day_short, in_zones, iso, moment, moment_short, offset
from pressroom.kit.dates.parsing import MONTHS, DateError, parse_day
from pressroom.kit.dates.summertime import disagreement
from pressroom.kit.dates.walltime import WallTimeError, beginning, end, instant, named_zone, places
from pressroom.kit.settings import setting

__all__ = [
    "MONTHS",
    "DateError",
    "WallTimeError",
    "ZonedTime",
    "beginning",
    "day",
    "day_short",
    "disagreement",
    "end",
    "in_zones",
    "init_app",
    "instant",
    "iso",
    "moment",
    "moment_short",
    "named_zone",
    "offset",
    "parse_day",
    "places",
]


def _house_day(value: date | datetime, zone: str | None = None) -> str:
    return day(value, zone or setting("time_zone"))


def _house_day_short(value: date | datetime, zone: str | None = None) -> str:
    return day_short(value, zone or setting("time_zone"))


def _house_moment(value: datetime, zone: str | None = None) -> str:
    return moment(value, zone or setting("time_zone"))


def _house_moment_short(value: datetime, zone: str | None = None) -> str:
    return moment_short(value, zone or setting("time_zone"))


def init_app(app: Flask) -> None:
    """Template filters; without a zone they read instants in the organisation's."""
    app.jinja_env.filters.update(day=_house_day, day_short=_house_day_short, moment=_house_moment, iso=iso)
    app.jinja_env.filters["moment_short"] = _house_moment_short
    app.jinja_env.globals.update(in_zones=in_zones, disagreement=disagreement)
