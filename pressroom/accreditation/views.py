"""``/accreditation/``: applying. ``/releases/….ics``: the instant of a release, for a calendar."""

from __future__ import annotations

from flask import Blueprint, Request, Response, abort, make_response, render_template, request

from pressroom import jobs, publishing
from pressroom.accounts.rules import AccountError
from pressroom.accreditation import actions, entry, mailing, uploads
from pressroom.accreditation.forms import ApplicationForm
from pressroom.accreditation.rules import AccreditationError
from pressroom.kit import calendar, clock, files, text, web
from pressroom.kit.db import db, reading
from pressroom.kit.limits import LimitError
from pressroom.releases import public as releases
from pressroom.releases import renditions

bp = Blueprint("accreditation", __name__)

FORM = "accreditation/apply.html"


@bp.url_value_preprocessor
def take_no_more(_endpoint: str | None, _values: object) -> None:
    """A letter, and not a film: set before anything of the form is read."""
    if request.method == "POST":
        request_in_hand: Request = request
        request_in_hand.max_content_length = uploads.MOST_BYTES


@bp.get("/accreditation/")
def apply() -> Response:
    """Who is eligible, and the form."""
    return _private(make_response(render_template(FORM, form=ApplicationForm())))


@bp.post("/accreditation/")
def take() -> Response:
    """Take an application in. The answer is the same whoever applies."""
    form = ApplicationForm()
    if not form.validate():
        return _private(_again(form))
    try:
        entry.count_application(request.remote_addr or "")
        with reading():
            letter = uploads.letter(form.letter.data)
        with publishing.as_staff():
            now = clock.now()
            mailing.applied(actions.apply(now=now, letter=letter, **form.values()), now=now)
            db.session.commit()
        jobs.wake()
    except LimitError as limit:
        minutes = max(1, -(-limit.retry_after // 60))
        form.form_errors = [f"Too many applications came from your network. Wait {minutes} minutes, then try again."]
        return _private(_again(form, 429, {"Retry-After": str(limit.retry_after)}))
    except files.StorageFullError as full:
        form.letter.errors = [f"{full} Your text is still here; a link to the letter does as well."]
        return _private(_again(form, 507))
    except files.FileTooLargeError as large:
        form.letter.errors = [str(large)]
        return _private(_again(form, 413))
    except (AccountError, AccreditationError) as refusal:
        form.letter.errors = [str(refusal)]
        return _private(_again(form))
    return _private(web.see_other("accreditation.received"))


@bp.get("/accreditation/received")
def received() -> Response:
    """Thanks, and what happens next."""
    return _private(make_response(render_template("accreditation/received.html")))


@bp.get("/releases/<int(min=1000, max=9999):year>/<slug>.ics")
def lift(year: int, slug: str) -> Response:
    """When a public release became public, as a journalist could note it beforehand at the same address."""
    release = releases.by_address(year, slug) if slug == text.slugify(slug) else None
    if release is None:
        abort(404)
    return calendar.respond([renditions.lift(release)], f"{release.slug}.ics")


def _again(form: ApplicationForm, status: int = 422, headers: dict[str, str] | None = None) -> Response:
    with reading():
        return make_response(render_template(FORM, form=form), status, headers or {})


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    return response
