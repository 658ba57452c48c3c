"""Approval by a second person: who may, what it opens, and what takes it away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from pressroom.audit import AuditEntry
from pressroom.kit import settings
from pressroom.kit.db import db
from pressroom.releases import actions, queries
from pressroom.releases.models import Release
from pressroom.releases.rules import RefusedError, Review, State
from tests import factories
from tests.conftest import NOON, submit
from tests.releases.conftest import draft, illustrate, public, waiting
from tests.releases.test_desk import AT_ELEVEN, EMBARGO, errors, found, send, value

__all__ = ["found"]

HOUR = timedelta(hours=1)


@pytest.fixture
def needed(staff: Any) -> None:
    """Releases need a second person's approval."""
    with staff():
        settings.edit({"release_approval": True})


@pytest.fixture
def sent(staff: Any, noon: Any) -> int:
    """The id of a draft by Wren that waits for review."""
    with staff() as desk:
        release = actions.create(by=desk.wren, now=NOON, kind=draft().kind, headline="Birds agree", body="They did.")
        actions.submit(release, by=desk.wren, now=NOON, note="Check the figures")
        return release.id


@pytest.fixture
def change(staff: Any) -> Callable[..., None]:
    """Do a verb to the release of an id, as somebody of the cast."""

    def do(number: int, verb: Callable[..., Any], by: str, **more: Any) -> None:
        with staff():
            verb(queries.by_id(number), by=factories.person(by), now=NOON, **more)

    return do


def text(answer: Any) -> str:
    return " ".join(answer.page.xpath("string(//main)").split())


def buttons(answer: Any) -> list[str]:
    return answer.page.xpath("//main//button[@name='do']/@value")


# The way of a release -------------------------------------------------------------------------------------


def test_a_writer_sends_and_an_editor_approves_and_publishes(
    wren: Any, ada: Any, client: Any, needed: None, noon: Any, found: Any
) -> None:
    answer = send(wren, "/desk/releases/new", headline="Birds agree", body="They did.", note="Figures?", do="submit")
    assert answer.status_code == 303
    assert "Saved and sent for review." in wren.get(answer.location).text
    release = found()
    path = f"/desk/releases/{release.id}"
    assert release.state(NOON) is State.IN_REVIEW
    assert buttons(ada.get(path)) == ["preview", "save"]
    page = ada.get(f"{path}/review")
    assert "sent by Wren Okafor: “Figures?”" in text(page)
    assert "They did." in text(page)
    assert send(ada, f"{path}/review", do="approve").status_code == 303
    assert found().state(NOON) is State.APPROVED
    assert "Approved by Ada Lindqvist" in text(wren.get(path))
    assert buttons(ada.get(path)) == ["preview", "schedule", "save", "publish"]
    assert send(ada, path, do="publish").status_code == 303
    assert "They did." in client.get("/releases/2026/birds-agree").text
    assert "Ada Lindqvist" not in client.get("/releases/2026/birds-agree").text


@pytest.mark.parametrize("do", ["publish", "schedule"])
@pytest.mark.parametrize("in_review", [True, False])
def test_nothing_goes_out_unapproved(
    ada: Any, needed: None, drafted: int, sent: int, found: Any, do: str, in_review: bool
) -> None:
    number = sent if in_review else drafted
    typed = EMBARGO if do == "schedule" else {}
    answer = send(ada, f"/desk/releases/{number}", **typed, body="Typed at length", do=do)
    assert answer.status_code == 422
    assert "needs a second person’s approval" in errors(answer)
    assert value(answer, "body") == "Typed at length"
    assert found(number).public_from is None
    assert "when a second person has approved it" in text(ada.get(f"/desk/releases/{number}"))


def test_without_the_setting_an_editor_publishes_at_once(ada: Any, sent: int, found: Any) -> None:
    assert send(ada, f"/desk/releases/{sent}", do="publish").status_code == 303
    assert found(sent).state(NOON) is State.PUBLIC


def test_a_text_that_was_changed_in_the_same_breath_is_not_published(
    ada: Any, needed: None, sent: int, change: Any, found: Any
) -> None:
    change(sent, actions.approve, "nadia")
    answer = send(ada, f"/desk/releases/{sent}", body="Something else", do="publish")
    assert answer.status_code == 422
    assert "a change takes an approval away" in errors(answer)
    assert (found(sent).state(NOON), found(sent).body) == (State.APPROVED, "They did.")


def test_sending_back_says_what_to_change(ada: Any, wren: Any, sent: int, found: Any) -> None:
    path = f"/desk/releases/{sent}"
    refused = send(ada, f"{path}/review", note=" ", do="return")
    assert refused.status_code == 422
    assert "Say what should be changed" in errors(refused)
    assert send(ada, f"{path}/review", note="Name the birds.", do="return").status_code == 303
    assert found(sent).state(NOON) is State.DRAFT
    assert "Sent back by Ada Lindqvist" in text(wren.get(path))
    assert "Name the birds." in text(wren.get(path))
    assert "submit" in buttons(wren.get(path))
    assert "Sent back: Name the birds." in text(wren.get(f"{path}/revisions"))


def test_an_approval_can_be_taken_back(ada: Any, sent: int, change: Any, found: Any) -> None:
    change(sent, actions.approve, "nadia")
    assert send(ada, f"/desk/releases/{sent}/review", note="Wait for the paper.", do="return").status_code == 303
    assert found(sent).state(NOON) is State.DRAFT


def test_an_empty_draft_is_not_sent(wren: Any, noon: Any) -> None:
    answer = send(wren, "/desk/releases/new", headline="Birds", do="submit")
    assert answer.status_code == 422
    assert "Write the text of the release." in errors(answer)


# Who ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("author", "editor", "by", "sentence"),
    [
        ("ada", None, "ada", "You wrote this release"),
        ("wren", "ada", "ada", "You changed this release last"),
        ("ada", "nadia", "ada", "You wrote this release"),
        ("ada", None, "nadia", ""),
        ("wren", "ada", "nadia", ""),
        ("nadia", "wren", "ada", ""),
    ],
)
def test_nobody_approves_their_own(
    staff: Any, noon: Any, author: str, editor: str | None, by: str, sentence: str
) -> None:
    with staff():
        cast = {name: factories.person(name) for name in ("ada", "nadia", "wren")}
        release = actions.create(by=cast[author], now=NOON, kind=draft().kind, headline="Birds", body="They did.")
        if editor:
            actions.edit(release, by=cast[editor], now=NOON, body="They all did.")
        actions.submit(release, by=cast[author], now=NOON)
        if sentence:
            with pytest.raises(RefusedError, match=sentence):
                actions.approve(release, by=cast[by], now=NOON)
            assert release.review is Review.WAITING
        else:
            actions.approve(release, by=cast[by], now=NOON)
            assert release.review is Review.APPROVED


def test_who_may_not_approve_reads_why_and_has_no_button(ada: Any, sent: int, found: Any) -> None:
    send(ada, f"/desk/releases/{sent}", body="They all did.", do="save")
    path = f"/desk/releases/{sent}/review"
    assert "You changed this release last, so somebody else approves it." in text(ada.get(path))
    assert buttons(ada.get(path)) == ["return"]
    answer = send(ada, path, do="approve")
    assert answer.status_code == 422
    assert "You changed this release last" in errors(answer)
    assert found(sent).state(NOON) is State.IN_REVIEW


def test_writers_approve_nothing(wren: Any, sent: int, found: Any) -> None:
    path = f"/desk/releases/{sent}/review"
    assert wren.get(path).status_code == 403
    assert send(wren, f"/desk/releases/{sent}", body="They do.", do="save").status_code == 303
    assert not wren.get("/desk/releases/").page.xpath("//a[contains(@href, '/review')]")
    assert found(sent).state(NOON) is State.IN_REVIEW


def test_what_was_saved_since_is_not_approved(ada: Any, sent: int, change: Any, found: Any) -> None:
    path = f"/desk/releases/{sent}/review"
    (form,) = ada.get(path).page.xpath("//main//form")
    opened = dict(form.form_values())
    change(sent, actions.edit, "wren", body="They did not.")
    answer = ada.post(path, data=opened | {"note": "Fine", "do": "approve"})
    assert answer.status_code == 409
    assert "Somebody saved this release" in errors(answer)
    assert "They did not." in text(answer)
    assert value(answer, "note") == "Fine"
    assert found(sent).state(NOON) is State.IN_REVIEW


@pytest.mark.parametrize("do", ["", "x", "publish", "submit"])
def test_an_answer_that_is_none(ada: Any, sent: int, do: str) -> None:
    assert send(ada, f"/desk/releases/{sent}/review", do=do).status_code == 400


@pytest.mark.parametrize("do", ["approve", "return"])
def test_what_does_not_wait_is_not_reviewed(ada: Any, drafted: int, sent: int, found: Any, do: str) -> None:
    (form,) = ada.get(f"/desk/releases/{sent}/review").page.xpath("//main//form")
    typed = dict(form.form_values()) | {"version": str(found(drafted).version), "note": "x", "do": do}
    answer = ada.post(f"/desk/releases/{drafted}/review", data=typed)
    assert answer.status_code == 422
    assert "does not wait for review" in errors(answer)
    assert "does not wait for review" in text(ada.get(f"/desk/releases/{drafted}/review"))
    assert ada.get("/desk/releases/99/review").status_code == 404


# What takes it away ---------------------------------------------------------------------------------------


@pytest.fixture
def approved(staff: Any, noon: Any, sent: int, change: Any) -> int:
    change(sent, actions.approve, "nadia")
    return sent


def test_a_change_takes_the_approval_away_and_says_so(ada: Any, approved: int, found: Any) -> None:
    path = f"/desk/releases/{approved}"
    assert "A change of text or pictures takes the approval away." in text(ada.get(path))
    assert send(ada, path, body="They all did.", do="save").status_code == 303
    assert "The change took the approval away: this release waits for review again." in ada.get(path).text
    assert found(approved).state(NOON) is State.IN_REVIEW
    page = ada.get(f"{path}/review").page
    assert page.xpath("//a[contains(., 'What changed since it was approved')]/@href") == [f"{path}/compare?from=3&to=4"]


def test_a_save_without_a_change_keeps_it(ada: Any, approved: int, found: Any) -> None:
    assert send(ada, f"/desk/releases/{approved}", do="save").status_code == 303
    assert found(approved).state(NOON) is State.APPROVED


@pytest.mark.parametrize("kind", ["edit", "picture", "arrange", "restore"])
def test_every_change_takes_it_away(staff: Any, noon: Any, kind: str) -> None:
    with staff() as desk:
        release = illustrate(draft())
        actions.edit(release, by=desk.ada, now=NOON, body="Other.")
        actions.submit(release, by=desk.ada, now=NOON)
        actions.approve(release, by=factories.person("nadia"), now=NOON)
        match kind:
            case "edit":
                actions.edit(release, by=desk.wren, now=NOON, study_doi="10.5555/x")
            case "picture":
                illustrate(release)
            case "arrange":
                actions.arrange_pictures(release, by=desk.wren, now=NOON, without=[release.pictures[0].id])
            case "restore":
                first = queries.revision(release.id, 1)
                assert first
                actions.restore(release, first, by=desk.wren, now=NOON)
        assert release.state(NOON) is State.IN_REVIEW
        line = db.session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()
        assert line
        assert line.changes["review"] == ["approved", "waiting"]


def under_embargo(ada: Any, approved: int) -> str:
    path = f"/desk/releases/{approved}"
    assert send(ada, path, **EMBARGO, do="schedule").status_code == 303
    return path


def test_what_waits_loses_its_time_with_its_approval(ada: Any, needed: None, approved: int, found: Any) -> None:
    path = under_embargo(ada, approved)
    assert "takes the approval away, and the time with it" in text(ada.get(path))
    assert send(ada, path, body="They all did.", do="save").status_code == 303
    assert "this release waits for review again" in ada.get(path).text
    assert found(approved).state(NOON) is State.IN_REVIEW
    assert (found(approved).public_from, found(approved).embargoed) == (None, False)


def test_a_new_time_beside_a_change_is_not_dropped(ada: Any, needed: None, approved: int, found: Any) -> None:
    path = under_embargo(ada, approved)
    answer = send(ada, path, body="They all did.", day="2026-11-30", do="save")
    assert answer.status_code == 422
    assert "a new time cannot be kept" in errors(answer)
    assert found(approved).state(NOON) is State.EMBARGOED


def test_a_new_time_alone_keeps_the_approval(ada: Any, needed: None, approved: int, found: Any) -> None:
    path = under_embargo(ada, approved)
    assert send(ada, path, day="2026-11-30", do="save").status_code == 303
    assert found(approved).state(NOON) is State.EMBARGOED
    assert send(ada, path, do="hold").status_code == 303
    assert found(approved).state(NOON) is State.APPROVED


def test_without_the_setting_what_waits_keeps_its_time(ada: Any, approved: int, found: Any) -> None:
    path = under_embargo(ada, approved)
    assert send(ada, path, body="They all did.", do="save").status_code == 303
    assert found(approved).state(NOON) is State.EMBARGOED


def test_an_approved_embargo_is_lifted_early_for_everybody(
    ada: Any, client: Any, needed: None, approved: int, found: Any
) -> None:
    path = under_embargo(ada, approved)
    assert "takes the approval away" in text(ada.get(path))
    assert send(ada, f"{path}/publish").status_code == 303
    assert found(approved).state(NOON) is State.PUBLIC
    assert client.get("/releases/2026/birds-agree").status_code == 200


def test_what_waited_before_the_setting_is_not_lifted_unapproved(ada: Any, staff: Any, noon: Any, found: Any) -> None:
    with staff():
        number = waiting(NOON + HOUR, embargoed=True).id
        settings.edit({"release_approval": True})
    answer = send(ada, f"/desk/releases/{number}/publish")
    assert answer.status_code == 422
    assert "needs a second person’s approval" in errors(answer)
    assert "Not approved" in text(ada.get("/desk/releases/"))


def test_after_publication_an_editor_corrects_at_once(
    ada: Any, staff: Any, needed: None, noon: Any, found: Any
) -> None:
    with staff():
        settings.edit({"release_approval": False})
        number = public().id
        settings.edit({"release_approval": True})
    noon(HOUR)
    assert send(ada, f"/desk/releases/{number}", correction="41.", body="41 cats.", do="correct").status_code == 303
    assert found(number).state(NOON + HOUR) is State.CORRECTED


# The queue ------------------------------------------------------------------------------------------------


def test_the_desk_shows_what_waits_for_review(ada: Any, wren: Any, sent: int) -> None:
    for path in ("/desk/", "/desk/releases/"):
        section = ada.get(path).page.xpath("//section[@aria-labelledby='review']")
        assert "Birds agree" in section[0].text_content(), path
        assert "Wren Okafor" in section[0].text_content(), path
        assert f"/desk/releases/{sent}/review" in section[0].xpath(".//a/@href"), path
    assert f"/desk/releases/{sent}" in wren.get("/desk/").page.xpath("//section[@aria-labelledby='review']//a/@href")


def test_each_step_is_audited(staff: Any, approved: int) -> None:
    with staff():
        lines = db.session.query(AuditEntry).filter(AuditEntry.object_id == approved, AuditEntry.kind == "release")
        assert [(line.actor_name, line.action) for line in lines.order_by(AuditEntry.id)] == [
            ("Wren Okafor", "create"),
            ("Wren Okafor", "submit"),
            ("Nadia Brandt", "approve"),
        ]


def test_the_setting_is_on_the_desk(ada: Any, drafted: int) -> None:
    assert submit(ada, "/desk/settings", {"release_approval": "y"}).status_code == 303
    assert "publish" not in buttons(ada.get(f"/desk/releases/{drafted}"))


def test_a_release_that_no_one_reviewed_is_as_before(staff: Any, noon: Any) -> None:
    with staff():
        release = public()
        assert isinstance(release, Release)
        assert (release.review, release.review_at) == (Review.NONE, None)


def test_a_time_typed_when_sending_is_not_dropped(ada: Any, drafted: int) -> None:
    answer = send(ada, f"/desk/releases/{drafted}", **AT_ELEVEN, do="submit")
    assert answer.status_code == 422
    assert "A draft waits for no time." in errors(answer)
