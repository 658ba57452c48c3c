"""A copy is the public site at one instant, and takes the place of the one before only when it is whole."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pressroom import freezing, publishing
from pressroom.freezing import copying, crawling
from pressroom.freezing.rules import LEFT_OUT, FreezeError, Scope, place
from pressroom.freezing.stranger import public_rules
from pressroom.kit import clock
from pressroom.kit.db import db
from pressroom.releases import actions as releases
from pressroom.releases.models import FormerAddress, Release
from tests import factories as people
from tests import hygiene
from tests.clips.conftest import clip
from tests.conftest import NOON
from tests.releases.conftest import illustrate, public, waiting
from tests.webcasts import factories as webcasts

LIFT = NOON + timedelta(days=1)
HOUR = timedelta(hours=1)
NOW = NOON + 3 * HOUR
MORE_THAN_A_FEED = 52
FEW = Scope(clips=2, papers=0)


@pytest.fixture
def site(app: Flask, clock_at: Callable[..., None], staff: Any) -> dict[str, str]:
    """A press room with one of everything; gives addresses by what is there."""
    clock_at(NOON)
    with staff():
        ada = people.person("ada")
        shown = illustrate(
            public(headline="Cats agree", body="See [this](/nowhere) and [that](/releases/?kind=research).")
        )
        taken = public(headline="Dogs agree")
        moved = public(headline="Birds agree")
        later = waiting(LIFT, headline="Quillwort genome read")
        db.session.flush()
        old = moved.address
        releases.withdraw(taken, by=ada, now=NOON + HOUR, reason="The data were wrong.")
        webcast = webcasts.published(webcasts.recorded())
        newest = clip(published_on=date(2026, 11, 10), headline="Clip of day 10")
        db.session.flush()
        return {
            "shown": shown.address,
            "picture": shown.pictures[0].asset.address,
            "taken": taken.address,
            "moved": old,
            "later": f"/releases/{LIFT.year}/{later.slug}",
            "webcast": f"/webcasts/{webcast.slug}",
            "newest clip": f"/clips/{newest.id}",
        }


def frozen(app: Flask, folder: Path, **changed: Any) -> copying.Made:
    given = {"now": NOW, "scope": FEW} | changed
    return freezing.make(app, folder, **given)


def page(folder: Path, path: str) -> Any:
    return hygiene.parse((folder / path.strip("/") / "index.html").read_text("utf-8"))


def test_a_copy_is_the_public_site(
    app: Flask, client: FlaskClient, site: dict[str, str], staff: Any, tmp_path: Path
) -> None:
    with staff():
        old = next(iter([clip(published_on=date(2026, 11, 1)) for _ in range(MORE_THAN_A_FEED)]))
        birds = db.session.query(Release).filter_by(headline="Birds agree").one()
        db.session.add(FormerAddress(release_id=birds.id, year=2026, slug="birds-first", left_at=NOON))
        db.session.flush()
        oldest = f"/clips/{old.id}"
    folder = tmp_path / "far" / "copy"
    app.config["ACCEL_REDIRECT"] = "/stored-media"  # no web server stands behind it
    with app.app_context(), publishing.as_staff():  # whoever makes a copy gives it no right of theirs
        made = frozen(app, folder)
    app.config["ACCEL_REDIRECT"] = ""
    texts = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    assert made.copy.pages + made.copy.files + 1 == len(texts)
    assert made.copy.clips < made.copy.of_clips == MORE_THAN_A_FEED + 1
    assert made.copy.made == NOW
    for file, content in texts.items():
        assert b"quillwort" not in content.lower(), file
        assert "quillwort" not in str(file)
        assert file.stat().st_mode & 0o777 == 0o644
        if file.suffix == ".html" and (file.parent.parent.name != "clips" or file.parent.name in site["newest clip"]):
            hygiene.check(content.decode(), str(file))
            assert b"csrf" not in content
            assert b'method="post"' not in content
    assert "19 November 2026, 15:00 EST" in page(folder, "/").xpath("string(//aside[@class='frozen'])")
    assert not (folder / "desk").exists()

    shown = page(folder, site["shown"])
    body = {a.text: a.get("href") for a in shown.xpath("//*[@id='text']//a")}
    assert body == {"this": None, "that": "/search/"}
    assert made.lost == {"/nowhere": site["shown"]}
    assert (folder / site["picture"].lstrip("/")).read_bytes() == client.get(site["picture"]).data
    assert "The data were wrong." in page(folder, site["taken"]).text_content()
    assert page(folder, "/").xpath("//footer//a[.='Desk']/@href") == ["/sign-in"]
    assert "This copy takes no forms" in page(folder, "/accreditation/").text_content()
    assert not (folder / oldest.lstrip("/")).exists()
    assert page(folder, site["newest clip"]).xpath("//dd/a[.='The Harbor Ledger']/@href") == ["/search/"]

    for room, form in ((room, form) for room in ("releases", "clips", "webcasts") for form in ("rss", "atom", "json")):
        assert b"19 November 2026, 15:00 EST" in texts[folder / f"feeds/{room}.{form}"], (room, form)
    assert "/sitemaps/releases-1.xml" in (folder / "sitemap.xml").read_text()
    sitemap = "".join(file.read_text() for file in sorted((folder / "sitemaps").iterdir()))
    assert site["shown"] in sitemap
    assert site["newest clip"] in sitemap
    assert f"{oldest}<" not in sitemap
    assert (folder / "404.html").is_file()
    assert (folder / f"{site['webcast']}.txt".lstrip("/")).is_file()

    index = json.loads((folder / "search/index.json").read_bytes())
    rows = {href: (index["kinds"][kind][0], title, day) for kind, title, href, day, _ in index["rows"]}
    assert rows[site["shown"]] == ("release", "Cats agree", "2026-11-19")
    assert rows[site["newest clip"]] == ("clip", "Clip of day 10", "2026-11-10")
    assert rows["/contact"][0] == "page"
    assert site["taken"] not in rows
    listed = page(folder, "/search/2026").xpath("//main//li//a/@href")
    assert {site["shown"], site["webcast"], site["newest clip"]} <= set(listed)
    assert page(folder, "/search").xpath("//script[contains(@src, 'frozen.js')]")

    leading = page(folder, "/releases/2026/birds-first")
    assert leading.xpath("//meta[@http-equiv='refresh']/@content") == [f"0; url={site['moved']}"]
    with clock.at(NOW):
        for rule in public_rules(app):
            answer = None if rule.arguments or rule.endpoint in LEFT_OUT else client.get(rule.rule)
            if answer and answer.status_code == 200:
                assert (folder / place(rule.rule, answer.mimetype)).is_file(), f"{rule.rule}: copy it, or leave it out"


def test_the_next_copy_replaces_the_last_one_and_nothing_else(app: Flask, site: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    frozen(app, folder)
    (folder / "stray").write_text("of an earlier copy")
    left = tmp_path / ".copy.freezing-killed"
    left.mkdir()
    frozen(app, folder, now=LIFT)
    assert page(folder, site["later"]) is not None
    assert [path.name for path in tmp_path.iterdir() if "copy" in path.name] == ["copy"]
    assert not (folder / "stray").exists()
    own = tmp_path / "own"
    own.mkdir()
    (own / "thesis.txt").write_text("years of work")
    with pytest.raises(FreezeError, match="holds something else"):
        frozen(app, own)
    assert [file.name for file in own.iterdir()] == ["thesis.txt"]


def test_what_is_not_whole_leaves_the_last_copy_as_it_was(
    app: Flask, site: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "copy"
    frozen(app, folder)
    before = {file: file.stat().st_mtime_ns for file in folder.rglob("*")}

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    def lost(*_: object) -> Iterator[str]:
        yield "/lost"

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    for room, name, broken, error, said in (
        (crawling, "written", full, FreezeError, "The disk is full"),
        (crawling, "place", interrupted, KeyboardInterrupt, None),
        (copying, "unlinked", lost, FreezeError, "/lost on /"),
    ):
        with monkeypatch.context() as patch, pytest.raises(error, match=said):
            patch.setattr(room, name, broken)
            frozen(app, folder, now=LIFT)
        assert {file: file.stat().st_mtime_ns for file in folder.rglob("*")} == before
        assert [path.name for path in tmp_path.iterdir() if "copy" in path.name] == ["copy"]

    app.testing = False
    app.view_functions["pages.logos"] = lambda: 1 / 0  # type: ignore[return-value]
    with pytest.raises(FreezeError, match="/logos answered 500"):
        frozen(app, folder)


def test_what_changes_meanwhile_is_begun_anew(
    app: Flask, site: dict[str, str], staff: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A release is taken back while it is copied: its picture is gone, and pages that show it are not."""
    said = []
    look = copying.unlinked

    def torn(*given: Any) -> Iterator[str]:
        if not said:
            with staff():
                public(headline="News meanwhile")
            yield "/lost"
        yield from look(*given)

    monkeypatch.setattr(copying, "unlinked", torn)
    frozen(app, tmp_path / "copy", told=said.append)
    assert said == ["Something was published or withdrawn meanwhile; it begins anew."]
