"""``/embargo/``: the pages of accredited journalists, their agreement, their password, and their feed."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, abort, current_app, make_response, redirect, render_template, request, url_for

from pressroom import jobs, mail, publishing
from pressroom.accounts import passwords
from pressroom.accounts.csrf import csrf
from pressroom.accounts.rules import SignInError, wait
from pressroom.accreditation import actions, entry, mailing, reading, serving
from pressroom.accreditation.forms import AcceptForm, ButtonForm, EntryForm, ForgottenForm, NewPasswordForm
from pressroom.accreditation.models import Journalist
from pressroom.accreditation.reading import Copy, Reader, cookie_name
from pressroom.accreditation.rules import What
from pressroom.kit import calendar, clock, text, web
from pressroom.kit import db as database
from pressroom.kit.db import db
from pressroom.kit.limits import LimitError
from pressroom.kit.settings import setting
from pressroom.kit.syndication import Feed, Item, respond
from pressroom.releases import renditions
from pressroom.releases.feeds import categories

bp = Blueprint("embargo", __name__, url_prefix="/embargo")

USED = (
    "This link was used already, was replaced by another one, or is too old. The press office can give you a new one."
)


@bp.after_request
def keep_private(response: Response) -> Response:
    """Nothing of this is kept by a cache, indexed, or named to another site: the addresses hold secrets."""
    response.headers["Cache-Control"] = "private, no-store"
    if response.status_code < 400:
        response.headers["X-Robots-Tag"] = "noindex, noarchive"
        response.headers["Referrer-Policy"] = "no-referrer"
    return response


@bp.get("/")
def index() -> Response:
    """What is under embargo, the soonest lift first; for strangers, the way in."""
    now = clock.now()
    reader = reading.current(now)
    if reader is None:
        return make_response(render_template("accreditation/entry.html", form=EntryForm()))
    if reader.may_read:
        copies, changes = reading.embargoed(now), reading.notices(reader, now)
    elif reader.standing is reader.standing.ACCREDITED and reader.agreement:
        return web.see_other("embargo.agreement")
    else:
        copies, changes = [], []
    page = render_template(
        "accreditation/embargo.html",
        reader=reader,
        lines=[(copy, serving.line_of(copy.release)) for copy in copies],
        notices=changes,
        form=ButtonForm(),
        now=now,
    )
    return make_response(page)


@bp.post("/sign-in")
def sign_in() -> Response:
    """Sign in on this device."""
    form = EntryForm()
    if not form.validate():
        return _again("accreditation/entry.html", form, 422)
    agent, address = request.user_agent.string, request.remote_addr or ""
    try:
        token = entry.sign_in(form.email.data, form.password.data, now=clock.now(), address=address, agent=agent)
    except LimitError as limit:
        form.form_errors = [wait(limit.retry_after)]
        return _again("accreditation/entry.html", form, 429, {"Retry-After": str(limit.retry_after)})
    except SignInError as refusal:
        form.form_errors = [str(refusal)]
        return _again("accreditation/entry.html", form, 422)
    response = make_response(redirect(url_for("embargo.index"), 303))
    _give_cookie(response, token)
    return response


@bp.post("/sign-out")
def sign_out() -> Response:
    """End the sign-in on this device, for every copy of its cookie."""
    now = clock.now()
    if reader := reading.current(now):
        db.session.rollback()
        with publishing.as_staff():
            actions.end_session(reader.session_id, now=now)
            db.session.commit()
    response = web.see_other("embargo.index")
    response.delete_cookie(cookie_name(), path="/", secure=bool(current_app.config["SECURE_COOKIES"]))
    return response


@bp.get("/agreement")
def agreement() -> Response:
    """The agreement in force, to be accepted, or as it was accepted."""
    reader = _signed_in()
    if reader is None:
        return web.see_other("embargo.index")
    return _agreement(reader, AcceptForm(None))


@bp.post("/agreement")
def accept() -> Response:
    """Accept the version that was read."""
    now = clock.now()
    reader = _signed_in()
    if reader is None:
        return web.see_other("embargo.index")
    if reader.accepted or reading.agreement_text() is None:  # its page has no box to tick then
        return web.see_other("embargo.index")
    form = AcceptForm()
    if not form.validate():
        return _agreement(reader, form, 422)
    written = form.number.data or ""
    number = int(written) if written.isdecimal() and len(written) < 10 else 0
    db.session.rollback()
    agent, address = request.user_agent.string, request.remote_addr or ""
    with publishing.as_staff():
        accepted = actions.accept(reader, number, now=now, address=address, agent=agent)
        db.session.commit()
    if accepted:
        return web.see_other("embargo.index")
    form.accept.data = False
    form.form_errors = ["Another version came into force while you read. It stands below; read it, then accept it."]
    return _agreement(reader, form, 409)


@bp.get("/password/<token>")
def password(token: str) -> Response:
    """Set a password, with the link that the press office sent."""
    _check_link(token)
    return make_response(render_template("accreditation/password.html", form=NewPasswordForm(), token=token))


@bp.post("/password/<token>")
def set_password(token: str) -> Response:
    """Set it; the link is used up."""
    _check_link(token)
    form = NewPasswordForm()
    if not form.validate():
        return _again("accreditation/password.html", form, 422, token=token)
    with database.reading():
        stored = passwords.hashed(form.new.data)
    db.session.rollback()
    with publishing.as_staff():
        found = actions.set_password(token, stored, now=clock.now())
        db.session.commit()
    if found is None:
        abort(404, USED)
    return make_response(redirect(url_for("embargo.index"), 303))


@bp.post("/feed")
def new_feed() -> Response:
    """A private feed, or another address for it; a page answers, because the secret is kept nowhere."""
    reader = _signed_in()
    if reader is None or not reader.may_read:
        return web.see_other("embargo.index")
    db.session.rollback()
    with publishing.as_staff():
        secret = actions.new_feed(reader, now=clock.now())
        db.session.commit()
    with database.reading():
        return make_response(render_template("accreditation/feed.html", secret=secret))


@bp.post("/feed/end")
def end_feed() -> Response:
    """Take the secret back."""
    reader = _signed_in()
    if reader is not None:
        db.session.rollback()
        with publishing.as_staff():
            actions.end_feed(reader.id)
            db.session.commit()
    return web.see_other("embargo.index")


@bp.get("/feed/<secret>.<any(rss, atom, json):fmt>")
def feed(secret: str, fmt: str) -> Response:
    """What is under embargo, in full, for one journalist; 404 like any other when the secret opens nothing."""
    now = clock.now()
    reader = reading.by_feed(secret, now)
    if reader is None:
        abort(404)
    copies = reading.embargoed(now)
    written = Feed(
        id=web.absolute("/embargo/"),
        title=f"{setting('organisation_name')}: under embargo, for {reader.name}",
        description="Releases under embargo, in full. Not for publication before the instant that each begins with.",
        link=web.absolute("/embargo/"),
        address=web.absolute(f"/embargo/feed/{secret}"),
        updated=reader.feed_made_at or now,
        author=setting("organisation_name"),
        items=tuple(map(_item, copies)),
        language=setting("language"),
    )
    response = respond(written, fmt)
    if copies and response.status_code != 304:  # "not modified" shows nothing
        serving.write_down(reader, copies, What.FEED, now=now)
    etag = response.headers.get("ETag")
    serving.private(response)
    if etag:
        response.headers["ETag"] = etag  # so that asking again while nothing changed is no opening
    return response


def _item(copy: Copy) -> Item:
    release, line = copy.release, serving.line_of(copy.release)
    return Item(
        id=f"urn:uuid:{release.uid}",
        title=f"{line}: {release.headline}",
        link=web.absolute(release.address),
        published=release.created_at,
        updated=release.updated_at,
        html=render_template("accreditation/feed_item.html", release=release, line=line),
        summary=f"{line}. {release.subhead or text.excerpt(release.body_html)}",
        author=release.author_name,
        categories=categories(release),
    )


@bp.get("/calendar/<secret>.ics")
def lifts(secret: str) -> Response:
    """When what is under embargo is lifted, for one journalist's calendar; the secret is that of their feed."""
    now = clock.now()
    reader = reading.by_feed(secret, now)
    if reader is None:
        abort(404)
    copies = reading.embargoed(now)
    events = [renditions.lift(copy.release) for copy in copies]
    name = f"{setting('organisation_name')}: embargo lifts"
    response = calendar.respond(events, "embargo-lifts.ics", name, request.path)
    if copies and response.status_code != 304:  # "not modified" shows nothing
        serving.write_down(reader, copies, What.CALENDAR, now=now)
    etag = response.headers.get("ETag")
    serving.private(response)
    if etag:
        response.headers["ETag"] = etag  # so that asking again while nothing changed is no opening
    return response


@bp.get("/forgotten")
def forgotten() -> Response:
    """Ask for a link with which a password is set anew."""
    return make_response(render_template("accreditation/forgotten.html", form=ForgottenForm(), asked=False))


@bp.post("/forgotten")
def forgot() -> Response:
    """Write the question down; the same answer for the same work, whoever asks, and for whatever address."""
    form, page = ForgottenForm(), "accreditation/forgotten.html"
    if not mail.is_on() or not form.validate():
        return _again(page, form, 422, asked=False)
    try:
        entry.ask_for_link(form.email.data or "", now=clock.now(), address=request.remote_addr or "")
    except LimitError as limit:
        minutes = max(1, -(-limit.retry_after // 60))
        form.form_errors = [f"Too many links were asked for. Wait {minutes} minutes, or call the press office."]
        return _again(page, form, 429, {"Retry-After": str(limit.retry_after)}, asked=False)
    jobs.wake()
    return _again(page, form, 200, asked=True)


@bp.get("/mailings/<token>")
def mailings(token: str) -> Response:
    """Where the link in a mailing leads."""
    if mailing.of_token(token) is None:
        abort(404)
    return make_response(render_template("accreditation/mailings.html", token=token, ended=False))


@bp.post("/mailings/<token>")
@csrf.exempt  # type: ignore[untyped-decorator] # a mail program sends it, by one click (RFC 8058); the signed address is what it proves
def end_mailings(token: str) -> Response:
    """Send this journalist no more releases by e-mail."""
    number = mailing.of_token(token)
    if number is None:
        abort(404)
    _set_mailings(number, wanted=False)
    with database.reading():
        return make_response(render_template("accreditation/mailings.html", token=token, ended=True))


@bp.post("/mailings")
def mailings_again() -> Response:
    """Send them, or none, as the journalist says who is signed in."""
    reader = _signed_in()
    if reader is not None:
        _set_mailings(reader.id, wanted=request.form.get("on") == "yes")
    return web.see_other("embargo.index")


def _set_mailings(journalist_id: int, *, wanted: bool) -> None:
    db.session.rollback()
    with publishing.as_staff():
        actions.set_mailings(journalist_id, wanted=wanted, now=clock.now())
        db.session.commit()


def _signed_in() -> Reader | None:
    return reading.current(clock.now())


def _agreement(reader: Reader, form: AcceptForm, status: int = 200) -> Response:
    found = reading.agreement_text()
    number, html, at = found or (0, "", clock.now())
    form.number.raw_data, form.number.data = None, str(number)
    with database.reading():
        page = render_template(
            "accreditation/agreement.html", reader=reader, form=form, number=number, html=html, at=at
        )
        return make_response(page, status)


def _check_link(token: str) -> None:
    """A link that opens nothing is told so before a password is typed.

    Raises:
        NotFound: it is used, replaced or too old.
    """
    now: datetime = clock.now()
    with publishing.as_staff():
        found = db.session.scalar(
            db.select(Journalist.id).where(
                Journalist.invite_hash == passwords.fingerprint(token),
                Journalist.invite_expires_at > now,
                Journalist.ended_at.is_(None),
            )
        )
    if found is None:
        abort(404, USED)


def _give_cookie(response: Response, token: str) -> None:
    response.set_cookie(
        cookie_name(),
        token,
        max_age=setting("session_hours") * 3600,
        httponly=True,
        secure=bool(current_app.config["SECURE_COOKIES"]),
        samesite="Lax",
        path="/",
    )


def _again(
    template: str,
    form: EntryForm | ForgottenForm | NewPasswordForm,
    status: int,
    headers: dict[str, str] | None = None,
    **context: object,
) -> Response:
    with database.reading():
        return make_response(render_template(template, form=form, **context), status, headers or {})
