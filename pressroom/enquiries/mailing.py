"""What is mailed about an enquiry, and what has to hold before it goes. In contexts of staff; nothing here commits."""

from __future__ import annotations

from datetime import datetime

from pressroom import mail
from pressroom.audit import Actor
from pressroom.enquiries import letters, links
from pressroom.enquiries.letters import Words
from pressroom.enquiries.models import Enquiry
from pressroom.kit import dates, web
from pressroom.kit.db import db
from pressroom.kit.settings import setting
from pressroom.mail import Purpose
from pressroom.mail import actions as outbox
from pressroom.mail.models import Mail


def came(enquiry: Enquiry, *, now: datetime, to_reporter: bool) -> None:
    """Tell the press office that somebody asks, and the reporter that it came.

    Args:
        to_reporter: whether one more message may go to the address that was typed.
    """
    deadline = _deadline(enquiry)
    if setting("contact_email"):
        words = letters.came(
            topic=enquiry.topic.label.lower(),
            deadline=deadline,
            about=f"{enquiry.about_title} ({web.absolute(enquiry.about_path)})" if enquiry.about_path else "",
            question=enquiry.question,
            who=f"{enquiry.name}, {enquiry.outlet}",
            address=web.absolute(f"/desk/enquiries/{enquiry.id}"),
        )
        _to(setting("contact_email"), enquiry, words, "came", now=now)
    if enquiry.email and to_reporter:
        words = letters.received(
            house=setting("organisation_name"), contact=_contact(), address=links.address(enquiry), deadline=deadline
        )
        _to(enquiry.email, enquiry, words, "received", now=now)


def told(enquiry: Enquiry, words: str, what: str, *, by: Actor, now: datetime) -> Mail | None:
    """Send the reporter what the desk wrote, the last note; None where there is no address, or no mail is sent."""
    if not enquiry.email or not words:
        return None
    letter = letters.told(
        house=setting("organisation_name"), contact=_contact(), words=words, address=links.address(enquiry), what=what
    )
    db.session.flush()  # the note has its number by then; how many there are, two colleagues may count alike
    return _to(enquiry.email, enquiry, letter, f"told:{enquiry.notes[-1].id}", now=now, by=by)


def forget(enquiry: Enquiry) -> None:
    """Delete every message about *enquiry*, whatever became of it."""
    outbox.forget_series(_series(enquiry))


def _to(
    address: str, enquiry: Enquiry, words: Words, what: str, *, now: datetime, by: Actor | None = None
) -> Mail | None:
    return mail.queue(
        purpose=f"enquiry-{what.partition(':')[0]}",
        to=address,
        to_name="",
        subject=words.subject,
        words=words.text,
        now=now,
        by=by,
        about={"enquiry": enquiry.id},
        once=_series(enquiry) + what,
        secret=what != "came",  # it holds the link
    )


def _series(enquiry: Enquiry) -> str:
    return f"enquiry:{enquiry.id}:"


def _deadline(enquiry: Enquiry) -> str:
    return dates.moment(enquiry.deadline_at, enquiry.zone) if enquiry.deadline_at else ""


def _contact() -> str:
    return " · ".join(filter(None, (setting("contact_phone"), setting("contact_email"))))


def _erased(message: Mail, _now: datetime) -> str:
    """What was erased while a message waited is told nobody any more."""
    enquiry = db.session.get(Enquiry, message.about.get("enquiry", 0))
    return "" if enquiry is not None and enquiry.erased_at is None else "The enquiry was erased."


LABELS = {
    "came": "Tells the press office of an enquiry",
    "received": "Confirms an enquiry",
    "told": "Answers an enquiry",
}

for what, label in LABELS.items():
    mail.register(f"enquiry-{what}", Purpose(label, check=_erased))
