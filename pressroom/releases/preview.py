"""A release as it would be read, from what stands in the form; nothing is saved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from pressroom.kit import text
from pressroom.kit.settings import setting
from pressroom.releases import hinting, rules, typeset
from pressroom.releases.forms import ReleaseForm
from pressroom.releases.hinting import Hints
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
    hints: Hints | None = None


def of(form: ReleaseForm, release: Release | None, now: datetime) -> Preview:
    """The preview of a form that validates; the dateline gets the day of publication, or today."""
    written = {name: form[name].data or "" for name in ("headline", "subhead", "dateline", "body", "notes")}
    return replace(_preview(release, now, **written), hints=hinting.of_form(form))


def of_saved(release: Release, now: datetime) -> Preview:
    """The preview of a release as it was last saved."""
    names = ("headline", "subhead", "dateline", "body", "notes")
    shown = _preview(release, now, **{name: getattr(release, name) for name in names})
    return replace(shown, hints=hinting.of_release(release))


def _preview(
    release: Release | None, now: datetime, *, headline: str, subhead: str, dateline: str, body: str, notes: str
) -> Preview:
    zone = setting("time_zone")
    public_from = release.public_from if release else None
    day = (public_from or now).astimezone(ZoneInfo(zone)).date()
    body_html = typeset.body_html(body)
    standing = release.state(now) if release else State.DRAFT
    return Preview(
        line=rules.release_line(standing, public_from, release.zone if release else zone),
        headline=headline,
        subhead=subhead,
        body_html=typeset.with_dateline(body_html, dateline, day),
        notes_html=text.to_html(notes),
        words=text.count_words(body_html),
    )
