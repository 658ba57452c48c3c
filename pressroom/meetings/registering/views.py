"""``/annual-meeting/<year>/registration``: registering; ``/annual-meeting/registration/…``: how it stands.

No page of these is kept, and none says whether an address is registered: that goes by mail, to that address.
"""

from __future__ import annotations

from flask import Blueprint, Request, Response, abort, flash, make_response, render_template, request
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from pressroom import jobs, publishing
from pressroom.accounts.rules import AccountError
from pressroom.accreditation import uploads
from pressroom.accreditation.rules import AccreditationError, Decision
from pressroom.kit import clock, files, headers, limits, web
from pressroom.kit.db import db, reading
from pressroom.kit.limits import LimitError
from pressroom.kit.networks import digest, network
from pressroom.kit.settings import setting
from pressroom.meetings import queries
from pressroom.meetings.models import Meeting
from pressroom.meetings.registering import actions, badges, links, mailing, rules
from pressroom.meetings.registering.forms import ChangeForm, RegistrationForm
from pressroom.meetings.registering.models import Registration

bp = Blueprint("meetings_registration", __name__, url_prefix="/annual-meeting")

FORM, STATUS = "meetings/registering/register.html", "meetings/registering/status.html"
YEAR = "/<int(fixed_digits=4):year>/registration"
OWN = "/registration/<token>"


@bp.url_value_preprocessor
def take_no_more(_endpoint: str | None, _values: object) -> None:
    """A letter, and not a film: set before anything of the form is read."""
    if request.method == "POST":
        request_in_hand: Request = request
        request_in_hand.max_content_length = uploads.MOST_BYTES


bp.after_request(headers.behind_a_secret)


@bp.get(YEAR)
def register(year: int) -> str:
    """Who is eligible, and the form, as long as the press may register."""
    meeting = _meeting(year)
    return render_template(FORM, form=RegistrationForm(), meeting=meeting, is_open=rules.is_open(meeting, clock.now()))


@bp.post(YEAR)
def take(year: int) -> Response:
    """Take a registration in. The answer is the same whether or not the address is registered."""
    form, meeting = RegistrationForm(), _meeting(year)
    if not rules.is_open(meeting, clock.now()):
        return _again(year, form, 409)
    if not form.validate():
        return _again(year, form)
    try:
        _count()
        _taken_in(year, form)
    except (LimitError, files.FileError, AccountError, AccreditationError) as refusal:
        return _again(year, form, *_said(form, refusal))
    jobs.wake()
    return web.see_other("meetings_registration.received", year=year)


@bp.get(f"{YEAR}/received")
def received(year: int) -> str:
    """Thanks, and what happens next."""
    return render_template("meetings/registering/received.html", meeting=_meeting(year))


@bp.get(OWN)
def status(token: str) -> str:
    """How a registration stands; its form, while it waits; its badge, when it is approved."""
    with publishing.as_staff():
        registration = _own(token)
        return render_template(STATUS, **_shown(registration, token, ChangeForm.of(registration)))


@bp.post(OWN)
def change(token: str) -> Response:
    """Change a registration that waits."""
    form = ChangeForm()
    with publishing.as_staff():
        form.has_letter = bool(_own(token).letter_sha256)
        if not form.validate():
            return _status_again(token, form)
        try:
            _count()
            letter = _letter(form)
            registration = _own(token)
            actions.change(registration, now=clock.now(), letter=letter, **form.values())
            db.session.commit()
        except (LimitError, files.FileError, AccountError, AccreditationError) as refusal:
            return _status_again(token, form, *_said(form, refusal))
        except StaleDataError:
            form.form_errors = ["The press office saved something at the same moment. Look, then send it again."]
            return _status_again(token, form, 409)
    flash("Saved. The press office sees what you changed.")
    return web.see_other("meetings_registration.status", token=token)


@bp.get(f"{OWN}/badge")
def badge(token: str) -> str:
    """The badge, to be printed."""
    with publishing.as_staff():
        registration = _approved(token)
        return render_template("meetings/registering/badge.html", badges=[badges.of(registration)], own=token)


@bp.get(f"{OWN}/badge.pdf")
def badge_on_paper(token: str) -> Response:
    """The badge as PDF, where the press room makes them."""
    badges.require()
    with publishing.as_staff():
        written = badges.document([badges.of(_approved(token))])
    return badges.answer(written, "badge.pdf")


def _meeting(year: int) -> Meeting:
    return queries.by_year(year) or abort(404)


def _own(token: str) -> Registration:
    return links.find(token) or abort(404)


def _approved(token: str) -> Registration:
    registration = _own(token)
    return registration if registration.decision is Decision.APPROVED else abort(404)


def _count() -> None:
    """Count one try from this network.

    Raises:
        LimitError: there were as many as are taken.
    """
    with reading():
        limits.hit(setting("accreditation_limit"), "registration", digest(network(request.remote_addr or "")))


def _taken_in(year: int, form: RegistrationForm) -> None:
    letter = _letter(form)
    with publishing.as_staff():
        try:
            _saved(year, form, letter)
        except IntegrityError:  # the same form twice at the same moment: the other one is there by now
            db.session.rollback()
            _saved(year, form, letter)


def _letter(form: RegistrationForm) -> actions.Letter | None:
    """Store the letter. One that no row comes to name is deleted by the worker.

    Raises:
        FileError: it is too large, neither a PDF nor a picture, or the disk is full.
    """
    with reading():
        try:
            return uploads.letter(form.letter.data)
        except AccreditationError as refusal:
            raise files.FileError(str(refusal)) from None


def _saved(year: int, form: RegistrationForm, letter: actions.Letter | None) -> None:
    now = clock.now()
    registration, new = actions.register(_meeting(year), now=now, letter=letter, **form.values())
    mailing.received(registration, new=new, now=now)
    db.session.commit()


def _said(form: RegistrationForm, refusal: Exception) -> tuple[int, dict[str, str]]:
    """Put a refusal where it belongs; gives the status and the headers."""
    if isinstance(refusal, LimitError):
        minutes = max(1, -(-refusal.retry_after // 60))
        form.form_errors = [f"Too many forms came from your network. Wait {minutes} minutes, then try again."]
        return 429, {"Retry-After": str(refusal.retry_after)}
    if not isinstance(refusal, files.FileError):
        form.form_errors = [str(refusal)]
        return 422, {}
    form.letter.errors = [str(refusal)]
    if isinstance(refusal, files.StorageFullError):
        return 507, {}
    return 413 if isinstance(refusal, files.FileTooLargeError) else 422, {}


def _again(year: int, form: RegistrationForm, status: int = 422, headers: dict[str, str] | None = None) -> Response:
    with reading():
        meeting = _meeting(year)
        page = render_template(FORM, form=form, meeting=meeting, is_open=rules.is_open(meeting, clock.now()))
        return make_response(page, status, headers or {})


def _status_again(token: str, form: ChangeForm, status: int = 422, headers: dict[str, str] | None = None) -> Response:
    with reading():
        return make_response(render_template(STATUS, **_shown(_own(token), token, form)), status, headers or {})


def _shown(registration: Registration, token: str, form: ChangeForm) -> dict[str, object]:
    return {
        "registration": registration,
        "meeting": registration.meeting,
        "form": form,
        "waits": registration.decision is Decision.WAITING,
        "approved": registration.decision is Decision.APPROVED,
        "makes_pdf": not badges.missing(),
        "token": token,
    }
