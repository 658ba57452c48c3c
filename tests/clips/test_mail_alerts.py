"""Saved Google Alert e-mails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from pressroom.clips.gathering import reporting, running
from pressroom.clips.gathering.items import Item
from pressroom.clips.gathering.mail import open_mail
from pressroom.clips.gathering.models import ClipImport
from pressroom.clips.rules import ImportState
from pressroom.kit.db import db
from pressroom.kit.encodings import UnreadableError
from tests.clips.feed_documents import ALERT_HTML, ALERT_TEXT, alert_mail

NOW = datetime(2026, 11, 19, 17, 0, tzinfo=UTC)
FROM = b"From alerts@example.org Thu Nov 19 09:00:00 2026\n"


@pytest.fixture
def read(tmp_path: Path) -> Callable[[bytes], list[Item]]:
    def items(content: bytes) -> list[Item]:
        path = tmp_path / "saved.eml"
        path.write_bytes(content)
        reader = open_mail(path)
        found = list(reader.items(0, now=NOW))
        assert len(found) == reader.total
        return found

    return items


@pytest.mark.parametrize(
    "content",
    [
        alert_mail(),
        alert_mail(cte="quoted-printable"),
        alert_mail(text="", charset="iso-8859-1", html=ALERT_HTML.replace("–", "-").replace("…", "...")),
        alert_mail(html=""),
        FROM + alert_mail(),
        alert_mail().replace(b'charset="utf-8"', b'charset="nonsense"'),
        b"Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: message/rfc822\n\n"
        + alert_mail()
        + b"\n--o--\n",
    ],
    ids=range(7),
)
def test_a_message(read: Any, content: bytes) -> None:
    first, *more = read(content)
    assert first.line == 1
    assert (first.found.headline, first.found.outlet) == ("Clinics skip family history", "The Harbor Ledger")
    assert first.found.url == "https://ledger.example/history?id=7"
    assert first.found.excerpt.startswith("Recorded visits")
    assert "naïve" in first.found.excerpt
    assert (first.found.published_on, first.found.published_at) == (None, None)  # a message is no story's day
    assert [(item.found.headline, item.found.outlet) for item in more] in (
        [],
        [("A second one", "valley.example")],
    )


def test_a_box_with_broken_ones(read: Any) -> None:
    nested = (
        b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\nContent-Type: multipart/mixed; boundary=a\n\n" * 5_000
    )
    messages = (
        alert_mail(),
        b"no head at all\n",
        b"Subject: lunch\n\nAt noon?\n",
        nested,
        b"Subject: x\n\n" + b"x" * 70 * 80_000,
        alert_mail(html="", text=ALERT_TEXT.replace("ledger", "other")),
    )
    found = read(b"".join(FROM + message + b"\n\n" for message in messages))
    assert [(item.line, bool(item.found)) for item in found] == [
        (1, True), (1, True), (2, False), (3, False), (4, False), (5, False), (6, True)
    ]  # fmt: skip
    assert [item.problem for item in found if item.problem] == [
        "this is no e-mail: it has no head",
        "no story is found in this message; is it a Google Alert?",
        "no story is found in this message; is it a Google Alert?",
        "the message has more than 5 MB",
    ] or found[4].problem == "the message is broken"


def test_what_is_no_mail(read: Any) -> None:
    for content, says in ((b"", "no e-mail in this file"), (b"Subject: x\n\nHello\n", "no story is found")):
        with pytest.raises(UnreadableError, match=says):
            read(content)


def test_the_command(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "alerts.mbox"
    path.write_bytes(FROM + alert_mail() + b"\n\n" + FROM + b"broken\n")
    first = app.test_cli_runner().invoke(args=["import-alerts", str(path)])
    assert first.exit_code == 0, first.output
    assert "message 2: this is no e-mail" in first.output
    assert "2 messages: 2 to be judged, 0 already known, 1 refused." in first.output
    assert "0 to be judged, 2 already known" in app.test_cli_runner().invoke(args=["import-alerts", str(path)]).output
    path.write_bytes(b"")
    assert "no e-mail in this file" in app.test_cli_runner().invoke(args=["import-alerts", str(path)]).output


def test_an_interrupted_import_goes_on(app: Flask, staff: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "alerts.mbox"
    path.write_bytes(alert_mail())

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(running, "run", stop)
        stopped = app.test_cli_runner().invoke(args=["import-alerts", str(path)])
    assert stopped.exit_code == 130
    assert "to be judged" in app.test_cli_runner().invoke(args=["import-alerts", str(path)]).output
    with staff():
        assert db.session.scalars(select(ClipImport.state)).all() == [ImportState.DONE]


def test_stories_of_one_message_are_told_apart_in_the_report(app: Flask, staff: Any, tmp_path: Path) -> None:
    path = tmp_path / "alerts.mbox"
    path.write_bytes((FROM + alert_mail() + b"\n\n") * 2)
    assert app.test_cli_runner().invoke(args=["import-alerts", str(path)]).exit_code == 0
    with staff():
        rows = reporting.page(1, None, 1, total=4).items
        assert [(row.line, row.outcome.value, row.headline) for row in rows] == [
            (1, "added", "Clinics skip family history"),
            (1, "added", "A second one"),
            (2, "known", None),
            (2, "known", None),
        ]
