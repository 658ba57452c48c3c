"""A release in its languages: which versions everybody may read, and what each is called."""

from __future__ import annotations

from dataclasses import dataclass

from pressroom.kit.settings import setting
from pressroom.releases import languages, public
from pressroom.releases.models import Release


@dataclass(frozen=True)
class Version:
    """A release in one language.

    Attributes:
        language: a BCP 47 tag.
        name: what its speakers call it.
        address: its path.
        original: whether it is the one that the others translate.
        current: whether it is the one that is read.
    """

    language: str
    name: str
    address: str
    original: bool
    current: bool


def language_of(release: Release) -> str:
    """The language of *release*: its own, else the press room's."""
    return release.language or str(setting("language"))


def tongue(release: Release) -> dict[str, str]:
    """``lang`` and ``dir`` of a text of *release*; nothing where it is in the language of the page."""
    if not release.language or languages.same(release.language, setting("language")):
        return {}
    return {"lang": release.language, "dir": languages.direction(release.language)}


def of(release: Release) -> list[Version]:
    """The versions of *release* that everybody may read, the original first; itself among them."""
    return [
        Version(
            language_of(each),
            languages.name(language_of(each)),
            each.address,
            each.translation_of_id is None,
            each.id == release.id,
        )
        for each in public.versions(release)
    ]
