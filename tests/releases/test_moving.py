"""A release moves to another address: the old one leads to it for ever, and to nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from pressroom.kit.db import db
from pressroom.releases import actions, queries
from pressroom.releases.models import FormerAddress, Release
from pressroom.releases.rules import RefusedError
from tests import factories
from tests.conftest import NOON
from tests.releases.conftest import draft, public, waiting
from tests.releases.test_desk import errors, found, send, value

__all__ = ["found"]

HOUR = timedelta(hours=1)


@pytest.fixture
def desk(staff: Callable[[], Any], noon: object) -> Any:
    """A session of staff at noon."""
    with staff() as opened:
        yield opened


def move(release: Release, *slugs: str, now: datetime = NOON + HOUR) -> None:
    for slug in slugs:
        actions.edit(release, by=factories.person("ada"), now=now, slug=slug)
        db.session.flush()


@pytest.fixture
def moved(staff: Any, noon: Callable[[timedelta], None]) -> int:
    """The id of a release that was public at /cats, then at /dogs, and is at /birds."""
    with staff():
        release = public(slug="cats")
        move(release, "dogs", "birds")
        number = release.id
    noon(2 * HOUR)
    return number


# For readers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", ["cats", "dogs"])
def test_every_address_where_it_was_public_leads_to_the_new_one(client: Any, moved: int, slug: str) -> None:
    answer = client.get(f"/releases/2026/{slug}")
    assert (answer.status_code, answer.location) == (301, "/releases/2026/birds")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert client.get("/releases/2026/birds").status_code == 200


def test_it_is_listed_at_the_new_address_only(client: Any, moved: int) -> None:
    for path in (
        "/releases/",
        "/feeds/releases.rss",
        "/feeds/releases.json",
        "/sitemaps/releases-1.xml",
        "/releases/2026/birds",
    ):
        text = client.get(path).text
        assert "/releases/2026/birds" in text, path
        assert "/releases/2026/cats" not in text, path


def test_the_feed_keeps_its_id_and_its_date(client: Any, staff: Any, noon: Any) -> None:
    def item() -> dict[str, Any]:
        (found,) = client.get("/feeds/releases.json").json["items"]
        return found

    with staff():
        number = public(slug="cats").id
    before = item()
    noon(HOUR)
    with staff():
        move(queries.by_id(number), "dogs")
    after = item()
    assert (after["id"], after["date_published"]) == (before["id"], before["date_published"])
    assert after["url"].endswith("/dogs")


def test_another_year_does_not_lead_there(client: Any, moved: int) -> None:
    assert client.get("/releases/2025/cats").status_code == 404


def test_it_may_move_back(client: Any, staff: Any, moved: int) -> None:
    with staff():
        move(queries.by_id(moved), "cats", "birds", "cats")
    assert client.get("/releases/2026/cats").status_code == 200
    for slug in ("dogs", "birds"):
        assert client.get(f"/releases/2026/{slug}").location == "/releases/2026/cats"


def test_an_old_address_of_what_was_withdrawn_tells_nothing(client: Any, staff: Any, moved: int) -> None:
    with staff() as desk:
        actions.withdraw(queries.by_id(moved), by=desk.ada, now=NOON + 2 * HOUR, reason="Wrong.")
    answer, nothing = client.get("/releases/2026/cats"), client.get("/releases/2026/none")
    assert answer.status_code == nothing.status_code == 404
    assert answer.text.replace("cats", "") == nothing.text.replace("none", "")
    assert client.get("/releases/2026/birds").status_code == 410


# On the desk ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", ["draft", "scheduled", "embargoed"])
def test_before_it_is_public_an_address_changes_freely(desk: Any, make: str) -> None:
    release = (
        draft(slug="cats") if make == "draft" else waiting(NOON + HOUR, embargoed=make == "embargoed", slug="cats")
    )
    actions.edit(release, by=desk.ada, now=NOON, slug="dogs")
    assert db.session.query(FormerAddress).count() == 0
    assert queries.slug_is_free("cats", 2026)


@pytest.mark.parametrize("slug", ["cats", "dogs", "birds"])
def test_no_other_release_gets_an_address_that_was_public(desk: Any, slug: str) -> None:
    move(public(slug="cats"), "dogs", "birds")
    other = draft(slug=slug)
    with pytest.raises(RefusedError, match="or had it"):
        actions.publish(other, by=desk.ada, now=NOON + HOUR)
    with pytest.raises(RefusedError, match="or had it"):
        actions.schedule(other, by=desk.ada, now=NOON, at=NOON + HOUR)
    out = public(slug="fish")
    with pytest.raises(RefusedError, match="or had it"):
        actions.edit(out, by=desk.ada, now=NOON + HOUR, slug=slug)
    assert out.slug == "fish"
    assert draft(headline=slug).slug == f"{slug}-2"


def test_another_year_may_have_it(desk: Any) -> None:
    move(public(slug="annual-report", now=datetime(2025, 5, 5, tzinfo=UTC)), "report-of-the-year")
    assert public(slug="annual-report").address == "/releases/2026/annual-report"


def test_the_database_keeps_former_addresses_apart_too(desk: Any) -> None:
    first, second = public(slug="cats"), public(slug="dogs")
    for release in (first, second):
        db.session.add(FormerAddress(release_id=release.id, year=2026, slug="fish", left_at=NOON))
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_the_editor_says_where_it_is_now(ada: Any, client: Any, noon: Any, cats: int) -> None:
    path = f"/desk/releases/{cats}"
    assert "leads to a new one for ever" in ada.get(path).text
    assert send(ada, path, slug="dogs", do="save").status_code == 303
    assert "The change is public, at /releases/2026/dogs; the old address leads there." in ada.get(path).text
    assert client.get("/releases/2026/cats-agree-with-their-owners").location == "/releases/2026/dogs"


def test_a_public_release_is_not_left_without_an_address(ada: Any, cats: int, found: Any) -> None:
    answer = send(ada, f"/desk/releases/{cats}", slug="", body="Kept.", do="save")
    assert answer.status_code == 422
    assert "Write the last part of the address." in errors(answer)
    assert value(answer, "body") == "Kept."
    assert found(cats).slug == "cats-agree-with-their-owners"


def test_a_correction_may_move_it_as_well(desk: Any) -> None:
    release = public(slug="cats")
    actions.correct(release, by=desk.ada, now=NOON + HOUR, note="Dogs, not cats.", slug="dogs")
    assert queries.has_left(release.id, 2026, "cats")


def test_a_refused_change_leaves_no_address_behind(desk: Any) -> None:
    release = public(slug="cats")
    with pytest.raises(RefusedError):
        actions.edit(release, by=desk.ada, now=NOON, slug="dogs", body="")
    assert db.session.query(FormerAddress).count() == 0
