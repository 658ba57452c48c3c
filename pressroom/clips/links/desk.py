"""``/desk/clips/links``: how the links of clips stand, what was found over time, and what people say of it."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, abort, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pressroom import accounts, jobs
from pressroom.accounts import Permission
from pressroom.clips import queries as clips
from pressroom.clips.links import actions, queries
from pressroom.clips.links.forms import CopyForm
from pressroom.clips.links.jobs import is_on
from pressroom.clips.links.models import ClipLink
from pressroom.clips.links.rules import LinkError, LinkState
from pressroom.clips.models import Clip
from pressroom.clips.snapshots import queries as snapshots
from pressroom.kit import clock, web
from pressroom.kit.db import db, reading
from pressroom.kit.settings import setting
from pressroom.kit.spreadsheets import BOM, harmless, record

bp = Blueprint("clips_links", __name__, url_prefix="/desk/clips/links")
accounts.protect(bp, Permission.IMPORT)

_ONE = "/<int(max=2147483647):clip_id>"
INDEX, SHOW = "clips/desk/links.html", "clips/desk/link.html"


@bp.get("/")
def index() -> str:
    """Links that fail, or those of one state; the last looked at first."""
    show = _show()

    def address(page: int = 1, show: str = show) -> str:
        return url_for("clips_links.index", show=show or None, page=page if page > 1 else None)

    counts = queries.counts(clock.now())
    tabs = [("", "All that fail", counts.failing), ("bare", queries.SHOWN["bare"], counts.bare)]
    tabs += [("copy", queries.SHOWN["copy"], counts.copies)]
    tabs += [(state.value, state.label, number) for state, number in counts.states.items() if number]
    total = next((number for name, _, number in tabs if name == show), 0)
    return render_template(
        INDEX,
        page=queries.report(show, web.page_number(request.args), total),
        counts=counts,
        show=show,
        views=[
            {"label": f"{label} ({number:,})", "href": address(show=name), "current": name == show}
            for name, label, number in tabs
        ],
        address=address,
        on=is_on(),
        memento=setting("memento"),
    )


@bp.get("/export.csv")
def table() -> Response:
    """The same as a table."""
    show = _show()
    lines = list(queries.lines(show))  # while the reader's session is open

    def written() -> Iterator[str]:
        yield BOM
        yield from (record([harmless(value) for value in line]) for line in lines)

    response = Response(written(), content_type="text/csv; charset=utf-8; header=present")
    response.headers["Content-Disposition"] = f'attachment; filename="links-{clock.now():%Y-%m-%d}.csv"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.get(_ONE)
def show(clip_id: int) -> Response:
    """One link: what was found over time, and the copy."""
    return _page(_clip(clip_id), CopyForm())


@bp.post(_ONE)
def change(clip_id: int) -> ResponseReturnValue:
    """``do`` is check, clear, unclear, copy or forget."""
    clip = _clip(clip_id)
    link = queries.held(clip_id)
    verb = request.form.get("do", "")
    if link is None or verb not in {"check", "clear", "unclear", "copy", "forget"}:
        abort(404 if link is None else 400)
    form = CopyForm()
    if verb == "copy" and not form.validate():
        return _again(clip_id, form)
    try:
        said = _done(link, verb, form)
    except LinkError as error:
        form.url.errors = [str(error)]
        return _again(clip_id, form)
    db.session.commit()
    if verb == "check":
        jobs.wake()
    flash(said)
    if request.form.get("back") == "list":
        return web.see_other("clips_links.index", show=_show() or None)
    return web.see_other("clips_links.show", clip_id=clip.id)


def _done(link: ClipLink, verb: str, form: CopyForm) -> str:
    by, now = accounts.current_user(), clock.now()
    if verb == "check":
        actions.look_now(link, now=now)
        return "It is looked at as soon as its host may be asked, usually within a minute or two."
    if verb == "clear":
        actions.clear(link, by=by, now=now)
        return "The story counts as there, and the public is led to it. What else is found later counts again."
    if verb == "unclear":
        actions.unclear(link, by=by, now=now)
        return "Taken back. What is found next counts."
    if verb == "forget":
        actions.forget_copy(link, by=by, now=now)
        return "The copy is shown no more."
    actions.choose_copy(link, form.url.data, form.made_at(), by=by, now=now)
    return "The copy is kept. The public is led to it while the story is gone."


def _show() -> str:
    """Which list is wanted; what means nothing is passed over."""
    wanted = request.values.get("show", "")
    return wanted if wanted in {*LinkState, *queries.SHOWN} else ""


def _clip(clip_id: int) -> Clip:
    return clips.by_id(clip_id) or abort(404)


def _again(clip_id: int, form: CopyForm) -> Response:
    with reading():
        return _page(_clip(clip_id), form, 422)


def _page(clip: Clip, form: CopyForm, status: int = 200) -> Response:
    html = render_template(
        SHOW,
        clip=clip,
        link=queries.of_clip(clip.id),
        history=queries.history(clip.id),
        snapshots=snapshots.of_clip(clip.id),
        form=form,
        on=is_on(),
        now=clock.now(),
    )
    return make_response(html, status)
