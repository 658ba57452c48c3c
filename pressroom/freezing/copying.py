"""Making a copy: ask for everything, turn pages into those of a copy, look where links lead, put it in its place."""

from __future__ import annotations

from collections.abc import Iterator
from contextvars import Context
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

from flask import Flask, render_template
from sqlalchemy import func, select

from pressroom.clips import queries as clips
from pressroom.clips.models import Clip
from pressroom.freezing import feeds, listing, site_maps
from pressroom.freezing.crawling import Chosen, Crawl, Found, Told, written
from pressroom.freezing.folder import Copy, mark, replaced
from pressroom.freezing.pages import Line, Pages, line, unlinked
from pressroom.freezing.rules import (
    HTML,
    NOT_FOUND,
    PAPERS,
    SEARCH,
    FreezeError,
    Scope,
    is_clip,
    is_paper,
    kind_of,
    place,
)
from pressroom.freezing.stranger import Stranger, public_rules
from pressroom.kit import clock, lock
from pressroom.kit.db import db
from pressroom.kit.settings import setting
from pressroom.publishing import edition
from pressroom.releases import queries as releases
from pressroom.releases.models import FormerAddress, OldAddress, address
from pressroom.webcasts import queries as webcasts

TRIES = 3
TOMBSTONES = 100_000
WITHDRAWING = (releases, webcasts, clips)
SCRIPT = "/static/js/frozen.js"
NOWHERE = "/404"  # no words are in it that could be those of something
EVERY = 500  # pages between two lines of progress
SHOWN = 5
SENTENCES = ("_banner.html", "_instead.html", "said.txt")


@dataclass(frozen=True)
class Made:
    """A copy that was made.

    Attributes:
        lost: a path at which the press room has nothing → a page that leads there all the same.
    """

    copy: Copy
    lost: dict[str, str]


def make(app: Flask, folder: Path, *, now: datetime, scope: Scope, told: Told = lambda _: None) -> Made:
    """Put a copy of the public site, as it is at *now*, into the place of *folder*. The clock stands still meanwhile.

    Args:
        app: whose; it goes on answering, in this process and in others.
        folder: that of an earlier copy, an empty one, or one that is not there yet.
        scope: how much of what is many.
        told: is given lines of progress.

    Raises:
        FreezeError: there is no new copy, and the one before is as it was.
    """
    with lock.alone(Path(app.instance_path) / "freezing.lock", wait=0) as alone, clock.at(now):
        if not alone:
            raise FreezeError("A copy is being made already. Wait for it.")
        for left in reversed(range(TRIES)):
            before = Context().run(_edition, app)
            try:
                with replaced(folder) as work:
                    return _Freezing(app, work, now, scope, told).make()
            except TornError as error:
                if not left or Context().run(_edition, app) == before:
                    raise FreezeError(str(error)) from None
                told("Something was published or withdrawn meanwhile; it begins anew.")
    raise AssertionError("the last try returns or raises")


class TornError(FreezeError):
    """A link leads nowhere: what was answered first and what was answered last do not belong together."""


def _edition(app: Flask) -> int:
    with app.app_context():
        return edition.current_edition()


@dataclass(frozen=True)
class Sentences:
    """What a copy says of itself: on top of a page, in the place of a form, in a feed; and the zone of its days."""

    banner: str
    instead: str
    plain: str
    zone: ZoneInfo


class _Freezing:
    """One try, in one folder."""

    def __init__(self, app: Flask, work: Path, now: datetime, scope: Scope, told: Told) -> None:
        self.app, self.work, self.now, self.scope, self.told = app, work, now, scope, told
        self.stranger = Stranger(app)

    def make(self) -> Made:
        chosen, seeds, of_clips = Context().run(self._chosen)
        found = Crawl(self.stranger, self.work, chosen, self.told).run(seeds)
        self._not_found(found)
        found.places |= {"/search": place(SEARCH, HTML), SEARCH: place(SEARCH, HTML)}
        said: Sentences = Context().run(self._sentences)
        turned = Pages(self.work, found, self.stranger.site, said.banner, said.instead)
        lines = list(self._turn(turned, found, said.zone))
        Context().run(self._lists, turned, lines, of_clips)
        Context().run(self._moved, found)
        for where, media_type in found.feeds.items():
            feeds.say(self.work / where, media_type, said.plain)
        site_maps.write(self.stranger, self.work, found.places.keys())
        self._check()
        copy = self._counted(found, of_clips)
        mark(self.work, copy)
        return Made(copy, turned.lost)

    # Before ----------------------------------------------------------------------------------------------

    def _chosen(self) -> tuple[Chosen, list[str], int]:
        """What of clips and papers goes in, addresses that no page may lead to, and how many clips there are."""
        with self.app.test_request_context(SEARCH):
            newest = select(Clip.id).order_by(Clip.published_on.desc(), Clip.id.desc()).limit(self.scope.clips)
            shown = frozenset(f"/clips/{number}" for number in db.session.scalars(newest))
            new = db.session.scalars(releases.lines().limit(self.scope.papers)).all()
            papers = frozenset(f"{one.address}{end}" for one in new for end in PAPERS)
            withdrawn = [row["address"] for room in WITHDRAWING for row in room.withdrawn_last(TOMBSTONES, self.now)]
            former = db.session.execute(select(FormerAddress.year, FormerAddress.slug)).all()
            old = db.session.scalars(select(OldAddress.path)).all()
            of_clips = db.session.scalar(select(func.count(Clip.id))) or 0
        fixed = [rule.rule for rule in public_rules(self.app) if not rule.arguments]
        seeds = [*fixed, SCRIPT, *withdrawn, *(address(*one) for one in former), *old]
        return Chosen(shown, papers, self.scope.media), seeds, of_clips

    def _sentences(self) -> Sentences:
        with self.app.test_request_context(SEARCH):
            given = {"made": self.now}
            banner, instead, plain = (render_template(f"freezing/{name}", **given) for name in SENTENCES)
            return Sentences(banner, instead, plain.strip(), ZoneInfo(setting("time_zone")))

    def _not_found(self, found: Found) -> None:
        written(self.work / NOT_FOUND, [self.stranger.ask(NOWHERE).get_data()])
        found.places[f"/{NOT_FOUND}"] = NOT_FOUND

    # Pages -----------------------------------------------------------------------------------------------

    def _turn(self, turned: Pages, found: Found, zone: ZoneInfo) -> Iterator[Line]:
        """Turn each page into one of the copy; gives what search says of it."""
        every = [(path, where) for path, where in found.places.items() if where.endswith(".html")]
        for number, (path, where) in enumerate(every, 1):
            if where == place(SEARCH, HTML):
                continue  # ours comes in its place
            tree = turned.turn(path, where)
            if (kind := kind_of(self.stranger.endpoint(path))) and path not in found.tombstones:
                yield line(tree, kind, path, zone)
            if number % EVERY == 0:
                self.told(f"{number:,} of {len(every):,} pages are pages of the copy")

    def _lists(self, turned: Pages, lines: list[Line], of_clips: int) -> None:
        """The page of search, the lists of years, and the index."""
        parts = listing.parts(lines)
        turned.found.places |= {part.href: place(part.href, HTML) for part in parts}
        given = {
            "years": [part for part in parts if part.number == 1],
            "pages": [line for line in lines if line.kind == "page"],
            "clips": sum(line.kind == "clip" for line in lines),
            "of_clips": of_clips,
            "made": self.now,
        }
        with self.app.test_request_context(SEARCH):
            self._own(SEARCH, render_template("freezing/search.html", index=f"/{listing.INDEX}", **given), turned)
            for part in parts:
                self._own(part.href, render_template("freezing/year.html", part=part, names=listing.NAMES), turned)
        written(self.work / listing.INDEX, [listing.index(lines, self.now)])

    def _own(self, path: str, html: str, turned: Pages) -> None:
        written(self.work / place(path, HTML), [html.encode()])
        turned.turn(path, place(path, HTML))

    def _moved(self, found: Found) -> None:
        """A page at each former address that leads on to where it is now."""
        with self.app.test_request_context(SEARCH):
            for path in found.moved:
                target, file = found.target(path), self.work / place(path, HTML)
                if target and not file.exists() and not file.parent.is_file():
                    written(file, [render_template("freezing/moved.html", href=quote(target)).encode()])

    # After -----------------------------------------------------------------------------------------------

    def _check(self) -> None:
        """Look at the files themselves, as a web server will."""
        lost = []
        for file in self.work.rglob("*.html"):
            path = "/" + file.relative_to(self.work).as_posix().removesuffix("index.html")
            lost += [f"{there} on {path}" for there in unlinked(file.read_bytes(), path, self.stranger.site, self.work)]
        if lost:
            raise TornError(
                f"{len(lost):,} links would lead nowhere, so there is no new copy: {'; '.join(lost[:SHOWN])}."
            )

    def _counted(self, found: Found, of_clips: int) -> Copy:
        files = [file for file in self.work.rglob("*") if file.is_file()]
        html = sum(file.suffix == ".html" for file in files)
        return Copy(
            made_at=self.now.isoformat(timespec="seconds"),
            pages=html,
            files=len(files) - html,
            bytes=sum(file.stat().st_size for file in files),
            clips=sum(is_clip(path) for path in found.places.keys() - found.tombstones),
            of_clips=of_clips,
            papers=sum(map(is_paper, found.places)),
        )
