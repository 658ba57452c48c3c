"""Things to test with, each with sensible defaults. Call them in a context of staff; the caller commits."""

from __future__ import annotations

from sqlalchemy import select

from pressroom.accounts import actions as accounts
from pressroom.accounts.models import User
from pressroom.accounts.rules import Role
from pressroom.kit import clock
from pressroom.kit.db import db

PASSWORD = "a long enough password"

CAST = {
    "nadia": ("Nadia Brandt", Role.ADMIN),
    "ada": ("Ada Lindqvist", Role.EDITOR),
    "wren": ("Wren Okafor", Role.WRITER),
}


def person(name: str) -> User:
    """Somebody of the cast, made when first asked for."""
    full_name, role = CAST[name]
    email = f"{name}@press.example"
    found = db.session.scalar(select(User).where(User.email == email))
    return found or accounts.create_user(
        by=None, now=clock.now(), name=full_name, email=email, role=role, password=PASSWORD
    )


def session_of(user: User) -> str:
    """Sign *user* in on a device; the token for its cookie."""
    _, token = accounts.sign_in(user, now=clock.now(), hours=72, address="127.0.0.1", agent="tests")
    return token
