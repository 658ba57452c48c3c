"""What messages are for. The rooms above say what has to hold before one goes out, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pressroom.mail.models import Mail

Check = Callable[[Mail, datetime], str]
"""Gives why a message may not be sent any more, as a sentence; empty when it may."""

Refused = Callable[[Mail, str, datetime], None]
"""What is written down when a server said of the address that it takes no message, for good or for too long now, or
when one came back: what was said begins with the code, such as ``550 5.1.1``. It is told once of each message, and once
more if a report says later that it is for good."""

GivenUp = Callable[[Mail, datetime], None]
"""What is written down when a message was tried for so long that it is given up."""

Again = Callable[[Mail, datetime], str]
"""Makes what was in a message anew, whose text was not kept: puts a text into it, or what was in it into a new message.
Gives why that cannot be, as a sentence; empty when it is done."""

Followed = Callable[[Mail, datetime], None]
"""What is written down in the transaction in which a message is noted as sent."""


NOT_KEPT = (
    "The text held a secret link and was not kept. Make a new link where this one was made, and it is sent again."
)


@dataclass(frozen=True)
class Purpose:
    """What a room does about its messages."""

    label: str
    check: Check = lambda _mail, _now: ""
    followed: Followed = lambda _mail, _now: None
    refused: Refused = lambda _mail, _said, _now: None
    given_up: GivenUp = lambda _mail, _now: None
    again: Again = lambda _mail, _now: NOT_KEPT


_purposes: dict[str, Purpose] = {}


def register(name: str, purpose: Purpose) -> None:
    """Have *purpose* asked about each message that is called *name*."""
    _purposes[name] = purpose


def of(mail: Mail) -> Purpose:
    """What is to be done about *mail*. What no room knows goes nowhere."""
    return _purposes.get(mail.purpose) or Purpose(
        mail.purpose, check=lambda _m, _n: "Nothing sends such messages any more."
    )
