"""``/desk/alerts/``: how many want what, how far it is, what is kept about an address; a release as readers get it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, make_response, render_template, request

from pressroom import accounts, jobs, mail
from pressroom.accounts import Permission
from pressroom.accounts.rules import normal_email
from pressroom.alerts import actions, digests, documents, letters, queries, subjects
from pressroom.alerts.documents import Item
from pressroom.alerts.letters import Words
from pressroom.alerts.models import Subscriber
from pressroom.alerts.rules import Rhythm
from pressroom.kit import clock, text, web
from pressroom.kit.db import db
from pressroom.mail import configured
from pressroom.media.serving import POLICY
from pressroom.releases import queries as releases
from pressroom.releases.models import Release
from pressroom.search import Key

bp = Blueprint("alerts_desk", __name__, url_prefix="/desk/alerts")
accounts.protect(bp, Permission.ACCREDIT)

SCOPES = {"releases": "Releases", "clips": "Clip archive", "webcasts": "Webcasts", "search": "Search over everything"}


@bp.get("/")
def index() -> str:
    """Numbers, lists, runs."""
    board = releases.board(clock.now())
    lately = [*board.embargoed, *board.scheduled, *releases.out(per_page=5, now=clock.now()).items]
    return render_template(
        "alerts/desk/index.html",
        numbers=queries.numbers(clock.now()),
        runs=queries.runs(),
        scopes=SCOPES,
        rhythms=list(Rhythm),
        page_of=subjects.address,
        releases=[(release, queries.progress("release", release.id)) for release in lately],
        lacking=configured.lacking(),
    )


@bp.post("/find")
def find() -> Response:
    """Look an address up; it is sent in a form, so that it stands in no log."""
    address = normal_email(request.form.get("address", ""))[:254]
    found = queries.by_address(address) if address.isprintable() and address else None
    if found is None:
        flash("Nothing is kept about this address here.")
        return web.see_other("alerts_desk.index")
    return web.see_other("alerts_desk.subscriber", number=found.id)


@bp.get("/subscribers/<int(max=2147483647):number>")
def subscriber(number: int) -> str:
    """What is kept about an address."""
    return render_template("alerts/desk/subscriber.html", subscriber=_subscriber(number), page_of=subjects.address)


@bp.post("/subscribers/<int(max=2147483647):number>")
def act(number: int) -> Response:
    """Delete it with everything, or send nothing there any more: ``act`` says which."""
    found, now, by = _subscriber(number), clock.now(), accounts.current_user()
    if request.form.get("act") == "stop":
        actions.stop(found, "The press office stopped it.", by=by, now=now)
        db.session.commit()
        flash("Nothing is sent there any more.")
        return web.see_other("alerts_desk.subscriber", number=number)
    if request.form.get("act") != "delete":
        abort(400, "This button does nothing here. Open the page again.")
    actions.forget(found, by=by, now=now)
    db.session.commit()
    flash("The address and everything about it was deleted.")
    return web.see_other("alerts_desk.index")


def _subscriber(number: int) -> Subscriber:
    return queries.subscriber(number) or abort(404)


# A release to its readers -----------------------------------------------------------------------------------


@bp.get("/releases/<int(max=2147483647):number>")
def release(number: int) -> str:
    """A release as readers get it, a test to oneself, and how far it is."""
    found = releases.by_id(number) or abort(404)
    return render_template("alerts/desk/release.html", **_shown(found))


def _shown(found: Release) -> dict[str, Any]:
    return {
        "release": found,
        "words": _words(found),
        "progress": queries.progress("release", found.id),
        "public": found.is_public(clock.now()),
        "lacking": configured.lacking(),
    }


def _words(found: Release) -> Words:
    item = Item(
        key=Key("release", found.id),
        headline=found.headline,
        line=found.kind.label,
        when=found.public_from or found.created_at,
        excerpt=text.excerpt(found.body_html, documents.EXCERPT),
        address=web.absolute(found.address) if found.address else "",
        fingerprint=0,
    )
    return letters.release(item, None, *digests.whole(found, clock.now()), "")


@bp.get("/releases/<int(max=2147483647):number>/page")
def page(number: int) -> Response:
    """The part in HTML, as a mail program shows it."""
    response = make_response(_words(releases.by_id(number) or abort(404)).html)
    response.headers["Content-Security-Policy"] = POLICY
    return response


@bp.post("/releases/<int(max=2147483647):number>/test")
def test(number: int) -> Response:
    """Send it to whoever is signed in, and to nobody else: it may be under embargo."""
    found, by, now = releases.by_id(number) or abort(404), accounts.current_user(), clock.now()
    words = _words(found)
    queued = mail.queue(
        purpose="alert-test",
        to=by.email,
        to_name=by.name,
        subject=f"Test: {words.subject}",
        words=words.text,
        html=words.html,
        now=now,
        by=by,
        about={"release": number},
    )
    if queued is None:
        return web.shown_again("alerts/desk/release.html", 409, **_shown(found))
    db.session.commit()
    jobs.wake()
    flash("A test is on its way to you.")
    return web.see_other("alerts_desk.release", number=number)
