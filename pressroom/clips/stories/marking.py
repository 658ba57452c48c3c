"""The prints of clips: made when a clip comes or changes, and made anew when the rules are others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from pressroom.clips import addresses
from pressroom.clips.stories import prints, rules
from pressroom.clips.stories.models import EXCERPT, HEADLINE, ClipPrint
from pressroom.clips.stories.rules import Print
from pressroom.kit.db import db, insert_into

VERSION = prints.VERSION + 100 * addresses.VERSION
"""Of what is kept with a clip that rules decide: its prints, and in hundreds the canonical form of its address."""


class Text(NamedTuple):
    """What a print is made of."""

    clip_id: int
    headline: str
    excerpt: str
    day: date
    outlet_id: int


def mark(texts: Sequence[Text]) -> list[Print]:
    """Keep the prints of clips; the worker looks for their stories."""
    if not texts:
        return []
    made = rules.made([(text.headline, text.excerpt) for text in texts], [text.outlet_id for text in texts])
    rows = [_row(text, each) for text, each in zip(texts, made, strict=True)]
    statement = insert_into(ClipPrint)
    changed = {name: statement.excluded[name] for name in rows[0] if name != "clip_id"}
    db.session.execute(statement.on_conflict_do_update(index_elements=["clip_id"], set_=changed), rows)
    return made


def _row(text: Text, made: Print) -> dict[str, Any]:
    headline, excerpt = rules.bands(made)
    bands: dict[str, int | None] = dict.fromkeys(EXCERPT) | dict(zip(HEADLINE, headline, strict=True))
    if excerpt is not None:
        bands |= dict(zip(EXCERPT, excerpt, strict=True))
    day = text.day.toordinal()
    return {"clip_id": text.clip_id, "version": VERSION, "day": day, "waits": True, **made._asdict(), **bands}
