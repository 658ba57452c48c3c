"""``/desk/account``: one's own password, and where one is signed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from flask import Blueprint, Response, abort, flash, make_response, render_template, request

from pressroom.accounts import actions, entry, failures, freshness, login, passkey_entry, passkeys, passwords, queries
from pressroom.accounts.forms import ButtonForm, PasswordForm, asks_for_recovery
from pressroom.accounts.models import DeviceSession, User
from pressroom.accounts.protection import open_without_second_factor, protect
from pressroom.accounts.rules import wait
from pressroom.kit import clock, web
from pressroom.kit.db import db, reading
from pressroom.kit.limits import LimitError

PAGE = "accounts/desk/account.html"

bp = Blueprint("accounts_desk", __name__, url_prefix="/desk/account")
protect(bp)


@bp.get("")
@open_without_second_factor
def account() -> Response:
    """Who I am here, my password, and my devices."""
    return make_response(render_template(PAGE, **_shown(_password_form())))


@bp.post("/password")
@open_without_second_factor
def change_password() -> Response:
    """Another password; the other devices are signed out. It asks for both proofs, however recent the last are."""
    form, now, address = _password_form(), clock.now(), request.remote_addr or ""
    if not form.validate():
        return _refused(form)
    with reading():  # hashing holds no transaction
        after = passwords.hashed(form.new.data)
    code = form.code.data if "code" in form else ""
    try:
        proof = entry.prove(
            login.current_user(),
            form.current.data,
            code,
            now=now,
            address=address,
            passkey=_passkey(form, now, address),
        )
    except LimitError as limit:
        form.form_errors = [wait(limit.retry_after)]
        refused = _refused(form, 429)
        refused.headers["Retry-After"] = str(limit.retry_after)
        return refused
    for name, sentence in proof.wrong.items():
        form["current" if name == "password" else name].errors = [sentence]
    if proof.wrong:
        return _refused(form)
    user, device = login.current_user(), login.current_device()
    actions.set_password(user, after, by=user, now=now, keep=device)
    if device is not None:
        actions.note_proof(device, now=now)
    db.session.commit()
    if user.has_second_factor and not form.passkey.data:
        entry.right_code(user, address)
    flash("Your password is changed. Your other devices are signed out.")
    return web.see_other("accounts_desk.account")


@bp.get("/confirm")
def ask_confirm() -> Response:
    """Show again that it is I, before something dangerous asks for it."""
    return freshness.page(freshness.form_for(_here()), 200)


@bp.post("/confirm")
def confirm() -> Response:
    """The proof, on this device."""
    form = freshness.form_for(_here())
    if (refusal := freshness.check(_here(), form)) is not None:
        return refusal
    flash("Confirmed. You can go on where you were asked.")
    return web.see_other("accounts_desk.account")


@bp.post("/devices/end-others")
def end_other_devices() -> Response:
    """Sign me out everywhere but here."""
    actions.end_devices(login.current_user(), now=clock.now(), keep=_here())
    db.session.commit()
    flash("All your other devices are signed out.")
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


def _here() -> DeviceSession:
    device = login.current_device()
    assert device is not None, "the blueprint is protected"
    return device


def _password_form() -> PasswordForm:
    form, user = PasswordForm(), login.current_user()
    if not user.has_second_factor:
        del form.code
        return form
    if not user.has_app:
        asks_for_recovery(form.code)
    if form.passkey.data:
        form.code.validators = []  # the passkey takes its place
    return form


def _passkey(form: PasswordForm, now: datetime, address: str) -> Callable[[User], None] | None:
    """What checks the passkey that came with *form*, if one did."""
    answer = form.passkey.data
    return partial(passkey_entry.prove, text=answer, now=now, address=address) if answer else None


def _refused(form: PasswordForm, status: int = 422) -> Response:
    with reading():
        return make_response(render_template(PAGE, **_shown(form)), status)


def _shown(form: PasswordForm) -> dict[str, object]:
    user = login.current_user()
    return {
        "form": form,
        "button": ButtonForm(),
        "person": user,
        "left": queries.recovery_codes_left(user) if user.has_second_factor else 0,
        "obstacle": passkeys.obstacle(),
        "failed": failures.of(user),
        "options": freshness.options(),
        "site": passkeys.site(),
        "here": login.current_device(),
        "devices": queries.devices_of(user, now=clock.now()),
    }
