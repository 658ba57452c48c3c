"""Nothing on a page moves when its pictures arrive: https://web.dev/articles/cls calls a sum of 0.1 good, ours is 0."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import Page, Route
from sqlalchemy import select

from pressroom.kit.db import db
from pressroom.publishing import as_staff
from pressroom.releases.models import Release, ReleasePicture
from pressroom.webcasts.models import Webcast
from tests.browser.conftest import Visitor

COUNTING = """
window.moved = 0;
new PerformanceObserver(list => list.getEntries().forEach(entry => { window.moved += entry.value }))
  .observe({type: "layout-shift", buffered: true});
"""
PAINTED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
PICTURE, MAIN = re.compile(r'<img[^>]* src="([^"]+)"'), re.compile("<main[^>]*>")


@pytest.fixture(scope="module")
def pages(house: Flask) -> dict[str, str]:
    """Home, a release with a picture, the archive, a webcast: their addresses."""
    with house.app_context(), as_staff():
        now_public = Release.public_from.is_not(None), Release.withdrawn_at.is_(None), ~Release.embargoed
        pictured = select(Release).where(Release.id.in_(select(ReleasePicture.release_id)), *now_public)
        release = db.session.scalars(pictured.order_by(Release.id)).first()
        webcast = db.session.scalars(select(Webcast).order_by(Webcast.id)).first()
        assert release
        assert webcast
        found = {"home": "/", "release": release.address, "archive": "/clips/", "webcast": webcast.address}
        db.session.remove()
    return found


def moved(page: Page, address: str) -> float:
    """The sum of layout shifts at *address*, where every picture comes after the text was painted."""
    page.add_init_script(COUNTING)
    waiting: list[Route] = []
    page.route(lambda _url: True, lambda route: waiting.append(route) if _is_picture(route) else route.fallback())
    page.goto(address, wait_until="domcontentloaded")
    page.evaluate(PAINTED)
    for route in waiting:
        route.continue_()
    page.unroute_all()
    page.wait_for_load_state("networkidle")
    page.evaluate(PAINTED)
    return float(page.evaluate("window.moved"))


def _is_picture(route: Route) -> bool:
    return route.request.resource_type == "image"


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("name", ["home", "release", "archive", "webcast"])
def test_nothing_moves_when_the_pictures_arrive(visitor: Visitor, pages: dict[str, str], name: str, width: int) -> None:
    assert moved(visitor(width=width), pages[name]) == 0


def test_a_picture_that_does_not_say_its_size_would_be_noticed(visitor: Visitor, pages: dict[str, str]) -> None:
    page = visitor(width=360)

    def with_one_more(route: Route) -> None:
        answer = route.fetch()
        found = PICTURE.search(answer.text())
        assert found
        route.fulfill(response=answer, body=MAIN.sub(rf'\g<0><img src="{found[1]}" alt="">', answer.text(), count=1))

    page.route(lambda url: url.endswith(pages["home"]), with_one_more)
    assert moved(page, pages["home"]) > 0
