"""``/desk/account``: one's own password, and where one is signed in."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, make_response, render_template

from pressroom.accounts import actions, login, passwords, queries
from pressroom.accounts.forms import ButtonForm, PasswordForm
from pressroom.accounts.protection import open_with_one_time_password, protect
from pressroom.kit import clock, web
from pressroom.kit.db import db, reading

bp = Blueprint("accounts_desk", __name__, url_prefix="/desk/account")
protect(bp)


@bp.get("")
@open_with_one_time_password
def account() -> Response:
    """Who I am here, my password, and my devices."""
    return make_response(render_template("accounts/desk/account.html", **_shown(PasswordForm())))


@bp.post("/password")
@open_with_one_time_password
def change_password() -> Response:
    """Another password; the other devices are signed out."""
    form = PasswordForm()
    if not form.validate():
        return _refused(form)
    before = login.current_user().password_hash
    with reading():  # hashing holds no transaction
        right = passwords.is_right(form.current.data, before)
        after = passwords.hashed(form.new.data)
    user = login.current_user()
    if not right or user.password_hash != before:
        form.current.errors = ["That is not your current password. Write the one that you signed in with."]
        return _refused(form)
    actions.set_password(user, after, by=user, now=clock.now(), keep=login.current_device())
    db.session.commit()
    flash("Your password is changed. Your other devices are signed out.")
    return web.see_other("accounts_desk.account")


@bp.post("/devices/<int(max=2147483647):device_id>/end")
def end_device(device_id: int) -> Response:
    """Sign one of my devices out."""
    now = clock.now()
    device = next((row for row in queries.devices_of(login.current_user(), now=now) if row.id == device_id), None)
    if device is None:
        abort(404)
    actions.end_device(device, now=now)
    db.session.commit()
    flash("That device is signed out.")
    return web.see_other("accounts_desk.account")


def _refused(form: PasswordForm) -> Response:
    with reading():
        return make_response(render_template("accounts/desk/account.html", **_shown(form)), 422)


def _shown(form: PasswordForm) -> dict[str, object]:
    user = login.current_user()
    return {
        "form": form,
        "button": ButtonForm(),
        "person": user,
        "here": login.current_device(),
        "devices": queries.devices_of(user, now=clock.now()),
    }
