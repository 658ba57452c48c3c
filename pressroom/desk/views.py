"""``/desk/``: the board, everything that is in hand."""

from __future__ import annotations

from flask import Blueprint, render_template

from pressroom import accounts
from pressroom.accounts import Permission
from pressroom.clips import queries as clips
from pressroom.clips.gathering import queries as gathered
from pressroom.clips.gathering import source_queries
from pressroom.clips.triage import queries as triage
from pressroom.enquiries import queries as enquiries
from pressroom.kit import clock
from pressroom.pages import past
from pressroom.pages import queries as pages
from pressroom.releases import queries as releases
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
    now = clock.now()
    return render_template(
        "desk/board.html",
        now=now,
        board=releases.board(now),
        out=releases.out(now=now, per_page=4),
        slips=SLIPS,
        clips=clips.newest(LINES),
        imports=gathered.imports(LINES),
        to_judge=triage.best(LINES // 2) if accounts.may(Permission.IMPORT) else (),
        gone=source_queries.gone(LINES) if accounts.may(Permission.IMPORT) else (),
        ending=reporting.ending(now, SOON) if accounts.may(Permission.EDIT_PAGES) else (),
        enquiries=enquiries.queue(now, LINES) if accounts.may(Permission.ACCREDIT) else None,
        webcasts=webcasts.planned(now, LINES),
        facts=pages.to_review(past.today(now)) if accounts.may(accounts.Permission.EDIT_PAGES) else (),
    )
