"""Scores and reasons of candidates: when they come in, and again when a rule changed. None commits but the worker's.

A score is of one edition of the rules, which stands beside it. Whatever waits with an older one is due, so a worker
that is killed after a portion begins with the next one, and nothing is scored twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from pressroom.clips.gathering import candidates
from pressroom.clips.gathering.models import Candidate
from pressroom.clips.gathering.rules import CandidateState
from pressroom.clips.triage import automatic, queries, rules
from pressroom.clips.triage.automatic import Decision
from pressroom.clips.triage.models import CandidateRule
from pressroom.clips.triage.nearest import Neighbours
from pressroom.clips.triage.queries import InForce
from pressroom.clips.triage.rules import Story, Verdict
from pressroom.kit.db import db

PORTION = 250

_TABLE = Candidate.metadata.tables[Candidate.__tablename__]


@candidates.judged_by
def judge(ids: Sequence[int], now: datetime) -> int:
    """Score the candidates with these ids, and do what rules do at once. Gives how many were decided."""
    in_force, decided = queries.in_force(), 0
    for begin in range(0, len(ids), PORTION):
        decided += _judge(ids[begin : begin + PORTION], in_force, now)
    return decided


def portion(now: datetime) -> int | None:
    """Score some of what waits with an older edition; gives how many were decided, None if nothing was due.

    The caller commits.
    """
    in_force = queries.in_force()
    due = select(Candidate.id).where(
        Candidate.state == CandidateState.WAITING, Candidate.scored_with < in_force.edition
    )
    if in_force.edition == 0:  # without any rule: what was never scored
        due = select(Candidate.id).where(Candidate.state == CandidateState.WAITING, Candidate.scored_with < 0)
    ids = db.session.scalars(due.order_by(Candidate.id).limit(PORTION).with_for_update(skip_locked=True)).all()
    return _judge(ids, in_force, now) if ids else None


def _judge(ids: Sequence[int], in_force: InForce, now: datetime) -> int:
    asked = select(_TABLE).where(_TABLE.c.id.in_(ids), _TABLE.c.state == CandidateState.WAITING)
    rows = db.session.execute(asked.order_by(_TABLE.c.id)).all()
    origins = queries.came_from(sorted({row.import_id for row in rows}))
    neighbours = Neighbours()
    scored: list[dict[str, Any]] = []
    fits: list[dict[str, Any]] = []
    decisions: list[Decision] = []
    for row in rows:
        verdict = rules.judge(in_force.rules, story(row))
        decision = Decision.of(row, verdict, now)
        scored.append(_scored(row, verdict, decision, in_force.edition, origins, neighbours))
        fits += [{"candidate_id": row.id, "rule_id": fit.rule.id, "points": fit.rule.points} for fit in verdict.fits]
        if decision is not None and not decision.obstacle:
            decisions.append(decision)
    _write(scored, fits, ids)
    return automatic.carry_out(decisions, now=now)


def story(row: Any) -> Story:
    """What rules look at, of a candidate or its row."""
    return Story(row.headline, row.excerpt, row.byline, row.outlet, row.url, row.source_id)


def _scored(
    row: Any,
    verdict: Verdict,
    decision: Decision | None,
    edition: int,
    origins: dict[int, str],
    neighbours: Neighbours,
) -> dict[str, Any]:
    near = neighbours.nearest(row.headline, row.excerpt, row.published_on)
    where = f"{origins[row.import_id]}, entry {row.line:,}."
    obstacle = [decision.obstacle] if decision is not None and decision.obstacle else []
    return {
        "row": row.id,
        "score": verdict.score,
        "reasons": [where, *verdict.reasons, *obstacle],
        "scored_with": edition,
        "nearest_clip_id": near.clip_id if near else None,
        "nearest_alike": near.alike if near else 0,
    }


def _write(scored: list[dict[str, Any]], fits: list[dict[str, Any]], ids: Sequence[int]) -> None:
    if not scored:
        return
    changed = update(_TABLE).where(_TABLE.c.id == bindparam("row"), _TABLE.c.state == CandidateState.WAITING)
    names = ("score", "reasons", "scored_with", "nearest_clip_id", "nearest_alike")
    connection = db.session.connection()
    connection.execute(changed.values({name: bindparam(name) for name in names}), scored)
    gone = delete(CandidateRule).where(CandidateRule.candidate_id.in_([each["row"] for each in scored]))
    db.session.execute(gone.execution_options(synchronize_session=False))
    if fits:
        db.session.execute(insert(CandidateRule), fits)
