"""``/desk/mail/``: what is queued, what was sent, what failed."""

from __future__ import annotations

from email import message_from_bytes
from typing import Any

from flask import Blueprint, Response, abort, flash, make_response, render_template, request, url_for

from pressroom import accounts, jobs
from pressroom.accounts import Permission
from pressroom.kit import clock, web
from pressroom.kit import mail as post
from pressroom.kit.db import db, reading
from pressroom.kit.mail import POLICY
from pressroom.mail import actions, configured, purposes, queries
from pressroom.mail.models import Mail
from pressroom.mail.queries import SHOWN
from pressroom.mail.rules import MailRefusedError

bp = Blueprint("mail_desk", __name__, url_prefix="/desk/mail")
accounts.protect(bp, Permission.ACCREDIT)

SHOWN_ALONE = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox"
"""The policy of a message that is shown as a page: its own style, and nothing that runs."""

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
        page=queries.page(name, web.page_number(request.args), counts[name]),
        tabs=[
            {"label": f"{TITLES[each]} ({counts[each]:,})", "href": _list(each), "current": each == name}
            for each in SHOWN
        ],
        list_address=lambda number: _list(name, number),
        lacking=configured.lacking(),
        in_folder=configured.folder() is not None,
        purpose=_label,
    )


@bp.get("/<int(max=2147483647):mail_id>")
def show(mail_id: int) -> str:
    """One message, with its text unless that is secret."""
    return render_template("mail/desk/show.html", **_shown(_found(mail_id)))


@bp.get("/<int(max=2147483647):mail_id>/page")
def page(mail_id: int) -> Response:
    """The part in HTML, as a mail program shows it; of the mailbox of files also what holds a secret link."""
    mail = _found(mail_id)
    html = _part(mail, "html")
    if not html:
        abort(404)
    response = make_response(html)
    response.headers["Content-Security-Policy"] = SHOWN_ALONE
    return response


@bp.post("/<int(max=2147483647):mail_id>/again")
def again(mail_id: int) -> Response:
    """Queue once more what failed or was not sent."""
    found = _found(mail_id)
    try:
        actions.again(found, by=accounts.current_user(), now=clock.now())
    except MailRefusedError as refusal:
        with reading():
            page = render_template("mail/desk/show.html", **_shown(_found(mail_id)), refusal=str(refusal))
            return make_response(page, 409)
    db.session.commit()
    jobs.wake()
    flash("It is in the queue again." if found.state.is_open else "What was in it is made again, within a minute.")
    return web.see_other("mail_desk.show", mail_id=mail_id)


def _found(mail_id: int) -> Mail:
    return queries.by_id(mail_id) or abort(404)


def _shown(mail: Mail) -> dict[str, Any]:
    return {
        "mail": mail,
        "text": _part(mail, "plain"),
        "purpose": _label,
        "lacking": configured.lacking(),
        "sender": configured.sender(),
    }


def _part(mail: Mail, subtype: str) -> str:
    """A part of a message; empty where it holds a secret link, unless it only lies in the mailbox of this machine."""
    folder = configured.folder()
    file = folder.file(mail.message_id) if folder else None
    if file and file.is_file():
        part = message_from_bytes(file.read_bytes(), policy=POLICY).get_body((subtype,))
        return str(part.get_content()) if part else ""
    if mail.secret:
        return ""
    return mail.text if subtype == "plain" else mail.html or post.page(mail.text)


def _label(mail: Mail) -> str:
    return purposes.of(mail).label


def _list(name: str, number: int = 1) -> str:
    chosen = name if name != "queued" else None
    return url_for("mail_desk.index", show=chosen, page=number if number > 1 else None)
