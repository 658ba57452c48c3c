"""Verbs of links: follow what came in, claim a host, write down what was found, and what people say. None commits.

The public's side of it is two columns of the clip, written by :func:`settle` alone, and only when they change.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import func, insert, or_, select, update

from pressroom import audit
from pressroom.audit import Actor
from pressroom.clips import addresses
from pressroom.clips.addresses import AddressError
from pressroom.clips.links import queries, rules
from pressroom.clips.links.models import LONGEST_SAID, ClipLink, LinkCheck, LinkHost
from pressroom.clips.links.rules import Copy, Finding, LinkError, LinkState
from pressroom.clips.models import Clip
from pressroom.kit.db import db, insert_into, met
from pressroom.kit.settings import setting

LEASE = timedelta(minutes=3)
DYING = timedelta(hours=6)  # until a link is looked at again with which a process ended
PORTION = 500  # clips that are taken up in one transaction
FEW = 50  # new clips that are looked at at once; more are spread over the interval
AT_ONCE = 200  # links of a host that does not exist, for which one request is enough
KIND = "clip"


@dataclass(frozen=True)
class Claimed:
    """A host that this process asks now, and why.

    Attributes:
        clip_id: the clip whose link is to be looked at; None to ask for an address that nobody ever had.
    """

    host_id: int
    host: str
    token: str
    clip_id: int | None


def interval() -> timedelta:
    """How often a link that is as it should be is looked at."""
    return timedelta(days=setting("link_check_days"))


# Taking up -----------------------------------------------------------------------------------------------


def take_up(now: datetime) -> int:
    """Give a portion of the clips that came in a row each; gives how many. However they came in does not matter."""
    found = queries.without_link(PORTION)
    if not found:
        return 0
    many = sum(origin != "sample" for _, _, origin in found) > FEW
    hosts = _hosts({rules.host_of(url) for _, url, _ in found}, now)
    rows = [
        {
            "clip_id": clip_id,
            "host_id": hosts[rules.host_of(url)],
            "url": url,
            "due_at": None
            if origin == "sample" or rules.is_reserved(rules.host_of(url))
            else rules.first_due(now=now, interval=interval(), seed=clip_id, at_once=not many),
            "created_at": now,
        }
        for clip_id, url, origin in found
    ]
    db.session.execute(insert_into(ClipLink).values(_filled(rows)).on_conflict_do_nothing())
    _expect(set(hosts.values()))
    return len(rows)


def begin_anew(clip: Clip, *, now: datetime) -> None:
    """The clip has another address: what was known of the old one is history, and the new one is looked at at once."""
    if clip.copy_url:
        _show(clip.id, "", None)
    link = db.session.get(ClipLink, clip.id)
    host = rules.host_of(clip.url)
    if link is None:  # the worker takes up new clips only, by their numbers
        if clip.url:
            _add(clip, host, now)
        return
    link.url, link.host_id = clip.url, _hosts({host}, now)[host] if clip.url else link.host_id
    link.state, link.said, link.status, link.final_address, link.mark = LinkState.NEW, "", 0, "", ""
    link.failures, link.failed_at, link.cleared_state, link.cleared_by_name, link.cleared_at = 0, None, None, "", None
    link.copy_url, link.copy_at, link.copy_source, link.copy_due_at, link.copy_said = "", None, "", None, ""
    link.copy_attempts = 0
    link.due_at = now if clip.url and not rules.is_reserved(host) else None
    db.session.flush()
    _expect({link.host_id})


def resume(clip: Clip, *, now: datetime) -> None:
    """Look soon at the link of a clip that was brought back: nobody looked meanwhile. What was known of it stays."""
    link = queries.of_clip(clip.id)
    if link is not None and link.due_at is not None:
        look_now(link, now=now)


def _add(clip: Clip, host: str, now: datetime) -> None:
    number = _hosts({host}, now)[host]
    row = {"clip_id": clip.id, "host_id": number, "url": clip.url, "created_at": now}
    row["due_at"] = None if clip.origin == "sample" or rules.is_reserved(host) else now
    db.session.execute(insert_into(ClipLink).values(_filled([row])).on_conflict_do_nothing())
    _expect({number})


def _filled(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    empty = {"state": LinkState.NEW, "said": "", "status": 0, "failures": 0, "final_address": "", "mark": ""}
    empty |= {"cleared_by_name": "", "copy_url": "", "copy_source": "", "copy_attempts": 0, "copy_said": ""}
    return [empty | row for row in rows]


def _hosts(names: Iterable[str], now: datetime) -> dict[str, int]:
    """The numbers of hosts by their names; those that are not known are made."""
    wanted = sorted(set(names))
    fresh = {"free_at": now, "failures": 0, "probing": False, "nowhere_status": 0, "nowhere_mark": "", "claim": ""}
    statement = insert_into(LinkHost).values([{"host": name, **fresh} for name in wanted])
    db.session.execute(statement.on_conflict_do_nothing())
    rows = db.session.execute(select(LinkHost.host, LinkHost.id).where(LinkHost.host.in_(wanted)))
    return {row.host: row.id for row in rows}


def _expect(hosts: Iterable[int]) -> None:
    """Write at each host when the first of its links is due. A claimed host is due again when it is let go of."""
    first = select(func.min(ClipLink.due_at)).where(ClipLink.host_id == LinkHost.id).correlate(LinkHost)
    statement = update(LinkHost).where(LinkHost.id.in_(list(hosts))).values(due_at=first.scalar_subquery())
    db.session.execute(statement.execution_options(synchronize_session=False))


# Asking --------------------------------------------------------------------------------------------------


def claim(now: datetime) -> Claimed | None:
    """A host that may be asked, from now on for this process alone; None when there is none.

    The claim is committed before anything is asked. Whoever dies meanwhile leaves the link as it was, due again in a
    while: if its page is what kills, others come before it.
    """
    for number in queries.free_hosts(now, 5):
        if token := take_host(number, now):
            host = db.session.get_one(LinkHost, number, populate_existing=True)
            clip_id = None if host.probing else queries.first_due(number, now)
            if clip_id is None and not host.probing:
                let_go(number, token, free_at=host.free_at)
                continue
            if clip_id is not None:
                _put_behind(clip_id, now)
            return Claimed(number, host.host, token, clip_id)
    return None


def _put_behind(clip_id: int, now: datetime) -> None:
    statement = update(ClipLink).where(ClipLink.clip_id == clip_id).values(due_at=now + DYING)
    db.session.execute(statement.execution_options(synchronize_session="fetch"))


def take_host(number: int, now: datetime) -> str:
    """Claim one host; gives the token, empty when somebody else has it, or it is to be left alone."""
    token = str(uuid4())
    free = or_(LinkHost.claimed_until.is_(None), LinkHost.claimed_until < now)
    statement = update(LinkHost).where(LinkHost.id == number, LinkHost.free_at <= now, free)
    return token if met(statement.values(claim=token, claimed_until=now + LEASE)) == 1 else ""


def host_for(url: str, now: datetime) -> int:
    """The number of the host of *url*, made where it is not known."""
    host = rules.host_of(url)
    return _hosts({host}, now)[host]


def hold_on(number: int, token: str, now: datetime) -> bool:
    """Keep a claim for a while longer; False when it is another's by now."""
    statement = update(LinkHost).where(LinkHost.id == number, LinkHost.claim == token)
    return met(statement.values(claimed_until=now + LEASE)) == 1


def let_go(host_id: int, token: str, *, free_at: datetime, **values: Any) -> bool:
    """End a claim; False when it was another's by then, and everything in hand is to be forgotten.

    Args:
        free_at: before this instant the host is asked nothing.
        values: further columns of the host.
    """
    first = select(func.min(ClipLink.due_at)).where(ClipLink.host_id == host_id).scalar_subquery()
    statement = update(LinkHost).where(LinkHost.id == host_id, LinkHost.claim == token)
    ended = {"claim": "", "claimed_until": None, "free_at": free_at, "due_at": first}
    return met(statement.values(**ended, **values)) == 1


def note(link: ClipLink, finding: Finding, *, now: datetime, mark: str = "", counts: bool = True) -> None:
    """Write down what was found.

    Args:
        mark: of the story's text; kept where there is none yet.
        counts: False where it may be the press room itself that reaches nobody.
    """
    tells = finding.state.is_failure or finding.state.is_alive
    if link.cleared_state is not None and finding.state is not link.cleared_state and tells:
        link.cleared_state, link.cleared_by_name, link.cleared_at = None, "", None
    cleared = finding.state is link.cleared_state
    link.state, link.said, link.status = finding.state, finding.said[:LONGEST_SAID], finding.status
    link.final_address, link.checked_at = finding.address[: rules.LONGEST_FINAL], now
    if cleared:
        link.failures, link.failed_at = 0, None
    elif counts:
        link.failures, link.failed_at = rules.counted(finding.state, link.failures, link.failed_at, now)
    if finding.state.is_alive:
        link.ok_at, link.mark = now, link.mark or mark
    if finding.state.is_alive or cleared:
        link.copy_due_at, link.copy_attempts = None, 0
    elif link.failures and not link.copy_url and link.copy_due_at is None:
        link.copy_due_at = now
    seen = LinkState.LIVE if cleared else finding.state
    link.due_at = (
        rules.due(seen, link.failures, now=now, interval=interval(), seed=link.clip_id)
        if counts
        else now + rules.OFFLINE
    )
    _remember(link, now)
    settle(link)


def call_witness(but: int, *, now: datetime) -> None:
    """Have a link looked at of a host that answered once: if it answers, it is not the press room that reaches nobody.

    Args:
        but: the host that did not.
    """
    if (number := queries.witness(but)) is not None:
        look_now(db.session.get_one(ClipLink, number), now=now)


def settle(link: ClipLink) -> bool:
    """Have the public shown what is right, and write only where that is something else; True if it was."""
    shown = link.copy_url and rules.shows_copy(link.state, link.cleared_state, link.failures)
    wanted = (link.copy_url, link.copy_at) if shown else ("", None)
    db.session.flush()
    is_now = db.session.execute(select(Clip.copy_url, Clip.copy_at).where(Clip.id == link.clip_id)).one()
    if tuple(is_now) == wanted:
        return False
    _show(link.clip_id, *wanted)
    return True


def _show(clip_id: int, copy_url: str, copy_at: datetime | None) -> None:
    """Neither the clip's version nor its date changes: the story is as it was, and a form of it that is open, too."""
    statement = update(Clip).where(Clip.id == clip_id).values(copy_url=copy_url, copy_at=copy_at)
    db.session.execute(statement.execution_options(synchronize_session="fetch"))


def _remember(link: ClipLink, now: datetime) -> None:
    """Add a line to the history, or lengthen the last one where the same was found again."""
    last = queries.last_check(link.clip_id)
    found = (link.state, link.status, link.said, link.final_address, "")
    if last is not None and (last.state, last.status, last.said, last.address, last.by_name) == found:
        last.last_at, last.times = now, last.times + 1
        return
    values = dict(zip(("state", "status", "said", "address", "by_name"), found, strict=True))
    db.session.execute(
        insert(LinkCheck), [{"clip_id": link.clip_id, "first_at": now, "last_at": now, "times": 1, **values}]
    )


# What people say -----------------------------------------------------------------------------------------


def look_now(link: ClipLink, *, now: datetime) -> None:
    """Have it looked at as soon as its host may be asked."""
    link.due_at = now
    db.session.flush()
    _expect({link.host_id})


def clear(link: ClipLink, *, by: Actor | None, now: datetime) -> None:
    """A person looked, and the story is there: this finding counts no more until something else is found.

    Raises:
        LinkError: nothing was found that would have to be put right.
    """
    if not link.state.is_failure:
        raise LinkError("This link is not taken for dead, so there is nothing to put right.")
    link.cleared_state, link.cleared_by_name, link.cleared_at = link.state, _name(by), now
    link.failures, link.failed_at, link.copy_due_at = 0, None, None
    _say(link, f"{_name(by)} looked: the story is there.", by=by, now=now)
    settle(link)


def unclear(link: ClipLink, *, by: Actor | None, now: datetime) -> None:
    """Take that back; what was found counts again, from the next time on."""
    if link.cleared_state is None:
        return
    link.cleared_state, link.cleared_by_name, link.cleared_at = None, "", None
    link.due_at = now
    _say(link, f"{_name(by)} took it back that the story is there.", by=by, now=now)
    settle(link)
    _expect({link.host_id})


def choose_copy(link: ClipLink, url: str, at: datetime, *, by: Actor | None, now: datetime) -> None:
    """Name the copy that is shown when the story is gone; archives are not asked for another one.

    Raises:
        LinkError: it may not be linked to, it is the clip's own address, or its day is still to come.
    """
    try:
        address = addresses.checked(url)
    except AddressError as error:
        raise LinkError(f"{str(error)[:1].upper()}{str(error)[1:]}.") from None
    if addresses.canonical(address) == addresses.canonical(link.url):
        raise LinkError("This is the address of the clip itself. Write that of a copy in an archive.")
    if at > now:
        raise LinkError("The day of the copy is still to come. Write the day on which it was made.")
    keep_copy(link, Copy(address, at, "hand"), now=now)
    _say(link, f"{_name(by)} chose the copy {address}"[:LONGEST_SAID], by=by, now=now)


def forget_copy(link: ClipLink, *, by: Actor | None, now: datetime) -> None:
    """Show the story's own address again; archives are asked once more if it still fails."""
    if not link.copy_url:
        return
    _say(link, f"{_name(by)} took the copy away: {link.copy_url}"[:LONGEST_SAID], by=by, now=now)
    link.copy_url, link.copy_at, link.copy_source = "", None, ""
    link.copy_due_at = now + timedelta(days=30) if link.failures else None
    settle(link)


def keep_copy(link: ClipLink, copy: Copy, *, now: datetime) -> None:
    """Keep a copy that was found or named."""
    link.copy_url, link.copy_at, link.copy_source = copy.url, copy.at, copy.source
    link.copy_due_at, link.copy_attempts, link.copy_said = None, 0, ""
    if copy.source != "hand":
        _line(link, f"An archive has a copy: {copy.url}"[:LONGEST_SAID], by_name="", now=now)
    settle(link)


def _say(link: ClipLink, said: str, *, by: Actor | None, now: datetime) -> None:
    _line(link, said, by_name=_name(by), now=now)
    audit.record(by, "link", KIND, link.clip_id, link.clip.headline, changes={"link": ["", said]}, now=now)


def _line(link: ClipLink, said: str, *, by_name: str, now: datetime) -> None:
    values = {"state": link.state, "status": link.status, "address": "", "said": said, "by_name": by_name}
    db.session.execute(
        insert(LinkCheck), [{"clip_id": link.clip_id, "first_at": now, "last_at": now, "times": 1, **values}]
    )


def _name(by: Actor | None) -> str:
    return by.name if by is not None else "A command"


def down(link: ClipLink, finding: Finding, *, now: datetime, counts: bool) -> Sequence[int]:
    """The same finding for further links of the host of *link* that cannot be reached either; gives their clips.

    Only for those that are asked over the same port in the same way: a certificate says nothing of plain pages.
    """
    place = rules.origin_of(link.url)
    due = queries.due_of(link.host_id, now, AT_ONCE, but=link.clip_id)
    links = [other for other in due if rules.origin_of(other.url) == place]
    for link in links:
        note(link, finding, now=now, counts=counts)
    return [link.clip_id for link in links]
