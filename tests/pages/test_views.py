"""The fixed pages as the public sees them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from pressroom.kit import clock, settings
from pressroom.kit.db import db
from pressroom.pages import actions, queries
from pressroom.pages.models import Fact
from tests.conftest import NOON

PATHS = ["/fact-sheet", "/logos", "/reporting-science", "/communicating-science", "/contact", "/privacy"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.usefixtures("fixed_pages")
def test_no_promised_address_is_unknown_in_a_new_press_room(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert len(answer.page.text_content().split()) > 60
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.usefixtures("sample_pages")
def test_each_page_costs_few_queries(client: FlaskClient, queries: Callable, path: str) -> None:
    with queries(5):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", [*PATHS, "/contact.vcf"])
def test_nothing_is_posted_to_them(client: FlaskClient, path: str) -> None:
    assert client.post(path).status_code in {400, 405}
    assert client.put(path).status_code in {400, 405}


@pytest.mark.parametrize("path", ["/fact-sheet/", "/fact-sheets", "/logos/x", "/contact.vcard"])
def test_addresses_nearby_are_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.usefixtures("fixed_pages")
def test_a_page_that_is_not_public_is_not_found(client: FlaskClient, staff: Callable) -> None:
    with staff():
        queries.page("privacy").public_from = None
    assert client.get("/privacy").status_code == 404


@pytest.mark.usefixtures("fixed_pages")
def test_odd_parameters_change_nothing(client: FlaskClient) -> None:
    plain = client.get("/contact").data
    assert client.get("/contact?page=-1&x=%00&%FF=%FE").data == plain


@pytest.mark.usefixtures("fixed_pages")
def test_a_figure_shows_its_date_and_its_source(client: FlaskClient, staff: Callable) -> None:
    with staff():
        actions.add_fact(
            by=None, now=NOON, label="Members", qualifier="nearly", value="8,000", headline_figure=True,
            source="Membership office", as_of=NOON.date(), section="About",
        )  # fmt: skip
    (row,) = client.get("/fact-sheet").page.xpath("//table//tbody/tr")
    assert [cell.text_content() for cell in row] == [
        "Members", "Nearly 8,000", "19 November 2026", "Membership office",
    ]  # fmt: skip


@pytest.mark.usefixtures("fixed_pages")
def test_a_fact_comes_and_goes_to_the_second(client: FlaskClient, staff: Callable, clock_at: Callable) -> None:
    with staff():
        fact = actions.add_fact(by=None, now=NOON, label="Laureates", value="seventeen")
        fact.withdrawn_at = NOON.replace(hour=18)
        queries.page("fact-sheet").public_from = NOON.replace(year=2020)
    for hour, minute, second, seen in [
        (16, 59, 59, False),
        (17, 0, 0, True),
        (17, 59, 59, True),
        (18, 0, 0, False),
    ]:
        clock_at(NOON.replace(hour=hour, minute=minute, second=second))
        assert ("Seventeen" in client.get("/fact-sheet").text) is seen


@pytest.mark.usefixtures("fixed_pages")
def test_prose_and_facts_share_a_heading(client: FlaskClient, staff: Callable) -> None:
    with staff():
        actions.edit(queries.page("fact-sheet"), by=None, now=clock.now(), body="## Research\n\nWe meet.")
        actions.add_fact(by=None, now=clock.now(), label="Journal", value="Monthly", section="Research")
    (section,) = client.get("/fact-sheet").page.xpath("//section[.//h2[normalize-space()='Research']]")
    assert "We meet." in section.text_content()
    assert "Monthly" in section.text_content()


@pytest.mark.usefixtures("fixed_pages")
def test_contact_without_and_with_settings(client: FlaskClient, staff: Callable) -> None:
    assert "has not entered a number yet" in client.get("/contact").text
    with staff():
        settings.edit({"contact_name": "Dana </script> & Co", "contact_phone": "301-555-0142"})
    page = client.get("/contact").page
    assert page.xpath("//main//a[@href='tel:+13015550142']")
    assert "</script>" not in page.xpath("//script[@type='application/ld+json']")[0].text_content()


@pytest.mark.usefixtures("fixed_pages")
def test_the_card_carries_the_settings(client: FlaskClient, staff: Callable) -> None:
    with staff():
        settings.edit({"contact_name": "Dana Whitfield", "contact_phone": "301-555-0142"})
    answer = client.get("/contact.vcf")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/vcard; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "FN:Dana Whitfield\r\n" in answer.text


@pytest.mark.usefixtures("fixed_pages")
def test_the_files_of_the_mark_are_there(client: FlaskClient) -> None:
    links = client.get("/logos").page.xpath("//main//a[@download]/@href")
    assert len(links) == 4
    for link in links:
        answer = client.get(link)
        assert answer.status_code == 200
        answer.close()


@pytest.mark.usefixtures("fixed_pages")
def test_what_was_typed_as_markup_stays_text(client: FlaskClient, staff: Callable) -> None:
    evil = "<script>alert(1)</script> <img src=x onerror=alert(1)>"
    with staff():
        actions.edit(queries.page("privacy"), by=None, now=clock.now(), title=evil, standfirst=evil, body=evil)
        actions.add_fact(by=None, now=clock.now(), label=evil, value=evil, detail=evil, source=evil, section=evil)
    for path in ("/privacy", "/fact-sheet"):
        page = client.get(path).page
        assert not page.xpath("//main//script | //main//img[@onerror]")


def test_a_fact_reads_as_it_is_said() -> None:
    assert Fact(label="x", qualifier="nearly", value="8,000", unit="members").reading == "Nearly 8,000 members"
    assert Fact(label="x", qualifier="", value="1948", unit="").reading == "1948"


@pytest.mark.usefixtures("fixed_pages")
def test_a_planted_word_in_an_earlier_version_is_nowhere_public(
    client: FlaskClient, staff: Callable, settle: Callable
) -> None:
    with staff():
        page = queries.page("privacy")
        actions.edit(page, by=None, now=clock.now(), body="zyxomma once", note="zyxomma noted")
        fact = actions.add_fact(by=None, now=clock.now(), key="y", label="Zyxomma", value="zyxomma 7")
        db.session.commit()
        actions.edit(page, by=None, now=clock.now(), body="Now without it")
        actions.edit_fact(fact, by=None, now=clock.now(), label="Other", value="7")
        gone = actions.add_fact(by=None, now=clock.now(), label="Gone", value="zyxomma 9")
        actions.remove_fact(gone, by=None, now=clock.now(), reason="zyxomma was wrong")
    settle()
    for path in [*PATHS, "/", "/search?q=other", "/sitemap.xml", "/feeds/"]:
        assert "zyxomma" not in client.get(path).text.lower(), path
    assert not client.get("/search?q=zyxomma").page.xpath("//ol[contains(@class, 'hits')]/li")
