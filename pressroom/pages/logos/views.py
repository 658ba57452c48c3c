"""``/logos/…``: previews, and downloads for whoever accepted the terms. Nothing here is kept for everybody."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pressroom.kit import clock, text, web
from pressroom.kit.db import db
from pressroom.kit.settings import setting
from pressroom.media import serving
from pressroom.media.models import Asset
from pressroom.media.serving import LARGEST_ID
from pressroom.pages.logos import accepting, actions, queries
from pressroom.pages.logos.forms import AcceptForm
from pressroom.pages.logos.models import LogoFile
from pressroom.releases import presskit
from pressroom.releases.presskit import Entry, Kit

bp = Blueprint("logos", __name__, url_prefix="/logos")

NUMBER = f"<int(max={LARGEST_ID}):number>"
SMALL = ("large", "web", "medium", "small", "thumbnail")


@bp.get(f"/preview/{NUMBER}")
def preview(number: int) -> Response:
    """How a file looks: a small picture of it, or the drawing itself."""
    asset = _file(number).asset
    sizes = sorted((row for row in asset.renditions if row["name"] != "original"), key=lambda row: row["width"])
    if not sizes and not asset.inline:
        abort(404)
    wide = next((row for row in sizes if row["width"] >= 640), sizes[-1] if sizes else None)
    response = serving.answer(_there(_stored(asset, str(wide["name"]) if wide else "")))
    response.cache_control.public = True
    response.cache_control.max_age = 0
    response.cache_control.must_revalidate = True
    return response


@bp.get(f"/{NUMBER}/<name>")
def file(number: int, name: str) -> ResponseReturnValue:
    """A file as it was sent, as a download; who has not accepted the terms is asked first."""
    found = _file(number)
    if found.asset.name != name:
        abort(404)
    if not accepting.has_accepted(queries.terms()):
        return _ask_first()
    response = serving.answer(_there(_stored(found.asset, "")))
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return _private(response)


@bp.get("/all.zip")
def everything() -> ResponseReturnValue:
    """All files of all logos, with the terms, in one ZIP."""
    logos, terms = queries.logos(), queries.terms()
    if not logos:
        abort(404)
    if not accepting.has_accepted(terms):
        return _ask_first()
    entries = [entry for logo in logos for each in logo.files if (entry := _entry(logo.title, each))]
    if terms is not None:
        entries.insert(0, presskit.text_entry("terms.txt", text.plain(terms.body_html) + "\n"))
    changed = max([logo.updated_at for logo in logos] + ([terms.made_at] if terms else []))
    folder = f"{text.slugify(setting('organisation_short_name'))}-logos"
    return _private(presskit.answer(Kit(folder, changed, entries)))


@bp.get("/terms")
def terms() -> ResponseReturnValue:
    """The terms, and the question."""
    found = queries.terms() or abort(404)
    going = accepting.onward(request.args.get("next", ""))
    form = AcceptForm(data={"next": going, "terms": str(found.id)})
    return render_template("pages/logo_terms.html", terms=found, form=form, going=going)


@bp.post("/terms")
def accept() -> ResponseReturnValue:
    """Note it, have the browser remember it, and go on to the file."""
    found, form = queries.terms() or abort(404), AcceptForm()
    going = accepting.onward(form.next.data or "")
    if not form.validate_on_submit() or form.terms.data != str(found.id):
        form.terms.data = form.terms.raw_data = str(found.id)
        form.form_errors.append("The terms were changed just now. Read them again.")
        return web.refused("pages/logo_terms.html", terms=found, form=form, going=going)
    accepted = actions.accept(found, now=clock.now())
    db.session.commit()
    response = Response(status=303, headers={"Location": going})
    accepting.remember(response, accepted)
    return response


def _ask_first() -> Response:
    response = redirect(url_for("logos.terms", next=request.path), 303, Response)
    assert isinstance(response, Response)
    return _private(response)


def _private(response: Response) -> Response:
    """What one reader gets because they accepted is kept on no way for another."""
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _file(number: int) -> LogoFile:
    found = queries.file(number) or abort(404)
    if serving.rights_over(found.asset, clock.now()):
        abort(410, "The right to show this file has ended. Ask the press office for another one.")
    return found


def _stored(asset: Asset, size: str) -> serving.Stored:
    """The bytes of *asset* itself, or of one of its sizes."""
    row = asset.rendition(size) if size else None
    if row is None:
        return serving.Stored(asset.sha256, asset.media_type, asset.name, asset.created_at)
    return serving.Stored(row["sha256"], row["media_type"], asset.name, None)


def _there(stored: serving.Stored) -> serving.Stored:
    """*stored*; 404 where its bytes are not, as in a copy of the rows."""
    return stored if stored.path.is_file() else abort(404)


def _entry(title: str, found: LogoFile) -> Entry | None:
    """A file in its folder of the ZIP; None while its bytes are not there, or may no longer be given away."""
    path: Path = _stored(found.asset, "").path
    if not path.is_file() or serving.rights_over(found.asset, clock.now()):
        return None
    name = f"{text.slugify(title)}/{found.role.value}/{found.id}-{found.asset.name}"
    return Entry(name, found.asset.sha256, path)
