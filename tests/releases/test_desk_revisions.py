"""Versions of a release on the desk: the list, two compared, one restored."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pressroom.kit.db import db
from pressroom.releases import actions, queries
from tests.conftest import NOON, post
from tests.releases.conftest import draft, illustrate, public
from tests.releases.test_desk import errors, found, send

__all__ = ["found"]


@pytest.fixture
def three(staff: Any, noon: Any) -> int:
    """The id of a draft that was saved three times."""
    with staff() as desk:
        release = draft()
        actions.edit(release, by=desk.wren, now=NOON, note="figures checked", body="Forty-one cats agreed.\n\nTwo did.")
        actions.edit(release, by=desk.ada, now=NOON, headline="Cats agree", subhead="", topics=("Cats",))
        return release.id


def text(answer: Any) -> str:
    return " ".join(answer.page.xpath("string(//main)").split())


def test_the_list_says_who_when_why_and_what(ada: Any, three: int) -> None:
    rows = [
        [" ".join(cell.text_content().split()) for cell in row]
        for row in ada.get(f"/desk/releases/{three}/revisions").page.xpath("//tbody/tr")
    ]
    moment = "Thursday, 19 November 2026, 12:00 EST (UTC−05:00)"
    assert rows == [
        ["Version 3", moment, "Ada Lindqvist", "Saved", "Version 3: Headline, Subhead, Address, Topics"],
        ["Version 2", moment, "Wren Okafor", "Saved: figures checked", "Version 2: Text"],
        ["Version 1", moment, "Ada Lindqvist", "Begun", "The first"],
    ]


def test_the_list_costs_as_much_for_many_as_for_few(ada: Any, three: int, queries: Any) -> None:
    ada.get("/desk/releases/")
    with queries(7) as sent:
        ada.get(f"/desk/releases/{three}/revisions")
    assert not [sql for sql in sent if "release_revision.fields" in sql]


def test_two_versions_are_compared_word_by_word(ada: Any, three: int) -> None:
    page = ada.get(f"/desk/releases/{three}/compare?from=1&to=3").page
    assert page.xpath("//section[@class='differs']/h2/text()") == ["Headline", "Subhead", "Address", "Text", "Topics"]
    (body,) = page.xpath("//section[@aria-labelledby='differs-body']")
    assert [" ".join(each.text_content().split()) for each in body.xpath(".//del")] == [
        "[removed: Forty]",
        "[removed: did not say.]",
    ]
    assert [" ".join(each.text_content().split()) for each in body.xpath(".//ins")] == [
        "[added: Forty-one]",
        "[added: did.]",
    ]
    assert page.xpath("//select[@name='from']/option[@selected]/@value") == ["1"]


def test_without_numbers_it_compares_the_last_two(ada: Any, three: int) -> None:
    page = ada.get(f"/desk/releases/{three}/compare").page
    assert page.xpath("//h1/text()") == ["Version 2 and version 3"]
    assert ada.get(f"/desk/releases/{three}/compare?to=2").page.xpath("//h1/text()") == ["Version 1 and version 2"]


def test_a_version_compared_with_itself_says_so(ada: Any, three: int) -> None:
    assert "This is one version. Choose two." in text(ada.get(f"/desk/releases/{three}/compare?from=2&to=2"))
    assert "Nothing differs" in text(ada.get(f"/desk/releases/{three}/compare?to=1"))


@pytest.mark.parametrize(
    "asked", ["from=9", "to=99", "from=x", "from=-1", "to=1.0", "to=٣", "from=0", "to=" + "9" * 5000, "from=%00"]
)
def test_a_version_that_is_none_is_not_found(ada: Any, three: int, asked: str) -> None:
    assert ada.get(f"/desk/releases/{three}/compare?{asked}").status_code == 404


def test_markup_in_a_text_is_shown_as_it_was_typed(ada: Any, staff: Any, three: int) -> None:
    with staff() as desk:
        release = queries.by_id(three)
        assert release
        actions.edit(release, by=desk.ada, now=NOON, body="<script>alert(1)</script>")
    page = ada.get(f"/desk/releases/{three}/compare").page
    assert not page.xpath("//main//script")
    assert "<script>alert(1)</script>" in page.xpath("string(//section//ins)")


def test_pictures_are_compared_by_name(ada: Any, staff: Any, three: int) -> None:
    with staff():
        release = queries.by_id(three)
        assert release
        illustrate(release, caption="Four cats")
    (added,) = ada.get(f"/desk/releases/{three}/compare").page.xpath("//ins[contains(., 'added')]")
    assert "Four cats" in added.text_content()


# Restored -------------------------------------------------------------------------------------------------


def test_restoring_shows_what_would_change_and_asks(ada: Any, three: int, found: Any) -> None:
    path = f"/desk/releases/{three}/revisions/1/restore"
    page = ada.get(path)
    assert "The versions in between are kept" in text(page)
    assert page.page.xpath("//section[@class='differs']/h2/text()") == [
        "Headline",
        "Subhead",
        "Address",
        "Text",
        "Topics",
    ]
    assert found(three).headline == "Cats agree"
    assert send(ada, path).status_code == 303
    assert (found(three).headline, found(three).topics) == ("Cats agree with their owners", ("Cats", "Surveys"))
    assert "The text of version 1 stands again." in ada.get(f"/desk/releases/{three}").text
    assert "Restored: Version 1" in text(ada.get(f"/desk/releases/{three}/revisions"))


def test_a_public_release_says_that_everybody_reads_it(ada: Any, wren: Any, staff: Any, noon: Any, client: Any) -> None:
    with staff() as desk:
        release = public()
        actions.edit(release, by=desk.ada, now=NOON, body="Dogs.")
        db.session.flush()
        path = f"/desk/releases/{release.id}/revisions/1/restore"
    noon(timedelta(hours=1))
    assert "everybody reads the restored text at once" in text(ada.get(path))
    assert wren.get(path).status_code == 403
    assert send(ada, path).status_code == 303
    assert "Forty cats" in client.get("/releases/2026/cats-agree-with-their-owners").text


def test_what_was_saved_since_is_not_overwritten(ada: Any, admin: Any, three: int, found: Any) -> None:
    path = f"/desk/releases/{three}/revisions/1/restore"
    (form,) = ada.get(path).page.xpath("//main//form")
    opened = dict(form.form_values())
    send(admin, f"/desk/releases/{three}", body="Nadia’s text", do="save")
    answer = ada.post(path, data=opened)
    assert answer.status_code == 409
    assert "Somebody saved this release" in errors(answer)
    assert found(three).body == "Nadia’s text"
    assert "Nadia’s" in answer.page.xpath("string(//section[@aria-labelledby='differs-body'])")


def test_a_refused_restoration_says_why(ada: Any, staff: Any, noon: Any) -> None:
    with staff() as desk:
        release = draft(body="")
        actions.edit(release, by=desk.ada, now=NOON, body="Cats.")
        actions.publish(release, by=desk.ada, now=NOON)
        db.session.flush()
        path = f"/desk/releases/{release.id}/revisions/1/restore"
    answer = send(ada, path)
    assert answer.status_code == 422
    assert "Write the text of the release." in errors(answer)


def test_there_is_nothing_to_restore_of_what_stands(ada: Any, three: int) -> None:
    page = ada.get(f"/desk/releases/{three}/revisions/3/restore")
    assert "just those that stand now" in text(page)
    assert not page.page.xpath("//main//form")


@pytest.mark.parametrize("end", ["revisions/9/restore", "revisions/x/restore"])
def test_what_is_not_there_is_not_restored(ada: Any, three: int, end: str) -> None:
    assert ada.get(f"/desk/releases/{three}/{end}").status_code == 404
    assert post(ada, f"/desk/releases/{three}/{end}", form=f"/desk/releases/{three}").status_code == 404


# The note -------------------------------------------------------------------------------------------------


def test_a_note_stands_in_the_versions(ada: Any, three: int) -> None:
    path = f"/desk/releases/{three}"
    assert send(ada, path, body="Cats.", note=" With\tMei’s  figures ", do="save").status_code == 303
    assert "Saved: With Mei’s figures" in text(ada.get(f"{path}/revisions"))
    assert ada.get(path).page.xpath("//input[@name='note']/@value") == [""]


def test_a_note_that_is_too_long_is_refused(ada: Any, three: int, found: Any) -> None:
    answer = send(ada, f"/desk/releases/{three}", body="Dogs.", note="x" * 501, do="save")
    assert answer.status_code == 422
    assert "Shorten the note on this save to 500 characters. It has 501." in errors(answer)
    assert found(three).body.startswith("Forty-one")


def test_a_note_alone_is_no_version_and_says_so(ada: Any, three: int, noon: Any) -> None:
    noon(timedelta(minutes=1))
    path = f"/desk/releases/{three}"
    assert send(ada, path, note="read again", do="save").status_code == 303
    assert "Nothing was changed, so nothing was saved." in ada.get(path).text


def test_a_note_is_never_public(ada: Any, client: Any, noon: Any, cats: int) -> None:
    noon(timedelta(hours=1))
    send(ada, f"/desk/releases/{cats}", body="Cats.", note="Mei disagrees", do="save")
    assert "Mei disagrees" not in client.get("/releases/2026/cats-agree-with-their-owners").text
