"""``/desk/account/passkeys``: one's own, by name; making one, and taking one away."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, make_response, render_template, request

from pressroom.accounts import actions, challenges, login, passkeys
from pressroom.accounts.forms import NewPasskeyForm
from pressroom.accounts.passkeys import PasskeyError
from pressroom.accounts.protection import needs_second_factor, open_without_second_factor, protect
from pressroom.accounts.rules import AccountError, browser_name
from pressroom.kit import clock, web
from pressroom.kit.db import db, reading

bp = Blueprint("passkeys_desk", __name__, url_prefix="/desk/account/passkeys")
protect(bp)

PAGE, NEW = "accounts/desk/passkeys.html", "accounts/desk/passkey_new.html"
REFUSED = "The browser’s answer was not accepted. Press the button once more."


@bp.get("")
@open_without_second_factor
def show() -> str:
    """My passkeys."""
    user = login.current_user()
    shown = {"person": user, "obstacle": passkeys.obstacle(), "needed": needs_second_factor(user)}
    return render_template(PAGE, site=passkeys.site(), **shown)


@bp.post("/begin")
@open_without_second_factor
def begin() -> Response:
    """Go on to the page on which the browser is asked for one."""
    if obstacle := passkeys.obstacle():
        flash(obstacle, "error")
        return web.see_other("passkeys_desk.show")
    actions.passkey_handle(login.current_user())
    db.session.commit()
    return web.see_other("passkeys_desk.new")


@bp.get("/new")
@open_without_second_factor
def new() -> Response:
    """Ask the browser for one."""
    user = login.current_user()
    if passkeys.obstacle() or user.passkey_handle is None:
        return web.see_other("passkeys_desk.show")
    form = NewPasskeyForm(None, name=browser_name(request.user_agent.string))
    return make_response(render_template(NEW, **_shown(form)))


@bp.post("/new")
@open_without_second_factor
def add() -> Response:
    """Keep it. Whoever had no second factor gets recovery codes, kept nowhere: this POST is answered by their page."""
    form, user, now = NewPasskeyForm(), login.current_user(), clock.now()
    if passkeys.obstacle() or user.passkey_handle is None:
        return web.see_other("passkeys_desk.show")
    if not form.validate():
        return _refused(form)
    try:
        answer = passkeys.read(form.passkey.data)
        challenges.check(answer.challenge, _purpose(user.id), now=now)
        with reading():
            made = passkeys.check_made(answer)
        host = passkeys.site()
        assert host is not None, "there is no obstacle"
        user = login.current_user()
        codes = actions.add_passkey(user, made, answer.challenge, name=form.name.data, host=host.host, now=now)
    except PasskeyError:
        form.form_errors = [REFUSED]
        return _refused(form)
    except AccountError as error:
        form.form_errors = [str(error)]
        return _refused(form)
    db.session.commit()
    if codes:
        with reading():
            shown = {"codes": codes, "title": "Your passkey is set up", "person": login.current_user()}
            return make_response(render_template("accounts/desk/recovery_codes.html", **shown))
    flash("Your passkey is set up.")
    return web.see_other("passkeys_desk.show")


@bp.post("/<int(max=2147483647):passkey_id>/remove")
def remove(passkey_id: int) -> Response:
    """Take one of mine away; my other devices are signed out."""
    user, now = login.current_user(), clock.now()
    key = next((key for key in user.passkeys if key.id == passkey_id), None) or abort(404)
    name = key.name
    actions.remove_passkey(key, by=user, now=now)
    actions.end_devices(user, now=now, keep=login.current_device())
    db.session.commit()
    flash(f"The passkey “{name}” opens nothing any more. Your other devices are signed out. Delete it there as well.")
    return web.see_other("passkeys_desk.show")


def _purpose(user_id: int) -> str:
    return f"{challenges.MAKE} {user_id}"


def _refused(form: NewPasskeyForm) -> Response:
    with reading():
        return make_response(render_template(NEW, **_shown(form)), 422)


def _shown(form: NewPasskeyForm) -> dict[str, object]:
    user, site = login.current_user(), passkeys.site()
    assert site is not None, "there is no obstacle"
    challenge = challenges.new(_purpose(user.id), now=clock.now())
    options = passkeys.asked_to_make(user, user.passkey_handle or "", challenge)
    return {"person": user, "form": form, "options": options, "site": site}
