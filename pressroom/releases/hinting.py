"""The hints about a release: how easy it reads, and what in it exaggerates or is missing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pressroom.kit import text
from pressroom.kit.settings import setting
from pressroom.releases import hints, languages, readability, typeset
from pressroom.releases.forms import ReleaseForm
from pressroom.releases.hints import Finding, Written
from pressroom.releases.models import Release
from pressroom.releases.readability import Reading
from pressroom.releases.rules import Evidence, ReleaseKind, Subject

READ = "en"
"""The language whose words are known here."""


@dataclass(frozen=True)
class Hints:
    """What is said about a text."""

    reading: Reading
    findings: list[Finding]


def unkept(written: Written) -> Hints:
    """The hints about *written*; the formula reads the running text. Nothing of it is kept in memory."""
    return Hints(readability.read(written.text), hints.check(written))


of = lru_cache(32)(unkept)
"""The same for the desk, where an editor shows the same text again and again."""


def of_form(form: ReleaseForm) -> Hints | None:
    """The hints about what stands in a form that validates; None in another language than English."""
    names = ("headline", "subhead", "body", "notes", "evidence", "subject", "peer_review", "kind", "language")
    typed = {name: form[name].data or "" for name in (*names, "study_funders", "study_funding")}
    typed["evidence"] = Evidence(typed["evidence"]) if typed["evidence"] else None
    typed["subject"] = Subject(typed["subject"]) if typed["subject"] else None
    return _of(**typed)


def of_release(release: Release) -> Hints | None:
    """The hints about a release as it was saved; None in another language than English."""
    names = ("headline", "subhead", "body", "notes", "evidence", "subject", "peer_review", "kind", "language")
    return _of(**{name: getattr(release, name) for name in (*names, "study_funders", "study_funding")})


def _of(*, body: str, notes: str, kind: str, language: str, **fields: Any) -> Hints | None:
    if languages.read(language or setting("language")).partition("-")[0] != READ:
        return None
    written = Written(
        headline=fields["headline"],
        subhead=fields["subhead"],
        text=text.plain(typeset.body_html(body)),
        beside=text.plain(notes),
        evidence=fields["evidence"],
        subject=fields["subject"],
        is_study=bool(fields["peer_review"]) or kind == ReleaseKind.RESEARCH,
        has_funder=bool(fields["study_funders"] or fields["study_funding"]),
    )
    return of(written)
