"""From the outbox to the server: claim, ask whether it may still go, send, write down; never two of these at once.

No transaction is open while a server is talked to. A worker that is killed after the server took a message and before
that is written down sends it again ten minutes later, with the same Message-ID: SMTP allows no better.
"""

from __future__ import annotations

import logging
from contextlib import ExitStack
from datetime import datetime, timedelta

from pressroom.kit import clock
from pressroom.kit import mail as post
from pressroom.kit.db import db
from pressroom.kit.mail import Connection, DelayedError, Letter, MailError, RefusedError
from pressroom.kit.settings import setting
from pressroom.mail import actions, configured, purposes, queries
from pressroom.mail.models import Mail
from pressroom.mail.rules import State

MOST = 200  # in one turn of the worker, which has other work as well

log = logging.getLogger(__name__)


def work_off(now: datetime) -> int:
    """Send what is due at *now*; gives how many messages the server took. In a context of staff.

    It ends when the server does not answer: what waits is tried with the next turn.
    """
    taken = 0
    with ExitStack() as stack:
        connection: Connection | None = None
        for _ in range(_most(now)):
            number = actions.claim(now)
            db.session.commit()
            if number is None:
                break
            letter = _letter(number, now) if number else None
            if letter is None:
                continue
            try:
                message = post.compose(letter)
                connection = connection or stack.enter_context(configured.connected())
                post.hand_over(connection, message, bounces=setting("mail_bounces"))
            except (MailError, RefusedError) as error:
                _note(number, now, failed=str(error))
            except DelayedError as error:
                _note(number, now, delayed=str(error), of_the_server=error.of_the_server)
                if error.of_the_server:
                    break
            else:
                _note(number, now)
                taken += 1
    return taken


def _most(now: datetime) -> int:
    """How many may go in this turn, at the pace that the server was promised."""
    pace: int = setting("mail_pace")
    if not pace:
        return MOST
    gone = queries.sent_since(now - timedelta(minutes=1))
    db.session.rollback()
    return max(0, min(MOST, pace - gone))


def _letter(number: int, now: datetime) -> Letter | None:
    """What is to be sent, after whoever knows was asked whether it still may; None when it may not."""
    mail = queries.by_id(number)
    if mail is None:  # its reader ended everything, and it was deleted, after it was claimed
        db.session.rollback()
        return None
    if why := purposes.of(mail).check(mail, now):
        actions.cancel(mail, why, now=now)
        log.info("mail %d was not sent: it may not be any more", number)
        db.session.commit()
        return None
    letter = letter_of(mail)
    db.session.rollback()
    return letter


def letter_of(mail: Mail) -> Letter:
    """*mail* as it goes out."""
    return Letter(
        message_id=mail.message_id,
        at=mail.created_at,
        sender=configured.sender(),
        sender_name=setting("organisation_name"),
        reply_to=setting("contact_email"),
        to=mail.to_address,
        to_name=mail.to_name,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        unsubscribe=mail.unsubscribe,
    )


def _note(number: int, now: datetime, *, failed: str = "", delayed: str = "", of_the_server: bool = False) -> None:
    """Write down what became of a message, unless somebody else did meanwhile. Nothing of its text is logged.

    Args:
        of_the_server: it was put off for a reason that says nothing of its address.
    """
    moment = max(now, clock.now())
    mail = queries.by_id(number)
    if mail is None or mail.state is not State.SENDING:
        db.session.rollback()
        return
    if failed:
        actions.fail(mail, failed, now=moment)
        purposes.of(mail).refused(mail, failed, moment)
        log.warning("mail %d failed for good", number)
    elif delayed:
        actions.put_off(mail, delayed, now=moment)
        if mail.settled_at:
            if not of_the_server:
                purposes.of(mail).refused(mail, delayed, moment)
            purposes.of(mail).given_up(mail, moment)
        log.warning("mail %d could not be sent: %s", number, "given up" if mail.settled_at else "tried again later")
    else:
        actions.sent(mail, now=moment)
        purposes.of(mail).followed(mail, moment)
    db.session.commit()
