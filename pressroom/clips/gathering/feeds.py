"""A feed (RSS, Atom, JSON Feed) as a reader of clips."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest
from pathlib import Path

from pressroom.clips.gathering import stories
from pressroom.clips.gathering.items import Item
from pressroom.clips.rules import LONGEST_OUTLET
from pressroom.kit import feedreading
from pressroom.kit.encodings import UnreadableError
from pressroom.kit.feedreading import Spool

ENDED = "reading took too much time or memory here, so the rest was not read"


class NoFeedError(UnreadableError):
    """There is something else than a feed.

    Attributes:
        feeds: the feeds that a page names instead: address and title of each.
    """

    def __init__(self, sentence: str, feeds: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(sentence)
        self.feeds = tuple(feeds)


@dataclass(frozen=True)
class About:
    """What a feed says of itself.

    Attributes:
        site: the address of the page that it goes with.
        minutes: how long it asks not to be read again; 0 where it says nothing.
    """

    title: str = ""
    site: str = ""
    language: str = ""
    minutes: int = 0


class Feed:
    """An opened feed.

    Attributes:
        sha256: of its bytes.
        total: how many entries it has, those that cannot be read too.
        about: what it says of itself.
    """

    def __init__(self, spool: Spool, sha256: str, outlet: str) -> None:
        self._spool, self._outlet = spool, outlet
        self.sha256 = sha256
        self.about = _about(spool)
        self.total = spool.total + (not spool.is_whole)

    def items(self, skip: int, *, now: datetime) -> Iterator[Item]:
        """Its entries without the first *skip* ones."""
        for record in self._spool.records(skip):
            yield stories.item(record, outlet=self._outlet, language=self.about.language, now=now)
        if not self._spool.is_whole and skip < self.total:
            yield Item(self.total, problem=ENDED)


def open_feed(path: Path, *, address: str = "", charset: str = "", outlet: str = "") -> Feed:
    """The file *path* as a feed. It takes a child process, and its time.

    Args:
        address: where it was found.
        charset: what the server said of it.
        outlet: whose stories they all are, if they are of one.

    Raises:
        NoFeedError: it is none, or nothing of it can be read; with a sentence.
    """
    spool = feedreading.read(path, charset=charset, address=address)
    _refuse(spool)
    with path.open("rb") as file:
        sha256 = file_digest(file, "sha256").hexdigest()
    return Feed(spool, sha256, outlet[:LONGEST_OUTLET])


def _refuse(spool: Spool) -> None:
    if spool.is_whole and spool.about.get("is") == "feed":
        return
    if spool.about.get("is") == "page":
        named = [(str(address), str(title)) for address, title in spool.about.get("feeds") or ()]
        if named:
            raise NoFeedError(f"There is a page at this address, and no feed. It names its feed: {named[0][0]}", named)
        raise NoFeedError("There is a page at this address, and no feed, and the page names none.")
    if spool.about.get("is") == "broken":
        raise NoFeedError("The feed is broken: it is no JSON that can be read.")
    if spool.is_whole:
        raise NoFeedError("There is no feed at this address: what stands there is neither RSS, Atom nor JSON Feed.")
    if not spool.total:
        raise NoFeedError("Reading this document took too much time or memory, so it was given up.")


_PERIODS = {"hourly": 60, "daily": 1440, "weekly": 10080, "monthly": 43200, "yearly": 525600}


def _about(spool: Spool) -> About:
    said = {name: str(value) for name, value in spool.about.items()}
    ttl, period = said.get("ttl", "").strip(), _PERIODS.get(said.get("period", "").strip().lower(), 0)
    times = said.get("frequency", "").strip()
    minutes = int(ttl) if ttl.isascii() and ttl.isdecimal() and len(ttl) < 7 else 0
    if period:
        times_a_period = int(times) if times.isascii() and times.isdecimal() and 0 < len(times) < 5 else 1
        minutes = max(minutes, period // max(1, times_a_period))
    return About(
        title=stories.words(said.get("title"), 200),
        site=stories.checked_or_nothing(said.get("link", "")),
        language=said.get("language", ""),
        minutes=minutes,
    )
