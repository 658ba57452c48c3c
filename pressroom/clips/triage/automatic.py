"""What rules decide by themselves, many candidates by a handful of statements. It is on record as theirs.

None commits. Only what still waits is decided: a person who was quicker is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import uuid4

from sqlalchemy import bindparam, select, update

from pressroom import audit
from pressroom.audit import Stranger
from pressroom.clips import addresses, rules
from pressroom.clips.addresses import AddressError
from pressroom.clips.gathering import bulk
from pressroom.clips.gathering.bulk import Names
from pressroom.clips.gathering.items import Found
from pressroom.clips.gathering.models import Candidate
from pressroom.clips.gathering.rules import CandidateState
from pressroom.clips.models import Clip, Outlet, Topic
from pressroom.clips.outlets.names import Called
from pressroom.clips.rules import ClipDayError
from pressroom.clips.stories import aliases
from pressroom.clips.triage.rules import Rule, RuleDoes, Verdict
from pressroom.kit.db import db

_TABLE = Candidate.metadata.tables[Candidate.__tablename__]
ORIGIN = "triage"


@dataclass(frozen=True)
class Decision:
    """A rule decides about a candidate.

    Attributes:
        row: of the table of candidates.
        obstacle: why it cannot be done at once, as a sentence; else empty.
    """

    row: Any
    rule: Rule
    obstacle: str = ""

    @classmethod
    def of(cls, row: Any, verdict: Verdict, now: datetime) -> Decision | None:
        """What *verdict* decides about the candidate of *row*; None where nothing is decided."""
        rule = verdict.decides
        if rule is None:
            return None
        return cls(row, rule, _obstacle(row, rule, now))


def _obstacle(row: Any, rule: Rule, now: datetime) -> str:
    if row.by_hand:
        return f"“{rule.name}” does not decide it: somebody took that back."
    if rule.does is RuleDoes.REJECT:
        return ""
    missing = [] if row.published_on else ["the day"]
    missing += [] if outlet_of(row) else ["the outlet"]
    if missing:
        return f"“{rule.name}” would accept it, but {' and '.join(missing)} is missing."
    try:
        rules.refuse_to_come(row.published_on, now)
        addresses.checked(row.url or "https://none.example/")
    except (ClipDayError, AddressError):
        return f"“{rule.name}” would accept it, but its day or its address cannot be right."
    return ""


def outlet_of(row: Any) -> str:
    """The outlet's name, or else the host by which it is called."""
    return str(row.outlet) or addresses.host(row.url)


def carry_out(decisions: Sequence[Decision], *, now: datetime, act: str = "") -> int:
    """Do what rules decided. Gives how many candidates that were.

    Args:
        act: the mark of the act of a person to which this belongs; without one, each rule's is an act of its own.
    """
    done = 0
    ordered = sorted(decisions, key=lambda decision: decision.rule.id)
    for _, group in groupby(ordered, key=lambda decision: decision.rule.id):
        of_rule = list(group)
        rule, mark = of_rule[0].rule, act or str(uuid4())
        rows = [decision.row for decision in of_rule]
        if rule.does is RuleDoes.REJECT:
            count = _reject(rule, [row.id for row in rows], mark, now)
        else:
            count = _accept(rule, rows, mark, now)
        if count:
            verb = "reject" if rule.does is RuleDoes.REJECT else "accept"
            by = Stranger(name=f"rule “{rule.name}”")
            audit.record(by, verb, "clip_rule", rule.id, rule.name, changes={"candidates": [0, count]}, now=now)
        done += count
    return done


def _stamps(rule: Rule, mark: str, now: datetime) -> dict[str, Any]:
    return {
        "rule_id": rule.id,
        "decided_at": now,
        "decided_by_id": None,
        "decided_by_name": "",
        "decided_with": mark,
        "version": _TABLE.c.version + 1,
    }


def _reject(rule: Rule, ids: Sequence[int], mark: str, now: datetime) -> int:
    values = {"state": CandidateState.REJECTED, "decision": rule.reason} | _stamps(rule, mark, now)
    changed = update(_TABLE).where(_TABLE.c.id.in_(ids), _TABLE.c.state == CandidateState.WAITING).values(values)
    return len(db.session.execute(changed.returning(_TABLE.c.id)).all())


def _accept(rule: Rule, rows: Sequence[Any], mark: str, now: datetime) -> int:
    """Accept what still waits: first it is taken, then it becomes clips, or goes to the clip that is there."""
    values = {"state": CandidateState.ACCEPTED, "decision": ""} | _stamps(rule, mark, now)
    withdrawn = _withdrawn(row.fingerprint for row in rows)  # a person looks at what somebody took out of the archive
    numbers = [row.id for row in rows if row.fingerprint not in withdrawn]
    waits = _TABLE.c.id.in_(numbers), _TABLE.c.state == CandidateState.WAITING
    taken = set(db.session.scalars(update(_TABLE).where(*waits).values(values).returning(_TABLE.c.id)))
    mine = [row for row in rows if row.id in taken]
    stories = _as_called({row.id: found_of(row) for row in mine})
    there = bulk.known(story.fingerprint for story in stories.values())
    outlets, topics = Names(Outlet), Names(Topic)
    for import_id, group in groupby(sorted(mine, key=_batch), key=_batch):
        found = {stories[row.id].fingerprint: stories[row.id] for row in group}
        new = {fingerprint: story for fingerprint, story in found.items() if fingerprint not in there}
        bulk.add(new, outlets=outlets, topics=topics, now=now, origin=ORIGIN, import_id=import_id)
    _tie({number: story.fingerprint for number, story in stories.items()}, there)
    return len(mine)


def _withdrawn(fingerprints: Iterable[str]) -> set[str]:
    asked = select(Clip.fingerprint).where(Clip.fingerprint.in_(list(fingerprints)), Clip.withdrawn_at.is_not(None))
    return set(db.session.scalars(asked))


def _batch(row: Any) -> int:
    return int(row.import_id)


def _as_called(stories: dict[int, Found]) -> dict[int, Found]:
    """The same by the names that outlets have now; one may have been merged since the story came."""
    called = Called()
    called.learn(story.outlet for story in stories.values())
    return {number: replace(story, outlet=called.of(story.outlet)) for number, story in stories.items()}


def _tie(fingerprints: Mapping[int, str], there: set[str]) -> None:
    """Say which clip each became; where the archive had it before, it is merged into that one."""
    if not fingerprints:
        return
    marks = set(fingerprints.values())
    clips = {
        row.fingerprint: row.id
        for row in db.session.execute(select(Clip.fingerprint, Clip.id).where(Clip.fingerprint.in_(marks)))
    }
    clips |= aliases.known(marks)
    states = {True: CandidateState.MERGED, False: CandidateState.ACCEPTED}
    tied = [
        {"row": number, "clip": clips[mark], "now_is": states[mark in there]}
        for number, mark in fingerprints.items()
        if mark in clips
    ]
    changed = update(_TABLE).where(_TABLE.c.id == bindparam("row"))
    statement = changed.values(clip_id=bindparam("clip"), state=bindparam("now_is"))
    db.session.connection().execute(statement, tied)


def found_of(row: Any) -> Found:
    """The story of a candidate, as the archive takes it."""
    return Found(
        headline=row.headline,
        outlet=outlet_of(row),
        published_on=row.published_on,
        url=row.url,
        byline=row.byline,
        excerpt=row.excerpt,
        medium=row.medium,
        language=row.language or rules.language_of_headline(row.headline),
        page=row.page,
        section=row.section,
        programme=row.programme,
        time_code=row.time_code,
        topics=tuple(topic[: rules.LONGEST_TOPIC] for topic in row.topics[: rules.MOST_TOPICS]),
        featured=row.featured,
        release_ids=tuple(row.release_ids),
        published_at=row.published_at,
        external_id=row.external_id,
    )
