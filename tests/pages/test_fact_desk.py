"""``/desk/fact-sheet``: adding, editing, ordering and removing facts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from pressroom.audit.models import AuditEntry
from pressroom.kit import clock
from pressroom.kit.db import db
from pressroom.pages import actions, queries
from tests.conftest import post

pytestmark = pytest.mark.usefixtures("fixed_pages")

LIST = "/desk/fact-sheet"
NEW = f"{LIST}/new"
MEMBERS = {"label": "Members", "qualifier": "nearly", "value": "8,000", "section": "About", "as_of": "2026-09-01"}


@pytest.fixture
def members(staff: Callable) -> int:
    """A fact, by its number."""
    with staff():
        return actions.add_fact(by=None, now=clock.now(), label="Members", value="7,000", section="About").id


def labels(client: FlaskClient) -> list[str]:
    """The facts on the fact sheet, in their order."""
    return client.get("/fact-sheet").page.xpath("//dl[@class='facts']//dt/a/text()")


def test_a_fact_is_public_and_found_at_once(
    ada: FlaskClient, client: FlaskClient, staff: Callable, settle: Callable
) -> None:
    answer = post(ada, NEW, MEMBERS | {"headline_figure": "y", "detail": "Quokkas included"})
    assert (answer.status_code, answer.location) == (303, LIST)
    assert "Nearly 8,000" in client.get("/fact-sheet").text
    settle()
    assert "/fact-sheet" in client.get("/search?q=quokkas").page.xpath("//main//a/@href")
    with staff():
        (fact,) = queries.facts()
        assert (fact.as_of, fact.headline_figure, fact.key) == (date(2026, 9, 1), True, "members")
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.kind == "fact")).one()
        assert entry.actor_name == "Ada Lindqvist"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"label": ""}, "Say what the fact is about"),
        ({"value": " "}, "Write the value"),
        ({"as_of": ""}, "Say for which day it is true"),
        ({"review_by": "soon"}, "soon"),
        ({"as_of": "2026-02-30"}, "30"),
        ({"as_of": "soon"}, "soon"),
        ({"as_of": "11/12/2026"}, "2026-11-12"),
        ({"label": "x" * 121}, "Shorten this to 120 characters"),
        ({"value": "x" * 10_000_000}, "Shorten this to 200 characters"),
        ({"detail": "x" * 1001}, "Shorten this to 1,000 characters"),
    ],
)
def test_a_refused_fact_keeps_what_was_typed(
    ada: FlaskClient, staff: Callable, changes: dict[str, str], sentence: str
) -> None:
    answer = post(ada, NEW, MEMBERS | changes)
    assert answer.status_code == 422
    assert sentence in answer.page.xpath("//*[@class='errors']")[0].text_content()
    assert answer.page.xpath("//input[@name='section']/@value") == ["About"]
    with staff():
        assert queries.facts() == []


def test_editing_keeps_the_earlier_version_for_staff(ada: FlaskClient, client: FlaskClient, members: int) -> None:
    answer = post(ada, f"{LIST}/{members}", MEMBERS | {"version": "1"})
    assert answer.status_code == 303
    assert "Nearly 8,000" in client.get("/fact-sheet").text
    history = ada.get(f"{LIST}/{members}").page.xpath("//section[@aria-labelledby='history']")[0].text_content()
    assert "7,000" in history
    assert "Nearly 8,000" in history


def test_a_stale_fact_is_not_overwritten(ada: FlaskClient, client: FlaskClient, members: int, staff: Callable) -> None:
    with staff():
        actions.edit_fact(queries.fact(members), by=None, now=clock.now(), value="theirs")
    answer = post(ada, f"{LIST}/{members}", MEMBERS | {"version": "1", "value": "mine"})
    assert answer.status_code == 409
    assert "Theirs" in answer.page.xpath("//*[@role='alert']")[0].text_content()
    assert answer.page.xpath("//input[@name='value']/@value") == ["mine"]
    assert answer.page.xpath("//input[@name='version']/@value") == ["2"]
    assert "mine" not in client.get("/fact-sheet").text


def test_facts_move_within_their_section(ada: FlaskClient, client: FlaskClient, staff: Callable) -> None:
    with staff():
        for label, section in [("A", "One"), ("X", "Two"), ("B", "One"), ("C", "One")]:
            actions.add_fact(by=None, now=clock.now(), label=label, value="1", section=section)
        ids = {fact.label: fact.id for fact in queries.facts()}
        actions.remove_fact(queries.fact(ids["B"]), by=None, now=clock.now())
    assert post(ada, f"{LIST}/{ids['C']}/move", {"step": "-1"}, form=LIST).status_code == 303
    assert labels(client) == ["C", "A", "X"]
    post(ada, f"{LIST}/{ids['C']}/move", {"step": "-1"}, form=LIST)
    post(ada, f"{LIST}/{ids['X']}/move", {"step": "1"}, form=LIST)
    post(ada, f"{LIST}/{ids['B']}/move", {"step": "1"}, form=LIST)
    assert labels(client) == ["C", "A", "X"]


@pytest.mark.parametrize("step", ["", "0", "2", "x", "-1.5"])
def test_an_odd_step_is_refused(ada: FlaskClient, members: int, step: str) -> None:
    assert post(ada, f"{LIST}/{members}/move", {"step": step}, form=LIST).status_code == 400


def test_removing_asks_first_and_can_be_undone(
    ada: FlaskClient, client: FlaskClient, members: int, settle: Callable
) -> None:
    path = f"{LIST}/{members}/remove"
    assert ada.get(path).status_code == 200
    assert labels(client) == ["Members"]
    assert post(ada, path, {"reason": "x" * 301}).status_code == 422
    assert post(ada, path, {"reason": "Out of date"}).status_code == 303
    assert labels(client) == []
    settle()
    assert "/fact-sheet" not in client.get("/search?q=members").page.xpath("//main//ol//a/@href")
    assert "Out of date" in ada.get(LIST).text
    assert post(ada, f"{LIST}/{members}/restore", form=LIST).status_code == 303
    assert labels(client) == ["Members"]


@pytest.mark.parametrize("path", [LIST, NEW, f"{LIST}/1", f"{LIST}/1/remove"])
def test_a_stranger_and_a_writer_stay_outside(client: FlaskClient, wren: FlaskClient, members: int, path: str) -> None:
    assert client.get(path).status_code == 303
    assert wren.get(path).status_code == 403
    assert client.post(path, data=MEMBERS).status_code in {400, 401, 405}
    assert post(wren, path, MEMBERS, form="/desk/").status_code in {403, 405}


@pytest.mark.parametrize("path", ["999", "0", "99999999999999999999", "x", "-1", "999/remove"])
def test_an_unknown_fact(ada: FlaskClient, path: str) -> None:
    assert ada.get(f"{LIST}/{path}").status_code == 404


@pytest.mark.parametrize("act", ["move", "restore"])
def test_acts_are_posts(ada: FlaskClient, members: int, act: str) -> None:
    assert ada.get(f"{LIST}/{members}/{act}").status_code == 405
    assert post(ada, f"{LIST}/999/{act}", {"step": "1"}, form=LIST).status_code == 404


def test_a_post_without_the_token_is_refused(ada: FlaskClient, staff: Callable) -> None:
    assert ada.post(NEW, data=MEMBERS).status_code in {400, 403}
    with staff():
        assert queries.facts() == []
