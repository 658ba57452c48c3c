"""A source is read: asked, its answer judged, and what is new put into a batch, in one transaction with its standing.

Whoever reads a source holds two claims, made by conditional UPDATEs: on the source, and on its host, which is asked by
one at a time. The answer is kept in a file before the batch is, and the batch is one that the worker takes up; so a
process that is killed loses nothing, and what it had not yet committed is asked for again with the old ``ETag``.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError

from pressroom import audit
from pressroom.clips import addresses
from pressroom.clips.gathering import bulk, importing, running, source_rules
from pressroom.clips.gathering.feeds import Feed, NoFeedError, open_feed
from pressroom.clips.gathering.items import Reader
from pressroom.clips.gathering.models import Candidate, ClipImport, ClipSource, SourceHost
from pressroom.clips.gathering.rules import ImportInto, SourceState
from pressroom.clips.gathering.sameness import OfSource
from pressroom.kit import clock, fetch, text
from pressroom.kit.db import db, insert_into, met
from pressroom.kit.fetch import Fetched, FetchError
from pressroom.kit.settings import setting

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, text/html;q=0.3, */*;q=0.1"
)
NO_READING = frozenset({401, 402, 403, 451})
LOOKED_AT = 500
PROBLEMS_SAID = 3

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """What came of reading a source.

    Attributes:
        sentence: for staff.
        import_id: the batch with what was new; None when nothing was.
        reader: what was read, for the batch; whoever takes the batch up later reads the file again.
        is_read: the source could be read.
    """

    sentence: str
    import_id: int | None = None
    reader: Reader | None = None
    is_read: bool = True


@dataclass(frozen=True)
class _Asked:
    """A source as it stood when it was claimed."""

    id: int
    name: str
    address: str
    host: str
    etag: str
    last_modified: str
    outlet: str
    into: ImportInto
    attempts: int
    minutes: int


class ReadingError(RuntimeError):
    """A source could not be read.

    Attributes:
        status: what the site answered; 0 where it did not.
        wait: how long it asks to wait.
    """

    def __init__(self, sentence: str, status: int = 0, wait: timedelta = timedelta()) -> None:
        super().__init__(sentence)
        self.status, self.wait = status, wait


def next_due(now: datetime) -> int | None:
    """The id of the source that waits longest, that nobody reads, and whose host may be asked."""
    return db.session.scalar(
        select(ClipSource.id)
        .outerjoin(SourceHost, ClipSource.host == SourceHost.host)
        .where(
            ClipSource.state == SourceState.ACTIVE,
            ClipSource.due_at <= now,
            or_(ClipSource.claimed_until.is_(None), ClipSource.claimed_until < now),
            or_(SourceHost.free_at.is_(None), SourceHost.free_at <= now),
        )
        .order_by(ClipSource.due_at, ClipSource.id)
        .limit(1)
    )


def claim(source_id: int, *, now: datetime) -> str | None:
    """Take a source, and its host, to read it; None if somebody else has one. The caller commits, or rolls back.

    Taking counts as a failure until it is known how it went: a source whose reading kills the process is not read again
    and again.
    """
    source = db.session.get(ClipSource, source_id, populate_existing=True)
    if source is None:
        return None
    token = str(uuid4())
    db.session.execute(insert_into(SourceHost).values(host=source.host, free_at=now).on_conflict_do_nothing())
    host = update(SourceHost).where(SourceHost.host == source.host, SourceHost.free_at <= now)
    free = or_(ClipSource.claimed_until.is_(None), ClipSource.claimed_until < now)
    mine = update(ClipSource).where(ClipSource.id == source_id, free)
    values = {
        "claim": token,
        "claimed_until": now + source_rules.LEASE,
        "attempts": ClipSource.attempts + 1,
        "due_at": max(source_rules.after_failure(now, source.attempts + 1), now + source_rules.LEASE),
    }
    if met(host.values(free_at=now + source_rules.LEASE)) != 1 or met(mine.values(values)) != 1:
        return None
    return token


def poll(source_id: int, token: str) -> Outcome:
    """Read a source that was claimed, and commit what comes of it. A large batch is left to the worker.

    It takes ten seconds at most to ask, and a child process to read; no transaction is held meanwhile.
    """
    asked = _as_asked(source_id)
    try:
        fetched = _fetch(asked)
        if fetched.not_modified:
            return _unchanged(asked, token, fetched)
        with TemporaryDirectory() as folder:
            path = Path(folder) / "feed"
            path.write_bytes(with_mark(fetched))
            fetched = replace(fetched, content=b"")
            feed = open_feed(path, address=fetched.address, outlet=asked.outlet)
            return _read(asked, token, fetched, feed, path)
    except (FetchError, NoFeedError) as error:
        return _failed(asked, token, ReadingError(str(error)))
    except ReadingError as error:
        return _failed(asked, token, error)


def large() -> fetch.Fetcher:
    """What asks for feeds: they may be larger than pages.

    Raises:
        FetchError: the setting ``fetching`` says that nothing is asked.
    """
    return replace(fetch.fetcher(), most=int(setting("feed_max_mb")) * 1_000_000)


def refuse(fetched: Fetched, now: datetime) -> None:
    """Raise unless an answer has something in it.

    Raises:
        ReadingError: with a sentence.
    """
    status = fetched.status
    if status == 200 or fetched.not_modified:
        return
    wait = source_rules.retry_after(fetched.headers.get("retry-after", ""), now)
    if status == source_rules.GONE:
        raise ReadingError("The site says that this feed is gone for good (410).", status)
    if status == 404:
        raise ReadingError("The site has nothing at this address (404).", status)
    if status in NO_READING:
        raise ReadingError(f"The site lets no program read this feed ({status}).", status, wait)
    if status in source_rules.WAIT:
        raise ReadingError(f"The site asks to wait ({status}).", status, wait)
    raise ReadingError(f"The site answered with an error ({status}).", status, wait)


def _as_asked(source_id: int) -> _Asked:
    source = db.session.get_one(ClipSource, source_id)
    names = ("id", "name", "address", "host", "etag", "last_modified", "into", "attempts", "minutes")
    outlet = source.outlet.name if source.outlet else ""
    asked = _Asked(**{name: getattr(source, name) for name in names}, outlet=outlet)
    db.session.rollback()
    return asked


def _fetch(asked: _Asked) -> Fetched:
    fetched = large().get(asked.address, accept=ACCEPT, etag=asked.etag, last_modified=asked.last_modified)
    refuse(fetched, clock.now())
    return fetched


def with_mark(fetched: Fetched) -> bytes:
    """The bytes of an answer, so that they can be read without its headers."""
    content, charset = fetched.content, fetched.charset
    if not charset or charset.startswith(("utf-8", "utf_8")) or content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return content
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode(charset, "replace").encode("utf-8-sig", "replace")
    return content


def _read(asked: _Asked, token: str, fetched: Fetched, feed: Feed, path: Path) -> Outcome:
    now = clock.now()
    reader = OfSource(feed, asked.id)
    is_new, unread = _look_through(reader, asked.into, now)
    values = _standing(fetched, asked, feed.about.minutes, now) | {"unread": unread, "site": feed.about.site}
    if feed.about.site == "":
        del values["site"]
    if is_new:
        with path.open("rb") as stream:
            running.uploads().store(stream)
    batch = feed if is_new else None
    import_id = _settle(asked, token, values, moved_to=fetched.moved_to, now=now, batch=batch)
    if import_id is None:
        return Outcome("Another process read this source meanwhile, or changed it.")
    entries = f"{feed.total:,} {'entry' if feed.total == 1 else 'entries'}"
    if not is_new:
        return Outcome(f"Nothing is new among {entries}.")
    return Outcome(f"{entries}, and new ones among them.", import_id, reader)


def import_now(outcome: Outcome) -> str:
    """Work off the batch of a source that was just read; gives a sentence with its counts.

    Raises:
        TakenOverError: another process has it now.
    """
    import_id = outcome.import_id
    assert import_id is not None
    token = importing.claim(import_id, now=clock.now())
    db.session.commit()
    if token is None:
        return "The worker takes its entries in."
    job = db.session.get_one(ClipImport, import_id)
    sha256, reader = job.sha256, outcome.reader or running.reader_of(job)
    db.session.rollback()
    running.run(import_id, token, reader)
    running.discard(sha256)
    job = db.session.get_one(ClipImport, import_id, populate_existing=True)
    return f"{job.added:,} new, {job.known:,} known, {job.refused:,} that cannot be read."


def _look_through(reader: Reader, into: ImportInto, now: datetime) -> tuple[bool, str]:
    """Whether something is new among what can be taken, and what cannot be read before that."""
    problems: list[tuple[int, str]] = []
    items = reader.items(0, now=now)
    is_new = False
    while not is_new and (batch := list(islice(items, LOOKED_AT))):
        found = [item.found for item in batch if item.found]
        marks = {story.fingerprint for story in found if into is ImportInto.TRIAGE or story.published_on}
        is_new = bool(marks - bulk.known(marks) - _asked_about(marks))
        problems += [(item.line, item.problem) for item in batch if item.problem and not item.found]
        db.session.rollback()
    said = "; ".join(f"entry {line}: {problem}" for line, problem in problems[:PROBLEMS_SAID])
    more = f"; and {len(problems) - PROBLEMS_SAID:,} more" if len(problems) > PROBLEMS_SAID else ""
    return is_new, (said[:450] + more)[:500]


def _asked_about(marks: set[str]) -> set[str]:
    return set(db.session.scalars(select(Candidate.fingerprint).where(Candidate.fingerprint.in_(marks))))


def _standing(fetched: Fetched, asked: _Asked, minutes: int, now: datetime) -> dict[str, Any]:
    """Where a source stands that could be read."""
    due = source_rules.next_due(
        now,
        usual=int(setting("feed_minutes")),
        asked=minutes,
        max_age=source_rules.max_age(fetched.headers.get("cache-control", "")),
    )
    return {
        "due_at": due + timedelta(seconds=asked.id % 60),  # so that not all are asked in one minute
        "attempts": 0,
        "problem": "",
        "minutes": minutes,
        "read_at": now,
        "checked_at": now,
        "etag": _kept(fetched.etag, 500),
        "last_modified": _kept(fetched.last_modified, 100),
    }


def _kept(header: str, longest: int) -> str:
    """A header that goes back as it came; nothing where it is too long, or has something that no header may have."""
    return header if len(header) <= longest and header == text.clean(header) else ""


def _unchanged(asked: _Asked, token: str, fetched: Fetched) -> Outcome:
    now = clock.now()
    values = _standing(fetched, asked, asked.minutes, now)
    values["etag"] = values["etag"] or asked.etag
    values["last_modified"] = values["last_modified"] or asked.last_modified
    _settle(asked, token, values, moved_to=fetched.moved_to, now=now)
    return Outcome("Nothing changed since it was read last.")


def _failed(asked: _Asked, token: str, error: ReadingError) -> Outcome:
    now = clock.now()
    values: dict[str, Any] = {"problem": str(error)[:500], "checked_at": now}
    if source_rules.is_given_up(error.status, asked.attempts):
        values |= {"state": SourceState.GONE, "due_at": None}
        audit.record(None, "give up", "clip source", asked.id, asked.name, changes={"why": ["", str(error)]}, now=now)
    else:
        values["due_at"] = source_rules.after_failure(now, asked.attempts, error.wait)
    _settle(asked, token, values, now=now, wait=error.wait)
    return Outcome(str(error), is_read=False)


def _settle(
    asked: _Asked,
    token: str,
    values: dict[str, Any],
    *,
    now: datetime,
    moved_to: str = "",
    wait: timedelta = timedelta(),
    batch: Reader | None = None,
) -> int | None:
    """Write down where a source stands with its *batch*, let go of it, and commit. Gives the id of the batch, 0 without
    one; None when somebody else took the source over, and nothing was written."""
    values |= {"claim": "", "claimed_until": None}
    if moved_to and moved_to != asked.address:
        values |= _moved(asked, moved_to, now)
    mine = update(ClipSource).where(ClipSource.id == asked.id, ClipSource.claim == token)
    free_at = now + max(source_rules.GAP, min(wait, source_rules.LONGEST_WAIT))
    try:
        if met(mine.values(values)) != 1:
            db.session.rollback()
            log.warning("source %d was taken over by another process", asked.id)
            return None
        import_id = _begin(batch, asked, now) if batch is not None else 0
        db.session.execute(
            update(SourceHost).where(SourceHost.host == asked.host).values(free_at=free_at),
            execution_options={"synchronize_session": False},
        )
        db.session.commit()
    except IntegrityError:  # another source was moved to the same address meanwhile; this one is tried again
        db.session.rollback()
        return None
    return import_id


def _begin(batch: Reader, asked: _Asked, now: datetime) -> int:
    job = importing.begin(
        batch, file_name=asked.name, format="feed", into=asked.into, source_id=asked.id, by=None, now=now
    )
    job.stored = True
    return job.id


def _moved(asked: _Asked, address: str, now: datetime) -> dict[str, Any]:
    """What changes when a source moved for good."""
    if len(address) > addresses.LONGEST:
        return {}
    other = db.session.scalar(select(ClipSource.name).where(ClipSource.address == address, ClipSource.id != asked.id))
    if other is not None:
        sentence = f"It has moved to the address of another source, “{other}”, and is read there."
        return {"state": SourceState.PAUSED, "due_at": None, "problem": sentence[:500]}
    changes = {"address": [asked.address, address]}
    audit.record(None, "move", "clip source", asked.id, asked.name, changes=changes, now=now)
    return {"address": address, "former_address": asked.address, "host": host_of(address)}


def host_of(address: str) -> str:
    """The host that is asked for *address*, with ``www.`` or without: it is one machine mostly."""
    return addresses.host(address).lower()[:255]
