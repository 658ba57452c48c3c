"""``/desk/accreditation/``: applications, journalists, the agreement, and who holds what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, abort, flash, make_response, render_template, request, send_file, url_for
from sqlalchemy.orm.exc import StaleDataError

from pressroom import accounts, jobs
from pressroom.accounts import Permission
from pressroom.accreditation import actions, ledger, mailing, queries
from pressroom.accreditation.forms import (
    AgreementForm,
    ButtonForm,
    CheckForm,
    MonthsForm,
    ReasonForm,
    check_form,
)
from pressroom.accreditation.models import Application, Journalist, LedgerEntry
from pressroom.accreditation.rules import CHECKS, AccreditationError, Basis, Decision
from pressroom.kit import clock, files, text, web
from pressroom.kit.db import db, reading
from pressroom.kit.settings import setting
from pressroom.kit.spreadsheets import BOM, harmless, record
from pressroom.releases import queries as releases
from pressroom.releases.models import Release

bp = Blueprint("accreditation_desk", __name__, url_prefix="/desk/accreditation")
accounts.protect(bp, Permission.ACCREDIT)

NUMBER = "<int(max=2147483647):number>"
APPLICATION = "accreditation/desk/application.html"
JOURNALIST = "accreditation/desk/journalist.html"
AGREEMENT = "accreditation/desk/agreements.html"

COLUMNS = ("number", "at", "journalist", "outlet", "release", "version", "what", "detail", "address", "agent", "hash")


@bp.get("/")
def index() -> str:
    """What waits, who is accredited, and what was read under embargo."""
    now = clock.now()
    return render_template(
        "accreditation/desk/index.html",
        waiting=queries.waiting(),
        journalists=queries.journalists(),
        releases=queries.releases_read(now),
        to_be_told=queries.to_be_told(now),
        agreements=queries.agreements(),
        now=now,
    )


# Applications ---------------------------------------------------------------------------------------------


@bp.get("/declined")
def declined() -> str:
    """Applications that were declined."""
    return render_template(
        "accreditation/desk/declined.html",
        page=queries.declined(web.page_number(request.args)),
        page_address=lambda number: url_for("accreditation_desk.declined", page=number),
    )


@bp.get(f"/applications/{NUMBER}")
def application(number: int) -> str:
    """What somebody sent, and the checklist."""
    found = _application(number)
    return render_template(APPLICATION, **_shown(found, check_form(found, months=setting("accreditation_months"))))


@bp.post(f"/applications/{NUMBER}")
def decide(number: int) -> Response:
    """Save the checklist, accredit, or decline."""
    found, form = _application(number), CheckForm()
    do = request.form.get("do", "save")
    if do != "approve":
        form.months.errors = ()
    if not form.validate() and (set(form.errors) - {"months"} or do == "approve"):
        return web.refused(APPLICATION, **_shown(found, form))
    if form.version.data != found.version:
        return _overtaken(number, form)
    try:
        return _decided(found, form, do)
    except AccreditationError as refusal:
        form.form_errors = [str(refusal)]
        return web.refused(APPLICATION, **_shown_again(number, form))
    except StaleDataError:
        return _overtaken(number, form)


def _decided(found: Application, form: Any, do: str) -> Response:
    by, now = accounts.current_user(), clock.now()
    actions.note_checks(found, form.checks())
    if do == "approve":
        days = setting("invitation_days")
        journalist, token = actions.approve(found, by=by, now=now, months=form.months.data, days=days)
        mailed = mailing.link(journalist, token, days=days, new=True, by=by, now=now) is not None
        db.session.commit()
        return _handed_out(journalist, token, days, mailed=mailed)
    if do == "decline":
        actions.decline(found, by=by, now=now, reason=form.reason.data or "")
        mailed = mailing.declined(found, by=by, now=now) is not None
        db.session.commit()
        jobs.wake()
        flash(f"The application of {found.name} is declined.{' The reason is on its way to them.' if mailed else ''}")
        return web.see_other("accreditation_desk.index")
    db.session.commit()
    flash("The checklist is saved.")
    return web.see_other("accreditation_desk.application", number=found.id)


@bp.get(f"/applications/{NUMBER}/letter")
def letter(number: int) -> Response:
    """The letter that came with an application, as a file to keep and not to run."""
    found = _application(number)
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


# Journalists ----------------------------------------------------------------------------------------------


@bp.get(f"/journalists/{NUMBER}")
def journalist(number: int) -> str:
    """One journalist: how they stand, what they accepted, what they opened."""
    found = _journalist(number)
    return render_template(JOURNALIST, **_about(found))


@bp.post(f"/journalists/{NUMBER}/renew")
def renew(number: int) -> Response:
    """Accredit them for so many months from today."""
    found, form = _journalist(number), MonthsForm()
    if not form.validate():
        return web.refused(JOURNALIST, **_about(found, months=form))
    return _done(found, form, lambda by, now: actions.renew(found, by=by, now=now, months=form.months.data))


@bp.post(f"/journalists/{NUMBER}/suspend")
def suspend(number: int) -> Response:
    """Show them nothing until further notice, and say why."""
    found, form = _journalist(number), ReasonForm()
    if not form.validate():
        return web.refused(JOURNALIST, **_about(found, reason=form))
    return _done(found, form, lambda by, now: actions.suspend(found, by=by, now=now, reason=form.reason.data or ""))


@bp.post(f"/journalists/{NUMBER}/resume")
def resume(number: int) -> Response:
    """Take a suspension back."""
    found = _journalist(number)
    return _done(found, ButtonForm(), lambda by, now: actions.resume(found, by=by, now=now))


@bp.get(f"/journalists/{NUMBER}/end")
def ask_end(number: int) -> str:
    """Are you sure?"""
    return render_template("accreditation/desk/end.html", journalist=_journalist(number), form=ButtonForm())


@bp.post(f"/journalists/{NUMBER}/end")
def end(number: int) -> Response:
    """End the accreditation."""
    found = _journalist(number)
    return _done(found, ButtonForm(), lambda by, now: actions.end(found, by=by, now=now))


@bp.post(f"/journalists/{NUMBER}/end-feed")
def end_feed(number: int) -> Response:
    """Take the secret of their feed back."""
    found = _journalist(number)
    return _done(found, ButtonForm(), lambda by, now: actions.end_feed(found.id))


@bp.post(f"/journalists/{NUMBER}/link")
def link(number: int) -> Response:
    """Another link with which they set a password."""
    found, days = _journalist(number), setting("invitation_days")
    if found.ended_at is not None:
        abort(409, "This accreditation was ended. A new application begins another one.")
    by, now = accounts.current_user(), clock.now()
    token = actions.invite(found, by=by, now=now, days=days)
    mailed = mailing.link(found, token, days=days, new=found.password_hash is None, by=by, now=now) is not None
    db.session.commit()
    return _handed_out(found, token, days, mailed=mailed)


@bp.get(f"/journalists/{NUMBER}/opened.csv")
def opened(number: int) -> Response:
    """What they were given, as a file."""
    found = _journalist(number)
    return _file(ledger.entries(journalist_id=found.id), f"journalist-{found.id}")


# The agreement --------------------------------------------------------------------------------------------


@bp.get("/agreements")
def agreements() -> str:
    """Every version, and a form for the next one."""
    rows = queries.agreements()
    form = AgreementForm(None, body=rows[0][0].body if rows else "")
    return render_template(AGREEMENT, form=form, rows=rows)


@bp.post("/agreements")
def write_agreement() -> Response:
    """Put another version in force."""
    form = AgreementForm()
    if not form.validate():
        return web.refused(AGREEMENT, form=form, rows=queries.agreements())
    try:
        written = actions.write_agreement(form.body.data or "", by=accounts.current_user(), now=clock.now())
    except AccreditationError as refusal:
        form.body.errors = [str(refusal)]
        return web.refused(AGREEMENT, form=form, rows=queries.agreements())
    db.session.commit()
    flash(f"Version {written.number} is in force. Every journalist is asked to accept it.")
    return web.see_other("accreditation_desk.agreements")


@bp.get(f"/agreements/{NUMBER}")
def agreement(number: int) -> str:
    """One version, as it was accepted."""
    found = queries.agreement(number) or abort(404)
    return render_template("accreditation/desk/agreement.html", agreement=found)


# Who holds what -------------------------------------------------------------------------------------------


@bp.get(f"/releases/{NUMBER}")
def release(number: int) -> str:
    """Who was given a release under embargo, in which version, and whom to tell of a change."""
    found, now = _release(number), clock.now()
    holders, newest = queries.holders(number, now), queries.newest_version(number)
    return render_template(
        "accreditation/desk/release.html",
        release=found,
        standing=found.state(now),
        holders=holders,
        newest=newest,
        mails=mailing.notices_of(number, newest, [holder.journalist_id for holder in holders]),
        entries=queries.handed_out(web.page_number(request.args), release_id=number),
        list_address=lambda page: url_for("accreditation_desk.release", number=number, page=page),
        mailto=lambda holder: _mailto(
            holder.email,
            f"Changed: {found.headline}",
            f"Dear {holder.name},\n\nA release that you read under embargo has changed: {holder.notice.changed}.\n"
            f"Please read it again before you publish: {web.absolute(found.address) if found.address else ''}\n",
        ),
        form=ButtonForm(),
    )


@bp.post(f"/releases/{NUMBER}/told/<int(max=2147483647):journalist_id>")
def told(number: int, journalist_id: int) -> Response:
    """Note that a journalist was told of the newest version."""
    _release(number)
    newest = queries.newest_version(number)
    found, by = _journalist(journalist_id), accounts.current_user()
    actions.tell(found, number, newest, by=by, now=clock.now())
    db.session.commit()
    flash(f"{found.name} is marked as told.")
    return web.see_other("accreditation_desk.release", number=number)


@bp.get(f"/releases/{NUMBER}/opened.csv")
def held(number: int) -> Response:
    """Who was given a release, as a file."""
    _release(number)
    return _file(ledger.entries(release_id=number), f"release-{number}")


@bp.get("/ledger")
def entries() -> str:
    """The whole ledger, the newest entry first."""
    return render_template(
        "accreditation/desk/ledger.html",
        entries=queries.handed_out(web.page_number(request.args)),
        list_address=lambda number: url_for("accreditation_desk.entries", page=number),
    )


@bp.get("/ledger.csv")
def whole() -> Response:
    """The whole ledger as a file."""
    return _file(ledger.entries(), "ledger")


# What the views share -------------------------------------------------------------------------------------


def _application(number: int) -> Application:
    return queries.application(number) or abort(404)


def _journalist(number: int) -> Journalist:
    return queries.journalist(number) or abort(404)


def _release(number: int) -> Release:
    return releases.by_id(number) or abort(404)


def _shown(found: Application, form: Any) -> dict[str, Any]:
    return {
        "application": found,
        "form": form,
        "grounds": [(check, form[f"met_{check.value}"], form[f"note_{check.value}"]) for check in Basis],
        "bars": [(check, form[f"met_{check.value}"], form[f"note_{check.value}"]) for check in CHECKS[len(Basis) :]],
        "others": [other for other in queries.applications_of(found.email) if other.id != found.id],
        "known": queries.by_email(found.email),
        "waits": found.decision is Decision.WAITING,
        "links": [line for line in found.bylines.splitlines() if line],
    }


def _shown_again(number: int, form: Any) -> dict[str, Any]:
    db.session.rollback()
    return _shown(_application(number), form)


def _overtaken(number: int, form: Any) -> Response:
    db.session.rollback()
    found = _application(number)
    form.version.raw_data, form.version.data = None, found.version
    form.form_errors = ["Somebody else changed this application meanwhile. Look at it again; your ticks are kept."]
    return web.conflict(APPLICATION, **_shown(found, form))


def _about(found: Journalist, *, months: MonthsForm | None = None, reason: ReasonForm | None = None) -> dict[str, Any]:
    now = clock.now()
    return {
        "journalist": found,
        "standing": found.standing(now),
        "months": months or MonthsForm(None, months=setting("accreditation_months")),
        "reason": reason or ReasonForm(None),
        "acceptances": queries.acceptances(found.id),
        "applications": queries.applications_of(found.email),
        "entries": queries.handed_out(web.page_number(request.args), journalist_id=found.id),
        "list_address": lambda page: url_for("accreditation_desk.journalist", number=found.id, page=page),
    }


def _done(found: Journalist, form: Any, act: Any) -> Response:
    """Do what was asked, and go back to the journalist; a refusal is shown there."""
    number = found.id
    try:
        act(accounts.current_user(), clock.now())
    except AccreditationError as refusal:
        db.session.rollback()
        form.form_errors = [str(refusal)]
        shown = {"reason": form} if isinstance(form, ReasonForm) else {}
        return web.refused(JOURNALIST, **_about(_journalist(number), **shown), refusal=str(refusal))
    db.session.commit()
    flash("Saved.")
    return web.see_other("accreditation_desk.journalist", number=number)


def _handed_out(found: Journalist, token: str, days: int, *, mailed: bool) -> Response:
    """The link, which is kept nowhere, so it is shown now, with a message to send it by."""
    if mailed:
        jobs.wake()
    address = web.external("embargo.password", token=token)
    with reading():
        body = (
            f"Dear {found.name},\n\nyou are accredited with us until "
            f"{found.valid_until:%d %B %Y}. Please set a password within {days} days:\n\n{address}\n\n"
            f"Then sign in here: {web.absolute('/embargo/')}\n"
        )
        page = render_template(
            "accreditation/desk/link.html",
            journalist=found,
            address=address,
            days=days,
            mailed=mailed,
            mailto=_mailto(found.email, f"Press accreditation, {setting('organisation_name')}", body),
        )
        return make_response(page)


def _mailto(email: str, subject: str, body: str) -> str:
    """A link that opens a message (RFC 6068)."""
    lines = body.replace("\n", "\r\n")
    return f"mailto:{quote(email, safe='@')}?subject={quote(subject, safe='')}&body={quote(lines, safe='')}"


def _file(rows: Iterable[LedgerEntry], name: str) -> Response:
    """Entries of the ledger as CSV; a few thousand at most for one release, so it is made at once."""
    body = BOM + "".join(_lines(rows))
    response = Response(body, content_type="text/csv; charset=utf-8; header=present")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _lines(rows: Iterable[LedgerEntry]) -> Iterator[str]:
    yield record(COLUMNS)
    for row in rows:
        said = (row.journalist_name, row.journalist_outlet, row.headline)
        tail = (row.what.value, row.detail, row.address, row.agent, row.hash)
        values = (str(row.number), row.at.isoformat(), *said, str(row.version), *tail)
        yield record([harmless(" ".join(text.clean(value).split())) for value in values])
