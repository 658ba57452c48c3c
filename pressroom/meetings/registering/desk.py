"""``/desk/meetings/<number>/registrations``: who registered, the checklist, the decision, badges, and a list as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, abort, flash, render_template, request, send_file, url_for
from sqlalchemy.orm.exc import StaleDataError

from pressroom import accounts, jobs
from pressroom.accounts import Permission
from pressroom.accreditation.rules import AccreditationError, Bar, Basis, Decision, web_addresses
from pressroom.kit import clock, files, web
from pressroom.kit.db import db, reading
from pressroom.kit.spreadsheets import BOM, harmless, record
from pressroom.meetings import queries as meetings
from pressroom.meetings.models import Meeting
from pressroom.meetings.registering import actions, badges, links, mailing, queries
from pressroom.meetings.registering.forms import CheckForm, check_form
from pressroom.meetings.registering.models import Registration
from pressroom.meetings.registering.queries import Asked

bp = Blueprint(
    "meetings_registration_desk", __name__, url_prefix="/desk/meetings/<int(max=2147483647):meeting_id>/registrations"
)
accounts.protect(bp, Permission.ACCREDIT)

ONE = "/<int(max=2147483647):number>"
PAGE = "meetings/registering/desk/registration.html"
COLUMNS = ("number", "name", "email", "outlet", "role", "ground", "state", "registered", "decided", "decided by")


@bp.get("")
def index(meeting_id: int) -> str:
    """Everybody who registered, or those that the filters let through."""
    asked, meeting = Asked.read(request.args), _meeting(meeting_id)
    return render_template(
        "meetings/registering/desk/index.html",
        meeting=meeting,
        asked=asked,
        page=queries.page(meeting, asked, web.page_number(request.args)),
        counts=queries.counts(meeting),
        grounds=Basis,
        decisions=Decision,
        page_address=lambda n: url_for(".index", meeting_id=meeting_id, page=n, **asked.parameters),
    )


@bp.get("/list.csv")
def as_csv(meeting_id: int) -> Response:
    """The same list as a table for the registration desk."""
    asked, meeting = Asked.read(request.args), _meeting(meeting_id)
    response = Response("".join(_lines(meeting, asked)), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"press-{meeting.year}.csv")
    return response


def _lines(meeting: Meeting, asked: Asked) -> Iterator[str]:
    yield BOM + record(COLUMNS)
    for each in queries.every(meeting, asked):
        words = (each.name, each.email, each.outlet, each.role, each.basis.label, each.decision.value)
        days = (each.applied_at.isoformat(), each.decided_at.isoformat() if each.decided_at else "", each.decided_by)
        yield record([badges.of(each).number, *map(harmless, (*words, *days))])


@bp.get("/badges")
def sheet(meeting_id: int) -> str:
    """The badges of everybody who may come, to be printed."""
    meeting = _meeting(meeting_id)
    approved = queries.every(meeting, Asked(decision=Decision.APPROVED))
    return render_template(
        "meetings/registering/desk/badges.html",
        meeting=meeting,
        badges=[badges.of(each) for each in approved],
        makes_pdf=not badges.missing(),
    )


@bp.get("/badges.pdf")
def sheet_on_paper(meeting_id: int) -> Response:
    """The same as PDF."""
    badges.require()
    meeting = _meeting(meeting_id)
    found = [badges.of(each) for each in queries.every(meeting, Asked(decision=Decision.APPROVED))]
    if not found:
        abort(404, "Nobody is registered for this meeting yet.")
    return badges.answer(badges.document(found), f"badges-{meeting.year}.pdf")


@bp.get(ONE)
def show(meeting_id: int, number: int) -> str:
    """What somebody sent, and the checklist."""
    registration = _registration(meeting_id, number)
    return render_template(PAGE, **_shown(registration, check_form(registration)))


@bp.post(ONE)
def decide(meeting_id: int, number: int) -> Response:
    """Save the checklist, approve, decline, or take a decision back."""
    registration, form = _registration(meeting_id, number), CheckForm()
    if not form.validate():
        return web.refused(PAGE, **_shown(registration, form))
    if form.version.data != registration.version:
        return _overtaken(meeting_id, number, form)
    try:
        sentence = _decided(registration, form, request.form.get("do", "save"))
        db.session.commit()
    except AccreditationError as refusal:
        form.form_errors = [str(refusal)]
        with reading():
            return web.refused(PAGE, **_shown(_registration(meeting_id, number), form))
    except StaleDataError:
        return _overtaken(meeting_id, number, form)
    jobs.wake()
    flash(sentence)
    return web.see_other(".show", meeting_id=meeting_id, number=number)


def _decided(registration: Registration, form: Any, do: str) -> str:
    by, now = accounts.current_user(), clock.now()
    if do == "reopen":
        actions.reopen(registration, by=by, now=now)
        return "It waits for a decision again. Tell them, if they were told otherwise."
    actions.note_checks(registration, form.checks())
    if do == "approve":
        actions.approve(registration, by=by, now=now)
    elif do == "decline":
        actions.decline(registration, by=by, now=now, reason=form.reason.data or "")
    else:
        return "The checklist is saved."
    mailed = mailing.decided(registration, by=by, now=now) is not None
    verb = "registered" if do == "approve" else "declined"
    return f"{registration.name} is {verb}.{' A message is on its way to them.' if mailed else ''}"


@bp.get(f"{ONE}/letter")
def letter(meeting_id: int, number: int) -> Response:
    """The letter that came with a registration, as a file to keep and not to run."""
    found = _registration(meeting_id, number)
    if not found.letter_sha256 or not files.storage().exists(found.letter_sha256):
        abort(404)
    response = send_file(
        files.path(found.letter_sha256),
        mimetype=found.letter_type,
        as_attachment=True,
        download_name=found.letter_name,
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _shown(registration: Registration, form: Any) -> dict[str, Any]:
    def rows(checks: Any) -> list[tuple[Any, Any]]:
        return [(form[f"met_{check.value}"], form[f"note_{check.value}"]) for check in checks]

    return {
        "registration": registration,
        "meeting": registration.meeting,
        "form": form,
        "waits": registration.decision is Decision.WAITING,
        "grounds": rows(Basis),
        "bars": rows(Bar),
        "links": web_addresses(registration.bylines),
        "own_page": links.address(registration),
    }


def _overtaken(meeting_id: int, number: int, form: Any) -> Response:
    db.session.rollback()
    with reading():
        registration = _registration(meeting_id, number)
        form.version.raw_data, form.version.data = None, registration.version
        form.form_errors = ["Somebody saved this registration since you opened it. Look at it, then save again."]
        return web.conflict(PAGE, **_shown(registration, form))


def _meeting(meeting_id: int) -> Meeting:
    return meetings.by_id(meeting_id) or abort(404)


def _registration(meeting_id: int, number: int) -> Registration:
    return queries.registration(meeting_id, number) or abort(404)
