"""The page of a release: what it says besides its columns, and its HTML, which the same content makes only once.

An edit anywhere raises the edition, and each page that is kept as bytes ends with it. So a page is read again then,
through the gate, and compared with what it was made of before: reading is a third of the work, the template the
rest. Nothing is found here that was not read just now.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from flask import Flask, current_app, render_template, request

from pressroom.kit import clock, settings
from pressroom.kit.settings import setting
from pressroom.releases import (
    coverage,
    languages,
    public,
    related,
    renditions,
    rules,
    structured,
    terms,
    translations,
)
from pressroom.releases.coverage import Story, Told
from pressroom.releases.models import Release
from pressroom.releases.related import Shown
from pressroom.releases.translations import Version

EXTENSION = "release_pages"
MOST = 64  # pages of some forty kilobytes, with what they are made of


_around: list[Callable[[], Hashable]] = []


def register(shown: Callable[[], Hashable]) -> None:
    """Have a page made anew when *shown*, which the layout of every page shows, is another than it was."""
    _around.append(shown)


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


@dataclass(frozen=True)
class Content:
    """All that the page of a release is made of. A template that reads anything else would show what it read before.

    Attributes:
        around: what every page shows besides (:func:`register`).
        path: where it is asked for: pages name their address.
        settings: what staff set (``settings.fingerprint``).
        release: its columns, and those of its lists (``public.content``).
    """

    around: tuple[Hashable, ...]
    path: str
    settings: bytes
    release: tuple[object, ...]
    view: View


def html(release: Release) -> str:
    """The page of a public release."""
    around = tuple(shown() for shown in _around)
    content = Content(around, request.path, settings.fingerprint(), public.content(release), view_of(release))
    return remembered(content)


def remembered(content: Content) -> str:
    """The page of *content*, as it was made before if it was."""
    made: Callable[[Content], str] = current_app.extensions[EXTENSION]
    return made(content)


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


def rendered(content: Content) -> str:
    """The page of *content*, made anew."""
    return render_template("releases/show.html", release=content.view.release, view=content.view)


def init_app(app: Flask) -> None:
    """Have *app* remember the pages that it made last."""
    app.extensions[EXTENSION] = lru_cache(MOST)(rendered)
