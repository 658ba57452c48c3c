"""``/enquiries/``: asking the press office, and how an enquiry stands, by its secret link. No account is needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue

from pressroom import jobs, publishing
from pressroom.accounts.rules import AccountError
from pressroom.enquiries import actions, links, mailing, subjects
from pressroom.enquiries.forms import AskForm
from pressroom.enquiries.models import Enquiry
from pressroom.enquiries.rules import EnquiryError, State, Topic
from pressroom.kit import clock, headers, limits, web
from pressroom.kit.db import db, reading
from pressroom.kit.limits import LimitError
from pressroom.kit.networks import digest, network
from pressroom.kit.settings import setting

bp = Blueprint("enquiries", __name__, url_prefix="/enquiries")

FORM = "enquiries/new.html"
LETTERS_A_DAY = "3 per day"
"""Messages that confirm an enquiry, to one address: anybody can type anybody's."""


@dataclass(frozen=True)
class Status:
    """What a reporter reads of an enquiry.

    Attributes:
        told: (when, words) of what the press office wrote to them.
    """

    number: int
    topic: str
    state: State
    question: str
    about: tuple[str, str] | None
    came_at: datetime
    deadline_at: datetime | None
    zone: str
    is_taken: bool
    now: datetime
    told: tuple[tuple[datetime, str], ...]

    @classmethod
    def of(cls, row: Enquiry, now: datetime) -> Status:
        """That of *row*; what only the desk reads is left out."""
        return cls(
            number=row.id,
            topic=row.topic.label,
            state=row.state,
            question=row.question,
            about=(row.about_path, row.about_title) if row.about_path else None,
            came_at=row.came_at,
            deadline_at=row.deadline_at,
            zone=row.zone,
            is_taken=bool(row.assigned_to_name),
            now=now,
            told=tuple((note.at, note.words) for note in row.notes if note.told),
        )


bp.after_request(headers.behind_a_secret)


@bp.get("/new")
def new() -> str:
    """The form; ``about`` is the page that somebody comes from."""
    page = subjects.read(request.args.get("about", ""))
    topic = request.args.get("topic", "")
    form = AskForm(
        formdata=None,
        about=web.absolute(page[0]) if page else "",
        topic=topic if topic in set(Topic) else (Topic.STUDY.value if page else None),
    )
    return render_template(FORM, form=form, page=page)


@bp.post("/new")
def ask() -> ResponseReturnValue:
    """Take it in, and lead to where its status stands."""
    form = AskForm()
    with reading():
        valid = form.validate()
    if not valid:
        return _again(form, 422)
    try:
        with reading():
            limits.hit(setting("enquiry_limit"), "enquiry", digest(network(request.remote_addr or "")))
            may_write = _may_write(form.email.data or "")
    except LimitError as limit:
        minutes = max(1, -(-limit.retry_after // 60))
        form.form_errors = [f"Too many questions came from your network. Wait {minutes} minutes, or call us."]
        return _again(form, 429, {"Retry-After": str(limit.retry_after)})
    try:
        token = _taken(form, to_reporter=may_write)
    except (AccountError, EnquiryError) as refusal:
        form.form_errors = [str(refusal)]
        return _again(form, 422)
    jobs.wake()
    return web.see_other("enquiries.status", token=token)


def _taken(form: AskForm, *, to_reporter: bool) -> str:
    with publishing.as_staff():
        now = clock.now()
        enquiry, is_new = actions.take(now=now, **form.values())
        if is_new:
            mailing.came(enquiry, now=now, to_reporter=to_reporter)
        token = links.token(enquiry)
        db.session.commit()
    return token


def _may_write(address: str) -> bool:
    try:
        limits.hit(LETTERS_A_DAY, "enquiry letter", digest(address.casefold()))
    except LimitError:
        return False
    return True


@bp.get("/of/<token>")
def status(token: str) -> str:
    """How an enquiry stands, and what the press office wrote."""
    with publishing.as_staff():
        enquiry = links.enquiry_of(token)
        found = Status.of(enquiry, clock.now()) if enquiry else None
    return render_template("enquiries/status.html", status=found or abort(404))


def _again(form: AskForm, status: int, headers: dict[str, str] | None = None) -> Response:
    with reading():
        return make_response(render_template(FORM, form=form, page=form.page), status, headers or {})
