"""``/desk/account/second-factor``: an authenticator app, and the codes for the day on which it is gone."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, Response, abort, flash, make_response, render_template, request

from pressroom.accounts import actions, entry, login, queries, second_factor
from pressroom.accounts.forms import CodeForm, OffForm
from pressroom.accounts.models import SecondFactor
from pressroom.accounts.protection import needs_second_factor, open_without_second_factor, protect
from pressroom.accounts.rules import SET_UP_MINUTES, AccountError, wait
from pressroom.kit import clock, web
from pressroom.kit.db import db, reading
from pressroom.kit.limits import LimitError
from pressroom.kit.settings import setting

bp = Blueprint("factor_desk", __name__, url_prefix="/desk/account/second-factor")
protect(bp)

PAGE = "accounts/desk/factor.html"


@bp.get("")
@open_without_second_factor
def show() -> str:
    """Whether I have one; while it is set up, the secret for the app."""
    return render_template(PAGE, **_shown())


@bp.post("/begin")
@open_without_second_factor
def begin() -> Response:
    """Make a secret for the app."""
    user = login.current_user()
    try:
        actions.begin_factor(user, now=clock.now())
    except AccountError as error:
        flash(str(error), "error")
    db.session.commit()
    return web.see_other("factor_desk.show")


@bp.post("/confirm")
@open_without_second_factor
def confirm() -> Response:
    """A code shows that the app has it. The recovery codes are kept nowhere, so this POST is answered by a page."""
    form, user, now = CodeForm(), login.current_user(), clock.now()
    if _pending(user.factor, now) is None:
        flash("Begin again: that took too long, or was done in another window.", "error")
        return web.see_other("factor_desk.show")
    if not form.validate():
        return web.refused(PAGE, **_shown(confirm=form))
    try:
        codes = actions.confirm_factor(user, form.code.data, now=now)
    except AccountError as error:
        form.code.errors = [str(error)]
        return web.refused(PAGE, **_shown(confirm=form))
    db.session.commit()
    return _codes(codes, "Your second factor is set up")


@bp.post("/codes")
def new_codes() -> Response:
    """Other recovery codes."""
    user = login.current_user()
    if not user.has_second_factor:
        abort(404)
    codes = actions.new_recovery_codes(user, now=clock.now())
    db.session.commit()
    return _codes(codes, "Your new recovery codes")


@bp.post("/off")
def switch_off() -> Response:
    """Take it away, with both proofs, however recent the last ones are."""
    form, user, now = OffForm(), login.current_user(), clock.now()
    if not user.has_app:
        abort(404)
    if not form.validate():
        return web.refused(PAGE, **_shown(off=form))
    address = request.remote_addr or ""
    try:
        proof = entry.prove(user, form.password.data, form.code.data, now=now, address=address)
    except LimitError as limit:
        form.form_errors = [wait(limit.retry_after)]
        refused = web.shown_again(PAGE, 429, **_shown(off=form))
        refused.headers["Retry-After"] = str(limit.retry_after)
        return refused
    for name, sentence in proof.wrong.items():
        form[name].errors = [sentence]
    if proof.wrong:
        return web.refused(PAGE, **_shown(off=form))
    user = login.current_user()
    actions.end_app(user, now=now)
    actions.end_devices(user, now=now, keep=login.current_device())
    db.session.commit()
    entry.right_code(user, address)
    flash("Your authenticator app is switched off. Your other devices are signed out.")
    return web.see_other("factor_desk.show")


def _pending(factor: SecondFactor | None, now: datetime) -> SecondFactor | None:
    """The secret that waits for its first code, if it was made a short while ago."""
    if factor is None or factor.confirmed_at is not None:
        return None
    return factor if now - factor.begun_at < timedelta(minutes=SET_UP_MINUTES) else None


def _shown(*, confirm: CodeForm | None = None, off: OffForm | None = None) -> dict[str, object]:
    user = login.current_user()
    shown: dict[str, object] = {
        "person": user,
        "needed": needs_second_factor(user),
        "form": confirm or off,
        "confirm": confirm or CodeForm(None),
        "off": off or OffForm(None),
        "left": queries.recovery_codes_left(user) if user.has_second_factor else 0,
    }
    if pending := _pending(user.factor, clock.now()):
        secret = actions.secret_of(pending)
        address = second_factor.address(secret, email=user.email, issuer=setting("organisation_short_name"))
        shown |= {
            "secret": second_factor.in_groups(secret),
            "address": address,
            "drawing": second_factor.drawing(address),
        }
    return shown


def _codes(codes: list[str], title: str) -> Response:
    with reading():
        return make_response(
            render_template("accounts/desk/recovery_codes.html", codes=codes, title=title, person=login.current_user())
        )
