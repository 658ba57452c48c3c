"""``/desk/clips/work``: what the worker has to do for clips, what failed and why, and “try now”."""

from __future__ import annotations

from flask import Blueprint, abort, flash, render_template
from flask.typing import ResponseReturnValue

from pressroom import accounts, jobs
from pressroom.accounts import Permission
from pressroom.clips.gathering import pending
from pressroom.kit import clock, web
from pressroom.kit.db import db

bp = Blueprint("clips_work", __name__, url_prefix="/desk/clips/work")
accounts.protect(bp, Permission.IMPORT)

SHOWN = 50  # of each kind


@bp.get("")
def index() -> str:
    """Each kind of work with the rows that are due, in hand, or failed."""
    now = clock.now()
    found = [(kind, kind.rows(now, SHOWN)) for kind in pending.kinds()]
    return render_template("clips/desk/work.html", kinds=found, shown=SHOWN, now=now)


@bp.post("/<kind>/<int(max=2147483647):number>")
def try_now(kind: str, number: int) -> ResponseReturnValue:
    """Have a row tried at once."""
    found = pending.named(kind) or abort(404)
    sentence = found.try_now(number, accounts.current_user(), clock.now())
    if sentence is None:
        abort(404)
    db.session.commit()
    jobs.wake()
    flash(sentence)
    return web.see_other("clips_work.index")
