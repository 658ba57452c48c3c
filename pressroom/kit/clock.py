"""The one clock. Decisions get ``now`` passed in; only edges and the gate read it here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from flask import has_request_context, request

KEY = "pressroom.now"  # of the request's environment; who stands before the application may have looked already

_set: datetime | None = None


def now() -> datetime:
    """The instant, aware and in UTC; the same one during the whole of a request, so that a list and its count agree."""
    if _set is not None:
        return _set
    if not has_request_context():
        return datetime.now(UTC)
    environ = request._get_current_object().environ  # type: ignore[attr-defined]  # past the proxy: asked all the time
    moment: datetime = environ.get(KEY) or environ.setdefault(KEY, datetime.now(UTC))
    return moment


@contextmanager
def at(moment: datetime) -> Iterator[datetime]:
    """Set the clock of this process to *moment* (aware) for a while. For tests, audits and previews of the sample."""
    global _set  # the clock is one value of the process, as the system's clock is
    if moment.tzinfo is None:
        raise ValueError("the clock takes an aware datetime")
    before, _set = _set, moment.astimezone(UTC)
    try:
        yield _set
    finally:
        _set = before
