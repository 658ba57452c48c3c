"""Two editors of one release: what goes together does, what does not is chosen, and no word is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.kit.db import db
from pressroom.releases import actions, merging, queries
from pressroom.releases.merging import Outcome
from pressroom.releases.rules import State
from tests.conftest import NOON
from tests.releases.conftest import FIELDS, illustrate, public
from tests.releases.test_desk import EMBARGO, found, send, value

__all__ = ["found"]

texts = st.sampled_from(["", "a", "b", "a\n\nb", "A\n\nb", "a\n\nB", "c\n\na\n\nb"])


def outcomes(base: dict[str, Any] | None, mine: dict[str, str], theirs: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {each.field: (each.outcome.value, each.value) for each in merging.meet(base, mine, theirs)}


# Pure -----------------------------------------------------------------------------------------------------


def test_each_field_goes_its_way() -> None:
    base = {"headline": "Cats", "subhead": "", "body": "a\n\nb", "dateline": "X", "topics": ["Cats"], "kind": "award"}
    theirs = base | {"headline": "Dogs", "subhead": "Two", "body": "A\n\nb", "topics": ["Cats", "Dogs"]}
    mine = {
        "headline": "Birds",
        "subhead": "",
        "body": "a\n\nB",
        "dateline": "Y",
        "topics": "Cats",
        "kind": "award",
    }
    assert outcomes(base, mine, theirs) == {
        "headline": ("choose", "Birds"),
        "subhead": ("theirs", "Two"),
        "body": ("both", "A\n\nB"),
        "dateline": ("mine", "Y"),
        "topics": ("theirs", "Cats, Dogs"),
    }


def test_without_what_both_began_from_all_that_differs_is_chosen() -> None:
    assert outcomes(None, {"headline": "a", "body": "x"}, {"headline": "b", "body": "x"}) == {
        "headline": ("choose", "a")
    }


@given(texts, texts, texts)
def test_no_change_of_either_is_dropped_without_a_word(base: str, mine: str, theirs: str) -> None:
    met = merging.meet({"body": base}, {"body": mine}, {"body": theirs})
    if mine == theirs:
        assert not met
        return
    (meeting,) = met
    match meeting.outcome:
        case Outcome.MINE:
            assert (theirs, meeting.value) == (base, mine)
        case Outcome.THEIRS:
            assert (mine, meeting.value) == (base, theirs)
        case Outcome.CHOOSE:
            assert meeting.value == mine
        case Outcome.BOTH:
            for lines in (mine, theirs):
                assert set(lines.split()) - set(base.split()) <= set(meeting.value.split())


def test_a_kind_is_shown_by_its_label() -> None:
    (meeting,) = merging.meet({"kind": "award"}, {"kind": "grant"}, {"kind": "policy"})
    assert meeting.base == "Award"
    assert [piece.text for passage in meeting.theirs for piece in passage.pieces] == ["Award", "Policy statement"]


# On the desk ----------------------------------------------------------------------------------------------


def opened(client: Any, path: str) -> dict[str, Any]:
    """The form as somebody has it before them."""
    (form,) = client.get(path).page.xpath("//main//form")
    return fields(form)


def fields(form: Any) -> dict[str, Any]:
    return {name: typed for name, typed in form.form_values() if name != "picture"}


def shown(answer: Any) -> dict[str, Any]:
    """The form that an answer shows, to be sent again."""
    (form,) = answer.page.xpath("//main//form")
    return fields(form)


def text(answer: Any) -> str:
    return " ".join(answer.page.xpath("string(//main)").split())


@pytest.fixture
def path(drafted: int) -> str:
    return f"/desk/releases/{drafted}"


def test_what_goes_together_is_brought_together(ada: Any, admin: Any, path: str, drafted: int, found: Any) -> None:
    mine = opened(ada, path)
    theirs = {"subhead": "Asked three times.", "topics": "Cats, Dogs", "kind": "award", "note": "for Mei"}
    assert send(admin, path, body="Fifty cats agreed.\n\nTwo did not say.", **theirs, do="save").status_code == 303
    changed = {"body": "Forty cats agreed.\n\nThree did not say.", "dateline": "PORTSIDE", "study_journal": "Cats"}
    answer = ada.post(path, data={**mine, **changed, "do": "save"})
    assert answer.status_code == 409
    assert "Nadia Brandt saved it Thursday, 19 November 2026, 12:00 EST" in text(answer)
    assert "“for Mei”. Nothing of yours is saved yet." in text(answer)
    assert "Taken over from themKind, Subhead, Topics" in text(answer)
    assert "Kept of yoursDateline, Journal" in text(answer)
    assert "Brought togetherText: you changed different paragraphs" in text(answer)
    assert not answer.page.xpath("//input[@type='radio'][starts-with(@name, 'take-')]")
    assert found(drafted).body.startswith("Fifty")
    assert ada.post(path, data={**shown(answer), "do": "save"}).status_code == 303
    release = found(drafted)
    assert release.body == "Fifty cats agreed.\n\nThree did not say."
    assert (release.subhead, release.topics, release.kind) == ("Asked three times.", ("Cats", "Dogs"), "award")
    assert (release.dateline, release.study_journal) == ("PORTSIDE", "Cats")


@pytest.mark.parametrize("choice", ["mine", "theirs"])
def test_where_both_changed_the_same_somebody_chooses(
    ada: Any, admin: Any, path: str, drafted: int, found: Any, choice: str
) -> None:
    mine = opened(ada, path)
    send(admin, path, body="Nadia’s text", headline="Nadia’s cats", do="save")
    answer = ada.post(path, data={**mine, "body": "Ada’s text", "headline": "Ada’s cats", "do": "save"})
    assert answer.status_code == 409
    assert value(answer, "body") == "Ada’s text"
    (body,) = answer.page.xpath("//fieldset[contains(legend, 'Text')]")
    began, two = body.xpath("string(details/p)"), body.xpath("div[@class='meet-two']/div")
    assert began == FIELDS["body"]
    assert ["Nadia’s text" in side.text_content() for side in two] == [True, False]
    assert ["Ada’s text" in side.text_content() for side in two] == [False, True]
    assert found(drafted).body == "Nadia’s text"
    again = {**shown(answer), "take-body": choice, "do": "save"}
    assert ada.post(path, data=again).status_code == 303
    release = found(drafted)
    assert (release.headline, release.body) == ("Ada’s cats", "Ada’s text" if choice == "mine" else "Nadia’s text")
    with_theirs = ada.get(f"{path}/revisions/2")
    assert "Nadia’s text" in with_theirs.text, "what was not chosen is kept"


def test_a_choice_is_kept_through_a_refusal_and_a_preview(ada: Any, admin: Any, path: str) -> None:
    mine = opened(ada, path)
    send(admin, path, body="Nadia’s text", do="save")
    again = shown(ada.post(path, data={**mine, "body": "Ada’s text", "do": "save"}))
    for changed, status in (({"do": "preview"}, 200), ({"do": "save", "headline": ""}, 422)):
        answer = ada.post(path, data={**again, "take-body": "theirs", **changed})
        assert answer.status_code == status
        assert value(answer, "body") == "Nadia’s text"


def test_a_third_editor_in_between_is_met_as_well(
    ada: Any, admin: Any, wren: Any, path: str, drafted: int, found: Any
) -> None:
    mine = opened(ada, path)
    send(admin, path, body="Nadia’s text", do="save")
    again = shown(ada.post(path, data={**mine, "body": "Ada’s text", "do": "save"}))
    send(wren, path, body="Wren’s text", subhead="Wren’s", do="save")
    answer = ada.post(path, data={**again, "take-body": "theirs", "do": "save"})
    assert answer.status_code == 409
    assert value(answer, "body") == "Wren’s text", "Nadia’s text was chosen, and Wren changed it"
    assert "Wren Okafor saved it" in text(answer)
    assert ada.post(path, data={**shown(answer), "do": "save"}).status_code == 303
    assert (found(drafted).body, found(drafted).subhead) == ("Wren’s text", "Wren’s")


@pytest.mark.parametrize("base", ["", "0", "x", "-1", "9" * 30, "99", "٣"])
def test_a_form_that_does_not_say_what_it_was_made_of(ada: Any, admin: Any, path: str, base: str) -> None:
    mine = opened(ada, path)
    send(admin, path, body="Nadia’s text", do="save")
    answer = ada.post(path, data={**mine, "body": "Ada’s text", "base": base, "do": "save"})
    assert answer.status_code == 409
    assert value(answer, "body") == "Ada’s text"
    assert "Nadia’s text" in text(answer)
    assert not answer.page.xpath("//summary[contains(., 'began from')]")


@pytest.mark.parametrize("name", ["uid", "version", "public_from", "author_name", "", "note"])
def test_only_what_two_may_change_is_chosen(ada: Any, path: str, drafted: int, found: Any, name: str) -> None:
    before = (found(drafted).uid, found(drafted).public_from)
    assert send(ada, path, **{f"take-{name}": "theirs"}, body="Cats.", do="save").status_code == 303
    assert (found(drafted).uid, found(drafted).public_from, found(drafted).body) == (*before, "Cats.")


# Time and pictures ----------------------------------------------------------------------------------------


def test_two_times_are_shown_and_chosen(ada: Any, admin: Any, path: str, drafted: int, found: Any) -> None:
    mine = opened(ada, path)
    assert send(admin, path, **EMBARGO, do="schedule").status_code == 303
    answer = ada.post(path, data={**mine, **EMBARGO, "day": "2026-11-30", "do": "schedule"})
    assert answer.status_code == 409
    assert "Time: both of you changed it" in text(answer)
    assert "2026-11-24 11:00 America/New York, under embargo" in text(answer)
    assert value(answer, "day") == "2026-11-30"
    assert ada.post(path, data={**shown(answer), "take-time": "theirs", "do": "save"}).status_code == 303
    assert found(drafted).state(NOON) is State.EMBARGOED
    assert f"{found(drafted).public_from:%d %H}" == "24 16"


def test_a_zone_that_the_other_chose_can_be_seen(ada: Any, admin: Any, path: str) -> None:
    mine = opened(ada, path)
    assert send(admin, path, **EMBARGO | {"zone": "Asia/Kathmandu"}, do="schedule").status_code == 303
    answer = ada.post(path, data={**mine, "subhead": "x", "do": "save"})
    assert value(answer, "zone") == "Asia/Kathmandu"


def test_what_the_other_published_is_said(ada: Any, admin: Any, path: str, noon: Any) -> None:
    mine = opened(ada, path)
    assert send(admin, path, do="publish").status_code == 303
    answer = ada.post(path, data={**mine, **EMBARGO, "do": "schedule"})
    assert answer.status_code == 409
    assert "It is public now, so its time stays." in text(answer)
    assert not answer.page.xpath("//input[@name='take-time']")


def test_a_lead_picture_that_the_other_chose_stays(ada: Any, staff: Any, noon: Any, found: Any) -> None:
    with staff():
        release = illustrate(illustrate(public(), caption="One"), caption="Two")
        db.session.flush()
        path, number = f"/desk/releases/{release.id}", release.id
        one, two = (picture.id for picture in release.pictures)
    noon(timedelta(hours=1))
    mine = opened(ada, path)
    assert mine["lead"] == str(one)
    with staff() as desk:
        found_again = queries.by_id(number)
        assert found_again
        actions.arrange_pictures(found_again, by=desk.wren, now=NOON + timedelta(hours=1), lead=two)
    again = shown(ada.post(path, data={**mine, "body": "Ada’s", "do": "save"}))
    assert again["lead"] == str(two)
    assert ada.post(path, data={**again, "do": "save"}).status_code == 303
    assert [picture.id for picture in found(number).pictures] == [two, one]
