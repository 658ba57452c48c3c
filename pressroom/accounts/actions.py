"""What is done to people and their sign-ins. Nothing here commits, and nothing of a password is recorded."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from pressroom import audit
from pressroom.accounts import passwords, queries
from pressroom.accounts.models import DeviceSession, User
from pressroom.accounts.passwords import Hashed
from pressroom.accounts.rules import AccountError, Role, check_email, check_name, check_password
from pressroom.kit.db import db

LAST_ADMIN = "This is the last administrator. Make somebody else an administrator first."


def create_user(
    *,
    by: audit.Actor | None,
    now: datetime,
    email: str,
    name: str,
    role: Role,
    password: str,
    one_time: bool = False,
) -> User:
    """A new person of the press office.

    Args:
        by: who adds them; None for a command.
        now: the instant.
        email: their address; compared without regard to case.
        name: as it stands beside what they do.
        role: what they may do.
        password: as text, or :class:`Hashed` when the caller hashed it outside the write transaction.
        one_time: it must be changed at the first sign-in.

    Raises:
        AccountError: a field is malformed, or the address is taken.
    """
    email, name = check_email(email), check_name(name)
    stored = _stored(password)
    user = User(email=email, name=name, role=Role(role), password_hash=stored, one_time=one_time, created_at=now)
    try:
        with db.session.begin_nested():
            db.session.add(user)
    except IntegrityError:  # the database knows best: two may add the same person at the same moment
        raise AccountError(f"{email} has an account already.") from None
    audit.record(by, "add", "user", user.id, name, changes={"email": [None, email], "role": [None, user.role]}, now=now)
    return user


def change_role(user: User, role: Role, *, by: audit.Actor | None, now: datetime) -> None:
    """Give *user* another role.

    Raises:
        AccountError: nobody would be left to manage people.
    """
    if role is user.role:
        return
    if user.active and user.role is Role.ADMIN and not queries.other_admins(user):
        raise AccountError(LAST_ADMIN)
    before, user.role = user.role, role
    audit.record(by, "change role", "user", user.id, user.name, changes={"role": [before, role]}, now=now)


def deactivate(user: User, *, by: audit.Actor | None, now: datetime) -> None:
    """Take *user*'s access away, everywhere and at once. The row stays: it is named by what they did.

    Raises:
        AccountError: nobody would be left to manage people.
    """
    if not user.active:
        return
    if user.role is Role.ADMIN and not queries.other_admins(user):
        raise AccountError(LAST_ADMIN)
    user.active = False
    end_devices(user, now=now)
    audit.record(by, "deactivate", "user", user.id, user.name, changes={"active": [True, False]}, now=now)


def activate(user: User, *, by: audit.Actor | None, now: datetime) -> None:
    """Give *user* access again."""
    if user.active:
        return
    user.active = True
    audit.record(by, "activate", "user", user.id, user.name, changes={"active": [False, True]}, now=now)


def set_password(
    user: User,
    password: str,
    *,
    by: audit.Actor | None,
    now: datetime,
    one_time: bool = False,
    keep: DeviceSession | None = None,
) -> None:
    """Give *user* another password and end their sign-ins, except on the device *keep*.

    Raises:
        AccountError: the password is too short or too long.
    """
    user.password_hash = _stored(password)
    user.one_time = one_time
    end_devices(user, now=now, keep=keep)
    audit.record(by, "reset password" if one_time else "change password", "user", user.id, user.name, now=now)


def sign_in(
    user: User, *, now: datetime, hours: int, address: str, agent: str, rehashed: Hashed | None = None
) -> tuple[DeviceSession, str]:
    """A sign-in on a device, after the password was checked.

    Args:
        user: who.
        now: the instant.
        hours: how long it lasts without a visit.
        address: the device's network address.
        agent: what its browser calls itself.
        rehashed: the password's hash with the parameters now in use, if the stored one is outdated.

    Returns:
        The row, and the token for the device's cookie.
    """
    token = passwords.new_token()
    device = DeviceSession(
        token_hash=passwords.fingerprint(token),
        user=user,
        created_at=now,
        last_seen_at=now,
        expires_at=now + timedelta(hours=hours),
        address=address[:64],
        agent="".join(character for character in agent if character.isprintable())[:300],
    )
    db.session.add(device)
    # Not through the object: a sign-in is no edit, and must not make somebody's open form stale.
    values: dict[str, object] = {"last_sign_in": now} | ({"password_hash": str(rehashed)} if rehashed else {})
    db.session.execute(update(User).where(User.id == user.id).values(values))
    db.session.flush()
    audit.record(user, "sign in", "user", user.id, user.name, now=now)
    return device, token


def end_device(device: DeviceSession, *, now: datetime) -> None:
    """Sign one device out."""
    if device.ended_at is None:
        device.ended_at = now


def end_devices(user: User, *, now: datetime, keep: DeviceSession | None = None) -> None:
    """Sign *user* out everywhere, except on the device *keep*."""
    for device in queries.devices_of(user, now=now):
        if keep is None or device.id != keep.id:
            end_device(device, now=now)


def _stored(password: str) -> str:
    return str(password if isinstance(password, Hashed) else passwords.hashed(check_password(password)))
