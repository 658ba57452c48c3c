"""What became of a link, when it is looked at again, and what the public is shown. Pure decisions.

The public follows a clip's own address as long as it may lead to the story. After failures on three different days
it is led to an archive's copy instead, and back as soon as the story is there again; the address itself never changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

FAILURES = 3  # on different days, before the public is shown a copy
APART = timedelta(hours=20)  # two failures that are nearer count once: a site that is down for an evening is not dead
AGAIN = timedelta(days=1)  # after a failure, until it is certain
RARELY = timedelta(days=7)  # after that, a few times
OFTEN = FAILURES + 4  # failures after which a story is looked for no more often than others
GAP = timedelta(seconds=10)  # between two requests to one host
LONGEST_FINAL = 2000
LONGEST_WAIT = timedelta(days=1)  # for a host that does not answer
LONGEST_RETRY = timedelta(days=14)  # that a host may ask for
OFFLINE = timedelta(hours=1)  # until the next try, where it is the press room that reaches nobody

RESERVED = ("example", "invalid", "localhost", "test")  # RFC 2606: nothing is there, by definition


class LinkState(StrEnum):
    """What was found at a clip's address."""

    NEW = "new"
    LIVE = "live"
    MOVED = "moved"
    PAYWALLED = "paywalled"
    REFUSED = "refused"
    UNCHECKED = "unchecked"
    UNREACHABLE = "unreachable"
    CHANGED = "changed"
    HOME = "home"
    SOFT_404 = "soft-404"
    GONE = "gone"

    @property
    def label(self) -> str:
        """As it stands on the desk."""
        return _LABELS[self]

    @property
    def is_alive(self) -> bool:
        """Whether the story is there."""
        return self in {LinkState.LIVE, LinkState.MOVED, LinkState.PAYWALLED}

    @property
    def is_failure(self) -> bool:
        """Whether readers are led to something else, or to nothing."""
        return self in FAILING


_LABELS = {
    LinkState.NEW: "Not looked at yet",
    LinkState.LIVE: "Live",
    LinkState.MOVED: "Moved",
    LinkState.PAYWALLED: "Behind a paywall",
    LinkState.REFUSED: "Refused to us",
    LinkState.UNCHECKED: "Cannot be looked at",
    LinkState.UNREACHABLE: "Not reached",
    LinkState.CHANGED: "Something else",
    LinkState.HOME: "Leads to the home page",
    LinkState.SOFT_404: "Says it is not there",
    LinkState.GONE: "Gone",
}
FAILING = frozenset({LinkState.UNREACHABLE, LinkState.CHANGED, LinkState.HOME, LinkState.SOFT_404, LinkState.GONE})


class LinkError(ValueError):
    """What somebody wants of a link cannot be; the message says what to do."""


@dataclass(frozen=True)
class Finding:
    """What was found.

    Attributes:
        said: a sentence for staff.
        status: of the answer; 0 without one.
        address: where it ended.
    """

    state: LinkState
    said: str
    status: int = 0
    address: str = ""


# The public's link ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PublicLink:
    """Where the public is led from a clip.

    Attributes:
        href: the address to be followed.
        original: that of the clip, which stays.
        copied_at: when the copy was made that is shown instead; None where the story itself is linked.
    """

    href: str
    original: str
    copied_at: datetime | None = None

    @property
    def robust(self) -> dict[str, str]:
        """The attributes of the link (Robust Links, https://robustlinks.mementoweb.org/spec/); none for the story."""
        if self.copied_at is None:
            return {}
        return {
            "data-originalurl": self.original,
            "data-versionurl": self.href,
            "data-versiondate": self.copied_at.date().isoformat(),
        }


def public_link(url: str, copy_url: str, copy_at: datetime | None) -> PublicLink | None:
    """THE decision where the public is led: every page, feed and file asks here. None where a clip has no address.

    Args:
        url: of the clip.
        copy_url: what its row says is to be shown instead; empty as a rule.
        copy_at: when that was made.
    """
    if copy_url and copy_at is not None and url:
        return PublicLink(copy_url, url, copy_at)
    return PublicLink(url, url) if url else None


def shows_copy(state: LinkState, cleared: LinkState | None, failures: int) -> bool:
    """Whether the copy takes the place of the story.

    Args:
        cleared: the finding of which a person said that the story is there all the same.
        failures: in a row, on different days.
    """
    return failures >= FAILURES and not state.is_alive and (cleared is None or cleared is not state)


# When ----------------------------------------------------------------------------------------------------


def counted(
    finding: LinkState, failures: int, failed_at: datetime | None, now: datetime
) -> tuple[int, datetime | None]:
    """How many failures in a row there are now, and when the last one was that counted.

    A site that refuses us says nothing of the story: what was known stays.
    """
    if finding.is_alive:
        return 0, None
    if not finding.is_failure or (failed_at is not None and now - failed_at < APART):
        return failures, failed_at
    return failures + 1, now


def due(finding: LinkState, failures: int, *, now: datetime, interval: timedelta, seed: int) -> datetime:
    """When a link is looked at next.

    Args:
        interval: for links that are as they should be.
        seed: a number of the clip; a tenth of the interval is spread by it, so that what came together parts.
    """
    if finding.is_failure and failures < FAILURES:
        return now + min(AGAIN, interval)
    if finding.is_failure and failures < OFTEN:
        return now + min(RARELY, interval)
    return now + interval * (0.95 + 0.1 * share(seed))


def first_due(*, now: datetime, interval: timedelta, seed: int, at_once: bool) -> datetime:
    """When a link that is new is looked at: at once, or at some instant of the interval where many came together."""
    return now if at_once else now + interval * share(seed)


def share(seed: int) -> float:
    """A number from 0 to 1 that is always the same for *seed*, and even over many."""
    return int.from_bytes(hashlib.blake2b(str(seed).encode(), digest_size=4).digest()) / 0xFFFFFFFF


def wait(failures: int, asked: str, now: datetime) -> timedelta:
    """How long a host is left alone.

    Args:
        failures: times in a row that it did not answer, or refused.
        asked: its ``Retry-After`` (RFC 9110, section 10.2.3): seconds, or an HTTP date.
    """
    least = GAP if not failures else min(timedelta(minutes=2 ** min(failures, 12)), LONGEST_WAIT)
    return max(least, min(_retry_after(asked, now), LONGEST_RETRY))


def _retry_after(asked: str, now: datetime) -> timedelta:
    if asked.isascii() and asked.isdecimal() and len(asked) < 10:
        return timedelta(seconds=int(asked))
    moment = http_date(asked)
    return moment - now if moment else timedelta(0)


def http_date(written: str) -> datetime | None:
    """An HTTP date (RFC 9110, section 5.6.7) as an instant; None for what is none."""
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - with email.message in tow, for the worker only

    try:
        moment = parsedate_to_datetime(written.strip())
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    try:
        return moment.astimezone() if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def is_reserved(host: str) -> bool:
    """Whether *host* is a name that never leads anywhere."""
    return host.rpartition(".")[2] in RESERVED


def host_of(url: str) -> str:
    """The host to be asked for *url*, by which requests are kept apart; empty where there is none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")[:255]
    except ValueError:
        return ""


def origin_of(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port that are asked for *url* (RFC 6454, section 4); empty where there is none."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return "", "", None
    return parts.scheme, host_of(url), port


# Copies --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Copy:
    """A copy that an archive keeps.

    Attributes:
        at: when it was made.
        source: who said so: ``availability``, ``timemap``, ``timegate``; ``hand`` for a person.
    """

    url: str
    at: datetime
    source: str = ""


def closest(copies: Iterable[Copy], day: date) -> Copy | None:
    """The first copy of the day on which a story appeared, or after it; without one the last before.

    What is older than the story shows something else, as a rule; what is much younger may be the page that says sorry.
    """

    def distance(copy: Copy) -> tuple[bool, timedelta]:
        apart = copy.at.date() - day
        return apart < timedelta(0), abs(apart)

    return min(copies, key=lambda copy: (*distance(copy), copy.at), default=None)
