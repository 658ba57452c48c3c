"""``/desk/enquiries/``: the queue by deadline, one enquiry, and figures without names."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, abort, flash, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm.exc import StaleDataError

from pressroom import accounts, jobs
from pressroom.accounts import Permission
from pressroom.accounts import queries as people
from pressroom.enquiries import actions, figures, links, mailing, queries, rules
from pressroom.enquiries.forms import ActForm
from pressroom.enquiries.models import Enquiry
from pressroom.enquiries.rules import Act, EnquiryError
from pressroom.kit import clock, web
from pressroom.kit.db import db
from pressroom.kit.settings import setting

bp = Blueprint("enquiries_desk", __name__, url_prefix="/desk/enquiries")
accounts.protect(bp, Permission.ACCREDIT)

PAGE = "enquiries/desk/show.html"
ONE = "/<int(max=2147483647):number>"
MOST = 200  # open enquiries on a page
YEARS = timedelta(days=2 * 366)  # of figures

SENTENCES = {
    Act.ASSIGN: "Saved who deals with it.",
    Act.NOTE: "The note is there; only the desk reads it.",
    Act.REPLY: "The reporter is told. The enquiry stays open.",
    Act.ANSWER: "Closed as answered.",
    Act.DECLINE: "Declined; the reporter is told why.",
    Act.REOPEN: "It is open again.",
}


@bp.get("/")
def index() -> str:
    """What waits, by deadline; then what was closed."""
    now = clock.now()
    return render_template(
        "enquiries/desk/index.html",
        queue=queries.queue(now, MOST),
        page=queries.closed(web.page_number(request.args)),
        list_address=lambda number: f"/desk/enquiries/?page={number}",
        now=now,
        days=setting("enquiry_days"),
    )


@bp.get(ONE)
def show(number: int) -> str:
    """One enquiry, what was done about it, and what can be done."""
    enquiry = _enquiry(number)
    return render_template(PAGE, **_context(enquiry, ActForm(formdata=None)))


@bp.post(ONE)
def act(number: int) -> ResponseReturnValue:
    """Assign it, note something, tell the reporter, close it, open it again."""
    do = request.form.get("do", "")
    if do not in set(Act):
        abort(400)
    enquiry, form = _enquiry(number), ActForm()
    form.with_people(queries.helpers(), enquiry.assigned_to_id)
    if not form.validate():
        return web.refused(PAGE, **_context(enquiry, form))
    try:
        _do(Act(do), enquiry, form)
        db.session.commit()
    except EnquiryError as refusal:
        db.session.rollback()
        form.form_errors = [str(refusal)]
        return web.refused(PAGE, **_context(_enquiry(number), form))
    except StaleDataError:
        db.session.rollback()
        form.form_errors = ["A colleague did something with it just now. Look at it again; your words are still here."]
        return web.conflict(PAGE, **_context(_enquiry(number), form))
    jobs.wake()
    flash(SENTENCES[Act(do)], "good")
    return web.see_other("enquiries_desk.show", number=number)


def _do(act: Act, enquiry: Enquiry, form: ActForm) -> None:
    by, now, words = accounts.current_user(), clock.now(), form.words.data or ""
    if act is Act.ASSIGN:
        chosen = form.person.data or ""
        person = people.by_id(int(chosen)) if chosen.isascii() and chosen.isdigit() and len(chosen) < 10 else None
        actions.assign(enquiry, person, by=by, now=now)
    elif act is Act.NOTE:
        actions.note(enquiry, words, by=by, now=now)
    elif act is Act.REOPEN:
        actions.reopen(enquiry, by=by, now=now)
    else:
        verbs = {Act.REPLY: actions.reply, Act.ANSWER: actions.answer, Act.DECLINE: actions.decline}
        verbs[act](enquiry, words, by=by, now=now)
        what = "We cannot answer your question" if act is Act.DECLINE else "An answer to your question"
        mailing.told(enquiry, words, what, by=by, now=now)


@bp.get("/statistics")
def statistics() -> str:
    """How many, how soon, and how many before their deadline, by month and topic."""
    return render_template("enquiries/desk/statistics.html", months=_months())


@bp.get("/statistics.csv")
def statistics_csv() -> Response:
    """The same for a spreadsheet."""
    response = Response("".join(figures.as_csv(_months())), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="enquiries-{clock.now():%Y-%m-%d}.csv"'
    return response


def _months() -> figures.Months:
    now = clock.now()
    return rules.by_month_and_topic(queries.counted(now - YEARS), setting("time_zone"), now)


def _enquiry(number: int) -> Enquiry:
    return queries.by_id(number) or abort(404)


def _context(enquiry: Enquiry, form: ActForm) -> dict[str, object]:
    form.with_people(queries.helpers(), enquiry.assigned_to_id)
    link = links.address(enquiry) if enquiry.erased_at is None else ""
    return {"enquiry": enquiry, "form": form, "now": clock.now(), "link": link, "acts": Act}
