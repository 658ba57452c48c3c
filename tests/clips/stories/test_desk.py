"""Stories on the desk: seen, joined, split and marked; each also without script, by the same buttons."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from pressroom.clips.stories.models import ClipApart, clip_placement
from pressroom.kit.db import db
from tests.clips.conftest import clip
from tests.clips.stories import labelled
from tests.conftest import NOON, post

DAY = NOON.date() - timedelta(days=12)
STORIES = "/desk/clips/stories"
WHALE = labelled.COPIES[2]


@pytest.fixture
def whale(staff: Any, clock_at: Callable) -> list[int]:
    """A story in four papers, and a clip by itself."""
    clock_at(NOON)
    with staff():
        numbers = [
            clip(headline=headline, excerpt=excerpt, published_on=DAY + timedelta(days=n), outlet=f"Paper {n}").id
            for n, (headline, excerpt) in enumerate(WHALE)
        ]
        return [*numbers, clip(headline="El canto de las ballenas", excerpt="", published_on=DAY, outlet="Diario").id]


def story_of(staff: Any, number: int) -> int | None:
    with staff():
        story: int | None = db.session.scalar(
            select(clip_placement.c.story_id).where(clip_placement.c.clip_id == number)
        )
        return story


def test_the_list(ada: FlaskClient, wren: FlaskClient, client: FlaskClient, whale: list[int], queries: Any) -> None:
    ada.get(STORIES)
    with queries(7):
        page = ada.get(STORIES).page  # type: ignore[attr-defined]
    assert page.xpath("//tbody/tr/th/a/text()") == [WHALE[0][0]]
    assert page.xpath("//tbody/tr/td[last()]/text()") == ["4"]
    assert "2 stories in 5 clips; 1 of them appeared in more than one place, 4 places together." in page.text_content()
    assert ada.get(f"{STORIES}?q=sing lower").page.xpath("//tbody/tr")  # type: ignore[attr-defined]
    assert "No such story" in ada.get(f"{STORIES}?q=%00%25zzz").text
    assert "No such story" in ada.get(f"{STORIES}?same=address").text
    assert wren.get(STORIES).status_code == 200
    assert client.get(STORIES).status_code == 303
    assert ada.get("/desk/clips/").page.xpath(f"//a[@href='{STORIES}']")  # type: ignore[attr-defined]


def test_split_undone_and_marked(ada: FlaskClient, staff: Any, whale: list[int], queries: Any) -> None:
    path = f"{STORIES}/{story_of(staff, whale[0])}"
    ada.get(path)
    with queries(10):
        page = ada.get(path).page  # type: ignore[attr-defined]
    assert page.xpath("//button/@data-key") == ["o"] * 3
    assert page.xpath("//input[@name='placement']/@value") == [str(number) for number in whale[:4]]
    answer = post(ada, path, {"do": "split", "placement": [str(whale[3])]})
    assert (answer.status_code, answer.location) == (303, path)
    page = ada.get(path)
    assert "It is split off." in page.text
    assert story_of(staff, whale[3]) is None
    (undo,) = page.page.xpath("//button[starts-with(@value, 'undo')]/@value")  # type: ignore[attr-defined]
    assert post(ada, STORIES, {"do": undo}, form=path).location == path
    assert story_of(staff, whale[3])
    assert "It is undone." in ada.get(path).text
    assert "This was undone already." in post(ada, STORIES, {"do": undo}, form=path).text
    post(ada, path, {"do": f"original {whale[2]}"})
    row = ada.get(path).page.xpath("(//section[@aria-labelledby='placements']//tbody/tr)[1]")[0]  # type: ignore[attr-defined]
    assert "Paper 2" in row.text_content()
    assert "Original" in row.text_content()


def test_a_translation_is_found_by_words_and_joined(ada: FlaskClient, staff: Any, whale: list[int]) -> None:
    path = f"{STORIES}/{story_of(staff, whale[0])}"
    page = ada.get(f"{path}?q=ballenas").page  # type: ignore[attr-defined]
    (button,) = page.xpath("//button[starts-with(@value, 'join')]/@value")
    assert button == f"join {whale[0]} {whale[4]}"
    assert post(ada, path, {"do": button}).location == path
    assert story_of(staff, whale[4])
    assert "No other clip has all of these words" in ada.get(f"{path}?q=ballenas").text


def test_the_page_of_a_clip(ada: FlaskClient, staff: Any, whale: list[int]) -> None:
    path = f"{STORIES}/{story_of(staff, whale[0])}"
    for number in whale[2:4]:
        post(ada, path, {"do": "split", "placement": str(number)})
    with staff():
        db.session.query(ClipApart).delete()
    here = f"/desk/clips/{whale[0]}"
    page = ada.get(here).page  # type: ignore[attr-defined]
    assert "2 placements" in page.xpath("string(//section[@aria-labelledby='story-title'])")
    near = page.xpath("//section[@aria-labelledby='story-title']//button/@value")
    assert set(near) == {f"{verb} {whale[0]} {number}" for number in whale[2:4] for verb in ("join", "apart")}
    answer = post(ada, STORIES, {"do": f"apart {whale[0]} {whale[2]}", "clip": str(whale[0])}, form=here)
    assert (answer.status_code, answer.location) == (303, here)
    page = ada.get(here).page  # type: ignore[attr-defined]
    assert len(page.xpath("//section[@aria-labelledby='story-title']//button/@value")) == 2
    post(ada, STORIES, {"do": f"join {whale[0]} {whale[3]}", "clip": str(whale[0])}, form=here)
    assert story_of(staff, whale[3]) == story_of(staff, whale[0])
    answer = post(ada, STORIES, {"do": f"join {whale[0]} {whale[3]}", "clip": str(whale[0])}, form=here)
    assert "one story already" in ada.get(here).text
    assert "It stands by itself" in ada.get(f"/desk/clips/{whale[4]}").text


def test_bad_acts_change_nothing(ada: FlaskClient, client: FlaskClient, staff: Any, whale: list[int]) -> None:
    path = f"{STORIES}/{story_of(staff, whale[0])}"
    acts = [
        ({"do": "split"}, 422, "Choose the placements"),
        ({"do": "split", "placement": "999"}, 422, "Choose the placements"),
        ({"do": "split", "placement": [str(number) for number in whale[:4]]}, 422, "nothing would be left"),
        ({"do": f"original {whale[4]}"}, 422, "no placement of a story"),
        ({"do": "join 1 999"}, 422, "no such clip"),
        ({"do": "join x 9"}, 422, "no such clip"),
        ({"do": "undo 999"}, 422, "not there any more"),
        ({"do": "undo " + "9" * 40}, 422, "not there any more"),
        ({"do": "burn 1"}, 400, ""),
        ({"do": "join 1"}, 400, ""),
        ({}, 400, ""),
    ]
    for data, status, said in acts:
        answer = post(ada, path, data)  # type: ignore[arg-type]
        assert (answer.status_code, said in answer.text) == (status, True), data
        if data.get("do") != "split" and "placement" not in data:
            assert post(ada, STORIES, data, form=path).status_code in {status, 400}, data  # type: ignore[arg-type]
    assert post(ada, f"{STORIES}/999", {"do": "split"}, form=path).status_code == 404
    assert ada.get(f"{STORIES}/999").status_code == 404
    assert client.post(STORIES, data={"do": "undo 1"}).status_code in {303, 400, 401}
    assert story_of(staff, whale[3]) == story_of(staff, whale[0])


def test_a_story_that_ends_leads_to_the_list(ada: FlaskClient, staff: Any, whale: list[int]) -> None:
    path = f"{STORIES}/{story_of(staff, whale[0])}"
    post(ada, path, {"do": "split", "placement": [str(number) for number in whale[1:4]]})
    with staff():
        assert len(set(db.session.scalars(select(clip_placement.c.story_id)))) == 1
    page = ada.get(STORIES)
    assert "3 placements are a story of their own now." in page.text
    (undo,) = page.page.xpath("//button[starts-with(@value, 'undo')]/@value")  # type: ignore[attr-defined]
    assert post(ada, STORIES, {"do": undo}).status_code == 303
    assert story_of(staff, whale[0]) == story_of(staff, whale[3])
