"""How releases are found."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask

from pressroom.kit.db import db
from pressroom.releases import actions
from pressroom.releases import search as documents
from tests.conftest import NOON
from tests.releases.conftest import draft, public, waiting


def test_only_public_releases_become_documents(app: Flask, staff: Any, noon: Any) -> None:
    with staff() as desk:
        out = public(headline="Out").id
        rest = [draft(headline="Draft").id, waiting(NOON + timedelta(days=1), headline="Waits").id]
        gone = public(headline="Gone")
        actions.withdraw(gone, by=desk.ada, now=NOON, reason="Wrong.")
        db.session.flush()
        rest.append(gone.id)
    with app.app_context():
        assert [document.id for document in documents.load([out, *rest])] == [out]
        assert list(documents.public_ids()) == [out]


def test_a_document_holds_plain_words(app: Flask, staff: Any, noon: Any) -> None:
    with staff():
        number = public(body="*Forty* cats\n\n> “Miaow.”\n> — Tom Katz, PhD", notes="Call **us**.").id
    with app.app_context():
        (document,) = documents.load([number])
    assert (document.kind, document.label, document.topics) == ("release", "Research", ("Cats", "Surveys"))
    assert document.body == (
        "Forty cats were asked twice.\nBETHESDA, Md.\nForty cats\n“Miaow.”\nTom Katz, PhD\nCall us."
    )
    assert document.published == NOON
    assert str(document.published.tzinfo) == "America/New_York"
