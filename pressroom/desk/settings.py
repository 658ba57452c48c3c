"""``/desk/settings``: the organisation's name, contact, colours, logo and zone."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson
from flask import Blueprint, Response, flash, render_template
from flask.typing import ResponseReturnValue

from pressroom import accounts
from pressroom.accounts import Permission
from pressroom.desk import actions, forms
from pressroom.kit import clock, dates, web
from pressroom.kit.db import db
from pressroom.kit.settings import setting
from pressroom.media.rules import MediaError, NoRoomError

bp = Blueprint("settings_desk", __name__, url_prefix="/desk/settings")
accounts.protect(bp, Permission.MANAGE_SETTINGS)


@bp.get("", strict_slashes=False)
def edit() -> str:
    """The form."""
    form = forms.form_class()(data={**_values(), "seen": _fingerprint()})
    return render_template("desk/settings.html", **_context(form))


@bp.post("", strict_slashes=False)
def save() -> ResponseReturnValue:
    """Keep what was changed."""
    form = forms.form_class()()
    if not form.validate():
        return web.refused("desk/settings.html", **_context(form))
    if form.seen.data != _fingerprint():
        return _overtaken(form)
    values = {row.name: form[row.name].data for row in forms.editable()}
    try:
        values |= _logo(form)
    except MediaError as error:
        form.logo.errors = [str(error)]
        status = 507 if isinstance(error, NoRoomError) else 422
        return web.shown_again("desk/settings.html", status, **_context(form))
    changed = actions.save_settings(values, by=accounts.current_user(), now=clock.now())
    db.session.commit()
    flash("Saved. Every page shows it now." if changed else "Nothing was changed.")
    return web.see_other("settings_desk.edit")


def _overtaken(form: forms.SettingsForm) -> Response:
    """Somebody else saved first: what was typed stays, beside what is kept now."""
    kept = {row.label: _values()[row.name] for row in forms.editable() if form[row.name].data != _values()[row.name]}
    form.seen.data = form.seen.raw_data = _fingerprint()
    return web.conflict("desk/settings.html", kept=kept, **_context(form))


def _logo(form: forms.SettingsForm) -> dict[str, str]:
    """The setting of the logo, if it changes."""
    if form.logo.data:
        file = form.logo.data
        by, now = accounts.current_user(), clock.now()
        return {forms.LOGO: actions.store_logo(file.stream, file.filename or "logo", by=by, now=now)}
    return actions.without_logo() if form.remove_logo.data else {}


def _context(form: forms.SettingsForm) -> dict[str, Any]:
    return {
        "form": form,
        "sections": forms.sections(form),
        "zones": dates.places(),
        "colours": forms.COLOURS,
    }


def _values() -> dict[str, Any]:
    return {row.name: setting(row.name) for row in forms.editable()}


def _fingerprint() -> str:
    """What the settings are now, in a word: a form that was made of others must not overwrite them."""
    return hashlib.sha256(orjson.dumps(_values(), option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
