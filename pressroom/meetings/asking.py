"""The page that asks before an embargo ends at once, or within the hour."""

from __future__ import annotations

from flask import Response, make_response, render_template, request

from pressroom.kit import clock
from pressroom.kit.db import db, reading
from pressroom.meetings import rules
from pressroom.meetings.rules import Unsure

CARRIED = frozenset({"csrf_token", "sure"})


def answer() -> str:
    """What somebody said on that page: to which moves they said yes."""
    return request.form.get("sure", "")[:64]


def ask(question: Unsure, *, zone: str, back: str) -> Response:
    """Put the question, with all that was typed; saying yes sends it once more.

    Args:
        zone: in which the instants are shown.
        back: where no leads.
    """
    db.session.rollback()
    typed = [(name, value) for name, value in request.form.items(multi=True) if name not in CARRIED]
    with reading():
        page = render_template(
            "meetings/desk/sure.html",
            moves=question.moves,
            sure=rules.digest(question.moves),
            typed=typed,
            zone=zone,
            now=clock.now(),
            back=back,
        )
        return make_response(page, 409)
