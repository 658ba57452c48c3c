"""``/desk/media/…``: the library, and files as staff see them, before and after they are public."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.datastructures import FileStorage

from pressroom import accounts, jobs
from pressroom.accounts import Permission
from pressroom.kit import clock, dates, lasting, text, web
from pressroom.kit.db import db, reading
from pressroom.kit.settings import setting
from pressroom.media import actions, intake, queries, rules, serving, usage
from pressroom.media.forms import AssetForm
from pressroom.media.models import Asset
from pressroom.media.rules import Filter, Kind, MediaError, NoRoomError, UsedError
from pressroom.media.serving import LARGEST_ID
from pressroom.media.usage import Use
from pressroom.publishing.cache import once_for_staff

bp = Blueprint("media_desk", __name__, url_prefix="/desk/media")
accounts.protect(bp)

ONE = f"/<int(max={LARGEST_ID}):asset_id>"
MOST_FILES = 50
LIBRARY, EDIT, DELETE = "media/desk/index.html", "media/desk/edit.html", "media/desk/delete.html"


@bp.get(f"{ONE}/<name>", defaults={"size": ""})
@bp.get(f"{ONE}/<size>/<name>")
def file(asset_id: int, size: str, name: str) -> Response:
    """A file for whoever is signed in; kept nowhere on the way."""
    asset = queries.by_id(asset_id) or abort(404)
    response = serving.answer(serving.stored(asset, size, name))
    response.cache_control.no_store = True
    return response


@bp.get("/")
@accounts.requires(Permission.WRITE)
def index() -> ResponseReturnValue:
    """All files, narrowed by words, kind, and what is to be done."""
    return render_template(LIBRARY, **_library())


def _library() -> dict[str, Any]:
    """What the list shows; what in the address means nothing is passed over."""
    words = text.clean(request.args.get("q", "")).strip()[:200]
    kind = Kind(request.args["kind"]) if request.args.get("kind") in set(Kind) else None
    narrowed = Filter(request.args["show"]) if request.args.get("show") in set(Filter) else Filter.ALL
    total, listed = _listed(words, kind, narrowed, web.page_number(request.args))
    return {"total": total, "listed": listed, "words": words, "refusals": ()}


@once_for_staff
def _listed(words: str, kind: Kind | None, narrowed: Filter, number: int) -> tuple[int, Markup]:
    """How many files there are of those asked for, and page *number* of them with the ways to narrow them."""

    def address(page: int = 1, kind: str | None = kind, narrowed: str = narrowed) -> str:
        show = narrowed if narrowed != Filter.ALL else None
        return url_for("media_desk.index", q=words or None, kind=kind, show=show, page=page if page > 1 else None)

    zone = setting("time_zone")
    today = clock.now().astimezone(ZoneInfo(zone)).date()
    lasting.until(dates.end(today, zone))
    page = queries.library(words, kind=kind, narrowed=narrowed, today=today, page=number)
    listed = web.part(
        "media/desk/_list.html",
        page=page,
        uses=usage.of(page.items) if page.items else {},
        words=words,
        kind=kind,
        narrowed=narrowed,
        counts=queries.counts(),
        address=address,
        waiting=queries.progress().waiting,
        rights=lambda asset: rules.rights_note(asset.rights_until, today),
    )
    return page.total, listed


@bp.post("/")
@accounts.requires(Permission.WRITE)
def upload() -> ResponseReturnValue:
    """Take files in, as many as were chosen; those that are not taken are named with the reason."""
    chosen = [sent for sent in request.files.getlist("files") if sent.filename][:MOST_FILES]
    assets, refusals, status = _taken(chosen)
    if assets:
        jobs.wake()
        flash(_said(assets))
    if refusals or not chosen:
        with reading():
            context = _library() | {"refusals": refusals or ["Choose one file or more."]}
            return make_response(render_template(LIBRARY, **context), status)
    if len(assets) == 1:
        return web.see_other("media_desk.edit", asset_id=assets[0].id)
    lacking = Filter.UNDESCRIBED.value if any(not asset.described for asset in assets) else None
    return web.see_other("media_desk.index", show=lacking)


def _taken(chosen: Sequence[FileStorage]) -> tuple[list[Asset], list[str], int]:
    """What was taken, file by file; sentences about the rest, and the status for these."""
    assets, refusals, status = [], [], 422
    for sent in chosen:
        name = sent.filename or ""
        try:
            with reading():  # no lock is held while a picture is written anew
                found = intake.examine(sent.stream)
            asset = actions.keep(found, by=accounts.current_user(), now=clock.now(), name=name)
        except MediaError as error:
            db.session.rollback()
            refusals.append(f"{text.excerpt(name, 12)}: {error}")
            status = 507 if isinstance(error, NoRoomError) else status
            continue
        db.session.commit()
        assets.append(asset)
        if found.removed:
            flash(f"Left out of {asset.name}: {', '.join(found.removed)}.")
    return assets, refusals, status


def _said(assets: Sequence[Asset]) -> str:
    lacking = sum(not asset.described for asset in assets)
    number = f"{len(assets)} files are" if len(assets) > 1 else "The file is"
    if not lacking:
        return f"{number} in the library."
    return (
        f"{number} in the library. Before a release can show {'it' if len(assets) == 1 else 'them'}, say what is seen."
    )


@bp.route(ONE, methods=["GET", "POST"])
@accounts.requires(Permission.WRITE)
def edit(asset_id: int) -> ResponseReturnValue:
    """What is said about a file, and where it is used. Whoever saves second keeps what they typed, and is told."""
    asset = _found(asset_id)
    form = AssetForm.of(asset)
    if request.method != "POST":
        return render_template(EDIT, **_context(asset, form))
    if not _may_change(_uses(asset)):
        return _again(asset_id, form, 403, "This file goes with what is public or waits for its time: ask an editor.")
    if request.form.get("version", "") != str(asset.version):
        return _stale(asset_id, form)
    if not form.validate():
        return _again(asset_id, form, 422)
    try:
        actions.describe(asset, by=accounts.current_user(), now=clock.now(), **form.fields())
        db.session.commit()
    except MediaError as error:
        form.alt.errors = [str(error)]
        return _again(asset_id, form, 422)
    except StaleDataError:
        return _stale(asset_id, form)
    jobs.wake()
    flash("Saved.")
    return web.see_other("media_desk.edit", asset_id=asset_id)


@bp.route(f"{ONE}/delete", methods=["GET", "POST"])
@accounts.requires(Permission.WRITE)
def delete(asset_id: int) -> ResponseReturnValue:
    """Asks first; what is used is not deleted, and the page says where."""
    asset = _found(asset_id)
    if request.method != "POST":
        return render_template(DELETE, asset=asset, uses=_uses(asset))
    try:
        actions.delete(asset, by=accounts.current_user(), now=clock.now())
        db.session.commit()
    except (UsedError, IntegrityError):
        with reading():
            found = _found(asset_id)
            return make_response(render_template(DELETE, asset=found, uses=_uses(found)), 409)
    flash("Deleted.")
    return web.see_other("media_desk.index")


@bp.get("/progress")
@accounts.requires(Permission.WRITE)
def progress() -> ResponseReturnValue:
    """How far the sizes of pictures are; the page looks again by itself while the worker is at it."""
    found = queries.progress()
    pictures = queries.counts()[Kind.PICTURE]
    response = make_response(render_template("media/desk/progress.html", progress=found, pictures=pictures))
    if found.waiting:
        response.headers["Refresh"] = "3"
    return response


@bp.post("/progress")
@accounts.requires(Permission.WRITE)
def again() -> ResponseReturnValue:
    """Try once more what could not be made."""
    actions.renew(queries.progress().failed, now=clock.now())
    db.session.commit()
    jobs.wake()
    return web.see_other("media_desk.progress")


def _found(asset_id: int) -> Asset:
    return queries.by_id(asset_id) or abort(404)


def _uses(asset: Asset) -> Sequence[Use]:
    return usage.of([asset]).get(asset.id, ())


def _may_change(uses: Sequence[Use]) -> bool:
    """What is public, or will be by itself, is an editor's."""
    return accounts.may(Permission.PUBLISH) or not any(use.public_from for use in uses)


def _context(asset: Asset, form: AssetForm) -> dict[str, Any]:
    uses, now = _uses(asset), clock.now()
    today = now.astimezone(ZoneInfo(setting("time_zone"))).date()
    return {
        "asset": asset,
        "form": form,
        "uses": uses,
        "may_save": _may_change(uses),
        "now": now,
        "rights": rules.rights_note(asset.rights_until, today),
    }


def _again(asset_id: int, form: AssetForm, status: int, sentence: str = "") -> Response:
    if sentence:
        form.form_errors.append(sentence)
    with reading():
        return make_response(render_template(EDIT, **_context(_found(asset_id), form)), status)


def _stale(asset_id: int, form: AssetForm) -> Response:
    """409 with what was typed; saving it again replaces what somebody else saved."""
    with reading():
        asset = _found(asset_id)
        form.version.data = str(asset.version)
        said = (
            "Somebody else changed this after you opened it. Your text is below and is not saved; compare, then save."
        )
        form.form_errors.append(said)
        return make_response(render_template(EDIT, **_context(asset, form), theirs=asset), 409)
