"""``/annual-meeting`` as the public sees it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient

from pressroom.kit import clock
from pressroom.meetings import actions, queries
from pressroom.sample import meetings as sample
from tests.conftest import NOON
from tests.meetings.conftest import meeting

PATH = "/annual-meeting"


def test_without_a_meeting_the_address_stands(client: FlaskClient) -> None:
    answer = client.get(PATH)
    assert answer.status_code == 200
    assert "No meeting is announced" in answer.text


def test_the_next_meeting_with_its_programme_in_its_own_time(
    client: FlaskClient, staff: Callable, clock_at: Callable
) -> None:
    clock_at(NOON)
    with staff():
        made = meeting()
        meeting(2025)
        starts_at = datetime(2027, 10, 20, 17, 30, tzinfo=UTC)
        actions.add_briefing(
            made, by=None, now=NOON, title="Whole genomes", starts_at=starts_at, minutes=45, place="Room 204"
        )
    page = client.get(PATH).page
    assert page.xpath("//h1")[0].text == "Annual meeting 2027"
    (row,) = page.xpath("//table/tbody/tr")
    said = " ".join(row.text_content().split())
    assert "Wednesday, 20 October 2027" in said
    assert "10:30–11:15 PDT (UTC−07:00)" in said
    assert page.xpath("//section[.//h2[.='Other meetings']]//a/@href") == ["/annual-meeting/2025"]
    event = json.loads(page.xpath("//script[@type='application/ld+json']")[0].text)
    assert (event["startDate"], event["subEvent"][0]["name"]) == ("2027-10-19", "Whole genomes")


def test_after_the_last_day_the_following_meeting_is_shown(
    client: FlaskClient, staff: Callable, clock_at: Callable
) -> None:
    with staff():
        meeting(2027)
        meeting(2028)
    for now, title in [
        (datetime(2027, 10, 24, 6, 59, tzinfo=UTC), "Annual meeting 2027"),
        (datetime(2027, 10, 24, 7, 0, tzinfo=UTC), "Annual meeting 2028"),
        (datetime(2029, 1, 1, tzinfo=UTC), "Annual meeting 2028"),
    ]:
        clock_at(now)
        assert client.get(PATH).page.xpath("//h1")[0].text == title


@pytest.mark.parametrize("year", ["1999", "202", "20277", "abcd", "-027"])
def test_a_year_without_a_meeting(client: FlaskClient, year: str) -> None:
    assert client.get(f"{PATH}/{year}").status_code == 404


def test_a_year_has_its_page(client: FlaskClient, staff: Callable) -> None:
    with staff():
        meeting(2025)
    assert client.get(f"{PATH}/2025").page.xpath("//h1")[0].text == "Annual meeting 2025"


def test_a_draft_is_nowhere(client: FlaskClient, staff: Callable, settle: Callable) -> None:
    with staff():
        made = meeting(public=False, title="Zyxomma congress", body="zyxomma")
        actions.add_briefing(made, by=None, now=NOON, title="Zyxomma", starts_at=NOON, minutes=30)
    settle()
    assert client.get(f"{PATH}/2027").status_code == 404
    for path in (PATH, "/", "/search?q=congress", "/sitemap.xml"):
        assert "zyxomma" not in client.get(path).text.lower(), path


def test_it_comes_and_goes_to_the_second(client: FlaskClient, staff: Callable, clock_at: Callable) -> None:
    with staff():
        made = meeting(title="Zyxomma congress")
        made.public_from = NOON
    for now, seen in [(NOON.replace(hour=16, minute=59, second=59), False), (NOON, True)]:
        clock_at(now)
        assert ("Zyxomma" in client.get(PATH).text) is seen


def test_a_withdrawn_meeting_says_why(client: FlaskClient, staff: Callable) -> None:
    with staff():
        actions.withdraw(meeting(), by=None, now=clock.now(), reason="The hall has burnt down.")
    answer = client.get(f"{PATH}/2027")
    assert answer.status_code == 410
    assert "The hall has burnt down." in answer.text
    assert "Portside" not in answer.text
    assert "Portside" not in client.get(PATH).text


@pytest.mark.parametrize("path", [PATH, f"{PATH}/2027"])
def test_cost_and_methods(client: FlaskClient, staff: Callable, queries: Callable, path: str) -> None:
    with staff():
        sample.load(by=None, now=NOON)
    with queries(5):
        answer = client.get(path)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert client.post(path).status_code in {400, 405}


def test_the_sample_has_a_meeting_to_come_with_four_briefings(client: FlaskClient, staff: Callable) -> None:
    with staff():
        sample.load(by=None, now=NOON)
        sample.load(by=None, now=NOON)
        assert [made.year for made in queries.meetings()] == [2027, 2026]
        assert len(queries.briefings(queries.by_year(2027))) == 4
    said = client.get(f"{PATH}/2027").text
    for words in ("freelance", "exhibitors", "analysts", "press officers", "8 a.m. to 5 p.m.", "abstract"):
        assert words in said
    assert sample.third_tuesday_of_october(2027) == date(2027, 10, 19)


def test_it_is_found(client: FlaskClient, staff: Callable, settle: Callable) -> None:
    with staff():
        made = meeting()
        actions.add_briefing(
            made, by=None, now=NOON, title="Quokka genomes", starts_at=NOON, minutes=30, speakers="Ines Okonkwo"
        )
    settle()
    for word in ("quokka", "okonkwo", "portside"):
        links = client.get(f"/search?q={word}").page.xpath("//main//ol//a/@href")
        assert any(link.startswith(PATH) for link in links), word
