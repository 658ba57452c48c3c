"""Every match, and how many, without a page of them: the same as the pages say."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pressroom import search
from pressroom.search import indexer
from pressroom.search.documents import MOST_PER_PAGE, Query
from tests.search.conftest import NOW, Shelf


@pytest.fixture
def shelf(shelf: Shelf) -> Shelf:
    for n in range(130):
        day = NOW - timedelta(days=n * 37 % 50)
        shelf.put(n, "gene " * (n % 4), "therapy" if n % 3 else "mouse", published=day, outlet=f"Outlet {n % 3}")
    for n in range(0, 130, 20):  # taken out again, some from a segment that stays
        del shelf.documents[n]
        shelf.change(n)
    return shelf


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
@pytest.mark.parametrize("text", ["", "gene", "gene -mouse", "gene OR mouse", "xylophone"])
def test_the_whole_is_its_pages_one_after_the_other(shelf: Shelf, text: str, sort: str) -> None:
    for outlets in ((), ("Outlet 1",)):
        query = Query(text=text, sort=sort, outlets=outlets, per_page=MOST_PER_PAGE)
        pages = [
            hit.id
            for page in (1, 2)
            for hit in shelf.find(text, sort=sort, outlets=outlets, page=page, per_page=MOST_PER_PAGE).hits
        ]
        with shelf.app.test_request_context():
            keys = search.every(query, now=NOW)
            assert keys is not None
            assert [key.id for key in keys] == pages
            assert search.totals([query, Query(text="xylophone")], now=NOW) == [len(pages), 0]


def test_a_lost_index_too_large_to_make_again_at_once(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.find()
    monkeypatch.setattr(indexer, "SMALL", 0)
    shelf.lose()
    with shelf.app.test_request_context():
        query = Query(text="gene")
        assert search.every(query, now=NOW) is None
        assert search.totals([query], now=NOW) == [97]
        assert search.suggest(query, now=NOW) == []
