"""Outlets: their names, two that are one, their icons; the work on their clips."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select, update

from pressroom import jobs, search
from pressroom.audit import AuditEntry
from pressroom.clips import actions as clips
from pressroom.clips.gathering import bulk
from pressroom.clips.gathering.items import Found
from pressroom.clips.gathering.models import Candidate
from pressroom.clips.models import Clip, Outlet
from pressroom.clips.outlets import actions, icons, names, queries, rules, working
from pressroom.clips.outlets.models import OutletAlias, OutletMoved, OutletWork
from pressroom.clips.outlets.rules import Known, NameTakenError, OutletError, StaleError
from pressroom.clips.rules import Medium, fingerprint
from pressroom.clips.stories.models import ClipPrint
from pressroom.clips.triage import deciding
from pressroom.kit import clock
from pressroom.kit.db import db
from tests.clips.conftest import clip
from tests.clips.triage.conftest import of, waiting
from tests.conftest import NOON, post, submit
from tests.kit.site import Site, fetcher, page

Staff = Callable[[], Any]
DAY = date(2026, 11, 12)


def outlet(name: str) -> Outlet:
    return db.session.scalars(select(Outlet).where(Outlet.name == name)).one()


def acts() -> list[str]:
    """What the audit says was done with outlets."""
    done = select(AuditEntry.action).where(AuditEntry.kind == "outlet").order_by(AuditEntry.id)
    return list(db.session.scalars(done))


def printed(headline: str, name: str, **fields: Any) -> int:
    """A clip without an address."""
    made = clip(headline=headline, outlet=name, url="", published_on=DAY, medium=Medium.PRINT, **fields)
    return made.id


@pytest.fixture
def two(staff: Staff) -> None:
    """Two outlets that are one, with an address each, and the same story in both without one."""
    with staff():
        clip(headline="First here", outlet="The Harbor Ledger")
        printed("In both", "The Harbor Ledger")
        clip(headline="First there", outlet="Harbor Ledger Online")
        printed("In both", "Harbor Ledger Online")
        printed("Only there", "Harbor Ledger Online")


def merged(staff: Staff) -> int:
    with staff() as cast:
        one, into = outlet("Harbor Ledger Online"), outlet("The Harbor Ledger")
        work_id = actions.merge(one, into, by=cast.ada, now=clock.now()).id
    with staff():
        assert working.run(work_id)
    return work_id


# Names ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Harbor Ledger", "harbor ledger"),
        ("Harbor Ledger (print)", "Harbor-Ledger"),
        ("harborledger.com", "Harbor Ledger Online"),
        ("El Móvil", "el movil"),
        ("Science & Sea", "Science and Sea"),
    ],
)
def test_names_that_look_the_same(one: str, other: str) -> None:
    (pair,) = rules.alike([Known(1, one, "", 3), Known(2, other, "", 9), Known(3, "Radio Puente", "", 1)])
    assert (pair.one.id, pair.other.id) == (1, 2)


def test_outlets_with_one_host_look_the_same_and_others_do_not() -> None:
    shared = [Known(1, "A", "https://www.ledger.example/", 3), Known(2, "B", "http://ledger.example/news", 9)]
    assert [pair.why for pair in rules.alike(shared)] == ["the same home page"]
    assert not rules.alike([Known(1, "The Times", "", 1), Known(2, "The Time", "", 1), Known(3, "日報", "", 1)])


def test_an_import_finds_an_outlet_by_any_of_its_names(app: Flask, staff: Staff, table_file: Any) -> None:
    with staff() as cast:
        clip(outlet="The Harbor Ledger")
        found = outlet("The Harbor Ledger")
        others = ("Ledger (Harbor)", "harborledger.example")
        actions.edit(found, by=cast.ada, now=clock.now(), version=1, aliases=others)
    rows = "date,title,outlet,link\n2026-11-10,One,ledger harbor,\n2026-11-10,Two,,https://www.harborledger.example/2\n"
    path = table_file(rows + "2026-11-10,Three,THE HARBOR LEDGER,\n2026-11-10,Four,Radio Puente,\n")
    for added in (4, 0):
        assert f"{added} added" in app.test_cli_runner().invoke(args=["import-clips", str(path)]).output
        with staff():
            assert (
                db.session.scalar(select(func.count(Clip.id)).where(Clip.outlet_id == outlet("The Harbor Ledger").id))
                == 4
            )
            assert db.session.scalar(select(func.count(Outlet.id))) == 2
    assert "0 added" in app.test_cli_runner().invoke(args=["import-clips", str(path), "--dry-run"]).output


def test_withdrawn_clips_are_not_counted(staff: Staff, two: None) -> None:
    with staff():
        first = db.session.scalars(select(Clip).where(Clip.headline == "First here")).one()
        clips.withdraw(first, by=None, now=clock.now(), reason="Ours by mistake.")
        here, there = outlet("The Harbor Ledger"), outlet("Harbor Ledger Online")
        assert [(row.outlet.id, row.clips) for row in queries.page(sort="clips").items] == [(there.id, 3), (here.id, 1)]
        assert [row.clips for row in queries.found("the harbor", but=there.id)] == [1]
        assert {one.name: one.clips for one in queries.known()} == {here.name: 1, there.name: 3}
        assert queries.count_clips(here.id) == 1


def test_a_thousand_names_cost_a_handful_of_statements(staff: Staff, queries: Any) -> None:
    with staff():
        called, known = names.Called(), bulk.Names(Outlet)
        every = [f"Outlet {n}" for n in range(1000)]
        with queries(7) as sent:
            called.learn(every)
            known.make(every)
            called.learn(every)
            known.make(every)
        assert len(sent) <= 7


def test_a_name_belongs_to_one_outlet(staff: Staff, two: None) -> None:
    with staff() as cast:
        found = outlet("The Harbor Ledger")
        with pytest.raises(NameTakenError, match="“harbor ledger online” is a name of Harbor Ledger Online"):
            actions.edit(found, by=cast.ada, now=clock.now(), version=1, aliases=("harbor ledger online",))
        db.session.rollback()
        with pytest.raises(NameTakenError):
            actions.edit(found, by=cast.ada, now=clock.now(), version=1, name="Harbor ledger ONLINE")
        db.session.rollback()
        with pytest.raises(StaleError):
            actions.edit(found, by=cast.ada, now=clock.now(), version=7, country="GB")
        db.session.rollback()


def test_a_new_name_leaves_the_old_one_and_the_address(
    client: FlaskClient, app: Flask, staff: Staff, two: None
) -> None:
    with staff() as cast:
        work = actions.edit(outlet("The Harbor Ledger"), by=cast.ada, now=clock.now(), version=1, name="Harbor Tide")
        assert work is not None
        work_id = work.id
    with staff():
        working.run(work_id)
    assert "Harbor Tide" in client.get("/clips/?outlet=the-harbor-ledger&q=first").text
    with staff():
        assert names.called("the harbor ledger") == "Harbor Tide"
        assert names.called("Harbor tide") == "Harbor tide"
        mark = fingerprint(url="", outlet="Harbor Tide", headline="In both", published_on=DAY)
        assert db.session.scalar(select(Clip.id).where(Clip.fingerprint == mark)) == 2
        actions.edit(outlet("Harbor Tide"), by=None, now=clock.now(), version=2, name="The Harbor Ledger")
        assert not actions.other_names(outlet("The Harbor Ledger"))[1:]
        assert acts() == ["edit", "edit"]


# Two that are one ----------------------------------------------------------------------------------------


def test_a_merge_moves_clips_names_and_addresses(app: Flask, client: FlaskClient, staff: Staff, two: None) -> None:
    work_id = merged(staff)
    for address, now in {
        "/clips/?outlet=harbor-ledger-online": "/clips/?outlet=the-harbor-ledger",
        "/clips/?q=first&outlet=harbor-ledger-online": "/clips/?q=first&outlet=the-harbor-ledger",
        "/clips/?outlet=harbor-ledger-online&outlet=the-harbor-ledger": "/clips/?outlet=the-harbor-ledger",
        "/clips/export.csv?outlet=harbor-ledger-online": "/clips/export.csv?outlet=the-harbor-ledger",
        "/clips/feed.rss?outlet=harbor-ledger-online": "/clips/feed.rss?outlet=the-harbor-ledger",
    }.items():
        answer = client.get(address)
        assert (answer.status_code, answer.location) == (301, now)
    with app.app_context():
        search.sweep()
    page = client.get("/clips/?outlet=the-harbor-ledger")
    assert "5 clips" in page.text
    assert "Harbor Ledger Online" not in page.text
    with staff():
        work = queries.work(work_id)
        assert work is not None
        assert (work.clips, work.duplicates) == (3, 1)
        assert [(moved.headline, same and same.id) for moved, same in queries.duplicates(work_id)] == [("In both", 2)]
        mark = fingerprint(url="", outlet="The Harbor Ledger", headline="Only there", published_on=DAY)
        assert (
            db.session.scalar(select(Clip.outlet_id).where(Clip.fingerprint == mark)) == outlet("The Harbor Ledger").id
        )
        with pytest.raises(Exception, match="in the archive already"):
            printed("Only there", "harbor ledger online")
        db.session.rollback()


def test_two_merges_that_cross_make_no_ring(staff: Staff, two: None) -> None:
    with staff():
        one, other = outlet("The Harbor Ledger"), outlet("Harbor Ledger Online")
        across = update(Outlet).where(Outlet.id == other.id).values(merged_into_id=one.id)
        db.session.execute(across.execution_options(synchronize_session=False))  # by somebody else, meanwhile
        with pytest.raises(OutletError, match="merged into another outlet already"):
            actions.merge(one, other, by=None, now=NOON)


def test_a_merge_is_undone_from_its_record(staff: Staff, client: FlaskClient, two: None, ada: FlaskClient) -> None:
    with staff():
        before = db.session.execute(select(Clip.id, Clip.outlet_id, Clip.fingerprint).order_by(Clip.id)).all()
        outlets = outlet("Harbor Ledger Online").id, outlet("The Harbor Ledger").id
        actions.edit(outlet("Harbor Ledger Online"), by=None, now=clock.now(), version=1, aliases=("HLO",))
    assert (
        post(ada, f"/desk/clips/outlets/{outlets[0]}/merge/{outlets[1]}").location
        == f"/desk/clips/outlets/{outlets[1]}"
    )
    with staff():
        printed("New since then", "The Harbor Ledger")
        assert names.called("hlo") == "The Harbor Ledger"
    assert "Merged into it" in ada.get(f"/desk/clips/outlets/{outlets[1]}").text
    assert "In both (2)" in ada.get("/desk/clips/outlets/work/1").text
    assert post(ada, "/desk/clips/outlets/work/1/undo", form="/desk/clips/outlets/work/1").status_code == 303
    with staff():
        after = db.session.execute(select(Clip.id, Clip.outlet_id, Clip.fingerprint).order_by(Clip.id)).all()
        assert after[:5] == before
        assert after[5].outlet_id == outlets[1]
        assert names.called("hlo") == "Harbor Ledger Online"
        assert acts() == ["edit", "merge", "unmerge"]
    assert "3 clips" in client.get("/clips/?outlet=harbor-ledger-online").text
    assert post(ada, "/desk/clips/outlets/work/1/undo", form="/desk/clips/new").status_code == 303
    with staff():
        assert db.session.scalar(select(func.count(OutletWork.id))) == 2


def test_what_is_compared_of_clips_follows_their_outlet(staff: Staff, two: None) -> None:
    def compared() -> list[tuple[str, bool]]:
        rows = select(Outlet.name, ClipPrint.waits).join(ClipPrint, ClipPrint.outlet == Outlet.id)
        return sorted(db.session.execute(rows).all())  # type: ignore[arg-type]

    with staff():
        assert compared() == [("Harbor Ledger Online", False)] * 3 + [("The Harbor Ledger", False)] * 2
    work_id = merged(staff)
    with staff():
        assert compared() == [("The Harbor Ledger", False)] * 5
        back = actions.undo(db.session.get_one(OutletWork, work_id), by=None, now=clock.now()).id
    with staff():
        assert working.run(back)
        assert compared() == [("Harbor Ledger Online", True)] * 3 + [("The Harbor Ledger", False)] * 2


def test_what_was_asked_about_is_known_by_the_name_that_its_outlet_has(staff: Staff, two: None) -> None:
    """Printed, so that the name is part of what it is known by: a list that tells it again asks nobody again."""

    def told(name: str, headline: str = "Only asked about") -> Found:
        return Found(headline, names.called(name), DAY, medium=Medium.PRINT)

    def asked_again(name: str) -> bool:
        return not db.session.scalar(select(Candidate.id).where(Candidate.fingerprint == told(name).fingerprint))

    with staff():
        numbers = waiting(told("Harbor Ledger Online"), told("Radio Puente"), told("Harbor Ledger Online", "Twice"))
        waiting(told("The Harbor Ledger", "Twice"))
        deciding.reject(of(numbers[0]), "Off the subject", by=None, now=clock.now())
        db.session.commit()
    work_id = merged(staff)
    with staff() as cast:
        assert not asked_again("Harbor Ledger Online")
        assert of(numbers[2]).fingerprint != told("The Harbor Ledger", "Twice").fingerprint, "that is another's"
        into = outlet("The Harbor Ledger")
        actions.edit(into, by=cast.ada, now=clock.now(), version=into.version, name="Harbor Tide")
        assert not asked_again("Harbor Ledger Online")
        assert not asked_again("harbor tide")
        for aliases in (["Radio Puente"], []):
            actions.edit(into, by=cast.ada, now=clock.now(), version=into.version, aliases=aliases)
            assert not asked_again("Radio Puente")
        actions.undo(db.session.get_one(OutletWork, work_id), by=None, now=clock.now())
        assert not asked_again("Harbor Ledger Online")


def test_marks_made_of_another_spelling_hold_until_the_name_changes(staff: Staff) -> None:
    def marks(*names: str) -> set[str]:
        return {fingerprint(url="", outlet=name, headline=name, published_on=DAY) for name in names}

    def known() -> set[str]:
        return set(db.session.scalars(select(Clip.fingerprint)))

    with staff():
        for name in ("El Movil", "El Móvil"):
            printed(name, name)
        for changes in ({"words": 5}, {"name": "EL MÓVIL"}):
            found = db.session.query(Outlet).one()
            work = actions.edit(found, by=None, now=NOON, version=found.version, **changes)
            db.session.commit()
            working.run(work.id)
            assert known() == marks("El Movil", "El Móvil")
        printed("Other", "Other")
        merging = actions.merge(outlet("EL MÓVIL"), outlet("Other"), by=None, now=NOON)
        db.session.commit()
        working.run(merging.id)
        assert not known() & marks("El Movil", "El Móvil")
        back = actions.undo(merging, by=None, now=NOON)
        db.session.commit()
        working.run(back.id)
        assert known() >= marks("El Movil", "El Móvil")


def test_chains_lead_to_the_last_one_and_are_taken_apart_from_the_end(staff: Staff) -> None:
    with staff():
        for name in ("A Paper", "B Paper", "C Paper"):
            printed("A story", name)
        first = actions.merge(outlet("A Paper"), outlet("B Paper"), by=None, now=NOON)
        second = actions.merge(outlet("B Paper"), outlet("C Paper"), by=None, now=NOON)
        assert names.called("a paper") == "C Paper"
        with pytest.raises(OutletError, match="merged into another outlet already"):
            actions.merge(outlet("A Paper"), outlet("C Paper"), by=None, now=NOON)
        with pytest.raises(OutletError, match="Undo that one first"):
            actions.undo(first, by=None, now=NOON)
        actions.undo(second, by=None, now=NOON)
        assert names.called("a paper") == "B Paper"
        actions.undo(first, by=None, now=NOON)
        assert names.called("a paper") == "a paper"


def test_work_that_is_killed_goes_on_and_repeats_nothing(
    app: Flask, staff: Staff, monkeypatch: pytest.MonkeyPatch, clock_at: Any
) -> None:
    monkeypatch.setattr(working, "PORTION", 3)
    clock_at(NOON)
    with staff():
        printed("Here", "Into")
        for n in range(8):
            printed(f"Story {n}", "One")
        work_id = actions.merge(outlet("One"), outlet("Into"), by=None, now=NOON).id
    with staff():
        token = working.claim(work_id, now=clock.now())
        assert token
        db.session.commit()
        working.portion(work_id, token, now=clock.now())
        db.session.commit()
        working.portion(work_id, token, now=clock.now())
        db.session.rollback()  # as a process that is killed before its commit
        assert working.claim(work_id, now=clock.now()) is None
    clock_at(NOON + timedelta(minutes=3))
    with app.app_context():
        assert jobs.sweep()["clips: outlets"]
    with staff():
        with pytest.raises(working.TakenOverError):
            working.portion(work_id, token, now=clock.now())
        db.session.rollback()
        work = queries.work(work_id)
        assert work is not None
        assert (work.clips, work.finished_at is not None) == (8, True)
        assert db.session.scalar(select(func.count(OutletMoved.clip_id))) == 8
        assert queries.count_clips(outlet("Into").id) == 9


def test_clips_that_an_import_brought_under_the_old_number_follow(app: Flask, staff: Staff, two: None) -> None:
    work_id = merged(staff)
    with staff():
        old = outlet("Harbor Ledger Online").id
        late = db.session.get_one(Clip, 5)
        late.outlet_id = old  # an import has the number in hand
    with app.app_context():
        assert jobs.sweep()["clips: outlets"]
    with staff():
        assert queries.count_clips(old) == 0
        work = queries.work(work_id)
        assert work is not None
        assert work.finished_at is not None


def test_an_alert_of_a_merged_outlet_goes_on(staff: Staff, two: None, app: Flask) -> None:
    from pressroom.alerts import documents

    merged(staff)
    with app.app_context():
        found = list(search.public_documents([search.Key("clip", 3)]).values())
        assert set(documents.filed(found)(found[0])["clip outlet"]) == {"the-harbor-ledger", "harbor-ledger-online"}


def test_the_commands(app: Flask, staff: Staff, two: None) -> None:
    run = app.test_cli_runner().invoke
    assert "the-harbor-ledger" in run(args=["outlets", "list", "harbor"]).output
    assert "Harbor Ledger Online" in run(args=["outlets", "list", "--alike"]).output
    assert "no outlet “nobody”" in run(args=["outlets", "merge", "nobody", "The Harbor Ledger"]).output
    done = run(args=["outlets", "merge", "harbor-ledger-online", "the harbor ledger"]).output
    assert "3 clips moved" in done
    assert "1 of them are the same" in done
    assert run(args=["outlets", "list"]).output.count("\n") == 1


# The desk ------------------------------------------------------------------------------------------------


def test_the_list_and_one_outlet(ada: FlaskClient, wren: FlaskClient, staff: Staff, two: None, queries: Any) -> None:
    with queries(6):
        assert "2 outlets" in ada.get("/desk/clips/outlets?sort=clips").text
    assert "1 outlet with these words" in ada.get("/desk/clips/outlets?q=online").text
    assert "May be" in ada.get("/desk/clips/outlets/alike").text
    typed = {
        "kind": "newspaper",
        "country": "GB",
        "language": "en",
        "home": "harborledger.example",
        "aliases": "Ledger\nHL",
    }
    assert submit(wren, "/desk/clips/outlets/1", typed, button="Save").status_code == 303
    page = ada.get("/desk/clips/outlets/1")
    assert "https://harborledger.example" in page.text
    listed = ada.get("/desk/clips/outlets?q=hl").text
    assert "Newspaper" in listed
    assert "United Kingdom" in listed
    shown = ada.get("/clips/1").text
    assert 'href="https://harborledger.example"' in shown
    assert '"publisher"' in shown


def test_two_who_save_at_once(ada: FlaskClient, wren: FlaskClient, two: None) -> None:
    first, second = (who.get("/desk/clips/outlets/1").page for who in (ada, wren))
    assert first is not second
    token = second.xpath("//input[@name='csrf_token']/@value")[0]
    assert submit(ada, "/desk/clips/outlets/1", {"country": "GB"}, button="Save").status_code == 303
    late = {"name": "Typed late", "kind": "", "country": "", "language": "", "rights": "usual", "version": "1"}
    answer = wren.post("/desk/clips/outlets/1", data={**late, "csrf_token": token})
    assert answer.status_code == 409
    assert "Typed late" in answer.text
    taken = submit(wren, "/desk/clips/outlets/1", {"name": "Harbor Ledger Online"}, button="Save")
    assert taken.status_code == 422
    assert "/desk/clips/outlets/1/merge/2" in taken.text


# Icons ---------------------------------------------------------------------------------------------------


def drawn(kind: str = "PNG", size: tuple[int, int] = (180, 180)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "ICO"])
def test_an_icon_is_written_anew_and_small(kind: str) -> None:
    icon = icons.small(drawn(kind))
    with Image.open(BytesIO(base64.b64decode(icon.png))) as picture:
        assert (picture.format, picture.size) == ("PNG", (64, 64))
    assert icon == icons.small(drawn(kind))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        drawn()[:100],
        drawn(size=(3000, 3000)),
        b"x" * 1_000_001,
        b"\x00\x00\x01\x00\x01\x00" + b"\xff" * 40,
    ],
)
def test_what_is_no_small_picture_is_refused(content: bytes) -> None:
    with pytest.raises(OutletError, match="PNG"):
        icons.small(content)


def test_a_small_icon_with_a_large_picture_in_it_is_refused() -> None:
    inside = drawn(size=(3000, 3000))
    head = b"\x00\x00\x01\x00\x01\x00" + bytes([16, 16, 0, 0, 1, 0, 32, 0])
    with pytest.raises(OutletError):
        icons.small(head + len(inside).to_bytes(4, "little") + (22).to_bytes(4, "little") + inside)


HOME = b"""<html><link rel="icon" href="/a.svg" type="image/svg+xml"><link rel="shortcut icon" href="small.ico">
<link rel=apple-touch-icon href="touch.png" sizes="180x180"><link rel=icon href="javascript:alert(1)">"""


@pytest.fixture
def site(app: Flask) -> Iterator[Site]:
    answers = {"/": page(HOME, "Content-Type: text/html"), "/touch.png": page(drawn(), "Content-Type: image/png")}
    with Site(answers) as opened:
        app.extensions["fetcher"] = fetcher(opened)
        yield opened


def test_an_icon_is_fetched_when_asked_and_shown_from_here(
    ada: FlaskClient, client: FlaskClient, staff: Staff, two: None, site: Site
) -> None:
    with staff():
        actions.edit(
            outlet("The Harbor Ledger"), by=None, now=NOON, version=1, home=f"http://ledger.example:{site.port}/"
        )
    assert not site.asked
    answer = post(ada, "/desk/clips/outlets/1/icon", {"do": "fetch"}, form="/desk/clips/outlets/1")
    assert answer.status_code == 303
    with staff():
        name = outlet("The Harbor Ledger").icon
    address = f"/clips/icons/{name}.png"
    assert address in client.get("/clips/1").text
    icon = client.get(address)
    assert (icon.status_code, icon.content_type) == (200, "image/png")
    assert "immutable" in icon.headers["Cache-Control"]
    assert ada.get("/desk/clips/outlets/1/icon.png").status_code == 200
    assert client.get(f"/clips/icons/{'0' * 64}.png").status_code == client.get("/clips/icons/a.png").status_code == 404
    with staff():
        for number in (1, 2):
            db.session.get_one(Clip, number).public_from = None
    assert client.get(address).status_code == 404, "of an outlet without a public clip nothing is shown"
    assert post(ada, "/desk/clips/outlets/1/icon", {"do": "remove"}, form="/desk/clips/outlets/1").status_code == 303
    assert ada.get("/desk/clips/outlets/1/icon.png").status_code == 404


def test_an_icon_that_cannot_be_had_is_said(ada: FlaskClient, two: None, app: Flask) -> None:
    def send(**data: Any) -> Any:
        return post(ada, "/desk/clips/outlets/1/icon", data, form="/desk/clips/outlets/1")

    assert "Write the address of the home page" in send(do="fetch").text
    assert "Choose the file" in send(do="send").text
    refused = send(do="send", file=(BytesIO(b"<svg/>"), "a.svg"))
    assert refused.status_code == 422
    assert "Drawings (SVG) are not taken" in refused.text
    assert send(do="send", file=(BytesIO(drawn()), "a.png")).status_code == 303


def test_aliases_are_read_from_lines() -> None:
    assert rules.read_aliases(" A  B \n\nhttps://www.ledger.example/x\na b\n") == ("A B", "ledger.example")


def test_no_alias_is_left_behind(staff: Staff, two: None) -> None:
    with staff():
        found = outlet("The Harbor Ledger")
        actions.edit(found, by=None, now=NOON, version=1, aliases=("HL", "Ledger"))
        actions.edit(found, by=None, now=NOON, version=2, aliases=("HL",))
        assert db.session.scalars(select(OutletAlias.text)).all() == ["HL"]


def test_countries() -> None:
    from pressroom.clips.outlets.countries import COUNTRIES

    assert len(COUNTRIES) == 249
    assert (COUNTRIES["CI"], COUNTRIES["ZW"]) == ("Côte d’Ivoire", "Zimbabwe")
