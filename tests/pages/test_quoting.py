"""Facts quoted in texts: what is put in, what is refused, and that one edit is right everywhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from pressroom.kit import clock, text
from pressroom.kit.db import db
from pressroom.pages import actions, queries, quotations
from pressroom.pages.quotations import QuotationError
from pressroom.releases import backmatter, renditions
from pressroom.releases import queries as releases
from pressroom.releases.models import ReleaseBoilerplate
from pressroom.releases.rules import RefusedError
from tests.conftest import NOON, post
from tests.releases.conftest import public


@dataclass
class Said:
    key: str = "members"
    label: str = "Members"
    value: str = "8,000"
    unit: str = "people"
    detail: str = "Everywhere"
    source: str = "Office"
    as_of: date | None = date(2026, 9, 1)
    words: str = "nearly 8,000 people"
    reading: str = "Nearly 8,000 people"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Its {fact:members}.", "Its nearly 8,000 people."),
        ("{fact:members:start} meet.", "Nearly 8,000 people meet."),
        ("{fact:members:value} {fact:members:unit}", "8,000 people"),
        ("{ Fact : MEMBERS : as-of }", "1 September 2026"),
        ("{fact:members:source}, {fact:members:label}, {fact:members:detail}", "Office, Members, Everywhere"),
        ("{fact:gone}", quotations.GONE),
        ("{facts:members} {fact} {fact: {fact:members", "{facts:members} {fact} {fact: {fact:members"),
    ],
)
def test_what_stands_for_what(typed: str, read: str) -> None:
    assert quotations.resolve(typed, {"members": Said()}) == read


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("{fact:member}", "Did you mean {fact:members}?"),
        ("{fact:number of membrs}", "{fact:members}"),
        ("{fact:zzz}", "shows every key"),
        ("{fact:budget}", "is not public"),
        ("{fact:members:age}", "one of: start, value, unit"),
        ("[x](/y?{fact:members})", "not in the address of a link"),
    ],
)
def test_what_is_refused_says_what_to_write(typed: str, sentence: str) -> None:
    with pytest.raises(QuotationError) as refused:
        quotations.check(text.to_html(typed), {"members": Said(label="Number of members")}, closed={"budget"})
    assert sentence in str(refused.value)


@given(st.text(), st.text())
def test_what_a_fact_says_is_never_markup(before: str, said: str) -> None:
    quoted = text.to_html(before.replace("{", "(") + " {fact:members}")
    html = quotations.resolve(quoted, {"members": Said(words=f"<b onclick='x'>{said}")})
    assert "<b onclick" not in html


@pytest.fixture
def quoting(staff: Callable[[], Any], clock_at: Callable[..., None]) -> str:
    """A fact, a page and the boilerplate of a public release that quote it; the address of the release."""
    clock_at(NOON)
    with staff():
        actions.ensure(now=NOON)
        actions.add_fact(by=None, now=NOON, key="members", label="Members", qualifier="nearly", value="8,000")
        page = queries.page("privacy")
        actions.edit(page, by=None, now=NOON, body="We have {fact:members} members.")
        row = backmatter.add_boilerplate(by=None, now=NOON, name="Us", body="It has {fact:members} members.")
        release = public()
        release.boilerplate_ties.append(ReleaseBoilerplate(boilerplate=row))
        return str(release.address)


def test_one_edit_is_right_everywhere(
    client: FlaskClient, staff: Callable[[], Any], clock_at: Callable[..., None], settle: Callable, quoting: str
) -> None:
    for path in ("/privacy", quoting, f"{quoting}.txt", f"{quoting}.ninjs.json"):
        assert client.get(path).status_code == 200, path
    assert "has nearly 8,000 members" in client.get(quoting).text
    with staff():
        version = queries.page("privacy").version
        fact = queries.public_fact("members")
        clock_at(NOON + timedelta(hours=1))
        actions.edit_fact(fact, by=None, now=clock.now(), value="9,000")
        db.session.commit()
        assert queries.page("privacy").version == version, "who has it open is not stale"
        (row,) = releases.boilerplates()
        assert row.updated_at == NOON + timedelta(hours=1), "renditions are told apart by it"
        assert "nearly 9,000" in renditions.plain(releases.with_boilerplate(row.id)[0], now=clock.now())
    for path in ("/privacy", quoting, f"{quoting}.txt"):
        assert "nearly 9,000 members" in client.get(path).text, path
        assert "8,000" not in client.get(path).text, path
    settle()
    assert "/privacy" in client.get("/search?q=9,000").page.xpath("//main//a/@href")


def test_a_fact_that_is_quoted_stays_and_says_where(
    ada: FlaskClient, client: FlaskClient, staff: Callable[[], Any], quoting: str
) -> None:
    with staff():
        number = queries.public_fact("members").id
        actions.add_fact(by=None, now=NOON, key="member", label="A member", value="1")
    path = f"/desk/fact-sheet/{number}/remove"
    answer = post(ada, path, {"reason": "x"})
    assert answer.status_code == 422
    assert "Privacy" in answer.page.xpath("//section[@aria-labelledby='quoted']")[0].text_content()
    assert "Us" in answer.page.xpath("//section[@aria-labelledby='quoted']")[0].text_content()
    assert answer.page.xpath("//input[@name='reason']/@value") == ["x"]
    assert "8,000" in client.get("/fact-sheet").text
    with staff():
        other = queries.public_fact("member").id
    assert post(ada, f"/desk/fact-sheet/{other}/remove").status_code == 303, "its key is only the beginning of another"


def test_only_what_is_public_can_be_quoted(ada: FlaskClient, staff: Callable[[], Any], quoting: str) -> None:
    with staff():
        secret = actions.add_fact(by=None, now=NOON, key="budget", label="Budget", value="zyxomma")
        secret.public_from = NOON + timedelta(days=1)
    for body, sentence in (("{fact:budget}", "is not public"), ("{fact:membrs}", "Did you mean {fact:members}")):
        for do in ("save", "preview"):
            fields = {"title": "Privacy", "body": body, "version": "2", "do": do}
            answer = post(ada, "/desk/pages/privacy", fields)
            assert answer.status_code == 422
            assert sentence in answer.page.xpath("//*[@class='errors']")[0].text_content()
            assert answer.page.xpath("//textarea[@name='body']")[0].text.strip() == body
            assert "zyxomma" not in answer.text
        answer = post(ada, "/desk/boilerplates/new", {"name": "New", "body": body})
        assert answer.status_code == 422
        assert sentence in answer.text
        with staff(), pytest.raises(RefusedError):
            backmatter.edit_boilerplate(releases.boilerplates()[0], by=None, now=NOON, body=body)
    titled = {"title": "{fact:members}", "body": "x", "version": "2", "do": "save"}
    assert "in the text only" in post(ada, "/desk/pages/privacy", titled).text
    shown = post(ada, "/desk/preview", {"text": "{fact:members} {fact:budget}", "kind": "facts"}, form="/desk/account")
    assert "zyxomma" not in shown.text
