"""What people of the press office are mailed: the link with which they choose a password."""

from __future__ import annotations

from datetime import datetime

from flask import Flask

from pressroom import accounts, mail
from pressroom.accounts import Letter
from pressroom.accounts import queries as people
from pressroom.accounts.rules import LinkFor
from pressroom.kit import dates
from pressroom.kit.settings import setting
from pressroom.mail import Purpose
from pressroom.mail.models import Mail

PURPOSE = "account link"

INVITED = """Dear {name},

you can now work at the press desk of {house}. Choose a password here:

{link}

The link is good once, until {until}. Afterwards you sign in as {to}.

If you did not expect this, write to us, and leave the link alone.
"""

FORGOTTEN = """Dear {name},

with this link you choose another password for the press desk of {house}:

{link}

The link is good once, until {until}. If you have a second factor, it stays.

If you did not ask for it, leave the link alone: your password is not changed by it. If it comes again and again, tell
an administrator of the press room.
"""

WORDS = {
    LinkFor.INVITE: ("Choose a password for the press desk of {house}", INVITED),
    LinkFor.RESET: ("Another password for the press desk of {house}", FORGOTTEN),
}


def init_app(app: Flask) -> None:
    """Carry the letters of accounts."""
    mail.register(PURPOSE, Purpose("Link to a password", check=_why_not))
    accounts.delivered_by(app, accounts.Post(mail.is_on, _carry))


def _carry(letter: Letter, now: datetime) -> None:
    """Put *letter* into the outbox. Its text is not kept once it went: whoever has the link can use it."""
    subject, words = WORDS[letter.purpose]
    said = {
        "name": letter.to_name,
        "house": setting("organisation_name"),
        "link": letter.link,
        "until": dates.moment(letter.until, setting("time_zone")),
        "to": letter.to,
    }
    mail.queue(
        purpose=PURPOSE,
        to=letter.to,
        to_name=letter.to_name,
        subject=subject.format(**said),
        words=words.format(**said),
        about={"link": letter.number},
        secret=True,
        now=now,
    )


def _why_not(message: Mail, now: datetime) -> str:
    """Why the link is not sent any more."""
    if people.link_is_good(int(message.about["link"]), now=now):
        return ""
    return "The link was used, or a newer one was made, or the person has no access any more."
