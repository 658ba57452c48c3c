"""Clips that may cover a release, and releases that a clip may cover. For the desk.

Both are asked when a page is opened: nothing is kept that could be out of date, and nothing is tied by it. What a
person refused is not proposed again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, union_all
from sqlalchemy.orm import load_only

from pressroom import audit
from pressroom.audit import Actor
from pressroom.clips import proposing, queries
from pressroom.clips.models import Clip, clip_release
from pressroom.clips.proposing import Judged, Signs
from pressroom.clips.stories.models import CoverageRefusal, clip_placement
from pressroom.kit.db import db, insert_into
from pressroom.kit.settings import setting
from pressroom.releases.models import Release

MOST = 20  # proposals on a page
MOST_RELEASES = 5  # on the page of a clip
MOST_LOOKED_AT = 400  # releases of the year before a clip
MOST_PLACEMENTS = 500
WITHIN = timedelta(days=365)  # what appears later is rarely about the news
_TOGETHER = 5000


class Proposal(NamedTuple):
    """A clip that may cover a release, and why one may think so.

    Attributes:
        placement: it is another placement of a story that covers the release.
    """

    clip: Clip
    reasons: Sequence[str]
    placement: bool = False


@dataclass(frozen=True)
class OfClip:
    """A release that a clip may cover, and why."""

    release_id: int
    headline: str
    public_from: datetime
    reasons: Sequence[str]


def of_release(release: Release) -> Sequence[Proposal]:
    """Clips of the year after *release* that may cover it, the surest first.

    What is tied already is left out, what was withdrawn, and what was refused.
    """
    if release.public_from is None:
        return []
    left_out = _left_out(release.id)
    found = {clip_id: Judged(proposing.PLACEMENT, (why,)) for clip_id, why in _placements(release.id)}
    ranked = [(judged.score, clip_id) for clip_id, judged in found.items() if clip_id not in left_out]
    known = _signs(release)
    passes = proposing.sieve(known)
    for clip_id, headline, excerpt, url in _texts(release.public_from):
        if clip_id in left_out or not passes(f"{url} {headline} {excerpt}".lower()):
            continue
        if (judged := proposing.judge(headline, excerpt, url, known)) is None:
            continue
        if clip_id in found:
            found[clip_id] = Judged(proposing.PLACEMENT, found[clip_id].reasons + judged.reasons)
        else:
            found[clip_id] = judged
            ranked.append((judged.score, clip_id))
    ranked = sorted(ranked, key=lambda pair: -pair[0])[: MOST * 3]
    clips = {clip.id: clip for clip in queries.by_ids([clip_id for _, clip_id in ranked])}
    order = sorted(
        (-score, clips[clip_id].published_on, clip_id) for score, clip_id in ranked if clip_id in clips
    )  # of equally sure ones the earliest first
    return [
        Proposal(clips[clip_id], found[clip_id].reasons, -score == proposing.PLACEMENT)
        for score, _, clip_id in order[:MOST]
    ]


def of_clip(clip: Clip) -> Sequence[OfClip]:
    """Releases of the year before *clip* that it may cover, the surest first."""
    end = datetime.combine(clip.published_on + timedelta(days=1), time(23, 59), UTC)
    tied = select(clip_release.c.release_id).where(clip_release.c.clip_id == clip.id)
    no = select(CoverageRefusal.release_id).where(CoverageRefusal.clip_id == clip.id)
    columns = load_only(
        Release.id,
        Release.uid,
        Release.version,
        Release.year,
        Release.slug,
        Release.headline,
        Release.public_from,
        Release.study_doi,
        Release.study_title,
        Release.body_html,
    )
    releases = db.session.scalars(
        select(Release)
        .options(columns)
        .where(Release.public_from.between(end - WITHIN - timedelta(days=1), end), Release.withdrawn_at.is_(None))
        .where(Release.id.not_in(tied), Release.id.not_in(no))
        .order_by(Release.public_from.desc(), Release.id.desc())
        .limit(MOST_LOOKED_AT)
    ).all()
    others = _covered_by_placements(clip.id)
    found = []
    for release in releases:
        judged = proposing.judge(clip.headline, clip.excerpt, clip.url, _signs(release))
        if release.id in others:
            why = ("Another placement of this story covers it",)
            judged = Judged(proposing.PLACEMENT, why + (judged.reasons if judged else ()))
        if judged is not None:
            found.append((judged, release))
    found.sort(key=lambda pair: (-pair[0].score, -pair[1].id))
    return [
        OfClip(release.id, release.headline, release.public_from, judged.reasons)
        for judged, release in found[:MOST_RELEASES]
        if release.public_from is not None
    ]


def placements_of_covering(release_id: int) -> list[int]:
    """The clips that are other placements of stories that cover a release, and were neither tied nor refused."""
    left_out = _left_out(release_id)
    return [clip_id for clip_id, _ in _placements(release_id) if clip_id not in left_out]


def refuse(clip: Clip, release: Release, *, by: Actor | None, now: datetime) -> bool:
    """Remember that a clip does not cover a release; False if that was said already. The caller commits."""
    row = {"clip_id": clip.id, "release_id": release.id, "at": now, "by_name": by.name[:200] if by else ""}
    statement = insert_into(CoverageRefusal).on_conflict_do_nothing().returning(CoverageRefusal.clip_id)
    if db.session.scalar(statement, row) is None:
        return False
    audit.record(by, "refuse coverage", "clip", clip.id, clip.headline, changes={"of": ["", release.headline]}, now=now)
    return True


def propose_again(clip_id: int, release_id: int) -> None:
    """Forget that a clip was said not to cover a release. The caller commits."""
    this = CoverageRefusal.clip_id == clip_id, CoverageRefusal.release_id == release_id
    db.session.execute(delete(CoverageRefusal).where(*this))


def refused_last(release_id: int, limit: int = 10) -> Sequence[Clip]:
    """Those that were refused last, so that it can be taken back."""
    last = (
        select(CoverageRefusal.clip_id)
        .where(CoverageRefusal.release_id == release_id)
        .order_by(CoverageRefusal.at.desc(), CoverageRefusal.clip_id.desc())
        .limit(limit)
    )
    ids = db.session.scalars(last).all()
    return queries.by_ids(ids) if ids else []


# Reads ---------------------------------------------------------------------------------------------------


def _texts(public_from: datetime) -> Iterator[Any]:
    """Id, headline, excerpt and address of the clips of the year after a release, some thousand in memory at a time."""
    day = public_from.astimezone(ZoneInfo(setting("time_zone"))).date()
    statement = select(Clip.id, Clip.headline, Clip.excerpt, Clip.url).where(
        Clip.published_on.between(day, day + WITHIN), Clip.withdrawn_at.is_(None)
    )
    rows = db.session.connection().execute(statement, execution_options={"stream_results": True})
    for some in rows.partitions(_TOGETHER):
        yield from some


_KEPT: dict[tuple[str, int, int], Signs] = {}


def _signs(release: Release) -> Signs:
    """Its signs: read once for each version, as a page about a clip looks at hundreds of releases."""
    key = (release.uid, release.id, release.version)
    if key not in _KEPT:
        if len(_KEPT) >= 4 * MOST_LOOKED_AT:
            _KEPT.clear()
        _KEPT[key] = proposing.signs(release)
    return _KEPT[key]


def _left_out(release_id: int) -> set[int]:
    """The clips that are tied to a release, and those that were refused."""
    tied = select(clip_release.c.clip_id).where(clip_release.c.release_id == release_id)
    no = select(CoverageRefusal.clip_id).where(CoverageRefusal.release_id == release_id)
    return set(db.session.scalars(union_all(tied, no)))


def _placements(release_id: int) -> list[tuple[int, str]]:
    """The placements of stories that cover a release, each with why: also those that are tied."""
    covers, other = clip_placement.alias("covers"), clip_placement
    rows = db.session.execute(
        select(other.c.clip_id, Clip.headline)
        .join(covers, covers.c.story_id == other.c.story_id)
        .join(clip_release, clip_release.c.clip_id == covers.c.clip_id)
        .join(Clip, Clip.id == covers.c.clip_id)
        .where(clip_release.c.release_id == release_id, other.c.clip_id != covers.c.clip_id)
        .order_by(other.c.clip_id)
        .limit(MOST_PLACEMENTS * 4)
    )
    found = {clip_id: f"Another placement of “{headline}”, which covers it" for clip_id, headline in rows}
    return list(found.items())[:MOST_PLACEMENTS]


def _covered_by_placements(clip_id: int) -> set[int]:
    mine = select(clip_placement.c.story_id).where(clip_placement.c.clip_id == clip_id)
    return set(
        db.session.scalars(
            select(clip_release.c.release_id)
            .join(clip_placement, clip_placement.c.clip_id == clip_release.c.clip_id)
            .where(clip_placement.c.story_id.in_(mine), clip_placement.c.clip_id != clip_id)
        )
    )
