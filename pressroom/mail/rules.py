"""When a message is tried again, and how it stands. Pure: no session, no clock, no server."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from enum import StrEnum

WAITS = (1, 5, 15, 60, 180, 360, 720, 1440, 1440)
"""Minutes until the next try after each one that failed for now; after the last the message is given up, some three
days after the first (RFC 5321, section 4.5.4.1, has a sender go on for four or five)."""

LEASE = timedelta(minutes=10)
"""For how long a message belongs to whoever claimed it; a worker that died has let it go by then."""

KEPT = timedelta(days=90)
"""For how long what was settled is kept."""

LENGTHS = {"address": 254, "name": 200, "subject": 400, "problem": 500}


class State(StrEnum):
    """How a message stands."""

    label: str

    WAITING = ("waiting", "Queued")
    SENDING = ("sending", "Being sent")
    SENT = ("sent", "Sent")
    FAILED = ("failed", "Failed")
    CANCELLED = ("cancelled", "Not sent")

    def __new__(cls, value: str, label: str = "") -> State:
        """A member with its word for the desk."""
        member = str.__new__(cls, value)
        member._value_, member.label = value, label
        return member

    @property
    def is_open(self) -> bool:
        """Whether it may still go out by itself."""
        return self in {State.WAITING, State.SENDING}


class MailRefusedError(ValueError):
    """Something cannot be done with a message; the message of this error is a sentence for the desk."""


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When a message that failed for now is tried again; None when it has been tried often enough.

    Args:
        attempts: how often it was tried, this time included.
        now: the instant.
    """
    return now + timedelta(minutes=WAITS[attempts - 1]) if attempts <= len(WAITS) else None


def check_again(state: State) -> None:
    """Refuse to queue a message once more that is on its way, or was sent.

    Raises:
        MailRefusedError: with what to do instead.
    """
    if state.is_open:
        raise MailRefusedError("This message is in the queue already; it is tried again by itself.")
    if state is State.SENT:
        raise MailRefusedError("This message was sent; it is not sent twice.")


_ANSWER = re.compile(r"(?P<code>[245]\d\d)?[ -]?(?P<status>[245]\.\d{1,3}\.\d{1,3})?")
_NO_ADDRESS = ("5.1.", "5.2.1", "5.0.0")
_OF_THE_SENDER = ("5.6.", "5.7.")


def is_for_good(said: str) -> bool:
    """Whether an answer of a server, or the status of a report, says that an address takes no mail, now or later.

    Without a status (RFC 3463) a refusal may be one of the sender as well, such as "550 relaying denied": it counts
    once, as whatever else comes back.
    """
    return _status(said).startswith(_NO_ADDRESS)


def is_about_us(said: str) -> bool:
    """Whether what was refused is the message, or who sends it: that says nothing of the address (RFC 3463)."""
    return _status(said).startswith(_OF_THE_SENDER)


def _status(said: str) -> str:
    found = _ANSWER.match(said.strip())
    assert found is not None, "every part of it may be missing"
    return found["status"] or ""
