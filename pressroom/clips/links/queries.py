"""Reads of links. For the desk and the worker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, exists, func, or_, select
from sqlalchemy.orm import contains_eager

from pressroom.clips.links.models import ClipLink, LinkCheck, LinkHost
from pressroom.clips.links.rules import FAILURES, LinkState
from pressroom.clips.models import Clip
from pressroom.kit.db import db
from pressroom.kit.web import Page, paginate

BEHIND = 5_000  # numbers below the highest that was taken up, in which a slower transaction may still add a clip


def without_link(limit: int) -> list[tuple[int, str, str]]:
    """Clips with an address that are in no row yet: number, address, how they came.

    Numbers go up, so only the last ones are looked at; a clip that gets an address later is told of by who edits it.
    """
    highest = db.session.scalar(select(func.max(ClipLink.clip_id))) or 0
    taken = exists().where(ClipLink.clip_id == Clip.id)
    found = select(Clip.id, Clip.url, Clip.origin).where(Clip.id > highest - BEHIND, Clip.url != "", ~taken)
    return [(clip_id, url, origin) for clip_id, url, origin in db.session.execute(found.order_by(Clip.id).limit(limit))]


def free_hosts(now: datetime, limit: int) -> Sequence[int]:
    """Hosts with a link that is due, the longest overdue first, which nobody asks and which may be asked."""
    free = or_(LinkHost.claimed_until.is_(None), LinkHost.claimed_until < now)
    found = select(LinkHost.id).where(LinkHost.due_at <= now, LinkHost.free_at <= now, free)
    return db.session.scalars(found.order_by(LinkHost.due_at).limit(limit)).all()


def first_due(host_id: int, now: datetime) -> int | None:
    """The clip of the link of a host that is overdue the longest."""
    found = select(ClipLink.clip_id).where(ClipLink.host_id == host_id, ClipLink.due_at <= now)
    return db.session.scalar(found.order_by(ClipLink.due_at).limit(1))


def due_of(host_id: int, now: datetime, limit: int, *, but: int) -> Sequence[ClipLink]:
    """Links of a host that are due, without that of the clip *but*."""
    found = select(ClipLink).where(ClipLink.host_id == host_id, ClipLink.due_at <= now, ClipLink.clip_id != but)
    return db.session.scalars(found.order_by(ClipLink.due_at).limit(limit)).all()


def somebody_else_answers(host_id: int, since: datetime) -> bool:
    """Whether any other host answered since then, or there is no other: then it is not the press room's own line."""
    others = select(LinkHost.id).where(LinkHost.id != host_id, LinkHost.due_at.is_not(None)).limit(1)
    answered = select(LinkHost.id).where(LinkHost.id != host_id, LinkHost.answered_at >= since).limit(1)
    return db.session.scalar(answered) is not None or db.session.scalar(others) is None


def witness(but: int) -> int | None:
    """The clip of a link of the host that answered last, other than *but*; None where none ever did."""
    found = (
        select(ClipLink.clip_id)
        .join(ClipLink.host)
        .where(LinkHost.id != but, LinkHost.answered_at.is_not(None), ClipLink.due_at.is_not(None))
    )
    return db.session.scalar(found.order_by(LinkHost.answered_at.desc(), ClipLink.due_at).limit(1))


def of_clip(clip_id: int) -> ClipLink | None:
    """The link of a clip; None before the worker took it up, and where it has no address."""
    link = db.session.get(ClipLink, clip_id)
    return link if link is not None and link.url else None


def held(clip_id: int) -> ClipLink | None:
    """The link of a clip as it is now, to be changed: whoever else wants to waits until this transaction ends."""
    link = db.session.get(ClipLink, clip_id, populate_existing=True, with_for_update=True)
    return link if link is not None and link.url else None


def last_check(clip_id: int) -> LinkCheck | None:
    """The last line of the history of a link."""
    found = select(LinkCheck).where(LinkCheck.clip_id == clip_id).order_by(LinkCheck.id.desc()).limit(1)
    return db.session.scalars(found).first()


def history(clip_id: int, limit: int = 20) -> Sequence[LinkCheck]:
    """What was found, the last first."""
    found = select(LinkCheck).where(LinkCheck.clip_id == clip_id).order_by(LinkCheck.id.desc()).limit(limit)
    return db.session.scalars(found).all()


def wants_copy(now: datetime) -> int | None:
    """The clip whose link has waited longest for archives to be asked."""
    found = select(ClipLink.clip_id).where(ClipLink.copy_due_at <= now)
    return db.session.scalar(found.order_by(ClipLink.copy_due_at).limit(1))


# The report ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Counts:
    """How the links of clips stand that were not withdrawn.

    Attributes:
        states: how many of each.
        copies: where the public is shown a copy.
        bare: which are gone for good and have no copy.
        overdue: which are due.
    """

    states: dict[LinkState, int]
    copies: int
    bare: int
    overdue: int

    @property
    def all(self) -> int:
        """How many links there are."""
        return sum(self.states.values())

    @property
    def failing(self) -> int:
        """How many lead to something else, or to nothing."""
        return sum(number for state, number in self.states.items() if state.is_failure)


_BARE = and_(ClipLink.failures >= FAILURES, ClipLink.copy_url == "")
_COPIED = and_(ClipLink.failures >= FAILURES, ClipLink.copy_url != "")  # no alive or cleared link has failures
SHOWN = {"bare": "Dead, without a copy", "copy": "Shown as a copy"}
"""Lists beside those by state."""


def counts(now: datetime) -> Counts:
    """All of that."""
    of = (ClipLink.state, func.count(), func.sum(case((_COPIED, 1), else_=0)), func.sum(case((_BARE, 1), else_=0)))
    every = select(*of).where(ClipLink.url != "").group_by(ClipLink.state)
    # Asked for by themselves, as there are few: looking up the clip of each link would take longer than counting them.
    gone = every.where(ClipLink.clip_id.in_(select(Clip.id).where(Clip.withdrawn_at.is_not(None))))
    states, copies, bare = dict.fromkeys(LinkState, 0), 0, 0
    for sign, statement in ((1, every), (-1, gone)):
        for state, number, copied, dead in db.session.execute(statement):
            states[state] += sign * number
            copies, bare = copies + sign * copied, bare + sign * dead
    overdue = select(func.count(ClipLink.clip_id)).where(ClipLink.due_at <= now)
    return Counts(states, copies, bare, db.session.scalar(overdue) or 0)


def late(before: datetime) -> int:
    """How many links were due before an instant and were not looked at since."""
    return db.session.scalar(select(func.count(ClipLink.clip_id)).where(ClipLink.due_at < before)) or 0


def listed(show: str) -> Any:
    """Links of clips that were not withdrawn, with these and their outlets, the last looked at first.

    Args:
        show: a state, one of :data:`SHOWN`, or empty for all that fail.
    """
    there = select(ClipLink).join(ClipLink.clip).where(Clip.withdrawn_at.is_(None))
    statement = there.options(contains_eager(ClipLink.clip).joinedload(Clip.outlet, innerjoin=True))
    if show == "bare":
        statement = statement.where(_BARE)
    elif show == "copy":
        statement = statement.where(_COPIED)
    elif show:
        statement = statement.where(ClipLink.state == LinkState(show))
    else:
        statement = statement.where(ClipLink.state.in_([state for state in LinkState if state.is_failure]))
    return statement.where(ClipLink.url != "").order_by(ClipLink.checked_at.desc(), ClipLink.clip_id.desc())


def report(show: str, page: int, total: int) -> Page[ClipLink]:
    """A page of that, of *total* links as :func:`counts` has counted them."""
    return paginate(listed(show), page, 30, total=total)


COLUMNS = (
    *("clip", "state", "last failure", "address", "headline", "outlet", "found", "status", "led to", "last look"),
    *("next look", "failures", "last there", "copy", "copy made"),
)


def lines(show: str) -> Iterator[list[str]]:
    """The report as a table, its head first; read in portions."""
    yield list(COLUMNS)
    links = db.session.scalars(listed(show).execution_options(yield_per=500))
    for link in links:
        yield [
            str(link.clip_id),
            link.state.label,
            _day(link.failed_at),
            link.url,
            link.clip.headline,
            link.clip.outlet.name,
            link.said,
            str(link.status or ""),
            link.final_address if link.final_address != link.url else "",
            _day(link.checked_at),
            _day(link.due_at),
            str(link.failures),
            _day(link.ok_at),
            link.copy_url,
            _day(link.copy_at),
        ]


def _day(instant: datetime | None) -> str:
    return instant.isoformat(timespec="minutes") if instant else ""
