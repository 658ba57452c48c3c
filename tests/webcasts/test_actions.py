"""Verbs: the row, the audit's line, the queue; and what must hold, holds after each."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from pressroom.audit import AuditEntry
from pressroom.kit.db import db
from pressroom.media.models import Asset
from pressroom.search.models import QueueRow
from pressroom.webcasts import actions
from pressroom.webcasts.rules import Many, Slot, WebcastError
from pressroom.webcasts.taking import Removal, Upload
from tests.conftest import NOON
from tests.webcasts import factories

LATER = NOON + timedelta(days=1)


def audited() -> list[str]:
    """What the audit says of webcasts, in order."""
    entries = select(AuditEntry.action).where(AuditEntry.kind == "webcast").order_by(AuditEntry.id)
    return list(db.session.scalars(entries))


def queued() -> list[Any]:
    """When the index is to look at webcasts."""
    return sorted(db.session.scalars(select(QueueRow.due).where(QueueRow.kind == "webcast")))


def test_a_new_one_is_a_draft_with_rendered_texts(staff: Any) -> None:
    with staff():
        webcast = factories.webcast()
        assert webcast.public_from is None
        assert webcast.description_html == "<p>What a report <strong>says</strong>.</p>"
        assert webcast.ends_at - webcast.starts_at == timedelta(hours=1)
        assert webcast.slug == "how-to-read-a-genetic-test"
        assert audited() == ["create"]
        assert queued() == []


def test_two_of_the_same_title_have_two_addresses(staff: Any) -> None:
    with staff():
        assert [factories.webcast().slug for _ in range(3)] == [
            "how-to-read-a-genetic-test",
            "how-to-read-a-genetic-test-2",
            "how-to-read-a-genetic-test-3",
        ]


def test_captions_are_taken_apart_into_cues(staff: Any) -> None:
    with staff():
        webcast = factories.recorded()
        assert webcast.cues == [
            {"start": 1.0, "voice": "Lena Marsh", "text": "Welcome to the briefing."},
            {"start": 5.0, "voice": "Samuel Adeyemi", "text": "Ask about both sides of the family."},
        ]


def test_all_files_that_are_wrong_are_told_of_at_once(staff: Any) -> None:
    bad = [
        factories.upload(Slot.RECORDING, factories.picture().getvalue()),
        factories.upload(Slot.POSTER, alt=""),
        factories.upload(Slot.CAPTIONS, b"WEBVTT\n\n00:05.000 --> 00:04.000\na\n"),
    ]
    with staff():
        with pytest.raises(WebcastError) as refused:
            factories.webcast(uploads=bad)
        db.session.rollback()
    assert set(refused.value.problems) == {"recording", "poster", "captions"}
    assert refused.value.problems["captions"] == ["Line 3: the cue ends before it begins."]


def test_an_edit_says_what_changed_and_moves_a_draft_s_address(staff: Any) -> None:
    with staff() as cast:
        webcast = factories.webcast()
        actions.edit(webcast, by=cast.ada, now=LATER, title="Reading a test", minutes=45)
        assert webcast.slug == "reading-a-test"
        assert webcast.updated_at == LATER
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "edit")).one()
        assert entry.changes["minutes"] == [60, 45]
        assert set(entry.changes) == {"title", "minutes"}


def test_an_edit_that_changes_nothing_is_none(staff: Any) -> None:
    with staff() as cast:
        webcast = factories.webcast()
        actions.edit(webcast, by=cast.ada, now=LATER, **factories.fields())
        assert audited() == ["create"]
        assert webcast.updated_at == NOON


def test_the_address_of_a_public_one_never_moves(staff: Any) -> None:
    with staff() as cast:
        webcast = factories.published(factories.webcast())
        actions.edit(webcast, by=cast.ada, now=LATER, title="Another title")
        assert webcast.slug == "how-to-read-a-genetic-test"


def test_publishing_queues_the_index_now(staff: Any) -> None:
    with staff():
        factories.published(factories.webcast())
        assert audited() == ["create", "publish"]
        assert queued() == [NOON]


def test_scheduling_queues_the_index_for_the_instant_as_well(staff: Any) -> None:
    with staff() as cast:
        webcast = factories.webcast()
        actions.schedule(webcast, by=cast.ada, now=NOON, at=LATER)
        assert webcast.public_from == LATER
        assert queued() == [NOON, LATER]
        with pytest.raises(WebcastError, match="passed"):
            actions.schedule(webcast, by=cast.ada, now=NOON, at=NOON)
        actions.unschedule(webcast, by=cast.ada, now=NOON)
        assert webcast.public_from is None
        with pytest.raises(WebcastError, match="not scheduled"):
            actions.unschedule(webcast, by=cast.ada, now=NOON)
        assert audited() == ["create", "schedule", "unschedule"]


def test_what_is_scheduled_can_be_published_now(staff: Any) -> None:
    with staff() as cast:
        webcast = factories.webcast()
        actions.schedule(webcast, by=cast.ada, now=NOON, at=LATER)
        actions.publish(webcast, by=cast.ada, now=NOON)
        assert webcast.public_from == NOON


def test_a_public_recording_keeps_its_words(staff: Any) -> None:
    with staff() as cast:
        webcast = factories.published(factories.recorded(transcript=""))
        with pytest.raises(WebcastError, match="captions or a transcript"):
            actions.edit(webcast, by=cast.ada, now=LATER, removal=Removal([Slot.CAPTIONS]))
        db.session.rollback()
    with staff() as cast:
        webcast = factories.published(factories.recorded(transcript="All that was said."))
        actions.edit(webcast, by=cast.ada, now=LATER, removal=Removal([Slot.CAPTIONS]))
        assert (webcast.captions_id, webcast.cues) == (None, [])


def test_a_file_is_replaced_and_the_old_one_is_shown_by_nothing(staff: Any) -> None:
    with staff() as cast:
        webcast = factories.published(factories.recorded())
        old = webcast.recording_id
        actions.edit(
            webcast, by=cast.ada, now=LATER, uploads=[factories.upload(Slot.RECORDING, factories.FILM + b"more")]
        )
        assert webcast.recording_id != old
        assert db.session.get(Asset, old) is not None


def test_another_file_of_the_same_name_is_a_change(staff: Any) -> None:
    def spanish(said: str) -> Upload:
        content = f"WEBVTT\n\n00:01.000 --> 00:04.000\n{said}\n".encode()
        return Upload(Many.SUBTITLES, BytesIO(content), "captions.es.vtt", language="es")

    with staff() as cast:
        webcast = factories.recorded(uploads=[factories.upload(slot) for slot in Slot] + [spanish("Hola")])
        actions.publish(webcast, by=cast.ada, now=NOON)
        actions.edit(webcast, by=cast.ada, now=LATER, uploads=[spanish("Buenos días")])
        assert (audited()[-1], webcast.updated_at, queued()) == ("edit", LATER, [NOON, LATER])
        actions.edit(webcast, by=cast.ada, now=LATER + timedelta(days=1))
        assert audited().count("edit") == 1, "nothing changed"


def test_withdrawing_needs_a_reason_and_is_audited(staff: Any) -> None:
    with staff() as cast:
        webcast = factories.published(factories.webcast())
        with pytest.raises(WebcastError, match="reason"):
            actions.withdraw(webcast, by=cast.ada, now=LATER, reason=" ")
        actions.withdraw(webcast, by=cast.ada, now=LATER, reason="The film shows a patient.")
        assert (webcast.withdrawn_at, webcast.withdrawal_reason) == (LATER, "The film shows a patient.")
        assert audited()[-1] == "withdraw"
        assert queued()[-1] == LATER
        with pytest.raises(WebcastError, match="withdrawn"):
            actions.publish(webcast, by=cast.ada, now=LATER)


def test_a_field_that_does_not_exist_is_a_mistake_in_the_code(staff: Any) -> None:
    with staff(), pytest.raises(TypeError, match="public_from"):
        factories.webcast(public_from=NOON)
