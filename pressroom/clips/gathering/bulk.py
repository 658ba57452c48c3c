"""Many clips at once, by a handful of statements.

What is known already is told apart by the database itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, select

from pressroom import search
from pressroom.clips import covering
from pressroom.clips.gathering.items import Found
from pressroom.clips.gathering.rows import RowError
from pressroom.clips.models import Clip, Outlet, Topic, clip_release, clip_topic
from pressroom.clips.outlets import names as names_of_outlets
from pressroom.clips.stories import aliases, marking
from pressroom.clips.stories.marking import Text
from pressroom.kit import text
from pressroom.kit.db import db, insert_into

KIND = "clip"


class Names:
    """Ids of outlets or topics by their slugs; those that are missing are made. Kept for one import.

    Only what was committed may stay in here: make a new one after a rollback.
    """

    def __init__(self, cls: type[Outlet] | type[Topic]) -> None:
        self.cls = cls
        self.ids: dict[str, int] = {}
        self.slugs: dict[str, str] = {}

    def slug(self, name: str) -> str:
        """The slug of *name*; computed once."""
        if name not in self.slugs:
            self.slugs[name] = text.slugify(name)
        return self.slugs[name]

    def make(self, names: Iterable[str]) -> None:
        """See that all of *names* have an id."""
        wanted = {self.slug(name): name for name in reversed(list(names))}
        missing = wanted.keys() - self.ids.keys()
        if missing and self.cls is Outlet:  # by its slug, another name, or the name of one that was merged into it
            self.ids.update({slug: meant.id for slug, meant in names_of_outlets.known(missing).items()})
            missing -= self.ids.keys()
        if missing:
            rows = [{"slug": slug, "name": wanted[slug]} for slug in sorted(missing)]
            db.session.execute(_insert_new(self.cls), rows)
            found = db.session.execute(select(self.cls.slug, self.cls.id).where(self.cls.slug.in_(missing)))
            self.ids.update(dict(found.all()))

    def id(self, name: str) -> int:
        """The id of *name*, after :meth:`make`."""
        return self.ids[self.slug(name)]


class Covered:
    """The releases that rows name by address or DOI. Kept for one import, since many rows name the same."""

    def __init__(self) -> None:
        self.ids: dict[str, tuple[int, ...]] = {}

    def resolve(self, found: Found) -> Found:
        """*found* with the ids of the releases that it names.

        Raises:
            RowError: there is no such release.
        """
        if not found.releases:
            return found
        for written in found.releases:
            if written not in self.ids:
                self.ids[written] = tuple(release.id for release in covering.at(written))
            if not self.ids[written]:
                raise RowError(
                    f"no release has the address or DOI “{written[:100]}”; correct it, or leave that column out"
                )
        numbers = (number for written in found.releases for number in self.ids[written])
        return replace(found, release_ids=tuple(dict.fromkeys(numbers)))


def known(fingerprints: Iterable[str]) -> set[str]:
    """Those of *fingerprints* that the archive has, withdrawn and scheduled clips too."""
    wanted = list(fingerprints)
    statement = select(Clip.fingerprint).where(Clip.fingerprint.in_(wanted))
    return set(db.session.scalars(statement)) | aliases.known(wanted).keys()


def add(
    found: Mapping[str, Found],
    *,
    outlets: Names,
    topics: Names,
    now: datetime,
    origin: str,
    import_id: int | None = None,
) -> int:
    """Put clips by their fingerprints into the archive, public from *now*. Gives how many were new.

    Another writer may have added one meanwhile: the unique fingerprint leaves it out, and it counts as known.
    """
    if not found:
        return 0
    outlets.make(clip.outlet for clip in found.values())
    topics.make(topic for clip in found.values() for topic in clip.topics)
    rows = [_row(mark, clip, outlets, now, origin, import_id) for mark, clip in found.items()]
    statement = _insert_new(Clip).returning(Clip.id, Clip.fingerprint)
    new = [(number, mark) for number, mark in db.session.execute(statement, rows)]
    pairs = {(number, topics.id(topic)) for number, mark in new for topic in found[mark].topics}
    if pairs:
        links = [{"clip_id": clip_id, "topic_id": topic_id} for clip_id, topic_id in sorted(pairs)]
        db.session.execute(insert(clip_topic), links)
    covers = [{"clip_id": number, "release_id": release} for number, mark in new for release in found[mark].release_ids]
    if covers:
        db.session.execute(insert(clip_release), covers)
    marking.mark([_text(number, found[mark], outlets) for number, mark in new])
    search.enqueue_many(KIND, [number for number, _ in new], due=now)
    return len(new)


def _text(clip_id: int, clip: Found, outlets: Names) -> Text:
    assert clip.published_on is not None, "the archive needs a day"
    return Text(clip_id, clip.headline, clip.excerpt, clip.published_on, outlets.id(clip.outlet))


def _row(mark: str, clip: Found, outlets: Names, now: datetime, origin: str, import_id: int | None) -> dict[str, Any]:
    return {
        "uid": str(uuid4()),
        "version": 1,
        "fingerprint": mark,
        "headline": clip.headline,
        "outlet_id": outlets.id(clip.outlet),
        "byline": clip.byline,
        "published_on": clip.published_on,
        "published_at": clip.published_at,
        "url": clip.url,
        "excerpt": clip.excerpt,
        "medium": clip.medium,
        "language": clip.language,
        "page": clip.page,
        "section": clip.section,
        "programme": clip.programme,
        "time_code": clip.time_code,
        "featured": clip.featured,
        "origin": origin,
        "import_id": import_id,
        "public_from": now,
        "withdrawal_reason": "",
        "created_at": now,
        "updated_at": now,
    }


def _insert_new(cls: type[Any]) -> Any:
    """An INSERT that passes over rows which break a unique constraint; both databases have one."""
    return insert_into(cls).on_conflict_do_nothing()
