"""No word of what is not public yet in a message, a find or a row of the outbox; a second after the lift there is."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from pressroom import embargo_audit
from pressroom.embargo_audit import COMMON
from pressroom.kit import clock
from tests.alerts.conftest import alert, finds, work
from tests.conftest import NOON
from tests.mail.conftest import outbox
from tests.mail.server import Server

LIFT = NOON + timedelta(days=5)


def test_no_message_has_a_planted_word_before_the_lift(app: Flask, posting: Server) -> None:
    with clock.at(NOON):
        for number, page in enumerate(("/search", f"/search?q={COMMON}", "/clips/", "/releases/")):
            alert(app, page, address=f"reader{number}@paper.example")
        with app.app_context():
            planted = embargo_audit.plant(now=NOON, lift=LIFT)
    texts = {}
    for moment in (LIFT - timedelta(seconds=1), LIFT):
        posting.came.clear()
        with clock.at(moment):
            work(app)
            found = {(row.kind, row.item_id) for row in finds(app)}
        said = "\n".join(str(message) + str(message.get_body(("plain",)).get_content()) for message in posting.came)
        said += "\n".join(row.subject + row.text + row.html for row in outbox(app) if row.purpose != "planted")
        texts[moment] = {place for word, place in planted.words.items() if word in said.lower()}
        if moment < LIFT:
            assert len(found) == 1, "the release that points at it, which is public"
    assert texts[LIFT - timedelta(seconds=1)] == set()
    assert {"press_release.headline", "press_release.bodyhtml", "clip.headline", "webcast.title"} <= texts[LIFT]
