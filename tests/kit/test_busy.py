"""Limits of what everybody does: no write for a reader or a flood, exact between, and never a broken search."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from pressroom.kit import busy, clock, limits
from pressroom.kit.busy import Counter
from pressroom.kit.limits import LimitError
from tests.clips.conftest import clip
from tests.conftest import NOON

LIMIT = "20 per minute"
SEARCHES = ("/search?q=genes", "/clips/?q=genes&sort=newest", "/search/suggest?q=gen", "/clips/suggest?q=gen")


def hits(counter: Counter, count: int, key: str = "a", free: int = 5) -> int:
    """How many of *count* were answered."""
    done = 0
    for _ in range(count):
        try:
            counter.hit(LIMIT, key, free=free)
        except LimitError:
            continue
        done += 1
    return done


def test_what_is_free_is_not_written_and_a_flood_neither(app: Flask, queries: Callable[[int], Any]) -> None:
    counter = Counter()
    with app.app_context(), clock.at(NOON):
        with queries(0):
            assert hits(counter, 5) == 5
        assert hits(counter, 25) == 20
        with queries(0):
            assert hits(counter, 1000) == 0
        with pytest.raises(LimitError) as refused, clock.at(NOON + timedelta(seconds=45)):
            counter.hit(LIMIT, "a")
        assert refused.value.retry_after == 15
        assert hits(counter, 3, "b") == 3
    with app.app_context(), clock.at(NOON + timedelta(seconds=60)):
        assert hits(counter, 50) == 25


def test_threads_of_a_process_share_what_is_free(app: Flask) -> None:
    counter = Counter()

    def run(_: int) -> int:
        with app.app_context():
            return hits(counter, 20)

    with clock.at(NOON), ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(run, range(4))) == 25


def test_a_process_remembers_so_many_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(busy, "MOST_KEYS", 3)
    counter = Counter()
    for key in "abcabd":
        counter.hit(LIMIT, key)
    assert [key for (key,) in counter._seen] == ["a", "b", "d"]


def test_a_database_that_is_full_ends_no_search(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    for error in (OperationalError("INSERT", {}, Exception("disk is full")), sqlite3.OperationalError("locked")):

        def full(*_: object, error: Exception = error) -> None:
            raise error

        monkeypatch.setattr(limits, "hit", full)
        with app.app_context(), clock.at(NOON):
            assert hits(Counter(), 30) == 30


def test_searches_of_one_network(app: Flask, staff: Callable[[], Any], clock_at: Any, monkeypatch: Any) -> None:
    clock_at(NOON)
    monkeypatch.setattr(busy, "FREE", 0)
    app.config |= {"SEARCH_LIMIT": "2 per minute", "EXPORT_LIMIT": "1 per hour"}
    with staff():
        clip(headline="Genes in the harbour")

    def ask(path: str, address: str = "192.0.2.7", client: FlaskClient | None = None) -> Any:
        return (client or app.test_client()).get(path, environ_overrides={"REMOTE_ADDR": address})

    assert [ask(path).status_code for path in SEARCHES] == [200] * 4
    for path in SEARCHES:
        refused = ask(path)
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60"), path
        assert refused.headers["Cache-Control"] == "no-store"
    page = ask(SEARCHES[1]).page
    assert page.xpath("//main//a/@href")[0] == "/clips/?q=genes&sort=newest"
    assert page.xpath("//main//q/text()") == ["genes"]
    assert "Wait 60 seconds" in page.xpath("string(//main)")
    assert "Genes in the harbour" not in ask("/genes-harbour").text, "the page of what is not found searches as well"
    assert ask("/clips/1").status_code == 200, "whatever is no search is answered"
    assert ask(SEARCHES[0], "192.0.2.8").status_code == 200
    assert {ask(SEARCHES[0], "127.0.0.1").status_code for _ in range(9)} == {200}, "a proxy that nobody named"
    assert [ask("/clips/export.csv").status_code for _ in range(2)] == [200, 429]
    assert ask("/clips/export.csv", "2001:db8:1:2::1").status_code == 200
    assert ask("/clips/export.csv", "2001:db8:1:2::2").status_code == 429


def test_a_kept_answer_is_not_counted_and_one_that_is_made_is(app: Flask, clock_at: Any) -> None:
    """It is made as if for this machine, and counted for the network that asked."""
    clock_at(NOON)
    app.config["SEARCH_LIMIT"] = "1 per minute"
    asked = [f"/search?q=gene{number}" for number in (1, 1, *range(1, busy.FREE + 3))]
    client = app.test_client()
    client.get("/search?q=genes")  # makes the index; until it is there nothing is kept
    client.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    assert [client.get(address).status_code for address in asked] == [200] * (busy.FREE + 3) + [429]
