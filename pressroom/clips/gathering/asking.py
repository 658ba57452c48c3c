"""A pasted list of addresses: each page is asked what it says of itself, and becomes a story that waits to be judged.

The list is a batch, and each address a row that is due at an instant. A page is fetched while no transaction is open;
what it says is kept only by whoever holds the claim, so a worker that dies loses nothing and no page is counted twice.
"""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, insert, or_, select, update

from pressroom import audit
from pressroom.audit import Actor
from pressroom.clips import addresses
from pressroom.clips.addresses import AddressError
from pressroom.clips.gathering import bulk, candidates, importing, pages, reporting
from pressroom.clips.gathering.items import Found, Item
from pressroom.clips.gathering.models import AskedAddress, Candidate, ClipImport
from pressroom.clips.gathering.pages import PageError, Told
from pressroom.clips.gathering.rules import ImportInto
from pressroom.clips.rules import ImportState, Medium, refuse_to_come
from pressroom.kit import clock
from pressroom.kit.db import db, met
from pressroom.kit.fetch import FetchError

MOST = 200  # addresses of one list
AT_ONCE = 20  # pages in one round of the worker, so that others have their turn
OF_ONE_HOST = 4  # of these; the next ones a minute later
BACK_OFF = (timedelta(minutes=5), timedelta(minutes=30))  # after the first and the second try; then it is given up
LEASE = timedelta(minutes=2)  # a page has ten seconds
BROKE = "This page cannot be read here. Add the clip by hand."
ENDED = "The worker ended each time that it read this page. Add the clip by hand."

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Listed:
    """What a pasted list has.

    Attributes:
        addresses: (number of the line, address), each once.
        problems: (number of the line, why it is no address).
    """

    addresses: Sequence[tuple[int, str]]
    problems: Sequence[tuple[int, str]]


@dataclass(frozen=True)
class Claimed:
    """An address that is ours for a while."""

    id: int
    import_id: int
    line: int
    address: str
    host: str
    attempts: int
    token: str


def listed(text: str) -> Listed:
    """The addresses in *text*, apart by lines or spaces. Never raises."""
    found: dict[str, tuple[int, str]] = {}
    problems: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        for word in line.split():
            try:
                address = addresses.checked(word.strip("<>,;"))
            except AddressError as error:
                problems.append((number, str(error)))
            else:
                found.setdefault(addresses.canonical(address), (number, address))
    return Listed(list(found.values()), problems)


def begin(pasted: Listed, *, name: str, by: Actor | None, now: datetime) -> ClipImport:
    """A batch of addresses, to be asked from *now* on. The caller commits, then wakes the worker."""
    sha256 = hashlib.sha256("\n".join(address for _, address in pasted.addresses).encode()).hexdigest()
    job = ClipImport(
        file_name=name[-200:],
        format="addresses",
        into=ImportInto.TRIAGE,
        sha256=sha256,
        mapping={},
        state=ImportState.RUNNING,
        rows_total=len(pasted.addresses) + len(pasted.problems),
        rows_read=len(pasted.problems),
        refused=len(pasted.problems),
        by_id=by.id if by else None,
        by_name=by.name if by else "",
        created_at=now,
        started_at=now,
    )
    db.session.add(job)
    db.session.flush()
    refused = [reporting.Told(line, reason=reason) for line, reason in pasted.problems]
    reporting.keep(job.id, refused, {}, polled=False)
    rows = [
        {"import_id": job.id, "line": line, "address": address, "host": addresses.host(address)[:255], "due_at": now}
        for line, address in pasted.addresses
    ]
    if rows:
        db.session.execute(insert(AskedAddress), rows)
    else:
        _finish(job.id, now)
    return job


def left(import_id: int) -> Sequence[AskedAddress]:
    """The addresses of a batch that are still to be asked, those first that are due first."""
    waiting = select(AskedAddress).where(AskedAddress.import_id == import_id, AskedAddress.due_at.is_not(None))
    return db.session.scalars(waiting.order_by(AskedAddress.due_at, AskedAddress.id)).all()


def hurry(import_id: int, now: datetime) -> None:
    """Have what is left of a batch asked at once: somebody pressed "Try now". The caller commits."""
    statement = update(AskedAddress).where(AskedAddress.import_id == import_id, AskedAddress.due_at.is_not(None))
    db.session.execute(statement.values(due_at=now).execution_options(synchronize_session=False))


def work() -> int:
    """Ask a round of the pages that are due. Gives how many; call it as staff, with no transaction open."""
    asked: Counter[str] = Counter()
    while sum(asked.values()) < AT_ONCE:
        claimed = claim(clock.now(), without=[host for host, count in asked.items() if count >= OF_ONE_HOST])
        db.session.commit()
        if claimed is None:
            break
        asked[claimed.host] += 1
        try:
            ask(claimed)
        except Exception:
            db.session.rollback()
            log.exception("the page of row %d could not be read", claimed.id)
            _later_or_never(claimed, FetchError(BROKE), clock.now())
            db.session.commit()
    return sum(asked.values())


def claim(now: datetime, *, without: Sequence[str] = ()) -> Claimed | None:
    """The next address that is due, and ours from now on; None if there is none. The caller commits.

    Args:
        without: hosts that are left alone.
    """
    while True:
        due = select(AskedAddress).where(*_due(now), AskedAddress.host.not_in(list(without)))
        row = db.session.scalars(due.order_by(AskedAddress.due_at, AskedAddress.id).limit(1)).first()
        if row is None:
            return None
        found = Claimed(row.id, row.import_id, row.line, row.address, row.host, row.attempts + 1, str(uuid4()))
        statement = update(AskedAddress).where(AskedAddress.id == row.id, *_due(now))
        values = {"claim": found.token, "claimed_until": now + LEASE, "attempts": found.attempts}
        if met(statement.values(values)) == 1:
            return found
        db.session.expire(row)


def ask(claimed: Claimed) -> None:
    """Read the page and keep what it says, or when it is tried again; with commits of its own."""
    now = clock.now()
    if claimed.attempts > len(BACK_OFF) + 1:  # those before ended with their process
        _keep(claimed, Item(claimed.line, problem=ENDED), now)
        db.session.commit()
        return
    if _known(claimed.address):
        _keep(claimed, Item(claimed.line, _bare(claimed.address)), now)
        db.session.commit()
        return
    db.session.rollback()
    try:
        told = pages.ask(claimed.address)
    except FetchError as error:
        _later_or_never(claimed, error, clock.now())
    else:
        now = clock.now()
        _keep(claimed, _as_known(story(claimed.line, claimed.address, told, now=now), told), now)
    db.session.commit()


def _as_known(item: Item, told: Told) -> Item:
    """*item*, under what its page calls its own address where that is known."""
    own = addresses.own(item.found.url, told.url) if item.found else ""
    return replace(item, found=replace(item.found, url=own)) if item.found and own and _known(own) else item


def story(line: int, address: str, told: Told, *, now: datetime) -> Item:
    """What a page says, as a story; a page without a headline is none."""
    if not told.headline:
        return Item(line, problem="the page says no headline; add the clip by hand")
    day = date.fromisoformat(told.published_on) if told.published_on else None
    try:
        if day is not None:
            refuse_to_come(day, now)
    except ValueError:
        day = None  # a page that is dated ahead says nothing of when it appeared
    found = Found(
        headline=told.headline,
        outlet=told.outlet or addresses.host(address),
        published_on=day,
        published_at=told.published_at if day is not None else None,
        url=address,
        byline=told.byline,
        excerpt=told.excerpt,
        medium=Medium.ONLINE,
        language=told.language,
    )
    return Item(line, found)


def _bare(address: str) -> Found:
    return Found(headline=address[:500], outlet=addresses.host(address), published_on=None, url=address)


def _known(address: str) -> bool:
    """Whether nobody needs to read the page: the archive has its address, or somebody was asked about it."""
    mark = _bare(address).fingerprint
    asked = select(Candidate.id).where(Candidate.fingerprint == mark)
    return bool(bulk.known([mark])) or db.session.scalar(asked) is not None


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    free = or_(AskedAddress.claimed_until.is_(None), AskedAddress.claimed_until < now)
    return (AskedAddress.due_at <= now, free)


def _later_or_never(claimed: Claimed, error: FetchError, now: datetime) -> None:
    sentence = str(error)
    is_final = isinstance(error, PageError) and not error.later
    if is_final or claimed.attempts > len(BACK_OFF):
        _keep(claimed, Item(claimed.line, problem=sentence), now)
        return
    wait = BACK_OFF[claimed.attempts - 1]
    if isinstance(error, PageError) and error.wait is not None:
        wait = max(wait, error.wait)
    if _mine(claimed, due_at=now + wait, problem=sentence[:500]):
        others = update(AskedAddress).where(AskedAddress.host == claimed.host, AskedAddress.due_at < now + wait)
        db.session.execute(others.values(due_at=now + wait).execution_options(synchronize_session=False))


def _keep(claimed: Claimed, item: Item, now: datetime) -> None:
    """Put the story into the queue and the row into the report, if the claim is still ours. The caller commits."""
    if not _mine(claimed, due_at=None, problem=item.problem[:500]):
        return
    added = known = refused = 0
    if item.found is None:
        refused = 1
        rows, found = [reporting.Told(item.line, reason=item.problem)], {}
    else:
        mark = item.found.fingerprint
        rows, found = [reporting.Told(item.line, mark=mark)], {mark: item}
        if not bulk.known([mark]):
            added = candidates.add(found, import_id=claimed.import_id, source_id=None, now=now)
        known = 1 - added
    reporting.keep(claimed.import_id, rows, found, polled=False)
    statement = update(ClipImport).where(ClipImport.id == claimed.import_id)
    counts = {
        "rows_read": ClipImport.rows_read + 1,
        "added": ClipImport.added + added,
        "known": ClipImport.known + known,
        "refused": ClipImport.refused + refused,
    }
    db.session.execute(statement.values(counts).execution_options(synchronize_session=False))
    waits = select(AskedAddress.id).where(AskedAddress.import_id == claimed.import_id, AskedAddress.due_at.is_not(None))
    if db.session.scalar(waits.limit(1)) is None:
        _finish(claimed.import_id, now)


def _finish(import_id: int, now: datetime) -> None:
    job = db.session.get_one(ClipImport, import_id, populate_existing=True)
    job.state, job.finished_at = ImportState.DONE, now
    counts = {name: [0, getattr(job, name)] for name in ("added", "known", "refused")}
    by = importing.actor(job.by_id, job.by_name)
    audit.record(by, "import", "clip_import", job.id, job.file_name, changes=counts, now=now)


def _mine(claimed: Claimed, **values: object) -> bool:
    statement = update(AskedAddress).where(AskedAddress.id == claimed.id, AskedAddress.claim == claimed.token)
    return met(statement.values(claim="", claimed_until=None, **values)) == 1
