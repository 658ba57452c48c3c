"""The worker's turn: ask one host after the other, each for one page, and write down what was found.

No transaction is open while a page is read. A process that is killed meanwhile leaves a claim that runs out, and a link
that is still due; one that is killed afterwards has committed all of it or nothing.

Robots.txt is not asked: it is for programs that follow links by themselves (RFC 9309, section 1), and here one page is
read whose address a person put into the archive, as seldom as once in some weeks.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import current_app

from pressroom.clips import addresses
from pressroom.clips.links import actions, judging, queries, reading, rules
from pressroom.clips.links.actions import Claimed
from pressroom.clips.links.judging import Answer, Nowhere
from pressroom.clips.links.models import ClipLink, LinkHost
from pressroom.clips.links.rules import Finding, LinkState
from pressroom.clips.models import Clip
from pressroom.clips.snapshots import actions as snapshots
from pressroom.clips.snapshots import queries as kept
from pressroom.clips.snapshots.actions import Taken
from pressroom.clips.stories import aliases
from pressroom.kit import clock, fetch
from pressroom.kit.db import db
from pressroom.kit.fetch import Fetched, Fetcher, FetchError, NoSiteError, targets
from pressroom.kit.files import StorageFullError
from pressroom.kit.settings import setting

TURN = 20.0  # seconds after which a turn begins no other page: the worker has other work as well
MOST = 120  # pages in one turn
MOST_BYTES = 1_000_000  # that are read of a page; what is longer is cut
SECONDS = 8.0
REMEMBERED = timedelta(days=90)  # what a host answers for an address that nobody ever had
LATELY = timedelta(days=1)
ACCEPT = "text/html, application/xhtml+xml;q=0.9, */*;q=0.5"


@dataclass(frozen=True)
class Job:
    """A link as values, for the time in which no transaction is open."""

    claimed: Claimed
    clip_id: int
    url: str
    headline: str
    mark: str
    nowhere: Nowhere | None
    snapshot: bool


@dataclass(frozen=True)
class Seen:
    """What came of asking.

    Attributes:
        finding: None where an address that nobody ever had is to be asked for first.
        retry_after: as the host wrote it.
        known_as: what the page calls its own address, where the story is surely there.
        nothing: the host itself cannot be reached, so that its other links need not be tried.
    """

    finding: Finding | None
    mark: str = ""
    retry_after: str = ""
    nothing: bool = False
    taken: Taken | None = None
    known_as: str = ""


def work_off(now: datetime, *, monotonic: Callable[[], float] = time.monotonic) -> int:
    """Look at what is due at *now*, as long as a turn lasts; gives how many links were looked at. For staff.

    Args:
        monotonic: the clock of the turn.
    """
    looked, end = 0, monotonic() + TURN
    for _ in range(MOST):
        if monotonic() >= end:
            break
        claimed = actions.claim(now)
        db.session.commit()
        if claimed is None:
            break
        looked += _worked_off(claimed, now)
    return looked


def _worked_off(claimed: Claimed, now: datetime) -> int:
    """Whatever goes wrong with one, the others get their turn."""
    try:
        if claimed.clip_id is None:
            _probe(claimed)
            return 0
        job = _job(claimed, claimed.clip_id)
        db.session.rollback()
        if isinstance(job, timedelta):
            _put_off(claimed, claimed.clip_id, max(now, clock.now()), job)
            return 0
        seen = _look(job)
        _note(job, seen, max(now, clock.now()))
        return int(seen.finding is not None)
    except Exception:
        db.session.rollback()
        current_app.logger.exception("a link could not be looked at; tried again later")
        _put_off(claimed, claimed.clip_id, max(now, clock.now()), rules.AGAIN)
        return 0


def _job(claimed: Claimed, clip_id: int) -> Job | timedelta:
    """What is to be looked at; else how long not, as of a clip that was withdrawn, or has another address now."""
    link, clip = db.session.get_one(ClipLink, clip_id), db.session.get_one(Clip, clip_id)
    if link.url != clip.url:  # somebody wrote it past the form
        actions.begin_anew(clip, now=clock.now())
        db.session.commit()
        return timedelta(0)
    host = db.session.get_one(LinkHost, claimed.host_id)
    if not clip.url or clip.withdrawn_at is not None:
        return actions.interval()
    known = host.nowhere_at is not None and host.nowhere_at > clock.now() - REMEMBERED
    return Job(
        claimed,
        clip_id,
        clip.url,
        clip.headline,
        link.mark,
        Nowhere(host.nowhere_status, host.nowhere_mark) if known else None,
        setting("snapshots") and not kept.has(clip_id, clip.url),
    )


def _look(job: Job) -> Seen:
    """Read the page, and judge it. Nothing is written."""
    try:
        targets.read(job.url, fetcher().ports)
    except FetchError as error:
        return Seen(Finding(LinkState.UNCHECKED, str(error)))
    try:
        fetched = fetcher().get(job.url, accept=ACCEPT)
    except FetchError as error:
        return Seen(Finding(LinkState.UNREACHABLE, str(error)), nothing=isinstance(error, NoSiteError))
    page = reading.page_of(fetched)
    answer = Answer(
        asked=job.url,
        status=fetched.status,
        address=fetched.address,
        for_good=fetched.moved_to == fetched.address,
        page=page,
        challenged="challenge" in fetched.headers.get("cf-mitigated", ""),
    )
    if job.nowhere is None and judging.needs_nowhere(answer, headline=job.headline, mark=job.mark):
        return Seen(None)
    finding = judging.judge(answer, headline=job.headline, mark=job.mark, nowhere=job.nowhere)
    sure = finding.state is LinkState.MOVED or (finding.state is LinkState.LIVE and not finding.said)
    shown = page if sure or finding.state is LinkState.PAYWALLED else None
    taken = _snapshot(fetched, shown) if shown and job.snapshot and finding.status < 300 else None
    mark, known_as = (page.mark, addresses.own(job.url, page.canonical)) if page and sure else ("", "")
    return Seen(finding, mark, fetched.headers.get("retry-after", ""), taken=taken, known_as=known_as)


def _snapshot(fetched: Fetched, page: reading.Page) -> Taken | None:
    try:
        return snapshots.take(fetched, page, most=MOST_BYTES)
    except StorageFullError as full:
        current_app.logger.warning("no snapshot was kept: %s", full)
        return None


def _note(job: Job, seen: Seen, now: datetime) -> None:
    """Write it down in one transaction, with the end of the claim; nothing where the claim had run out."""
    host = db.session.get_one(LinkHost, job.claimed.host_id)
    finding = seen.finding
    if finding is None:
        db.session.get_one(ClipLink, job.clip_id).due_at = now
        db.session.flush()
        _end(job.claimed, free_at=now + rules.GAP, probing=True, answered_at=now)
        return
    link = queries.held(job.clip_id)
    answers = finding.status != 0
    refused = not answers or finding.status >= 500 or finding.state is LinkState.REFUSED
    asked = finding.state is not LinkState.UNCHECKED
    counts = answers or not asked or queries.somebody_else_answers(host.id, now - LATELY)
    failures = host.failures + 1 if refused else 0
    if link is not None and link.url == job.url:  # else it was edited meanwhile, and begins anew
        actions.note(link, finding, now=now, mark=seen.mark, counts=counts)
        if seen.known_as:
            aliases.learn(job.clip_id, seen.known_as)
        if seen.taken is not None:
            snapshots.keep(job.clip_id, job.url, seen.taken, now=now)
    if seen.nothing and link is not None:
        actions.down(link, finding, now=now, counts=counts)
    if not counts:
        actions.call_witness(host.id, now=now)
    db.session.flush()
    free_at = now + (rules.wait(failures, seen.retry_after, now) if asked else timedelta(0))
    values = {"failures": failures} | ({"answered_at": now} if answers else {})
    _end(job.claimed, free_at=free_at, **values)


def _probe(claimed: Claimed) -> None:
    """Ask the host for an address that nobody ever had, and remember what it answers."""
    number = queries.first_due(claimed.host_id, clock.now())
    link = db.session.get(ClipLink, number) if number is not None else None
    parts = urlsplit(link.url) if link is not None else None
    db.session.rollback()
    status, mark, asked = 0, "", ""
    if parts is not None:
        try:
            folder = parts.path.rpartition("/")[0]
            address = f"{parts.scheme}://{parts.netloc}{folder}/{secrets.token_hex(12)}"
            fetched = fetcher().get(address, accept=ACCEPT)
            page = reading.page_of(fetched)
            status, mark = fetched.status, page.mark if page else ""
            asked = fetched.headers.get("retry-after", "")
        except FetchError:
            pass  # then there is nothing to compare with, and the headline decides
    now = clock.now()
    _end(
        claimed,
        free_at=now + rules.wait(0, asked, now),
        probing=False,
        nowhere_status=status,
        nowhere_mark=mark,
        nowhere_at=now,
    )


def _put_off(claimed: Claimed, clip_id: int | None, now: datetime, wait: timedelta) -> None:
    link = db.session.get(ClipLink, clip_id) if clip_id is not None else None
    if link is not None:
        link.due_at = now + wait if link.url else None
        db.session.flush()
    _end(claimed, free_at=now + rules.GAP, probing=False)


def _end(claimed: Claimed, *, free_at: datetime, **values: object) -> None:
    """Commit, if the claim is still ours."""
    if actions.let_go(claimed.host_id, claimed.token, free_at=free_at, **values):
        db.session.commit()
    else:
        db.session.rollback()
        current_app.logger.info("a link was looked at by another process meanwhile")


def fetcher() -> Fetcher:
    """That of this press room, with less patience.

    Raises:
        FetchError: the setting ``fetching`` says that nothing is asked.
    """
    return replace(fetch.fetcher(), most=MOST_BYTES, seconds=SECONDS, cut=True)
