"""How many files one person may send."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import NOON
from tests.releases.conftest import png


def send(client: FlaskClient, count: int) -> Any:
    token = client.get("/desk/media/").page.xpath("//main//input[@name='csrf_token']/@value")[0]  # type: ignore[attr-defined]
    files = [(BytesIO(png().getvalue()), f"{n}.png") for n in range(count)]
    return client.post("/desk/media/", data={"csrf_token": token, "note": "As typed", "files": files})


def again(client: FlaskClient, answer: Any) -> Any:
    """Press the button of the page that says how long to wait."""
    form = answer.page.xpath("//main//form")[0]
    return client.post(form.get("action"), data=dict_of(form))


def dict_of(form: Any) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for field in form.xpath(".//input[@name]"):
        fields.setdefault(field.get("name"), []).append(field.get("value"))
    return fields


def test_one_person_s_files_are_counted_and_nothing_is_lost(
    app: Flask, ada: FlaskClient, wren: FlaskClient, clock_at: Any
) -> None:
    clock_at(NOON)
    app.config["UPLOAD_LIMIT"] = "3 per hour"
    assert send(wren, 2).status_code == 303
    refused = send(wren, 2)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3600")
    assert "Wait 60 minutes" in refused.text
    assert refused.page.xpath("//input[@name='note']/@value") == ["As typed"]
    assert len(refused.page.xpath("//input[@name='proof_file']")) == 2
    assert again(wren, refused).status_code == 429, "it is no way round"
    assert send(wren, 1).status_code == 303, "what was left is still there"
    assert send(ada, 3).status_code == 303, "another person's are another count"
    assert send(wren, 0).status_code == 422, "without a file nothing is counted"
    clock_at(NOON.replace(hour=19))
    assert again(wren, refused).status_code == 303
    assert len(wren.get("/desk/media/").page.xpath("//li[@class='asset']")) == 8  # type: ignore[attr-defined]


def test_what_is_too_large_to_be_carried_is_said(
    app: Flask, wren: FlaskClient, clock_at: Any, monkeypatch: Any
) -> None:
    clock_at(NOON)
    monkeypatch.setattr("pressroom.accounts.carrying.MOST", 10)
    app.config["UPLOAD_LIMIT"] = "1 per hour"
    refused = send(wren, 2)
    assert refused.status_code == 429
    assert "Go one page back" in refused.text
    assert not refused.page.xpath("//main//form")
