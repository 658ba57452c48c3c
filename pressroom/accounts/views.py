"""``/sign-in``, its second page, and ``/sign-out``."""

from __future__ import annotations

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request

from pressroom.accounts import actions, entry, login, queries
from pressroom.accounts.entry import Begun
from pressroom.accounts.forms import ButtonForm, CodeForm, SignInForm
from pressroom.accounts.rules import SignInError, StepOverError, local_path, wait
from pressroom.kit import clock, web
from pressroom.kit.db import db, reading
from pressroom.kit.limits import LimitError

DESK = "/desk/"
FEW_CODES = 3

bp = Blueprint("accounts", __name__)


@bp.after_request
def keep_private(response: Response) -> Response:
    """A page with a token, and what it answers, is kept nowhere."""
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.get("/sign-in")
def sign_in() -> Response:
    """The form; whoever is signed in already goes on."""
    back = local_path(request.args.get("next", ""))
    if login.signed_in():
        return _go(back or DESK)
    return make_response(render_template("accounts/sign_in.html", form=SignInForm(None, next=back)))


@bp.post("/sign-in")
def try_sign_in() -> Response:
    """Sign in on this device, and go to the desk, back to where somebody wanted to be, or to the code."""
    form = SignInForm()
    if not form.validate():
        return _again(form, 422)
    agent, address = request.user_agent.string, request.remote_addr or ""
    try:
        begun = entry.sign_in(form.email.data, form.password.data, now=clock.now(), address=address, agent=agent)
    except LimitError as limit:
        return _too_often(form, limit)
    except SignInError as refusal:
        form.form_errors = [str(refusal)]
        return _again(form, 422)
    db.session.commit()
    if begun.device is None:
        login.begin_half(begun.token)
        return web.see_other("accounts.ask_code", next=form.next.data or None)
    login.begin(begun.device, begun.token)
    return _go(form.next.data or DESK)


@bp.get("/sign-in/code")
def ask_code() -> Response:
    """The second page, for a browser in which the password was right; everybody else begins at the first."""
    if queries.step(login.half(), now=clock.now()) is None:
        return web.see_other("accounts.sign_in")
    form = CodeForm(None, next=local_path(request.args.get("next", "")))
    return make_response(_code_page(form))


@bp.post("/sign-in/code")
def try_code() -> Response:
    """The other half. The cookie of the first half is gone with it, so that no copy of it opens anything."""
    form = CodeForm()
    if not form.validate():
        return _code_again(form, 422)
    agent, address = request.user_agent.string, request.remote_addr or ""
    try:
        begun = entry.give_code(login.half(), form.code.data, now=clock.now(), address=address, agent=agent)
    except LimitError as limit:
        return _too_often(form, limit)
    except StepOverError as over:
        login.end_half()
        form = SignInForm(None, next=form.next.data)
        form.form_errors = [str(over)]
        return _again(form, 422)
    except SignInError as refusal:
        db.session.commit()  # the try stays counted
        form.code.errors = [str(refusal)]
        return _code_again(form, 422)
    db.session.commit()
    return _signed_in(begun, form.next.data or DESK, address)


@bp.get("/.well-known/change-password")
def change_password() -> Response:
    """Where a password manager looks for the page (W3C, A Well-Known URL for Changing Passwords)."""
    return _go("/desk/account#password")


@bp.get("/sign-out")
def sign_out() -> Response:
    """A button: a GET ends nothing."""
    if not login.signed_in():
        return _go("/sign-in")
    return make_response(render_template("accounts/sign_out.html", form=ButtonForm()))


@bp.post("/sign-out")
def end() -> Response:
    """End the sign-in on this device, for every copy of its cookie."""
    if device := login.current_device():
        actions.end_device(device, now=clock.now())
        db.session.commit()
    login.forget()
    return _go("/sign-in")


def _signed_in(begun: Begun, path: str, address: str) -> Response:
    device = begun.device
    assert device is not None, "the code was the last that was asked for"
    login.begin(device, begun.token)
    left = queries.recovery_codes_left(device.user)
    if begun.how == "with a recovery code" and left <= FEW_CODES:
        flash(f"Recovery codes left: {left}. Make new ones on your account page.", "error")
    entry.right_code(device.user, address)
    return _go(path)


def _go(path: str) -> Response:
    return make_response(redirect(path, 303))


def _again(form: SignInForm, status: int, headers: dict[str, str] | None = None) -> Response:
    with reading():
        return make_response(render_template("accounts/sign_in.html", form=form), status, headers or {})


def _code_again(form: CodeForm, status: int, headers: dict[str, str] | None = None) -> Response:
    with reading():
        return make_response(_code_page(form), status, headers or {})


def _code_page(form: CodeForm) -> str:
    recovery = "recovery" in request.args
    if recovery:
        form.asks_for_recovery()
    return render_template("accounts/sign_in_code.html", form=form, recovery=recovery)


def _too_often(form: SignInForm | CodeForm, limit: LimitError) -> Response:
    form.form_errors = [wait(limit.retry_after)]
    again = _code_again if isinstance(form, CodeForm) else _again
    return again(form, 429, {"Retry-After": str(limit.retry_after)})
