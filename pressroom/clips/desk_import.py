"""A file of clips on the desk: upload it, confirm its columns, watch it come in."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, render_template
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from pressroom import accounts, jobs, search
from pressroom.accounts import Permission
from pressroom.clips.forms import ColumnsForm, UploadForm, columns_form
from pressroom.clips.gathering import columns, importing, queries, running
from pressroom.clips.gathering.columns import open_table
from pressroom.clips.gathering.models import ClipImport
from pressroom.clips.gathering.rows import Rows
from pressroom.clips.rules import ImportState
from pressroom.clips.search import KIND
from pressroom.kit import clock, daynumbers, files, text, web
from pressroom.kit.daynumbers import DayOrder
from pressroom.kit.db import db
from pressroom.kit.encodings import UnreadableError
from pressroom.kit.tables import Table

bp = Blueprint("clips_import", __name__, url_prefix="/desk/clips/import")
accounts.protect(bp, Permission.IMPORT)

_ID = "<int(max=2147483647):import_id>"
_AT_WORK = (ImportState.WAITING, ImportState.RUNNING)
PROBLEMS_SHOWN = 500
SAMPLE_SHOWN = 5


@bp.get("")
def upload() -> ResponseReturnValue:
    """Choose a file; and what was imported lately."""
    return render_template("clips/desk/import.html", form=UploadForm(), imports=queries.imports())


@bp.post("")
def receive() -> ResponseReturnValue:
    """Take a file in and guess its columns. Nothing is imported yet."""
    form = UploadForm()
    if not form.validate():
        return _refused(form)
    upload: FileStorage = form.file.data
    try:
        stored = running.uploads().store(upload.stream)  # type: ignore[arg-type]
    except files.FileError as error:
        return _refused(form, str(error))
    try:
        table = open_table(running.uploads().path(stored.sha256))
    except UnreadableError as error:
        running.discard(stored.sha256)
        return _refused(form, str(error))
    mapping = columns.guess(table.header, [row.cells for row in table.sample])
    order = _order(table, mapping)
    job = importing.begin(
        Rows(table, mapping, order),
        file_name=" ".join(text.clean(upload.filename or "").split()) or "a file",
        mapping=mapping,
        order=order,
        by=accounts.current_user(),
        now=clock.now(),
    )
    job.stored, job.state = True, ImportState.UPLOADED
    db.session.commit()
    return web.see_other("clips_import.show", import_id=job.id)


def _order(table: Table, mapping: dict[str, int]) -> DayOrder:
    column = mapping.get("published_on")
    if column is None:
        return DayOrder.UNKNOWN
    return daynumbers.guess(row.cells[column] for row in table.rows() if column < len(row.cells))


@bp.get(f"/{_ID}")
def show(import_id: int) -> ResponseReturnValue:
    """The columns, while they are to be confirmed; then how far it is, and what was refused."""
    job = _job(import_id)
    if job.state is ImportState.UPLOADED:
        return _columns(job)
    problems = queries.problems(job.id, limit=PROBLEMS_SHOWN)
    index = search.how_far(KIND, now=clock.now())
    html = render_template(
        "clips/desk/import_progress.html",
        job=job,
        problems=problems,
        at_work=job.state in _AT_WORK,
        index=index,
        findable=max(job.added - index.waiting, 0),  # what waits may be of somebody else; then it is a few too few
    )
    response = make_response(html)
    if job.state in _AT_WORK or (job.added and index.waiting):
        response.headers["Refresh"] = "3"
    return response


@bp.post(f"/{_ID}")
def confirm(import_id: int) -> ResponseReturnValue:
    """Import with these columns: a small file at once, a large one by the worker."""
    job = _job(import_id)
    if job.state is not ImportState.UPLOADED:
        return web.see_other("clips_import.show", import_id=job.id)
    table = _table(job)
    if table is None:
        return _refused(UploadForm(), "The uploaded file is gone. Choose it again.")
    form = columns_form(table.header)
    if not form.validate():
        return _columns_refused(job, table, form)
    job.mapping, job.day_order, job.state = form.mapping(), form.day_order.data, ImportState.WAITING
    db.session.commit()
    if job.rows_total <= running.SMALL:
        _import_now(job)
    else:
        jobs.wake()
    return web.see_other("clips_import.show", import_id=import_id)


def _import_now(job: ClipImport) -> None:
    """Import while the person waits. Should it fail, the worker finds it and goes on."""
    import_id, sha256, reader = job.id, job.sha256, running.reader_of(job)
    token = importing.claim(import_id, now=clock.now())
    db.session.commit()
    if token is not None:
        running.run(import_id, token, reader)
        running.discard(sha256)


def _job(import_id: int) -> ClipImport:
    job = queries.an_import(import_id)
    if job is None:
        abort(404)
    return job


def _table(job: ClipImport) -> Table | None:
    try:
        return open_table(running.uploads().path(job.sha256))
    except (UnreadableError, FileNotFoundError):
        return None


def _columns(job: ClipImport) -> ResponseReturnValue:
    table = _table(job)
    if table is None:
        return _refused(UploadForm(), "The uploaded file is gone. Choose it again.")
    form = columns_form(table.header, **job.mapping, day_order=job.day_order)
    return render_template("clips/desk/import_columns.html", **_shown(job, table, form))


def _columns_refused(job: ClipImport, table: Table, form: ColumnsForm) -> Response:
    return web.refused("clips/desk/import_columns.html", **_shown(job, table, form))


def _shown(job: ClipImport, table: Table, form: ColumnsForm) -> dict[str, object]:
    return {
        "job": job,
        "form": form,
        "fields": [form[field.name] for field in columns.FIELDS],
        "header": columns.shown(table.header),
        "rows": [row.cells for row in table.sample if not row.error][:SAMPLE_SHOWN],
        "encoding": table.encoding,
        "before": queries.imported_before(job.sha256, job.id),
    }


def _refused(form: UploadForm, sentence: str = "") -> Response:
    if sentence:
        form.file.errors = [sentence]
    return web.refused("clips/desk/import.html", form=form, imports=queries.imports())
