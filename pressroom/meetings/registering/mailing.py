"""What is mailed to those who register, and what has to hold before it goes. In contexts of staff; nothing commits.

Nothing is queued where the press room sends no mail: the desk then shows the address of a registration's page.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from pressroom import mail
from pressroom.accounts.passwords import fingerprint
from pressroom.accreditation.letters import Words
from pressroom.accreditation.rules import Decision
from pressroom.audit import Actor
from pressroom.kit import dates, web
from pressroom.kit.db import db
from pressroom.kit.settings import setting
from pressroom.mail import Purpose
from pressroom.mail import actions as outbox
from pressroom.mail.models import Mail
from pressroom.meetings.models import Briefing, Meeting
from pressroom.meetings.registering import letters, links
from pressroom.meetings.registering.models import Registration

CALM = timedelta(minutes=5)
"""A move is told after so long without another one: whoever plans, moves more than once."""


def received(registration: Registration, *, new: bool, now: datetime) -> None:
    """Tell whoever registered that it has come, once a day for one address; and the press office, if it is new."""
    meeting, about = registration.meeting, {"registration": registration.id}
    once = f"registered:{meeting.id}:{fingerprint(registration.email)[:32]}:{now:%Y-%m-%d}"
    words = letters.received(meeting=meeting.title, address=links.address(registration), **_from())
    _to("", registration.email, words, "registration received", now=now, about=about, once=once, secret=True)
    if new and setting("contact_email"):
        words = letters.came(
            name=registration.name,
            outlet=registration.outlet,
            basis=registration.basis.label,
            meeting=meeting.title,
            address=web.absolute(f"/desk/meetings/{meeting.id}/registrations/{registration.id}"),
        )
        house = setting("organisation_name")
        _to(house, setting("contact_email"), words, "registration came", now=now, about=about)


def decided(registration: Registration, *, by: Actor | None, now: datetime) -> Mail | None:
    """Send what was decided."""
    meeting = registration.meeting
    said = {"name": registration.name, "meeting": meeting.title, **_from()}
    if registration.decision is Decision.APPROVED:
        days = f"{dates.day(meeting.starts_on)} to {dates.day(meeting.ends_on)}"
        words = letters.approved(days=days, place=meeting.place, address=links.address(registration), **said)
    else:
        words = letters.declined(reason=registration.reason, **said)
    about = {"registration": registration.id, "decision": registration.decision.value}
    has_link = registration.decision is Decision.APPROVED
    given = {"now": now, "by": by, "about": about, "secret": has_link}
    return _to(registration.name, registration.email, words, "registration decided", **given)


def briefing_moved(meeting: Meeting, briefing: Briefing, *, by: Actor | None, now: datetime) -> None:
    """Tell everybody who is registered where a briefing is now, and when."""
    if not _is_told(meeting, now):
        return
    outbox.supersede(f"briefing:{briefing.id}:", "It was moved once more.", now=now)
    at, place = briefing.starts_at, briefing.place
    for each in _approved(meeting):
        words = letters.moved(
            name=each.name,
            briefing=briefing.title,
            meeting=meeting.title,
            moment=dates.moment(at, meeting.zone),
            place=", ".join(filter(None, (place, meeting.place))),
            address=_programme(meeting),
            house=setting("organisation_name"),
        )
        about = {"registration": each.id, "briefing": briefing.id, "at": at.isoformat(), "place": place}
        once = f"briefing:{briefing.id}:{briefing.version}:{each.id}"
        given = {"now": now, "by": by, "about": about, "once": once, "due": now + CALM}
        _to(each.name, each.email, words, "briefing moved", **given)


def briefing_cancelled(meeting: Meeting, briefing: Briefing, *, by: Actor | None, now: datetime) -> None:
    """Tell everybody who is registered that a briefing, which goes out of the programme, will not be held."""
    if not _is_told(meeting, now) or briefing.ends_at <= now:
        return
    outbox.supersede(f"briefing:{briefing.id}:", "It will not be held.", now=now)
    for each in _approved(meeting):
        words = letters.cancelled(
            name=each.name,
            briefing=briefing.title,
            meeting=meeting.title,
            moment=dates.moment(briefing.starts_at, meeting.zone),
            address=_programme(meeting),
            house=setting("organisation_name"),
        )
        about, once = {"registration": each.id}, f"briefing-gone:{briefing.uid or briefing.id}:{each.id}"
        _to(each.name, each.email, words, "briefing cancelled", now=now, by=by, about=about, once=once)


def _is_told(meeting: Meeting, now: datetime) -> bool:
    over = dates.end(meeting.ends_on, meeting.zone)
    return mail.is_on() and meeting.is_public(now) and (over is None or now < over)


def _approved(meeting: Meeting) -> Sequence[Registration]:
    which = Registration.meeting_id == meeting.id, Registration.decision == Decision.APPROVED
    return db.session.scalars(select(Registration).where(*which).order_by(Registration.id)).all()


def _programme(meeting: Meeting) -> str:
    return web.external("meetings.of_year", year=meeting.year)


def _from() -> dict[str, str]:
    contact = " · ".join(filter(None, (setting("contact_phone"), setting("contact_email"))))
    return {"house": setting("organisation_name"), "contact": contact}


def _to(name: str, address: str, words: Words, purpose: str, **more: Any) -> Mail | None:
    return mail.queue(purpose=purpose, to=address, to_name=name, subject=words.subject, words=words.text, **more)


# Before it goes -------------------------------------------------------------------------------------------


def is_registered(message: Mail, now: datetime) -> str:
    """Why somebody need not be told any more."""
    registration = db.session.get(Registration, message.about["registration"])
    if registration is None:
        return "The registration is no longer there."
    return "" if registration.decision is Decision.APPROVED else "They are not registered any more."


def is_decided_so(message: Mail, now: datetime) -> str:
    """Why a decision need not be told any more."""
    registration = db.session.get(Registration, message.about["registration"])
    if registration is None:
        return "The registration is no longer there."
    return "" if registration.decision.value == message.about["decision"] else "Something else was decided since."


def is_moved_so(message: Mail, now: datetime) -> str:
    """Why a move need not be told any more."""
    briefing = db.session.get(Briefing, message.about["briefing"])
    if briefing is None:
        return "The briefing is out of the programme."
    told = message.about["at"], message.about["place"]
    if told != (briefing.starts_at.isoformat(), briefing.place):
        return "It was moved once more."
    return is_registered(message, now)


for name, purpose in {
    "registration received": Purpose("Press registration received"),
    "registration came": Purpose("Notice of a press registration"),
    "registration decided": Purpose("Press registration decided", check=is_decided_so),
    "briefing moved": Purpose("Briefing moved", check=is_moved_so),
    "briefing cancelled": Purpose("Briefing cancelled", check=is_registered),
}.items():
    mail.register(name, purpose)
