"""``/desk/mail/``: what is queued, what was sent, what failed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, make_response, render_template, request, url_for

from pressroom import accounts, jobs
from pressroom.accounts import Permission
from pressroom.kit import clock, web
from pressroom.kit.db import db, reading
from pressroom.mail import actions, configured, purposes, queries
from pressroom.mail.models import Mail
from pressroom.mail.queries import SHOWN
from pressroom.mail.rules import MailRefusedError

bp = Blueprint("mail_desk", __name__, url_prefix="/desk/mail")
accounts.protect(bp, Permission.ACCREDIT)

TITLES = {"queued": "Queued", "sent": "Sent", "failed": "Failed or not sent"}


@bp.get("/")
def index() -> str:
    """One of the lists; ``show`` chooses."""
    asked = request.args.get("show", "")
    name = asked if asked in SHOWN else "queued"
    counts = queries.counts()
    return render_template(
        "mail/desk/index.html",
        chosen=name,
        page=queries.page(name, web.page_number(request.args)),
        tabs=[
            {"label": f"{TITLES[each]} ({counts[each]:,})", "href": _list(each), "current": each == name}
            for each in SHOWN
        ],
        list_address=lambda number: _list(name, number),
        lacking=configured.lacking(),
        purpose=_label,
    )


@bp.get("/<int(max=2147483647):mail_id>")
def show(mail_id: int) -> str:
    """One message, with its text unless that is secret."""
    return render_template("mail/desk/show.html", **_shown(_found(mail_id)))


@bp.post("/<int(max=2147483647):mail_id>/again")
def again(mail_id: int) -> Response:
    """Queue once more what failed or was not sent."""
    mail = _found(mail_id)
    try:
        actions.again(mail, by=accounts.current_user(), now=clock.now())
    except MailRefusedError as refusal:
        with reading():
            page = render_template("mail/desk/show.html", **_shown(_found(mail_id)), refusal=str(refusal))
            return make_response(page, 409)
    db.session.commit()
    jobs.wake()
    flash("It is in the queue again.")
    return web.see_other("mail_desk.show", mail_id=mail_id)


def _found(mail_id: int) -> Mail:
    return queries.by_id(mail_id) or abort(404)


def _shown(mail: Mail) -> dict[str, Any]:
    return {"mail": mail, "purpose": _label, "lacking": configured.lacking(), "sender": configured.sender()}


def _label(mail: Mail) -> str:
    return purposes.of(mail).label


def _list(name: str, number: int = 1) -> str:
    chosen = name if name != "queued" else None
    return url_for("mail_desk.index", show=chosen, page=number if number > 1 else None)
