"""``/desk/clips/queue/<n>/edit``: accept a candidate with changes, in the form of a clip."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from pressroom import accounts
from pressroom.accounts import Permission
from pressroom.clips import covering, desk_fetch, queries
from pressroom.clips.forms import ClipForm
from pressroom.clips.gathering.models import Candidate
from pressroom.clips.gathering.rules import CandidateState
from pressroom.clips.rules import ClipDayError
from pressroom.clips.triage import automatic, deciding
from pressroom.clips.triage import queries as triage
from pressroom.clips.triage.deciding import DecidedError
from pressroom.clips.triage.rules import TriageError
from pressroom.kit import clock, web
from pressroom.kit.db import db, reading

bp = Blueprint("clips_changing", __name__, url_prefix="/desk/clips/queue")
accounts.protect(bp, Permission.IMPORT)

PAGE = "clips/desk/candidate_edit.html"
CHANGED = "Somebody decided about it just now. Look at it in the queue."


@bp.route("/<int(max=2147483647):number>/edit", methods=["GET", "POST"])
def edit(number: int) -> ResponseReturnValue:
    """The form of a clip with what the source says in it; saving accepts the candidate so."""
    candidate = triage.candidate(number) or abort(404)
    if request.method != "POST":
        return _page(_filled(candidate), candidate)
    form = ClipForm()
    if desk_fetch.wanted():
        return desk_fetch.answer(form, partial(_page, form, candidate))
    if not form.validate():
        return _refused(form, number, "")
    try:
        done = deciding.accept(candidate, by=accounts.current_user(), now=clock.now(), changes=form.fields())
        db.session.commit()
    except IntegrityError:
        return _refused(form, number, CHANGED, 409)
    except TriageError as refusal:
        if isinstance(refusal.__cause__, ClipDayError):
            form.published_on.errors = [str(refusal)]
            return _refused(form, number, "")
        return _refused(form, number, str(refusal), 409 if isinstance(refusal, DecidedError) else 422)
    flash(done.said, "good")
    return web.see_other("clips_queue.index")


def _filled(candidate: Candidate) -> ClipForm:
    found = automatic.found_of(candidate)
    names = ("headline", "outlet", "url", "byline", "excerpt", "language", "page", "section", "programme", "time_code")
    fields: dict[str, Any] = {name: getattr(found, name) for name in names}
    fields["published_on"] = found.published_on.isoformat() if found.published_on else ""
    fields["medium"] = found.medium.value
    fields["topics"] = "; ".join(found.topics)
    fields["featured"] = found.featured
    fields["covers"] = "\n".join(map(covering.reference, covering.by_ids(found.release_ids)))
    return ClipForm(data=fields)


def _refused(form: ClipForm, number: int, sentence: str, status: int = 422) -> Response:
    with reading():
        if sentence:
            form.form_errors = [sentence]
        return make_response(_page(form, triage.candidate(number) or abort(404)), status)


def _page(form: ClipForm, candidate: Candidate, **more: Any) -> str:
    return render_template(
        PAGE,
        form=form,
        candidate=candidate,
        waits=candidate.state is CandidateState.WAITING,
        standing=deciding.said_of(candidate),
        outlets=queries.outlet_names(),
        topics=queries.topic_names(),
        **more,
    )
