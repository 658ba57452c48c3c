"""Pages of a list: numbers that are none are said, and never raise."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from pressroom.kit import web

LISTS = ("/releases/", "/clips/", "/webcasts/", "/search?q=gene")


@pytest.mark.parametrize(
    ("text", "number", "said"),
    [
        ("", 1, ""),
        ("1", 1, ""),
        ("03", 3, ""),
        ("4", 4, "There is no page 4 here; the last one is 3."),
        ("0", 1, "“0” is no page number here; the last one is 3."),
        ("-1", 1, "“-1” is no page number here; the last one is 3."),
        ("abc", 1, "“abc” is no page number here; the last one is 3."),
        ("٣", 1, "“٣” is no page number here; the last one is 3."),
        ("9" * 30, 1, f"“{'9' * 20}” is no page number here; the last one is 3."),
    ],
)
def test_a_page_number(text: str, number: int, said: str) -> None:
    assert web.page_number({"page": text}) == number
    assert web.page_problem({"page": text}, 3) == said


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    assert 1 <= web.page_number({"page": text}) <= web.LAST_PAGE
    web.page_problem({"page": text}, 1)


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("text", ["abc", "-1", "0", "999", "1000000000", "9" * 25, "%00", "%F0%9F%A7%AC"])
def test_every_list_says_so(client: FlaskClient, path: str, text: str) -> None:
    answer = client.get(f"{path}{'&' if '?' in path else '?'}page={text}")
    assert answer.status_code == 404
    assert "the last one is 1." in answer.text


def test_an_unknown_kind_is_a_sentence(client: FlaskClient) -> None:
    answer = client.get("/search?q=gene&kind=smoke")
    assert answer.status_code == 404
    assert "There is no kind “smoke”." in answer.text
