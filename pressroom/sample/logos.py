"""The sample's logos: the drawings that come with the press room, which are nobody's mark."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from pathlib import Path

from flask import current_app

from pressroom import audit
from pressroom.media import actions as media
from pressroom.pages.logos import actions, queries
from pressroom.pages.logos.models import Role

FILES = (
    ("mark.svg", "ashg-mark-colour.svg", Role.COLOUR),
    ("mark-512.png", "ashg-mark-colour-512.png", Role.COLOUR),
    ("mark.svg", "ashg-mark-one-colour.svg", Role.MONO),
    ("mark-reversed.svg", "ashg-mark-reversed.svg", Role.REVERSED),
    ("mark-reversed-512.png", "ashg-mark-reversed-512.png", Role.REVERSED),
)
BLACK = "#000000"
COLOURS = ("#0b5a5f", "#a8321a")


def load(*, by: audit.Actor | None, now: datetime) -> None:
    """One logo in three variants, if there is none."""
    if queries.logos():
        return
    logo = actions.add(
        by=by,
        now=now,
        title="Mark",
        purpose="Wherever the Society is named: in news, in programmes, in lessons.",
        clear_space=33,
        least_px=24,
        least_mm=8,
    )
    for drawn, name, role in FILES:
        content = (Path(str(current_app.static_folder)) / "img" / drawn).read_bytes()
        if role is Role.MONO:
            content = _in_black(content)
        alt = "Bands of different length side by side, one of which differs from the rest"
        asset = media.store(BytesIO(content), by=by, now=now, name=name, alt=alt)
        actions.attach(logo, asset, role, by=by, now=now)
    actions.publish(logo, by=by, now=now)


def _in_black(drawing: bytes) -> bytes:
    for colour in COLOURS:
        drawing = drawing.replace(colour.encode(), BLACK.encode())
    return drawing
