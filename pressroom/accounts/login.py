"""Who is signed in. Flask-Login keeps a token in the cookie; the row it belongs to decides."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import flask_login
from flask import Flask, Request, Response, g, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from pressroom.accounts import queries
from pressroom.accounts.models import DeviceSession, User
from pressroom.accounts.rules import Permission
from pressroom.kit import clock, lasting
from pressroom.kit.db import db, writing
from pressroom.kit.settings import setting

SEEN_EVERY = timedelta(minutes=1)
HALF = "half"  # in the cookie of a browser that still has to give a code


@dataclass(frozen=True)
class SignedIn(flask_login.UserMixin):  # type: ignore[misc]
    """What Flask-Login calls a user: a device and the token in its cookie."""

    device: DeviceSession
    token: str

    def get_id(self) -> str:
        """What the cookie holds."""
        return self.token


class Manager(flask_login.LoginManager):  # type: ignore[misc]
    """Flask-Login without its remembering cookie: to look for that opens the session on public pages."""

    def _update_remember_cookie(self, response: Response) -> Response:
        return response


class Sessions(SecureCookieSessionInterface):
    """Flask's sessions in signed cookies; whoever brings no cookie and gets none costs nothing."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """What the cookie says."""
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Give the cookie back, if anybody looked at it."""
        if session or session.accessed or session.modified:
            super().save_session(app, session, response)


def init_app(app: Flask) -> None:
    """Let *app* know who is signed in, for whoever asks; public pages never ask."""
    app.session_interface = Sessions()
    manager = Manager()
    manager.session_protection = None  # the row can be ended; an address that changes on a train is no theft
    manager.user_loader(_load)
    manager.init_app(app, add_context_processor=False)


def begin(device: DeviceSession, token: str) -> None:
    """Give this browser the cookie of *device*. What its cookie held before is gone."""
    session.clear()
    session.permanent = True
    flask_login.login_user(SignedIn(device, token), force=True)
    g.device = device


def begin_half(token: str) -> None:
    """Give this browser the cookie of half a sign-in. It opens nothing but the page that asks for the code."""
    session.clear()
    session[HALF] = token


def half() -> str:
    """The token of the half of a sign-in that this browser has; empty without one."""
    token = session.get(HALF, "")
    return token if isinstance(token, str) else ""


def end_half() -> None:
    """That half is over; the token of the page's form stays good."""
    session.pop(HALF, None)


def forget() -> None:
    """Take the cookie back."""
    flask_login.logout_user()
    session.clear()
    g.device = None


def current_device() -> DeviceSession | None:
    """The sign-in that this request's cookie belongs to. What asks is not kept for anybody else."""
    lasting.not_kept("it depends on who is signed in")
    if "device" not in g:  # a page asks two dozen times, and Flask-Login goes a long way to its answer
        who = flask_login.current_user
        g.device = who.device if who.is_authenticated else None
    device: DeviceSession | None = g.device
    return device


def signed_in() -> User | None:
    """The person who is signed in, if somebody is. Never on public pages: it opens the session."""
    device = current_device()
    return device.user if device else None


def current_user() -> User:
    """The person who is signed in. For views that :func:`~pressroom.accounts.protect` guards.

    Raises:
        LookupError: nobody is; the view is not guarded.
    """
    user = signed_in()
    if user is None:
        raise LookupError("nobody is signed in: protect the blueprint")
    return user


def may(permission: Permission | str) -> bool:
    """Whether the person who is signed in may do this."""
    user = signed_in()
    return user is not None and user.may(Permission(permission))


def keep_alive(device: DeviceSession) -> None:
    """Note that *device* was seen, at most once a minute, and move its end on.

    In a short transaction of its own, since a GET writes nothing else; a busy database is no reason to refuse
    the page.
    """
    now = clock.now()
    if now - device.last_seen_at < SEEN_EVERY:
        return
    seen = (
        update(DeviceSession)
        .where(DeviceSession.id == device.id, DeviceSession.ended_at.is_(None))
        .values(last_seen_at=now, expires_at=now + timedelta(hours=setting("session_hours")))
    )
    with suppress(OperationalError), writing(), db.engine.begin() as connection:
        connection.execute(seen)
    session.modified = True  # the cookie's own end moves on as well


def _load(token: object) -> SignedIn | None:
    """Who *token* belongs to. What is no text in a signed cookie is nobody's."""
    find = queries.device_shown if request.method in {"GET", "HEAD"} else queries.device
    device = find(token, now=clock.now()) if isinstance(token, str) else None
    return SignedIn(device, str(token)) if device else None
