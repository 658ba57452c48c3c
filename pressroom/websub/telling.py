"""What is done with other machines: ask a subscriber, tell a subscriber, tell a hub of others.

No transaction is open meanwhile. Addresses in private networks are refused at each try, redirects are never followed:
a subscriber that moved subscribes again.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from flask import current_app

from pressroom.kit import clock, fetch
from pressroom.kit.db import db
from pressroom.kit.fetch import Fetched, Fetcher, FetchError
from pressroom.websub import actions, feeds, queries, rules, settings
from pressroom.websub.models import HubErrand
from pressroom.websub.rules import CLAIM, Asked, HubError, Mode

MOST = 200  # errands in one turn of the worker, which has other work as well
TURN = 20.0  # seconds after which a turn begins no other errand
MOST_ANSWER = 20_000  # bytes that are read of an answer
SECONDS = 10.0


@dataclass(frozen=True)
class Job:
    """An errand as values, for the time in which no transaction is open."""

    number: int
    until: datetime
    topic: str
    asked: Asked | None
    callback: str
    secret: str
    subscribed: bool


def work_off(now: datetime, *, monotonic: Callable[[], float] = time.monotonic) -> int:
    """Do what is due at *now*, as long as a turn lasts; gives how many errands succeeded. In a context of staff.

    Args:
        monotonic: the clock of the turn.
    """
    succeeded, end = 0, monotonic() + TURN
    for _ in range(MOST):
        if monotonic() >= end:
            break
        number = actions.claim(now)
        db.session.commit()
        if number is None:
            break
        succeeded += bool(number) and _worked_off(number, now)
    return succeeded


def _worked_off(number: int, now: datetime) -> bool:
    """Do one errand that was claimed; whatever goes wrong with it, the others get their turn."""
    until = now + CLAIM
    try:
        errand = queries.errand(number, until)
        if errand is None:
            return False
        job = _job(errand)
        db.session.rollback()
        problem, gone = _tried(job)
        _note(job, problem, gone=gone, now=max(now, clock.now()))
        db.session.commit()
    except Exception:
        db.session.rollback()
        current_app.logger.exception("an errand to a subscriber or a hub failed; tried again later")
        if errand := queries.errand(number, until):
            actions.put_off(errand, "It failed; the log says why.", now=max(now, clock.now()))
        db.session.commit()
        return False
    return not problem


def _job(errand: HubErrand) -> Job:
    asked = None
    if errand.mode is not None:
        asked = Asked(errand.mode, errand.topic.address, errand.callback, errand.lease, errand.secret)
    to = errand.subscription
    return Job(
        number=errand.id,
        until=errand.due_at,
        topic=errand.topic.address,
        asked=asked,
        callback=to.callback if to else errand.callback,
        secret=to.secret if to else errand.secret,
        subscribed=to is not None,
    )


def _tried(job: Job) -> tuple[str, bool]:
    """What went wrong, empty if nothing did; and whether the subscriber is gone for good."""
    try:
        if job.asked is not None:
            return _asked(job.asked), False
        answer = _told(job) if job.subscribed else _hub_told(job.topic)
    except FetchError as error:
        return str(error), False
    if answer is None or 200 <= answer.status < 300:
        return "", False
    return f"It answered {answer.status}.", answer.status == 410 and job.subscribed


def _asked(asked: Asked) -> str:
    """Whether the subscriber means it: they send the challenge back (5.3)."""
    challenge = secrets.token_urlsafe(24)
    answer = _fetcher().get(rules.question(asked, challenge))
    if 200 <= answer.status < 300 and answer.content.strip() == challenge.encode():
        return ""
    return f"It answered {answer.status} and not with the challenge."


def _told(job: Job) -> Fetched | None:
    """The feed as it is now, signed (7, 8); None when there is no such feed any more."""
    read = feeds.read(job.topic)
    if read is None:
        return None
    headers = {
        "Content-Type": read.content_type,
        "Link": f'<{settings.own_address()}>; rel="hub", <{job.topic}>; rel="self"',
    }
    if job.secret:
        headers["X-Hub-Signature"] = rules.signature(job.secret, read.body)
    return _fetcher().post(job.callback, read.body, headers)


def _hub_told(topic: str) -> Fetched | None:
    """That a topic changed, in the two spellings that hubs read."""
    hub = settings.hub()
    if not hub:
        return None
    form = urlencode({"hub.mode": "publish", "hub.topic": topic, "hub.url": topic})
    return _fetcher().post(hub, form.encode(), {"Content-Type": "application/x-www-form-urlencoded"})


def _fetcher() -> Fetcher:
    """That of this press room, which follows no redirects.

    Raises:
        FetchError: the setting ``fetching`` says that nothing is asked.
    """
    return replace(fetch.fetcher(), redirects=0, most=MOST_ANSWER, seconds=SECONDS)


def _note(job: Job, problem: str, *, gone: bool, now: datetime) -> None:
    """Write down what became of it, unless somebody else did meanwhile."""
    errand = queries.errand(job.number, job.until)
    if errand is None:
        return
    if gone and errand.subscription is not None:
        actions.end(errand.subscription)
    elif problem:
        actions.put_off(errand, problem, now=now)
        current_app.logger.info("a subscriber or a hub could not be told; tried again later")
    elif job.asked is None:
        actions.done(errand, now=now)
    elif job.asked.mode is Mode.SUBSCRIBE:
        try:
            actions.follow(errand, now=now)
        except HubError:
            actions.done(errand, now=now)
    else:
        actions.unfollow(errand)
