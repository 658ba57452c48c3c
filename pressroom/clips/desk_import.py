"""A file of clips on the desk: upload it, confirm how it is read, watch it come in, read its report, take it back."""

from __future__ import annotations

from itertools import islice

from flask import Blueprint, Response, abort, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from pressroom import accounts, jobs, search
from pressroom.accounts import Permission
from pressroom.clips.forms import ColumnsForm, ConfirmForm, UndoForm, UploadForm, columns_form
from pressroom.clips.gathering import asking, columns, formats, importing, queries, reporting, running, undoing
from pressroom.clips.gathering.columns import open_table
from pressroom.clips.gathering.items import Reader
from pressroom.clips.gathering.models import ClipImport
from pressroom.clips.gathering.rows import Rows
from pressroom.clips.gathering.rules import FORMATS, ImportInto, RowOutcome, undo_problem
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
_AT_WORK = (ImportState.WAITING, ImportState.RUNNING, ImportState.UNDOING)
PROBLEMS_SHOWN = 50
KEPT_SHOWN = 50
SAMPLE_SHOWN = 5
UPLOAD = "clips/desk/import.html"
COLUMNS = "clips/desk/import_columns.html"
PREVIEW = "clips/desk/import_preview.html"


@bp.get("")
def upload() -> ResponseReturnValue:
    """Choose a file; and what was imported lately."""
    return render_template(UPLOAD, **_choosing(UploadForm()))


@bp.get("/all")
def every() -> ResponseReturnValue:
    """All imports, page by page."""
    page = queries.every_import(web.page_number(request.args))
    if page.page > page.pages:
        abort(404)
    return render_template(
        "clips/desk/imports.html", page=page, formats=FORMATS, address=lambda n: url_for("clips_import.every", page=n)
    )


@bp.post("")
def receive() -> ResponseReturnValue:
    """Take a file in and see what it is. Nothing is imported yet."""
    form = UploadForm()
    if not form.validate():
        return _refused(form)
    sent: FileStorage = form.file.data
    name = " ".join(text.clean(sent.filename or "").split()) or "a file"
    try:
        sha256, problem = running.keep(sent.stream)  # type: ignore[arg-type]
    except (files.FileError, UnreadableError) as error:
        return _refused(form, str(error))
    try:
        job = _begun(sha256, name, form.source_name.data or "")
    except UnreadableError as error:
        running.discard(sha256)
        return _refused(form, str(error))
    job.stored, job.state = True, ImportState.UPLOADED
    db.session.commit()
    if problem:
        flash(problem)
    return web.see_other("clips_import.show", import_id=job.id)


def _begun(sha256: str, name: str, source_name: str) -> ClipImport:
    """An import of a stored file, as it is guessed, or as such a one was confirmed the last time."""
    path, by, now = running.uploads().path(sha256), accounts.current_user(), clock.now()
    found = formats.of(path, name)
    if found is not None:
        reader = found.opens(path)
        return importing.begin(reader, file_name=name, format=found.name, source_name=source_name, by=by, now=now)
    table = open_table(path)
    before = queries.remembered(table.header, source_name)
    mapping = columns.guess(table.header, [row.cells for row in table.sample])
    order, into = DayOrder.UNKNOWN, ImportInto.ARCHIVE
    if before is not None:
        mapping = columns.moved(before.mapping, before.columns, table.header)
        order, into = DayOrder(before.day_order), before.into
    return importing.begin(
        Rows(table, mapping, order),
        file_name=name,
        mapping=mapping,
        order=order or _order(table, mapping),
        into=into,
        source_name=source_name,
        header=table.header,
        by=by,
        now=now,
    )


def _order(table: Table, mapping: dict[str, int]) -> DayOrder:
    column = mapping.get("published_on")
    if column is None:
        return DayOrder.UNKNOWN
    return daynumbers.guess(row.cells[column] for row in table.rows() if column < len(row.cells))


@bp.get(f"/{_ID}")
def show(import_id: int) -> ResponseReturnValue:
    """How it is read, while that is to be confirmed; then how far it is, and what was refused."""
    job = _job(import_id)
    if job.state is ImportState.UPLOADED:
        return _asked(job)
    index = search.how_far(KIND, now=clock.now())
    at_work = job.state in _AT_WORK
    html = render_template(
        "clips/desk/import_progress.html",
        job=job,
        problems=queries.problems(job.id, limit=PROBLEMS_SHOWN) if job.refused else (),
        at_work=at_work,
        index=index,
        findable=max(job.added - index.waiting, 0),  # what waits may be of somebody else; then it is a few too few
        undo_problem=undo_problem(job.state, added=job.added),
        kept=undoing.kept(job, KEPT_SHOWN) if job.kept else (),
        format=FORMATS.get(job.format, job.format),
        waiting=asking.left(job.id) if job.format == "addresses" and at_work else (),
    )
    response = make_response(html)
    if at_work or (job.added and index.waiting):
        response.headers["Refresh"] = "3"
    return response


@bp.post(f"/{_ID}")
def confirm(import_id: int) -> ResponseReturnValue:
    """Import as it was confirmed: a small file at once, a large one by the worker."""
    job = _job(import_id)
    if job.state is not ImportState.UPLOADED:
        return web.see_other("clips_import.show", import_id=job.id)
    if job.format == "table":
        table = _table(job)
        if table is None:
            return _refused(UploadForm(), running.GONE)
        form = columns_form(table.header)
        if not form.validate():
            return web.refused(COLUMNS, **_shown(job, table, form))
        job.mapping, job.day_order = form.mapping(), form.day_order.data
    else:
        form = ConfirmForm()
        if not form.validate():
            reader = _reader(job)
            return (
                _refused(UploadForm(), running.GONE)
                if reader is None
                else web.refused(PREVIEW, **_told(job, reader, form))
            )
    job.into, job.state = ImportInto(form.into.data), ImportState.WAITING
    return _worked_on(job, now=job.rows_total <= running.SMALL)


@bp.get(f"/{_ID}/rows")
def rows(import_id: int) -> ResponseReturnValue:
    """What became of each row."""
    job = _job(import_id)
    counts = reporting.counts(job.id)
    chosen = next((outcome for outcome in RowOutcome if outcome.value == request.args.get("show")), None)
    total = sum(counts.values()) if chosen is None else counts.get(chosen, 0)
    page = reporting.page(job.id, chosen, web.page_number(request.args), total=total)
    if page.page > page.pages:
        abort(404)

    def address(number: int, outcome: RowOutcome | None = chosen) -> str:
        show = outcome.value if outcome else None
        return url_for("clips_import.rows", import_id=job.id, show=show, page=number if number > 1 else None)

    links = [{"label": f"All ({sum(counts.values()):,})", "href": address(1, None), "current": chosen is None}]
    links += [
        {"label": f"{outcome.label} ({counts[outcome]:,})", "href": address(1, outcome), "current": outcome is chosen}
        for outcome in RowOutcome
        if counts.get(outcome)
    ]
    return render_template("clips/desk/import_rows.html", job=job, page=page, links=links, address=address)


@bp.get(f"/{_ID}/rows.csv")
def rows_csv(import_id: int) -> ResponseReturnValue:
    """The same as a file."""
    job = _job(import_id)
    response = Response("".join(reporting.as_csv(job.id)), content_type="text/csv; charset=utf-8; header=present")
    response.headers["Content-Disposition"] = f'attachment; filename="import-{job.id}.csv"'
    return response


@bp.route(f"/{_ID}/undo", methods=["GET", "POST"])
@accounts.requires(Permission.PUBLISH)
def undo(import_id: int) -> ResponseReturnValue:
    """Take a batch back. It asks once more, on a page that says what would go."""
    job, form = _job(import_id), UndoForm()
    problem = undo_problem(job.state, added=job.added)
    if request.method == "POST" and not problem and form.validate():
        small = job.added <= running.SMALL
        undoing.begin(job.id, by=accounts.current_user())
        return _worked_on(job, now=small)
    shown = {
        "job": job,
        "form": form,
        "problem": problem,
        "going": undoing.going(job),
        "kept": () if problem else undoing.kept(job, KEPT_SHOWN),
    }
    answer = render_template("clips/desk/import_undo.html", **shown)
    return make_response(answer, 422 if request.method == "POST" else 200)


def _worked_on(job: ClipImport, *, now: bool) -> Response:
    """Have it done, while the person waits or by the worker, and show it."""
    import_id = job.id
    db.session.commit()
    if now:
        running.work_now(import_id)
    else:
        jobs.wake()
    return web.see_other("clips_import.show", import_id=import_id)


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


def _reader(job: ClipImport) -> Reader | None:
    try:
        return running.reader_of(job)
    except (UnreadableError, FileNotFoundError):
        return None


def _asked(job: ClipImport) -> ResponseReturnValue:
    """The page on which it is confirmed how the file is read."""
    if job.format != "table":
        reader = _reader(job)
        if reader is None:
            return _refused(UploadForm(), running.GONE)
        return render_template(PREVIEW, **_told(job, reader, ConfirmForm(data={"into": job.into.value})))
    table = _table(job)
    if table is None:
        return _refused(UploadForm(), running.GONE)
    form = columns_form(table.header, **job.mapping, day_order=job.day_order, into=job.into.value)
    return render_template(COLUMNS, **_shown(job, table, form))


def _shown(job: ClipImport, table: Table, form: ColumnsForm) -> dict[str, object]:
    return {
        "job": job,
        "form": form,
        "fields": [form[field.name] for field in columns.FIELDS],
        "header": columns.shown(table.header),
        "rows": [row.cells for row in table.sample if not row.error][:SAMPLE_SHOWN],
        "encoding": table.encoding,
        "before": queries.imported_before(job.sha256, job.id),
        "remembered": queries.remembered(table.header, job.source_name),
    }


def _told(job: ClipImport, reader: Reader, form: ConfirmForm) -> dict[str, object]:
    return {
        "job": job,
        "form": form,
        "items": list(islice(reader.items(0, now=clock.now()), SAMPLE_SHOWN * 2)),
        "format": FORMATS.get(job.format, job.format),
        "before": queries.imported_before(job.sha256, job.id),
    }


def _choosing(form: UploadForm) -> dict[str, object]:
    return {"form": form, "imports": queries.imports(), "source_names": queries.source_names(), "formats": FORMATS}


def _refused(form: UploadForm, sentence: str = "") -> Response:
    if sentence:
        form.file.errors = [sentence]
    return web.refused(UPLOAD, **_choosing(form))
