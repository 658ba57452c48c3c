"""Verbs: applying, deciding, signing in, accepting, telling. In a context of staff; the edge commits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from pressroom import audit
from pressroom.accounts import passwords
from pressroom.accounts.passwords import Hashed
from pressroom.accounts.rules import check_email, check_name
from pressroom.accreditation import rules
from pressroom.accreditation.ledger import printable
from pressroom.accreditation.models import (
    Acceptance,
    Agreement,
    Application,
    Journalist,
    JournalistSession,
    Told,
)
from pressroom.accreditation.reading import Reader
from pressroom.accreditation.rules import AccreditationError, Basis, Decision
from pressroom.audit import Actor
from pressroom.kit import text
from pressroom.kit.db import db
from pressroom.media.rules import JPEG, PDF, PNG, WEBP, MediaError, Type, file_name, sniff

LETTERS = (PDF, PNG, JPEG, WEBP)
LETTER_BYTES = 5_000_000


def letter_type(head: bytes) -> Type:
    """The type of an uploaded letter, from its first bytes.

    Raises:
        AccreditationError: it is neither a PDF nor a picture.
    """
    try:
        kind = sniff(head)
    except MediaError:
        kind = None
    if kind not in LETTERS:
        raise AccreditationError("Send the letter as PDF, or as a picture (PNG, JPEG, WebP).")
    return kind


def apply(
    *,
    now: datetime,
    name: str,
    email: str,
    outlet: str,
    role: str,
    basis: Basis,
    bylines: str = "",
    letter_url: str = "",
    letter: tuple[str, Type, str] | None = None,
    statement: str = "",
) -> Application:
    """Take an application in.

    Args:
        now: the instant.
        bylines: addresses, one on each line.
        letter: SHA-256, type and name of an uploaded letter.

    Raises:
        AccountError: the name or the address is none.
        AccreditationError: a link is none, or what the ground asks for is missing.
    """
    rules.web_addresses(bylines)
    if letter_url and not rules.is_web_address(letter_url):
        raise AccreditationError("Write the whole address of the letter, with https://.")
    application = Application(
        name=check_name(name),
        email=check_email(email),
        outlet=outlet,
        role=role,
        basis=basis,
        bylines=bylines,
        letter_url=letter_url,
        statement=statement,
        applied_at=now,
        checks={},
    )
    if letter:
        sha256, kind, file = letter
        application.letter_sha256, application.letter_type = sha256, kind.media_type
        application.letter_name = file_name(file, kind)
    db.session.add(application)
    db.session.flush()
    audit.record(None, "apply", "accreditation", application.id, f"{application.name}, {outlet}", now=now)
    return application


def note_checks(application: Application, checks: Mapping[str, Mapping[str, Any]]) -> None:
    """Keep the checklist of an application that waits.

    Raises:
        AccreditationError: it was decided already.
    """
    if application.decision is not Decision.WAITING:
        raise AccreditationError("This application was decided already.")
    application.checks = {name: dict(check) for name, check in checks.items()}


def approve(
    application: Application, *, by: Actor | None, now: datetime, months: int, days: int
) -> tuple[Journalist, str]:
    """Accredit the person who applied, or accredit them again; gives the token of the link for their password.

    Args:
        months: for how long, from now on.
        days: for how long the link is good.

    Raises:
        AccreditationError: it was decided already, or the checklist does not carry it.
    """
    if application.decision is not Decision.WAITING:
        raise AccreditationError("This application was decided already.")
    rules.check_eligible(application.checks)
    until = rules.months_after(now, months)
    journalist = db.session.scalar(select(Journalist).where(Journalist.email == application.email))
    if journalist is None:
        journalist = Journalist(email=application.email, created_at=now)
        db.session.add(journalist)
    journalist.name, journalist.outlet, journalist.role = application.name, application.outlet, application.role
    journalist.valid_until, journalist.ended_at = until, None
    journalist.suspended_at, journalist.suspension_reason = None, ""
    db.session.flush()
    _decide(application, Decision.APPROVED, by, now)
    application.journalist_id = journalist.id
    _audited(journalist, "accredit", by, now, {"valid_until": [None, until.isoformat()]})
    return journalist, invite(journalist, by=by, now=now, days=days)


def decline(application: Application, *, by: Actor | None, now: datetime, reason: str) -> None:
    """Refuse an application, with a reason.

    Raises:
        AccreditationError: it was decided already, or there is no reason.
    """
    if application.decision is not Decision.WAITING:
        raise AccreditationError("This application was decided already.")
    application.reason = rules.check_reason(reason)
    _decide(application, Decision.DECLINED, by, now)
    title = f"{application.name}, {application.outlet}"
    audit.record(by, "decline", "accreditation", application.id, title, now=now)


def _decide(application: Application, decision: Decision, by: Actor | None, now: datetime) -> None:
    application.decision, application.decided_at = decision, now
    application.decided_by = by.name if by else ""


def invite(journalist: Journalist, *, by: Actor | None, now: datetime, days: int) -> str:
    """A link with which *journalist* sets a password once; an earlier link is good no more. Gives its token."""
    token = passwords.new_token()
    journalist.invite_hash = passwords.fingerprint(token)
    journalist.invite_expires_at = now + timedelta(days=days)
    _audited(journalist, "invite", by, now)
    return token


def renew(journalist: Journalist, *, by: Actor | None, now: datetime, months: int) -> None:
    """Accredit *journalist* for so many months from now on.

    Raises:
        AccreditationError: it was ended, or the number of months is none.
    """
    _check_not_ended(journalist)
    before, journalist.valid_until = journalist.valid_until, rules.months_after(now, months)
    changes = {"valid_until": [before.isoformat(), journalist.valid_until.isoformat()]}
    _audited(journalist, "renew", by, now, changes)


def suspend(journalist: Journalist, *, by: Actor | None, now: datetime, reason: str) -> None:
    """Show *journalist* nothing under embargo until further notice.

    Raises:
        AccreditationError: it was ended, or there is no reason.
    """
    _check_not_ended(journalist)
    journalist.suspension_reason = rules.check_reason(reason)
    journalist.suspended_at = now
    _audited(journalist, "suspend", by, now, {"reason": [None, journalist.suspension_reason]})


def resume(journalist: Journalist, *, by: Actor | None, now: datetime) -> None:
    """Take a suspension back.

    Raises:
        AccreditationError: it was ended.
    """
    _check_not_ended(journalist)
    journalist.suspended_at, journalist.suspension_reason = None, ""
    _audited(journalist, "resume", by, now)


def end(journalist: Journalist, *, by: Actor | None, now: datetime) -> None:
    """End the accreditation: no sign-in, no feed. A new application can begin another one."""
    journalist.ended_at = journalist.ended_at or now
    journalist.feed_hash = journalist.invite_hash = None
    end_sessions(journalist.id, now=now)
    _audited(journalist, "end", by, now)


def _check_not_ended(journalist: Journalist) -> None:
    if journalist.ended_at is not None:
        raise AccreditationError("This accreditation was ended. A new application begins another one.")


def set_password(token: str, stored: Hashed, *, now: datetime) -> Journalist | None:
    """Set the password of whoever has this link, once; None when the link is used, replaced or too old."""
    found = db.session.scalar(
        select(Journalist).where(
            Journalist.invite_hash == passwords.fingerprint(token),
            Journalist.invite_expires_at > now,
            Journalist.ended_at.is_(None),
        )
    )
    if found is None:
        return None
    values = {"password_hash": str(stored), "invite_hash": None, "invite_expires_at": None}
    used: Any = db.session.execute(
        update(Journalist).where(Journalist.id == found.id, Journalist.invite_hash == found.invite_hash).values(values)
    )
    if used.rowcount != 1:
        return None
    end_sessions(found.id, now=now)
    _audited(found, "set password", None, now)
    return found


def sign_in(journalist: Journalist, *, now: datetime, hours: int, address: str, agent: str) -> str:
    """A sign-in on a device, after the password was checked; gives the token for its cookie."""
    token = passwords.new_token()
    row = JournalistSession(
        token_hash=passwords.fingerprint(token),
        journalist=journalist,
        created_at=now,
        expires_at=now + timedelta(hours=hours),
        address=address[:64],
        agent=printable(agent),
    )
    db.session.add(row)
    journalist.last_sign_in = now
    return token


def end_session(session_id: int, *, now: datetime) -> None:
    """Sign one device out."""
    row = db.session.get(JournalistSession, session_id)
    if row is not None:
        row.ended_at = row.ended_at or now


def end_sessions(journalist_id: int, *, now: datetime) -> None:
    """Sign a journalist out everywhere."""
    open_ones = JournalistSession.journalist_id == journalist_id, JournalistSession.ended_at.is_(None)
    db.session.execute(update(JournalistSession).where(*open_ones).values(ended_at=now))


def new_feed(reader: Reader, *, now: datetime) -> str:
    """A private feed, or another secret for it: the earlier address is good no more. Gives the secret."""
    secret = passwords.new_token()
    journalist = db.session.get_one(Journalist, reader.id)
    journalist.feed_hash, journalist.feed_made_at = passwords.fingerprint(secret), now
    return secret


def end_feed(journalist_id: int) -> None:
    """Take the secret of a feed back."""
    journalist = db.session.get_one(Journalist, journalist_id)
    journalist.feed_hash = journalist.feed_made_at = None


def set_mailings(journalist_id: int, *, wanted: bool, now: datetime) -> None:
    """Whether a journalist is sent releases by e-mail, as they said themselves."""
    journalist = db.session.get_one(Journalist, journalist_id)
    if (journalist.mailings_ended_at is None) is not wanted:
        journalist.mailings_ended_at = None if wanted else now
        _audited(journalist, "resume mailings" if wanted else "end mailings", None, now)


def write_agreement(body: str, *, by: Actor | None, now: datetime) -> Agreement:
    """Put a new version of the agreement in force; whoever accepted an earlier one is asked again.

    Raises:
        AccreditationError: it is empty or too long, or says what is in force already.
    """
    body = text.clean(body).strip()
    if not body:
        raise AccreditationError("Write the agreement.")
    if len(body) > rules.LONGEST["agreement"]:
        raise AccreditationError(f"Shorten the agreement to {rules.LONGEST['agreement']:,} characters.")
    newest = db.session.scalar(select(Agreement).order_by(Agreement.number.desc()).limit(1))
    if newest is not None and newest.body == body:
        raise AccreditationError(f"This is version {newest.number} word for word. Change it, or leave it in force.")
    number = (db.session.scalar(select(func.max(Agreement.number))) or 0) + 1
    agreement = Agreement(
        number=number, body=body, body_html=text.to_html(body), at=now, author_name=by.name if by else ""
    )
    db.session.add(agreement)
    db.session.flush()
    audit.record(by, "put in force", "agreement", agreement.id, f"Embargo agreement, version {number}", now=now)
    return agreement


def accept(reader: Reader, number: int, *, now: datetime, address: str, agent: str) -> bool:
    """Note that *reader* accepts version *number*; False when another one is in force by now."""
    newest = db.session.scalar(select(Agreement).order_by(Agreement.number.desc()).limit(1))
    if newest is None or newest.number != number:
        return False
    row = Acceptance(
        journalist_id=reader.id, agreement_id=newest.id, at=now, address=address[:64], agent=printable(agent)
    )
    if not reader.accepted:
        db.session.add(row)
    return True


def tell(journalist: Journalist, release_id: int, version: int, *, by: Actor, now: datetime) -> None:
    """Note that the desk told *journalist* of a version of a release."""
    same = Told.journalist_id == journalist.id, Told.release_id == release_id, Told.version == version
    if db.session.scalar(select(Told.id).where(*same)) is None:
        row = Told(journalist_id=journalist.id, release_id=release_id, version=version, at=now, by_name=by.name)
        db.session.add(row)
        _audited(journalist, "tell of a correction", by, now)


def is_open(journalist: Journalist | None) -> bool:
    """Whether this person can sign in at all; what they then see is another question."""
    return journalist is not None and journalist.ended_at is None and journalist.password_hash is not None


def _audited(
    journalist: Journalist,
    action: str,
    by: Actor | None,
    now: datetime,
    changes: Mapping[str, list[Any]] | None = None,
) -> None:
    title = f"{journalist.name}, {journalist.outlet}"
    audit.record(by, action, "journalist", journalist.id, title, changes=changes or {}, now=now)
