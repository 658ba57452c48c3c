"""The clip of the archive that is most like a story, by the words of their headlines in the days round it.

One place to be asked, so that another measure can take its part.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from sqlalchemy import bindparam, or_, select, update

from pressroom.clips.gathering.models import Candidate
from pressroom.clips.gathering.rules import CandidateState
from pressroom.clips.models import Clip
from pressroom.clips.triage import terms
from pressroom.kit.db import contains, db

DAYS = timedelta(days=5)  # a story is told again within these, seldom later
MOST = 2_000  # clips of these days that are looked at
LEAST_ALIKE = 50  # hundredths; below that two headlines share words and nothing else
TOUCHED = 200  # waiting candidates that are looked at when a clip comes in


@dataclass(frozen=True)
class Near:
    """A clip, and how much it is alike, in hundredths."""

    clip_id: int
    alike: int


class Neighbours:
    """The clips of some days by pairs of words of their headlines; kept for one batch, which is of few days."""

    def __init__(self) -> None:
        self._of_day: dict[date, dict[str, list[tuple[int, frozenset[str]]]]] = {}

    def nearest(self, headline: str, _excerpt: str, day: date | None) -> Near | None:
        """The clip that is most like a story of this headline and *day*; None if none is, or the day is not known."""
        if day is None:
            return None
        asked = _pairs(headline)
        best = max(((alike(asked, pairs), clip_id) for clip_id, pairs in self._sharing(asked, day)), default=(0, 0))
        return Near(best[1], best[0]) if best[0] >= LEAST_ALIKE else None

    def _sharing(self, asked: frozenset[str], day: date) -> Iterable[tuple[int, frozenset[str]]]:
        """Clips of the days round *day* that share two neighbouring words with what is asked."""
        found: dict[int, frozenset[str]] = {}
        for step in range(-DAYS.days, DAYS.days + 1):
            of_day = self._on(_shifted(day, step))
            for pair in asked & of_day.keys():
                found.update(of_day[pair])
        return found.items()

    def _on(self, day: date) -> dict[str, list[tuple[int, frozenset[str]]]]:
        if day not in self._of_day:
            asked = select(Clip.id, Clip.headline).where(Clip.published_on == day, Clip.withdrawn_at.is_(None))
            made: dict[str, list[tuple[int, frozenset[str]]]] = {}
            for clip_id, headline in db.session.execute(asked.order_by(Clip.id.desc()).limit(MOST)):
                pairs = _pairs(headline)
                for pair in (one for one in pairs if " " in one or len(pairs) == 1):
                    made.setdefault(pair, []).append((clip_id, pairs))
            self._of_day[day] = made
        return self._of_day[day]


def touch(clip: Clip) -> None:
    """A clip came in: it is the nearest of what waits and is more like it than anything before. The caller commits."""
    pairs, longest = _pairs(clip.headline), sorted(set(clip.headline.split()), key=len)[-2:]
    between = Candidate.published_on.between(_shifted(clip.published_on, -5), _shifted(clip.published_on, 5))
    asked = select(Candidate.id, Candidate.headline, Candidate.nearest_alike).where(
        Candidate.state == CandidateState.WAITING,
        between,
        or_(*(contains(Candidate.headline, word) for word in longest)),
    )
    nearer = []
    for number, headline, before in db.session.execute(asked.order_by(Candidate.id.desc()).limit(TOUCHED)):
        how = alike(pairs, _pairs(headline))
        if how >= LEAST_ALIKE and how > before:
            nearer.append({"row": number, "clip": clip.id, "how": how})
    if nearer:  # past the ORM: whoever decides about one of them meanwhile has the row as it was
        table = Candidate.metadata.tables[Candidate.__tablename__]
        changed = update(table).where(table.c.id == bindparam("row"), table.c.state == CandidateState.WAITING)
        changed = changed.values(nearest_clip_id=bindparam("clip"), nearest_alike=bindparam("how"))
        db.session.connection().execute(changed, nearer)


def alike(one: frozenset[str], other: frozenset[str]) -> int:
    """How much of their words and neighbouring words two headlines share (Dice's coefficient), in hundredths."""
    return round(200 * len(one & other) / (len(one) + len(other))) if one and other else 0


def _pairs(headline: str) -> frozenset[str]:
    words = terms.fold(headline).split()
    return frozenset([*words, *map(" ".join, pairwise(words))])


def _shifted(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return day
