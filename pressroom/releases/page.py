"""The page of a release: what it says besides its columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import render_template

from pressroom.kit import clock
from pressroom.kit.settings import setting
from pressroom.releases import coverage, languages, related, renditions, rules, structured, terms, translations
from pressroom.releases.coverage import Story, Told
from pressroom.releases.models import Release
from pressroom.releases.related import Shown
from pressroom.releases.translations import Version


@dataclass(frozen=True)
class View:
    """What the page of a release says besides its columns."""

    line: str
    body_html: str
    coverage: tuple[Story, ...]
    versions: tuple[Version, ...]
    related: tuple[Shown, ...]
    release: Release = field(compare=False)

    @property
    def updated(self) -> bool:
        """Whether anything was changed since it came out."""
        return self.release.public_from is not None and self.release.changed_at > self.release.public_from

    @property
    def told(self) -> list[Told]:
        """Its coverage by stories."""
        return coverage.told(self.coverage)

    @property
    def structured(self) -> dict[str, Any]:
        """It for search engines."""
        return structured.news_article(self.release, self.coverage, self.versions)


def html(release: Release) -> str:
    """The page of a public release."""
    return render_template("releases/show.html", release=release, view=view_of(release))


def view_of(release: Release) -> View:
    """What the page of a public release says now."""
    assert release.public_from is not None
    now = clock.now()
    return View(
        line=rules.release_line(release.state(now), release.public_from, setting("time_zone")),
        body_html=_with_terms(release),
        coverage=tuple(coverage.of(release)),
        versions=tuple(translations.of(release)),
        related=tuple(related.public([tie.item for tie in release.related_ties], now)),
        release=release,
    )


def _with_terms(release: Release) -> str:
    """The text, with links to the glossary, which is in the language of the press room."""
    html = renditions.dated_html(release)
    ours = not release.language or languages.same(release.language, setting("language"))
    return terms.linked(html, terms.glossary()) if ours else html
