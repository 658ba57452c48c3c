"""``/desk/settings/hub``: who follows which feed by our own hub, how that goes, and how to end it."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, render_template, request, url_for

from pressroom import accounts
from pressroom.accounts import Permission
from pressroom.kit import clock, web
from pressroom.kit.db import db
from pressroom.websub import actions, queries, settings

bp = Blueprint("websub_desk", __name__, url_prefix="/desk/settings/hub")
accounts.protect(bp, Permission.MANAGE_SETTINGS)


@bp.get("", strict_slashes=False)
def index() -> str:
    """The subscriptions, the newest first. Of a callback its host is shown: the rest of it may be a secret."""
    return render_template(
        "websub/desk/index.html",
        page=queries.page(web.page_number(request.args)),
        waiting=queries.counts("").waiting,
        hub=settings.hub(),
        is_own=settings.is_own(),
        own_address=settings.own_address(),
        site=web.absolute(""),
        list_address=lambda number: url_for("websub_desk.index", page=number if number > 1 else None),
    )


@bp.post("/<int(max=2147483647):number>")
def end(number: int) -> Response:
    """Tell this subscriber nothing any more; whoever wants to may subscribe again."""
    found = queries.by_id(number) or abort(404)
    host = found.host
    actions.end_by_hand(found, by=accounts.current_user(), now=clock.now())
    db.session.commit()
    flash(f"The subscription of {host} was ended.")
    return web.see_other("websub_desk.index")
