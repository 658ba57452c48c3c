"""Reads of people and devices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import join

from pressroom import publishing
from pressroom.accounts.models import AccountLink, DeviceSession, Passkey, RecoveryCode, SecondFactor, SignInStep, User
from pressroom.accounts.passwords import fingerprint
from pressroom.accounts.rules import Role, normal_email
from pressroom.kit.db import db
from pressroom.kit.prepared import Columns, Prepared


def by_email(email: str) -> User | None:
    """The person with this e-mail address, in whatever case it was typed."""
    if not email.isprintable():  # PostgreSQL refuses a null character even in a question
        return None
    return db.session.scalar(select(User).where(User.email == normal_email(email)))


def by_id(user_id: int) -> User | None:
    """The person with this number."""
    return db.session.scalar(select(User).where(User.id == user_id))


def device(token: str, *, now: datetime) -> DeviceSession | None:
    """The live sign-in that *token* belongs to, with its person, in one query."""
    found = db.session.scalar(select(DeviceSession).where(DeviceSession.token_hash == fingerprint(token)))
    return found if found is not None and found.is_live(now) else None


_device, _user = Columns(DeviceSession), Columns(User, but={"password_hash"})
_factor, _passkey = Columns(SecondFactor), Columns(Passkey)


def _with_proofs(source: Any, *columns: Any) -> Select[Any]:
    """*columns* and the people of *source*, and by what else than a password they show that it is they."""
    asked = select(*columns, *_user.read, *_factor.read, *_passkey.read).select_from(source)
    asked = asked.outerjoin(SecondFactor, SecondFactor.user_id == User.id)
    return asked.outerjoin(Passkey, Passkey.user_id == User.id)


_signed_in = Prepared(
    lambda: (
        _with_proofs(join(DeviceSession, User, User.id == DeviceSession.user_id), *_device.read)
        .where(DeviceSession.token_hash == bindparam("token_hash"))
        .order_by(Passkey.id)
    )
)
_everybody = publishing.StaffRead(
    lambda: _with_proofs(User).order_by(User.active.desc(), func.lower(User.name), User.id, Passkey.id)
)


def device_shown(token: str, *, now: datetime) -> DeviceSession | None:
    """The same, with all of its person but the password, for a request that shows and changes nothing."""
    rows = _signed_in.raw(token_hash=fingerprint(token))
    found = _as_read(tuple(rows)) if rows else None
    return found if found is not None and found.is_live(now) else None


def people() -> list[User]:
    """Everybody with their passkeys, those with access first, by name. To be shown."""
    return [_person(list(rows)) for _, rows in groupby(_everybody(), key=itemgetter(_user.names.index("id")))]


@lru_cache(128)
def _as_read(rows: tuple[tuple[Any, ...], ...]) -> DeviceSession:
    """The sign-in of which the database says just this. Nobody can change it."""
    every = [_signed_in.read(row) for row in rows]
    return _device.made(every[0], user=_person([row[len(_device.names) :] for row in every]))


def _person(rows: Sequence[Sequence[Any]]) -> User:
    """The person of *rows*, one for each of their passkeys, or one without any."""
    values = iter(rows[0])
    user, factor = _user.made(values), _factor.made(values)
    keys = [_passkey.made(row[-len(_passkey.names) :]) for row in rows]
    vars(user).update(factor=factor if factor.user_id else None, passkeys=[key for key in keys if key.id])
    return user


def devices_of(user: User, *, now: datetime) -> Sequence[DeviceSession]:
    """Where *user* is signed in, the last seen first."""
    return db.session.scalars(
        select(DeviceSession)
        .where(DeviceSession.user_id == user.id, DeviceSession.ended_at.is_(None), DeviceSession.expires_at > now)
        .order_by(DeviceSession.last_seen_at.desc(), DeviceSession.id.desc())
    ).all()


def other_admins(user: User) -> int:
    """How many active admins there are besides *user*.

    Their rows are locked until the transaction ends, so that two admins cannot take each other's role away at
    the same moment and leave nobody.
    """
    admins = db.session.scalars(
        select(User.id).where(User.role == Role.ADMIN, User.active.is_(True)).order_by(User.id).with_for_update()
    ).all()
    return sum(admin != user.id for admin in admins)


def step(token: str, *, now: datetime) -> SignInStep | None:
    """The half of a sign-in that *token* belongs to, with its person."""
    found = db.session.scalar(
        select(SignInStep).where(SignInStep.token_hash == fingerprint(token), SignInStep.expires_at > now)
    )
    return found if found is not None and found.user.active else None


def passkey(credential_id: str) -> Passkey | None:
    """The passkey that browsers know by this, with its person."""
    return db.session.scalar(select(Passkey).where(Passkey.credential_id == credential_id))


def recovery_codes_left(user: User) -> int:
    """How many recovery codes *user* has not used."""
    left = select(func.count(RecoveryCode.id)).where(RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(left) or 0


def link(token: str, *, now: datetime) -> AccountLink | None:
    """The link that *token* belongs to, with its person, if it is still good."""
    good = AccountLink.expires_at > now, AccountLink.used_at.is_(None)
    found = db.session.scalar(select(AccountLink).where(AccountLink.token_hash == fingerprint(token), *good))
    return found if found is not None and found.user.active else None


def waiting_link(user: User, *, now: datetime) -> AccountLink | None:
    """The link that *user* has not used yet."""
    good = AccountLink.expires_at > now, AccountLink.used_at.is_(None)
    return db.session.scalar(select(AccountLink).where(AccountLink.user_id == user.id, *good))


def link_is_good(number: int, *, now: datetime) -> bool:
    """Whether the link of this number can still be used."""
    found = db.session.scalar(select(AccountLink).where(AccountLink.id == number))
    return found is not None and found.used_at is None and found.expires_at > now and found.user.active
