"""``/desk/accreditation/releases/<number>/send``: a release under embargo by e-mail to accredited journalists."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, make_response, render_template, request
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from pressroom import accounts, jobs
from pressroom.accounts import Permission
from pressroom.accreditation import ledger, mailing, queries, reading
from pressroom.accreditation.models import Journalist
from pressroom.accreditation.reading import Copy
from pressroom.accreditation.rules import What
from pressroom.kit import clock, web
from pressroom.kit.db import db
from pressroom.kit.db import reading as only_reading
from pressroom.mail import configured
from pressroom.releases import queries as releases
from pressroom.releases import renditions

bp = Blueprint(
    "accreditation_mailing", __name__, url_prefix="/desk/accreditation/releases/<int(max=2147483647):number>/send"
)
accounts.protect(bp, Permission.ACCREDIT)

PAGE = "accreditation/desk/send.html"
CHANGED = "Somebody saved this release since you opened the page. Look at it again, then send it."


@bp.get("")
def ask(number: int) -> str:
    """Who can be sent it, and what they will read."""
    return render_template(PAGE, **_shown(number))


@bp.post("")
def send(number: int) -> Response:
    """Hand it out: on the ledger first, then into the outbox."""
    now, by = clock.now(), accounts.current_user()
    chosen = {int(said) for said in request.form.getlist("to") if said.isascii() and said.isdigit() and len(said) < 10}
    copy = reading.release_of(number, now)
    if lacking := configured.lacking():
        return _refused(number, 409, lacking)
    if copy is None:
        return _refused(number, 409, "It is not under embargo, so there is nothing to send.")
    if request.form.get("version", "") != str(copy.version):
        return _refused(number, 409, CHANGED)
    people = [each.journalist for each in mailing.candidates(number, copy.version, now) if not each.why_not]
    people = [each for each in people if each.id in chosen]
    if not people:
        return _refused(number, 422, "Choose at least one journalist who can be sent it.")
    try:
        count = _hand_out(copy, people, by=by, now=now)
    except IntegrityError:
        return _refused(number, 409, "Somebody else sent it at the same moment. Look below who has it.")
    except SQLAlchemyError as error:
        current_app.logger.error("a mailing could not be written down: %s", type(error).__name__)
        return _refused(number, 503, "The ledger could not be written, so nothing was sent. Try again in a minute.")
    jobs.wake()
    flash(f"Queued for {count} {'journalist' if count == 1 else 'journalists'}. It is on the ledger.")
    return web.see_other("accreditation_desk.release", number=number)


def _hand_out(copy: Copy, people: list[Journalist], *, by: Any, now: Any) -> int:
    """Write the ledger, each entry in a transaction of its own; then queue everything in one."""
    readers = [reading.reader_of(each, now) for each in people]
    letters = [mailing.release_letter(copy, each, now) for each in readers]
    db.session.rollback()  # the ledger has a connection of its own, and there is one writer at a time
    for reader in readers:
        ledger.enter(reader, [copy], What.MAIL, now=now, address="", agent="")
    count = 0
    for reader, letter in zip(readers, letters, strict=True):
        count += mailing.send_release(copy, letter, reader, by=by, now=now) is not None
    db.session.commit()
    return count


def _shown(number: int, problem: str = "") -> dict[str, Any]:
    release, now = releases.by_id(number) or abort(404), clock.now()
    copy = reading.release_of(number, now)
    version = copy.version if copy else queries.newest_version(number)
    asked = set(request.form.getlist("to"))
    return {
        "release": release,
        "version": version,
        "under_embargo": copy is not None,
        "candidates": mailing.candidates(number, version, now),
        "asked": asked,
        "plain": renditions.plain(copy.release, now=now) if copy else "",
        "lacking": configured.lacking(),
        "problem": problem,
    }


def _refused(number: int, status: int, problem: str) -> Response:
    with only_reading():
        return make_response(render_template(PAGE, **_shown(number, problem)), status)
