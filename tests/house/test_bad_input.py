"""What no reader types, and every site is sent: an answer in bounded time, never a 500."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.clips.conftest import clip

PLACES = ("/clips/", "/search", "/clips/suggest", "/search/suggest", "/clips/export.csv", "/clips/export.jsonl")
BOUND = 1.0  # seconds of CPU; a slow machine takes a fifth of it, a catastrophe of a pattern takes minutes

TEXTS = {
    "10,000 characters": "a" * 10_000,
    "10,000 quotation marks": '"' * 10_000,
    "10,000 brackets": "(" * 10_000,
    "10,000 minus signs": "-" * 10_000,
    "500 terms": " ".join(f"word{n}" for n in range(500)),
    "500 alternatives": " OR ".join(f"w{n}*" for n in range(500)),
    "unbalanced quotes": 'family "history',
    "unbalanced brackets": "((family) OR (history",
    "brackets the wrong way": ")family(",
    "operators only": "AND OR NOT AND -",
    "a star": "*",
    "stars": "** f* *f fa*m",
    "control characters": "fam\x00ily\x01\x02\x1b[31m\x7f\x85",
    "right to left": "تاريخ العائلة \u202egnitirw\u202c עברית",
    "emoji": "🧬 family 👨‍👩‍👧 🏳️‍🌈",
    "combining marks": "f" + "\u0301" * 3_000,
    "lone surrogate": "\udcff\ud800",
    "SQL": "'; DROP TABLE clip; -- ' OR 1=1 UNION SELECT * FROM person",
    "LIKE": "100% _amily \\",
    "Whoosh": "family^5 headline:family key:clip\\:1 [a TO z] {a TO z} ~2 family~ ?amily",
    "FTS5": 'NEAR(family history, 2) ^family + "x" column : family',
    "tsquery": "family & !history | <-> :* ''",
    "regular expression": "(a+)+$ .* [^] \\",
    "template": "{{ 7*7 }} {% raw %} ${7*7} <%= 7 %>",
    "mark-up": '<script>alert(1)</script> <mark> &lt; "><img src=x onerror=alert(1)>',
    "path": "../../etc/passwd",
    "dates": "9999..0000 0000-00-00.. before:99999 after:2019-02-30 ..",
    "fields": 'outlet: by: topic:() medium:"" lang:* before: after:',
    "white space": " \t\r\n\u2028\u00a0\u3000",
}

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
    {"unknown": "1"},
]


@pytest.fixture(autouse=True)
def archive(staff: Callable[[], Any]) -> None:
    with staff():
        for _ in range(3):
            clip(headline="Family history", topics=("Policy", "Gene therapy"))


def answered(client: FlaskClient, path: str, **query: str) -> str:
    """The text of an answer that is none of the server's faults, and did not take long."""
    encoded = {name: value.encode("utf-8", "surrogatepass") for name, value in query.items()}
    began = time.process_time()
    answer = client.get(path, query_string=encoded)
    took = time.process_time() - began
    assert answer.status_code in {200, 400, 404}, (path, query)
    assert took < BOUND, (path, query, took)
    return answer.text


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_any_text_is_answered(client: FlaskClient, text: str) -> None:
    answered(client, "/clips/")
    for path in PLACES:
        page = answered(client, path, q=text)
        assert "<script>alert" not in page
        assert "onerror=alert(1)>" not in page


@pytest.mark.parametrize("path", PLACES)
def test_any_parameter_is_answered(client: FlaskClient, path: str) -> None:
    for query in PARAMETERS:
        answered(client, path, q="family", **query)


@pytest.mark.parametrize("name", ["outlet", "topic", "year", "q", "page", "sort", "per", "medium", "lang"])
def test_a_parameter_a_thousand_times(client: FlaskClient, name: str) -> None:
    for path in PLACES:
        began = time.process_time()
        assert client.get(f"{path}?{'&'.join(f'{name}={n}' for n in range(1_000))}").status_code in {200, 404}
        assert time.process_time() - began < BOUND


def test_nothing_was_dropped(client: FlaskClient) -> None:
    answered(client, "/clips/", q=TEXTS["SQL"])
    assert "3 clips" in client.get("/clips/").text
