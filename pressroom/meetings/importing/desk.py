"""``/desk/meetings/<number>/imports``: a file of abstracts is uploaded, understood, taken in, and undone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, abort, flash, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from sqlalchemy import select
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from pressroom import accounts, jobs
from pressroom.accounts import Permission
from pressroom.kit import clock, files, text, web
from pressroom.kit import columns as headings
from pressroom.kit.db import db
from pressroom.kit.encodings import UnreadableError
from pressroom.kit.tables import Table
from pressroom.meetings import queries
from pressroom.meetings.forms import ButtonForm
from pressroom.meetings.importing import actions, columns, running
from pressroom.meetings.models import AbstractImport, Meeting
from pressroom.meetings.rules import ImportState, MeetingError

bp = Blueprint("meetings_import", __name__, url_prefix="/desk/meetings/<int(max=2147483647):meeting_id>/imports")
accounts.protect(bp, Permission.EDIT_PAGES)

ONE = "/<int(max=2147483647):import_id>"
UPLOAD, COLUMNS, SHOW = (f"meetings/desk/importing/{name}.html" for name in ("upload", "columns", "show"))
SAMPLE_SHOWN = 5
NOT_THERE = "-"


class UploadForm(FlaskForm):  # type: ignore[misc]
    """A file of abstracts."""

    file = FileField("File (CSV)", [FileRequired("Choose a file.")])


class ColumnsForm(FlaskForm):  # type: ignore[misc]
    """Which column means what; a choice for each field is added below."""

    def mapping(self) -> dict[str, int]:
        """Field → column number."""
        chosen = {field.name: self[field.name].data for field in columns.FIELDS}
        return {name: int(value) for name, value in chosen.items() if value != NOT_THERE}


for _field in columns.FIELDS:
    setattr(ColumnsForm, _field.name, SelectField(_field.label, invalid_choice_message="Choose a column of the file."))


def columns_form(header: Sequence[str], mapping: dict[str, int]) -> Any:
    """The form for the columns of one file, with *mapping* chosen."""
    form = ColumnsForm(data={field.name: str(mapping.get(field.name, NOT_THERE)) for field in columns.FIELDS})
    named = [(NOT_THERE, "Not in this file"), *((str(n), name) for n, name in enumerate(headings.shown(header)))]
    for field in columns.FIELDS:
        form[field.name].choices = [SelectChoice(value, label) for value, label in named]
    return form


@bp.get("")
def upload(meeting_id: int) -> str:
    """Choose a file; and what was imported lately."""
    return render_template(UPLOAD, **_uploading(meeting_id, UploadForm()))


@bp.post("")
def receive(meeting_id: int) -> Response:
    """Take a file in and guess its columns. Nothing is imported yet."""
    form, meeting = UploadForm(), _meeting(meeting_id)
    if not form.validate():
        return _refused(meeting_id, form)
    try:
        stored = running.uploads().store(form.file.data.stream)
    except files.FileError as error:
        return _refused(meeting_id, form, str(error))
    try:
        table = columns.open_table(running.uploads().path(stored.sha256))
        name = " ".join(text.clean(form.file.data.filename or "").split()) or "a file"
        mapping, by = columns.guess(table.header), accounts.current_user()
        job = actions.begin(table, meeting, file_name=name, mapping=mapping, by=by, now=clock.now())
    except (UnreadableError, MeetingError) as error:
        running.discard(stored.sha256)
        return _refused(meeting_id, form, str(error))
    job.stored = True
    db.session.commit()
    return web.see_other(".show", meeting_id=meeting_id, import_id=job.id)


@bp.get(ONE)
def show(meeting_id: int, import_id: int) -> ResponseReturnValue:
    """The columns, while they are to be confirmed; then what came of it."""
    job = _job(meeting_id, import_id)
    if job.state is ImportState.UPLOADED:
        table = running.table_of(job)
        if table is None:
            return _refused(meeting_id, UploadForm(), running.GONE)
        return render_template(COLUMNS, **_choosing(job, table, columns_form(table.header, job.mapping)))
    response = make_response(render_template(SHOW, meeting=_meeting(meeting_id), job=job, form=ButtonForm()))
    if job.state is ImportState.WAITING:
        response.headers["Refresh"] = "3"
    return response


@bp.post(ONE)
def confirm(meeting_id: int, import_id: int) -> Response:
    """Import with these columns: a small file at once, a large one by the worker."""
    job, here = _job(meeting_id, import_id), {"meeting_id": meeting_id, "import_id": import_id}
    if job.state is not ImportState.UPLOADED:
        return web.see_other(".show", **here)
    table = running.table_of(job)
    if table is None:
        return _refused(meeting_id, UploadForm(), running.GONE)
    form = columns_form(table.header, job.mapping)
    if not form.validate():
        return web.refused(COLUMNS, **_choosing(job, table, form))
    try:
        mapping = form.mapping()
        if len(set(mapping.values())) < len(mapping):
            raise UnreadableError("One column was chosen twice. Choose another one, or “Not in this file”.")
        columns.check(mapping, table.header)
    except UnreadableError as error:
        form.form_errors = [str(error)]
        return web.refused(COLUMNS, **_choosing(job, table, form))
    small = job.rows_total <= running.SMALL
    if not running.confirm(job, mapping):
        db.session.rollback()
        return web.see_other(".show", **here)
    db.session.commit()
    if small:
        running.work_off(import_id, now=clock.now())
    else:
        jobs.wake()
    return web.see_other(".show", **here)


@bp.get(f"{ONE}/undo")
def ask_undo(meeting_id: int, import_id: int) -> str:
    """Ask before an import is taken back."""
    job, meeting = _job(meeting_id, import_id), _meeting(meeting_id)
    return render_template("meetings/desk/importing/undo.html", meeting=meeting, job=job, form=ButtonForm())


@bp.post(f"{ONE}/undo")
def undo(meeting_id: int, import_id: int) -> Response:
    """Take an import back as a whole."""
    job, meeting = _job(meeting_id, import_id), _meeting(meeting_id)
    try:
        actions.undo(job, meeting, by=accounts.current_user(), now=clock.now())
    except MeetingError as error:
        db.session.rollback()
        flash(str(error), "bad")
        return web.see_other(".show", meeting_id=meeting_id, import_id=import_id)
    db.session.commit()
    flash("The import is undone.", "good")
    return web.see_other(".show", meeting_id=meeting_id, import_id=import_id)


def _uploading(meeting_id: int, form: UploadForm) -> dict[str, Any]:
    which = AbstractImport.meeting_id == meeting_id
    imports = db.session.scalars(select(AbstractImport).where(which).order_by(AbstractImport.id.desc()).limit(20)).all()
    return {"form": form, "meeting": _meeting(meeting_id), "imports": imports}


def _choosing(job: AbstractImport, table: Table, form: Any) -> dict[str, Any]:
    return {
        "meeting": _meeting(job.meeting_id),
        "job": job,
        "form": form,
        "fields": [form[field.name] for field in columns.FIELDS],
        "header": headings.shown(table.header),
        "rows": [row.cells for row in table.sample if not row.error][:SAMPLE_SHOWN],
        "encoding": table.encoding,
    }


def _refused(meeting_id: int, form: UploadForm, sentence: str = "") -> Response:
    if sentence:
        form.file.errors = [sentence]
    db.session.rollback()
    return web.refused(UPLOAD, **_uploading(meeting_id, form))


def _meeting(meeting_id: int) -> Meeting:
    return queries.by_id(meeting_id) or abort(404)


def _job(meeting_id: int, import_id: int) -> AbstractImport:
    job = db.session.get(AbstractImport, import_id)
    return job if job is not None and job.meeting_id == meeting_id else abort(404)
