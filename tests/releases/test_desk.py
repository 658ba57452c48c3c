"""Releases at the desk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import String, select

from pressroom import publishing
from pressroom.kit.db import db
from pressroom.media.models import Asset
from pressroom.releases import actions, queries, rules
from pressroom.releases.models import Release
from pressroom.releases.rules import State
from tests import rendered
from tests.conftest import NOON, post
from tests.releases.conftest import draft, illustrate, png, public, waiting

LIST, NEW = "/desk/releases/", "/desk/releases/new"
TYPED = {"headline": "Dogs agree too", "kind": "award", "body": "They did.", "version": ""}


@pytest.fixture
def found(app: Any) -> Any:
    """The release of an id, or the newest, as it stands in the database."""

    def find(release_id: int | None = None) -> Release:
        with app.app_context(), publishing.as_staff():
            if release_id is None:
                release_id = db.session.scalar(select(Release.id).order_by(Release.id.desc()))
            release = queries.by_id(release_id or 0)
            assert release is not None
            db.session.expunge_all()
            return release

    return find


def send(client: Any, path: str, **changed: Any) -> Any:
    """Open the editor at *path*, change some fields of its form, press a button."""
    form = rendered.form_of(client.get(path).page)
    fields = {name: value for name, value in form.form_values() if name != "picture"}
    return client.post(path, data={**fields, **changed})


def errors(answer: Any) -> str:
    return " ".join(" ".join(answer.page.xpath("//div[@class='errors']//text()")).split())


def value(answer: Any, name: str) -> str:
    """What stands in the field; browsers drop the line end after ``<textarea>``, lxml does not."""
    (field,) = answer.page.xpath("//main//*[@name=$name]", name=name)
    return str(field.value or "").removeprefix("\r\n").removeprefix("\n")


# Who comes in ---------------------------------------------------------------------------------------------


def paths(release_id: int) -> list[str]:
    base = f"/desk/releases/{release_id}"
    return [LIST, NEW, base, f"{base}/publish", f"{base}/withdraw", f"{base}/revisions", f"{base}/revisions/1"]


def test_strangers_are_sent_to_sign_in(client: Any, cats: int) -> None:
    for path in paths(cats):
        answer = client.get(path)
        assert answer.status_code in {302, 303}, path
        assert "/sign-in" in answer.location
    assert client.post(NEW, data=TYPED).status_code in {302, 303, 400, 401, 403}


def test_editors_see_every_page(ada: Any, cats: int) -> None:
    for path in paths(cats):
        assert ada.get(path).status_code == 200, path


def test_writers_write_drafts_and_publish_nothing(wren: Any, drafted: int, cats: int, found: Any) -> None:
    assert send(wren, f"/desk/releases/{drafted}", headline="Wren’s cats", do="save").status_code == 303
    assert found(drafted).headline == "Wren’s cats"
    page = wren.get(f"/desk/releases/{drafted}").page
    assert page.xpath("//button[@name='do']/@value") == ["preview", "save", "submit"]
    for do in ("publish", "schedule", "hold", "correct"):
        answer = send(wren, f"/desk/releases/{drafted}", headline="Typed at length", do=do)
        assert answer.status_code == 403
        assert value(answer, "headline") == "Typed at length"
    assert found(drafted).state(NOON) is State.DRAFT
    assert wren.get(f"/desk/releases/{cats}/withdraw").status_code == 403
    assert wren.get(f"/desk/releases/{drafted}/publish").status_code == 403


def test_a_writer_who_is_overtaken_keeps_the_text(wren: Any, cats: int, found: Any) -> None:
    answer = send(wren, f"/desk/releases/{cats}", body="An hour of work", do="save")
    assert answer.status_code == 403
    assert value(answer, "body") == "An hour of work"
    assert "ask an editor" in answer.text
    assert found(cats).body.startswith("Forty")


@pytest.mark.parametrize(
    "end", ["9999", "9999/withdraw", "9999/publish", "9999/revisions", "1/revisions/99", "99999999999999999999"]
)
def test_what_is_not_there_is_not_found(ada: Any, cats: int, end: str) -> None:
    assert ada.get(f"/desk/releases/{end}").status_code == 404


def test_other_methods_are_refused(ada: Any, cats: int) -> None:
    assert ada.delete(f"/desk/releases/{cats}").status_code in {400, 405}
    assert ada.post(f"/desk/releases/{cats}/revisions").status_code in {400, 405}


def test_a_form_without_its_token_is_refused(ada: Any, drafted: int, found: Any) -> None:
    assert ada.post(f"/desk/releases/{drafted}", data=TYPED | {"do": "publish"}).status_code == 400
    assert found(drafted).public_from is None


# Writing --------------------------------------------------------------------------------------------------


def test_the_list_has_its_four_columns(ada: Any, staff: Any, cats: int, drafted: int) -> None:
    with staff() as desk:
        actions.submit(draft(headline="To be read"), by=desk.wren, now=NOON)
        waiting(NOON + timedelta(days=1), headline="Planned")
        waiting(NOON + timedelta(days=2), embargoed=True, headline="Embargoed")
    page = ada.get(LIST).page
    assert page.xpath("//h2/data/@value") == ["1", "1", "1", "1"]
    assert "Saturday, 21 November 2026, 12:00 EST (UTC−05:00)" in page.text_content()


def test_a_draft_is_saved_and_is_not_public(ada: Any, client: Any, noon: Any, found: Any) -> None:
    answer = send(ada, NEW, **TYPED, topics="Dogs, dogs , Surveys", do="save")
    assert answer.status_code == 303
    release = found()
    assert answer.location.endswith(f"/desk/releases/{release.id}")
    assert (release.headline, release.kind, release.topics) == ("Dogs agree too", "award", ("Dogs", "Surveys"))
    assert release.state(NOON) is State.DRAFT
    assert "Saved as a draft." in ada.get(answer.location).text
    assert "Dogs agree" not in client.get("/releases/").text


def test_a_release_is_written_and_published_at_once(ada: Any, client: Any, noon: Any) -> None:
    assert send(ada, NEW, **TYPED, do="publish").status_code == 303
    assert "They did." in client.get("/releases/2026/dogs-agree-too").text


@pytest.mark.parametrize("do", ["publish", "save"])
def test_a_new_form_that_is_sent_twice_makes_one_release(ada: Any, noon: Any, found: Any, do: str) -> None:
    (form,) = ada.get(NEW).page.xpath("//main//form")
    sent = {name: typed for name, typed in form.form_values() if name != "picture"} | TYPED | {"do": do}
    first = ada.post(NEW, data=sent)
    again = ada.post(NEW, data=sent | {"body": "Typed after Back."})
    assert (again.status_code, again.location) == (303, first.location)
    assert "This was saved already" in ada.get(first.location).text
    assert (found().id, found().uid, found().body) == (1, sent["uid"], "They did.")
    assert value(ada.get(NEW), "uid") != sent["uid"]


def test_a_fresh_form_with_the_same_words_makes_no_second_release(ada: Any, noon: Any, found: Any) -> None:
    """After Back a browser asks for the form again and fills what was typed into it: its key is another one."""
    first = send(ada, NEW, **TYPED, do="publish")
    again = send(ada, NEW, **TYPED, do="publish")
    assert (again.status_code, again.location) == (303, first.location)
    assert "This was saved already" in ada.get(first.location).text
    assert send(ada, NEW, **TYPED | {"body": "They did not."}, do="save").location != first.location


def test_two_sendings_at_once_make_one_release(
    ada: Any, noon: Any, found: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (form,) = ada.get(NEW).page.xpath("//main//form")
    sent = {name: typed for name, typed in form.form_values() if name != "picture"} | TYPED | {"do": "save"}
    first = ada.post(NEW, data=sent)
    look, looks = queries.by_uid, iter([False])
    monkeypatch.setattr(queries, "by_uid", lambda uid: look(uid) if next(looks, True) else None)
    again = ada.post(NEW, data=sent)
    assert (again.status_code, again.location) == (303, first.location)
    assert found().id == 1


@pytest.mark.parametrize("uid", ["", "x", "{12345678-1234-5678-1234-567812345678}", "\0", "9" * 100_000])
def test_a_uid_that_is_none_is_refused_once(ada: Any, noon: Any, found: Any, uid: str) -> None:
    answer = send(ada, NEW, **TYPED, uid=uid, do="save")
    assert answer.status_code == 422
    assert "send it again" in errors(answer)
    (form,) = answer.page.xpath("//main//form")
    again = {name: typed for name, typed in form.form_values() if name != "picture"}
    assert ada.post(NEW, data=again | {"do": "save"}).status_code == 303
    assert found().headline == "Dogs agree too"


def test_a_preview_saves_nothing_and_keeps_everything(ada: Any, noon: Any, drafted: int, found: Any) -> None:
    answer = send(ada, f"/desk/releases/{drafted}", headline="Seen only", body="## Cats\n\n**bold**", do="preview")
    assert answer.status_code == 200
    assert answer.page.xpath("//section[@aria-labelledby='preview']//h2[text()='Cats']")
    assert answer.page.xpath("//section[@aria-labelledby='preview']//strong[text()='bold']")
    assert value(answer, "headline") == "Seen only"
    assert found(drafted).headline == "Cats agree with their owners"


def test_a_preview_runs_nothing_that_was_typed(ada: Any, noon: Any) -> None:
    answer = send(ada, NEW, **TYPED | {"body": "<script>alert(1)</script>[x](javascript:alert(1))"}, do="preview")
    assert not answer.page.xpath("//main//script | //main//a[starts-with(@href, 'javascript')]")


def test_a_first_preview_works_without_a_headline(ada: Any, noon: Any) -> None:
    assert send(ada, NEW, body="They did.", do="preview").status_code == 200


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"headline": ""}, "Write a headline"),
        ({"headline": "x" * 301}, "Shorten the headline to 300 characters. It has 301."),
        ({"subhead": "x" * 401}, "Shorten the subhead to 400 characters. It has 401."),
        ({"kind": "gossip"}, "Choose a kind from the list."),
        ({"evidence": "hearsay"}, "Choose one from the list."),
        ({"slug": "No Such Slug"}, "such as no-such-slug"),
        ({"study_doi": "doi"}, "Write the DOI"),
        ({"study_published_on": "2026-02-30"}, "There is no 30 February 2026"),
        ({"topics": ",".join(f"t{n}" for n in range(14))}, "at most 12 topics"),
        ({"body": "", "do": "publish"}, "Write the text of the release."),
        ({"zone": "Mars/Olympus"}, "There is no time zone “Mars/Olympus”"),
        ({"correction": "41 cats.", "do": "correct"}, "Only a public release is corrected."),
    ],
)
def test_a_refused_form_says_why_and_keeps_what_was_typed(
    ada: Any, noon: Any, found: Any, typed: dict[str, str], sentence: str
) -> None:
    answer = send(ada, NEW, **{**TYPED, "notes": "Keep me.", "do": "save", **typed})
    assert answer.status_code == 422
    assert sentence in errors(answer)
    assert value(answer, "notes") == "Keep me."
    for name, written in typed.items():
        if name not in {"do", "kind", "evidence", "correction"}:
            assert value(answer, name).strip() == written
    with pytest.raises(AssertionError):
        found()


def test_ten_megabytes_of_text_come_back(ada: Any, noon: Any) -> None:
    answer = send(ada, NEW, **TYPED | {"body": "word " * 2_000_000}, do="save")
    assert answer.status_code == 422
    assert "Shorten the text to 200,000 characters. It has 9,999,999." in errors(answer)
    assert answer.text.count("word ") >= 1_999_999


def test_null_and_control_characters_are_dropped(ada: Any, noon: Any, found: Any) -> None:
    assert send(ada, NEW, **TYPED | {"headline": "Do\x00gs\x07", "body": "a\x00b\r\nc"}, do="save").status_code == 303
    assert (found().headline, found().body) == ("Dogs", "ab\nc")


# Time -----------------------------------------------------------------------------------------------------

AT_ELEVEN = {"day": "2026-11-24", "time": "11:00", "zone": "America/New_York"}


def test_an_embargo_is_shown_in_several_zones(ada: Any, drafted: int, found: Any) -> None:
    answer = send(ada, f"/desk/releases/{drafted}", **AT_ELEVEN, embargoed="y", do="schedule")
    assert answer.status_code == 303
    assert found(drafted).state(NOON) is State.EMBARGOED
    text = " ".join(ada.get(f"/desk/releases/{drafted}").page.text_content().split())
    assert "Embargo ends Tuesday, 24 November 2026, 11:00 EST (UTC−05:00)" in text
    assert "LondonTuesday, 24 November 2026, 16:00 GMT (UTC+00:00)" in text
    assert "TokyoWednesday, 25 November 2026, 01:00 JST (UTC+09:00) other day" in text


@pytest.mark.parametrize(
    ("wall", "sentence"),
    [
        ({"day": "2026-11-18"}, "This time has passed. Give one in the future."),
        ({"day": "2027-03-14", "time": "02:30"}, "There is no 02:30"),
        ({"day": "2027-11-07", "time": "01:30"}, "comes twice"),
        ({"day": "2027-02-29"}, "There is no 29 February 2027"),
        ({"day": ""}, "Day"),
        ({"time": "25:00"}, "There is no 25:00"),
        ({"zone": "Mars/Olympus"}, "There is no time zone “Mars/Olympus”"),
    ],
)
def test_a_time_that_is_none_is_explained(
    ada: Any, drafted: int, found: Any, wall: dict[str, str], sentence: str
) -> None:
    typed = AT_ELEVEN | wall
    answer = send(ada, f"/desk/releases/{drafted}", **typed, body="New text", do="schedule")
    assert answer.status_code == 422
    assert sentence in errors(answer)
    assert {name: value(answer, name) for name in typed} == typed
    assert value(answer, "body") == "New text"
    assert found(drafted).state(NOON) is State.DRAFT
    assert found(drafted).body.startswith("Forty")


def test_saving_what_waits_moves_its_time_when_that_was_changed(ada: Any, drafted: int, found: Any) -> None:
    path = f"/desk/releases/{drafted}"
    send(ada, path, **AT_ELEVEN, do="schedule")
    version = found(drafted).version
    send(ada, path, do="save")
    assert found(drafted).version == version
    send(ada, path, day="2027-01-04", do="save")
    assert found(drafted).address == "/releases/2027/cats-agree-with-their-owners"
    send(ada, path, do="hold")
    assert found(drafted).state(NOON) is State.DRAFT


def test_a_form_that_was_open_when_it_was_lifted_saves_a_public_release(
    ada: Any, noon: Any, drafted: int, found: Any
) -> None:
    path = f"/desk/releases/{drafted}"
    send(ada, path, **AT_ELEVEN, do="schedule")
    noon(timedelta(days=5))
    assert send(ada, path, body="Forty-one.", do="save").status_code == 303
    release = found(drafted)
    assert (release.body, release.state(NOON + timedelta(days=5))) == ("Forty-one.", State.PUBLIC)
    answer = send(ada, path, **AT_ELEVEN | {"day": "2027-01-04"}, do="schedule")
    assert answer.status_code == 422
    assert "cannot go back" in errors(answer)


EMBARGO = AT_ELEVEN | {"embargoed": "y"}


@pytest.mark.parametrize("do", ["publish", "save"])
@pytest.mark.parametrize(
    ("given", "undo"),
    [
        (EMBARGO, "empty the day, empty the time and take the tick away"),
        (AT_ELEVEN, "empty the day and empty the time"),
        ({"day": "2026-11-24"}, "or empty the day"),
        ({"day": "2020-01-01"}, "or empty the day"),
        ({"day": "soon", "zone": "Asia/Tokyo"}, "or empty the day"),
        ({"time": "11:00"}, "or empty the time"),
        ({"embargoed": "y"}, "or take the tick away"),
    ],
)
def test_a_time_that_was_given_is_never_dropped(
    ada: Any, drafted: int, found: Any, do: str, given: dict[str, str], undo: str
) -> None:
    for path in (NEW, f"/desk/releases/{drafted}"):
        answer = send(ada, path, **TYPED | {"version": "1", "headline": "Told early"} | given, do=do)
        assert answer.status_code == 422, path
        assert "Press “Schedule”" in errors(answer)
        assert undo in errors(answer)
        assert value(answer, "body") == "They did."
        for name, typed in given.items():
            if name != "embargoed":
                assert value(answer, name) == typed
        assert bool(answer.page.xpath("//input[@name='embargoed']/@checked")) is ("embargoed" in given)
        (anchor,) = answer.page.xpath("//div[@class='errors']//a/@href")
        assert answer.page.xpath("//main//*[@id=$id]", id=anchor.removeprefix("#"))
    assert found().id == drafted
    assert (found(drafted).state(NOON), found(drafted).headline) == (State.DRAFT, "Cats agree with their owners")


def test_another_zone_alone_is_no_time(ada: Any, drafted: int, found: Any) -> None:
    assert send(ada, f"/desk/releases/{drafted}", zone="Asia/Tokyo", do="save").status_code == 303
    assert found(drafted).state(NOON) is State.DRAFT


@pytest.mark.parametrize(
    "changed", [{"day": "2026-11-25"}, {"time": "12:00"}, {"zone": "Europe/London"}, {"embargoed": ""}, {"day": ""}]
)
def test_an_embargo_whose_time_was_just_changed_is_not_lifted(
    ada: Any, client: Any, drafted: int, found: Any, changed: dict[str, str]
) -> None:
    path = f"/desk/releases/{drafted}"
    assert send(ada, path, **EMBARGO, do="schedule").status_code == 303
    answer = send(ada, path, **changed, body="New text", do="publish")
    assert answer.status_code == 422
    assert "waits for its time" in errors(answer)
    assert value(answer, "body") == "New text"
    assert found(drafted).state(NOON) is State.EMBARGOED
    assert client.get("/releases/2026/cats-agree-with-their-owners").status_code == 404


def test_the_editor_of_what_waits_does_not_publish_it(ada: Any, drafted: int, found: Any) -> None:
    path = f"/desk/releases/{drafted}"
    send(ada, path, **EMBARGO | {"time": "11:00:30"}, do="schedule")
    assert value(ada.get(path), "time") == "11:00:30"
    answer = send(ada, path, body="Told early.", do="publish")
    assert answer.status_code == 422
    assert "that page asks once more" in errors(answer)
    assert value(answer, "body") == "Told early."
    assert found(drafted).state(NOON) is State.EMBARGOED
    assert not answer.page.xpath("//button[@value='publish']")
    assert answer.page.xpath("//a[@class='button danger wide']/@href") == [f"{path}/publish"]


@pytest.mark.parametrize("embargoed", ["y", ""])
def test_publishing_early_asks_on_its_own_page(ada: Any, client: Any, drafted: int, found: Any, embargoed: str) -> None:
    path = f"/desk/releases/{drafted}"
    send(ada, path, **AT_ELEVEN, **({"embargoed": "y"} if embargoed else {}), do="schedule")
    text = " ".join(ada.get(f"{path}/publish").page.xpath("string(//main)").split())
    how = "is under embargo until" if embargoed else "is scheduled for"
    assert f"“Cats agree with their owners” {how} Tuesday, 24 November 2026, 11:00 EST (UTC−05:00)" in text
    assert "everybody reads it at once" in text
    assert "cannot go back" in text
    assert found(drafted).state(NOON).waits
    assert send(ada, f"{path}/publish").status_code == 303
    assert (found(drafted).state(NOON), found(drafted).public_from) == (State.PUBLIC, NOON)
    assert client.get("/releases/2026/cats-agree-with-their-owners").status_code == 200
    assert "It is public already." in ada.get(f"{path}/publish").text


def test_what_was_saved_since_the_question_is_not_published(ada: Any, drafted: int, found: Any) -> None:
    path = f"/desk/releases/{drafted}"
    send(ada, path, **EMBARGO, do="schedule")
    (form,) = ada.get(f"{path}/publish").page.xpath("//main//form")
    open_form = dict(form.form_values())
    send(ada, path, body="Not to be read yet", do="save")
    answer = ada.post(f"{path}/publish", data=open_form)
    assert answer.status_code == 409
    assert "Somebody saved this release" in errors(answer)
    assert found(drafted).state(NOON) is State.EMBARGOED
    (form,) = answer.page.xpath("//main//form")
    assert ada.post(f"{path}/publish", data=dict(form.form_values())).status_code == 303


def test_only_what_waits_is_published_early(ada: Any, drafted: int, cats: int, found: Any) -> None:
    for number, sentence in ((drafted, "waits for no time"), (cats, "is public already")):
        path = f"/desk/releases/{number}"
        assert sentence in ada.get(f"{path}/publish").text
        answer = post(ada, f"{path}/publish", {"version": "1"}, form=path)
        assert answer.status_code == 422
        assert sentence in errors(answer)
    assert found(drafted).public_from is None


def test_a_form_without_the_time_leaves_the_embargo_alone(ada: Any, drafted: int, found: Any) -> None:
    path = f"/desk/releases/{drafted}"
    send(ada, path, **EMBARGO, do="schedule")
    fields: dict[str, object] = {
        **TYPED,
        "version": str(found(drafted).version),
        "slug": "cats-agree-with-their-owners",
    }
    assert post(ada, path, fields | {"do": "save"}).status_code == 303
    assert (found(drafted).state(NOON), found(drafted).body) == (State.EMBARGOED, "They did.")


def test_a_time_that_is_moved_after_it_came_is_not_dropped(ada: Any, noon: Any, drafted: int, found: Any) -> None:
    path = f"/desk/releases/{drafted}"
    send(ada, path, **EMBARGO, do="schedule")
    (form,) = ada.get(path).page.xpath("//main//form")
    open_form = {name: typed for name, typed in form.form_values() if name != "picture"}
    noon(timedelta(days=5))
    answer = ada.post(path, data=open_form | {"day": "2027-01-04", "body": "Not yet", "do": "save"})
    assert answer.status_code == 422
    assert "became public while you wrote" in errors(answer)
    assert value(answer, "body") == "Not yet"
    assert found(drafted).body.startswith("Forty")


@pytest.mark.parametrize("name", ["day", "time"])
@pytest.mark.parametrize("do", ["save", "preview", "publish", "schedule", "hold"])
def test_pasted_text_is_no_time(ada: Any, drafted: int, found: Any, name: str, do: str) -> None:
    answer = send(ada, f"/desk/releases/{drafted}", **AT_ELEVEN | {name: "9" * 100_000}, do=do)
    assert answer.status_code == 422
    assert "This is no " in errors(answer)
    assert found(drafted).state(NOON) is State.DRAFT


def test_ten_megabytes_are_no_day(ada: Any, drafted: int) -> None:
    answer = send(ada, f"/desk/releases/{drafted}", day="9" * 10_000_000, do="save")
    assert answer.status_code == 422
    assert "This is no day." in errors(answer)


# Buttons --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("do", ["", "Publish", "publish ", "withdraw", "x" * 100_000])
def test_a_button_that_is_none_does_nothing(ada: Any, drafted: int, found: Any, do: str) -> None:
    assert send(ada, f"/desk/releases/{drafted}", body="New", do=do).status_code == 400
    assert found(drafted).body.startswith("Forty")


def test_the_enter_key_publishes_nothing(ada: Any, drafted: int, cats: int) -> None:
    """Browsers press the first button of a form for whoever presses Enter in a line of it."""
    for path in (NEW, f"/desk/releases/{drafted}", f"/desk/releases/{cats}"):
        buttons = ada.get(path).page.xpath("//main//form//*[self::button or @type='submit']")
        assert buttons[0].get("value") == "preview", path


# Two editors (more in test_merging.py) --------------------------------------------------------------------


def test_a_conflict_says_that_the_other_gave_a_time(ada: Any, admin: Any, drafted: int, found: Any) -> None:
    path = f"/desk/releases/{drafted}"
    (form,) = ada.get(path).page.xpath("//main//form")
    mine = {name: typed for name, typed in form.form_values() if name != "picture"}
    assert send(admin, path, **EMBARGO, do="schedule").status_code == 303
    answer = ada.post(path, data={**mine, "do": "publish"})
    assert answer.status_code == 409
    assert "Under embargo until Tuesday, 24 November 2026, 11:00 EST" in " ".join(answer.page.text_content().split())
    (form,) = answer.page.xpath("//main//form")
    again = {name: typed for name, typed in form.form_values() if name != "picture"}
    assert (again["day"], again["time"], again["embargoed"]) == ("2026-11-24", "11:00", "y")
    assert ada.post(path, data={**again, "do": "publish"}).status_code == 422
    assert found(drafted).state(NOON) is State.EMBARGOED


def test_a_conflict_with_another_window_of_ones_own_blames_nobody_else(ada: Any, admin: Any, drafted: int) -> None:
    path = f"/desk/releases/{drafted}"
    (form,) = ada.get(path).page.xpath("//main//form")
    mine = {name: typed for name, typed in form.form_values() if name != "picture"} | {"headline": "Second window"}
    assert send(ada, path, headline="First window", do="save").status_code == 303
    answer = ada.post(path, data={**mine, "do": "save"})
    assert answer.status_code == 409
    assert "You saved this release in another window" in answer.text
    assert "Somebody else" not in answer.text and "Theirs" not in answer.text
    assert send(admin, path, headline="Nadia’s", do="save").status_code == 303
    assert "Somebody else saved this release before you" in ada.post(path, data={**mine, "do": "save"}).text


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30])
def test_a_version_that_is_none_is_a_conflict(ada: Any, drafted: int, version: str) -> None:
    assert send(ada, f"/desk/releases/{drafted}", version=version, do="save").status_code == 409


# After publication ----------------------------------------------------------------------------------------


def test_a_correction_needs_its_note(ada: Any, client: Any, noon: Any, cats: int) -> None:
    noon(timedelta(hours=1))
    path = f"/desk/releases/{cats}"
    answer = send(ada, path, body="41 cats agreed.", do="correct")
    assert answer.status_code == 422
    assert "Say what was wrong" in errors(answer)
    assert value(answer, "body") == "41 cats agreed."
    assert send(ada, path, body="41 cats agreed.", correction="41 cats, not 40.", do="correct").status_code == 303
    text = client.get("/releases/2026/cats-agree-with-their-owners").page.text_content()
    assert text.index("41 cats, not 40.") < text.index("41 cats agreed.")


def test_withdrawal_asks_why_on_its_own_page(ada: Any, client: Any, noon: Any, cats: int, found: Any) -> None:
    noon(timedelta(hours=1))
    path = f"/desk/releases/{cats}/withdraw"
    refused = post(ada, path, {"reason": " "})
    assert refused.status_code == 422
    assert "Say why" in errors(refused)
    assert found(cats).withdrawn_at is None
    assert post(ada, path, {"reason": "The cats were dogs."}).status_code == 303
    assert client.get("/releases/2026/cats-agree-with-their-owners").status_code == 410
    page = ada.get(f"/desk/releases/{cats}")
    assert "The cats were dogs." in page.text
    assert not page.page.xpath("//button[@value='save']")
    assert not ada.get(path).page.xpath("//main//form")


def test_only_what_is_public_is_withdrawn(ada: Any, drafted: int, found: Any) -> None:
    path = f"/desk/releases/{drafted}"
    assert "nothing to withdraw" in ada.get(f"{path}/withdraw").text
    assert post(ada, f"{path}/withdraw", {"reason": "Why not"}, form=path).status_code == 422
    assert found(drafted).withdrawn_at is None


def test_revisions_can_be_read(ada: Any, staff: Any, drafted: int) -> None:
    with staff() as desk:
        release = queries.by_id(drafted)
        assert release is not None
        actions.edit(release, by=desk.wren, now=NOON, body="Second text", study_doi="10.5555/x")
    page = ada.get(f"/desk/releases/{drafted}/revisions").page
    assert page.xpath("//tbody/tr/th//a/text()") == ["Version 2", "Version 1"]
    assert "Wren Okafor" in page.text_content()
    old = ada.get(f"/desk/releases/{drafted}/revisions/1")
    assert "Forty cats agreed." in old.text
    assert "Second text" not in old.text


# Pictures -------------------------------------------------------------------------------------------------


def test_a_picture_is_added_with_its_words(ada: Any, drafted: int, found: Any) -> None:
    path = f"/desk/releases/{drafted}"
    answer = send(
        ada, path, picture=(png(), "Four Cats.png"), picture_alt="Four cats", picture_credit="A. Lens", do="save"
    )
    assert answer.status_code == 303
    (picture,) = found(drafted).pictures
    assert (picture.asset.alt, picture.asset.credit, picture.asset.name) == ("Four cats", "A. Lens", "four-cats.png")


@pytest.mark.parametrize(
    ("upload", "words", "sentence"),
    [
        (b"", {"picture_alt": "x"}, "The file is empty"),
        (b"%PDF", {"picture_alt": "x"}, "not taken"),
        (b"%PDF-1.7 and so on", {}, "This is no picture"),
        (b"GIF89a", {"picture_alt": "x"}, "GIF is not taken"),
        (None, {}, "Say in a sentence what the picture shows"),
        (None, {"picture_alt": "x", "picture_decorative": "y"}, "A decorative picture has no alternative text"),
    ],
)
def test_a_picture_that_is_none_saves_nothing(
    ada: Any, drafted: int, found: Any, upload: bytes | None, words: dict[str, str], sentence: str
) -> None:
    file = png()
    if upload is not None:
        file.seek(0)
        file.truncate()
        file.write(upload)
        file.seek(0)
    answer = send(ada, f"/desk/releases/{drafted}", picture=(file, "x.png"), body="New", **words, do="save")
    assert answer.status_code == 422
    assert sentence in errors(answer)
    assert value(answer, "body") == "New"
    assert found(drafted).body.startswith("Forty")
    assert not found(drafted).pictures


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"picture_alt": "x" * 501}, "Shorten the sentence on what the picture shows to 500 characters. It has 501."),
        ({"picture_caption": "x" * 1001}, "Shorten the caption to 1,000 characters. It has 1,001."),
        ({"picture_credit": "x" * 201}, "Shorten the credit to 200 characters. It has 201."),
        ({"picture_licence": "x" * 201}, "Shorten the licence to 200 characters. It has 201."),
    ],
)
def test_long_words_of_a_picture_are_refused(
    ada: Any, drafted: int, found: Any, words: dict[str, str], sentence: str
) -> None:
    typed = {"picture_alt": "Four cats"} | words
    answer = send(ada, f"/desk/releases/{drafted}", picture=(png(), "x.png"), body="New", **typed, do="save")
    assert answer.status_code == 422
    assert sentence in errors(answer)
    assert {name: value(answer, name) for name in typed} == typed
    assert value(answer, "body") == "New"
    assert not found(drafted).pictures


@pytest.mark.parametrize("name", ["alt", "caption", "credit", "licence"])
def test_the_longest_words_of_a_picture_fit_their_columns(name: str) -> None:
    kind = Asset.__table__.columns[name].type
    assert isinstance(kind, String)
    assert rules.LIMITS[f"picture_{name}"].characters == kind.length


@pytest.mark.parametrize("name", ["alt", "caption", "credit", "licence", "decorative"])
@pytest.mark.parametrize("do", ["save", "publish"])
def test_words_without_their_picture_are_not_dropped(ada: Any, drafted: int, found: Any, name: str, do: str) -> None:
    answer = send(ada, f"/desk/releases/{drafted}", **{f"picture_{name}": "y"}, body="New", do=do)
    assert answer.status_code == 422
    assert "Choose the picture that this describes." in errors(answer)
    (box,) = answer.page.xpath("//input[@name=$name]", name=f"picture_{name}")
    assert box.value == "y" if name != "decorative" else box.checked
    assert box.xpath("ancestor::details/@open")
    assert value(answer, "body") == "New"
    assert found(drafted).body.startswith("Forty")


def test_a_lead_picture_of_many_digits_is_none(ada: Any, drafted: int) -> None:
    path = f"/desk/releases/{drafted}"
    assert send(ada, path, lead="9" * 5000, without=["9" * 5000], do="save").status_code == 303


def test_pictures_are_arranged_in_the_form(ada: Any, staff: Any, noon: Any, found: Any) -> None:
    with staff():
        release = illustrate(illustrate(public(), caption="One"), caption="Two")
        db.session.flush()
        number = release.id
        one, two = (picture.id for picture in release.pictures)
    path = f"/desk/releases/{number}"
    assert send(ada, path, lead=str(two), do="save").status_code == 303
    assert [picture.id for picture in found(number).pictures] == [two, one]
    assert send(ada, path, without=[str(two), "x", "999"], do="save").status_code == 303
    assert [picture.id for picture in found(number).pictures] == [one]


def test_a_draft_of_somebody_else_shows_who_wrote_it(ada: Any, staff: Any, noon: Any) -> None:
    with staff() as desk:
        release = actions.create(by=desk.wren, now=NOON, headline="Wren’s", kind=draft().kind)
        number = release.id
    assert "by Wren Okafor" in ada.get(f"/desk/releases/{number}").text
