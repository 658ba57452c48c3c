"""Clips of print and broadcast: page, section, programme, time code; from the form and from a list to every output."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pressroom.clips.models import Clip
from pressroom.clips.rules import Medium, TimeCodeError, fingerprint, placed, read_time_code
from pressroom.kit.db import db
from tests.clips.conftest import clip
from tests.clips.test_desk import FIELDS
from tests.conftest import post

Staff = Callable[[], Any]
PLACE = {"page": "", "section": "Science", "programme": "Morning Tide", "time_code": "12:30"}


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("00:12:30", "00:12:30"),
        ("1:02:03", "01:02:03"),
        ("12:30", "00:12:30"),
        ("12:30.500", "00:12:30"),
        ("-", ""),
        ("", ""),
    ],
)
def test_a_time_code(written: str, code: str) -> None:
    assert read_time_code(written) == code


@pytest.mark.parametrize(
    "written", ["12", "00:61:00", "00:00:60", "noon", "１２:３０", "1:2:3:4", "100:00:00", "-1:00"]
)
def test_what_is_no_time_code(written: str) -> None:
    with pytest.raises(TimeCodeError, match="00:12:30"):
        read_time_code(written)


def test_where_it_is() -> None:
    assert placed(page="A4", section="", programme="", time_code="") == ("A4",)
    assert placed(page="12", section="Science", programme="", time_code="") == ("page 12", "Science")
    assert placed(page="", section="", programme="Tide", time_code="00:01:00") == ("Tide", "from 00:01:00")


def test_two_items_of_a_programme_are_two_clips_and_old_marks_stay() -> None:
    def mark(**fields: str) -> str:
        return fingerprint(
            **({"url": "", "outlet": "Radio", "headline": "Genes", "published_on": date(2026, 1, 2)} | fields)
        )

    assert mark() == "796a5157778c56543ef526546d34bd3d2a4ed082876d6f0e3c12721ee088abba"  # as it was before these fields
    assert mark(programme="", time_code="") == mark()
    assert len({mark(), mark(programme="Tide"), mark(time_code="00:01:00"), mark(time_code="00:02:00")}) == 4
    assert mark(programme="TIDE") == mark(programme="tide")
    with_address = {"url": "https://radio.example/1"}
    assert mark(**with_address, time_code="00:01:00") == mark(**with_address)


def test_a_radio_item_without_an_address_goes_everywhere(wren: FlaskClient, client: FlaskClient) -> None:
    typed = FIELDS | {"url": "", "medium": "radio"} | PLACE
    answer = post(wren, "/desk/clips/new", typed)
    assert answer.status_code == 303
    assert wren.get(answer.location).page.get_element_by_id("time_code").get("value") == "00:12:30"  # type: ignore[attr-defined]
    assert post(wren, "/desk/clips/new", typed).status_code == 422, "the same item"
    assert post(wren, "/desk/clips/new", typed | {"time_code": "00:20:00"}).status_code == 303, (
        "another of the programme"
    )
    wrong = post(wren, "/desk/clips/new", typed | {"time_code": "half past"})
    assert (wrong.status_code, "write hours, minutes and seconds" in wrong.text) == (422, True)
    page = client.get("/clips/1").text
    for said in ("Science", "Morning Tide", "00:12:30", '"isPartOf"'):
        assert said in page
    for address in (
        "/clips/",
        "/feeds/clips.rss",
        "/clips/feed.json",
        "/clips/export.csv",
        "/clips/export.jsonl",
        "/clips/export.ris",
    ):
        assert "Morning Tide" in client.get(address).text


def test_a_list_has_them_and_adds_nothing_twice(app: Flask, staff: Staff, table_file: Any) -> None:
    head = "date,title,outlet,medium,show,time code,printed on,section\n"
    lines = (
        "2026-11-10,Genes,Radio Puente,radio,Morning Tide,00:12:30,,\n"
        "2026-11-10,Genes,Radio Puente,radio,Morning Tide,20:00,,\n"
        "2026-11-10,Genes,The Harbor Ledger,newspaper,,,12,Science\n"
        "2026-11-10,Genes,Radio Puente,radio,Morning Tide,noon,,\n"
    )
    path = table_file(head + lines)
    for added in (3, 0):
        result = app.test_cli_runner().invoke(args=["import-clips", str(path)])
        assert f"{added} added" in result.output
        assert "line 5: “noon” is no time code" in result.output
    with staff():
        found = db.session.execute(
            select(Clip.programme, Clip.time_code, Clip.page, Clip.medium).order_by(Clip.id)
        ).all()
        assert found[1] == ("Morning Tide", "00:20:00", "", Medium.RADIO)
        assert found[2] == ("", "", "12", Medium.PRINT)


def test_an_edit_says_what_changed(staff: Staff) -> None:
    from pressroom.clips import actions
    from tests.conftest import NOON

    with staff() as cast:
        made = clip(url="", medium=Medium.RADIO, programme="Tide", time_code="1:00")
        before = made.fingerprint
        actions.edit(made, by=cast.ada, now=NOON, time_code="2:00")
        assert made.time_code == "00:02:00"
        assert made.fingerprint != before
