"""Renditions: the same bytes each time, in the sizes of pages, with their words; made by the worker or a command."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from pressroom.kit.db import db
from pressroom.media import actions, jobs, pictures, renditions, xmp
from pressroom.media.models import Asset
from pressroom.media.rules import JPEG, PNG, TIFF
from pressroom.media.xmp import Words
from pressroom.releases import actions as releases
from tests.conftest import NOON
from tests.media.reading import get
from tests.releases.conftest import png, public, waiting

SAID = Words(caption="A cat.", credit="I. Okoye", licence="CC BY 4.0", notice="EMBARGOED UNTIL noon")


def photograph(form: str = "JPEG", size: tuple[int, int] = (1200, 800), mode: str = "RGB") -> BytesIO:
    out = BytesIO()
    Image.linear_gradient("L").resize(size).convert(mode).save(out, form)
    out.seek(0)
    return out


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
def test_the_same_picture_gives_the_same_bytes(form: str) -> None:
    content = pictures.clean(photograph(form, (700, 400))).stream.getvalue()
    kind = pictures.FORMATS[form]
    first, second = (list(renditions.make(content, kind, SAID)) for _ in range(2))
    assert first == second
    assert [(made.name, made.width) for made in first] == [("original", 700), ("small", 640), ("thumbnail", 320)][
        : len(first)
    ] or form == "TIFF"
    for made in first:
        with Image.open(BytesIO(made.content)) as picture:
            assert picture.size == (made.width, made.height)
            assert not picture.getexif().get_ifd(0x8825)
        assert b"EMBARGOED UNTIL noon" in made.content
        assert xmp.read(BytesIO(made.content)).credit == "I. Okoye"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_png_has_sizes(mode: str) -> None:
    content = photograph("PNG", (400, 300), mode if mode not in {"P", "1", "I;16"} else "L")
    if mode in {"P", "1", "I;16"}:
        out = BytesIO()
        Image.new(mode, (400, 300)).save(out, "PNG")
        content = out
    made = list(renditions.make(content.getvalue(), PNG, SAID))
    assert [row.name for row in made] == ["original", "thumbnail"]
    assert made[1].type.media_type == "image/webp"


def test_a_tiff_has_a_size_that_browsers_show() -> None:
    names = [made.name for made in renditions.make(photograph("TIFF", (500, 300)).getvalue(), TIFF, SAID)]
    assert names == ["original", "large", "thumbnail"]


def test_a_release_with_a_tiff_waits_for_the_size_that_browsers_show(
    client: FlaskClient, app: Flask, staff: Any, clock_at: Any
) -> None:
    clock_at(NOON)
    with staff() as cast:
        release = public()
        scan = actions.store(photograph("TIFF"), by=cast.ada, now=NOON, name="Scan.tif", alt="A scan.")
        releases.add_picture(release, scan, by=cast.ada, now=NOON)
    for path in ("/", "/releases/2026/cats-agree-with-their-owners"):
        page = client.get(path).page  # type: ignore[attr-defined]
        assert not page.xpath("//figure/img | //figure//a/img | //img[@src='']"), path
        assert all("/card-" in image for image in page.xpath("//meta[@property='og:image']/@content")), path
    work(app)
    assert image(client).get("src").endswith("/large/scan.jpg")


def test_other_words_are_another_recipe() -> None:
    assert renditions.recipe("a" * 64, SAID) == renditions.recipe("a" * 64, SAID)
    assert len({renditions.recipe("a" * 64, words) for words in (SAID, Words(), Words(notice="x"))}) == 3


@pytest.fixture
def shown(staff: Any, clock_at: Any) -> Callable[[], Asset]:
    """A public release with a photograph; call it for the asset as it is now."""
    clock_at(NOON)
    with staff() as cast:
        release = public()
        asset = actions.store(photograph(), by=cast.ada, now=NOON, name="Cat.jpg", alt="A cat.", credit="I. Okoye")
        releases.add_picture(release, asset, by=cast.ada, now=NOON)
        db.session.flush()
        asset_id = asset.id

    def current() -> Asset:
        with staff():
            asset = db.session.get(Asset, asset_id)
            assert asset is not None
            db.session.refresh(asset)
            db.session.expunge(asset)
            return asset

    return current


def image(client: FlaskClient) -> Any:
    return client.get("/releases/2026/cats-agree-with-their-owners").page.xpath("//figure/img")[0]  # type: ignore[attr-defined]


def work(app: Flask) -> None:
    with app.app_context():
        jobs.render(NOON)


def test_the_page_works_before_they_are_made_and_offers_sizes_after(
    client: FlaskClient, app: Flask, shown: Callable[[], Asset]
) -> None:
    before = image(client)
    assert before.get("src") == shown().address
    assert before.get("srcset") is None
    assert (before.get("width"), before.get("height")) == ("1200", "800")
    work(app)
    after = image(client)
    assert (after.get("width"), after.get("height")) == ("1200", "800")
    sizes = [line.split() for line in after.get("srcset").split(", ")]
    assert [width for _, width in sizes] == ["1024w", "640w", "320w"]
    for address, width in sizes:
        answer = get(client, address)
        assert answer.status_code == 200
        with Image.open(BytesIO(answer.data)) as picture:
            assert f"{picture.width}w" == width
    original = get(client, shown().address)
    assert b"I. Okoye" in original.data
    assert original.headers["ETag"].strip('"') == shown().rendition("original")["sha256"]  # type: ignore[index]


def test_what_is_up_to_date_is_not_made_again(app: Flask, staff: Any, shown: Any, monkeypatch: Any) -> None:
    work(app)
    monkeypatch.setattr(renditions, "make", lambda *_: pytest.fail("made again"))
    with staff():
        assert actions.queue_all(now=NOON) == 1
    work(app)
    assert shown().render_at is None


def test_new_words_reach_a_reader_who_has_the_old_ones(
    client: FlaskClient, app: Flask, shown: Callable[[], Asset], staff: Any
) -> None:
    work(app)
    asset_id, old = shown().id, get(client, shown().address)
    with staff() as cast:
        actions.describe(db.session.get(Asset, asset_id), by=cast.ada, now=NOON, credit="Somebody else")
    work(app)
    again = get(client, shown().address, headers={"If-None-Match": old.headers["ETag"]})
    assert again.status_code == 200
    assert b"Somebody else" in again.data


def test_the_embargo_line_is_in_each_file_and_follows_the_time(
    app: Flask, staff: Any, clock_at: Any, ada: FlaskClient
) -> None:
    clock_at(NOON)
    with staff() as cast:
        release = waiting(NOON + timedelta(days=5), embargoed=True)
        asset = actions.store(png(400, 300), by=cast.ada, now=NOON, name="c.png", alt="A cat.")
        releases.add_picture(release, asset, by=cast.ada, now=NOON)
        db.session.flush()
        release_id, asset_id, address = release.id, asset.id, asset.desk_address
    work(app)
    assert b"EMBARGOED UNTIL Tuesday, 24 November 2026" in get(ada, address).data
    with staff() as cast:
        release = db.session.get(releases.Release, release_id)
        releases.hold(release, by=cast.ada, now=NOON)
    work(app)
    assert b"EMBARGOED" not in get(ada, address).data
    with staff():
        assert db.session.get(Asset, asset_id).render_problem == ""  # type: ignore[union-attr]


def test_a_picture_that_fails_is_tried_again_and_then_left_with_the_reason(
    app: Flask, shown: Callable[[], Asset], client: FlaskClient, clock_at: Any, monkeypatch: Any
) -> None:
    def broken(*_arguments: object) -> None:
        raise ValueError("cannot")

    monkeypatch.setattr(renditions, "make", broken)
    for tries in range(1, actions.MOST_TRIES + 1):
        clock_at(NOON + timedelta(hours=tries))
        work(app)
        assert shown().render_tries == tries
    assert shown().render_at is None
    assert (
        shown().render_problem
        == "The picture could not be made smaller. Save it again as JPEG or PNG, and upload that."
    )
    assert get(client, shown().address).status_code == 200


def test_a_worker_that_died_is_followed_after_its_lease(app: Flask, staff: Any, shown: Any, clock_at: Any) -> None:
    with staff():
        asset_id, since = actions.queries.due_renditions(NOON)  # type: ignore[misc]
        assert actions.claim_renditions(asset_id, since, now=NOON) == NOON + actions.LEASE
        assert actions.claim_renditions(asset_id, since, now=NOON) is None
    work(app)
    assert shown().renditions == []
    clock_at(NOON + actions.LEASE)
    work(app)
    assert shown().renditions


def test_a_command_makes_them_again_to_the_same_bytes(app: Flask, shown: Callable[[], Asset]) -> None:
    runner = app.test_cli_runner()
    assert "1 pictures looked at; 0 could not be made." in runner.invoke(args=["media", "renditions"]).output
    before = shown().renditions
    with app.app_context():
        for row in before:
            actions.storage().remove(row["sha256"])
    assert runner.invoke(args=["media", "renditions"]).exit_code == 0
    assert shown().renditions == before
    assert runner.invoke(args=["media", "renditions", "--again"]).exit_code == 0
    assert shown().renditions == before
    with app.app_context():
        assert all(actions.storage().is_whole(row["sha256"]) for row in before)


def test_left_over_files_are_deleted_after_a_day_and_no_others(
    app: Flask, shown: Callable[[], Asset], staff: Any
) -> None:
    work(app)
    shown_now = shown()
    with staff():
        left = actions.storage().store(BytesIO(b"left over")).sha256
        assert actions.sweep(now=NOON - timedelta(days=9_000)) == []
        assert actions.sweep(now=NOON + timedelta(days=9_000)) == [left]
        kept = [shown_now.sha256, *(row["sha256"] for row in shown_now.renditions)]
        assert all(map(actions.storage().is_whole, kept))


def test_a_picture_of_the_tiff_type_is_shown_once_a_browser_can(staff: Any, app: Flask) -> None:
    with staff():
        asset = actions.store(photograph("TIFF"), by=None, now=NOON, name="scan.tif", alt="A scan.")
        assert (asset.shown.src, asset.shown.thumbnail, asset.desk_shown.srcset) == ("", "", "")
    work(app)
    with staff():
        asset = db.session.query(Asset).one()
        assert asset.shown.src.endswith("/large/scan.jpg")
        assert asset.kind == JPEG.kind
