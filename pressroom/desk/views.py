"""``/desk/``: the board, everything that is in hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, current_app, render_template
from markupsafe import Markup

from pressroom import accounts
from pressroom.accounts import Permission
from pressroom.clips import queries as clips
from pressroom.clips.gathering import queries as gathered
from pressroom.clips.gathering import source_queries
from pressroom.clips.triage import queries as triage
from pressroom.enquiries import queries as enquiries
from pressroom.kit import clock, dates, lasting
from pressroom.kit.settings import setting
from pressroom.pages import past
from pressroom.pages import queries as pages
from pressroom.publishing.cache import once_for_staff
from pressroom.releases import queries as releases
from pressroom.releases.models import Release
from pressroom.reporting import queries as reporting
from pressroom.reporting.rules import SOON
from pressroom.webcasts import queries as webcasts

bp = Blueprint("desk", __name__, url_prefix="/desk")
accounts.protect(bp)

SLIPS = 8  # in a column; the rest is a link away
LINES = 6


@bp.get("/")
def board() -> str:
    """Drafts, what is scheduled, what is under embargo; what came in, and what is next."""
    now, may_import = clock.now(), accounts.may(Permission.IMPORT)
    embargoed, kept = _kept(
        publishes=accounts.may(Permission.PUBLISH),
        edits=accounts.may(Permission.EDIT_PAGES),
        imports=gathered.import_lines(LINES),
        to_judge=triage.best(LINES // 2) if may_import else (),
        gone=source_queries.gone(LINES) if may_import else (),
    )
    return render_template(
        "desk/board.html",
        now=now,
        embargoed=embargoed,
        kept=kept,
        slips=SLIPS,
        enquiries=enquiries.queue(now, LINES) if accounts.may(Permission.ACCREDIT) else None,
    )


@once_for_staff
def _kept(*, publishes: bool, edits: bool, **gathered: tuple[Any, ...]) -> tuple[Sequence[Release], dict[str, Markup]]:
    """What is under embargo, which shows how long it is still; and the other parts, rendered.

    Args:
        publishes, edits: what the person for whom they are may do.
        gathered: what no edition counts, as it is.
    """
    now = clock.now()
    board, today = releases.board(now), past.today(now)
    lasting.until(dates.end(today, setting("time_zone")))
    parts = current_app.jinja_env.get_template("desk/_board_kept.html").make_module(
        {
            **gathered,
            "now": now,
            "board": board,
            "out": releases.out(now=now, per_page=4),
            "slips": SLIPS,
            "publishes": publishes,
            "facts": pages.to_review(today) if edits else (),
            "ending": reporting.ending(now, SOON) if edits else (),
            "clips": clips.newest(LINES),
            "webcasts": webcasts.planned(now, LINES),
        }
    )
    return board.embargoed, {name: part for name, part in vars(parts).items() if isinstance(part, Markup)}
