"""Mail that comes back: reports as servers write them, and what anybody may write."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from pressroom.mail import bounces, purposes
from pressroom.mail.bounces import Report
from pressroom.mail.purposes import Purpose
from tests.mail.conftest import outbox, send
from tests.mail.test_sending import queued

REPORT = """\
From: MAILER-DAEMON@mx.example
To: bounces@society.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"
Message-ID: <of-the-report@mx.example>

--b
Content-Type: text/plain

I am sorry.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Thu, 19 Nov 2026 12:00:00 -0500

Final-Recipient: rfc822; %(to)s
Action: %(action)s
Status: %(status)s
Diagnostic-Code: smtp; 550 5.1.1 <robin@paper.example>: no such
 user here

--b
Content-Type: %(type)s

From: press@society.example
To: robin@paper.example
Message-ID: %(id)s
Subject: News

%(rest)s
--b--
"""


def report(**said: str) -> bytes:
    given_ = {"to": "robin@paper.example", "action": "failed", "status": "5.1.1", "type": "message/rfc822"}
    return (REPORT % (given_ | {"id": "<a@society.example>", "rest": "Hello."} | said)).encode()


@pytest.mark.parametrize("type_", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_is_read(type_: str) -> None:
    [found] = bounces.read(report(type=type_))
    assert found == Report(
        "<a@society.example>",
        "robin@paper.example",
        "failed",
        "5.1.1 550 5.1.1 <robin@paper.example>: no such user here",
    )


@given(st.binary(max_size=400), st.integers(0, 900), st.integers(0, 900))
def test_anything_is_read(junk: bytes, first: int, last: int) -> None:
    whole = report()
    for raw in (junk, whole[:first] + junk + whole[last:], whole[:first]):
        assert isinstance(bounces.read(raw), list)


def test_only_what_is_about_a_message_of_ours_counts(
    app: Flask, staff: Any, posting: Any, noon: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    purpose = Purpose("Test", refused=lambda _mail, said, _now: told.append(said))
    monkeypatch.setitem(purposes._purposes, "test", purpose)
    queued(staff)
    send(app)
    [row] = outbox(app)
    run = app.test_cli_runner().invoke
    for raw, counted in (
        (report(id=row.message_id, to="jo@paper.example"), 0),
        (report(id="<other@society.example>"), 0),
        (report(id=row.message_id, action="delayed", status="4.4.1"), 1),
        (b"Buy this.", 0),
        (report(id=row.message_id.replace("@", "\0@")), 0),
        (report(id=row.message_id, status="4.2.2"), 1),
        (report(id=row.message_id, status="4.4.7"), 1),
        (report(id=row.message_id, to="Robin@Paper.example"), 1),
    ):
        result = run(args=["mail", "bounces"], input=raw)
        assert result.exit_code == 0
        assert result.output.startswith(f"{counted} of ")
    assert [said[:5] for said in told] == ["4.2.2", "5.1.1"], "a message counts once, and once more if it is for good"
