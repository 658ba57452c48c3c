"""Typed text is kept while it is written: for its writer alone, and until it is saved or thrown away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from pressroom import jobs, publishing
from pressroom.audit import AuditEntry
from pressroom.kit.db import db
from pressroom.releases import actions, queries, unsaved
from pressroom.releases.models import ReleaseRevision, UnsavedText
from pressroom.search.models import QueueRow
from tests import factories
from tests.conftest import NOON, signed_in, submit
from tests.releases.test_desk import EMBARGO, NEW, found, send, value

__all__ = ["found"]

KEEP = "/desk/releases/unsaved"


@pytest.fixture
def path(drafted: int) -> str:
    return f"/desk/releases/{drafted}"


@pytest.fixture
def count(app: Any) -> Any:
    """How many rows a table has."""

    def rows(table: Any) -> int:
        with app.app_context(), publishing.as_staff():
            return db.session.scalar(select(func.count()).select_from(table)) or 0

    return rows


def opened(client: Any, path: str) -> dict[str, Any]:
    """The form of the editor as somebody has it before them."""
    (form,) = client.get(path).page.xpath("//main//form[@enctype]")
    return {name: typed for name, typed in form.form_values() if name != "picture"}


def type_into(client: Any, path: str, **typed: Any) -> Any:
    """Open the editor, type, and let the script send it; nothing is saved."""
    return client.post(KEEP, data={**opened(client, path), **typed})


def notices(client: Any, path: str) -> list[str]:
    return client.get(path).page.xpath("//h2[starts-with(., 'You have unsaved text')]/time/text()")


def press(client: Any, path: str) -> Any:
    """Throw the unsaved text away."""
    (form,) = client.get(path).page.xpath("//form[contains(@action, '/discard')]")
    return client.post(form.get("action"), data=dict(form.form_values()))


# Kept and restored ----------------------------------------------------------------------------------------


def test_typed_text_is_kept_and_offered_again(ada: Any, path: str, drafted: int, found: Any, noon: Any) -> None:
    answer = type_into(ada, path, body="Half a sent", topics="Cats", correction="x", **EMBARGO)
    assert answer.status_code == 200
    assert answer.json == {"kept": "Kept Thursday, 19 November 2026, 12:00 EST (UTC−05:00); not saved."}
    noon(timedelta(hours=1))
    page = ada.get(path)
    assert "You have unsaved text of Thursday, 19 November 2026, 12:00 EST" in page.page.xpath("string(//main)")
    assert value(page, "body").startswith("Forty cats")
    (link,) = page.page.xpath("//a[text()='Go on with it']/@href")
    page = ada.get(link)
    assert (value(page, "body"), value(page, "topics")) == ("Half a sent", "Cats")
    assert (value(page, "day"), value(page, "time")) == ("2026-11-24", "11:00")
    assert page.page.xpath("//input[@name='embargoed']/@checked")
    assert "This is your unsaved text" in page.page.xpath("string(//main)")
    assert found(drafted).body.startswith("Forty cats")
    assert send(ada, link, body="Half a sentence.", day="", time="", embargoed="", do="save").status_code == 303
    assert found(drafted).body == "Half a sentence."
    assert notices(ada, path) == []


def test_a_new_release_is_kept_as_well(ada: Any, noon: Any, found: Any) -> None:
    assert type_into(ada, NEW, headline="Birds", body="They").status_code == 200
    page = ada.get(NEW)
    assert "“Birds”" in page.page.xpath("string(//main)")
    assert value(page, "headline") == ""
    (link,) = page.page.xpath("//a[text()='Go on with it']/@href")
    assert value(ada.get(link), "headline") == "Birds"
    answer = send(ada, link, body="They did.", do="save")
    assert answer.status_code == 303
    assert (found().headline, found().body) == ("Birds", "They did.")
    assert notices(ada, NEW) == []


def test_it_comes_back_after_signing_in_again(app: Any, ada: Any, path: str) -> None:
    type_into(ada, path, body="Half a sent")
    again = signed_in(app, "ada")
    assert value(again.get(f"{path}?unsaved=1"), "body") == "Half a sent"


def test_it_is_thrown_away(ada: Any, path: str, noon: Any) -> None:
    type_into(ada, path, body="Half")
    answer = press(ada, path)
    assert (answer.status_code, answer.location) == (303, path)
    assert "The unsaved text was thrown away." in ada.get(path).text
    type_into(ada, NEW, body="Half")
    assert press(ada, NEW).location == NEW
    assert notices(ada, NEW) == notices(ada, path) == []


def test_throwing_away_twice_harms_nothing(ada: Any, path: str) -> None:
    type_into(ada, path, body="Half")
    (form,) = ada.get(path).page.xpath("//form[contains(@action, '/discard')]")
    for sentence in ("The unsaved text was thrown away.", "There was no unsaved text any more."):
        assert ada.post(form.get("action"), data=dict(form.form_values())).status_code == 303
        assert sentence in ada.get(path).text


def test_while_the_question_stands_nothing_takes_its_place(ada: Any, path: str) -> None:
    type_into(ada, path, body="Yesterday’s hour of work")
    assert not ada.get(path).page.xpath("//form[@data-autosave]")
    assert ada.get(f"{path}?unsaved=1").page.xpath("//form[@data-autosave]")
    assert send_editor(ada, path, subhead="Only this", do="save").status_code == 303
    assert value(ada.get(f"{path}?unsaved=1"), "body") == "Yesterday’s hour of work"


def send_editor(client: Any, path: str, **typed: Any) -> Any:
    return client.post(path, data={**opened(client, path), **typed})


def test_what_was_saved_by_another_since_is_brought_together(
    ada: Any, admin: Any, path: str, drafted: int, found: Any
) -> None:
    type_into(ada, path, headline="Ada’s headline")
    send(admin, path, body="Nadia’s text", do="save")
    page = ada.get(path)
    assert "This release was saved since." in page.page.xpath("string(//main)")
    answer = send_editor(ada, f"{path}?unsaved=1", do="save")
    assert answer.status_code == 409
    assert (value(answer, "headline"), value(answer, "body")) == ("Ada’s headline", "Nadia’s text")


def test_on_a_withdrawn_release_unsaved_text_promises_no_saving(ada: Any, path: str) -> None:
    assert send(ada, path, do="publish").status_code == 303
    type_into(ada, path, headline="A better headline")
    assert submit(ada, f"{path}/withdraw", {"reason": "The data were wrong."}).status_code == 303
    page = ada.get(path).page.xpath("string(//main)")
    assert "This release was withdrawn, so it cannot be saved any more." in page
    assert "Go on with it" not in page and "both are brought together" not in page
    taken = ada.get(f"{path}?unsaved=1")
    assert "it cannot be saved; copy what you need" in taken.page.xpath("string(//main)")
    assert "Save it to keep it" not in taken.text


# Nothing lost in a conflict -------------------------------------------------------------------------------


def test_a_conflict_survives_a_reload(ada: Any, admin: Any, path: str) -> None:
    mine = opened(ada, path)
    send(admin, path, body="Nadia’s text", do="save")
    assert ada.post(path, data={**mine, "body": "Ada’s hour of work", "do": "save"}).status_code == 409
    assert len(notices(ada, path)) == 1
    assert value(ada.get(f"{path}?unsaved=1"), "body") == "Ada’s hour of work"
    answer = send_editor(ada, f"{path}?unsaved=1", do="save")
    assert answer.status_code == 409
    assert "Nadia’s text" in answer.page.xpath("string(//fieldset[contains(legend, 'Text')])")


def test_a_writer_who_is_overtaken_finds_the_text_again(wren: Any, staff: Any, cats: int) -> None:
    path = f"/desk/releases/{cats}"
    assert send(wren, path, body="An hour of work", do="save").status_code == 403
    with staff() as desk:
        release = queries.by_id(cats)
        assert release
        kept = queries.unsaved(desk.wren.id, release.uid)
        assert kept
        assert kept.fields["body"] == "An hour of work"


def test_far_too_much_of_an_overtaken_writer_is_answered(wren: Any, cats: int) -> None:
    answer = send(wren, f"/desk/releases/{cats}", body="word " * 200_000, do="save")
    assert answer.status_code == 403


# Kept from others -----------------------------------------------------------------------------------------


def test_nobody_else_sees_it(ada: Any, admin: Any, client: Any, path: str) -> None:
    type_into(ada, path, body="zqunsaved")
    type_into(ada, NEW, headline="zqunsaved")
    for page in (path, f"{path}?unsaved=1", NEW, "/desk/", "/desk/releases/", "/desk/audit", f"{path}/revisions"):
        assert "zqunsaved" not in admin.get(page).text, page
    for page in ("/", "/releases/", "/search/suggest?q=zqunsav", "/feeds/releases.rss"):
        assert "zqunsaved" not in client.get(page).text, page


def test_it_is_no_revision_no_audit_line_and_in_no_index(ada: Any, path: str, count: Any) -> None:
    before = [count(table) for table in (ReleaseRevision, AuditEntry, QueueRow)]
    type_into(ada, path, body="Half")
    type_into(ada, NEW, headline="Birds")
    assert [count(table) for table in (ReleaseRevision, AuditEntry, QueueRow)] == before
    assert count(UnsavedText) == 2


def test_the_public_cannot_read_it(app: Any, ada: Any, path: str) -> None:
    type_into(ada, path, body="Half")
    with app.app_context(), pytest.raises(publishing.GateError, match="for staff"):
        db.session.scalars(select(UnsavedText)).all()


# Late, long and strange -----------------------------------------------------------------------------------


def test_what_comes_after_the_save_is_late(ada: Any, path: str, count: Any) -> None:
    before = opened(ada, path)
    assert ada.post(path, data={**before, "body": "Saved.", "do": "save"}).status_code == 303
    late = ada.post(KEEP, data={**before, "body": "Save"})
    assert (late.status_code, late.json) == (200, {"kept": ""})
    assert count(UnsavedText) == 0


def test_it_is_sent_again_and_stays_one(ada: Any, path: str, count: Any) -> None:
    for body in ("Half", "Half a", "Half a", "Half a sentence"):
        assert type_into(ada, f"{path}?unsaved=1", body=body).status_code == 200
    assert count(UnsavedText) == 1
    assert value(ada.get(f"{path}?unsaved=1"), "body") == "Half a sentence"


@pytest.mark.parametrize("uid", ["", "x", "\0", "9" * 10_000, "{12345678-1234-5678-1234-567812345678}"])
def test_a_text_of_nothing_is_not_kept(ada: Any, path: str, count: Any, uid: str) -> None:
    assert type_into(ada, path, uid=uid).status_code == 422
    assert count(UnsavedText) == 0


@pytest.mark.parametrize("base", ["", "x", "-1", "9" * 50, "٣"])
def test_a_base_that_is_none_keeps_the_text(ada: Any, path: str, base: str) -> None:
    type_into(ada, path, base=base, body="Half")
    assert send_editor(ada, f"{path}?unsaved=1", do="save").status_code in {303, 409}


def test_too_much_is_refused_with_a_sentence(ada: Any, path: str, count: Any) -> None:
    answer = type_into(ada, path, body="x" * 500_001)
    assert answer.status_code == 422
    assert "too long to be kept" in answer.json["error"]
    assert count(UnsavedText) == 0


def test_control_characters_are_no_error(ada: Any, path: str) -> None:
    assert type_into(ada, path, body="a\0b\ud800".encode("utf-8", "replace").decode()).status_code == 200
    assert value(ada.get(f"{path}?unsaved=1"), "body").startswith("ab")


def test_one_person_has_at_most_twenty(staff: Any, noon: Any) -> None:
    with staff() as desk:
        for n in range(unsaved.MOST + 3):
            fields = {"headline": f"Release {n}"}
            unsaved.keep(by=desk.ada, uid=str(uuid4()), base=0, fields=fields, now=NOON + timedelta(minutes=n))
            db.session.flush()
        kept = queries.unsaved_new(desk.ada.id)
        assert (len(kept), kept[0].headline, kept[-1].headline) == (20, "Release 22", "Release 3")
        assert not queries.unsaved_new(desk.wren.id)


def test_after_some_days_it_is_forgotten(app: Any, ada: Any, path: str, noon: Any, count: Any) -> None:
    type_into(ada, path, body="Half")
    for days, left in ((7, 1), (8, 0)):
        noon(timedelta(days=days))
        with app.app_context():
            assert jobs.sweep()["releases: unsaved text"]
        assert count(UnsavedText) == left


# Who ------------------------------------------------------------------------------------------------------


def test_a_stranger_keeps_nothing(client: Any, ada: Any, path: str, count: Any) -> None:
    typed = opened(ada, path)
    assert client.post(KEEP, data=typed).status_code == 400
    assert ada.post(KEEP, data={**typed, "csrf_token": "x"}).status_code == 400
    assert ada.get(KEEP).status_code == 405
    assert count(UnsavedText) == 0


def test_nobody_throws_away_what_another_typed(ada: Any, admin: Any, path: str, found: Any, drafted: int) -> None:
    type_into(ada, path, body="Half")
    token = opened(admin, path)["csrf_token"]
    assert admin.post(f"{KEEP}/{found(drafted).uid}/discard", data={"csrf_token": token}).status_code == 303
    assert len(notices(ada, path)) == 1


@pytest.mark.parametrize("uid", ["x", "none", "1"])
def test_throwing_away_what_is_not_there(ada: Any, uid: str, noon: Any) -> None:
    token = opened(ada, NEW)["csrf_token"]
    assert ada.post(f"{KEEP}/{uid}/discard", data={"csrf_token": token}).status_code == 303


def test_a_withdrawn_release_keeps_nothing_while_it_is_read(ada: Any, staff: Any, cats: int) -> None:
    with staff():
        actions.withdraw(queries.by_id(cats), by=factories.person("ada"), now=NOON, reason="Wrong.")
    assert not ada.get(f"/desk/releases/{cats}").page.xpath("//form[@data-autosave]")
