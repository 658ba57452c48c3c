"""Why a clip may cover a release: DOI, link, quotations, title, people, words; and what a person said of it is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from pressroom.clips import actions, proposals, proposing, rules
from pressroom.clips.models import Clip, clip_release
from pressroom.clips.proposing import Signs
from pressroom.clips.stories.models import CoverageRefusal
from pressroom.kit.db import db
from pressroom.releases.models import Release
from tests.clips.conftest import clip
from tests.clips.stories import labelled
from tests.conftest import NOON, post
from tests.releases.conftest import public, waiting

DAY = NOON.date()
WHALE = labelled.COPIES[2]
BODY = """Cats and their owners were asked.

> “Nobody had ever asked the cats themselves before we did.” It was time.
>
> — Dr Ada Lindgren, a zoologist

She adds that “the answer was a slow blink and a turned back”.
"""


@pytest.fixture
def cats(staff: Any, clock_at: Callable) -> int:
    clock_at(NOON)
    with staff():
        release = public(body=BODY, study_doi="10.5555/CATS", study_title="Agreement of cats with those who feed them")
        db.session.flush()
        return release.id


def proposed(staff: Any, release_id: int) -> list[tuple[str, list[str]]]:
    with staff():
        return [
            (each.clip.headline, list(each.reasons))
            for each in proposals.of_release(db.session.get_one(Release, release_id))
        ]


def test_each_reason_and_their_order(staff: Any, cats: int) -> None:
    with staff():
        usual: dict[str, Any] = {"published_on": DAY, "excerpt": "", "url": ""}
        clip(
            **usual
            | {"headline": "Do pets agree?", "excerpt": "“It is about cats,” says Ada Lindgren of the institute."}
        )
        clip(**usual | {"headline": "Slow blinks", "excerpt": "“The answer was a slow blink and a turned…"})
        clip(**usual | {"headline": "New study", "excerpt": "Agreement of Cats with Those Who Feed Them is out."})
        clip(**usual | {"headline": "Nobody asked", "excerpt": "Nobody had ever asked the cats themselves…"})
        clip(**usual | {"headline": "Ada Lindgren on whales", "excerpt": "She tells of a voyage."})
        clip(**usual | {"headline": "By DOI", "excerpt": "https://doi.org/10.5555/cats"})
    assert proposed(staff, cats) == [
        ("By DOI", ["Names the DOI of the study", "Has 1 of 3 words of the headline: cats"]),
        (
            "Nobody asked",
            [
                "Quotes “Nobody had ever asked the cats themselves before we did.”",
                "Has 1 of 3 words of the headline: cats",
            ],
        ),
        ("New study", ["Names the title of the study", "Has 2 of 3 words of the headline: cats, agree"]),
        ("Slow blinks", ["Quotes “the answer was a slow blink and a turned back”"]),
        ("Do pets agree?", ["Names Ada Lindgren", "Has 2 of 3 words of the headline: cats, agree"]),
    ]


def test_a_quotation_in_a_script_without_spaces() -> None:
    known = Signs((), (), "", (), tuple(proposing._quotes(["洞窟の土から一万年前の人の遺伝子を読み取った"])), {})
    assert proposing.judge("速報", "博士は「洞窟の土から一万年前の人の遺伝子を読み取った」と語る", "", known)
    assert proposing.judge("速報", "洞窟の壁画", "", known) is None


def test_refused_ones_are_not_proposed_again_until_somebody_says_so(
    ada: FlaskClient, staff: Any, cats: int, clock_at: Callable
) -> None:
    with staff():
        number = clip(headline="Cats agree with owners", published_on=DAY, excerpt="").id
    path = f"/desk/releases/{cats}/coverage"
    assert len(proposed(staff, cats)) == 1
    assert post(ada, path, {"do": f"refuse {number}"}).status_code == 303
    page = ada.get(path)
    assert "is not proposed again" in page.text
    assert proposed(staff, cats) == []
    assert page.page.xpath("//section[@aria-labelledby='refused']//button/@value") == [f"propose {number}"]  # type: ignore[attr-defined]
    post(ada, path, {"do": f"refuse {number}"})
    assert "That was so already" in ada.get(path).text
    post(ada, path, {"do": f"propose {number}"})
    assert len(proposed(staff, cats)) == 1
    post(ada, path, {"do": f"refuse {number}"})
    post(ada, path, {"do": f"cover {number}"})
    with staff():
        assert db.session.scalar(select(func.count()).select_from(CoverageRefusal)) == 0
        assert db.session.scalar(select(func.count()).select_from(clip_release)) == 1


def test_other_placements_of_a_confirmed_story_are_proposed_at_once(ada: FlaskClient, staff: Any, cats: int) -> None:
    with staff():
        numbers = [
            clip(headline=headline, excerpt=excerpt, published_on=DAY, outlet=f"Paper {n}").id
            for n, (headline, excerpt) in enumerate(WHALE)
        ]
    path = f"/desk/releases/{cats}/coverage"
    assert proposed(staff, cats) == []
    post(ada, path, {"do": f"cover {numbers[1]}"})
    page = ada.get(path)
    assert "Its story has 3 other placements" in page.text
    why = f"Another placement of “{WHALE[1][0]}”, which covers it"
    assert [reasons for _, reasons in proposed(staff, cats)] == [[why]] * 3
    post(ada, path, {"do": f"refuse {numbers[3]}"})
    answer = ada.get(path).page  # type: ignore[attr-defined]
    assert answer.xpath("//button[@value='placements']/@data-key-anywhere") == ["a"]
    post(ada, path, {"do": "placements"})
    with staff():
        assert set(db.session.scalars(select(clip_release.c.clip_id))) == set(numbers[:3])
    assert proposed(staff, cats) == []
    said = ada.get(path).page.xpath("string(//section[@aria-labelledby='tied']/header/p)")  # type: ignore[attr-defined]
    assert " ".join(said.split()) == "1 in 3 placements"
    post(ada, path, {"do": "placements"})
    assert "That was so already" in ada.get(path).text


def test_from_the_page_of_a_clip(ada: FlaskClient, staff: Any, cats: int, queries: Any) -> None:
    with staff():
        public(headline="Dogs sleep", slug="dogs", study_doi="")
        number = clip(headline="Cats agree with owners", published_on=DAY, excerpt="").id
    ada.get(f"/desk/clips/{number}")
    with queries(15):
        page = ada.get(f"/desk/clips/{number}").page  # type: ignore[attr-defined]
    assert page.xpath("//section[@aria-labelledby='may-cover']//th/a/text()") == ["Cats agree with their owners"]
    here, path = f"/desk/clips/{number}", f"/desk/clips/{number}/covers"
    assert post(ada, path, {"do": f"refuse {cats}"}, form=here).location == f"/desk/clips/{number}"
    assert "May cover" not in ada.get(f"/desk/clips/{number}").text
    assert post(ada, path, {"do": f"cover {cats}"}, form=here).status_code == 303
    with staff():
        assert db.session.scalars(select(clip_release.c.release_id)).all() == [cats]
    for do in ("burn 1", "", "uncover 1"):
        assert post(ada, path, {"do": do}, form=here).status_code == 400
    for do in ("cover 999", "cover x", "cover " + "9" * 30):
        post(ada, path, {"do": do}, form=here)
        assert "There is no such release any more" in ada.get(f"/desk/clips/{number}").text
    assert post(ada, "/desk/clips/999/covers", {"do": "cover 1"}, form=here).status_code == 404


def test_nothing_is_tied_or_told_before_an_embargo_ends(
    client: FlaskClient, ada: FlaskClient, staff: Any, app: Flask, clock_at: Callable
) -> None:
    """A proposal ties nothing; and what a person ties is seen when both are public."""
    clock_at(NOON)
    lift = NOON + timedelta(hours=2)
    with staff() as cast:
        hidden = waiting(lift, embargoed=True, headline="Quillwort genome read in full", slug="quillwort")
        early = clip(headline="Quillwort genome is read in full", excerpt="", published_on=DAY)
        db.session.flush()
        number, release_id = early.id, hidden.id
        assert [each.clip.id for each in proposals.of_release(hidden)] == [number]
        assert [each.release_id for each in proposals.of_clip(early)] == [release_id]
    before = client.get(f"/clips/{number}").data
    with staff() as cast:
        hidden = db.session.get_one(Release, release_id)
        actions.cover(db.session.get_one(Clip, number), hidden, by=cast.ada, now=NOON)
    for path in (f"/clips/{number}", "/clips/", "/clips/export.csv", "/clips/export.jsonl", "/feeds/clips.atom", "/"):
        answer = client.get(path)
        assert "/releases/2026/quillwort" not in answer.text, path
        assert "Quillwort genome read" not in answer.text, path
    assert client.get(f"/clips/{number}").data == before
    assert client.get("/releases/2026/quillwort").status_code == 404
    clock_at(lift)
    assert "/releases/2026/quillwort" in client.get(f"/clips/{number}").text


@given(st.text(), st.text(), st.text(max_size=40), st.lists(st.text(), max_size=3))
def test_any_text_can_be_judged(headline: str, excerpt: str, url: str, quoted: list[str]) -> None:
    quotes = tuple(proposing._quotes(quoted))
    known = Signs(("10.5555/x",), ("/releases/2026/x",), "", ("ada",), quotes, rules.beginnings(headline))
    judged = proposing.judge(headline, excerpt, url, known)
    assert judged is None or (judged.score > 0 and judged.reasons)
    assert judged is None or proposing.sieve(known)(f"{url} {headline} {excerpt}".lower()), (
        "nothing is lost by the sieve"
    )
