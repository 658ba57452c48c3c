"""What is said to browsers and to the caches in front; computed when an answer is sent, not when it was made."""

from __future__ import annotations

from datetime import datetime

from pressroom.kit.headers import ASK_AGAIN


def control(ends: datetime | None, now: datetime, longest: int) -> str:
    """The Cache-Control of a kept answer: browsers ask each time, a cache in front keeps it for some seconds at most.

    A cache counts whole seconds from its own clock's, so one is taken off: what it may hold for five seconds is said to
    be good for four. So close to *ends* that nothing is left, it has to ask.

    Args:
        ends: the first instant at which the answer may be another one.
        now: the instant at which it is sent.
        longest: the setting ``edge_seconds``, by which a withdrawal may be late there.
    """
    left = longest if ends is None else min(longest, int((ends - now).total_seconds()))
    return f"public, max-age=0, s-maxage={left - 1}, must-revalidate" if left > 1 else ASK_AGAIN


def may_say_unchanged(said: str, longest: int) -> bool:
    """Whether 304 may be answered under the Cache-Control *said*.

    Where a cache in front was once told how long it may keep an answer, a 304 that tells it to ask may grant it the
    old time once more (nginx with ``proxy_cache_revalidate``), which would reach past a lift.
    """
    return not longest or said != ASK_AGAIN
