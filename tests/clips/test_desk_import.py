"""A file of clips on the desk."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pressroom import search
from pressroom.clips import jobs, queries
from pressroom.clips.gathering import running
from pressroom.kit import clock
from tests.clips.conftest import HEADER, rows
from tests.conftest import post
from tests.kit.test_workbooks import book

Staff = Callable[[], Any]
PATH = "/desk/clips/import"


def _upload(client: FlaskClient, content: str | bytes, name: str = "list.csv") -> Any:
    data = content.encode() if isinstance(content, str) else content
    return post(client, PATH, {"file": (BytesIO(data), name)})


def _confirm(client: FlaskClient, path: str, **changes: str) -> Any:
    page = client.get(path).page  # type: ignore[attr-defined]
    chosen = {
        field.get("name"): field.xpath("string(.//option[@selected]/@value)") for field in page.xpath("//main//select")
    }
    return post(client, path, {**chosen, **changes})


def test_a_stranger_is_asked_to_sign_in(client: FlaskClient) -> None:
    for path in (PATH, f"{PATH}/1"):
        assert client.get(path).location.startswith("/sign-in")


def test_columns_are_shown_confirmed_and_a_second_import_adds_nothing(wren: FlaskClient, client: FlaskClient) -> None:
    uploaded = _upload(wren, rows(12))
    assert uploaded.status_code == 303
    page = wren.get(uploaded.location).page  # type: ignore[attr-defined]
    assert page.xpath("//select[@name='headline']/option[@selected]/text()") == ["title"]
    assert "Robots and genes number 0" in page.text_content()
    assert page.xpath("//td[@class='nowrap']/text()")[0] == "2019-03-01"
    assert client.get("/clips/").page.xpath("//h2[.='0 clips']")  # type: ignore[attr-defined] # nothing came in yet
    done = _confirm(wren, uploaded.location)
    assert done.status_code == 303
    assert "12 clips were added" in wren.get(done.location).text
    assert "12 clips" in client.get("/clips/?q=robots").text
    again = _upload(wren, rows(12)).location
    assert "This file was imported before" in wren.get(again).text
    assert "The archive knew every clip in this file" in wren.get(_confirm(wren, again).location).text


def test_refused_rows_are_listed_by_line(ada: FlaskClient) -> None:
    shown = ada.get(_confirm(ada, _upload(ada, HEADER + "2019-03-01,A,T,,,\nsoon,A,<b>T,,,\n").location).location)
    assert "1 clip was added" in shown.text
    row = shown.page.xpath("//table//tr[contains(th, '3')]/td/text()")  # type: ignore[attr-defined]
    assert row[0].startswith("“soon” is no day")


def test_a_column_can_be_chosen(ada: FlaskClient, staff: Staff) -> None:
    location = _upload(ada, "a,b,c\n03/04/2019,Paper,Title\n").location
    refused = _confirm(ada, location)
    assert refused.status_code == 422
    assert "Choose the column with the headline." in refused.text
    twice = _confirm(ada, location, headline="1", outlet="1")
    assert twice.status_code == 422
    assert "already. Choose another." in twice.text
    unknown = _confirm(ada, location, headline="99", day_order="sideways")
    assert unknown.status_code == 422
    assert "Choose a column from the list" in unknown.text
    assert "Choose an order from the list" in unknown.text
    _confirm(ada, location, headline="2", outlet="1", published_on="0", day_order="day-first")
    with staff():
        made = queries.latest(1)[0]
        assert (made.headline, made.outlet.name, made.published_on.month) == ("Title", "Paper", 4)


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_other_encodings_and_semicolons_are_read(ada: FlaskClient, staff: Staff, encoding: str) -> None:
    content = "Datum;Zeitung;Titel\n1.3.2019;Der Abendbogen;Gene für „alle“\n".encode(encoding)
    _confirm(ada, _upload(ada, content).location)
    with staff():
        assert queries.latest(1)[0].headline == "Gene für „alle“"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "empty"), (b"PK\x03\x04" + bytes(99), "workbook"), (b"a,b\n", "no rows"), (b",\n1,2\n", "no rows")],
)
def test_what_is_no_table_is_refused(ada: FlaskClient, app: Flask, content: bytes, sentence: str) -> None:
    answer = _upload(ada, content)
    assert answer.status_code == 422
    assert sentence in answer.page.xpath("string(//div[@class='errors'])")
    with app.app_context():
        assert not list(running.uploads().names())


def test_no_file_is_refused(ada: FlaskClient) -> None:
    answer = post(ada, PATH, {})
    assert answer.status_code == 422
    assert "Choose the file to import." in answer.text


def test_a_large_file_waits_for_the_worker(
    ada: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch, client: FlaskClient
) -> None:
    monkeypatch.setattr(running, "SMALL", 5)
    location = _confirm(ada, _upload(ada, rows(8)).location).location
    waiting = ada.get(location)
    assert "0 of 8 rows" in waiting.text
    assert waiting.headers["Refresh"] == "3"
    with app.app_context():
        jobs.work_off(clock.now())
    done = ada.get(location)
    assert "8 clips were added" in done.text
    assert done.headers["Refresh"] == "3", "they are not in search yet"
    with app.app_context():
        search.sweep()
    assert "Refresh" not in ada.get(location).headers
    assert "8 clips" in client.get("/clips/").text


def test_columns_are_confirmed_once(ada: FlaskClient, staff: Staff) -> None:
    location = _upload(ada, rows(3)).location
    _confirm(ada, location)
    assert post(ada, location, {"headline": "0"}, form=PATH).status_code == 303
    with staff():
        assert queries.count() == 3


def test_a_file_that_is_gone_is_a_sentence(ada: FlaskClient, app: Flask) -> None:
    location = _upload(ada, rows(3)).location
    with app.app_context():
        for name in running.uploads().names():
            running.uploads().remove(name)
    assert "The uploaded file is gone" in ada.get(location).text


def test_an_unknown_import_is_a_404(ada: FlaskClient) -> None:
    assert ada.get(f"{PATH}/999").status_code == 404
    assert post(ada, f"{PATH}/999", {}, form=PATH).status_code == 404


def test_a_form_without_its_token_is_refused(ada: FlaskClient) -> None:
    assert ada.post(PATH, data={"file": (BytesIO(b"a,b\n1,2\n"), "x.csv")}).status_code == 400


def test_how_much_of_an_import_is_in_search(
    ada: FlaskClient, client: FlaskClient, app: Flask, settle: Callable[[], None]
) -> None:
    settle()
    location = _confirm(ada, _upload(ada, rows(120)).location).location
    shown = ada.get(location)
    progress = shown.page.xpath("//progress[@id='index']")[0]  # type: ignore[attr-defined]
    assert (progress.get("value"), progress.get("max")) == ("50", "120")  # what the request itself worked off
    assert "50 of 120 clips are in search" in shown.text
    assert shown.headers["Refresh"] == "3"
    assert client.get("/clips/?q=robots").status_code == 200  # reading goes on, and helps
    assert "100 of 120 clips are in search" in ada.get(location).text
    during: list[str] = []
    with app.app_context():
        search.rebuild(lambda _done, _total: during.append(ada.get(location).text))
    assert "documents are in it" in during[0]
    settle()
    done = ada.get(location)
    assert "in search" not in done.text
    assert "Refresh" not in done.headers
    assert "120 clips" in client.get("/clips/?q=robots").text


def test_the_columns_of_the_last_time_are_remembered(ada: FlaskClient, staff: Staff) -> None:
    first = _upload(ada, "a,b,c\n03/04/2019,Paper,Title\n").location
    _confirm(ada, first, headline="2", outlet="1", published_on="0", day_order="day-first", into="triage")
    again = ada.get(_upload(ada, "C,A,B\nOther title,05/06/2019,Paper\n").location)
    assert "as they were confirmed the last time" in again.text
    chosen = {
        name: again.page.xpath(f"string(//select[@name='{name}']/option[@selected])")  # type: ignore[attr-defined]
        for name in ("headline", "outlet", "published_on", "into")
    }
    assert chosen == {"headline": "C", "outlet": "B", "published_on": "A", "into": "To be judged first"}
    data = {"file": (BytesIO(b"a,b,c\nTitle,Paper,2019-03-04\n"), "x.csv"), "source_name": "The agency"}
    named = post(ada, PATH, data).location
    _confirm(ada, named, headline="0", outlet="1", published_on="2")
    data = {"file": (BytesIO(b"a,b,c\nTitle,Paper,2019-03-04\n"), "x.csv"), "source_name": "The agency"}
    page = ada.get(post(ada, PATH, data).location)
    assert page.page.xpath("string(//select[@name='headline']/option[@selected])") == "a"  # type: ignore[attr-defined]
    assert "The agency" in ada.get(PATH).text


def test_other_kinds_of_files_are_shown_before_they_come_in(ada: FlaskClient, staff: Staff) -> None:
    ris = "TY  - NEWS\nTI  - Genes at sea\nJO  - Tide\nDA  - 2019/03/05\nER  - \n"
    ris += "TY  - NEWS\nTI  - No day\nJO  - T\nER  - \n"
    location = _upload(ada, ris, "list.csv").location
    shown = ada.get(location).text
    assert "BibTeX or RIS, 2 entries" in shown
    assert "Genes at sea" in shown
    assert post(ada, location, {"into": "nowhere"}).status_code == 422
    done = ada.get(_confirm(ada, location).location).text
    assert "1 clip was added" in done
    assert "The day is missing" in done
    waiting = _confirm(ada, _upload(ada, ris).location, into="triage").location
    assert "1 story to be judged" in ada.get(waiting).text


def test_a_workbook_is_a_table(ada: FlaskClient, staff: Staff, tmp_path: Path) -> None:
    content = book(tmp_path / "a.xlsx").read_bytes()
    location = _upload(ada, content, "a.xls").location
    assert "Genes at sea" in ada.get(location).text
    done = ada.get(_confirm(ada, location, outlet="3").location).text
    assert "2 clips were added" in done or "1 clip was added" in done
    damaged = book(tmp_path / "b.xlsx", "<row><c t='str'><v>title</v></c></row><row><c t='str'><v>x</v></c></row><row")
    assert "up to row 2" in ada.get(_upload(ada, damaged.read_bytes(), "b.xlsx").location).text
    assert _upload(ada, content[:-400], "c.xlsx").status_code == 422
