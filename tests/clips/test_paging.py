"""From page to page by "next" and "previous": each clip once, whatever is added, edited and withdrawn meanwhile."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pressroom import search
from pressroom.clips import actions, queries
from pressroom.kit import clock
from pressroom.kit.db import db
from tests.clips.conftest import clip

Staff = Callable[[], Any]
DAY = date(2024, 6, 1)
ORDERS = ["/clips/", "/clips/?sort=oldest", "/clips/?q=history", "/search?q=history", "/search?q=history&sort=newest"]


@pytest.fixture
def archive(app: Flask, staff: Staff) -> None:
    """65 clips, many of one day and many of one length; more than a request puts into the index."""
    with staff():
        for number in range(65):
            clip(headline="Family history " * (number % 3 + 1), published_on=DAY - timedelta(days=number % 9))
    with app.app_context():
        search.sweep()


def ids(page: Any) -> list[int]:
    links = page.xpath("//ol[@class='hits']//h3/a/@href")
    return [int(link.rsplit("/", 1)[1]) for link in links]


def one(page: Any, rel: str) -> str:
    return "".join(page.xpath(f"//nav[@class='pager']//a[@rel='{rel}']/@href"))


def walk(client: FlaskClient, address: str) -> Iterator[Any]:
    """The pages from *address* on, as "next" leads."""
    while address:
        answer = client.get(address)
        assert answer.status_code == 200
        yield answer.page  # type: ignore[attr-defined]
        address = one(answer.page, "next")  # type: ignore[attr-defined]


@pytest.mark.parametrize("address", ORDERS)
def test_the_next_page_by_mark_is_the_one_by_number(client: FlaskClient, archive: None, address: str) -> None:
    pages = list(walk(client, address))
    apart = "&" if "?" in address else "?"
    for number, page in enumerate(pages, 1):
        assert ids(page) == ids(client.get(f"{address}{apart}page={number}").page)  # type: ignore[attr-defined]
    assert sorted(number for page in pages for number in ids(page)) == list(range(1, 66))


@pytest.mark.parametrize("address", ORDERS)
def test_previous_leads_back_the_same_way(client: FlaskClient, archive: None, address: str) -> None:
    there = [ids(page) for page in walk(client, address)]
    back, page = [], list(walk(client, address))[-1]
    while page is not None:
        back.append(ids(page))
        previous = one(page, "prev")
        page = client.get(previous).page if previous else None  # type: ignore[attr-defined]
    assert back[::-1] == there


@pytest.mark.parametrize("address", ["/clips/", "/clips/?sort=oldest", "/search?q=history&sort=newest"])
def test_each_clip_once_while_the_archive_changes(
    client: FlaskClient, staff: Staff, archive: None, address: str
) -> None:
    seen: list[int] = []
    withdrawn: set[int] = set()
    for turn, page in enumerate(walk(client, address)):
        seen += ids(page)
        with staff():
            for way in (-40, 40):  # above and below the place that was reached, in either order
                clip(headline="Family history", published_on=DAY + timedelta(days=way + turn))
            edge = seen[-1]  # the very hit that the mark was taken from
            for gone in {edge, 10 + turn} - withdrawn:
                actions.withdraw(queries.by_id(gone), by=None, now=clock.now(), reason="Taken back.")
                withdrawn.add(gone)
            edited = queries.by_id(60 - turn)
            if edited.id not in withdrawn:
                actions.edit(edited, by=None, now=clock.now(), headline="Another family history")
            db.session.commit()
    assert len(seen) == len(set(seen))
    assert set(range(1, 66)) - withdrawn <= set(seen)


def test_each_clip_once_by_relevance_while_others_come(client: FlaskClient, staff: Staff, archive: None) -> None:
    seen: list[int] = []
    for page in walk(client, "/clips/?q=history"):
        seen += [number for number in ids(page) if number <= 65]
        with staff():
            clip(headline="History", excerpt="", topics=(), byline="")  # above all others, and every score moves
    assert sorted(seen) == list(range(1, 66))


def test_hits_are_numbered_by_what_is_before_them(client: FlaskClient, staff: Staff, archive: None) -> None:
    follow = one(client.get("/clips/").page, "next")  # type: ignore[attr-defined]
    assert client.get(follow).page.xpath("//ol[@class='hits']/@start") == ["21"]  # type: ignore[attr-defined]
    with staff():
        for _ in range(3):
            clip(headline="Newer", published_on=DAY + timedelta(days=2))
    page = client.get(follow).page  # type: ignore[attr-defined]
    assert page.xpath("//ol[@class='hits']/@start") == ["24"]
    assert page.xpath("//nav[@class='pager']/span/text()") == ["24–43 of 68"]
    assert page.xpath("//nav[@class='pager']//a[@aria-current]/text()") == ["2"]


def test_a_mark_is_short_plain_and_of_its_own_page_only(client: FlaskClient, archive: None) -> None:
    first = client.get("/clips/?per=20")
    follow = one(first.page, "next")  # type: ignore[attr-defined]
    mark = follow.partition("after=")[2]
    assert re.fullmatch(r"[a-z0-9.-]{10,50}", mark)
    assert ids(client.get(follow).page) != ids(first.page)  # type: ignore[attr-defined]
    third = ids(client.get("/clips/?page=3").page)  # type: ignore[attr-defined]
    oldest = ids(client.get("/clips/?sort=oldest&page=2").page)  # type: ignore[attr-defined]
    assert ids(client.get(f"/clips/?page=3&after={mark}").page) == third  # type: ignore[attr-defined]
    assert ids(client.get(f"/clips/?sort=oldest&page=2&after={mark}").page) == oldest  # type: ignore[attr-defined]
    assert len(ids(client.get(f"/clips/?year=2024&page=2&after={mark}").page)) == 20  # type: ignore[attr-defined]
    assert ids(client.get(f"/clips/?after={mark}").page) == ids(first.page)  # type: ignore[attr-defined]


def test_only_next_and_previous_bear_a_mark(client: FlaskClient, archive: None) -> None:
    middle = one(client.get("/clips/?q=history").page, "next")  # type: ignore[attr-defined]
    third = one(client.get(middle).page, "next")  # type: ignore[attr-defined]
    page = client.get(third).page  # type: ignore[attr-defined]
    assert page.xpath("//link[@rel='canonical']/@href") == ["http://127.0.0.1:8000/clips/"]
    marked = [link for link in page.xpath("//a/@href") if "after=" in link or "before=" in link]
    assert marked == [one(page, "prev"), one(page, "next")]
    assert one(client.get(marked[0]).page, "prev") == "/clips/?q=history"  # type: ignore[attr-defined]


def test_the_last_page_stays_readable_when_the_list_gets_shorter(
    client: FlaskClient, staff: Staff, archive: None
) -> None:
    *_, before_last, last = walk(client, "/clips/")
    follow, newest = one(before_last, "next"), ids(client.get("/clips/").page)  # type: ignore[attr-defined]
    with staff():
        for gone in newest:
            actions.withdraw(queries.by_id(gone), by=None, now=clock.now(), reason="Taken back.")
    answer = client.get(follow)
    assert answer.status_code == 200
    assert ids(answer.page) == ids(last)  # type: ignore[attr-defined]


def test_an_export_takes_no_mark_into_account(client: FlaskClient, archive: None) -> None:
    follow = one(client.get("/clips/").page, "next")  # type: ignore[attr-defined]
    whole = client.get("/clips/export.csv").data
    assert client.get(follow.replace("/clips/?", "/clips/export.csv?")).data == whole
