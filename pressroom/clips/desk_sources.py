"""``/desk/clips/sources``: the feeds that are read, how that goes, and lists of them in and out."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue

from pressroom import accounts, jobs
from pressroom.accounts import Permission
from pressroom.clips import queries
from pressroom.clips.gathering import bulk, opml, polling, running, source_queries, sources, trying
from pressroom.clips.gathering import queries as gathered
from pressroom.clips.gathering.importing import TakenOverError
from pressroom.clips.gathering.models import ClipSource
from pressroom.clips.gathering.opml import OPMLError
from pressroom.clips.gathering.polling import ReadingError
from pressroom.clips.gathering.rules import ImportInto, SourceState
from pressroom.clips.gathering.sameness import as_called
from pressroom.clips.gathering.sources import SourceError, SourceExistsError, SourceStaleError
from pressroom.clips.gathering.trying import Tried
from pressroom.clips.outlets.names import Called
from pressroom.clips.source_forms import OPMLForm, SourceForm, filled, texts
from pressroom.clips.triage import queries as triage
from pressroom.kit import clock, limits, web
from pressroom.kit.db import db, reading
from pressroom.kit.limits import LimitError
from pressroom.kit.settings import setting

bp = Blueprint("clips_sources", __name__, url_prefix="/desk/clips/sources")
accounts.protect(bp, Permission.IMPORT)

_ID = "<int(max=2147483647):source_id>"
LARGEST_LIST = 2_000_000  # bytes of OPML
PROBLEMS_SHOWN = 200


@bp.get("")
def index() -> str:
    """All sources, by folder, with how they stand."""
    every = source_queries.every()
    brought = source_queries.brought()
    now = clock.now()
    kept = triage.by_source(now - triage.LATELY)
    return render_template("clips/desk/sources.html", sources=every, brought=brought, kept=kept, now=now)


@bp.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Try an address, see what it has, and add it."""
    form = SourceForm(into=ImportInto.TRIAGE.value)
    if request.method != "POST":
        return render_template("clips/desk/source_new.html", form=form, tried=None)
    if not form.validate():
        return web.refused("clips/desk/source_new.html", form=form, tried=None)
    if request.form.get("do") != "anyway" and form.tried.data != form.address.data:
        return _tried(form)
    try:
        source = sources.add(**form.fields(), by=accounts.current_user(), now=clock.now())
    except SourceError as error:
        return _not_added(form, error)
    db.session.commit()
    jobs.wake()
    flash(f"“{source.name}” is a source now, and is read at once.")
    return web.see_other("clips_sources.edit", source_id=source.id)


def _tried(form: SourceForm) -> Response:
    """What the address has, above the form, which is filled with what the feed says of itself."""
    try:
        _count()
        tried = trying.ask(form.address.data)
    except LimitError as limit:
        return _waits(limit, form, "clips/desk/source_new.html", tried=None)
    except ReadingError as error:
        form.address.errors = [str(error)]
        return web.refused("clips/desk/source_new.html", form=form, tried=None, may_add=True)
    with reading():
        known = _known(tried)
        form.address.data = form.tried.data = tried.address
        form.address.raw_data = form.tried.raw_data = None
        form.name.data = form.name.data or tried.about.title
        same = source_queries.by_address(tried.address)
        return make_response(
            render_template("clips/desk/source_new.html", form=form, tried=tried, known=known, same=same)
        )


def _known(tried: Tried) -> set[int]:
    """The numbers of the entries that the archive has."""
    told = [item for item in tried.items if item.found]
    stories = as_called((item.found for item in told if item.found), Called())
    marks = {story.fingerprint: item.line for item, story in zip(told, stories, strict=True)}
    return {marks[mark] for mark in bulk.known(marks)}


def _count() -> None:
    """Count, and let go of the database: a site may take ten seconds.

    Raises:
        LimitError: this person had many read.
    """
    person = str(accounts.current_user().id)
    with reading():
        limits.hit(setting("fetch_limit"), "fetch", person)
    db.session.rollback()


def _waits(limit: LimitError, form: SourceForm, template: str, **context: object) -> Response:
    minutes = max(1, -(-limit.retry_after // 60))
    form.address.errors = [f"You had many addresses read. Wait {minutes} minutes."]
    answer = web.refused(template, form=form, **context)
    answer.status_code = 429
    answer.headers["Retry-After"] = str(limit.retry_after)
    return answer


def _not_added(form: SourceForm, error: SourceError) -> Response:
    form.address.errors = [str(error)]
    same = error.source_id if isinstance(error, SourceExistsError) else None
    db.session.rollback()
    known = source_queries.by_id(same) if same else None
    return web.refused("clips/desk/source_new.html", form=form, tried=None, same=known)


@bp.route(f"/{_ID}", methods=["GET", "POST"])
def edit(source_id: int) -> ResponseReturnValue:
    """A source: how it stands, what it brought, and its fields. Whoever saves second keeps what they typed."""
    source = _source(source_id)
    if request.method != "POST":
        return render_template("clips/desk/source.html", **_shown(source, filled(source)))
    form = SourceForm()
    if not form.validate():
        return web.refused("clips/desk/source.html", **_shown(source, form))
    fields = form.fields()
    fields["name"] = fields["name"] or source.name
    try:
        sources.edit(source, by=accounts.current_user(), now=clock.now(), opened=form.opened.data or "", **fields)
    except SourceStaleError:
        db.session.rollback()
        source = _source(source_id)
        form.opened.data, form.opened.raw_data = sources.standing(source), None
        return web.conflict("clips/desk/source.html", **_shown(source, form), saved=texts(source))
    except SourceError as error:
        db.session.rollback()
        form.address.errors = [str(error)]
        return web.refused("clips/desk/source.html", **_shown(_source(source_id), form))
    db.session.commit()
    flash("The source is saved.")
    return web.see_other("clips_sources.edit", source_id=source_id)


@bp.post(f"/{_ID}/read")
def read(source_id: int) -> ResponseReturnValue:
    """Read it now. A large batch is left to the worker."""
    source = _source(source_id)
    if source.state is not SourceState.ACTIVE:
        sources.resume(source, by=accounts.current_user(), now=clock.now())
        db.session.commit()
    try:
        _count()
    except LimitError as limit:
        flash(f"You had many addresses read. Wait {max(1, -(-limit.retry_after // 60))} minutes.", "error")
        return web.see_other("clips_sources.edit", source_id=source_id)
    sentence, is_read = _read_now(source_id)
    flash(sentence, "message" if is_read else "error")
    return web.see_other("clips_sources.edit", source_id=source_id)


def _read_now(source_id: int) -> tuple[str, bool]:
    token = polling.claim(source_id, now=clock.now())
    if token is None:
        db.session.rollback()
        _source(source_id).due_at = clock.now()
        db.session.commit()
        return "Its site is being asked, or was a moment ago. The worker reads it within a minute.", True
    db.session.commit()
    outcome = polling.poll(source_id, token)
    if not outcome.import_id:
        return outcome.sentence, outcome.is_read
    job = gathered.an_import(outcome.import_id)
    is_small = job is not None and job.rows_total <= running.SMALL
    db.session.rollback()
    if not is_small:
        jobs.wake()
        return f"{outcome.sentence} The worker takes them in.", True
    try:
        return f"{outcome.sentence} {polling.import_now(outcome)}", True
    except TakenOverError:
        return "The worker takes its entries in.", True


@bp.post(f"/{_ID}/pause")
def pause(source_id: int) -> ResponseReturnValue:
    """Read it no more for now."""
    sources.pause(_source(source_id), by=accounts.current_user(), now=clock.now())
    db.session.commit()
    flash("The source is paused.")
    return web.see_other("clips_sources.edit", source_id=source_id)


@bp.post(f"/{_ID}/resume")
def resume(source_id: int) -> ResponseReturnValue:
    """Read it again."""
    sources.resume(_source(source_id), by=accounts.current_user(), now=clock.now())
    db.session.commit()
    jobs.wake()
    flash("The source is read again, from now on.")
    return web.see_other("clips_sources.edit", source_id=source_id)


@bp.route(f"/{_ID}/remove", methods=["GET", "POST"])
def remove(source_id: int) -> ResponseReturnValue:
    """Forget it, after a question. What it brought stays."""
    source = _source(source_id)
    if request.method != "POST":
        return render_template("clips/desk/source_remove.html", source=source)
    name = source.name
    sources.remove(source, by=accounts.current_user(), now=clock.now())
    db.session.commit()
    flash(f"“{name}” is no source any more. What it brought stays.")
    return web.see_other("clips_sources.index")


@bp.get("/list.opml")
def export() -> Response:
    """The list of all sources, for a reader of feeds."""
    title = f"{setting('organisation_short_name')}: sources of clips"
    answer = make_response(opml.written(source_queries.every(), title=title, now=clock.now()))
    answer.headers["Content-Type"] = "text/x-opml; charset=utf-8"
    answer.headers["Content-Disposition"] = 'attachment; filename="sources.opml"'
    return answer


@bp.route("/import", methods=["GET", "POST"])
def import_list() -> ResponseReturnValue:
    """Take a list of feeds in."""
    form = OPMLForm()
    if request.method != "POST":
        return render_template("clips/desk/sources_import.html", form=form, taken=None)
    if not form.validate():
        return web.refused("clips/desk/sources_import.html", form=form, taken=None)
    content = form.file.data.stream.read(LARGEST_LIST + 1)
    try:
        if len(content) > LARGEST_LIST:
            raise OPMLError(f"The file is larger than {LARGEST_LIST // 1_000_000} MB. That is no list of feeds.")
        taken = opml.take(content, by=accounts.current_user(), now=clock.now(), into=ImportInto(form.into.data))
    except OPMLError as error:
        form.file.errors = [str(error)]
        return web.refused("clips/desk/sources_import.html", form=form, taken=None)
    db.session.commit()
    jobs.wake()
    with reading():
        shown = taken.problems[:PROBLEMS_SHOWN]
        return make_response(
            render_template("clips/desk/sources_import.html", form=OPMLForm(formdata=None), taken=taken, shown=shown)
        )


def _source(source_id: int) -> ClipSource:
    return source_queries.by_id(source_id) or abort(404)


def _shown(source: ClipSource, form: SourceForm) -> dict[str, object]:
    return {
        "source": source,
        "form": form,
        "batches": source_queries.batches(source.id),
        "outlets": queries.outlet_names(),
        "now": clock.now(),
    }
