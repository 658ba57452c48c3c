"""When a source is read again, and when it is given up. Pure decisions."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LEAST = timedelta(minutes=15)  # nobody is asked more often, whatever the feed allows
MOST = timedelta(days=1)  # and everybody once a day
FIRST_WAIT = timedelta(minutes=15)  # after a failure; each next wait is twice as long
LONGEST_WAIT = timedelta(days=7)  # that a site may ask for with Retry-After
GIVE_UP = 10  # failures in a row, which take four days
GAP = timedelta(seconds=20)  # between two questions to one host
LEASE = timedelta(minutes=5)  # a fetch takes ten seconds and reading a minute; who is silent for so long is dead

GONE = 410
WAIT = frozenset({429, 503})

_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_DIRECTIVE_OFF = re.compile(r"(?:^|[\s,])(?:no-cache|no-store)(?:[\s,=]|$)", re.IGNORECASE)


def next_due(now: datetime, *, usual: int, asked: int, max_age: timedelta) -> datetime:
    """When a source is read again that could be read.

    Args:
        usual: minutes, by the setting.
        asked: minutes for which the feed asks (``ttl``, ``sy:updatePeriod``).
        max_age: for how long the answer is fresh, as its header says.
    """
    wait = max(timedelta(minutes=usual), timedelta(minutes=asked), max_age)
    return now + min(MOST, max(LEAST, wait))


def after_failure(now: datetime, attempts: int, retry_after: timedelta = timedelta()) -> datetime:
    """When a source is tried again that could not be read.

    Args:
        attempts: how often in a row, this one too.
        retry_after: how long the site asks to wait.
    """
    wait = min(MOST, FIRST_WAIT * (1 << min(max(attempts, 1) - 1, 10)))
    return now + max(wait, min(LONGEST_WAIT, retry_after))


def is_given_up(status: int, attempts: int) -> bool:
    """Whether it is gone: it says so itself, or could not be read for days. One that asks to wait is there."""
    return status == GONE or (attempts >= GIVE_UP and status not in WAIT)


def max_age(cache_control: str) -> timedelta:
    """For how long an answer is fresh (RFC 9111, section 5.2.2.1); nothing where it is not."""
    found = _MAX_AGE.search(cache_control)
    if found is None or _DIRECTIVE_OFF.search(cache_control):
        return timedelta()
    return timedelta(seconds=int(found[1]))


def retry_after(written: str, now: datetime) -> timedelta:
    """How long a site asks to wait (RFC 9110, section 10.2.3), as seconds or a date; nothing where it says nothing."""
    said = written.strip()
    if said.isascii() and said.isdecimal():
        return min(LONGEST_WAIT, timedelta(seconds=int(said[:9])))
    try:
        at = parsedate_to_datetime(said)
    except ValueError:
        return timedelta()
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    return min(LONGEST_WAIT, max(timedelta(), at - now))
