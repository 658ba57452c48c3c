"""What no reader types, and every site is sent: an answer for a bounded amount of work, never a 500.

Work is counted in calls of functions, which are the same ones in every run on every machine.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.bad_texts import TEXTS
from tests.clips.conftest import clip

PLACES = ("/clips/", "/search", "/clips/suggest", "/search/suggest", "/clips/export.csv", "/clips/export.jsonl")
MOST_CALLS = (
    400_000  # a page takes some 20,000, and a few times as many when its statements are new; loops take millions
)

PARAMETERS = [
    {"page": "-1"},
    {"page": "0"},
    {"page": "1000000000"},
    {"page": "9" * 5_000},
    {"page": "1e3"},
    {"page": "٣"},
    {"page": "NaN"},
    {"per": "-1"},
    {"per": "1000000000"},
    {"per": "x"},
    {"sort": "unknown"},
    {"sort": "published; DROP TABLE clip"},
    {"year": "99999"},
    {"outlet": "x" * 5_000},
    {"topic": "\x00"},
    {"medium": "'"},
    {"lang": "../"},
    {"kind": "person"},
    {"page": "2", "after": "garbage"},
    {"page": "2", "after": "0000.n.zz.zz.zz.clip"},
    {"page": "2", "after": "0000.n.\ud800.-.." + "z" * 5_000},
    {"page": "3", "before": "'; DROP TABLE clip"},
    {"page": "1000000000", "after": "abcd.r.1.1.1.clip", "before": "\x00"},
    {"unknown": "1"},
]


@pytest.fixture(autouse=True)
def archive(client: FlaskClient, staff: Callable[[], Any]) -> None:
    """A few clips; and each page was asked for once, so that its template is compiled."""
    with staff():
        for _ in range(3):
            clip(headline="Family history", topics=("Policy", "Gene therapy"))
    for path in PLACES:
        client.get(path, query_string={"q": "xylophone"})
        client.get(path, query_string={"q": "family", "page": "x"})


@contextmanager
def counted() -> Iterator[list[int]]:
    """How many functions are called in the block, those written in C among them."""
    calls = [0]

    def count(_frame: object, event: str, _what: object) -> None:
        calls[0] += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield calls
    finally:
        sys.setprofile(before)


def answered(client: FlaskClient, path: str, **query: str) -> str:
    """The text of an answer that is none of the server's faults."""
    encoded = {name: value.encode("utf-8", "surrogatepass") for name, value in query.items()}
    answer = client.get(path, query_string=encoded)
    assert answer.status_code in {200, 400, 404}, (path, query)
    return answer.text


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_any_text_is_answered(client: FlaskClient, text: str) -> None:
    for path in PLACES:
        with counted() as calls:
            page = answered(client, path, q=text)
        assert calls[0] < MOST_CALLS, path
        assert "<script>alert" not in page
        assert "onerror=alert(1)>" not in page


@pytest.mark.parametrize("path", PLACES)
def test_any_parameter_is_answered(client: FlaskClient, path: str) -> None:
    for query in PARAMETERS:
        answered(client, path, q="family", **query)


@pytest.mark.parametrize("name", ["outlet", "topic", "year", "q", "page", "sort", "per", "medium", "lang"])
def test_a_parameter_a_thousand_times(client: FlaskClient, name: str) -> None:
    for path in PLACES:
        with counted() as calls:
            answer = client.get(f"{path}?{'&'.join(f'{name}={n}' for n in range(1_000))}")
        assert answer.status_code in {200, 404}
        assert calls[0] < MOST_CALLS, path


def test_nothing_was_dropped(client: FlaskClient) -> None:
    answered(client, "/clips/", q=TEXTS["SQL"])
    assert "3 clips" in client.get("/clips/").text
