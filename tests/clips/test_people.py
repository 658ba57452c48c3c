"""By-lines as people: how they are read, filled in by the worker, and put together on the desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from pressroom import jobs
from pressroom.clips import actions as clips
from pressroom.clips.models import Clip
from pressroom.clips.people import actions, bylines, filling, queries
from pressroom.clips.people.models import Byline, BylineName, Person, PersonName
from pressroom.kit import clock
from pressroom.kit.db import db
from tests.clips.conftest import clip
from tests.conftest import NOON, post, submit

Staff = Callable[[], Any]


@pytest.mark.parametrize(
    ("byline", "people"),
    [
        ("Jane Doe", ["Jane Doe"]),
        ("By Dr Jane Doe and John Roe, Science Desk", ["Jane Doe", "John Roe"]),
        ("Jane Doe, John Roe & Kim Lee", ["Jane Doe", "John Roe", "Kim Lee"]),
        ("Anna Schmidt und Max Müller", ["Anna Schmidt", "Max Müller"]),
        ("Jean Dupont et Marie Curie", ["Jean Dupont", "Marie Curie"]),
        ("Maria García y Juan Pérez", ["Maria García", "Juan Pérez"]),
        ("Сергей Иванов и Пётр Сидоров", ["Сергей Иванов", "Пётр Сидоров"]),
        ("Rita Okafor; A. N. Other", ["Rita Okafor", "A. N. Other"]),
        ("Jane O’Brien-Smith / Tom Li", ["Jane O’Brien-Smith", "Tom Li"]),
        ("Doe, Jane", ["Jane Doe"]),
        ("Jane Doe, M.D., and John Roe, Staff Writer", ["Jane Doe", "John Roe"]),
        ("Prof. Dr. med. Ada Lovelace – Science Desk", ["Ada Lovelace"]),
        ("John E Smith", ["John E Smith"]),
        ("Ludwig van Beethoven", ["Ludwig van Beethoven"]),
        ("Jane Doe (Reuters)", ["Jane Doe"]),
        ("jane@paper.example Jane Doe", ["Jane Doe"]),
        ("Jane Doe, New York", ["Jane Doe"]),
        ("Jane Doe and JANE DOE", ["Jane Doe"]),
        ("王小明", ["王小明"]),
        ("山田太郎、鈴木花子", ["山田太郎", "鈴木花子"]),
        ("新华社记者 李明", ["李明"]),
        ("김철수 기자", ["김철수"]),
        *((text, []) for text in ("", "Reuters", "AP", "Agence France-Presse", "Staff", "The Harbor Ledger", "新华社")),
        *(
            (text, [])
            for text in ("Special to The Ledger", "Cher", "n/a", "Radio Puente", "12 34", "Kaiser Health News")
        ),
    ],
)
def test_a_byline_is_read(byline: str, people: list[str]) -> None:
    assert [one.name for one in bylines.read(byline)] == people


@given(st.text(max_size=300))
def test_any_byline_is_read(byline: str) -> None:
    end = 0
    for one in bylines.read(byline):
        assert end <= one.start < one.end <= len(byline)
        assert one.name.strip()
        end = one.end


def read(app: Flask) -> None:
    with app.app_context():
        assert jobs.sweep()["clips: by-lines"]


@pytest.fixture
def written(app: Flask, staff: Staff) -> None:
    with staff():
        clip(byline="Rita Okafor")
        clip(byline="By Rita Okafor and Sam Doe", outlet="Radio Puente")
        clip(byline="R. Okafor")
        clip(byline="Rita Okafor")
        clip(byline="Reuters")
    read(app)


def test_the_worker_reads_each_byline_once(app: Flask, staff: Staff, written: None, monkeypatch: Any) -> None:
    monkeypatch.setattr(filling, "PORTION", 2)
    with staff():
        clip(byline="Jo Bly and SAM DOE")
        for n in range(5):
            clip(byline=f"Ann Vale, Desk {n}")
    for _ in range(2):
        read(app)
        with staff():
            assert db.session.scalar(select(func.count(Byline.id))) == 10
            names = db.session.scalars(select(Person.name).order_by(Person.name)).all()
            assert names == ["Ann Vale", "Jo Bly", "R. Okafor", "Rita Okafor", "Sam Doe"]
            assert db.session.scalar(select(func.count()).select_from(BylineName)) == 11
    with staff():
        rows = {row.person.name: row.clips for row in queries.page().items}
        assert rows == {"Ann Vale": 5, "Rita Okafor": 3, "Sam Doe": 2, "Jo Bly": 1, "R. Okafor": 1}
        db.session.get_one(Clip, 1).byline = "R. Okafor"
        db.session.flush()
        assert {row.person.name: row.clips for row in queries.page(words="okafor").items} == {
            "Rita Okafor": 2,
            "R. Okafor": 2,
        }


def test_only_the_last_clips_are_looked_through_as_a_rule(
    app: Flask, staff: Staff, written: None, monkeypatch: Any, clock_at: Any
) -> None:
    """Of an older clip a by-line that was edited is found by the look at all of them."""
    monkeypatch.setattr(filling, "BEHIND", 0)
    clock_at(NOON)

    def known() -> set[str]:
        with staff():
            return set(db.session.scalars(select(Byline.text)))

    with app.app_context():
        app.extensions.pop("clips_bylines_read", None)
        app.extensions.pop("clips_bylines_whole", None)
    read(app)
    with staff():
        clip(byline="Jo Bly")
        db.session.get_one(Clip, 1).byline = "Ann Vale"
    read(app)
    assert "Jo Bly" in known()
    assert "Ann Vale" not in known()
    clock_at(NOON + timedelta(hours=2))
    with staff():
        clip(byline="Sam Doe")
    read(app)
    assert {"Ann Vale", "Sam Doe"} <= known()


def test_a_portion_that_is_lost_is_read_again(staff: Staff, app: Flask) -> None:
    with staff():
        clip(byline="Rita Okafor")
    with staff():
        assert filling.portion("", now=clock.now()) == "Rita Okafor"
        db.session.rollback()
        assert db.session.scalar(select(func.count(Person.id))) == 0
        assert filling.portion("", now=clock.now()) == "Rita Okafor"
        assert filling.portion("", now=clock.now()) is None


def test_who_covers_it_and_for_whom(ada: FlaskClient, written: None) -> None:
    page = ada.get("/desk/clips/people")
    assert "3 people" in page.text
    first = page.page.xpath("//tbody/tr[1]")[0].text_content()  # type: ignore[attr-defined]
    assert first.split() == ["Rita", "Okafor", "The", "Harbor", "Ledger,", "Radio", "Puente", "3"]
    assert "Nobody has all of these words" in ada.get("/desk/clips/people?q=%00nobody").text
    shown = ada.get("/desk/clips/people/1").text
    assert shown.count("Clinics skip family history") == 3


def test_withdrawn_clips_are_not_counted(staff: Staff, written: None) -> None:
    with staff():
        before = {row.person.name: row.clips for row in queries.page().items}
        gone = db.session.scalars(select(Clip).where(Clip.byline == "Rita Okafor")).first()
        assert gone is not None
        clips.withdraw(gone, by=None, now=clock.now(), reason="Ours by mistake.")
        assert {row.person.name: row.clips for row in queries.page().items} == before | {
            "Rita Okafor": before["Rita Okafor"] - 1
        }
        person = db.session.scalars(select(Person).where(Person.name == "Rita Okafor")).one()
        assert gone not in queries.clips_of(person.id, 50)
        assert sum(one.clips for one in queries.outlets_of([person.id])[person.id]) == before["Rita Okafor"] - 1


def test_two_names_of_one_person(ada: FlaskClient, staff: Staff, written: None) -> None:
    def numbers() -> dict[str, int]:
        with staff():
            return {row.person.name: row.clips for row in queries.page().items}

    with staff():
        ids = dict(db.session.execute(select(Person.name, Person.id)).all())
    into = f"/desk/clips/people/{ids['Rita Okafor']}"
    note = {"note": "Prefers to be rung.", "name": "Rita Okafor"}
    assert submit(ada, into, note, button="Save").status_code == 303
    assert "R. Okafor" in ada.get(f"{into}?q=okafor").text
    assert post(ada, f"{into}/merge", {"one": str(ids["R. Okafor"])}, form=into).status_code == 303
    assert numbers() == {"Rita Okafor": 4, "Sam Doe": 1}
    assert "Prefers to be rung." in ada.get(into).text
    assert post(ada, f"{into}/merge", {"one": "999"}, form=into).status_code == 404
    assert post(ada, f"{into}/merge", {"one": str(ids["Rita Okafor"])}, form=into).status_code == 303
    with staff():
        name = db.session.scalars(select(PersonName.id).where(PersonName.name == "R. Okafor")).one()
    parted = post(ada, f"{into}/part/{name}", form=into)
    assert parted.location != into
    assert numbers() == {"Rita Okafor": 3, "R. Okafor": 1, "Sam Doe": 1}
    assert "only name" in ada.get(post(ada, f"{parted.location}/part/{name}", form=into).location).text


def test_a_note_goes_along_when_two_are_parted_again(staff: Staff, ada: FlaskClient, written: None) -> None:
    def notes() -> dict[str, str]:
        with staff():
            return dict(db.session.execute(select(Person.name, Person.note).where(Person.note != "")).all())

    with staff() as cast:
        people = {person.name: person for person in db.session.scalars(select(Person))}
        rita, short, sam = people["Rita Okafor"], people["R. Okafor"], people["Sam Doe"]
        rita.note, short.note, sam.note = "Prefers to be rung.", "Leaves in May.\n\nWrites of genes.", "Is ill."
        actions.merge(sam, short, by=cast.ada, now=clock.now())
        actions.merge(short, rita, by=cast.ada, now=clock.now())
        into = rita.id
        names = dict(db.session.execute(select(PersonName.name, PersonName.id)).all())
    assert notes() == {
        "Rita Okafor": "Prefers to be rung.\n\nR. Okafor: Leaves in May.\n\nR. Okafor: Writes of genes.\n\n"
        "Sam Doe: Is ill."
    }
    path = f"/desk/clips/people/{into}"
    assert "stays with" not in ada.get(post(ada, f"{path}/part/{names['R. Okafor']}", form=path).location).text
    parted = {
        "Rita Okafor": "Prefers to be rung.\n\nSam Doe: Is ill.",
        "R. Okafor": "Leaves in May.\n\nWrites of genes.",
    }
    assert notes() == parted
    assert submit(ada, path, {"note": "Prefers to be rung. Sam is ill."}, button="Save").status_code == 303
    said = ada.get(post(ada, f"{path}/part/{names['Sam Doe']}", form=path).location).text
    assert "The note stays with the other one." in said


@pytest.mark.parametrize("name", ["\u200b\u2060", "\u3164 \u3164", "\u2800", "\u0301\ufe0f"])
def test_a_name_that_nobody_can_see_is_none(ada: FlaskClient, written: None, name: str) -> None:
    refused = submit(ada, "/desk/clips/people/1", {"name": name, "note": "Kept"}, button="Save")
    assert refused.status_code == 422
    assert "Write the name." in refused.text
    assert "Kept" in refused.text
    assert not bylines.read(name)
    assert not bylines.read(f"Rita {name}")


def test_two_who_save_a_note_at_once(ada: FlaskClient, wren: FlaskClient, written: None) -> None:
    token = wren.get("/desk/clips/people/1").page.xpath("//input[@name='csrf_token']/@value")[0]  # type: ignore[attr-defined]
    assert submit(ada, "/desk/clips/people/1", {"note": "First"}, button="Save").status_code == 303
    late = {"name": "Rita Okafor", "note": "Second", "version": "1", "csrf_token": token}
    answer = wren.post("/desk/clips/people/1", data=late)
    assert answer.status_code == 409
    assert "Second" in answer.text
    assert wren.post("/desk/clips/people/1", data={**late, "name": " "}).status_code == 422


def test_the_public_reads_names_that_lead_to_a_search(client: FlaskClient, written: None) -> None:
    page = client.get("/clips/2").page  # type: ignore[attr-defined]
    links = page.xpath("//p[@class='meta']//a")
    assert [link.text for link in links] == ["Rita Okafor", "Sam Doe"]
    assert page.xpath("//p[@class='meta']")[0].text_content() == "By Rita Okafor and Sam Doe"
    assert "3 clips" in client.get(links[0].get("href")).text
