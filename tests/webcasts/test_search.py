"""Webcasts are found by what was said in them, and by nothing before they are public."""

from __future__ import annotations

from typing import Any

from flask import Flask

from pressroom.webcasts import search
from tests.conftest import NOON
from tests.webcasts import factories


def test_a_document_has_the_words_of_transcript_and_people(staff: Any) -> None:
    with staff():
        document = search.document(factories.published(factories.recorded()))
    assert "Welcome to the briefing." in document.body
    assert "What a report says." in document.body
    assert "<" not in document.body
    assert (document.people, document.topics, document.published) == ("Noor Haddad", ("Genetic testing",), NOON)


def test_without_a_transcript_the_captions_are_searched(staff: Any) -> None:
    with staff():
        document = search.document(factories.recorded(transcript=""))
    assert "both sides of the family" in document.body


def test_the_public_loads_public_ones_only(staff: Any, app: Flask, clock_at: Any) -> None:
    clock_at(NOON)
    with staff():
        public = factories.published(factories.webcast()).id
        draft = factories.webcast().id
    with app.app_context():
        assert [document.id for document in search.load([public, draft, 999])] == [public]
