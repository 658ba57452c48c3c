"""``/desk/clips/outlets``: the list, one to edit, its icon, and what turned out to be one."""

from __future__ import annotations

import base64
from datetime import datetime

from flask import Blueprint, Response, abort, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pressroom import accounts, jobs
from pressroom.accounts import Permission
from pressroom.clips import rights
from pressroom.clips.models import Outlet
from pressroom.clips.outlets import actions, queries, rules, working
from pressroom.clips.outlets.forms import IconForm, OutletForm, filled
from pressroom.clips.outlets.icons import MOST_BYTES, Icon, of_page, small
from pressroom.clips.outlets.models import OutletWork
from pressroom.clips.outlets.rules import NameTakenError, OutletError, StaleError
from pressroom.kit import clock, limits, text, web
from pressroom.kit.db import db, reading
from pressroom.kit.limits import LimitError
from pressroom.kit.settings import setting

bp = Blueprint("clips_outlets", __name__, url_prefix="/desk/clips/outlets")
accounts.protect(bp, Permission.IMPORT)

EDITOR = "clips/desk/outlet.html"
ONE = "/<int(max=2147483647):outlet_id>"
AT_ONCE = 2  # portions of clips that are done while a person waits
MOST_ALIKE = 100


@bp.get("")
def index() -> str:
    """All outlets with how many clips each brought."""
    words = _words()
    sort = request.args.get("sort", "name") if request.args.get("sort") in queries.SORTS else "name"

    def address(number: int, by: str = sort) -> str:
        return url_for("clips_outlets.index", q=words or None, sort=by if by != "name" else None, page=number)

    page = queries.page(words=words, sort=sort, page=web.page_number(request.args))
    tabs = [{"label": label, "href": address(1, by), "current": by == sort} for by, label in queries.SORTS.items()]
    return render_template(
        "clips/desk/outlets.html", page=page, words=words, tabs=tabs, address=address, said=_said, now=clock.now()
    )


@bp.get("/alike")
def alike() -> str:
    """Outlets that may be one: the same name in another spelling, or the same home page."""
    found = rules.alike(queries.known())
    return render_template("clips/desk/outlets_alike.html", pairs=found[:MOST_ALIKE], total=len(found))


@bp.get(ONE)
def edit(outlet_id: int) -> ResponseReturnValue:
    """One outlet; one that was merged leads to what it is now."""
    outlet = _outlet(outlet_id)
    if outlet.merged_into_id is not None:
        return web.see_other("clips_outlets.edit", outlet_id=outlet.merged_into_id)
    form = filled(outlet, [alias.text for alias in actions.other_names(outlet)])
    response = make_response(render_template(EDITOR, **_shown(outlet, form)))
    if any(work.finished_at is None for work in queries.works(outlet.id, 5)):
        response.headers["Refresh"] = "5"
    return response


@bp.post(ONE)
def save(outlet_id: int) -> ResponseReturnValue:
    """Save an outlet. Whoever saves second keeps what they typed, and is told."""
    outlet, form = _outlet(outlet_id), OutletForm()
    if not form.validate():
        return web.refused(EDITOR, **_shown(outlet, form))
    version = form.version.data or ""
    try:
        work = actions.edit(
            outlet,
            by=accounts.current_user(),
            now=clock.now(),
            version=int(version[:9]) if version.isascii() and version.isdigit() else 0,
            **form.fields(),
        )
    except OutletError as error:
        return _refused(outlet_id, form, error)
    db.session.commit()
    flash("The outlet is saved.")
    _begin(work)
    return web.see_other("clips_outlets.edit", outlet_id=outlet_id)


def _refused(outlet_id: int, form: OutletForm, error: OutletError) -> Response:
    db.session.rollback()
    outlet = _outlet(outlet_id)
    if isinstance(error, StaleError):
        form.version.raw_data, form.version.data = None, str(outlet.version)
        form.form_errors.append(str(error))
        return web.conflict(EDITOR, **_shown(outlet, form))
    other = error.outlet_id if isinstance(error, NameTakenError) else None
    taken = isinstance(error, NameTakenError) and rules.key(error.written) == rules.key(form.name.data or "")
    (form.name if taken or other is None else form.aliases).errors = [str(error)]
    return web.refused(EDITOR, **_shown(outlet, form, other=other))


@bp.get(f"{ONE}/merge/<int(max=2147483647):into_id>")
def ask_merge(outlet_id: int, into_id: int) -> str:
    """What it means to merge the two."""
    one, into = _outlet(outlet_id), _outlet(into_id)
    return _merge_page(one, into)


@bp.post(f"{ONE}/merge/<int(max=2147483647):into_id>")
def merge(outlet_id: int, into_id: int) -> ResponseReturnValue:
    """Merge one outlet into another."""
    one, into = _outlet(outlet_id), _outlet(into_id)
    try:
        work = actions.merge(one, into, by=accounts.current_user(), now=clock.now())
    except OutletError as error:
        db.session.rollback()
        page = _merge_page(_outlet(outlet_id), _outlet(into_id), str(error))
        return make_response(page, 422)
    db.session.commit()
    flash(f"{one.name} is a name of {into.name} from now on.")
    _begin(work)
    return web.see_other("clips_outlets.edit", outlet_id=into_id)


def _merge_page(one: Outlet, into: Outlet, problem: str = "") -> str:
    counts = [queries.count_clips(outlet.id) for outlet in (one, into)]
    page: str = render_template(
        "clips/desk/outlet_merge.html", one=one, into=into, counts=counts, said=_said, now=clock.now(), problem=problem
    )
    return page


@bp.get("/work/<int(max=2147483647):work_id>")
def work(work_id: int) -> str:
    """What was done with all clips of an outlet, and which are the same now."""
    found = _work(work_id)
    return render_template("clips/desk/outlet_work.html", work=found, twice=queries.duplicates(work_id))


@bp.post("/work/<int(max=2147483647):work_id>/undo")
def undo(work_id: int) -> ResponseReturnValue:
    """Take a merge apart."""
    found = _work(work_id)
    try:
        back = actions.undo(found, by=accounts.current_user(), now=clock.now())
    except OutletError as error:
        db.session.rollback()
        flash(str(error), "error")
        return web.see_other("clips_outlets.work", work_id=work_id)
    name, outlet_id = found.outlet.name, found.outlet_id
    db.session.commit()
    flash(f"{name} is an outlet of its own again.")
    _begin(back)
    return web.see_other("clips_outlets.edit", outlet_id=outlet_id)


@bp.post(f"{ONE}/icon")
def icon(outlet_id: int) -> ResponseReturnValue:
    """Take an icon that is sent, or the one of the home page; or take it away."""
    outlet, form = _outlet(outlet_id), IconForm()
    if not form.validate():
        return _icon_refused(outlet_id, form, "Try again.")
    wanted = request.form.get("do", "")
    try:
        found = Icon("", "") if wanted == "remove" else _fetched(outlet) if wanted == "fetch" else _sent(form)
    except LimitError as limit:
        minutes = max(1, -(-limit.retry_after // 60))
        refused = _icon_refused(outlet_id, form, f"You had many pages fetched. Wait {minutes} minutes, or send a file.")
        refused.status_code, refused.headers["Retry-After"] = 429, str(limit.retry_after)
        return refused
    except OutletError as error:
        return _icon_refused(outlet_id, form, str(error))
    outlet = _outlet(outlet_id)
    actions.set_icon(outlet, found.png, found.sha256, by=accounts.current_user(), now=clock.now())
    db.session.commit()
    flash("The icon is kept." if found.png else "The icon is taken away.")
    return web.see_other("clips_outlets.edit", outlet_id=outlet_id)


def _sent(form: IconForm) -> Icon:
    if not form.file.data:
        raise OutletError("Choose the file with the picture.")
    return small(form.file.data.stream.read(MOST_BYTES + 1))


def _fetched(outlet: Outlet) -> Icon:
    home, person = outlet.home, str(accounts.current_user().id)
    if not home:
        raise OutletError("Write the address of the home page and save it, then fetch.")
    if not setting("fetching"):
        raise OutletError("Pages of others are not read here (the setting fetching). Send a file.")
    with reading():
        limits.hit(setting("fetch_limit"), "fetch", person)
    db.session.rollback()  # it may take seconds, and nobody else waits for it meanwhile
    return of_page(home)


def _icon_refused(outlet_id: int, form: IconForm, sentence: str) -> Response:
    with reading():
        outlet = _outlet(outlet_id)
        form.file.errors = [sentence]
        kept = filled(outlet, [alias.text for alias in actions.other_names(outlet)])
        return make_response(render_template(EDITOR, **_shown(outlet, kept, icon_form=form)), 422)


@bp.get(f"{ONE}/icon.png")
def picture(outlet_id: int) -> Response:
    """Its icon, for the desk: the public one is there only when a clip shows it."""
    outlet = _outlet(outlet_id)
    png = queries.icon(outlet.icon) if outlet.icon else ""
    if not png:
        abort(404)
    return Response(base64.b64decode(png), content_type="image/png")


def _begin(work: OutletWork | None) -> None:
    """Do the first clips while the person waits, and leave the rest to the worker."""
    if work is not None and not working.run(work.id, portions=AT_ONCE):
        jobs.wake()


def _words() -> str:
    return text.clean(request.args.get("q", "")).strip()[:200]


def _outlet(outlet_id: int) -> Outlet:
    outlet = queries.by_id(outlet_id)
    if outlet is None:
        abort(404)
    return outlet


def _work(work_id: int) -> OutletWork:
    found = queries.work(work_id)
    if found is None:
        abort(404)
    return found


def _said(outlet: Outlet, now: datetime) -> str:
    """What may be shown of its excerpts, in a few words."""
    words = rights.most(outlet.words)
    usual = "Headline only" if not words else f"{words} words"
    if outlet.licensed_until is not None and now < outlet.licensed_until:
        return "Licensed: the whole excerpt"
    return usual if outlet.words is not None else f"{usual} (as usual)"


def _shown(outlet: Outlet, form: OutletForm, **more: object) -> dict[str, object]:
    words = _words()
    return {
        "outlet": outlet,
        "form": form,
        "icon_form": IconForm(),
        "clips": queries.count_clips(outlet.id),
        "former": queries.former(outlet.id),
        "works": queries.works(outlet.id),
        "words": words,
        "found": queries.found(words, but=outlet.id),
        "said": _said(outlet, clock.now()),
        **more,
    }
