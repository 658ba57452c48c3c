"""What is done to people and their sign-ins. Nothing here commits, and nothing of a password is recorded."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from pressroom import audit
from pressroom.accounts import challenges, failures, passwords, queries, second_factor
from pressroom.accounts.models import (
    AccountLink,
    DeviceSession,
    Passkey,
    RecoveryCode,
    ResetRequest,
    SecondFactor,
    SignInStep,
    UsedChallenge,
    User,
)
from pressroom.accounts.passkeys import Made
from pressroom.accounts.passwords import Hashed
from pressroom.accounts.rules import (
    CHALLENGE_MINUTES,
    STEP_MINUTES,
    STEP_TRIES,
    AccountError,
    LinkError,
    LinkFor,
    Role,
    check_email,
    check_name,
    check_passkey_name,
    counts_on,
    normal_email,
)
from pressroom.kit.db import db
from pressroom.kit.settings import setting

LAST_ADMIN = "This is the last administrator. Make somebody else an administrator first."


def create_user(
    *,
    by: audit.Actor | None,
    now: datetime,
    email: str,
    name: str,
    role: Role,
    password: str,
) -> User:
    """A new person of the press office.

    Args:
        by: who adds them; None for a command.
        now: the instant.
        email: their address; compared without regard to case.
        name: as it stands beside what they do.
        role: what they may do.
        password: as text, or :class:`Hashed` when the caller checked and hashed it outside the write transaction.

    Raises:
        AccountError: a field is malformed, or the address is taken.
    """
    email, name = check_email(email), check_name(name)
    stored = _stored(password, name, email)
    user = User(email=email, name=name, role=Role(role), password_hash=stored, created_at=now)
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
    _end_links(user, now=now)
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
    keep: DeviceSession | None = None,
) -> None:
    """Give *user* another password and end their sign-ins, except on the device *keep*.

    Raises:
        AccountError: the password is too short, too long, or among the first that are tried.
    """
    user.password_hash = _stored(password, user.name, user.email)
    end_devices(user, now=now, keep=keep)
    _end_links(user, now=now)
    audit.record(by, "change password", "user", user.id, user.name, now=now)


def make_link(
    user: User, purpose: LinkFor, *, by: audit.Actor | None, now: datetime, lasts: timedelta
) -> tuple[AccountLink, str]:
    """A link with which *user* chooses a password once; earlier links of theirs are good no more.

    Returns:
        The row, and the token for the address.
    """
    _end_links(user, now=now)
    token = passwords.new_token()
    link = AccountLink(
        token_hash=passwords.fingerprint(token),
        user_id=user.id,
        purpose=purpose,
        created_at=now,
        expires_at=now + lasts,
    )
    db.session.add(link)
    db.session.flush()
    audit.record(by, f"make link to {purpose}", "user", user.id, user.name, now=now)
    return link, token


def forget_password(user: User, nobodys: Hashed, *, by: audit.Actor | None, now: datetime) -> None:
    """Take *user*'s password away and sign them out everywhere, before they get a link to choose another."""
    set_password(user, nobodys, by=by, now=now)


def use_link(token: str, password: Hashed, *, now: datetime) -> User:
    """Use a link up, and give its person the password that they chose. One statement decides who was first.

    Raises:
        LinkError: it is unknown, was used, or is too old; or the person has no access any more.
    """
    link = queries.link(token, now=now)
    unused = AccountLink.expires_at > now, AccountLink.used_at.is_(None)
    if link is None or not _done(update(AccountLink).where(AccountLink.id == link.id, *unused).values(used_at=now)):
        raise LinkError("This link was used, or is too old.")
    set_password(link.user, password, by=link.user, now=now)
    return link.user


def ask_for_reset(email: str, *, now: datetime) -> None:
    """Note that somebody forgot the password of *email*; the worker looks whose that is."""
    db.session.add(ResetRequest(email=normal_email(email), at=now))


def begin_sign_in(user: User, *, now: datetime) -> str:
    """The password was right, and a code is still needed. Gives the token for the browser's cookie."""
    token = passwords.new_token()
    expires_at = now + timedelta(minutes=STEP_MINUTES)
    db.session.add(SignInStep(token_hash=passwords.fingerprint(token), user_id=user.id, expires_at=expires_at))
    db.session.flush()
    return token


def try_code(step: SignInStep) -> bool:
    """Count one code for this half of a sign-in; False when there were as many as are taken. One statement decides."""
    more = update(SignInStep).where(SignInStep.id == step.id, SignInStep.tries < STEP_TRIES)
    return _done(more.values(tries=SignInStep.tries + 1))


def end_step(step: SignInStep) -> bool:
    """Use this half of a sign-in up; False when another request did so first."""
    return _done(delete(SignInStep).where(SignInStep.id == step.id))


def sign_in(
    user: User, *, now: datetime, hours: int, address: str, agent: str, rehashed: Hashed | None = None, how: str = ""
) -> tuple[DeviceSession, str]:
    """A sign-in on a device, after the password was checked, and the code of whoever has a second factor.

    Args:
        user: who.
        now: the instant.
        hours: how long it lasts without a visit.
        address: the device's network address.
        agent: what its browser calls itself.
        rehashed: the password's hash with the parameters now in use, if the stored one is outdated.
        how: what was shown beside the password, for the audit.

    Returns:
        The row, and the token for the device's cookie.
    """
    token = passwords.new_token()
    failed = user.failed_tries + failures.tell(user.whose, now=now)
    device = DeviceSession(
        token_hash=passwords.fingerprint(token),
        user=user,
        created_at=now,
        last_seen_at=now,
        proved_at=now,
        expires_at=now + timedelta(hours=hours),
        address=address[:64],
        agent="".join(character for character in agent if character.isprintable())[:300],
        failed_before=failed,
    )
    db.session.add(device)
    # Not through the object: a sign-in is no edit, and must not make somebody's open form stale.
    values: dict[str, object] = {"last_sign_in": now, "failed_tries": 0} | (
        {"password_hash": str(rehashed)} if rehashed else {}
    )
    db.session.execute(update(User).where(User.id == user.id).values(values))
    db.session.flush()
    audit.record(user, f"sign in {how}".rstrip(), "user", user.id, user.name, now=now)
    return device, token


def end_device(device: DeviceSession, *, now: datetime) -> None:
    """Sign one device out."""
    if device.ended_at is None:
        device.ended_at = now


def note_proof(device: DeviceSession, *, now: datetime) -> None:
    """The person at *device* showed again that it is they."""
    device.proved_at = now


def end_devices(user: User, *, now: datetime, keep: DeviceSession | None = None) -> None:
    """Sign *user* out everywhere, except on the device *keep*."""
    for device in queries.devices_of(user, now=now):
        if keep is None or device.id != keep.id:
            end_device(device, now=now)
    db.session.execute(delete(SignInStep).where(SignInStep.user_id == user.id))


def rehash(user: User, stored: str, rehashed: Hashed) -> None:
    """Keep a hash with the parameters now in use, of the password that *stored* is of."""
    db.session.execute(
        update(User).where(User.id == user.id, User.password_hash == stored).values(password_hash=rehashed)
    )


def begin_factor(user: User, *, now: datetime) -> None:
    """A new secret for *user*'s authenticator app, which holds nothing until a code of it was right.

    Raises:
        AccountError: they have a second factor.
    """
    row = db.session.get(SecondFactor, user.id)
    if row is not None and row.confirmed_at is not None:
        raise AccountError("You have a second factor. Switch it off before you set up another.")
    if row is None:
        row = SecondFactor(user_id=user.id)
        db.session.add(row)
    row.seed, row.begun_at, row.last_step = second_factor.new_seed(), now, 0
    db.session.flush()


def confirm_factor(user: User, code: str, *, now: datetime) -> list[str]:
    """Put the app into force, with a code that shows that it has its secret. Gives the recovery codes.

    Raises:
        AccountError: the code is not one of that secret.
    """
    row = db.session.get(SecondFactor, user.id)
    step = _step_of(row, code, now) if row is not None and row.confirmed_at is None else None
    if row is None or step is None:
        raise AccountError(
            "That code does not fit. Write the one that the app shows now; if it goes on, check the telephone’s clock."
        )
    unconfirmed = SecondFactor.user_id == user.id, SecondFactor.confirmed_at.is_(None)
    if not _done(update(SecondFactor).where(*unconfirmed).values(confirmed_at=now, last_step=step)):
        raise AccountError("Your second factor was set up a moment ago, in another window.")
    audit.record(user, "set up second factor", "user", user.id, user.name, now=now)
    return _new_codes(user)


def use_code(user: User, typed: str, *, now: datetime) -> str:
    """Use a code of *user*'s app, or one of their recovery codes, up.

    One statement decides, so that of two requests with the same code one is refused (RFC 6238, section 5.2).

    Returns:
        What it was, for the audit; empty when it was wrong or used before.
    """
    row = db.session.get(SecondFactor, user.id)
    if row is not None and row.confirmed_at is not None and (step := _step_of(row, typed, now)) is not None:
        unused = SecondFactor.last_step < step
        used = update(SecondFactor).where(SecondFactor.user_id == user.id, unused).values(last_step=step)
        return "with a code" if _done(used) else ""
    mine = RecoveryCode.user_id == user.id, RecoveryCode.code_hash == second_factor.recovery_hash(typed)
    used = update(RecoveryCode).where(*mine, RecoveryCode.used_at.is_(None)).values(used_at=now)
    return "with a recovery code" if _done(used) else ""


def new_recovery_codes(user: User, *, now: datetime) -> list[str]:
    """Other recovery codes; those from before are good no more."""
    audit.record(user, "make recovery codes", "user", user.id, user.name, now=now)
    return _new_codes(user)


def end_app(user: User, *, now: datetime) -> None:
    """Take *user*'s app away, at their own wish. Recovery codes stay with whoever has passkeys left."""
    db.session.execute(delete(SecondFactor).where(SecondFactor.user_id == user.id))
    audit.record(user, "switch authenticator app off", "user", user.id, user.name, now=now)
    if not user.passkeys:
        _end_codes(user)


def end_factor(user: User, *, by: audit.Actor | None, now: datetime) -> bool:
    """Take *user*'s second factor away: app, passkeys and recovery codes; False when they have none."""
    had, names = user.has_second_factor, [key.name for key in user.passkeys]
    _end_codes(user)
    db.session.execute(delete(SecondFactor).where(SecondFactor.user_id == user.id))
    db.session.execute(delete(Passkey).where(Passkey.user_id == user.id))
    if had:
        changes = {"passkeys": [names, []]} if names else None
        audit.record(by, "take second factor away", "user", user.id, user.name, changes=changes, now=now)
    return had


def passkey_handle(user: User) -> str:
    """By what authenticators know *user*; made the first time that they are asked for a passkey."""
    if user.passkey_handle is None:
        none_yet = User.id == user.id, User.passkey_handle.is_(None)
        _done(update(User).where(*none_yet).values(passkey_handle=passwords.new_token()))
        db.session.refresh(user, ["passkey_handle"])
    assert user.passkey_handle is not None, "it was written above"
    return user.passkey_handle


def add_passkey(user: User, made: Made, challenge: str, *, name: str, host: str, now: datetime) -> list[str]:
    """A passkey for *user*. Gives recovery codes to whoever has no second factor yet.

    Raises:
        AccountError: it has no name, is there already, or the page was sent twice.
    """
    name, first = check_passkey_name(name), not user.has_second_factor
    if not use_challenge(challenge, now=now):
        raise AccountError("That was sent before. Begin again, if the passkey is not in your list.")
    key = Passkey(
        user_id=user.id,
        name=name,
        host=host,
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.count,
        transports=made.transports,
        created_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(key)
    except IntegrityError:
        raise AccountError("That passkey is here already.") from None
    audit.record(user, "add passkey", "user", user.id, user.name, changes={"passkey": [None, name]}, now=now)
    return _new_codes(user) if first else []


def use_challenge(challenge: str, *, now: datetime) -> bool:
    """Use a challenge up; False when another request did so first."""
    ends_at = now + timedelta(minutes=CHALLENGE_MINUTES)
    try:
        with db.session.begin_nested():
            db.session.add(UsedChallenge(digest=challenges.digest(challenge), ends_at=ends_at))
    except IntegrityError:
        return False
    return True


def use_passkey(key: Passkey, count: int, *, now: datetime) -> bool:
    """Note that *key* signed, and how often it says it did; False, and a line in the audit, when it counts back.

    Two that say the same number are a key and its copy; one statement decides.
    """
    before = key.sign_count
    same = Passkey.id == key.id, Passkey.sign_count == before
    used = update(Passkey).where(*same).values(sign_count=count, last_used_at=now)
    if counts_on(before, count) and _done(used):
        return True
    changes: dict[str, list[object]] = {"passkey": [key.name, key.name], "signatures": [before, count]}
    what = "refuse passkey that counts back"
    audit.record(audit.Stranger(), what, "user", key.user_id, key.user.name, changes=changes, now=now)
    return False


def remove_passkey(key: Passkey, *, by: User, now: datetime) -> None:
    """Take a passkey away; with the last proof beside the password go the recovery codes."""
    user = key.user
    last = not user.has_app and [other.id for other in user.passkeys] == [key.id]
    _done(delete(Passkey).where(Passkey.id == key.id))
    if last:
        _end_codes(user)
    audit.record(by, "remove passkey", "user", user.id, user.name, changes={"passkey": [key.name, None]}, now=now)


def secret_of(factor: SecondFactor) -> str:
    """What the app is given; kept nowhere."""
    return second_factor.secret(factor.seed, setting("secret_key"))


def _end_links(user: User, *, now: datetime) -> None:
    unused = AccountLink.user_id == user.id, AccountLink.used_at.is_(None)
    db.session.execute(
        update(AccountLink).where(*unused).values(used_at=now), execution_options={"synchronize_session": False}
    )


def _end_codes(user: User) -> None:
    for table in (RecoveryCode, SignInStep):
        db.session.execute(delete(table).where(table.user_id == user.id))


def _step_of(factor: SecondFactor, typed: str, now: datetime) -> int | None:
    code = second_factor.typed_code(typed)
    return second_factor.matching_step(secret_of(factor), code, now) if code else None


def _new_codes(user: User) -> list[str]:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = [second_factor.new_recovery_code() for _ in range(second_factor.CODES)]
    db.session.add_all(RecoveryCode(user_id=user.id, code_hash=second_factor.recovery_hash(code)) for code in codes)
    db.session.flush()
    return codes


def _done(statement: Any) -> bool:
    """Whether *statement* changed a row. Nothing in memory is brought into step: nobody reads it afterwards."""
    result: Any = db.session.execute(statement, execution_options={"synchronize_session": False})
    return bool(result.rowcount)


def _stored(password: str, name: str, email: str) -> str:
    if isinstance(password, Hashed):
        return str(password)
    return str(passwords.hashed(passwords.check(password, name=name, email=email)))
