"""Verbs: queue, claim, settle, try again. In a context of staff; the edge commits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, or_, select, update

from pressroom import audit
from pressroom.audit import Actor
from pressroom.kit import mail as post
from pressroom.kit import text
from pressroom.kit.db import db
from pressroom.mail import configured, purposes, rules
from pressroom.mail.models import Mail
from pressroom.mail.rules import KEPT, LEASE, LENGTHS, MailRefusedError, State

GONE = "(The text held a secret link, and was not kept.)"
KIND = "mail"


def queue(
    *,
    purpose: str,
    to: str,
    to_name: str,
    subject: str,
    words: str,
    now: datetime,
    by: Actor | None = None,
    about: Mapping[str, Any] | None = None,
    once: str | None = None,
    due: datetime | None = None,
    html: str = "",
    unsubscribe: str = "",
    secret: bool = False,
) -> Mail | None:
    """Put a message into the outbox, in the transaction of what it tells of.

    Gives None where this press room sends no mail, and where a message with the same *once* was queued before.

    Args:
        purpose: as registered in :mod:`pressroom.mail.purposes`.
        words: the text; the part in HTML is made of it when *html* is empty.
        about: what it concerns.
        once: no second message with it is ever queued.
        due: not before then; at once when None.
        unsubscribe: the address that ends it, where it goes to a list.
        secret: it holds a link that opens something.
    """
    if not configured.is_on() or (once is not None and known(once) is not None):
        return None
    mail = Mail(
        message_id=post.new_message_id(configured.sender()),
        purpose=purpose,
        about=dict(about or {}),
        once=once,
        to_address=to.strip()[: LENGTHS["address"]],
        to_name=post.one_line(to_name)[: LENGTHS["name"]],
        subject=post.one_line(subject)[: LENGTHS["subject"]],
        text=text.clean(words),
        html=html,
        unsubscribe=unsubscribe,
        secret=secret,
        created_at=now,
        created_by=by.name[:200] if by else "",
        due_at=due or now,
    )
    db.session.add(mail)
    db.session.flush()
    return mail


def known(once: str) -> Mail | None:
    """The message that was queued with this *once*."""
    return db.session.scalar(select(Mail).where(Mail.once == once))


def claim(now: datetime) -> int | None:
    """Take the message that is due longest, if there is one, and nobody takes it first; gives its number.

    The caller commits before it sends: a worker that is killed in between has said which message it had in hand.
    """
    waits = and_(Mail.state == State.WAITING, Mail.due_at <= now)
    left = and_(Mail.state == State.SENDING, Mail.claimed_at < now - LEASE)
    due = select(Mail.id, Mail.state, Mail.claimed_at).where(or_(waits, left)).order_by(Mail.due_at, Mail.id).limit(1)
    found = db.session.execute(due).first()
    if found is None:
        return None
    mine = Mail.id == found.id, Mail.state == found.state, Mail.claimed_at.is_not_distinct_from(found.claimed_at)
    values = {"state": State.SENDING, "claimed_at": now, "attempts": Mail.attempts + 1}
    taken: Any = db.session.execute(
        update(Mail).where(*mine).values(values), execution_options={"synchronize_session": False}
    )
    return int(found.id) if taken.rowcount == 1 else 0


def sent(mail: Mail, *, now: datetime) -> None:
    """Note that the server has it."""
    _settle(mail, State.SENT, now=now)


def fail(mail: Mail, problem: str, *, now: datetime) -> None:
    """Give it up, with the reason."""
    _settle(mail, State.FAILED, now=now, problem=problem)


def cancel(mail: Mail, reason: str, *, now: datetime) -> None:
    """It is not sent, because of something that is so by now."""
    _settle(mail, State.CANCELLED, now=now, problem=reason)


def supersede(prefix: str, reason: str, *, now: datetime) -> None:
    """Cancel what waits whose ``once`` begins with *prefix*: something newer takes its place."""
    waiting = select(Mail).where(Mail.once.startswith(prefix, autoescape=True), Mail.state == State.WAITING)
    for mail in db.session.scalars(waiting).all():
        cancel(mail, reason, now=now)


def forget(address: str, purposes: str) -> None:
    """Delete every message to *address* whose purpose begins with *purposes*, whatever became of it."""
    mine = Mail.to_address == address, Mail.purpose.startswith(purposes, autoescape=True)
    db.session.execute(delete(Mail).where(*mine), execution_options={"synchronize_session": False})


def forget_series(prefix: str) -> None:
    """Delete every message whose ``once`` begins with *prefix*, whatever became of it."""
    mine = Mail.once.startswith(prefix, autoescape=True)
    db.session.execute(delete(Mail).where(mine), execution_options={"synchronize_session": False})


def put_off(mail: Mail, problem: str, *, now: datetime) -> None:
    """Try again later; give it up when it was tried often enough."""
    due = rules.next_try(mail.attempts, now)
    if due is None:
        fail(mail, problem, now=now)
        return
    mail.state, mail.due_at, mail.claimed_at = State.WAITING, due, None
    mail.problem = problem[: LENGTHS["problem"]]


def again(mail: Mail, *, by: Actor, now: datetime) -> None:
    """Queue once more what failed or was not sent. Whatever has to hold is asked again before it goes.

    A message whose text is gone may get another text, or stay as it is, and what was in it goes in a new one.

    Raises:
        MailRefusedError: it is on its way, was sent, or cannot be made anew.
    """
    rules.check_again(mail.state)
    if mail.text == GONE and (why := purposes.of(mail).again(mail, now)):
        raise MailRefusedError(why)
    audit.record(by, "try again", KIND, mail.id, f"To {mail.to_address}", now=now)
    if mail.text == GONE:
        return
    mail.state, mail.due_at, mail.attempts, mail.problem = State.WAITING, now, 0, ""
    mail.claimed_at = mail.settled_at = None


def sweep(*, now: datetime) -> bool:
    """Forget what was settled long ago; whether there was any."""
    old = Mail.settled_at < now - KEPT
    if db.session.scalar(select(Mail.id).where(old).limit(1)) is None:
        return False
    db.session.execute(delete(Mail).where(old), execution_options={"synchronize_session": False})
    return True


def _settle(mail: Mail, state: State, *, now: datetime, problem: str = "") -> None:
    mail.state, mail.settled_at, mail.claimed_at = state, now, None
    mail.problem = problem[: LENGTHS["problem"]]
    if mail.secret:
        mail.text, mail.html = GONE, ""
