"""Which entries of a source are known already, although their address or their id changed.

An address that is known is told by the fingerprint. Beside that, an entry is the same as an earlier one of its source
when it has the same id and the same headline (some feeds give all their entries one id), or when outlet, headline and
day are the same. Then it takes the earlier one's address, so whatever comes behind finds it known.

Outlets are called as they are here, whatever the feed calls them: a story without an address is known by that name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import select

from pressroom.clips import rules
from pressroom.clips.gathering.feeds import open_feed
from pressroom.clips.gathering.items import Found, Item, Reader
from pressroom.clips.gathering.models import Candidate, ClipImport, ClipSource
from pressroom.clips.models import Clip, Outlet
from pressroom.clips.outlets.names import Called
from pressroom.kit.db import db

TOGETHER = 200


def opened(job: ClipImport, path: Path) -> Reader:
    """The feed of a batch, from the file in which the source's answer was kept.

    Raises:
        UnreadableError: it cannot be read.
        FileNotFoundError: it is gone.
    """
    source = db.session.get(ClipSource, job.source_id) if job.source_id else None
    if source is None:
        return open_feed(path)
    address, outlet = source.address, source.outlet.name if source.outlet else ""
    return OfSource(open_feed(path, address=address, outlet=outlet), source.id)


@dataclass(frozen=True)
class _Known:
    """By what a story is known."""

    headline: str
    outlet: str
    published_on: date | None
    url: str

    def is_called(self, headline: str) -> bool:
        return self.headline.casefold() == headline.casefold()

    @property
    def words(self) -> str:
        return rules.fingerprint(url="", outlet=self.outlet, headline=self.headline, published_on=self.published_on)


class OfSource:
    """A feed as the reader of a source: what the source brought before is given as it was then."""

    def __init__(self, reader: Reader, source_id: int) -> None:
        self._reader, self._source_id = reader, source_id

    @property
    def sha256(self) -> str:
        """Of the feed's bytes."""
        return self._reader.sha256

    @property
    def total(self) -> int:
        """How many entries it has."""
        return self._reader.total

    def items(self, skip: int, *, now: datetime) -> Iterator[Item]:
        """Its entries without the first *skip* ones. It reads the database."""
        memory = _Memory(self._source_id)
        entries = self._reader.items(skip, now=now)
        while batch := list(islice(entries, TOGETHER)):
            memory.look_up(item.found for item in batch if item.found)
            for item in batch:
                yield replace(item, found=memory.as_known(item.found)) if item.found else item


def as_called(stories: Iterable[Found], called: Called) -> list[Found]:
    """*stories* with the names that their outlets have here."""
    told = list(stories)
    called.learn(story.outlet for story in told)
    return [replace(story, outlet=called.of(story.outlet)) for story in told]


class _Memory:
    """What is known of a source's stories: by their ids, and by outlet, headline and day."""

    def __init__(self, source_id: int) -> None:
        self._source_id, self._called = source_id, Called()
        self._by_id: dict[str, list[_Known]] = {}
        self._by_words: dict[str, _Known] = {}
        self._days: set[date] = set()

    def look_up(self, stories: Iterable[Found]) -> None:
        """Ask for the ids and days of *stories*."""
        found = as_called(stories, self._called)
        ids = {story.external_id for story in found} - {""} - self._by_id.keys()
        days = {story.published_on for story in found if story.published_on} - self._days
        columns = (Candidate.headline, Candidate.outlet, Candidate.published_on, Candidate.url)
        mine = Candidate.source_id == self._source_id
        if ids:
            rows = db.session.execute(
                select(*columns, Candidate.external_id).where(mine, Candidate.external_id.in_(ids))
            )
            for *told, external_id in self._as_called(rows):
                self._by_id.setdefault(external_id, []).append(_Known(*told))
        if days:
            self._days |= days
            clips = (
                select(Clip.headline, Outlet.name.label("outlet"), Clip.published_on, Clip.url)
                .join(Outlet, Clip.outlet_id == Outlet.id)
                .join(ClipImport, Clip.import_id == ClipImport.id)
                .where(ClipImport.source_id == self._source_id, Clip.published_on.in_(days))
            )
            waiting = select(*columns).where(mine, Candidate.published_on.in_(days))
            for row in self._as_called(db.session.execute(clips.union_all(waiting))):
                known = _Known(*row)
                self._by_words.setdefault(known.words, known)

    def _as_called(self, rows: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
        """Headline, outlet and whatever follows, with the name that the outlet has here."""
        told = list(rows)
        self._called.learn(row.outlet for row in told)
        for headline, outlet, *more in told:
            yield headline, self._called.of(outlet), *more

    def as_known(self, story: Found) -> Found:
        """*story*, or with the address of the one that it is the same as. After :meth:`look_up`."""
        story = replace(story, outlet=self._called.of(story.outlet))
        mine = _Known(story.headline, story.outlet, story.published_on, story.url)
        same = next((known for known in self._by_id.get(story.external_id, ()) if known.is_called(mine.headline)), None)
        if same is None and story.published_on:
            same = self._by_words.setdefault(mine.words, mine)
        if story.external_id and same in (None, mine):
            self._by_id.setdefault(story.external_id, []).append(mine)
        if same is None or same == mine:
            return story
        return replace(story, headline=same.headline, outlet=same.outlet, published_on=same.published_on, url=same.url)
