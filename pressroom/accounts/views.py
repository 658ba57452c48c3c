"""``/sign-in`` and ``/sign-out``."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request

from pressroom.accounts import actions, entry, login
from pressroom.accounts.forms import ButtonForm, SignInForm
from pressroom.accounts.rules import SignInError, local_path
from pressroom.kit import clock
from pressroom.kit.db import db, reading
from pressroom.kit.limits import LimitError

DESK = "/desk/"

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
    """Sign in on this device, and go to the desk or back to where somebody wanted to be."""
    form = SignInForm()
    if not form.validate():
        return _again(form, 422)
    agent, address = request.user_agent.string, request.remote_addr or ""
    try:
        device, token = entry.sign_in(
            form.email.data, form.password.data, now=clock.now(), address=address, agent=agent
        )
    except LimitError as limit:
        form.form_errors = [_wait(limit.retry_after)]
        return _again(form, 429, {"Retry-After": str(limit.retry_after)})
    except SignInError as refusal:
        form.form_errors = [str(refusal)]
        return _again(form, 422)
    db.session.commit()
    login.begin(device, token)
    return _go(form.next.data or DESK)


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


def _go(path: str) -> Response:
    return make_response(redirect(path, 303))


def _again(form: SignInForm, status: int, headers: dict[str, str] | None = None) -> Response:
    with reading():
        return make_response(render_template("accounts/sign_in.html", form=form), status, headers or {})


def _wait(seconds: int) -> str:
    minutes = -(-seconds // 60)
    wait = "a minute" if minutes == 1 else f"{minutes} minutes"
    return f"Too many sign-ins failed. Wait {wait}, then try again."
