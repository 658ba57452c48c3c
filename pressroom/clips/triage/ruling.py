"""Verbs of rules: make one, change one, “always” and “never from this outlet”. None commits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm.attributes import flag_modified

from pressroom import audit
from pressroom.audit import Actor
from pressroom.audit.actions import COMMAND
from pressroom.clips.gathering.models import Candidate
from pressroom.clips.gathering.rules import CandidateState
from pressroom.clips.triage import automatic, queries, rules, scoring
from pressroom.clips.triage.automatic import Decision
from pressroom.clips.triage.models import ClipRule, RuleSource
from pressroom.clips.triage.rules import LONGEST_NAME, REASONS, RuleDoes, TriageError, Verdict
from pressroom.kit.db import contains, db

KIND = "clip_rule"
POINTS = 50  # of “always” and “never from this outlet”
AT_ONCE = 500  # candidates of an outlet that are decided while a person waits; the worker does the rest


def add(
    *, by: Actor | None, now: datetime, sources: Iterable[int] = (), made_with: str = "", **fields: Any
) -> ClipRule:
    """Make a rule. What waits is scored anew by the worker.

    Args:
        sources: ids of those that it looks at, unless it looks at every one.
        fields: columns of :class:`ClipRule`.
    """
    rule = ClipRule(**fields, made_with=made_with, by_name=by.name if by else COMMAND, created_at=now, updated_at=now)
    rule.sources = [RuleSource(source_id=number) for number in sources]
    db.session.add(rule)
    db.session.flush()
    audit.record(by, "add", KIND, rule.id, rule.name, now=now)
    return rule


def edit(
    rule: ClipRule, *, by: Actor | None, now: datetime, sources: Iterable[int] | None = None, **fields: Any
) -> bool:
    """Change *rule*; False when nothing differs. What waits is scored anew by the worker.

    Args:
        sources: as for :func:`add`; None leaves them.
        fields: those that are given; others stay.
    """
    changes = {
        name: [_said(getattr(rule, name)), _said(value)]
        for name, value in fields.items()
        if getattr(rule, name) != value
    }
    before = {one.source_id for one in rule.sources}
    after = before if sources is None else set(sources)
    if before != after:
        changes["sources"] = [sorted(before), sorted(after)]
        kept = [one for one in rule.sources if one.source_id in after]
        rule.sources = kept + [RuleSource(source_id=number) for number in sorted(after - before)]
    if not changes:
        return False
    for name, value in fields.items():
        setattr(rule, name, value)
    rule.updated_at = now
    flag_modified(rule, "name")  # the version counts, also where only its sources differ
    db.session.flush()
    audit.record(by, "edit", KIND, rule.id, rule.name, changes=changes, now=now)
    return True


def _said(value: Any) -> Any:
    return value.value if isinstance(value, RuleDoes) else value


def of_outlet(
    candidate: Candidate, does: RuleDoes, *, by: Actor | None, now: datetime, act: str
) -> tuple[ClipRule, int]:
    """Have all stories of the candidate's outlet accepted, or rejected, at once: those to come and those that wait.

    Gives the rule, and how many that waited it decided; of more than :data:`AT_ONCE` the worker does the rest.

    Raises:
        TriageError: it has neither an address nor an outlet's name.
    """
    place = rules.of_outlet(candidate.outlet, candidate.url)
    if not place:
        raise TriageError("It has neither an address nor an outlet’s name, so there is nothing to make a rule of.")
    rule = _of_place(place, does, by=by, now=now, act=act)
    return rule, _decide_now(rule, place, act, now)


def _of_place(place: str, does: RuleDoes, *, by: Actor | None, now: datetime, act: str) -> ClipRule:
    """The rule of this outlet as it is to be; one that says the opposite is switched off."""
    same, opposite = None, []
    for rule in queries.rules_of_outlet(place):
        if rule.does is does:
            same = rule
        elif rule.does is not RuleDoes.SCORE and rule.active:
            opposite.append(rule)
    for rule in opposite:
        edit(rule, by=by, now=now, active=False)
    if same is not None:
        if not same.active:
            edit(same, by=by, now=now, active=True, made_with=act)  # whoever takes the act back switches it off again
        return same
    word, sign = ("Always", 1) if does is RuleDoes.ACCEPT else ("Never", -1)
    return add(
        by=by,
        now=now,
        made_with=act,
        name=f"{word} from {place}"[:LONGEST_NAME],
        outlets=place,
        points=sign * POINTS,
        does=does,
        reason="" if does is RuleDoes.ACCEPT else REASONS[0],
    )


def _decide_now(rule: ClipRule, place: str, act: str, now: datetime) -> int:
    table = Candidate.metadata.tables[Candidate.__tablename__]
    named = or_(contains(table.c.url, place), table.c.outlet == place)
    waits = select(table).where(table.c.state == CandidateState.WAITING, named)
    decider = rule.as_rule
    decisions = []
    for row in db.session.execute(waits.order_by(table.c.id).limit(AT_ONCE)):
        fit = rules.fitting(decider, scoring.story(row))
        decision = Decision.of(row, Verdict((fit,), decider), now) if fit else None
        if decision is not None and not decision.obstacle:
            decisions.append(decision)
    return automatic.carry_out(decisions, now=now, act=act)


def tried(rule: rules.Rule, candidates: Iterable[Any]) -> list[tuple[Any, rules.Fit]]:
    """Which of *candidates* a rule would fit, and what it finds there."""
    return [(one, fit) for one in candidates if (fit := rules.fitting(rule, scoring.story(one)))]


def as_rule(fields: Mapping[str, Any], sources: Iterable[int]) -> rules.Rule:
    """A rule that is not saved, to be checked and tried."""
    words = ("name", "must", "any_of", "never", "people", "dois", "outlets", "points", "does", "reason")
    looks_at = None if fields["every_source"] else frozenset(sources)
    return rules.Rule(id=0, sources=looks_at, **{name: fields[name] for name in words})
