"""The desk: the checklist, the decision, what ends an accreditation, and who holds what."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pressroom import publishing
from pressroom.accreditation import actions
from pressroom.accreditation.models import Application, Journalist
from pressroom.accreditation.rules import Bar, Basis
from pressroom.audit import AuditEntry
from pressroom.kit.db import db
from pressroom.releases import actions as releases
from pressroom.releases.models import Release
from tests.accreditation.conftest import HEADLINE, PASSWORD, PATH, accept, client_of, robin
from tests.conftest import NOON, submit

DESK = "/desk/accreditation/"
TICKED = {"met_staff": "y", "note_staff": "Masthead seen"} | {f"met_{bar.value}": "y" for bar in Bar}


@pytest.fixture
def applied(staff: Any, noon: Any) -> int:
    with staff():
        return actions.apply(
            now=NOON,
            name="Mika Sol",
            email="mika@northline.example",
            outlet="Northline Radio",
            role="Reporter",
            basis=Basis.STAFF,
            bylines="https://northline.example/1",
            statement="I cover <b>genetics</b>.",
        ).id


def decide(client: FlaskClient, number: int, do: str, **changes: str | None) -> Any:
    button = {"approve": "Accredit", "decline": "Decline", "save": "Save the checklist"}[do]
    return submit(client, f"{DESK}applications/{number}", dict(changes), button=button, form="//main//form")


def journalist(app: Flask) -> Journalist:
    with app.app_context(), publishing.as_staff():
        found = db.session.scalars(select(Journalist)).one()
        db.session.expunge_all()
    return found


def acts(app: Flask, kind: str) -> list[str]:
    with app.app_context(), publishing.as_staff():
        return list(
            db.session.scalars(select(AuditEntry.action).where(AuditEntry.kind == kind).order_by(AuditEntry.id))
        )


def test_the_desk_shows_what_waits(ada: FlaskClient, applied: int) -> None:
    page = ada.get(DESK).page  # type: ignore[attr-defined]
    assert "Mika Sol" in page.xpath("string(//section[@aria-labelledby='waiting'])")
    assert "No embargo agreement is in force" in page.text_content()
    shown = ada.get(f"{DESK}applications/{applied}")
    assert "I cover &lt;b&gt;genetics&lt;/b&gt;." in shown.text
    for check in (*Basis, *Bar):
        assert shown.page.xpath(f"//input[@name='met_{check.value}']")
        assert shown.page.xpath(f"//input[@name='note_{check.value}']")


def test_writers_decide_nothing(wren: FlaskClient, applied: int) -> None:
    for path in ("", f"applications/{applied}", "agreements", "ledger", "ledger.csv"):
        assert wren.get(DESK + path).status_code == 403


def test_the_checklist_is_kept(ada: FlaskClient, applied: int) -> None:
    assert decide(ada, applied, "save", note_blog="Not a blog", met_staff="y").status_code == 303
    page = ada.get(f"{DESK}applications/{applied}").page  # type: ignore[attr-defined]
    assert page.xpath("//input[@name='note_blog']/@value") == ["Not a blog"]
    assert page.xpath("//input[@name='met_staff']/@checked")


def test_without_a_ground_or_with_a_bar_nobody_is_accredited(ada: FlaskClient, app: Flask, applied: int) -> None:
    answer = decide(ada, applied, "approve", note_staff="Perhaps")
    assert answer.status_code == 422
    assert "at least one ground" in answer.page.text_content()
    assert answer.page.xpath("//input[@name='note_staff']/@value") == ["Perhaps"]
    barred = TICKED | {"met_analyst": None}
    answer = decide(ada, applied, "approve", **barred)
    assert answer.status_code == 422
    assert "analyst" in answer.page.xpath("string(//*[@role='alert'])")
    with app.app_context(), publishing.as_staff():
        assert db.session.scalar(select(Journalist.id)) is None


@pytest.mark.parametrize("months", ["0", "61", "", "x", "-1"])
def test_the_time_is_limited(ada: FlaskClient, applied: int, months: str) -> None:
    assert decide(ada, applied, "approve", **TICKED, months=months).status_code == 422


def test_accrediting_gives_a_link_by_which_the_journalist_comes_in(
    ada: FlaskClient, client: FlaskClient, app: Flask, applied: int
) -> None:
    answer = decide(ada, applied, "approve", **TICKED, months="6")
    assert answer.status_code == 200
    assert journalist(app).valid_until == NOON.replace(year=2027, month=5)
    assert acts(app, "journalist") == ["accredit", "invite"]
    path = urlsplit(answer.page.xpath("//code/text()")[0]).path
    mail = urlsplit(answer.page.xpath("//a[starts-with(@href, 'mailto:')]/@href")[0])
    assert mail.path == "mika@northline.example"
    assert path in parse_qs(mail.query)["body"][0]
    assert path.rpartition("/")[2] not in (journalist(app).invite_hash or "")
    assert submit(client, path, {"new": PASSWORD, "again": PASSWORD}, form="//main//form").status_code == 303
    again = (
        decide(ada, applied, "save")
        if ada.get(f"{DESK}applications/{applied}").page.xpath("//button[@name='do']")
        else None
    )
    assert again is None, "what was decided is decided"


def test_declining_has_a_reason(ada: FlaskClient, app: Flask, applied: int) -> None:
    assert decide(ada, applied, "decline").status_code == 422
    assert decide(ada, applied, "decline", reason="An analyst.", months="").status_code == 303
    assert "An analyst." in ada.get(f"{DESK}declined").text
    assert acts(app, "accreditation") == ["apply", "decline"]
    with app.app_context(), publishing.as_staff():
        assert db.session.scalar(select(Journalist.id)) is None


def test_two_editors_at_one_application(app: Flask, ada: FlaskClient, admin: FlaskClient, applied: int) -> None:
    path = f"{DESK}applications/{applied}"
    page = admin.get(path).page  # type: ignore[attr-defined]
    data = {name: page.xpath(f"//main//input[@name='{name}']/@value")[0] for name in ("csrf_token", "version")}
    decide(ada, applied, "save", note_blog="Ada was here")
    answer = admin.post(path, data={**data, "do": "decline", "reason": "Nadia says no."})
    assert answer.status_code == 409
    assert "Nadia says no." in answer.text
    with app.app_context(), publishing.as_staff():
        assert db.session.get_one(Application, applied).decision.value == "waiting"


def test_renew_suspend_resume_end(app: Flask, ada: FlaskClient, reader: FlaskClient, noon: Callable) -> None:
    number = journalist(app).id
    path = f"{DESK}journalists/{number}"

    def press(act: str, **fields: str) -> int:
        return submit(ada, path, dict(fields), form=f"//form[contains(@action, '/{act}')]").status_code

    assert press("renew", months="2") == 303
    assert journalist(app).valid_until == NOON.replace(year=2027, month=1)
    assert press("renew", months="0") == 422
    assert press("suspend") == 422
    assert press("suspend", reason="Broke an embargo.") == 303
    assert reader.get(PATH).status_code == 404
    assert "suspended" in reader.get("/embargo/").text
    assert press("resume") == 303
    assert reader.get(PATH).status_code == 200
    assert submit(ada, f"{path}/end", form="//main//form").status_code == 303
    assert reader.get(PATH).status_code == 404
    assert ada.get(path).status_code == 200
    assert acts(app, "journalist") == ["renew", "suspend", "resume", "end"]


def test_a_new_link_replaces_the_password_only_when_it_is_used(
    app: Flask, ada: FlaskClient, reader: FlaskClient
) -> None:
    path = f"{DESK}journalists/{journalist(app).id}"
    answer = submit(ada, path, form="//form[contains(@action, '/link')]")
    assert answer.status_code == 200
    assert "/embargo/password/" in answer.text
    assert reader.get(PATH).status_code == 200


def test_versions_of_the_agreement_are_numbered_and_never_changed(ada: FlaskClient, noon: Any) -> None:
    path = f"{DESK}agreements"
    assert submit(ada, path, {"body": ""}, form="//main//form").status_code == 422
    for body in ("First <script>x</script>.", "Second."):
        assert submit(ada, path, {"body": body}, form="//main//form").status_code == 303
    same = submit(ada, path, {"body": "Second."}, form="//main//form")
    assert same.status_code == 422
    assert "word for word" in same.page.text_content()
    page = ada.get(path).page  # type: ignore[attr-defined]
    assert page.xpath("//tbody//th/a/text()") == ["Version 2", "Version 1"]
    assert "<script>x" not in ada.get(f"{path}/1").text
    assert ada.get(f"{path}/3").status_code == 404


# Who holds what ------------------------------------------------------------------------------------------


def test_who_held_what_when(ada: FlaskClient, app: Flask, reader: FlaskClient, staff: Any, embargoed: int) -> None:
    reader.get(PATH)
    reader.get(f"{PATH}.txt")
    page = ada.get(f"{DESK}releases/{embargoed}").page  # type: ignore[attr-defined]
    holders = page.xpath("//section[@aria-labelledby='holders']//tbody/tr")
    assert len(holders) == 1
    assert "Version 3" in holders[0].text_content()
    assert "older version" not in holders[0].text_content()
    assert len(page.xpath("//section[@aria-labelledby='opened']//tbody/tr")) == 2
    mine = ada.get(f"{DESK}journalists/{journalist(app).id}").page  # type: ignore[attr-defined]
    assert HEADLINE in mine.xpath("string(//section[@aria-labelledby='opened'])")
    assert HEADLINE in ada.get(f"{DESK}ledger").text
    assert ada.get(f"{DESK}releases/99999").status_code == 404


def test_whom_to_tell_of_a_change(ada: FlaskClient, reader: FlaskClient, staff: Any, embargoed: int) -> None:
    reader.get(PATH)
    path = f"{DESK}releases/{embargoed}"
    assert "Still to be told" not in ada.get(DESK).text
    with staff() as cast:
        release = db.session.get_one(Release, embargoed)
        releases.edit(release, by=cast.ada, now=NOON + timedelta(hours=1), headline="Cats disagree")
    assert "1 journalist holds an older version" in ada.get(DESK).text
    page = ada.get(path).page  # type: ignore[attr-defined]
    row = page.xpath("//section[@aria-labelledby='holders']//tbody/tr")[0]
    assert re.search(r"older version\s+headline", row.text_content())
    mail = urlsplit(row.xpath(".//a[starts-with(@href, 'mailto:')]/@href")[0])
    assert mail.path == "robin@harborledger.example"
    assert "headline" in parse_qs(mail.query)["body"][0]
    assert submit(ada, path, form="//form[contains(@action, '/told/')]").status_code == 303
    assert "Still to be told" not in ada.get(DESK).text
    assert "Told" in ada.get(path).text


def test_the_files_are_safe_in_a_spreadsheet(app: Flask, ada: FlaskClient, staff: Any, embargoed: int) -> None:
    with staff():
        found = robin(name="=cmd|'/C calc'!A0", outlet="+1", email="x@paper.example")
        accept(found)
        evil, number = client_of(app, found), found.id
    evil.get(PATH, headers={"User-Agent": "@SUM(1+1)"})
    for path in (f"journalists/{number}/opened.csv", f"releases/{embargoed}/opened.csv", "ledger.csv"):
        answer = ada.get(DESK + path)
        assert answer.mimetype == "text/csv"
        header, row = csv.reader(StringIO(answer.data.decode("utf-8-sig")))
        cells = dict(zip(header, row, strict=True))
        assert (cells["journalist"], cells["outlet"]) == ("'=cmd|'/C calc'!A0", "'+1")
        assert cells["agent"] == "'@SUM(1+1)"
        assert cells["release"] == HEADLINE
