"""What messages are for. The rooms above say what has to hold before one goes out, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pressroom.mail.models import Mail

Check = Callable[[Mail, datetime], str]
"""Gives why a message may not be sent any more, as a sentence; empty when it may."""

Refused = Callable[[Mail, str, datetime], None]
"""What is written down when the server refused a message for good, or took it too often not, or it came back: what was
said begins with the code, such as ``550 5.1.1``."""

Followed = Callable[[Mail, datetime], None]
"""What is written down in the transaction in which a message is noted as sent."""


@dataclass(frozen=True)
class Purpose:
    """What a room does about its messages."""

    label: str
    check: Check = lambda _mail, _now: ""
    followed: Followed = lambda _mail, _now: None
    refused: Refused = lambda _mail, _said, _now: None


_purposes: dict[str, Purpose] = {}


def register(name: str, purpose: Purpose) -> None:
    """Have *purpose* asked about each message that is called *name*."""
    _purposes[name] = purpose


def of(mail: Mail) -> Purpose:
    """What is to be done about *mail*. What no room knows goes nowhere."""
    return _purposes.get(mail.purpose) or Purpose(
        mail.purpose, check=lambda _m, _n: "Nothing sends such messages any more."
    )
