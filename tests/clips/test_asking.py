"""Pasted addresses: rows that the worker works off, a few of each site at a time; and the bookmarklet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pressroom.clips import jobs
from pressroom.clips.gathering import asking, pages
from pressroom.clips.gathering.models import AskedAddress, Candidate, ClipImport, ImportRow
from pressroom.clips.rules import ImportState
from pressroom.kit import clock
from pressroom.kit.db import db
from tests.clips.conftest import clip
from tests.conftest import NOON, post
from tests.kit.site import Site, fetcher, page

Staff = Callable[[], Any]
PATH = "/desk/clips/addresses"
STORY = b"""<html lang="en"><title>%s</title><meta property="og:site_name" content="The Harbor Ledger">
<meta property="article:published_time" content="2026-11-12T08:00:00Z"><meta name="author" content="Rita Okafor">"""
HTML = "Content-Type: text/html"


@pytest.fixture
def site(app: Flask, clock_at: Callable[[Any], None]) -> Iterator[Site]:
    clock_at(NOON)
    answers = {f"/{n}": page(STORY % f"Story {n}".encode(), HTML) for n in range(9)}
    answers["/busy"] = page(b"", "Retry-After: 3600", status="503 Later")
    answers["/none"] = page(b"<p>No headline", HTML)
    with Site(answers) as opened:
        app.extensions["fetcher"] = fetcher(opened)
        yield opened


def begun(site: Site, *paths: str, host: str = "ledger.example") -> int:
    pasted = asking.listed("\n".join(f"http://{host}:{site.port}/{path}" for path in paths))
    job = asking.begin(pasted, name="a list", by=None, now=clock.now())
    db.session.commit()
    return job.id


def counts(import_id: int) -> tuple[ImportState, int, int, int]:
    job = db.session.get_one(ClipImport, import_id, populate_existing=True)
    return job.state, job.added, job.known, job.refused


def test_a_list_is_read_and_waits_to_be_judged(staff: Staff, app: Flask, site: Site) -> None:
    with staff():
        clip(url=f"https://ledger.example:{site.port}/2")
        import_id = begun(site, "0", "1", "2", "none", "gone")
    with app.app_context():
        jobs.ask_addresses(clock.now())
        jobs.ask_addresses(clock.now())  # four of a host at a time
    with staff():
        assert counts(import_id) == (ImportState.DONE, 2, 1, 2)
        first = db.session.scalars(select(Candidate).order_by(Candidate.line)).first()
        assert first is not None
        assert (first.headline, first.outlet, first.byline) == ("Story 0", "The Harbor Ledger", "Rita Okafor")
        assert (first.published_on, first.published_at) == (date(2026, 11, 12), NOON.replace(day=12, month=11, hour=8))
        rows = db.session.scalars(select(ImportRow).order_by(ImportRow.line)).all()
        assert [row.outcome.value for row in rows] == ["added", "added", "known", "refused", "refused"]
        assert "no headline" in rows[3].reason
        assert "404" in rows[4].reason
        assert len(site.asked) == 4  # what the archive knows is not asked for
        again = begun(site, "0", "1")
    with app.app_context():
        jobs.ask_addresses(clock.now())
    with staff():
        assert counts(again) == (ImportState.DONE, 0, 2, 0)
        assert len(site.asked) == 4


def test_a_page_that_is_known_by_what_it_calls_its_own_address(staff: Staff, app: Flask, site: Site) -> None:
    """Of its own site: a copy of a wire story names the agency's page."""
    for path, own in (("0", "/known"), ("1", "https://wire.example/known"), ("2", "/unknown")):
        head = b"<link rel='canonical' href='%s'>" % own.encode()
        site.answers[f"/{path}"] = page(STORY % f"Story {path}".encode() + head, HTML)
    with staff():
        known = clip(url=f"http://www.ledger.example:{site.port}/known").id
        clip(url="https://wire.example/known")
        import_id = begun(site, "0", "1", "2")
    with app.app_context():
        jobs.ask_addresses(clock.now())
    with staff():
        assert counts(import_id) == (ImportState.DONE, 2, 1, 0)
        waits = db.session.scalars(select(Candidate.url).order_by(Candidate.line)).all()
        assert waits == [f"http://ledger.example:{site.port}/{n}" for n in (1, 2)]
        row = db.session.scalars(select(ImportRow).where(ImportRow.line == 1)).one()
        assert row.clip_id == known


def test_a_site_that_is_busy_is_left_alone(staff: Staff, app: Flask, site: Site, clock_at: Any) -> None:
    with staff():
        import_id = begun(site, "busy", "0")
        asking.work()
        assert len(site.asked) == 1
        waiting = asking.left(import_id)
        assert [asked.due_at for asked in waiting] == [NOON + timedelta(hours=1)] * 2
        assert "503" in waiting[0].problem
    for hours in (2, 4):
        clock_at(NOON + timedelta(hours=hours))
        with app.app_context():
            jobs.ask_addresses(clock.now())
    with staff():
        asking.hurry(import_id, clock.now())
        asking.work()
        assert counts(import_id) == (ImportState.DONE, 1, 0, 1)


def test_a_page_whose_worker_died_is_asked_again_and_counted_once(staff: Staff, site: Site, clock_at: Any) -> None:
    with staff():
        import_id = begun(site, "0")
        dead = asking.claim(clock.now())
        db.session.commit()
        assert dead is not None
        assert asking.claim(clock.now()) is None
        clock_at(NOON + asking.LEASE * 2)
        asking.work()
        asking.ask(dead)  # it was only slow
        assert counts(import_id) == (ImportState.DONE, 1, 0, 0)


def test_a_page_that_ends_the_worker_is_given_up(staff: Staff, site: Site, clock_at: Any) -> None:
    with staff():
        import_id = begun(site, "0")
        for times in range(1, len(asking.BACK_OFF) + 2):
            assert asking.claim(clock.now()) is not None
            db.session.commit()  # and the process is killed
            clock_at(NOON + times * asking.LEASE * 2)
        assert asking.work() == 1
        assert counts(import_id) == (ImportState.DONE, 0, 0, 1)
        assert "worker ended" in db.session.scalars(select(ImportRow.reason)).one()
        assert site.asked == []


def test_a_page_that_breaks_its_reader_costs_no_other_its_turn(
    staff: Staff, site: Site, clock_at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = pages.ask

    def broken(address: str) -> Any:
        if address.endswith("/0"):
            raise RuntimeError("a mistake")
        return ask(address)

    monkeypatch.setattr(pages, "ask", broken)
    with staff():
        import_id = begun(site, "0")
        begun(site, "1", host="other.example")
        assert asking.work() == 2
        assert db.session.scalars(select(Candidate.headline)).all() == ["Story 1"]
        for hours in (1, 2):
            clock_at(NOON + timedelta(hours=hours))
            asking.work()
        assert counts(import_id) == (ImportState.DONE, 0, 0, 1)


def test_what_is_pasted_on_the_desk(wren: FlaskClient, site: Site, staff: Staff) -> None:
    refused = post(wren, PATH, {"addresses": "https://a.example/1\nnonsense\n"})
    assert refused.status_code == 422
    assert "line 2: “nonsense” is no web address" in refused.text
    assert "https://a.example/1" in refused.text
    assert post(wren, PATH, {"addresses": " "}).status_code == 422
    many = "\n".join(f"https://a.example/{n}" for n in range(asking.MOST + 1))
    assert "Paste at most 200" in post(wren, PATH, {"addresses": many}).text
    one = post(wren, PATH, {"addresses": "https://a.example/1?b=c&d\nhttps://a.example/1?b=c&d#e"})
    assert one.location == "/desk/clips/new?url=https://a.example/1?b%3Dc%26d"
    form = wren.get(one.location).page  # type: ignore[attr-defined]
    assert form.xpath("//input[@name='url']/@value") == ["https://a.example/1?b=c&d"]
    listed = post(
        wren, PATH, {"addresses": f"http://ledger.example:{site.port}/0 http://ledger.example:{site.port}/busy"}
    )
    assert listed.status_code == 303
    assert "Pages still to be read" in wren.get(listed.location).text
    assert site.asked == []  # pages are read by the worker, and never by a GET
    with staff():
        asking.work()
        assert db.session.scalars(select(AskedAddress.due_at).order_by(AskedAddress.id)).all()[0] is None
    shown = wren.get(listed.location)
    assert "503" in shown.text
    assert post(wren, f"{PATH}/1/now", {}, form=PATH).status_code == 303
    assert "2 pasted addresses" in wren.get(PATH).text


def test_the_bookmarklet_opens_the_form_and_fetches_nothing(wren: FlaskClient, site: Site) -> None:
    link = wren.get(PATH).page.xpath("//main//a[starts-with(@href, 'javascript:')]/@href")[0]  # type: ignore[attr-defined]
    assert '/desk/clips/new?url="+encodeURIComponent(location.href)' in link
    assert wren.get("/desk/clips/new?url=javascript:alert(1)").status_code == 200
    assert wren.get(f"/desk/clips/new?url=http://ledger.example:{site.port}/0").status_code == 200
    assert site.asked == []


def test_a_command_takes_a_file_of_addresses(app: Flask, staff: Staff, tmp_path: Any) -> None:
    path = tmp_path / "list.txt"
    path.write_text("https://a.example/1\nnone\nhttps://a.example/2\n")
    result = app.test_cli_runner().invoke(args=["import-addresses", str(path)])
    assert "line 2: “none” is no web address" in result.output
    assert "2 pages are to be read" in result.output
    with staff():
        assert counts(1) == (ImportState.RUNNING, 0, 0, 1)
    path.write_text("none")
    assert app.test_cli_runner().invoke(args=["import-addresses", str(path)]).exit_code == 1
