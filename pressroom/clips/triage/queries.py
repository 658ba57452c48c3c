"""Reads of triage, for the desk, the worker and the command. Each costs as much for many rows as for few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from pressroom import publishing
from pressroom.clips.gathering.models import Candidate, ClipImport, ClipSource
from pressroom.clips.gathering.rules import FORMATS, CandidateState
from pressroom.clips.links.models import LinkHost
from pressroom.clips.models import Clip, Outlet
from pressroom.clips.outlets.names import Called
from pressroom.clips.outlets.names import known as known_outlets
from pressroom.clips.outlets.rules import key as outlet_key
from pressroom.clips.triage import terms
from pressroom.clips.triage.models import CandidateRule, ClipRule
from pressroom.clips.triage.precision import Record
from pressroom.clips.triage.rules import Rule, lines
from pressroom.kit.db import contains, db
from pressroom.kit.web import Page, paginate

PER_PAGE = 25
MOST_BATCHES = 50  # in the list to choose from
MOST_WORDS = 10
LATELY = timedelta(days=90)
UNDO_WITHIN = timedelta(hours=24)

_WAITING = Candidate.state == CandidateState.WAITING
_DECIDED = Candidate.state != CandidateState.WAITING
_JUDGED = or_(_DECIDED, Candidate.by_hand.is_(True))  # once, at least
# The rule that is on record decided it, and nobody took that back.
_BY_RULE = and_(Candidate.rule_id.is_not(None), Candidate.by_hand.is_(False), _DECIDED)


class InForce(NamedTuple):
    """The rules that are switched on, and their edition: any change of any rule makes it higher."""

    edition: int
    rules: list[Rule]


def in_force() -> InForce:
    """What candidates are scored with now."""
    every = all_rules()
    active = [rule.as_rule for rule in every if rule.active]
    called = Called()
    called.learn(name for rule in active for name in lines(rule.outlets))
    return InForce(sum(rule.version for rule in every), [_as_called(rule, called) for rule in active])


def _as_called(rule: Rule, called: Called) -> Rule:
    """The same with the names that its outlets go by since they were merged, too."""
    names = [called.of(name) for name in lines(rule.outlets)]
    return replace(rule, outlets="\n".join(dict.fromkeys((*lines(rule.outlets), *names)))) if names else rule


def edition() -> int:
    """The edition of the rules."""
    return db.session.scalar(select(_edition())) or 0


def _edition() -> ScalarSelect[int]:
    return select(func.coalesce(func.sum(ClipRule.version), 0)).scalar_subquery()


def all_rules() -> Sequence[ClipRule]:
    """Every rule, in the order in which they were made."""
    return db.session.scalars(select(ClipRule).options(selectinload(ClipRule.sources)).order_by(ClipRule.id)).all()


def a_rule(number: int) -> ClipRule | None:
    """One rule, or None."""
    statement = select(ClipRule).options(selectinload(ClipRule.sources)).where(ClipRule.id == number)
    return db.session.scalars(statement).one_or_none()


def unknown_outlets(houses: Sequence[tuple[str, str, str]]) -> list[str]:
    """Those of the outlets of a rule (``Rule.houses``) from which nothing came so far, and which the archive does not
    know: most are misspelt."""
    if not houses:
        return []
    meant = known_outlets([outlet_key(host or line) for line, host, _ in houses])
    asked = [house for house in houses if outlet_key(house[1] or house[0]) not in meant]
    if not asked:
        return []
    told = {terms.fold(name) for name in db.session.scalars(select(Candidate.outlet).distinct())}
    return [line for line, host, words in asked if not (_is_met(host) if host else words in told)]


def _is_met(host: str) -> bool:
    """Whether a clip, an outlet's home page or a candidate has an address of this host, or of one below it."""
    below = LinkHost.host.endswith(f".{host}", autoescape=True)
    places = (
        select(LinkHost.id).where((LinkHost.host == host) | below),
        select(Outlet.id).where(contains(Outlet.home, host)),
        select(Candidate.id).where(contains(Candidate.url, host)),
    )
    return any(db.session.scalar(statement.limit(1)) is not None for statement in places)


def rule_named(name: str) -> ClipRule | None:
    """The first rule of this name, whatever the case of its letters."""
    return db.session.scalars(
        select(ClipRule).where(func.lower(ClipRule.name) == name.lower()).order_by(ClipRule.id).limit(1)
    ).first()


def rules_of_outlet(place: str) -> Sequence[ClipRule]:
    """The rules that name just this outlet and nothing else."""
    nothing = (ClipRule.must, ClipRule.any_of, ClipRule.never, ClipRule.people, ClipRule.dois)
    asked = select(ClipRule).options(selectinload(ClipRule.sources))
    alone = [column == "" for column in nothing]
    return db.session.scalars(asked.where(ClipRule.outlets == place, ClipRule.every_source, *alone)).all()


_sources = publishing.StaffRead(lambda: select(ClipSource.id, ClipSource.name).order_by(ClipSource.name, ClipSource.id))


def sources() -> Sequence[tuple[int, str]]:
    """Id and name of every source."""
    return [(number, name) for number, name in _sources.as_changed()]


def rules_made_with(act: str) -> Sequence[ClipRule]:
    """The rules that an act in the queue made, as far as they are switched on."""
    asked = select(ClipRule).options(selectinload(ClipRule.sources))
    return db.session.scalars(asked.where(ClipRule.made_with == act, ClipRule.active)).all()


# The queue ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Filters:
    """What of the queue is asked for; None and empty ask for all.

    Attributes:
        least: the lowest score.
    """

    source: int | None = None
    batch: int | None = None
    rule: int | None = None
    least: int | None = None
    words: str = ""

    @property
    def chosen(self) -> dict[str, Any]:
        """Those that are set, by their names in an address."""
        every = {
            "source": self.source,
            "batch": self.batch,
            "rule": self.rule,
            "least": self.least,
            "q": self.words or None,
        }
        return {name: value for name, value in every.items() if value is not None}


def _whole() -> Select[Any]:
    """Candidates with what is shown of them."""
    nearest = joinedload(Candidate.nearest_clip).joinedload(Clip.outlet)
    return select(Candidate).options(joinedload(Candidate.source), nearest, joinedload(Candidate.clip))


def _that(filters: Filters) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if filters.source is not None:
        asked.append(Candidate.source_id == filters.source)
    if filters.batch is not None:
        asked.append(Candidate.import_id == filters.batch)
    if filters.rule is not None:
        fits = select(CandidateRule.candidate_id).where(CandidateRule.rule_id == filters.rule)
        asked.append(Candidate.id.in_(fits))
    if filters.least is not None:
        asked.append(Candidate.score >= filters.least)
    for word in filters.words.split()[:MOST_WORDS]:
        columns = (Candidate.headline, Candidate.outlet, Candidate.excerpt)
        asked.append(or_(*(contains(column, word) for column in columns)))
    return asked


def queue(filters: Filters, page: int = 1, per_page: int = PER_PAGE) -> Page[Candidate]:
    """A page of what waits, the best first."""
    statement = _whole().where(_WAITING, *_that(filters)).order_by(Candidate.score.desc(), Candidate.id.desc())
    return paginate(statement, page, per_page, total=_count(_WAITING, *_that(filters)))


def waiting() -> int:
    """How many wait."""
    return _count(_WAITING)


class Best(NamedTuple):
    """A line of the board."""

    id: int
    headline: str
    outlet: str
    score: int
    waiting: int


def _best_of_all() -> Select[Any]:
    many = select(func.count()).select_from(Candidate).where(_WAITING).scalar_subquery()
    asked = select(Candidate.id, Candidate.headline, Candidate.outlet, Candidate.score, many).where(_WAITING)
    return asked.order_by(Candidate.score.desc(), Candidate.id.desc()).limit(bindparam("limit"))


_best = publishing.StaffRead(_best_of_all)


def best(limit: int) -> tuple[Best, ...]:
    """The first of what waits, each with how many wait altogether; one statement."""
    return tuple(Best(*row) for row in _best(limit=limit))


_unscored = publishing.StaffRead(
    lambda: select(func.count()).select_from(Candidate).where(_WAITING, Candidate.scored_with < _edition())
)


def unscored() -> int:
    """How many wait that the rules of now have not looked at."""
    return int(_unscored.as_changed()[0][0])


def _count(*asked: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).select_from(Candidate).where(*asked)) or 0


def candidate(number: int) -> Candidate | None:
    """One candidate as it is now, or None."""
    statement = _whole().where(Candidate.id == number).execution_options(populate_existing=True)
    return db.session.scalars(statement).one_or_none()


_batches = publishing.StaffRead(
    lambda: (
        select(ClipImport.id, ClipImport.file_name, ClipImport.created_at, func.count())
        .join(Candidate, Candidate.import_id == ClipImport.id)
        .where(_WAITING)
        .group_by(ClipImport.id, ClipImport.file_name, ClipImport.created_at)
        .order_by(ClipImport.id.desc())
        .limit(MOST_BATCHES)
    )
)


def batches() -> Sequence[tuple[int, str, int]]:
    """The latest batches of which something waits: id, what it is called, how many wait."""
    return [(number, f"{name}, {at:%Y-%m-%d %H:%M} UTC", count) for number, name, at, count in _batches.as_changed()]


def came_from(import_ids: Sequence[int]) -> dict[int, str]:
    """Batch → where its stories come from, as a sentence without its end."""
    asked = (
        select(ClipImport.id, ClipImport.format, ClipImport.file_name, ClipSource.name)
        .outerjoin(ClipSource, ClipSource.id == ClipImport.source_id)
        .where(ClipImport.id.in_(import_ids))
    )
    found = {}
    for number, kind, file_name, source in db.session.execute(asked):
        found[number] = f"From the source “{source}”" if source else f"From “{file_name}” ({FORMATS.get(kind, kind)})"
    return found


# What was decided -----------------------------------------------------------------------------------------


def last_act(person_id: int, now: datetime) -> tuple[str, int, Candidate] | None:
    """The last decision of a person within a day: its mark, how many it decided, and the first of them."""
    mine = (Candidate.decided_by_id == person_id, Candidate.decided_at > now - UNDO_WITHIN, _DECIDED)
    newest = select(Candidate).where(*mine).order_by(Candidate.decided_at.desc(), Candidate.id.desc()).limit(1)
    found = db.session.scalars(newest).one_or_none()
    if found is None:
        return None
    return found.decided_with, _count(Candidate.decided_with == found.decided_with, _DECIDED), found


def of_act(act: str) -> Sequence[Candidate]:
    """What was decided in one act, as it is now."""
    asked = select(Candidate).options(joinedload(Candidate.clip)).where(Candidate.decided_with == act, _DECIDED)
    return db.session.scalars(asked.order_by(Candidate.id).execution_options(populate_existing=True)).all()


def decided(page: int = 1, *, by_rules: bool = False, per_page: int = PER_PAGE) -> Page[Candidate]:
    """What was decided, the latest first; only what rules decided by themselves, if asked."""
    which = _BY_RULE if by_rules else _DECIDED
    statement = _whole().where(which).order_by(Candidate.decided_at.desc(), Candidate.id.desc())
    return paginate(statement, page, per_page, total=_count(which))


_rule_names = publishing.StaffRead(lambda: select(ClipRule.id, ClipRule.name).order_by(ClipRule.id))


def rule_names() -> dict[int, str]:
    """Id → name of every rule."""
    return dict(_rule_names.as_changed())


def fitting(candidate_id: int) -> Sequence[tuple[ClipRule, int]]:
    """The rules that fit a candidate, and the points that each added."""
    asked = (
        select(ClipRule, CandidateRule.points)
        .join(CandidateRule, CandidateRule.rule_id == ClipRule.id)
        .where(CandidateRule.candidate_id == candidate_id)
        .order_by(func.abs(CandidateRule.points).desc(), ClipRule.id)
    )
    return [(rule, points) for rule, points in db.session.execute(asked)]


def latest(limit: int) -> Sequence[Candidate]:
    """The candidates that came in last, decided or not; to try a rule with."""
    return db.session.scalars(select(Candidate).order_by(Candidate.id.desc()).limit(limit)).all()


# Precision ------------------------------------------------------------------------------------------------

Records = dict[int, tuple[Record, Record]]
"""What became of the stories of a rule or a source: number → since an instant, and ever."""


def by_rule(since: datetime) -> Records:
    """Of the stories that each rule fitted."""
    every = select(CandidateRule.rule_id, func.count()).group_by(CandidateRule.rule_id)
    asked = select(CandidateRule.rule_id, *_figures(since, rule=True)).select_from(Candidate)
    # An outer join is read from what was judged; an inner one SQLite reads from every fit, thirty times as slowly.
    asked = asked.outerjoin(CandidateRule, Candidate.id == CandidateRule.candidate_id).where(_JUDGED)
    return _records(every, asked.group_by(CandidateRule.rule_id))


def by_source(since: datetime) -> Records:
    """Of what each source brought."""
    mine = Candidate.source_id.is_not(None)
    every = select(Candidate.source_id, func.count()).where(mine).group_by(Candidate.source_id)
    asked = select(Candidate.source_id, *_figures(since)).where(mine, _JUDGED)
    return _records(every, asked.group_by(Candidate.source_id))


def _records(every: Any, asked: Any) -> Records:
    """What waits and was never decided is not read one by one: it is all, without what was judged."""
    judged = {number: figures for number, *figures in db.session.execute(asked)}
    found = {}
    for number, count in db.session.execute(every):
        *figures, decided = judged.get(number, [0] * 8)
        kept, rejected, by_itself, kept_lately, rejected_lately, by_itself_lately, taken_back = figures
        waiting = count - decided
        lately = Record(kept_lately, rejected_lately, waiting, by_itself_lately, taken_back)
        found[number] = (lately, Record(kept, rejected, waiting, by_itself, taken_back))
    return found


def _figures(since: datetime, *, rule: bool = False) -> list[ColumnElement[int]]:
    """Kept, rejected, decided by a rule itself; the same since an instant; taken back; and all that was decided."""
    its_own = [Candidate.rule_id == CandidateRule.rule_id] if rule else []
    kept = Candidate.state.in_((CandidateState.ACCEPTED, CandidateState.MERGED))
    each = (kept, Candidate.state == CandidateState.REJECTED, and_(_BY_RULE, *its_own))
    lately = [and_(one, Candidate.decided_at >= since) for one in each]
    taken_back = and_(Candidate.rule_id.is_not(None), Candidate.by_hand.is_(True), *its_own)
    conditions = (*each, *lately, taken_back, _DECIDED)
    return [func.coalesce(func.sum(case((condition, 1), else_=0)), 0) for condition in conditions]
