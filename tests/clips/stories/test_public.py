"""Stories for everybody: where else a clip appeared, and how many stories a release has in how many places."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from pressroom.clips import actions as clips
from pressroom.clips.models import Clip
from pressroom.clips.stories import actions, queries
from pressroom.clips.stories.models import clip_placement
from pressroom.kit.db import db
from pressroom.releases.models import Release
from tests.clips.conftest import clip
from tests.clips.stories import labelled
from tests.conftest import NOON
from tests.releases.conftest import public

DAY = NOON.date() - timedelta(days=12)
WHALE = labelled.COPIES[2]
SHOW = "/releases/2026/cats-agree-with-their-owners"
LATER = NOON + timedelta(days=2)


@pytest.fixture
def whale(staff: Any, clock_at: Callable) -> list[int]:
    """A story in four papers: the third is not public yet."""
    clock_at(NOON)
    with staff():
        return [
            clip(
                headline=headline,
                excerpt=excerpt,
                published_on=DAY + timedelta(days=n),
                outlet=f"Paper {n}",
                public_from=LATER if n == 2 else None,
            ).id
            for n, (headline, excerpt) in enumerate(WHALE)
        ]


def also(client: FlaskClient, number: int) -> list[str]:
    """The outlets under "Also appeared in"."""
    page = client.get(f"/clips/{number}").page  # type: ignore[attr-defined]
    found: list[str] = page.xpath("//section[@aria-labelledby='also']//p/b/text()")
    return found


def test_a_clip_shows_where_else_it_appeared(
    client: FlaskClient, staff: Any, whale: list[int], clock_at: Callable, queries: Any
) -> None:
    assert also(client, whale[0]) == ["Paper 1", "Paper 3"], "not what is not public"
    assert also(client, whale[3]) == ["Paper 0", "Paper 1"]
    assert client.get(f"/clips/{whale[2]}").status_code == 404
    with staff():
        for _ in range(12):
            clip(headline=WHALE[0][0], excerpt=WHALE[0][1], published_on=DAY, outlet="The Copy")
    client.get("/")
    with queries(5):
        assert len(also(client, whale[0])) == 14
    clock_at(LATER)
    assert "Paper 2" in also(client, whale[0]), "a kept page ends when time brings another placement"
    assert (
        client.get(f"/clips/{whale[0]}").page.xpath("count(//section[@aria-labelledby='also']//*[.='Original'])") == 0
    )  # type: ignore[attr-defined]
    assert (
        client.get(f"/clips/{whale[1]}").page.xpath("count(//section[@aria-labelledby='also']//*[.='Original'])") == 1
    )  # type: ignore[attr-defined]


def test_what_people_change_of_a_story_is_seen_at_once(client: FlaskClient, staff: Any, whale: list[int]) -> None:
    """Kept pages are made anew: the edition is raised."""
    assert also(client, whale[1]) == ["Paper 0", "Paper 3"]
    with staff() as cast:
        story = queries.story_of(whale[0])
        assert story
        change = actions.split(story.id, [whale[3]], by=cast.ada, now=NOON).id
    assert also(client, whale[1]) == ["Paper 0"]
    assert also(client, whale[3]) == []
    with staff() as cast:
        done = queries.change(change)
        assert done
        actions.undo(done, by=cast.ada, now=NOON)
    assert also(client, whale[1]) == ["Paper 0", "Paper 3"]
    with staff() as cast:
        clips.withdraw(db.session.get_one(Clip, whale[0]), by=cast.ada, now=NOON, reason="Wrong.")
    assert also(client, whale[1]) == ["Paper 3"], "a withdrawn one is named nowhere"


def test_a_story_of_hidden_clips_says_nothing(client: FlaskClient, staff: Any, clock_at: Callable) -> None:
    clock_at(NOON)
    with staff():
        first = clip(headline=WHALE[0][0], excerpt=WHALE[0][1], published_on=DAY).id
        for n in range(3):
            clip(headline=WHALE[0][0], excerpt=WHALE[0][1], published_on=DAY, outlet=f"Secret {n}", public_from=LATER)
        assert db.session.scalar(select(func.count()).select_from(clip_placement)) == 4
    page = client.get(f"/clips/{first}")
    assert "Also appeared" not in page.text
    assert "Secret" not in page.text


def test_a_release_counts_stories_and_placements_apart(client: FlaskClient, staff: Any, whale: list[int]) -> None:
    with staff() as cast:
        release = public()
        db.session.flush()
        for number in whale:
            clips.cover(db.session.get_one(Clip, number), release, by=cast.ada, now=NOON)
        clip(
            headline="An essay of its own",
            excerpt="",
            published_on=DAY,
            releases=(db.session.get(Release, release.id),),
        )
    page = client.get(SHOW).page  # type: ignore[attr-defined]
    (section,) = page.xpath("//section[@aria-labelledby='coverage']")
    said = " ".join(section.xpath("string(header/p)").split())
    assert said == "2 stories about this release, in 4 places."
    assert section.xpath(".//h3/a/text()") == [WHALE[0][0], "An essay of its own"]
    assert section.xpath("string(.//summary)") == "Also in 2 other places"
    assert section.xpath(".//details//b/text()") == ["Paper 1", "Paper 3"]
