"""The door of the desk: sign-in for a whole blueprint, permission for a view."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from pressroom import publishing
from pressroom.accounts import carrying, freshness, login, sending
from pressroom.accounts.models import User
from pressroom.accounts.rules import FACTOR_ROLES, Permission
from pressroom.kit.db import reading
from pressroom.kit.settings import setting

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")

SETS_UP = "sets_up"

protected: dict[str, Permission | None] = {}
"""The blueprints of the desk, by name, and what all of their views need."""


def protect(bp: Blueprint, permission: Permission | None = None) -> None:
    """Let only staff into *bp*, and open the gate to them.

    Not signed in: a GET goes to the sign-in page and back; anything else gets 401 and a page that says how to
    keep what was typed. Nothing of the blueprint is kept in any cache.

    Args:
        bp: a blueprint of the desk.
        permission: what all of its views need, if one permission does for all.
    """

    protected[bp.name] = permission

    @bp.before_request
    def only_staff() -> ResponseReturnValue | None:
        return _refusal(permission)

    @bp.after_request
    def keep_private(response: Response) -> Response:
        response.headers["Cache-Control"] = "private, no-store"
        return response


def requires(
    permission: Permission,
) -> Callable[[Callable[Arguments, ResponseReturnValue]], Callable[Arguments, ResponseReturnValue]]:
    """For a view of a protected blueprint: whoever lacks *permission* gets 403 and a page that says so."""

    def decorate(view: Callable[Arguments, ResponseReturnValue]) -> Callable[Arguments, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: Arguments.args, **kwargs: Arguments.kwargs) -> ResponseReturnValue:
            if not login.may(permission):
                abort(403)
            return view(*args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined] # the tests walk over it
        return guarded

    return decorate


def open_without_second_factor(view: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """Mark the view at which somebody who needs a second factor and has none sets one up."""
    setattr(view, SETS_UP, True)
    return view


def needs_second_factor(user: User) -> bool:
    """Whether *user* has to set a second factor up before anything else."""
    return user.role in FACTOR_ROLES and bool(setting("second_factor_needed")) and not user.has_second_factor


def _refusal(permission: Permission | None) -> ResponseReturnValue | None:
    """Why this request goes no further; None lets it in."""
    device = login.current_device()
    if device is None:
        return _to_sign_in()
    publishing.open_to_staff()
    if request.method == "GET":
        login.keep_alive(device)
    if not _is_marked(SETS_UP) and needs_second_factor(device.user):
        return _to_set_up()
    if permission is not None and not device.user.may(permission):
        abort(403)
    carrying.restore()
    return freshness.ask(device) or sending.count(device.user)


def _to_sign_in() -> ResponseReturnValue:
    if request.method not in {"GET", "HEAD"}:
        with reading():
            return make_response(render_template("accounts/signed_out.html"), 401)
    asked = request.full_path.rstrip("?")
    return redirect(url_for("accounts.sign_in", next=asked), 303)


def _to_set_up() -> ResponseReturnValue:
    """What was being typed when the setting was switched on is not lost."""
    if request.method not in {"GET", "HEAD"}:
        with reading():
            return make_response(render_template("accounts/desk/factor_first.html"), 403)
    return redirect(url_for("factor_desk.show"), 303)


def _is_marked(mark: str) -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return bool(getattr(view, mark, False))
