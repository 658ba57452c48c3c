"""``/desk/patterns``: every part of the pages, with the words for when to use it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint, render_template
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from pressroom import accounts
from pressroom.kit.syndication import View

bp = Blueprint("patterns_desk", __name__, url_prefix="/desk/patterns")
accounts.protect(bp)

COLOURS = (
    "paper",
    "ground",
    "ink",
    "ink-2",
    "line",
    "line-2",
    "accent",
    "accent-wash",
    "signal",
    "signal-wash",
    "mark",
)
DAY = date(2026, 11, 16)
MOMENT = datetime(2026, 11, 24, 16, tzinfo=UTC)


class Example(FlaskForm):  # type: ignore[misc]
    """Fields of each kind, one of them refused."""

    class Meta:
        """It is looked at and never sent."""

        csrf = False

    outlet = StringField("Outlet", description="As it calls itself.")
    url = StringField("Address of the story", [InputRequired("Give an address that starts with https://.")])
    medium = SelectField("Medium", choices=["Online", "Print", "Radio"])
    excerpt = TextAreaField("Excerpt", description="At most 60 words, quoted as they stand.")
    alerts = RadioField("Send alerts", choices=["Once a day", "As it happens"], default="Once a day")
    featured = BooleanField("Show on the home page")


def _rows() -> list[dict[str, Any]]:
    counts = (("2022", 14), ("2023", 16), ("2024", 22), ("2025", 29), ("2026", 37))
    return [{"label": year, "count": n, "href": "#p-search", "current": year == "2026"} for year, n in counts]


@bp.get("", strict_slashes=False)
def show() -> str:
    """The page."""
    form = Example(formdata=MultiDict({"outlet": "The Harbor Ledger", "medium": "Online", "alerts": "Once a day"}))
    form.validate()
    return render_template(
        "desk/patterns.html",
        form=form,
        colours=COLOURS,
        day=DAY,
        moment=MOMENT,
        rows=_rows(),
        here=lambda n: "#p-pager",
        view=View("/webcasts/feed", "webcasts"),
    )
