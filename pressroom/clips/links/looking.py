"""The worker's search for copies: archives are asked for stories that were not found, the longest waiting first."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta

from flask import current_app

from pressroom.clips.links import actions, archives, checking, queries, rules
from pressroom.clips.links.archives import Archive
from pressroom.clips.links.models import ClipLink, LinkHost
from pressroom.clips.links.rules import Copy
from pressroom.clips.models import Clip
from pressroom.kit import clock
from pressroom.kit.db import db
from pressroom.kit.fetch import FetchError

TURN = 15.0  # seconds
MOST = 5  # stories in one turn
NONE_THERE = timedelta(days=30)
FIRST_WAIT = timedelta(hours=1)
LONGEST_WAIT = timedelta(days=7)


def work_off(now: datetime, *, monotonic: Callable[[], float] = time.monotonic) -> int:
    """Ask for what is due at *now*, one question after the other; gives for how many a copy was found. For staff.

    Args:
        monotonic: the clock of the turn.
    """
    known = archives.configured()
    if not known or queries.wants_copy(now) is None:
        db.session.rollback()
        return 0
    held = _hold(known, now)
    db.session.commit()
    found, failed, end = 0, False, monotonic() + TURN
    for _ in range(MOST if held else 0):
        clip_id = queries.wants_copy(now)
        db.session.rollback()
        if clip_id is None or failed or monotonic() >= end:
            break
        copy, failed = _one(clip_id, known, held)
        found += copy is not None
    _release(held, now, failed=failed)
    db.session.commit()
    return found


def _hold(known: list[Archive], now: datetime) -> dict[int, str]:
    """Claim the hosts of all archives: number → token; none where one is not free, or is to be left alone."""
    held: dict[int, str] = {}
    for number in sorted({actions.host_for(archive.template, now) for archive in known}):
        if token := actions.take_host(number, now):
            held[number] = token
        else:
            _release(held, now)
            return {}
    return held


def _release(held: dict[int, str], now: datetime, *, failed: bool = False) -> None:
    now = max(now, clock.now())
    for number, token in held.items():
        failures = db.session.get_one(LinkHost, number).failures + 1 if failed else 0
        actions.let_go(number, token, free_at=now + rules.wait(failures, "", now), failures=failures)


def _one(clip_id: int, known: list[Archive], held: dict[int, str]) -> tuple[Copy | None, bool]:
    """What was found for one story, and whether an archive could not be asked."""
    link, clip = db.session.get_one(ClipLink, clip_id), db.session.get_one(Clip, clip_id)
    url, day = link.url, clip.published_on
    db.session.rollback()
    copy, problem = None, ""
    try:
        copy = _found(known, url, day)
    except FetchError as error:
        problem = str(error)
    except Exception:
        current_app.logger.exception("an archive's answer could not be read")
        problem = "The archive's answer could not be read."
    now = clock.now()
    held_link = queries.held(clip_id)
    if not all(actions.hold_on(number, token, now) for number, token in held.items()):
        db.session.rollback()  # it took so long that somebody else asks now
        return None, True
    if held_link is not None and held_link.url == url and not held_link.copy_url:
        _note(held_link, copy, problem, now)
    db.session.commit()
    return copy, bool(problem)


def _found(known: list[Archive], url: str, day: date) -> Copy | None:
    """The best copy of the first archive that has any.

    Raises:
        FetchError: none has, and one could not be asked.
    """
    trouble: FetchError | None = None
    for archive in known:
        try:
            copies = archive.copies(url, day, checking.fetcher().get)
        except FetchError as error:
            trouble = error
            continue
        if best := rules.closest(copies, day):
            return best
    if trouble is not None:
        raise trouble
    return None


def _note(link: ClipLink, copy: Copy | None, problem: str, now: datetime) -> None:
    if copy is not None:
        actions.keep_copy(link, copy, now=now)
        return
    link.copy_said = problem[:500] or "No archive that is asked has a copy."
    link.copy_attempts = link.copy_attempts + 1 if problem else 0
    wait = min(FIRST_WAIT * 2 ** min(link.copy_attempts - 1, 10), LONGEST_WAIT) if problem else NONE_THERE
    link.copy_due_at = now + wait
