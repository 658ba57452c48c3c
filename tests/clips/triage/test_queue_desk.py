"""The queue on the desk: what is shown, what each act does, and that two people are told of each other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pressroom.audit import AuditEntry
from pressroom.clips import actions
from pressroom.clips import queries as clips
from pressroom.clips.gathering.models import Candidate
from pressroom.clips.gathering.rules import CandidateState
from pressroom.clips.models import Clip
from pressroom.clips.triage import queries as triage
from pressroom.clips.triage import scoring
from pressroom.clips.triage.rules import RuleDoes
from pressroom.kit.db import db
from tests.clips.conftest import clip
from tests.clips.triage.conftest import DAY, of, rule, source, story, waiting
from tests.conftest import NOON, post, signed_in

Staff = Callable[[], Any]
QUEUE = "/desk/clips/queue"


@pytest.fixture(autouse=True)
def at_noon(clock_at: Callable[..., None]) -> None:
    clock_at(NOON)


@pytest.fixture
def numbers(staff: Staff) -> list[int]:
    """Three that wait."""
    with staff():
        rule(any_of="two", name="Two")
        return waiting(
            story(1),
            story(2, headline="Number two stands first"),
            story(3, published_on=None, published_at=None, outlet="Radio Puente", url="https://puente.example/3"),
        )


def do(client: FlaskClient, number: int, what: str, **typed: str) -> Any:
    return post(client, f"{QUEUE}/{number}", {"do": what, **typed}, form=QUEUE)


def state(staff: Staff, number: int) -> CandidateState:
    with staff():
        return of(number).state


def headlines(page: Any) -> list[str]:
    return [heading.text_content().strip() for heading in page.xpath("//ol[@data-queue]//h2")]


@pytest.mark.parametrize("path", [QUEUE, f"{QUEUE}/1", f"{QUEUE}/1/edit", f"{QUEUE}/decided"])
def test_a_stranger_is_asked_to_sign_in(client: FlaskClient, path: str) -> None:
    assert client.get(path).location.startswith("/sign-in")


def test_the_best_stands_first_with_everything_beside_it(wren: FlaskClient, staff: Staff, numbers: list[int]) -> None:
    with staff():
        near = clip(headline="Number two stands first, we hear", published_on=DAY, outlet="Northline Radio").id
        db.session.query(Candidate).filter_by(id=numbers[1]).update({"nearest_clip_id": near, "nearest_alike": 80})
    page = wren.get(QUEUE).page  # type: ignore[attr-defined]
    assert headlines(page)[0] == "Number two stands first"
    first = page.xpath("//ol[@data-queue]/li[1]")[0]
    said = " ".join(first.text_content().split())
    for words in ("The Harbor Ledger", "18 Nov 2026", "Three generations on one page.", "Rule “Two”, +10: two."):
        assert words in said
    assert "80 % alike: Number two stands first, we hear" in said
    assert f"/desk/clips/{near}" in first.xpath(".//a/@href")
    assert "no day given" in page.text_content()


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("q=two", 1),
        ("q=puente", 1),
        ("least=10", 1),
        ("least=-5", 3),
        ("rule=1", 1),
        ("batch=1", 3),
        ("batch=9", 0),
        ("source=1", 0),
    ],
)
def test_it_is_filtered(wren: FlaskClient, numbers: list[int], query: str, count: int) -> None:
    answer = wren.get(f"{QUEUE}?{query}")
    assert len(headlines(answer.page)) == count  # type: ignore[attr-defined]


@pytest.mark.parametrize("query", ["source=x", "least=9999999999999", "page=0", "q=%00", "rule=-", "batch=%F0%9F"])
def test_filters_that_mean_nothing_break_nothing(wren: FlaskClient, numbers: list[int], query: str) -> None:
    assert wren.get(f"{QUEUE}?{query}").status_code == 200


def test_accepting_makes_a_clip_of_its_batch(
    wren: FlaskClient, client: FlaskClient, staff: Staff, numbers: list[int]
) -> None:
    answer = post(wren, f"{QUEUE}/{numbers[0]}?on=queue&least=-9", {"do": "accept"}, form=QUEUE)
    assert (answer.status_code, answer.location) == (303, f"{QUEUE}?least=-9")
    with staff():
        found = of(numbers[0])
        made = db.session.get_one(Clip, found.clip_id)
        assert (found.state, found.decided_by_name) == (CandidateState.ACCEPTED, "Wren Okafor")
        assert (made.import_id, made.origin, made.published_at) == (found.import_id, "triage", found.published_at)
        acts = db.session.scalars(select(AuditEntry.action).where(AuditEntry.kind == "clip_candidate")).all()
        assert acts == ["accept"]
    assert "Clinics ask about cousins" in client.get("/clips/?q=cousins").text
    assert "Accepted: “Clinics ask" in wren.get(QUEUE).text


def test_a_day_is_asked_for_and_never_made_up(wren: FlaskClient, staff: Staff, numbers: list[int]) -> None:
    number = numbers[2]
    for typed, sentence in (
        ("", "No day is given"),
        ("31 June 2026", "There is no 31 June"),
        ("2027-01-01", "still to come"),
    ):
        answer = post(wren, f"{QUEUE}/{number}?on=queue", {"do": "accept", "day": typed}, form=QUEUE)
        assert answer.status_code == 422
        assert sentence in answer.page.xpath(f"string(//li[@id='c{number}']//p[@role='alert'])")
        assert answer.page.get_element_by_id(f"c{number}-day").get("value") == typed
        assert state(staff, number) is CandidateState.WAITING
    assert do(wren, number, "accept", day="17 November 2026").status_code == 303
    with staff():
        made = db.session.get_one(Clip, of(number).clip_id)
        assert (made.published_on.isoformat(), made.published_at) == ("2026-11-17", None)


def test_accepted_with_changes(wren: FlaskClient, staff: Staff, numbers: list[int]) -> None:
    path = f"{QUEUE}/{numbers[0]}/edit"
    page = wren.get(path).page  # type: ignore[attr-defined]
    assert page.get_element_by_id("headline").get("value") == "Clinics ask about cousins, number 1"
    assert page.get_element_by_id("published_on").get("value") == "2026-11-18"
    fields = {
        "headline": "",
        "outlet": "Radio Puente",
        "published_on": "2026-11-18",
        "medium": "radio",
        "language": "es",
    }
    refused = post(wren, path, fields)
    assert refused.status_code == 422
    assert refused.page.get_element_by_id("outlet").get("value") == "Radio Puente"
    assert post(wren, path, {**fields, "headline": "As we heard it"}).status_code == 303
    with staff():
        made = db.session.get_one(Clip, of(numbers[0]).clip_id)
        assert (made.headline, made.outlet.name, made.medium.value) == ("As we heard it", "Radio Puente", "radio")
        assert made.published_at is not None
    late = post(wren, path, {**fields, "headline": "Again"})
    assert late.status_code == 409
    assert "Wren Okafor accepted it on" in late.text


@pytest.mark.parametrize(
    ("what", "typed", "reason"),
    [
        ("reject 1", {}, "Off the subject"),
        ("reject 6", {}, "Not a story: jobs, events, lists"),
        ("reject", {"reason": " Too  old "}, "Too old"),
    ],
)
def test_rejecting_with_a_reason(
    wren: FlaskClient, staff: Staff, numbers: list[int], what: str, typed: dict[str, str], reason: str
) -> None:
    assert do(wren, numbers[0], what, **typed).status_code == 303
    with staff():
        assert (of(numbers[0]).state, of(numbers[0]).decision) == (CandidateState.REJECTED, reason)


def test_rejecting_needs_a_reason_that_fits(wren: FlaskClient, staff: Staff, numbers: list[int]) -> None:
    for typed, sentence in (("", "Choose why"), ("x" * 300, "Shorten the reason")):
        answer = do(wren, numbers[0], "reject", reason=typed)
        assert answer.status_code == 422
        assert sentence in answer.text
        assert typed in answer.text
    assert do(wren, numbers[0], "reject 9").status_code == 422
    assert do(wren, numbers[0], "nonsense").status_code == 400
    assert state(staff, numbers[0]) is CandidateState.WAITING


def test_merging_into_the_nearest_or_a_chosen_clip(wren: FlaskClient, staff: Staff, numbers: list[int]) -> None:
    with staff():
        near = clip(headline="Clinics ask about cousins, number 1", published_on=DAY, url="https://other.example/1").id
        db.session.query(Candidate).filter_by(id=numbers[0]).update({"nearest_clip_id": near, "nearest_alike": 100})
    assert do(wren, numbers[0], "merge nearest").status_code == 303
    assert do(wren, numbers[1], "merge", clip="https://press.example/clips/99").status_code == 422
    assert do(wren, numbers[1], "merge", clip="what").status_code == 422
    assert do(wren, numbers[2], "merge nearest").status_code == 422
    assert do(wren, numbers[1], "merge", clip=f"/clips/{near}/").status_code == 303
    with staff():
        for number in numbers[:2]:
            assert (of(number).state, of(number).clip_id) == (CandidateState.MERGED, near)
        assert clips.count() == 1


def test_what_the_archive_has_already_is_merged(wren: FlaskClient, staff: Staff, numbers: list[int]) -> None:
    with staff():
        there = clip(url="https://harborledger.example/1", headline="Somebody typed it in").id
    do(wren, numbers[0], "accept")
    assert "The archive has it already" in wren.get(QUEUE).text
    with staff():
        assert (of(numbers[0]).state, of(numbers[0]).clip_id, clips.count()) == (CandidateState.MERGED, there, 1)


def test_always_and_never_from_this_outlet(wren: FlaskClient, staff: Staff, numbers: list[int]) -> None:
    with staff():
        (other,) = waiting(story(4, url="https://news.harborledger.example/4", outlet="Harbor News"))
    assert do(wren, numbers[0], "always").status_code == 303
    assert "2 more that waited went with it" in wren.get(QUEUE).text
    with staff():
        made = triage.all_rules()[-1]
        assert (made.name, made.outlets, made.does.value) == (
            "Always from harborledger.example",
            "harborledger.example",
            "accept",
        )
        assert [of(n).state.value for n in (*numbers, other)] == ["accepted", "accepted", "waiting", "accepted"]
        assert (of(other).rule_id, of(other).decided_by_id, of(numbers[0]).rule_id) == (made.id, None, None)
        (later,) = waiting(story(5))
        assert of(later).state is CandidateState.ACCEPTED
    assert do(wren, numbers[2], "never").status_code == 303
    with staff():
        (later,) = waiting(story(6, url="https://puente.example/6"))
        assert of(later).state is CandidateState.REJECTED
    listed = wren.get(f"{QUEUE}/decided?by=rules")
    assert "Always from harborledger.example" in listed.text
    assert "4 stories" in listed.text


def test_undo_takes_back_one_act_after_another(
    wren: FlaskClient, client: FlaskClient, staff: Staff, numbers: list[int], clock_at: Any
) -> None:
    do(wren, numbers[1], "reject 1")
    clock_at(NOON + timedelta(minutes=1))
    do(wren, numbers[0], "always")
    with staff():
        made = of(numbers[0]).clip_id
    clock_at(NOON + timedelta(minutes=2))
    post(wren, f"{QUEUE}/undo", form=QUEUE)
    with staff():
        assert of(numbers[0]).state is CandidateState.WAITING
        assert not triage.all_rules()[-1].active
        assert of(numbers[1]).state is CandidateState.REJECTED
    assert client.get(f"/clips/{made}").status_code == 410
    post(wren, f"{QUEUE}/undo", form=QUEUE)
    assert state(staff, numbers[1]) is CandidateState.WAITING
    post(wren, f"{QUEUE}/undo", form=QUEUE)
    assert "no decision of yours" in wren.get(QUEUE).text
    do(wren, numbers[0], "accept")  # and the clip that was taken back is the clip again
    with staff():
        assert of(numbers[0]).clip_id == made
    assert client.get(f"/clips/{made}").status_code == 200


def test_nobody_undoes_what_another_did(
    app: Flask, wren: FlaskClient, ada: FlaskClient, staff: Staff, numbers: list[int]
) -> None:
    do(ada, numbers[0], "accept")
    post(wren, f"{QUEUE}/undo", form=QUEUE)
    assert state(staff, numbers[0]) is CandidateState.ACCEPTED
    refused = post(wren, f"{QUEUE}/{numbers[0]}", {"do": "undo"})
    assert refused.status_code == 422
    assert "Ask an editor" in refused.text
    assert post(ada, f"{QUEUE}/{numbers[0]}", {"do": "undo"}).status_code == 303
    assert state(staff, numbers[0]) is CandidateState.WAITING


def test_a_rules_decision_is_taken_back_and_no_rule_takes_it_again(ada: FlaskClient, staff: Staff) -> None:
    with staff():
        made = rule(does=RuleDoes.ACCEPT, name="All of it").id
        numbers = waiting(story(1), story(2))
    answer = post(ada, f"{QUEUE}/decided?by=rules", {"do": "undo"}, form=f"{QUEUE}/decided?by=rules")
    assert answer.status_code == 405
    answer = post(ada, f"{QUEUE}?by=rules", {"do": "undo", "id": [str(numbers[0])]}, form=f"{QUEUE}/decided?by=rules")
    assert answer.location == f"{QUEUE}/decided?by=rules"
    with staff():
        assert scoring.portion(NOON) == 0
        assert of(numbers[0]).state is CandidateState.WAITING
        assert "somebody took that back" in of(numbers[0]).reasons[-1]
        assert (triage.by_rule(NOON)[made][1].by_itself, triage.by_rule(NOON)[made][1].taken_back) == (1, 1)


def test_the_second_is_told_who_decided(wren: FlaskClient, ada: FlaskClient, staff: Staff, numbers: list[int]) -> None:
    do(wren, numbers[0], "reject 1")
    for what in ("accept", "reject 2", "merge nearest", "always"):
        late = post(ada, f"{QUEUE}/{numbers[0]}?on=queue", {"do": what, "clip": "1"}, form=QUEUE)
        assert late.status_code in {409, 422}, what
        assert late.status_code == 409 or what == "merge nearest"
        assert what == "merge nearest" or "Wren Okafor rejected it on " in late.text
    with staff():
        assert clips.count() == 0
        assert len(triage.all_rules()) == 1


def test_script_is_answered_with_a_sentence(
    wren: FlaskClient, ada: FlaskClient, staff: Staff, numbers: list[int]
) -> None:
    token = wren.get(QUEUE).page.xpath("//input[@name='csrf_token']/@value")[0]  # type: ignore[attr-defined]
    asked = {"headers": {"Accept": "application/json"}}
    done = wren.post(f"{QUEUE}/{numbers[0]}", data={"csrf_token": token, "do": "accept"}, **asked)
    assert done.json == {"said": "Accepted: “Clinics ask about cousins, number 1”.", "waiting": 2}
    again = wren.post(f"{QUEUE}/{numbers[0]}", data={"csrf_token": token, "do": "accept"}, **asked)
    assert (again.status_code, again.json["decided"]) == (409, True)
    undated = wren.post(f"{QUEUE}/{numbers[2]}", data={"csrf_token": token, "do": "accept"}, **asked)
    assert (undated.status_code, undated.json["field"]) == (422, "day")
    back = wren.post(f"{QUEUE}/undo", data={"csrf_token": token}, **asked)
    assert (back.json["back"], back.json["waiting"]) == ([numbers[0]], 3)


def test_many_at_once_and_what_cannot_be_done_is_said(wren: FlaskClient, staff: Staff, numbers: list[int]) -> None:
    assert post(wren, QUEUE, {"do": "accept"}).status_code == 422
    answer = post(wren, QUEUE, {"do": "accept", "id": [str(n) for n in numbers]})
    assert answer.status_code == 303
    page = wren.get(QUEUE).text
    assert "2 stories accepted." in page
    assert "No day is given" in page
    assert [state(staff, n).value for n in numbers] == ["accepted", "accepted", "waiting"]
    post(wren, f"{QUEUE}/undo", form=QUEUE)
    assert [state(staff, n).value for n in numbers] == ["waiting"] * 3
    post(wren, QUEUE, {"do": "reject", "reason": "Old", "id": [str(n) for n in numbers]})
    assert [state(staff, n).value for n in numbers] == ["rejected"] * 3


def test_accepting_makes_what_waits_and_is_alike_its_neighbour(
    wren: FlaskClient, staff: Staff, numbers: list[int]
) -> None:
    with staff():
        (twin,) = waiting(story(9, headline="Clinics ask about cousins, number 1", url="https://twin.example/1"))
    do(wren, numbers[0], "accept")
    with staff():
        assert (of(twin).nearest_clip_id, of(twin).nearest_alike) == (of(numbers[0]).clip_id, 100)


def test_the_page_of_one(wren: FlaskClient, staff: Staff, numbers: list[int]) -> None:
    page = wren.get(f"{QUEUE}/{numbers[1]}")
    assert "It waits to be judged." in page.text
    assert "Two" in page.text
    do(wren, numbers[1], "reject 1")
    assert "Wren Okafor rejected it on " in wren.get(f"{QUEUE}/{numbers[1]}").text
    assert wren.get(f"{QUEUE}/999").status_code == 404


def test_a_clip_that_was_withdrawn_for_a_reason_does_not_come_back(
    ada: FlaskClient, staff: Staff, numbers: list[int]
) -> None:
    do(ada, numbers[0], "accept")
    with staff() as cast:
        withdrawn = db.session.get_one(Clip, of(numbers[0]).clip_id)
        actions.withdraw(withdrawn, by=cast.ada, now=NOON, reason="The outlet took it back.")
    assert post(ada, f"{QUEUE}/{numbers[0]}", {"do": "undo"}).status_code == 303
    refused = do(ada, numbers[0], "accept")
    assert refused.status_code == 422
    assert "Its clip was withdrawn: The outlet took it back." in refused.text
    assert state(staff, numbers[0]) is CandidateState.WAITING


def test_an_address_that_may_not_be_linked_is_no_link_and_no_clip(ada: FlaskClient, staff: Staff) -> None:
    with staff():
        rule(name="All", does=RuleDoes.ACCEPT)
        (number,) = waiting(story(1, url="javascript:alert(1)"))
        assert "cannot be right" in of(number).reasons[-1]
    page = ada.get(QUEUE).page  # type: ignore[attr-defined]
    assert not page.xpath("//a[starts-with(@href, 'javascript')]")
    refused = do(ada, number, "accept")
    assert refused.status_code == 422
    assert "is no web address" in refused.text


def test_hostile_texts_stay_texts(wren: FlaskClient, staff: Staff) -> None:
    with staff():
        nasty = "<script>alert(1)</script>\"'&amp; \u202eabc"
        waiting(story(1, headline=nasty, outlet=nasty, excerpt=nasty, byline=nasty))
    answer = wren.get(QUEUE)
    assert "<script>alert(1)" not in answer.text


@pytest.mark.parametrize("made", [1, 8])
def test_the_queue_costs_the_same_whatever_there_is(wren: FlaskClient, staff: Staff, queries: Any, made: int) -> None:
    with staff():
        for number in range(made):
            one = source(f"Source {number}")
            near = clip(headline=f"A clip {number}", outlet=f"Outlet {number}").id
            rule(name=f"Rule {number}", any_of=f"number{number}")
            stories = (story(n, headline=f"Cousins number{n}") for n in range(number * 4, number * 4 + 4))
            few = waiting(*stories, of=one)
            db.session.query(Candidate).filter(Candidate.id.in_(few)).update({"nearest_clip_id": near})
    for path, budget in ((QUEUE, 12), (f"{QUEUE}/decided", 6), (f"{QUEUE}/1", 6), ("/desk/clips/rules", 11)):
        wren.get(path)
        with queries(budget):
            assert wren.get(path).status_code == 200, path


def test_signed_out_while_at_work(app: Flask, numbers: list[int]) -> None:
    fresh = signed_in(app, "wren")
    token = fresh.get(QUEUE).page.xpath("//input[@name='csrf_token']/@value")[0]  # type: ignore[attr-defined]
    fresh.delete_cookie("desk")
    answer = fresh.post(
        f"{QUEUE}/{numbers[0]}", data={"csrf_token": token, "do": "accept"}, headers={"Accept": "application/json"}
    )
    assert answer.status_code in {303, 400, 401}
