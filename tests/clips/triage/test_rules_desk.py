"""The pages of rules: the list with how each does, the form, a trial before saving, two editors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from pressroom.audit import AuditEntry
from pressroom.clips.gathering.models import ClipSource
from pressroom.clips.links import actions as links
from pressroom.clips.triage import deciding, queries
from pressroom.clips.triage.rules import RuleDoes
from pressroom.kit.db import db
from tests.clips.conftest import clip
from tests.clips.triage.conftest import of, rule, source, story, waiting
from tests.conftest import NOON, post

Staff = Callable[[], Any]
RULES = "/desk/clips/rules"
FIELDS = {
    "name": "The society",
    "any_of": 'ASHG "human genetics"',
    "scope": "every",
    "points": "20",
    "does": "score",
    "active": "y",
}


@pytest.fixture(autouse=True)
def at_noon(clock_at: Callable[..., None]) -> None:
    clock_at(NOON)


@pytest.mark.parametrize("path", [RULES, f"{RULES}/new", f"{RULES}/1"])
def test_a_stranger_is_asked_to_sign_in(client: FlaskClient, path: str) -> None:
    assert client.get(path).location.startswith("/sign-in")


def test_a_rule_is_made_and_read_in_the_list(wren: FlaskClient, staff: Staff) -> None:
    assert "There is no rule yet" in wren.get(RULES).text
    assert post(wren, f"{RULES}/new", FIELDS).location == RULES
    page = wren.get(RULES)
    assert "The society" in page.text
    assert "+20" in page.text
    assert "human genetics" in page.text
    with staff():
        (made,) = queries.all_rules()
        assert (made.points, made.every_source, made.active, made.by_name) == (20, True, True, "Wren Okafor")
        acts = db.session.scalars(select(AuditEntry.action).where(AuditEntry.kind == "clip_rule")).all()
        assert acts == ["add"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "Write a name"),
        ({"name": "x" * 200}, "Shorten this to 120"),
        ({"any_of": '"open'}, "Close the quotation mark"),
        ({"any_of": ""}, "Say what the rule looks for"),
        ({"any_of": "\x00"}, "Say what the rule looks for"),
        ({"any_of": "x" * 5000}, "Shorten this to 4,000"),
        ({"points": "many"}, "whole number"),
        ({"points": "101"}, "whole number"),
        ({"points": "٣"}, "whole number"),
        ({"does": "reject"}, "Write why it rejects"),
        ({"does": "smoke"}, "Not a valid choice"),
        ({"scope": "some"}, "Choose the sources"),
        ({"scope": "some", "chosen": "77"}, "Choose the sources"),
        ({"dois": "10.5"}, "is no DOI"),
        ({"must": "kept"}, "so the rule would fit no story"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    wren: FlaskClient, staff: Staff, change: dict[str, str], sentence: str
) -> None:
    answer = post(wren, f"{RULES}/new", {**FIELDS, "never": "Kept typed", **change})
    assert answer.status_code == 422
    assert sentence in answer.page.xpath("string(//div[@class='errors'])")  # type: ignore[attr-defined]
    assert answer.page.get_element_by_id("never").text.strip() == "Kept typed"  # type: ignore[attr-defined]
    with staff():
        assert queries.all_rules() == []


def test_no_two_rules_have_one_name(wren: FlaskClient, staff: Staff) -> None:
    post(wren, f"{RULES}/new", FIELDS)
    assert "a rule of this name already" in post(wren, f"{RULES}/new", {**FIELDS, "name": "the SOCIETY"}).text
    assert post(wren, f"{RULES}/1", {**FIELDS, "points": "−5", "version": "1"}).status_code == 303
    with staff():
        assert queries.all_rules()[0].points == -5


def test_a_trial_shows_what_it_would_fit_and_saves_nothing(wren: FlaskClient, staff: Staff) -> None:
    with staff():
        one, two, _ = waiting(story(1), story(2), story(3, headline="Rain"))
        deciding.accept(of(one), by=None, now=NOON)
        deciding.reject(of(two), "Old", by=None, now=NOON)
    answer = post(wren, f"{RULES}/new", {**FIELDS, "any_of": "cous*", "do": "try"})
    assert answer.status_code == 200
    said = " ".join(answer.page.get_element_by_id("trial").text_content().split())  # type: ignore[attr-defined]
    assert said.startswith("It would fit 2 of the last 3 stories")
    assert "1 were kept, 1 rejected, 0 wait" in said
    assert "cous* (cousins)" in said
    assert answer.page.get_element_by_id("any_of").text.strip() == "cous*"  # type: ignore[attr-defined]
    assert "It would fit 0 of" in post(wren, f"{RULES}/new", {**FIELDS, "do": "try"}).text
    with staff():
        assert queries.all_rules() == []


def test_whoever_saves_second_is_told_and_keeps_the_text(ada: FlaskClient, wren: FlaskClient, staff: Staff) -> None:
    with staff():
        number = rule().id
    path = f"{RULES}/{number}"
    opened = wren.get(path).page.get_element_by_id("version").get("value")  # type: ignore[attr-defined]
    post(ada, path, {**FIELDS, "name": "Ada was first", "version": opened})
    late = post(wren, path, {**FIELDS, "name": "Wren was second", "version": opened})
    assert late.status_code == 409
    assert "Ada was first" in late.text
    assert late.page.get_element_by_id("name").get("value") == "Wren was second"  # type: ignore[attr-defined]
    version = late.page.get_element_by_id("version").get("value")  # type: ignore[attr-defined]
    assert post(wren, path, {**FIELDS, "name": "Wren, knowing", "version": version}).status_code == 303


def test_a_rule_for_some_sources(wren: FlaskClient, staff: Staff) -> None:
    with staff():
        one, other = source().id, source("News").id
    post(wren, f"{RULES}/new", {**FIELDS, "scope": "some", "chosen": [str(one)]})
    with staff():
        assert [each.source_id for each in queries.all_rules()[0].sources] == [one]
    version = wren.get(f"{RULES}/1").page.get_element_by_id("version").get("value")  # type: ignore[attr-defined]
    changed = {**FIELDS, "scope": "some", "chosen": [str(other)], "version": version}
    assert post(wren, f"{RULES}/1", changed).status_code == 303
    with staff():
        (made,) = queries.all_rules()
        assert ([each.source_id for each in made.sources], made.version) == ([other], 2)
    again = post(wren, f"{RULES}/1", {**changed, "version": "2"})
    assert again.status_code == 303
    assert "Nothing was changed" in wren.get(RULES).text


def test_precision_shows_what_misleads(wren: FlaskClient, staff: Staff, clock_at: Callable[..., None]) -> None:
    clock_at(NOON - timedelta(days=120))
    with staff():
        good, bad = rule().id, rule(name="Robots", any_of="robot", points=5).id
        first = source()
        one = first.id
        for number in waiting(*(story(n, published_on=date(2026, 7, 1)) for n in range(2)), of=first):
            deciding.accept(of(number), by=None, now=NOON - timedelta(days=120))
    clock_at(NOON)
    with staff():
        robots = (story(n, headline=f"A robot, number {n}", url=f"https://o.example/{n}") for n in range(10, 21))
        few = waiting(*robots, story(30), of=db.session.get_one(ClipSource, one))
        for number in few[:-1]:
            deciding.reject(of(number), "Off the subject", by=None, now=NOON)
        records = queries.by_rule(NOON - queries.LATELY)
        ever, lately = ({number: two[which] for number, two in records.items()} for which in (1, 0))
        of_source = queries.by_source(NOON - queries.LATELY)[one]
        assert (ever[good].kept, ever[good].rejected, ever[good].waiting) == (2, 0, 1)
        assert (lately[good].kept, lately[good].waiting) == (0, 1)
        assert (lately[bad].rejected, lately[bad].precision) == (11, 0.0)
        assert [(each.kept, each.rejected, each.waiting) for each in of_source] == [(0, 11, 1), (2, 11, 1)]
    page = wren.get(RULES).page  # type: ignore[attr-defined]
    said = [" ".join(row.text_content().split()) for row in page.xpath("//table[1]/tbody/tr")]
    assert "Misleads" not in said[0]
    assert "100 % 2 of 2" in said[0]
    assert "Misleads" in said[1]
    assert "0 % 0 of 11" in said[1]
    assert "15 % 2 of 13" in said[2]


def test_what_rules_decide_themselves_is_counted_apart(app: Any, staff: Staff) -> None:
    with staff():
        number = rule(does=RuleDoes.REJECT, reason="Old").id
        one, _ = waiting(story(1), story(2))
        assert queries.by_rule(NOON)[number][1].by_itself == 2
        deciding.take_back_one(of(one), by=None, now=NOON)
        record = queries.by_rule(NOON)[number][1]
        assert (record.by_itself, record.taken_back, record.rejected, record.waiting) == (1, 1, 1, 1)


def test_an_outlet_that_nobody_knows_is_asked_about_once(wren: FlaskClient, staff: Staff) -> None:
    with staff():
        clip(outlet="Radio Puente", url="https://news.puente.example/1")
        waiting(story(1))
        links.take_up(NOON)
    known = "harborledger.example\nthe harbor ledger\nRADIO PUENTE\npuente.example"
    assert post(wren, f"{RULES}/new", {**FIELDS, "outlets": known}).status_code == 303
    path, more = f"{RULES}/1", {**FIELDS, "version": "1", "outlets": f"{known}\nHarbour Ledger\nnowhere.example"}
    asked = post(wren, path, more)
    assert asked.status_code == 422
    said = asked.page.get_element_by_id("outlets-error").text_content()  # type: ignore[attr-defined]
    assert "No outlet and no story so far is of “Harbour Ledger” or “nowhere.example”." in said
    assert "Harbour Ledger" in asked.page.get_element_by_id("outlets").text  # type: ignore[attr-defined]
    assert "would fit" in post(wren, path, {**more, "do": "try"}).text, "a trial asks nothing"
    sent = {**more, "confirmed": asked.page.get_element_by_id("confirmed").get("value")}  # type: ignore[attr-defined]
    assert "\n" not in sent["confirmed"], "browsers send another line end than they were given"
    assert post(wren, path, {**sent, "outlets": more["outlets"] + "\nOther Ledger"}).status_code == 422
    assert post(wren, path, sent).status_code == 303
    assert post(wren, path, {**more, "version": "2", "points": "30"}).status_code == 303, "it is in the rule by now"
