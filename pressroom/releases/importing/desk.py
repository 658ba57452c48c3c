"""Old releases on the desk: upload a file, read what would come in, bring it in, take it back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from pressroom import accounts, jobs
from pressroom.accounts import Permission
from pressroom.kit import clock, files, web
from pressroom.kit.db import db
from pressroom.kit.settings import setting
from pressroom.releases.importing import batches, forms, reads, running, sources
from pressroom.releases.importing.forms import ConfirmForm, ReadForm, UploadForm
from pressroom.releases.importing.items import UnreadableError
from pressroom.releases.importing.models import ReleaseImport
from pressroom.releases.importing.plan import Options
from pressroom.releases.importing.rules import UNDOABLE, ImportState, Outcome, undo_problem

bp = Blueprint("releases_import", __name__, url_prefix="/desk/releases/import")
accounts.protect(bp, Permission.PUBLISH)

UPLOAD = "releases/desk/import.html"
REPORT = "releases/desk/import_report.html"
_ID = "<int(max=2147483647):import_id>"


@bp.get("")
def upload() -> ResponseReturnValue:
    """Choose a file; and what was imported lately."""
    return render_template(UPLOAD, form=UploadForm(), imports=reads.imports())


@bp.post("")
def receive() -> ResponseReturnValue:
    """Take a file in and read it. Nothing is imported yet."""
    form = UploadForm()
    if not form.validate():
        return _refused(form)
    sent: FileStorage = form.file.data
    try:
        stored = running.uploads().store(sent.stream)  # type: ignore[arg-type]
    except files.StorageFullError as error:
        return _refused(form, str(error), status=507)
    except files.FileError as error:
        return _refused(form, str(error))
    try:
        source = sources.open_source(running.uploads().path(stored.sha256), sent.filename or "", stored.sha256)
    except UnreadableError as error:
        running.discard(stored.sha256)
        return _refused(form, str(error))
    options = Options(zone=setting("time_zone"))
    by, now = accounts.current_user(), clock.now()
    job = batches.begin(source, options, state=ImportState.CHECKING, by=by, now=now, stored=True)
    db.session.commit()
    return _worked_on(job.id, now=stored.size <= running.SMALL_BYTES)


@bp.get(f"/{_ID}")
def show(import_id: int) -> ResponseReturnValue:
    """What would come in; then what came in."""
    job = reads.an_import(import_id) or abort(404)
    form = ReadForm(Options.of_json(job.options), job.found)
    response = make_response(render_template(REPORT, **_report(job, form)))
    if job.state.at_work:
        response.headers["Refresh"] = "3"
    return response


@bp.post(f"/{_ID}/read")
def read(import_id: int) -> ResponseReturnValue:
    """Read the file again, in another way."""
    job = reads.an_import(import_id) or abort(404)
    form = ReadForm(Options.of_json(job.options), job.found)
    if job.state is not ImportState.CHECKED:
        return _see(job.id)
    if not form.validate():
        return web.refused(REPORT, **_report(job, form))
    small, by = _is_small(job.sha256), accounts.current_user()
    values = {"options": form.options().as_json(), "by_id": by.id, "by_name": by.name}
    batches.send_on(job.id, before=[ImportState.CHECKED], to=ImportState.CHECKING, **values)
    db.session.commit()
    return _worked_on(import_id, now=small)


@bp.post(f"/{_ID}")
def bring_in(import_id: int) -> ResponseReturnValue:
    """Import what was shown: a few at once, many by the worker."""
    job = reads.an_import(import_id) or abort(404)
    form = ConfirmForm()
    if job.state is not ImportState.CHECKED:
        return _see(job.id)
    count = reads.counts(job.id).get(Outcome.MAKE, 0)
    if not form.validate() or not count:
        return _see(job.id)
    small, by = job.total <= running.SMALL and _is_small(job.sha256), accounts.current_user()
    values = {"position": 0, "by_id": by.id, "by_name": by.name}
    batches.send_on(job.id, before=[ImportState.CHECKED], to=ImportState.IMPORTING, **values)
    db.session.commit()
    return _worked_on(import_id, now=small)


@bp.route(f"/{_ID}/undo", methods=["GET", "POST"])
def undo(import_id: int) -> ResponseReturnValue:
    """Taking back asks once more, on a page of its own."""
    job = reads.an_import(import_id) or abort(404)
    form, now = ConfirmForm(), clock.now()
    made = reads.counts(job.id).get(Outcome.MADE, 0)
    problem = undo_problem(job.state, made=made, finished_at=job.finished_at, now=now)
    if request.method != "POST" or problem or not form.validate():
        html = render_template("releases/desk/import_undo.html", job=job, form=form, made=made, problem=problem)
        return make_response(html, 200 if request.method != "POST" else 422)
    by = accounts.current_user()
    values = {"undone_by_id": by.id, "undone_by_name": by.name}
    batches.send_on(job.id, before=UNDOABLE, to=ImportState.UNDOING, **values)
    db.session.commit()
    return _worked_on(import_id, now=made <= running.SMALL)


def _worked_on(import_id: int, *, now: bool) -> Response:
    """Have it done, while the person waits or by the worker, and show it."""
    if now:
        running.work_now(import_id)
    else:
        jobs.wake()
    return _see(import_id)


def _see(import_id: int) -> Response:
    return web.see_other("releases_import.show", import_id=import_id)


def _is_small(sha256: str) -> bool:
    try:
        return running.uploads().path(sha256).stat().st_size <= running.SMALL_BYTES
    except FileNotFoundError:
        return True


def _report(job: ReleaseImport, form: ReadForm) -> dict[str, Any]:
    """What the page of an import shows."""
    counts = reads.counts(job.id)
    chosen = forms.outcome(request.args.get("show", ""))
    page = reads.items(job.id, chosen, web.page_number(request.args))
    shown = [None, *(outcome for outcome in Outcome if counts.get(outcome))]
    links = [
        {
            "label": f"{outcome.label} ({counts[outcome]:,})" if outcome else f"All ({sum(counts.values()):,})",
            "href": url_for("releases_import.show", import_id=job.id, show=outcome.value if outcome else None),
            "current": outcome is chosen,
        }
        for outcome in shown
    ]
    return {
        "job": job,
        "form": form,
        "counts": {outcome.value: counts.get(outcome, 0) for outcome in Outcome},
        "links": links if counts else [],
        "chosen": chosen,
        "page": page,
        "address": lambda number: url_for(
            "releases_import.show", import_id=job.id, show=chosen.value if chosen else None, page=number
        ),
        "choices": forms.choices(),
        "instant": datetime.fromisoformat,
        "undo_problem": undo_problem(
            job.state, made=counts.get(Outcome.MADE, 0), finished_at=job.finished_at, now=clock.now()
        ),
    }


def _refused(form: UploadForm, sentence: str = "", *, status: int = 422) -> Response:
    if sentence:
        form.file.errors = [sentence]
    return web.shown_again(UPLOAD, status, form=form, imports=reads.imports())
