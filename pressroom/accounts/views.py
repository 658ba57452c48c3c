"""``/sign-in`` and its second page, the forgotten password, and ``/sign-out``."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request

from pressroom import jobs
from pressroom.accounts import (
    actions,
    challenges,
    delivery,
    entry,
    login,
    passkey_entry,
    passkeys,
    passwords,
    queries,
    tries,
)
from pressroom.accounts.entry import Begun
from pressroom.accounts.forms import (
    ButtonForm,
    ChooseForm,
    CodeForm,
    ForgotForm,
    PasskeyForm,
    SignInForm,
    asks_for_recovery,
)
from pressroom.accounts.rules import LinkError, SignInError, StepOverError, local_path, wait
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
    return make_response(_page(SignInForm(None, next=back)))


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


@bp.post("/sign-in/passkey")
def try_passkey() -> Response:
    """Sign in with a passkey, which stands for both proofs; whether or not a password was right before."""
    form = PasskeyForm()
    if not form.validate():
        return _again(SignInForm(None, next=form.next.data), 422)
    agent, address = request.user_agent.string, request.remote_addr or ""
    again = SignInForm(None, next=form.next.data)
    try:
        begun = passkey_entry.sign_in(form.passkey.data or "", now=clock.now(), address=address, agent=agent)
    except LimitError as limit:
        return _too_often(again, limit)
    except SignInError as refusal:
        db.session.commit()  # what it says of a passkey that counts back stays
        again.form_errors = [str(refusal)]
        return _again(again, 422)
    db.session.commit()
    assert begun.device is not None, "a passkey is all that is asked for"
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


@bp.get("/sign-in/forgot")
def forgot() -> Response:
    """Ask for a link, where this press room sends mail; elsewhere an administrator makes one."""
    _check_post()
    return make_response(render_template("accounts/forgot.html", form=ForgotForm(), done=False))


@bp.post("/sign-in/forgot")
def ask_for_link() -> Response:
    """The same answer for the same work, whoever has that address: a row is written, and the worker looks it up."""
    _check_post()
    form = ForgotForm()
    if not form.validate():
        return web.refused("accounts/forgot.html", form=form, done=False)
    try:
        with reading():
            tries.count_request("forgot", form.email.data, request.remote_addr or "")
    except LimitError as limit:
        form.form_errors = [wait(limit.retry_after)]
        answer = web.shown_again("accounts/forgot.html", 429, form=form, done=False)
        answer.headers["Retry-After"] = str(limit.retry_after)
        return answer
    actions.ask_for_reset(form.email.data, now=clock.now())
    db.session.commit()
    jobs.wake()
    return web.shown_again("accounts/forgot.html", 200, form=form, done=True)


@bp.get("/sign-in/password/<token>")
def choose_password(token: str) -> Response:
    """Choose a password with a link; opening it uses nothing up, since mail is opened by machines as well."""
    link = queries.link(token, now=clock.now())
    if link is None:
        return _no_link()
    form = ChooseForm(name=link.user.name, email=link.user.email)
    return _choose_page(form, link.user.email, 200)


@bp.post("/sign-in/password/<token>")
def set_password(token: str) -> Response:
    """The password, once. It signs nobody in: whoever has a second factor gives a code as always."""
    link = queries.link(token, now=clock.now())
    if link is None:
        return _no_link()
    email, form = link.user.email, ChooseForm(name=link.user.name, email=link.user.email)
    if not form.validate():
        return _choose_page(form, email, 422)
    with reading():  # hashing holds no transaction
        chosen = passwords.hashed(form.new.data)
    try:
        actions.use_link(token, chosen, now=clock.now())
    except LinkError:
        return _no_link()
    db.session.commit()
    login.forget()
    return _private(render_template("accounts/password_chosen.html", email=email), 200)


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
        return make_response(_page(form), status, headers or {})


def _page(form: SignInForm) -> str:
    return render_template("accounts/sign_in.html", form=form, **_passkeys())


def _passkeys() -> dict[str, object]:
    """What the browser is given to show a passkey, where this press room takes them."""
    if passkeys.obstacle():
        return {"options": ""}
    challenge = challenges.new(challenges.SIGN_IN, now=clock.now())
    return {"options": passkeys.asked_to_show(challenge), "site": passkeys.site()}


def _code_again(form: CodeForm, status: int, headers: dict[str, str] | None = None) -> Response:
    with reading():
        return make_response(_code_page(form), status, headers or {})


def _code_page(form: CodeForm) -> str:
    half = queries.step(login.half(), now=clock.now())
    app = half is not None and half.user.has_app
    recovery = "recovery" in request.args or not app
    if recovery:
        asks_for_recovery(form.code)
    shown = _passkeys() if half is not None and half.user.passkeys else {"options": ""}
    return render_template("accounts/sign_in_code.html", form=form, recovery=recovery, app=app, **shown)


def _check_post() -> None:
    if not delivery.is_on():
        abort(404)


def _choose_page(form: ChooseForm, email: str, status: int) -> Response:
    with reading():
        return _private(render_template("accounts/choose_password.html", form=form, email=email), status)


def _no_link() -> Response:
    with reading():
        return _private(render_template("accounts/link_over.html", sends=delivery.is_on()), 404)


def _private(page: str, status: int) -> Response:
    """The address of this page opens an account: nothing that the page leads to is told it."""
    response = make_response(page, status)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _too_often(form: SignInForm | CodeForm, limit: LimitError) -> Response:
    form.form_errors = [wait(limit.retry_after)]
    again = _code_again if isinstance(form, CodeForm) else _again
    return again(form, 429, {"Retry-After": str(limit.retry_after)})
