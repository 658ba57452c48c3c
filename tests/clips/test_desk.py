"""Clips on the desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from pressroom.audit import AuditEntry
from pressroom.clips import actions, queries
from pressroom.clips.models import Clip
from pressroom.kit.db import db
from tests.clips.conftest import clip
from tests.conftest import NOON, post

Staff = Callable[[], Any]
FIELDS = {
    "headline": "Clinics skip family history",
    "outlet": "The Harbor Ledger",
    "published_on": "12 November 2026",
    "url": "https://harborledger.example/a",
    "byline": "Rita Okafor",
    "excerpt": "Three generations, rarely.",
    "medium": "print",
    "language": "en",
    "topics": "Family health history; Policy",
}


@pytest.fixture
def clip_id(staff: Staff) -> int:
    with staff():
        number: int = clip(headline="A first headline").id
    return number


def _clip(staff: Staff, number: int) -> dict[str, Any]:
    with staff():
        found = db.session.get_one(Clip, number)
        return {"headline": found.headline, "version": found.version, "withdrawn": found.withdrawn_at is not None}


@pytest.mark.parametrize("path", ["/desk/clips/", "/desk/clips/new", "/desk/clips/1", "/desk/clips/1/withdraw"])
def test_a_stranger_is_asked_to_sign_in(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in")


def test_the_list_is_searched_by_words(ada: FlaskClient, staff: Staff) -> None:
    with staff():
        clip(headline="A walk of 100% genes")
        clip(headline="Another story", outlet="Radio Puente")
    assert "2 clips" in ada.get("/desk/clips/").text
    assert "1 clip with these words" in ada.get("/desk/clips/?q=100%25").text
    assert "Another story" in ada.get("/desk/clips/?q=puente").text
    assert "No clip has all of these words" in ada.get("/desk/clips/?q=%00xylophone").text


def test_the_list_is_narrowed_by_the_country_of_outlets(ada: FlaskClient, staff: Staff) -> None:
    assert not ada.get("/desk/clips/").page.xpath("//select[@id='country']")  # type: ignore[attr-defined]
    with staff():
        for number in range(31):
            clip(headline=f"Una historia {number}", outlet="Radio Puente").outlet.country = "ES"
        clip(headline="Another story", outlet="The Harbor Ledger").outlet.country = "GB"
        clip(headline="A third story", outlet="Somewhere")
    page = ada.get("/desk/clips/?country=ES")
    assert "31 clips from Spain" in page.text
    assert "Another story" not in page.text
    assert page.page.xpath("//select[@id='country']/option/text()") == ["Any", "Spain", "United Kingdom"]  # type: ignore[attr-defined]
    assert page.page.xpath("//select[@id='country']/option[@selected]/@value") == ["ES"]  # type: ignore[attr-defined]
    assert "/desk/clips/?country=ES&page=2" in page.page.xpath("//a/@href")  # type: ignore[attr-defined]
    assert "No clip has all of these words and is from Spain" in ada.get("/desk/clips/?country=ES&q=another").text
    assert "33 clips" in ada.get("/desk/clips/?country=XX").text


def test_a_writer_adds_a_clip_that_is_found_at_once(wren: FlaskClient, client: FlaskClient) -> None:
    answer = post(wren, "/desk/clips/new", FIELDS)
    assert answer.status_code == 303
    page = client.get("/clips/?q=clinics&topic=policy")
    assert "1 clip" in page.text
    assert wren.get(answer.location).page.get_element_by_id("published_on").get("value") == "2026-11-12"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"headline": " "}, "Write the headline"),
        ({"headline": "x" * 501}, "Shorten this to 500 characters"),
        ({"outlet": ""}, "Write the outlet"),
        ({"published_on": ""}, "Write the day"),
        ({"published_on": "30 February 2026"}, "There is no 30 February 2026"),
        ({"url": "javascript:alert(1)"}, "no web address"),
        ({"topics": ";".join(map(str, range(30)))}, "at most 20 topics"),
        ({"topics": "x" * 90}, "Shorten each topic"),
        ({"medium": "smoke"}, "Choose a medium from the list"),
        ({"language": "smoke"}, "Choose a language from the list"),
        ({"excerpt": "x" * 5001}, "Shorten this to 5,000 characters"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    ada: FlaskClient, staff: Staff, change: dict[str, str], sentence: str
) -> None:
    answer = post(ada, "/desk/clips/new", {**FIELDS, "byline": "Kept as typed", **change})
    assert answer.status_code == 422
    assert sentence in answer.page.xpath("string(//div[@class='errors'])")  # type: ignore[attr-defined]
    assert answer.page.get_element_by_id("byline").get("value") == "Kept as typed"  # type: ignore[attr-defined]
    with staff():
        assert queries.count() == 0


def test_control_characters_are_dropped(ada: FlaskClient, staff: Staff) -> None:
    post(ada, "/desk/clips/new", {**FIELDS, "headline": "A\x00B\x07 C"})
    with staff():
        assert queries.latest(1)[0].headline == "AB C"


def test_the_same_clip_is_not_added_twice(ada: FlaskClient) -> None:
    first = post(ada, "/desk/clips/new", FIELDS)
    again = post(ada, "/desk/clips/new", {**FIELDS, "headline": "Another", "url": FIELDS["url"] + "/?utm_source=x"})
    assert again.status_code == 422
    assert "in the archive already" in again.text
    assert first.location in again.page.xpath("//main//a/@href")  # type: ignore[attr-defined]


def test_a_clip_is_edited_and_the_audit_says_what(ada: FlaskClient, staff: Staff, clip_id: int) -> None:
    path = f"/desk/clips/{clip_id}"
    assert ada.get(path).status_code == 200
    assert post(ada, path, {**FIELDS, "headline": "A second headline", "version": "1"}).status_code == 303
    assert _clip(staff, clip_id)["headline"] == "A second headline"
    with staff():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "edit")).one()
        assert entry.changes["headline"] == ["A first headline", "A second headline"]
        assert entry.actor_name == "Ada Lindqvist"


def test_a_time_goes_with_its_day(ada: FlaskClient, staff: Staff) -> None:
    """Another by-line leaves the minute of a clip as it is; on another day it did not appear at that minute."""
    with staff():
        number = clip(published_on=NOON.date(), published_at=NOON).id
    path, same = f"/desk/clips/{number}", FIELDS | {"published_on": NOON.date().isoformat()}
    for version, fields, at in [("1", same, NOON), ("2", FIELDS, None)]:
        assert post(ada, path, {**fields, "version": version}).status_code == 303
        with staff():
            assert db.session.get_one(Clip, number).published_at == at


def test_whoever_saves_second_is_told_and_keeps_the_text(
    ada: FlaskClient, wren: FlaskClient, staff: Staff, clip_id: int
) -> None:
    path = f"/desk/clips/{clip_id}"
    post(wren, path, {**FIELDS, "headline": "Wren was first", "version": "1"})
    late = post(ada, path, {**FIELDS, "headline": "Ada was second", "version": "1"})
    assert late.status_code == 409
    assert late.page.get_element_by_id("headline").get("value") == "Ada was second"  # type: ignore[attr-defined]
    assert "Wren was first" in late.text
    version = late.page.get_element_by_id("version").get("value")  # type: ignore[attr-defined]
    assert post(ada, path, {**FIELDS, "headline": "Ada, knowing", "version": version}).status_code == 303
    assert _clip(staff, clip_id)["headline"] == "Ada, knowing"


def test_a_writer_does_not_withdraw(wren: FlaskClient, staff: Staff, clip_id: int) -> None:
    assert wren.get(f"/desk/clips/{clip_id}/withdraw").status_code == 403
    assert "Withdraw this clip" not in wren.get(f"/desk/clips/{clip_id}").text
    assert not _clip(staff, clip_id)["withdrawn"]


def test_an_editor_withdraws_with_a_reason(ada: FlaskClient, client: FlaskClient, clip_id: int) -> None:
    path = f"/desk/clips/{clip_id}/withdraw"
    assert post(ada, path, {"reason": " "}).status_code == 422
    assert post(ada, path, {"reason": "The outlet took it back."}).status_code == 303
    page = client.get(f"/clips/{clip_id}")
    assert page.status_code == 410
    assert "This archive does not list the story any more" in page.text
    assert "/clips/" in page.page.xpath("//main//a/@href")  # type: ignore[attr-defined]
    assert page.page.xpath("string(//h1)") == "A first headline"  # type: ignore[attr-defined]
    assert page.page.xpath("string(//title)") == "Withdrawn: A first headline · Press room"  # type: ignore[attr-defined]
    assert "published from it" not in page.text, "that is a sentence of releases"
    assert "Withdrawn" in ada.get("/desk/clips/").text


def test_an_editor_brings_a_withdrawn_clip_back(
    ada: FlaskClient, client: FlaskClient, staff: Staff, clip_id: int
) -> None:
    path = f"/desk/clips/{clip_id}"
    post(ada, f"{path}/withdraw", {"reason": "The outlet took it back."})
    assert f"{path}/bring-back" in ada.get(path).page.xpath("//main//a/@href")  # type: ignore[attr-defined]
    assert "The outlet took it back." in ada.get(f"{path}/bring-back").text
    assert post(ada, f"{path}/bring-back", {}).location == path
    assert client.get(f"/clips/{clip_id}").status_code == 200
    assert "A first headline" in client.get("/clips/?q=first").text
    with staff():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "reinstate")).one()
        assert entry.changes == {"reason": ["The outlet took it back.", ""]}
        assert entry.actor_name == "Ada Lindqvist"


def test_only_an_editor_brings_back_and_only_what_is_withdrawn(
    ada: FlaskClient, wren: FlaskClient, staff: Staff, clip_id: int
) -> None:
    path = f"/desk/clips/{clip_id}/bring-back"
    assert "nothing to bring back" in ada.get(path).text
    refused = post(ada, path, {})
    assert refused.status_code == 422
    assert "This clip is not withdrawn" in refused.text
    with staff():
        actions.withdraw(db.session.get_one(Clip, clip_id), by=None, now=NOON, reason="The outlet took it back.")
        db.session.commit()
    assert wren.get(path).status_code == 403
    assert path not in wren.get(f"/desk/clips/{clip_id}").text
    assert ada.get("/desk/clips/999/bring-back").status_code == 404


@pytest.mark.parametrize(
    "path", ["/desk/clips/999", "/desk/clips/999/withdraw", "/desk/clips/99999999999999", "/desk/clips/x"]
)
def test_an_unknown_clip_is_a_404(ada: FlaskClient, path: str) -> None:
    assert ada.get(path).status_code == 404


def test_the_list_is_not_posted_to(ada: FlaskClient) -> None:
    assert ada.post("/desk/clips/").status_code in {400, 405}


def test_a_form_without_its_token_is_refused(ada: FlaskClient, staff: Staff) -> None:
    assert ada.post("/desk/clips/new", data=FIELDS).status_code == 400
    with staff():
        assert queries.count() == 0


@pytest.mark.parametrize(("day", "status"), [("2026-11-20", 303), ("2026-11-21", 422)])
def test_a_day_that_is_still_to_come_is_refused(ada: FlaskClient, clock_at: Any, day: str, status: int) -> None:
    clock_at(NOON)
    answer = post(ada, "/desk/clips/new", {**FIELDS, "published_on": day})
    assert answer.status_code == status
    if status == 422:
        said = answer.page.get_element_by_id("published_on-error").text_content()  # type: ignore[attr-defined]
        assert "This day is still to come. Write the day on which it appeared." in said


def test_a_clip_is_not_moved_to_a_day_that_is_still_to_come(
    ada: FlaskClient, staff: Staff, clock_at: Any, clip_id: int
) -> None:
    clock_at(NOON)
    path = f"/desk/clips/{clip_id}"
    answer = post(ada, path, {**FIELDS, "published_on": "2036-11-12", "version": "1"})
    assert answer.status_code == 422
    assert _clip(staff, clip_id)["version"] == 1
