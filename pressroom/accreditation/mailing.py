"""What is mailed, to whom, and what has to hold before it goes. In contexts of staff; nothing here commits.

Nothing is queued where the press room sends no mail: the desk then offers the text to copy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app, render_template
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import func, select

from pressroom import mail
from pressroom.accounts.passwords import fingerprint
from pressroom.accreditation import letters, queries, reading
from pressroom.accreditation.letters import Words
from pressroom.accreditation.models import Application, Journalist, LedgerEntry, Told
from pressroom.accreditation.queries import Holder, change_once
from pressroom.accreditation.reading import Copy, Reader
from pressroom.accreditation.rules import Standing
from pressroom.audit import Actor
from pressroom.kit import dates, web
from pressroom.kit.db import db
from pressroom.kit.settings import setting
from pressroom.mail import Purpose
from pressroom.mail import actions as outbox
from pressroom.mail import queries as messages
from pressroom.mail.models import Mail
from pressroom.releases import queries as releases
from pressroom.releases import renditions, rules, saves
from pressroom.releases.models import Release, ReleaseRevision
from pressroom.releases.rules import State

CALM = timedelta(minutes=5)
"""A change under embargo is told after so long without another one: whoever edits saves more than once."""

EDITS = frozenset({"edit", "restore", "attach", "add picture", "arrange pictures", "arrange files"})
TOLD_AFTERWARDS = frozenset({"correct", "withdraw"})
"""What is told of a release that is public; other changes of it concern nobody who read it before."""

BY_MAIL = "by e-mail"


# To people -------------------------------------------------------------------------------------------------


def link(journalist: Journalist, token: str, *, days: int, new: bool, by: Actor | None, now: datetime) -> Mail | None:
    """Send the link that sets a password.

    Args:
        token: of the link, which is kept as a hash only; so the message is kept no longer than it has to be.
        new: they were just accredited.
    """
    words = letters.link(
        name=journalist.name,
        house=setting("organisation_name"),
        until=dates.day(journalist.valid_until, setting("time_zone")),
        address=web.external("embargo.password", token=token),
        days=days,
        entry=web.absolute("/embargo/"),
        new=new,
    )
    about = {"journalist": journalist.id, "link": fingerprint(token)}
    return _to(journalist.name, journalist.email, words, "link", now=now, by=by, about=about, secret=True)


def declined(application: Application, *, by: Actor | None, now: datetime) -> Mail | None:
    """Send the reason why an application was declined."""
    words = letters.declined(
        name=application.name,
        house=setting("organisation_name"),
        reason=application.reason,
        contact=setting("contact_email"),
    )
    about = {"application": application.id}
    return _to(application.name, application.email, words, "declined", now=now, by=by, about=about)


def applied(application: Application, *, now: datetime) -> None:
    """Tell whoever applied that it has come, once a day for one address, and the press office that it waits."""
    house, about = setting("organisation_name"), {"application": application.id}
    once = f"received:{fingerprint(application.email)[:32]}:{now:%Y-%m-%d}"
    contact = " · ".join(filter(None, (setting("contact_phone"), setting("contact_email"))))
    words = letters.received(house=house, contact=contact)
    _to("", application.email, words, "received", now=now, about=about, once=once)
    if setting("contact_email"):
        words = letters.came(
            name=application.name,
            outlet=application.outlet,
            basis=application.basis.label,
            address=web.absolute(f"/desk/accreditation/applications/{application.id}"),
        )
        _to(house, setting("contact_email"), words, "came", now=now, about=about)


def _to(name: str, address: str, words: Words, purpose: str, **more: Any) -> Mail | None:
    return mail.queue(purpose=purpose, to=address, to_name=name, subject=words.subject, words=words.text, **more)


# A release under embargo -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Candidate:
    """Somebody who could be sent a release.

    Attributes:
        why_not: why they are not sent it, in words; empty when they can be.
    """

    journalist: Journalist
    why_not: str


def candidates(release_id: int, version: int, now: datetime) -> list[Candidate]:
    """Everybody who is accredited or was, and who of them can be sent this version of a release."""
    people = [each for each in queries.journalists() if each.standing(now) is not Standing.ENDED]
    accepted = queries.who_accepted()
    queued = messages.by_once([_once(release_id, version, each.id) for each in people])
    return [
        Candidate(each, _why_not(each, each.id in accepted, now) or _had(_once(release_id, version, each.id), queued))
        for each in people
    ]


def _had(once: str, queued: Mapping[str, Mail]) -> str:
    """Whoever was sent it is not sent it twice, and what failed is tried again where it stands."""
    if once not in queued:
        return ""
    return f"this version: {queued[once].state.label.lower()}"


def _why_not(journalist: Journalist, accepted: bool, now: datetime) -> str:
    standing = journalist.standing(now)
    if standing is not Standing.ACCREDITED:
        return standing.value
    if not accepted:
        return "has not accepted the agreement in force"
    return "wants no releases by e-mail" if journalist.mailings_ended_at else ""


def release_letter(copy: Copy, reader: Reader, now: datetime) -> tuple[Words, str, str]:
    """The message with which *reader* is sent a release: its words, its page, and the address that ends the list."""
    release = copy.release
    line = rules.release_line(State.EMBARGOED, release.public_from, release.zone)
    stop = web.external("embargo.mailings", token=signer().dumps(reader.id))
    address = web.absolute(release.address)
    plain = renditions.plain(release, now=now)
    given = {"line": line, "address": address, "stop": stop}
    words = letters.release(name=reader.name, outlet=reader.outlet, headline=release.headline, plain=plain, **given)
    html = render_template("accreditation/mail_release.html", release=release, reader=reader, **given)
    return words, html, stop


def send_release(
    copy: Copy, letter: tuple[Words, str, str], reader: Reader, *, by: Actor | None, now: datetime
) -> Mail | None:
    """Queue a release for *reader*, after the ledger says that it is handed out. None when it was queued before."""
    words, html, stop = letter
    about = {"journalist": reader.id, "release": copy.id, "version": copy.version}
    once = _once(copy.id, copy.version, reader.id)
    given = {"by": by, "about": about, "once": once, "html": html, "unsubscribe": stop}
    return _to(reader.name, reader.email, words, "release", now=now, **given)


def signer() -> URLSafeSerializer:
    """Signs the number of a journalist in the address that ends their mailings."""
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="releases by e-mail")


def of_token(token: str) -> int | None:
    """Whose mailings this address ends; None when it is not one of ours."""
    try:
        number = signer().loads(token)
    except BadSignature:
        return None
    return number if isinstance(number, int) else None


def _once(release_id: int, version: int, journalist_id: int) -> str:
    return f"release:{release_id}:{version}:{journalist_id}"


def may_be_sent(message: Mail, now: datetime) -> str:
    """Why a release may not go out any more; asked at the moment of sending."""
    journalist = db.session.get(Journalist, message.about["journalist"])
    release = db.session.get(Release, message.about["release"])
    if journalist is None or release is None:
        return "The journalist or the release is no longer there."
    if why := _why_not(journalist, journalist.id in queries.who_accepted(), now):
        return f"{journalist.name} may not be sent it: {why}."
    if release.state(now) is not State.EMBARGOED:
        return "The release is not under embargo any more."
    if queries.newest_version(release.id) != message.about["version"]:
        return "The release changed since this was queued. Send the new version."
    return ""


# Changes ----------------------------------------------------------------------------------------------------


@saves.heard
def tell(release: Release, revision: ReleaseRevision, by: Actor | None, now: datetime) -> None:
    """Queue a notice to each person who holds an older version, in the transaction of the save."""
    if not mail.is_on() or not _was_handed_out(release.id):
        return
    early = revision.act == "publish" and release.embargoed
    if release.state(now).is_draft and "public_from" not in revision.changed:
        return  # it was taken back before, and they are told of that
    if release.state(now).is_out and not early and revision.act not in TOLD_AFTERWARDS:
        return  # whoever was told of the correction before it is not told again
    outbox.supersede(f"change:{release.id}:", f"Version {revision.number} came after it.", now=now)
    calm = revision.act in EDITS and release.state(now) is State.EMBARGOED
    for holder in queries.holders(release.id, now):
        if not early and (holder.notice is None or holder.told_at):
            continue
        name = "lifted" if early else "change"
        _to(
            holder.name,
            holder.email,
            _lifted(release, holder) if early else _notice(release, revision, holder, now),
            name,
            now=now,
            by=by,
            about={"journalist": holder.journalist_id, "release": release.id, "version": revision.number},
            once=change_once(release.id, revision.number, holder.journalist_id, name),
            due=now + CALM if calm else now,
        )


def _notice(release: Release, revision: ReleaseRevision, holder: Holder, now: datetime) -> Words:
    assert holder.notice is not None
    house, standing = setting("organisation_name"), release.state(now)
    said = {"name": holder.name, "headline": _known_headline(release.id, holder.version), "house": house}
    address = web.absolute(release.address) if release.address else ""
    if release.withdrawn_at is not None:
        return letters.withdrawn(reason=release.withdrawal_reason, address=address, **said)
    if standing.is_out:
        return letters.corrected(note=release.corrections[0].note, address=address, **said)
    if not standing.waits:
        return letters.taken_back(**said)
    line = rules.release_line(standing, release.public_from, release.zone)
    return letters.changed(line=line, what=holder.notice.changed, address=address, **said)


def _lifted(release: Release, holder: Holder) -> Words:
    assert release.public_from is not None
    return letters.lifted(
        name=holder.name,
        headline=release.headline,
        moment=dates.moment(release.public_from, release.zone),
        address=web.absolute(release.address),
        house=setting("organisation_name"),
    )


def _known_headline(release_id: int, version: int) -> str:
    """As it was in the version that somebody holds: whoever may read no more is told nothing new by the notice."""
    held = releases.revision(release_id, version)
    return str(held.fields.get("headline", "")) if held else ""


def _was_handed_out(release_id: int) -> bool:
    return (
        db.session.scalar(select(LedgerEntry.number).where(LedgerEntry.release_id == release_id).limit(1)) is not None
    )


def still_to_be_told(message: Mail, now: datetime) -> str:
    """Why a notice need not go out any more."""
    journalist_id, release_id = message.about["journalist"], message.about["release"]
    read = LedgerEntry.journalist_id == journalist_id, LedgerEntry.release_id == release_id, reading.holds_text()
    held = db.session.scalar(select(func.max(LedgerEntry.version)).where(*read))
    if held is None:
        return "They were never given the text: the message with it was not sent."
    if held >= message.about["version"]:
        return "They have read the new version by now."
    told = Told.journalist_id == journalist_id, Told.release_id == release_id
    if db.session.scalar(select(Told.id).where(*told, Told.version >= message.about["version"]).limit(1)):
        return "They were told of it already."
    return ""


def note_told(message: Mail, now: datetime) -> None:
    """The notice went out: they are told."""
    row = {name: message.about[key] for name, key in _TOLD.items()}
    db.session.add(Told(at=now, by_name=BY_MAIL, **row))


_TOLD = {"journalist_id": "journalist", "release_id": "release", "version": "version"}


def notices_of(release_id: int, version: int, journalists: Iterable[int]) -> dict[int, Mail]:
    """The notices of a version, by journalist."""
    names = {change_once(release_id, version, number): number for number in journalists}
    return {names[once]: row for once, row in messages.by_once(names).items()}


def is_current(message: Mail, now: datetime) -> str:
    """Why the link in a message opens nothing any more."""
    journalist = db.session.get(Journalist, message.about["journalist"])
    if journalist is None or journalist.ended_at is not None:
        return "The accreditation was ended."
    return "" if journalist.invite_hash == message.about["link"] else "Another link replaced it, or it was used."


for name, purpose in {
    "link": Purpose("Link for a password", check=is_current),
    "declined": Purpose("Application declined"),
    "received": Purpose("Application received"),
    "came": Purpose("Notice of an application"),
    "release": Purpose("Release under embargo", check=may_be_sent),
    "change": Purpose("Notice of a change", check=still_to_be_told, followed=note_told),
    "lifted": Purpose("Embargo lifted early"),
}.items():
    mail.register(name, purpose)
