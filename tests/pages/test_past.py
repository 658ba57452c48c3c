"""The fact sheet at a past date, what changed, files for programs, single facts, and what no date shows."""

from __future__ import annotations

import csv
import importlib.util
import io
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

import pressroom
from pressroom.kit import pdf
from pressroom.kit.db import db
from pressroom.pages import actions, past, queries
from tests.conftest import NOON, nothing_kept, post

DAY = timedelta(days=1)
FIRST = datetime(2026, 3, 1, 17, tzinfo=UTC)


@pytest.fixture
def history(staff: Callable[[], Any], clock_at: Callable[[datetime], None]) -> None:
    """Facts from 1 March on; members 7,000, from 10 March 8,000; staff until 20 March; the journal from 20 March."""
    clock_at(NOON)
    with staff():
        actions.ensure(now=FIRST)
        sheet = queries.page("fact-sheet")
        add = lambda at, **more: actions.add_fact(by=None, now=at, as_of=date(2026, 1, 1), **more)  # noqa: E731
        members = add(FIRST, key="members", label="Members", value="7,000", owner="zyxomma owner")
        crew = add(FIRST, key="staff", label="Staff", value="12", section="About")
        actions.edit(sheet, by=None, now=FIRST + DAY, body="## About\n\nWe are {fact:members}.")
        actions.edit_fact(members, by=None, now=FIRST + 9 * DAY, value="8,000", as_of=date(2026, 3, 1))
        actions.remove_fact(crew, by=None, now=FIRST + 19 * DAY, reason="zyxomma ended")
        add(FIRST + 19 * DAY, key="journal", label="Journal", value="Monthly", headline_figure=True)


@pytest.mark.usefixtures("history")
def test_the_sheet_is_as_it_was(client: FlaskClient) -> None:
    seen = {day: client.get(f"/fact-sheet?as-of=2026-03-{day:02}").text for day in (1, 2, 9, 10, 19, 20)}
    for day, text in seen.items():
        assert ("7,000" in text) is (day < 10), day
        assert ("8,000" in text) is (day >= 10), day
        assert ("Staff" in text) is (day < 20), day
        assert ("Monthly" in text) is (day >= 20), day
        assert f"{day} March 2026" in text
        assert 'name="robots" content="noindex"' in text
    assert "We are 7,000." in seen[2], "what the text quoted was another figure then"
    assert "We are 8,000." in seen[10]
    assert "We are" not in seen[1]
    assert client.get("/fact-sheet?as-of=2026-03-10").text == client.get("/fact-sheet?as-of=10+March+2026").text
    assert client.get("/fact-sheet?as-of=").text == client.get("/fact-sheet").text


NO_SHEET = {
    "2015-01-01": "It begins on 19 November 2025: ask for 2025-11-19 or later.",
    "2026-11-20": "is to come",
    "2026-02-30": "There is no 30 February 2026",
    "soon<b>": "is no day that can be read",
    "9" * 5000: "no day",
}


@pytest.mark.usefixtures("history")
def test_a_day_without_a_sheet_says_which_there_are(client: FlaskClient) -> None:
    for path in ("/fact-sheet?as-of=", "/fact-sheet.json?as-of=", "/fact-sheet/changes?from="):
        for asked, sentence in NO_SHEET.items():
            answer = client.get(path + asked)
            assert answer.status_code == 404, path
            assert sentence in answer.text, (path, asked)
            assert "<b>" not in answer.text or "soon<b>" not in answer.text


@pytest.mark.usefixtures("history")
def test_what_changed_between_two_days(client: FlaskClient) -> None:
    page = client.get("/fact-sheet/changes?from=2026-03-02&to=2026-03-20").page
    found = {one.get("aria-labelledby"): " ".join(one.text_content().split()) for one in page.xpath("//main//section")}
    assert found.keys() == {"changed", "added", "removed", "words"}
    assert "7,000" in found["changed"]
    assert "8,000" in found["changed"]
    assert "1 March 2026" in found["changed"]
    assert "Journal" in found["added"]
    assert "Staff" in found["removed"]
    whole = client.get("/fact-sheet/changes").page.xpath("//input/@value")
    assert {"2025-11-19", "2026-11-19"} <= set(whole), "since it began, until today"
    assert "Nothing changed" in client.get("/fact-sheet/changes?from=2026-03-20").text
    back = client.get("/fact-sheet/changes?from=2026-03-20&to=2026-03-02")
    assert back.status_code == 404
    assert "Give the earlier day first" in back.text
    assert back.page.xpath("//input[@name='from']/@value") == ["2026-03-20"]


@pytest.mark.usefixtures("history")
def test_files_for_programs(client: FlaskClient) -> None:
    now, then = (client.get(f"/fact-sheet.json{query}").json for query in ("", "?as-of=2026-03-02"))
    assert [fact["key"] for fact in now["facts"]] == ["members", "journal"]
    assert now["facts"][0].items() >= {"value": "8,000", "as_of": "2026-03-01", "headline_figure": False}.items()
    assert [fact["value"] for fact in then["facts"]] == ["7,000", "12"]
    assert (now["sheet_of"], then["sheet_of"]) == (None, "2026-03-02")
    answer = client.get("/fact-sheet.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["reading"] for row in rows] == ["8,000", "Monthly"]
    assert client.get("/fact-sheet.json", headers={"If-None-Match": client.get("/fact-sheet.json").headers["ETag"]})
    for path in ("/fact-sheet.json", "/fact-sheet.csv", "/fact-sheet/members", "/fact-sheet/changes", "/fact-sheet"):
        assert "zyxomma" not in client.get(path).text.lower(), "owners and reasons are for staff"


@pytest.mark.usefixtures("history")
def test_one_fact_with_its_past_and_for_a_frame(client: FlaskClient) -> None:
    answer = client.get("/fact-sheet/members")
    assert [cell.text_content().strip() for cell in answer.page.xpath("//tbody//th")] == ["8,000", "7,000"]
    code = answer.page.xpath("//textarea")[0].text
    assert "/fact-sheet/members/embed" in code
    frame = client.get("/fact-sheet/members/embed")
    assert "8,000" in frame.text
    assert "frame-ancestors *" in frame.headers["Content-Security-Policy"]
    assert frame.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    gone = client.get("/fact-sheet/staff/embed")
    assert (gone.status_code, "frame-ancestors *" in gone.headers["Content-Security-Policy"]) == (404, True)
    assert client.get("/fact-sheet/staff").status_code == 404


@pytest.mark.usefixtures("history")
def test_what_is_taken_back_for_cause_is_shown_at_no_date(
    ada: FlaskClient, client: FlaskClient, staff: Callable[[], Any]
) -> None:
    past_days = (
        "/fact-sheet?as-of=2026-03-02",
        "/fact-sheet.json?as-of=2026-03-02",
        "/fact-sheet/changes?from=2026-03-02",
    )
    with staff():
        members, journal = (queries.public_fact(key) for key in ("members", "journal"))
        first = queries.fact_revisions(members)[-1].number
        ids = members.id, journal.id
    assert all("7,000" in client.get(path).text for path in past_days)
    assert post(ada, f"/desk/fact-sheet/{ids[0]}/versions/{first}", form="/desk/fact-sheet").status_code == 303
    assert not any("7,000" in client.get(path).text for path in (*past_days, "/fact-sheet/members"))
    assert "[figure withdrawn]" in client.get(past_days[0]).text, "a text of that day quoted it"
    assert post(ada, f"/desk/fact-sheet/{ids[0]}/versions/999", form="/desk/fact-sheet").status_code == 404
    with staff():
        text = next(row.number for row in queries.revisions(queries.page("fact-sheet")) if "{fact" in row.body)
        actions.edit(queries.page("fact-sheet"), by=None, now=NOON, body="Others.")
    hide = f"/desk/pages/fact-sheet/versions/{text}/hide"
    assert post(ada, hide, form="/desk/fact-sheet").status_code == 303
    assert "We are" not in client.get(past_days[0]).text
    assert "Staff" in client.get(past_days[0]).text, "its facts stay"
    assert post(ada, "/desk/pages/privacy/versions/1/hide", form="/desk/fact-sheet").status_code == 404
    removed = post(ada, f"/desk/fact-sheet/{ids[1]}/remove", {"reason": "wrong", "for_cause": "y"})
    assert removed.status_code == 303
    assert "Monthly" not in client.get("/fact-sheet?as-of=2026-03-20").text
    post(ada, f"/desk/fact-sheet/{ids[1]}/restore", form="/desk/fact-sheet")
    assert "Monthly" in client.get("/fact-sheet?as-of=2026-11-19").text
    assert "Monthly" not in client.get("/fact-sheet?as-of=2026-03-20").text


@pytest.mark.usefixtures("history")
def test_what_was_never_public_is_in_no_past(
    client: FlaskClient, staff: Callable[[], Any], clock_at: Callable[[datetime], None]
) -> None:
    with staff():
        fact = actions.add_fact(by=None, now=NOON, key="prize", label="Prize", value="zyxomma one")
        fact.public_from = queries.fact_revision(fact, 1).public_from = NOON + DAY
        db.session.commit()
        actions.edit_fact(fact, by=None, now=NOON, value="zyxomma two")
        db.session.commit()
        assert queries.fact_revision(fact, 1).public_from is None
    clock_at(NOON + DAY - timedelta(seconds=1))
    asked = [f"{path}?as-of=2026-11-{day}" for path in ("/fact-sheet", "/fact-sheet.json") for day in (19, 20)]
    assert not any("zyxomma" in client.get(path).text.lower() for path in (*asked, "/fact-sheet/changes"))
    clock_at(NOON + 2 * DAY)
    assert "Zyxomma two" in client.get("/fact-sheet?as-of=2026-11-20").text
    assert "zyxomma" not in client.get("/fact-sheet?as-of=2026-11-19").text.lower()
    for path in ("/fact-sheet/prize", "/fact-sheet/changes", *asked):
        assert "zyxomma one" not in client.get(path).text.lower(), path


def test_the_order_and_the_names_of_changes() -> None:
    def facts(**values: str) -> Iterator[SimpleNamespace]:
        for key, value in values.items():
            said = {"label": key, "reading": value, "detail": "", "source": "", "section": "", "as_of": None}
            yield SimpleNamespace(key=key, **said)

    found = list(past.changes(list(facts(a="1", b="2", c="3")), list(facts(d="4", c="3", b="5"))))
    assert [(one.what, one.fact.key) for one in found] == [("added", "d"), ("changed", "b"), ("removed", "a")]
    assert found[1].fields == [("Value", "2", "5")]


@pytest.mark.skipif(bool(pdf.missing()), reason="no WeasyPrint here")
@pytest.mark.usefixtures("sample_pages")
def test_the_whole_sheet_fits_on_one_page(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = client.get("/fact-sheet.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.data.count(b"/Type /Page\n") + answer.data.count(b"/Type /Page/") <= 1
    link = "//main//a[@href='/fact-sheet.pdf']"
    assert client.get("/fact-sheet").page.xpath(link)
    monkeypatch.setattr(pdf, "missing", lambda: "PDF files need WeasyPrint.")
    with nothing_kept():
        assert client.get("/fact-sheet.pdf").status_code == 404
        assert not client.get("/fact-sheet").page.xpath(link)


@pytest.mark.usefixtures("history")
def test_the_desk_is_told_what_is_overdue(ada: FlaskClient, wren: FlaskClient, app: Flask, staff: Callable) -> None:
    with staff():
        fact = queries.public_fact("members")
        actions.edit_fact(fact, by=None, now=NOON, review_by=NOON.date() - DAY)
        actions.edit_fact(queries.public_fact("journal"), by=None, now=NOON, review_by=NOON.date())
    panel = "//section[@aria-labelledby='facts']//tbody/tr"
    assert [row.text_content() for row in ada.get("/desk/").page.xpath(f"{panel}/th")] == ["Members"]
    assert not wren.get("/desk/").page.xpath(panel), "they may not change it"
    assert (
        app.test_cli_runner().invoke(args=["doctor"]).output.count("WARNING facts: 1 are overdue, since 2026-11-18")
        == 1
    )


def test_what_was_kept_before_gets_the_past_that_is_known() -> None:
    """The migration: from when to when each version stood there; none for what is off, or was replaced unseen."""
    path = Path(pressroom.__file__).parent / "migrations" / "versions" / "0019_facts_logos_and_pages.py"
    spec = importlib.util.spec_from_file_location("migration", path)
    assert spec is not None
    assert spec.loader is not None
    migration = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(migration)
    rows = [SimpleNamespace(saved_at=FIRST + n * DAY) for n in range(3)]

    def found(public_from: datetime | None, withdrawn_at: datetime | None = None) -> list[tuple[object, object]]:
        owner = SimpleNamespace(public_from=public_from, withdrawn_at=withdrawn_at)
        return [(one["public_from"], one["ended_at"]) for _, one in migration.standing(rows, owner)]

    at = [row.saved_at for row in rows]
    assert found(FIRST) == [(at[0], at[1]), (at[1], at[2]), (at[2], None)]
    assert found(at[1]) == [(None, at[1]), (at[1], at[2]), (at[2], None)]
    assert found(FIRST, withdrawn_at=at[2]) == [(None, at[1]), (None, at[2]), (None, None)]
