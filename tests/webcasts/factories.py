"""Webcasts to test with. Call these in a context of staff; the caller commits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from io import BytesIO
from typing import Any

from PIL import Image

from pressroom.webcasts import actions
from pressroom.webcasts.models import Webcast
from pressroom.webcasts.rules import Slot
from pressroom.webcasts.taking import Upload
from tests import factories
from tests.conftest import NOON

FILM = b"\x1aE\xdf\xa3\x8bB\x86\x81\x01B\x82\x84webm" + b"\x18S\x80g\x48\x00" + bytes(range(256)) * 8
"""A head of eleven bytes, and a segment of 2,048."""
CAPTIONS = """WEBVTT

00:01.000 --> 00:04.000
<v Lena Marsh>Welcome to the briefing.

00:05.000 --> 00:09.000
<v Samuel Adeyemi>Ask about both sides of the family.
"""


SLIDES = b"%PDF-1.7\n%%EOF\n"


def picture() -> BytesIO:
    """A still picture."""
    out = BytesIO()
    Image.new("RGB", (16, 9), "teal").save(out, "PNG")
    out.seek(0)
    return out


def upload(slot: Slot, content: bytes | None = None, name: str = "", **described: Any) -> Upload:
    """A file for *slot* with fitting content."""
    contents: Mapping[Slot, bytes] = {
        Slot.RECORDING: FILM,
        Slot.CAPTIONS: CAPTIONS.encode(),
        Slot.POSTER: picture().getvalue(),
        Slot.SLIDES: SLIDES,
    }
    names = {
        Slot.RECORDING: "Talk.webm",
        Slot.CAPTIONS: "Talk.vtt",
        Slot.POSTER: "Still.png",
        Slot.SLIDES: "Slides.pdf",
    }
    if slot is Slot.POSTER:
        described = {"alt": "A slide.", **described}
    return Upload(slot, BytesIO(contents[slot] if content is None else content), name or names[slot], described)


def fields(**changed: Any) -> dict[str, Any]:
    """What ``actions.create`` needs: an hour in New York, a week after NOON."""
    return {
        "title": "How to read a genetic test",
        "summary": "A briefing for reporters.",
        "description": "What a report **says**.",
        "starts_at": NOON + timedelta(days=7),
        "minutes": 60,
        "zone": "America/New_York",
        "speakers": [{"name": "Noor Haddad", "role": "Laboratory director"}],
        "topics": ["Genetic testing"],
        **changed,
    }


def webcast(**changed: Any) -> Webcast:
    """A draft."""
    return actions.create(by=factories.person("ada"), now=NOON, **fields(**changed))


def recorded(**changed: Any) -> Webcast:
    """A draft of a webcast that is over, with a file in each slot and a transcript."""
    default = {
        "starts_at": NOON - timedelta(days=7),
        "transcript": "**Lena Marsh:** Welcome to the briefing.",
        "uploads": [upload(slot) for slot in Slot],
    }
    return webcast(**{**default, **changed})


def published(draft: Webcast) -> Webcast:
    """*draft*, public from NOON."""
    actions.publish(draft, by=factories.person("ada"), now=NOON)
    return draft
