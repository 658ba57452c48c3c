"""``/desk/audit``: filters, one line with its differences, and files that tell on whoever takes them."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from pressroom import audit, publishing
from pressroom.audit import queries
from pressroom.kit import chain
from tests.conftest import NOON
from tests.factories import person

LONG = "An unchanged beginning. " * 40


@pytest.fixture(autouse=True)
def lines(app: Flask, staff: Callable[[], Any]) -> None:
    """Acts of two people on three days."""
    with staff():
        ada = person("ada")
        bad = SimpleNamespace(id=99, name="=HYPERLINK(1)")
        changes = {"body_text": [f"{LONG}old words", f"{LONG}new words"], "topics": [["A"], ["A", "B"]]}
        audit.record(ada, "edit", "thing", 7, "Moths & more", changes=changes, now=NOON)
        audit.record(None, "import", "file", 7, "-1+1|cmd", now=NOON - timedelta(days=1))
        audit.record(bad, "edit", "thing", 8, "<script>alert(1)</script>", now=NOON - timedelta(days=2))


def titles(client: FlaskClient, **asked: object) -> list[str]:
    answer = client.get("/desk/audit", query_string=asked)
    assert answer.status_code == 200
    return [row.text_content().strip() for row in answer.page.xpath("//tbody/tr/th/span")]


def test_filters(ada: FlaskClient, app: Flask) -> None:
    with app.app_context(), publishing.as_staff():
        number = person("ada").id
    everything = titles(ada)
    assert {"Moths & more", "-1+1|cmd", "<script>alert(1)</script>"} <= set(everything)
    assert titles(ada, kind="thing") == ["Moths & more", "<script>alert(1)</script>"]
    assert titles(ada, person=number, kind="thing") == ["Moths & more"]
    assert "-1+1|cmd" in titles(ada, person="nobody")
    assert titles(ada, action="import") == ["-1+1|cmd"]
    assert titles(ada, object="7", kind="file") == ["-1+1|cmd"]
    assert titles(ada, object="MOTHS more") == ["Moths & more"]
    assert titles(ada, since="2026-11-18", until="2026-11-18") == ["-1+1|cmd"]
    assert titles(ada, since="2026-11-19", kind="thing") == ["Moths & more"]
    assert titles(ada, object="nothing of this") == []
    assert titles(ada, kind="no such kind") == titles(ada, action="x" * 5_000) == []
    chosen = ada.get("/desk/audit?kind=thing").page  # type: ignore[attr-defined]
    assert chosen.xpath("//select[@name='kind']/option[@selected]/@value") == ["thing"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"since": "yesterday"}, "Write a day as in 2026-11-24."),
        ({"since": "2026-11-19", "until": "2026-11-18"}, "Choose a day that is not before the first one."),
        ({"person": "1; DROP TABLE"}, "Choose somebody of the list"),
        ({"object": "x" * 201}, "Shorten this"),
    ],
)
def test_what_cannot_be_asked_is_said_and_kept(ada: FlaskClient, asked: dict[str, str], said: str) -> None:
    answer = ada.get("/desk/audit", query_string=asked)
    assert answer.status_code == 422
    assert said in answer.text
    assert not answer.page.xpath("//tbody")  # type: ignore[attr-defined]
    if typed := asked.get("object") or asked.get("since"):
        assert typed in answer.text
    assert ada.get("/desk/audit/export.csv", query_string=asked).status_code == 404


def test_one_line_shows_the_whole_of_what_changed(ada: FlaskClient, client: FlaskClient, wren: FlaskClient) -> None:
    listed = ada.get("/desk/audit?object=moths").page  # type: ignore[attr-defined]
    excerpt = listed.xpath("//td//del")[0].text_content()
    assert excerpt.startswith("…")
    assert excerpt.endswith("old words")
    address = listed.xpath("//tbody//td/a/@href")[0]
    page = ada.get(address).page  # type: ignore[attr-defined]
    taken = [found.text_content() for found in page.xpath("//section[@aria-labelledby='differs-body_text']//del")]
    assert taken == ["[removed: old]"]
    assert "[added: B]" in page.text_content()
    assert page.xpath("//a[.='All that was done to it']/@href") == ["/desk/audit?kind=thing&object=7"]
    assert ada.get("/desk/audit/999999").status_code == 404
    assert client.get(address).status_code == 303
    assert wren.get(address).status_code == 403


def test_a_file_is_safe_whole_and_leaves_a_line(ada: FlaskClient, wren: FlaskClient, app: Flask) -> None:
    assert wren.get("/desk/audit/export.csv").status_code == 403
    answer = ada.get("/desk/audit/export.csv?kind=thing")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="audit-')
    assert answer.headers["Cache-Control"] == "private, no-store"
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["title"] for row in rows] == ["Moths & more", "<script>alert(1)</script>"]
    assert rows[1]["actor"] == "'=HYPERLINK(1)"
    every = list(csv.reader(io.StringIO(ada.get("/desk/audit/export.csv").text.removeprefix("\ufeff"))))
    assert not [cell for row in every for cell in row if cell.startswith(("=", "+", "-", "@"))]
    with app.app_context(), publishing.as_staff():
        own = queries.page(action="export").items
        assert [(line.actor_name, line.kind) for line in own] == [("Ada Lindqvist", "audit")] * 2
        assert own[1].changes == {"asked for": [None, {"kind": "thing"}]}
    assert ada.head("/desk/audit/export.csv").status_code == 200
    with app.app_context(), publishing.as_staff():
        assert queries.page(action="export").total == 2


def test_a_file_of_json_lines_proves_the_chain_by_itself(ada: FlaskClient) -> None:
    answer = ada.get("/desk/audit/export.jsonl")
    assert answer.mimetype == "application/jsonl"
    last = chain.GENESIS
    for written in answer.text.splitlines():
        said = json.loads(written)
        previous, hashed = said.pop("previous"), said.pop("hash")
        assert previous == last
        plain = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        assert hashlib.sha256(f"{previous}\n{plain}".encode()).hexdigest() == hashed  # as docs/audit.md says
        last = hashed
    assert json.loads(written)["action"] == "export"


def test_a_file_streams_in_batches(ada: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pressroom.desk.audit.BATCH", 2)
    numbers = [json.loads(line)["number"] for line in ada.get("/desk/audit/export.jsonl").text.splitlines()]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > 5


def test_no_file_without_its_line(ada: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    monkeypatch.setattr(audit.actions.chain, "hold", full)  # type: ignore[attr-defined]
    assert ada.get("/desk/audit/export.jsonl").status_code == 503
