"""Which clips cover which releases: what is tied, and what a person may mean.

Reads. For a public reader the gate leaves out what is not public, at either end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, bindparam, false, func, or_, select
from sqlalchemy.orm import load_only

from pressroom import publishing
from pressroom.clips import queries, rules
from pressroom.clips.models import Clip, Outlet, clip_release
from pressroom.clips.stories.models import clip_placement
from pressroom.kit.db import db
from pressroom.releases import coverage
from pressroom.releases import queries as releases
from pressroom.releases.coverage import Source, Story
from pressroom.releases.models import FormerAddress, Release
from pressroom.releases.rules import doi_problem, read_doi

MOST_STORIES = 400  # placements that the page of a release shows
MOST_NAMED = 5  # releases that fit what was typed, before it is called too little

_PUBLIC = re.compile(r"/releases/([1-9][0-9]{3})/([a-z0-9-]+)")
_DESK = re.compile(r"/desk/releases/([0-9]{1,9})\b")
_NAME = load_only(Release.id, Release.year, Release.slug, Release.headline, Release.public_from)


_stories = publishing.Read(
    lambda: (
        select(
            Clip.id,
            Clip.headline,
            Outlet.name,
            Clip.published_on,
            Clip.language,
            func.coalesce(clip_placement.c.story_id, 0),
            func.coalesce(clip_placement.c.original, false()),
        )
        .join(Clip.outlet)
        .join(clip_release, clip_release.c.clip_id == Clip.id)
        .outerjoin(clip_placement, clip_placement.c.clip_id == Clip.id)
        .where(clip_release.c.release_id == bindparam("release"))
        .order_by(Clip.published_on.desc(), Clip.id.desc())
        .limit(MOST_STORIES)
    )
)


def stories(release_id: int) -> Sequence[Story]:
    """The clips that cover a release, as everybody may see them, with the story of each; the newest first."""
    return [Story(f"/clips/{number}", *said) for number, *said in _stories(release=release_id)]


def tied(release_id: int) -> Sequence[Clip]:
    """The same clips for the desk, whatever stands in the way of the public."""
    mine = clip_release.c.release_id == release_id
    return db.session.scalars(queries.whole().join(clip_release, clip_release.c.clip_id == Clip.id).where(mine)).all()


def covered(clip_id: int) -> Sequence[Release]:
    """The releases that a clip covers, the newest first."""
    return db.session.scalars(
        select(Release)
        .options(_NAME)
        .join(clip_release, clip_release.c.release_id == Release.id)
        .where(clip_release.c.clip_id == clip_id)
        .order_by(Release.public_from.desc(), Release.id.desc())
    ).all()


def addresses_of(ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Clip → the paths of the releases that it covers. For long lists: no object is made of a row."""
    found: dict[int, tuple[str, ...]] = {}
    rows = db.session.execute(
        select(clip_release.c.clip_id, Release.year, Release.slug)
        .join(Release, Release.id == clip_release.c.release_id)
        .where(clip_release.c.clip_id.in_(ids), Release.public_from.is_not(None))
        .order_by(Release.public_from, Release.id)
    )
    for clip_id, year, slug in rows:
        found[clip_id] = (*found.get(clip_id, ()), f"/releases/{year}/{slug}")
    return found


# What a person may mean ----------------------------------------------------------------------------------


def reference(release: Release) -> str:
    """How the form names *release*: its address, or that of the desk while it has none."""
    return release.address or f"/desk/releases/{release.id}"


def at(written: str) -> list[Release]:
    """The release of an address, also one that it left, or those about the study with a DOI. For staff."""
    doi = read_doi(written)
    if not doi_problem(doi) and doi:
        return _some(func.lower(Release.study_doi) == doi.lower())
    if found := _DESK.search(written):
        return _some(Release.id == int(found[1]))
    if found := _PUBLIC.search(written):
        year, slug = int(found[1]), found[2]
        left = select(FormerAddress.release_id).where(FormerAddress.year == year, FormerAddress.slug == slug)
        here = (Release.year == year) & (Release.slug == slug)
        return _some(or_(here, Release.id.in_(left)))
    return []


def titled(words: str) -> list[Release]:
    """The newest releases with all of these words in their headlines. For staff."""
    return _some(*(Release.headline.icontains(word, autoescape=True) for word in words.split()[:20]))


def _some(*where: ColumnElement[bool]) -> list[Release]:
    statement = select(Release).options(_NAME).where(*where).order_by(Release.id.desc())
    return list(db.session.scalars(statement.limit(MOST_NAMED + 1)))


def read(text: str) -> tuple[list[Release], list[str]]:
    """The releases that lines of *text* name by address, DOI or words of the headline; and what is wrong with others.

    Never raises. For staff.
    """
    found: dict[int, Release] = {}
    problems = []
    for line in filter(None, map(str.strip, text.splitlines())):
        known = at(line) or ([] if _is_address(line) else titled(line))
        if not known:
            problems.append(f"No release fits “{_short(line)}”. Write its address, its DOI, or words of its headline.")
        elif len(known) > 1 and not read_doi(line).startswith("10."):
            names = "; ".join(f"{reference(release)} ({_short(release.headline)})" for release in known[:MOST_NAMED])
            problems.append(f"“{_short(line)}” fits several releases. Write the address of one: {names}.")
        else:
            found |= {release.id: release for release in known}
    if len(found) > rules.MOST_RELEASES:
        problems.append(f"Choose at most {rules.MOST_RELEASES} releases.")
    return list(found.values()), problems


def _is_address(line: str) -> bool:
    return bool(_PUBLIC.search(line) or _DESK.search(line)) or not doi_problem(read_doi(line))


def _short(words: str) -> str:
    return words if len(words) <= 60 else words[:59] + "…"


def _desk(release_id: int) -> str:
    return url_for("clip_coverage.index", release_id=release_id)


coverage.told_by(Source(stories, _desk))


def by_ids(release_ids: Sequence[int]) -> list[Release]:
    """Those of these releases that are there, for the desk."""
    found = select(Release).options(_NAME).where(Release.id.in_(release_ids)).order_by(Release.id)
    return list(db.session.scalars(found)) if release_ids else []


def by_id(release_id: int) -> Release | None:
    """A release, for the desk."""
    return releases.by_id(release_id)


def clip_of(written: Any) -> Clip | None:
    """The clip with the number that a button brought; None when it is none."""
    text = str(written)
    return queries.by_id(int(text)) if text.isascii() and text.isdigit() and len(text) <= 9 else None
