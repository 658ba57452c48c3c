"""Verbs: each changes the row, adds the audit's line and queues the index's work. The caller commits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import IO, Any
from uuid import uuid4

from pressroom import audit, search
from pressroom.audit import Actor
from pressroom.kit import text
from pressroom.kit.db import db
from pressroom.media import actions as media
from pressroom.media import captions, intake
from pressroom.media.rules import MediaError, NoRoomError
from pressroom.webcasts import queries, rules
from pressroom.webcasts.models import Webcast
from pressroom.webcasts.rules import Slot, WebcastError
from pressroom.webcasts.search import KIND

FIELDS = (
    "title",
    "summary",
    "description",
    "starts_at",
    "minutes",
    "zone",
    "speakers",
    "topics",
    "video_url",
    "transcript",
)


@dataclass(frozen=True)
class Upload:
    """A file for a slot of a webcast; ``described`` is what ``media.actions.store`` takes beside it."""

    slot: Slot
    file: IO[bytes]
    name: str
    described: Mapping[str, Any]


def create(*, by: Actor | None, now: datetime, uid: str = "", uploads: Sequence[Upload] = (), **fields: Any) -> Webcast:
    """A new webcast, a draft.

    Args:
        by: who makes it; None for a command.
        uid: what it is known by for good; without one, it is made here.
        uploads: files of it.
        fields: of :data:`FIELDS`; ``title``, ``starts_at``, ``minutes`` and ``zone`` are needed.

    Raises:
        WebcastError: a field or a file is not right; the sentences are by field.
    """
    webcast = Webcast(
        uid=uid or str(uuid4()),
        slug=_free_slug(fields["title"]),
        author=by.name if by else "",
        created_at=now,
        updated_at=now,
    )
    _set(webcast, fields)
    _take_in(webcast, uploads, by, now)
    db.session.add(webcast)
    db.session.flush()
    audit.record(by, "create", KIND, webcast.id, webcast.title, now=now)
    return webcast


def edit(
    webcast: Webcast,
    *,
    by: Actor | None,
    now: datetime,
    uploads: Sequence[Upload] = (),
    drop: Collection[Slot] = (),
    **fields: Any,
) -> Webcast:
    """Change *webcast*: fields, files that come, slots that are emptied.

    Raises:
        WebcastError: a field or a file is not right, or what is public would no longer be allowed to be.
    """
    before = {name: getattr(webcast, name) for name in (*FIELDS, *_COLUMNS)}
    _set(webcast, fields)
    for slot in drop:
        _fill(webcast, slot, None)
    _take_in(webcast, uploads, by, now)
    _hold(webcast, now)
    after = {name: getattr(webcast, name) for name in before}
    changes = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
    if changes:
        webcast.updated_at = now
        if webcast.public_from is None and "title" in changes:
            webcast.slug = _free_slug(webcast.title, mine=webcast.slug)
        audit.record(by, "edit", KIND, webcast.id, webcast.title, changes=changes, now=now)
        _queue(webcast, now)
    return webcast


def publish(webcast: Webcast, *, by: Actor | None, now: datetime) -> None:
    """Make *webcast* public from *now*.

    Raises:
        WebcastError: it is public or withdrawn, or lacks what a public one needs.
    """
    rules.refuse_publishing(webcast, now, now)
    _open(webcast, "publish", at=now, by=by, now=now)


def schedule(webcast: Webcast, *, by: Actor | None, now: datetime, at: datetime) -> None:
    """Make *webcast* public from *at*, an instant in the future.

    Raises:
        WebcastError: as :func:`publish`; or *at* is not in the future.
    """
    if at <= now:
        raise WebcastError({"day": ["That time has passed. Give one in the future, or publish now."]})
    rules.refuse_publishing(webcast, at, now)
    _open(webcast, "schedule", at=at, by=by, now=now)


def unschedule(webcast: Webcast, *, by: Actor | None, now: datetime) -> None:
    """Make a scheduled *webcast* a draft again.

    Raises:
        WebcastError: it is not scheduled.
    """
    if webcast.public_from is None or webcast.public_from <= now:
        raise WebcastError({"": ["This webcast is not scheduled."]})
    changes = {"public_from": [webcast.public_from, None]}
    webcast.public_from = None
    webcast.updated_at = now
    audit.record(by, "unschedule", KIND, webcast.id, webcast.title, changes=changes, now=now)
    _queue(webcast, now)


def withdraw(webcast: Webcast, *, by: Actor | None, now: datetime, reason: str) -> None:
    """Take a public *webcast* and its files back. Its address goes on to say so, with *reason*.

    Raises:
        WebcastError: it is not public, was withdrawn before, or there is no reason.
    """
    rules.refuse_withdrawing(webcast, reason, now)
    webcast.withdrawn_at = now
    webcast.withdrawal_reason = reason.strip()
    webcast.updated_at = now
    audit.record(by, "withdraw", KIND, webcast.id, webcast.title, changes={"reason": ["", reason.strip()]}, now=now)
    _queue(webcast, now)


_COLUMNS = tuple(f"{slot}_id" for slot in Slot)


def _open(webcast: Webcast, action: str, *, at: datetime, by: Actor | None, now: datetime) -> None:
    changes = {"public_from": [webcast.public_from, at]}
    webcast.public_from = at
    webcast.updated_at = now
    audit.record(by, action, KIND, webcast.id, webcast.title, changes=changes, now=now)
    _queue(webcast, now)


def _set(webcast: Webcast, fields: Mapping[str, Any]) -> None:
    if unknown := fields.keys() - set(FIELDS):
        raise TypeError(f"a webcast has no {', '.join(sorted(unknown))}")
    if fields.get("video_url"):
        rules.check_video_url(fields["video_url"])
    for name, value in fields.items():
        setattr(webcast, name, value)
    if "description" in fields:
        webcast.description_html = text.to_html(webcast.description)
    if "transcript" in fields:
        webcast.transcript_html = text.to_html(webcast.transcript)
    webcast.ends_at = webcast.starts_at + timedelta(minutes=webcast.minutes)


def _take_in(webcast: Webcast, uploads: Sequence[Upload], by: Actor | None, now: datetime) -> None:
    """Store the files; all that are wrong are told of at once."""
    problems: dict[str, list[str]] = {}
    status = 422
    for upload in uploads:
        try:
            _check(upload)
            asset = media.store(upload.file, by=by, now=now, name=upload.name, **upload.described)
        except MediaError as error:
            problems[upload.slot] = [str(error)]
            status = 507 if isinstance(error, NoRoomError) else status
        except WebcastError as error:
            problems |= {field: list(sentences) for field, sentences in error.problems.items()}
        else:
            _fill(webcast, upload.slot, asset.id)
            if upload.slot is Slot.CAPTIONS:
                webcast.cues = _cues(upload.file)
    if problems:
        raise WebcastError(problems, status=status)


def _check(upload: Upload) -> None:
    """The file is one for its slot; captions have no cue that overlaps or goes backward."""
    try:
        found = intake.type_of(upload.file)
        fits = found.kind in rules.KINDS[upload.slot] and (found.inline or upload.slot is not Slot.POSTER)
    except NoRoomError:
        raise
    except MediaError:
        if upload.slot is not Slot.CAPTIONS:
            raise
        fits = False
    if not fits:
        raise WebcastError({upload.slot: [rules.WANTED[upload.slot]]})
    if upload.slot is Slot.CAPTIONS:
        read = captions.read(_content(upload.file))
        if read.problems:
            raise WebcastError({upload.slot: rules.first_few(read.problems)})


def _content(file: IO[bytes]) -> bytes:
    file.seek(0)
    content = file.read()
    file.seek(0)
    return content


def _cues(file: IO[bytes]) -> list[dict[str, Any]]:
    cues = captions.read(_content(file)).cues
    return [{"start": cue.start, "voice": cue.voice, "text": cue.text} for cue in cues]


def _fill(webcast: Webcast, slot: Slot, asset_id: int | None) -> None:
    setattr(webcast, f"{slot}_id", asset_id)
    if slot is Slot.CAPTIONS and asset_id is None:
        webcast.cues = []


def _hold(webcast: Webcast, now: datetime) -> None:
    """What is public, or will be by itself, stays fit to be."""
    if webcast.public_from is not None and webcast.withdrawn_at is None:
        problems = rules.problems_when_public(webcast, max(webcast.public_from, now))
        if problems:
            raise WebcastError(problems)


def _free_slug(title: str, *, mine: str = "") -> str:
    slug = text.slugify(title)
    taken = (queries.taken_slugs(slug) - {mine}) | rules.RESERVED
    if slug not in taken:
        return slug
    return next(f"{slug}-{n}" for n in count(2) if f"{slug}-{n}" not in taken)


def _queue(webcast: Webcast, now: datetime) -> None:
    """Have the index look at it: now, and when it becomes public by time."""
    search.enqueue(KIND, webcast.id, due=now)
    if webcast.public_from is not None and webcast.public_from > now:
        search.enqueue(KIND, webcast.id, due=webcast.public_from)
