"""``/alerts/``: asking for alerts by e-mail, confirming, changing and ending them. No account is needed.

Every page that a link in a message leads to only shows; what it changes is a form. The one address that takes a POST
without a form is that of one click in a mail program (RFC 8058).
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue

from pressroom import jobs, mail, publishing
from pressroom.accounts.csrf import csrf
from pressroom.alerts import actions, links, rules, subjects
from pressroom.alerts.actions import Wanted
from pressroom.alerts.forms import AskForm, HabitsForm
from pressroom.alerts.models import Alert
from pressroom.alerts.rules import AlertError
from pressroom.alerts.subjects import Subject
from pressroom.kit import clock, headers, limits, web
from pressroom.kit.db import db, reading
from pressroom.kit.limits import LimitError
from pressroom.kit.networks import digest, network
from pressroom.kit.settings import setting
from pressroom.releases import archive

bp = Blueprint("alerts", __name__, url_prefix="/alerts")

NOT_OFFERED = "This press room sends no mail, so there are no alerts. The feeds have the same, without an address."
OVER = "This link is over: the alert was ended, or nobody confirmed it in time. Ask for it again if you want it."


bp.after_request(headers.behind_a_secret)


@bp.get("/")
def index() -> str:
    """What alerts there are: the lists that most people want, and how to have one of any search."""
    return render_template("alerts/index.html", lists=_lists(), **_offered())


def _lists() -> list[tuple[str, str]]:
    """What each list is called, and its page."""
    ready = [
        ("All press releases", "/releases/"),
        ("Coverage: every new clip", "/clips/"),
        ("Webcasts", "/webcasts/"),
        ("Everything in the press room", "/search"),
    ]
    facets = archive.facets(archive.Filters())
    kinds = [(f"Releases: {archive.said(kind)}", f"/releases/?kind={kind}") for kind, _ in facets.counts["kind"]]
    topics = [(f"Releases: {facets.names[slug]}", f"/releases/?topic={slug}") for slug, _ in facets.counts["topic"]]
    return [*ready, *kinds, *topics[:10]]


def _offered() -> dict[str, Any]:
    return {"problem": "" if mail.is_on() else NOT_OFFERED}


@bp.get("/new")
def new() -> ResponseReturnValue:
    """The form, filled in with the page that somebody comes from (``of``)."""
    try:
        subject = subjects.read(request.args.get("of", ""))
    except AlertError as error:
        page = render_template("alerts/index.html", lists=_lists(), problem=str(error))
        return make_response(page, 404)
    form = AskForm(formdata=None, of=subject.address)
    return make_response(render_template("alerts/new.html", form=form, subject=subject, **_offered()))


@bp.post("/new")
def ask() -> Response:
    """Take it in. The answer is the same for every address."""
    form = AskForm()
    with reading():
        try:
            subject = subjects.read(form.of.data or "")
        except AlertError as error:
            return make_response(render_template("alerts/index.html", lists=_lists(), problem=str(error)), 422)
        valid = form.validate()
    if not mail.is_on():
        return _again(form, subject, 409)
    if not valid:
        return _again(form, subject, 422)
    try:
        may_write = _count(form.email.data)
    except LimitError as limit:
        minutes = max(1, -(-limit.retry_after // 60))
        form.form_errors = [
            f"Too many alerts were asked for from your network. Wait {minutes} minutes, then try again."
        ]
        return _again(form, subject, 429, {"Retry-After": str(limit.retry_after)})
    if may_write:
        rhythm, habits = form.chosen()
        with publishing.as_staff():
            actions.ask(Wanted(form.email.data, subject, rhythm, habits), now=clock.now())
            db.session.commit()
        jobs.wake()
    return web.see_other("alerts.asked")


def _again(form: AskForm, subject: Subject, status: int, headers: dict[str, str] | None = None) -> Response:
    with reading():
        page = render_template("alerts/new.html", form=form, subject=subject, **_offered())
        return make_response(page, status, headers or {})


def _count(address: str) -> bool:
    """Count one alert for this network, and whether one more message may go to *address* today.

    Raises:
        LimitError: there were as many from this network as are taken.
    """
    with reading():
        limits.hit(setting("alert_limit"), "alert", digest(network(request.remote_addr or "")))
        try:
            limits.hit(rules.LETTERS_A_DAY, "alert letter", digest(address))
        except LimitError:
            return False
    return True


@bp.get("/asked")
def asked() -> str:
    """Look into your mailbox."""
    return render_template("alerts/asked.html", days=rules.UNCONFIRMED.days)


@bp.get("/confirm/<token>")
def confirming(token: str) -> str:
    """Whether it is wanted."""
    with publishing.as_staff():
        return render_template("alerts/confirm.html", token=token, **_said(_found(token, "confirm")))


@bp.post("/confirm/<token>")
def confirm(token: str) -> Response:
    """It is."""
    with publishing.as_staff():
        alert = _found(token, "confirm")
        actions.confirm(alert, now=clock.now())
        shown = links.token(alert)
        db.session.commit()
    return web.see_other("alerts.show", token=shown)


@bp.get("/of/<token>")
def show(token: str) -> str:
    """One alert: what it is about, when it comes, and the forms that change it."""
    with publishing.as_staff():
        return _page(_found(token), token)


def _page(alert: Alert, token: str, form: HabitsForm | None = None) -> str:
    subscriber = alert.subscriber
    quiet = [("" if hour is None else str(hour)) for hour in (subscriber.quiet_from, subscriber.quiet_until)]
    form = form or HabitsForm(
        formdata=None, rhythm=alert.rhythm.value, zone=subscriber.zone, quiet_from=quiet[0], quiet_until=quiet[1]
    )
    others = [
        (other.title, links.token(other)) for other in subscriber.alerts if other is not alert and other.confirmed_at
    ]
    return render_template("alerts/show.html", token=token, form=form, others=others, **_said(alert))


def _said(alert: Alert) -> dict[str, Any]:
    return {"alert": alert, "page": subjects.address(alert.scope, alert.asked)}


def _found(token: str, what: str = "show") -> Alert:
    alert = links.alert_of(token, what)
    if alert is None or (what == "show" and alert.confirmed_at is None):
        abort(404, OVER)
    return alert


@bp.post("/of/<token>")
def change(token: str) -> Response:
    """Change, pause, go on, end, or delete the address: ``act`` says which."""
    act, now = request.form.get("act", ""), clock.now()
    with publishing.as_staff():
        alert = _found(token)
        if act == "change":
            form = HabitsForm()
            if not form.validate():
                with reading():
                    return make_response(_page(_found(token), token, form), 422)
            actions.change(alert, *form.chosen(), now=now)
        elif act == "pause":
            actions.pause(alert, now=now)
        elif act == "resume":
            actions.resume(alert, now=clock.now())
        elif act in {"end", "forget"}:
            return _ended(alert, whole=act == "forget")
        else:
            abort(400, "This button does nothing here. Open the page again.")
        db.session.commit()
    return web.see_other("alerts.show", token=token)


def _ended(alert: Alert, *, whole: bool) -> Response:
    if whole:
        actions.forget(alert.subscriber)
    else:
        actions.end(alert)
    db.session.commit()
    return web.see_other("alerts.ended")


@bp.get("/ended")
def ended() -> str:
    """It is over."""
    return render_template("alerts/ended.html")


@bp.get("/stop/<token>")
def stopping(token: str) -> str:
    """Where the link to end everything leads: it asks."""
    with publishing.as_staff():
        subscriber, ended = links.ended_by(token)
        if subscriber is None or not ended:
            abort(404, OVER)
        said = {"titles": [alert.title for alert in ended], "every": len(ended) == len(subscriber.alerts)}
    return render_template("alerts/stop.html", token=token, **said)


@bp.post("/stop/<token>")
@csrf.exempt  # type: ignore[untyped-decorator] # a mail program sends it, by one click (RFC 8058); the signed address is what it proves
def stop(token: str) -> Response:
    """End the alerts of a message, or all of an address. A mail program that asks twice is answered alike."""
    if not links.is_ours(token):
        abort(404, OVER)
    with publishing.as_staff():
        for alert in links.ended_by(token)[1]:
            actions.end(alert)
        db.session.commit()
    with reading():
        return make_response(render_template("alerts/ended.html"))
