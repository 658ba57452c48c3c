"""The whole of a result as a file."""

from __future__ import annotations

import csv
import io
import re
import tracemalloc
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from pressroom import search
from pressroom.clips import actions
from pressroom.clips.formats import COLUMNS, Line, as_csv, as_json, as_ris, harmless
from pressroom.clips.models import Clip, Outlet
from pressroom.clips.rules import Medium
from pressroom.kit import clock
from pressroom.kit.db import db
from tests.clips.conftest import clip

Staff = Callable[[], Any]
LINE = Line(
    headline="=1+1 & “quoted”,\nin two lines",
    published_on=date(2024, 5, 1),
    outlet="The Harbor Ledger",
    byline="Rita Okafor and Sam Doe; A. N. Other",
    medium=Medium.RADIO,
    language="es",
    excerpt="word " * 100,
    url="https://harborledger.example/1",
    topics=("Policy", "DNA Day"),
    page="http://localhost/clips/1",
)


def rows(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


@pytest.fixture
def archive(staff: Staff) -> None:
    with staff():
        for day in range(1, 29):
            clip(headline=f"Gene {day}", published_on=date(2024, 5, day))
        clip(headline="¿Quién más?", outlet="Radio Puente", medium=Medium.RADIO, language="es", topics=("A", "B"))


def test_the_whole_result_in_its_order(client: FlaskClient, archive: None) -> None:
    answer = client.get("/clips/export.csv?q=gene&sort=oldest&page=2&per=20")
    assert [row["headline"] for row in rows(answer)] == [f"Gene {day}" for day in range(1, 29)]
    assert [row["headline"] for row in rows(client.get("/clips/export.csv?outlet=radio-puente"))] == ["¿Quién más?"]
    assert len(rows(client.get("/clips/export.csv"))) == 29


def test_the_page_leads_to_its_own_files(client: FlaskClient, archive: None) -> None:
    page = client.get("/clips/?q=gene&year=2024&sort=oldest&page=2").page  # type: ignore[attr-defined]
    links = page.xpath("//nav[@aria-label='Export']/a")
    assert [link.text for link in links] == ["CSV", "RIS", "JSON"]
    assert links[0].get("href") == "/clips/export.csv?q=gene&year=2024&sort=oldest"
    for link in links:
        assert client.get(link.get("href")).status_code == 200


@pytest.mark.parametrize(
    ("extension", "kind"),
    [("csv", "text/csv"), ("ris", "application/x-research-info-systems"), ("jsonl", "application/jsonl")],
)
def test_it_is_a_file_with_a_name(client: FlaskClient, archive: None, extension: str, kind: str) -> None:
    answer = client.get(f"/clips/export.{extension}")
    assert answer.mimetype == kind
    assert answer.mimetype_params["charset"] == "utf-8"
    assert re.fullmatch(
        rf'attachment; filename="clips-\d{{4}}-\d\d-\d\d\.{extension}"', answer.headers["Content-Disposition"]
    )
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert client.head(f"/clips/export.{extension}").data == b""


def test_csv_opens_in_a_spreadsheet_and_comes_back(client: FlaskClient, archive: None, staff: Staff) -> None:
    from pressroom.clips.gathering import columns

    answer = client.get("/clips/export.csv?lang=es")
    assert answer.data.startswith(b"\xef\xbb\xbfheadline,date,")
    assert rows(answer)[0]["topics"] == "A; B"
    guessed = columns.guess(list(COLUMNS), [])
    assert {name: COLUMNS[place] for name, place in guessed.items()} == {
        "headline": "headline", "published_on": "date", "outlet": "outlet", "url": "link", "byline": "byline",
        "excerpt": "excerpt", "medium": "medium", "language": "language", "topics": "topics",
        "releases": "releases", "page": "printed_on", "section": "section", "programme": "programme",
        "time_code": "time_code",
    }  # fmt: skip


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "\u00a0+", "＝", "＠"])
def test_no_cell_is_a_formula(begin: str) -> None:
    assert harmless(f"{begin}cmd|' /C calc'!A0").startswith("'")


@pytest.mark.parametrize("plain", ["", "word", "a=b", "2024-05-01", "’s", "“=”"])
def test_other_cells_stay(plain: str) -> None:
    assert harmless(plain) == plain


def test_a_line_of_csv() -> None:
    (record,) = csv.reader(io.StringIO(as_csv(LINE), newline=""))
    assert record[:3] == ["'=1+1 & “quoted”, in two lines", "2024-05-01", "The Harbor Ledger"]
    assert as_csv(LINE).endswith("\r\n")


def test_a_reference_in_ris() -> None:
    lines = as_ris(LINE).split("\r\n")
    assert lines[-3:] == ["ER  - ", "", ""]
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*", line) for line in lines[:-2])
    values = [(line[:2], line[6:]) for line in lines[:-2]]
    assert values[:3] == [("TY", "SOUND"), ("TI", "=1+1 & “quoted”, in two lines"), ("T2", "The Harbor Ledger")]
    assert [value for tag, value in values if tag == "AU"] == ["Rita Okafor", "Sam Doe", "A. N. Other"]
    assert [value for tag, value in values if tag == "KW"] == ["Policy", "DNA Day"]
    assert ("DA", "2024/05/01") in values


def test_a_line_of_json() -> None:
    text = as_json(LINE)
    assert text.count("\n") == 1
    read = orjson.loads(text)
    assert tuple(read) == COLUMNS
    assert read["topics"] == ["Policy", "DNA Day"]


def test_only_what_is_public(client: FlaskClient, staff: Staff) -> None:
    with staff():
        kept, gone = clip(headline="Kept"), clip(headline="Gone")
        clip(headline="To come", public_from=datetime(2199, 1, 1, tzinfo=UTC))
        db.session.flush()
        actions.withdraw(gone, by=None, now=clock.now(), reason="Taken back.")
        address = kept.address
    (row,) = rows(client.get("/clips/export.csv"))
    assert row["headline"] == "Kept"
    assert row["page"].endswith(address)


def test_what_is_withdrawn_while_it_is_read_is_left_out(app: Flask, staff: Staff, monkeypatch: Any) -> None:
    monkeypatch.setattr("pressroom.clips.exports.BATCH", 1)
    with staff():
        clip(headline="First", published_on=date(2026, 2, 2))
        second = clip(headline="Second", published_on=date(2026, 1, 1))
        db.session.flush()
        number = second.id
    answer = app.test_client().get("/clips/export.csv", buffered=False)
    parts = answer.iter_encoded()
    begun = next(parts) + next(parts)
    with staff():
        actions.withdraw(db.session.get_one(Clip, number), by=None, now=clock.now(), reason="Taken back.")
    text = begun + b"".join(parts)
    assert b"First" in text
    assert b"Second" not in text


@pytest.mark.parametrize("query", ["outlet=nobody", "year=soon", "sort=worst", "lang=zz"])
def test_what_is_not_understood_gives_no_file(client: FlaskClient, archive: None, query: str) -> None:
    answer = client.get(f"/clips/export.csv?{query}")
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"


def test_without_an_index_it_says_when_to_come_back(client: FlaskClient, monkeypatch: Any) -> None:
    monkeypatch.setattr(search, "every", lambda query, now: None)
    answer = client.get("/clips/export.csv")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"


@pytest.mark.parametrize("path", ["/clips/export.xlsx", "/clips/export.", "/clips/export"])
def test_no_other_kinds(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_nothing_is_posted_here(client: FlaskClient) -> None:
    assert client.post("/clips/export.csv").status_code in {400, 405}


@pytest.mark.slow
def test_memory_does_not_grow_with_the_result(
    app: Flask, instance: Path, staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = 10_000
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    with staff():
        outlet = Outlet(name="The Harbor Ledger", slug="the-harbor-ledger")
        db.session.add(outlet)
        db.session.flush()
        fields = {"version": 1, "outlet_id": outlet.id, "published_on": date(2026, 1, 1), "excerpt": "word " * 60}
        stamps = {"created_at": moment, "updated_at": moment, "public_from": moment}
        made = [{"fingerprint": f"{n:064}", "headline": f"Clip {n}", **fields, **stamps} for n in range(many)]
        db.session.execute(insert(Clip), made)
    peaks = []
    for count in (1_000, many):
        keys = [search.Key("clip", number) for number in range(1, count + 1)]
        monkeypatch.setattr(search, "every", lambda query, now, keys=keys: keys)
        answer = app.test_client().get("/clips/export.jsonl", buffered=False)
        tracemalloc.start()
        lines = sum(part.count(b"\n") for part in answer.iter_encoded())
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert lines == count
    assert peaks[1] < peaks[0] * 1.5, peaks
