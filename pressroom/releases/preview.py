"""A release as it would be read, from what stands in the form; nothing is saved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from pressroom.kit import text
from pressroom.kit.settings import setting
from pressroom.releases import rules, typeset
from pressroom.releases.forms import ReleaseForm
from pressroom.releases.models import Release
from pressroom.releases.rules import State


@dataclass(frozen=True)
class Preview:
    """What the preview shows."""

    line: str
    headline: str
    subhead: str
    body_html: str
    notes_html: str
    words: int


def of(form: ReleaseForm, release: Release | None, now: datetime) -> Preview:
    """The preview of a form that validates; the dateline gets the day of publication, or today."""
    zone = setting("time_zone")
    public_from = release.public_from if release else None
    day = (public_from or now).astimezone(ZoneInfo(zone)).date()
    body_html = typeset.body_html(form.body.data or "")
    standing = release.state(now) if release else State.DRAFT
    return Preview(
        line=rules.release_line(standing, public_from, release.zone if release else zone),
        headline=form.headline.data or "",
        subhead=form.subhead.data or "",
        body_html=typeset.with_dateline(body_html, form.dateline.data or "", day),
        notes_html=text.to_html(form.notes.data or ""),
        words=text.count_words(body_html),
    )
