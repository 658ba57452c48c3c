"""Scores: when candidates come in, and again when a rule changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from pressroom import publishing
from pressroom.audit import AuditEntry
from pressroom.clips.gathering.models import Candidate
from pressroom.clips.gathering.rules import CandidateState
from pressroom.clips.models import Clip
from pressroom.clips.triage import jobs, queries, ruling, scoring
from pressroom.clips.triage.models import CandidateRule
from pressroom.clips.triage.rules import RuleDoes
from pressroom.kit.db import db
from tests.clips.conftest import clip
from tests.clips.triage.conftest import DAY, of, rule, source, story, waiting
from tests.conftest import NOON

Staff = Callable[[], Any]


@pytest.fixture(autouse=True)
def at_noon(clock_at: Callable[..., None]) -> None:
    clock_at(NOON)


def test_what_comes_in_is_scored_with_its_reasons(app: Any, staff: Staff) -> None:
    with staff():
        first, second = rule(), rule(name="Not this", any_of="number", points=-3)
        (number,) = waiting(story(1), of=source())
        found = of(number)
        assert found.score == 7
        assert found.reasons == [
            "From the source “Alert: genes”, entry 1.",
            "Rule “Our subject”, +10: cousins.",
            "Rule “Not this”, −3: number.",
        ]
        fits = db.session.execute(select(CandidateRule.rule_id, CandidateRule.points).order_by(CandidateRule.rule_id))
        assert fits.all() == [(first.id, 10), (second.id, -3)]


def test_a_file_is_named_where_there_is_no_source(app: Any, staff: Staff) -> None:
    with staff():
        (number,) = waiting(story(1))
        assert of(number).reasons == ["From “alert.atom” (Feed), entry 1."]


def test_the_nearest_clip_is_found_by_its_words(app: Any, staff: Staff) -> None:
    with staff():
        clip(headline="Something else altogether", published_on=DAY)
        near = clip(headline="Clinics ask about cousins: number 1", outlet="Radio Puente", published_on=DAY)
        clip(
            headline="Clinics ask about cousins, number 1",
            url="https://old.example/1",
            published_on=DAY.replace(year=2020),
        )
        one, other, undated = waiting(
            story(1), story(2, headline="Rain over the valley"), story(3, published_on=None, published_at=None)
        )
        assert (of(one).nearest_clip_id, of(one).nearest_alike) == (near.id, 100)
        assert of(other).nearest_clip_id is None
        assert of(undated).nearest_clip_id is None


def test_a_change_of_a_rule_scores_anew_what_waits_in_portions(
    app: Any, staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scoring, "PORTION", 2)
    with staff():
        changed = rule().id
        numbers = waiting(*(story(n) for n in range(5)))
    with staff():
        ruling.edit(queries.a_rule(changed), by=None, now=NOON, points=30)
        assert queries.unscored() == 5
    with app.app_context(), publishing.as_staff():  # a worker that is killed behind its first portion
        scoring.portion(NOON)
        db.session.commit()
        scoring.portion(NOON)
        db.session.rollback()
        assert queries.unscored() == 3
    with app.app_context():
        jobs.score(NOON)
    with staff():
        assert queries.unscored() == 0
        assert [of(number).score for number in numbers] == [30] * 5
        assert db.session.query(CandidateRule).count() == 5


def test_sources_of_a_rule_count_as_a_change(app: Any, staff: Staff) -> None:
    with staff():
        genes, news = source(), source("News")
        some = rule(every_source=False, sources=[genes.id])
        (one,), (other,) = waiting(story(1), of=genes), waiting(story(2), of=news)
        assert (of(one).score, of(other).score) == (10, 0)
        ruling.edit(some, by=None, now=NOON, sources=[news.id])
        db.session.commit()
        jobs.score(NOON)
        assert (of(one).score, of(other).score) == (0, 10)


def test_rules_accept_at_once_and_it_is_on_record_as_theirs(app: Any, staff: Staff) -> None:
    with staff():
        accepts = rule(name="Always", does=RuleDoes.ACCEPT)
        there = clip(url="https://harborledger.example/9", headline="Was here before")
        one, undated = waiting(story(1), story(2, published_on=None, published_at=None))
        found = of(one)
        assert (found.state, found.rule_id, found.decided_by_id) == (CandidateState.ACCEPTED, accepts.id, None)
        made = db.session.get_one(Clip, found.clip_id)
        assert (made.headline, made.origin, made.import_id) == (found.headline, "triage", found.import_id)
        assert made.published_at == found.published_at
        assert of(undated).state is CandidateState.WAITING
        assert "would accept it, but the day is missing" in of(undated).reasons[-1]
        assert there.id != made.id
        db.session.commit()
        entry = db.session.scalars(
            select(AuditEntry).where(AuditEntry.kind == "clip_rule", AuditEntry.action == "accept")
        ).one()
        assert (entry.actor_name, entry.changes["candidates"]) == ("rule “Always”", [0, 1])


def test_rules_reject_at_once_with_their_reason(app: Any, staff: Staff) -> None:
    with staff():
        rule(name="Never", does=RuleDoes.REJECT, reason="Market report")
        (number,) = waiting(story(1))
        assert (of(number).state, of(number).decision) == (CandidateState.REJECTED, "Market report")
        assert queries.decided(by_rules=True).total == 1


def test_a_rule_that_is_switched_off_does_nothing(app: Any, staff: Staff) -> None:
    with staff():
        rule(active=False)
        (number,) = waiting(story(1))
        assert of(number).score == 0


def test_the_same_story_is_not_asked_about_again(app: Any, staff: Staff) -> None:
    with staff():
        assert len(waiting(story(1))) == 1
        assert waiting(story(1)) == []


def test_a_portion_costs_as_much_for_many_as_for_few(app: Any, staff: Staff, queries: Any) -> None:
    with staff():
        rule()
        waiting(*(story(n) for n in range(3)))
        db.session.query(Candidate).update({"scored_with": -1})
        with queries(24):
            scoring.portion(NOON)
        waiting(*(story(n) for n in range(10, 210)))
        db.session.query(Candidate).update({"scored_with": -1})
        with queries(24):
            scoring.portion(NOON)
