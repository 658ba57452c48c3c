"""What a release chooses: boilerplates, contacts, related items, and the release that it translates.

In forms and revisions these are words: the slugs of what is kept once, a line for each related item. Here they are
looked up, checked and tied to the release. In contexts of staff.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import load_only

from pressroom.kit.db import db
from pressroom.kit.settings import setting
from pressroom.releases import items, languages, queries, related
from pressroom.releases.models import (
    Boilerplate,
    Contact,
    Release,
    ReleaseBoilerplate,
    ReleaseContact,
    ReleaseRelated,
)
from pressroom.releases.rules import Problem, RefusedError

CHOSEN = ("boilerplates", "contacts", "related", "translation_of")
"""The fields of a release that are ties and no columns."""

MOST = 10  # boilerplates, or contacts, of one release


def standard() -> dict[str, tuple[str, ...]]:
    """What a new release begins with: what the desk marked so."""
    return {
        "boilerplates": tuple(row.slug for row in queries.boilerplates() if row.standard),
        "contacts": tuple(row.slug for row in queries.contacts() if row.standard),
    }


def check(fields: Mapping[str, Any], *, but: Release | None) -> None:
    """Refuse what is chosen and is not there, and a translation of a translation.

    Args:
        fields: of a release; those of :data:`CHOSEN` and ``language`` are looked at.
        but: the release itself, unless it is new.

    Raises:
        RefusedError: with every problem.
    """
    problems = [
        *_missing("boilerplates", fields.get("boilerplates", ()), queries.boilerplates),
        *_missing("contacts", fields.get("contacts", ()), queries.contacts),
        *(Problem("related", sentence) for sentence in related.problems(fields.get("related", ()))),
        *_translation_problems(fields, but),
    ]
    if problems:
        raise RefusedError(*problems)


def there(fields: Mapping[str, Any]) -> dict[str, Any]:
    """*fields* of an earlier revision without what has been taken away since."""
    kept = dict(fields)
    for name, rows in (("boilerplates", queries.boilerplates), ("contacts", queries.contacts)):
        if fields.get(name):
            known = {row.slug for row in rows()}
            kept[name] = tuple(slug for slug in fields[name] if slug in known)
    return kept


def put(release: Release, name: str, value: Any) -> None:
    """Write one field of :data:`CHOSEN`."""
    match name:
        case "boilerplates":
            chosen = _rows(Boilerplate, value)
            ties = {tie.boilerplate.slug: tie for tie in release.boilerplate_ties}
            fresh = {slug: ReleaseBoilerplate(boilerplate=row) for slug, row in chosen.items() if slug not in ties}
            release.boilerplate_ties[:] = _in_order(value, ties | fresh)
        case "contacts":
            people = _rows(Contact, value)
            named = {tie.contact.slug: tie for tie in release.contact_ties}
            new = {slug: ReleaseContact(contact=row) for slug, row in people.items() if slug not in named}
            release.contact_ties[:] = _in_order(value, named | new)
        case "related":
            there = {str(tie.item): tie for tie in release.related_ties}
            release.related_ties[:] = _in_order(value, {line: there.get(line) or _tie(line) for line in value})
        case "translation_of":
            found = items.numbered(value) if value else None
            release.translation_of_id = found.item_id if found else None


def original_of(line: str) -> Release | None:
    """The release that ``release 12`` names."""
    found = items.numbered(line)
    if found is None or found.kind != "release":
        return None
    only = load_only(Release.id, Release.headline, Release.language, Release.translation_of_id)
    return db.session.scalar(select(Release).where(Release.id == found.item_id).options(only))


def _missing(name: str, slugs: Sequence[str], rows: Callable[[], Sequence[Any]]) -> list[Problem]:
    if not slugs:
        return []
    if len(slugs) > MOST:
        return [Problem(name, f"Choose at most {MOST}. There are {len(slugs)}.")]
    known = {row.slug for row in rows()}
    return [
        Problem(name, f"“{slug[:60]}” is not there any more. Choose another one from the list.")
        for slug in slugs
        if slug not in known
    ]


def _translation_problems(fields: Mapping[str, Any], but: Release | None) -> list[Problem]:
    written = fields.get("translation_of", "")
    if not written:
        return []
    original = original_of(written)
    if original is None:
        return [Problem("translation_of", "There is no such release. Paste the address of the original.")]
    if but is not None and original.id == but.id:
        return [Problem("translation_of", "A release is no translation of itself. Paste the address of the original.")]
    if original.translation_of_id is not None:
        return [Problem("translation_of", f"“{original.headline}” is a translation itself. Name what it translates.")]
    if but is not None and queries.translations_of(but.id):
        return [Problem("translation_of", "Other releases are translations of this one, so it stays an original.")]
    return _language_problems(fields.get("language", ""), original, but)


def _language_problems(language: str, original: Release, but: Release | None) -> list[Problem]:
    own = language or setting("language")
    group = [original, *queries.translations_of(original.id)]
    for other in group:
        is_this = but is not None and other.id == but.id
        if not is_this and languages.same(other.language or setting("language"), own):
            sentence = f"“{other.headline}” is in {own} already. Give the language of this translation, such as es."
            return [Problem("language", sentence)]
    return []


def _rows(of: type[Boilerplate] | type[Contact], slugs: Collection[str]) -> dict[str, Any]:
    """The rows that are called so."""
    if not slugs:
        return {}
    found: Iterable[Any] = db.session.scalars(select(of).where(of.slug.in_(slugs)))
    return {row.slug: row for row in found}


def _in_order(wanted: Sequence[str], ties: Mapping[str, Any]) -> list[Any]:
    kept = [ties[slug] for slug in wanted if slug in ties]
    for position, tie in enumerate(kept):
        tie.position = position
    return kept


def _tie(line: str) -> ReleaseRelated:
    item = items.numbered(line) or items.outside(line)
    assert item is not None, "it was checked before"
    return ReleaseRelated(kind=item.kind, item_id=item.item_id, url=item.url, title=item.title)
