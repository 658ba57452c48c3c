"""What a revision holds: a release as JSON has it, as people read it, and back. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from pressroom.kit import dates, difference
from pressroom.kit.labels import Labelled
from pressroom.releases.rules import Evidence, PeerReview, ReleaseKind, Review, Subject

EDITABLE = (
    "kind",
    "headline",
    "subhead",
    "slug",
    "dateline",
    "body",
    "notes",
    "topics",
    "peer_review",
    "evidence",
    "subject",
    "study_journal",
    "study_title",
    "study_doi",
    "study_published_on",
    "study_method",
    "study_funding",
    "study_conflicts",
    "study_funders",
    "language",
    "translation_of",
    "boilerplates",
    "contacts",
    "related",
)
"""What people write, and what a restored revision brings back."""

STANDING = (
    "uid",
    "year",
    "public_from",
    "embargoed",
    "zone",
    "review",
    "corrected_at",
    "withdrawn_at",
    "withdrawal_reason",
)
"""What follows from the verbs; a revision remembers it and never brings it back."""

NAMES: Mapping[str, str] = {
    "body": "Text",
    "notes": "Notes to editors",
    "slug": "Address",
    "peer_review": "Peer reviewed",
    "evidence": "Type of evidence",
    "subject": "Studied in",
    "study_journal": "Journal",
    "study_title": "Title of the article",
    "study_doi": "DOI",
    "study_published_on": "Published on",
    "study_method": "Method",
    "study_funders": "Funders and grants",
    "study_funding": "About the funding",
    "translation_of": "Translation of",
    "contacts": "Media contacts",
    "related": "Related items",
    "study_conflicts": "Conflicts of interest",
    "public_from": "Time",
    "embargoed": "Embargo",
    "corrected_at": "Corrected",
    "withdrawn_at": "Withdrawn",
    "withdrawal_reason": "Reason of the withdrawal",
}
"""What people call a field; one that is not here is called by its own name."""

ACTS: Mapping[str, str] = {
    "create": "Begun",
    "import": "Brought in",
    "edit": "Saved",
    "publish": "Published",
    "schedule": "Scheduled",
    "embargo": "Put under embargo",
    "hold": "Time taken away",
    "submit": "Sent for review",
    "return": "Sent back",
    "approve": "Approved",
    "correct": "Corrected",
    "withdraw": "Withdrawn",
    "restore": "Restored",
    "add picture": "Picture added",
    "arrange pictures": "Pictures arranged",
}
"""What was done when a revision was kept."""

CHANGES = ("create", "import", "edit", "correct", "restore", "add picture", "arrange pictures")
"""The acts that change text or pictures."""

LISTS: Mapping[str, str] = {"topics": ", ", "boilerplates": ", ", "contacts": ", ", "related": "\n"}
"""The fields that hold several words or lines, and what stands between them where somebody reads or types them."""

_ENUMS: Mapping[str, type[Labelled]] = {
    "kind": ReleaseKind,
    "peer_review": PeerReview,
    "evidence": Evidence,
    "subject": Subject,
    "review": Review,
}

Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Difference:
    """A field that differs between two revisions, and how."""

    field: str
    name: str
    passages: list[difference.Passage]


def name(field: str) -> str:
    """What people call *field*."""
    return NAMES.get(field, field.replace("_", " ").capitalize())


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def written(fields: Fields) -> dict[str, Any]:
    """What people wrote, of the *fields* of a revision, as :func:`~pressroom.releases.actions.edit` takes it."""
    return {field: _read(field, fields[field]) for field in EDITABLE if field in fields}


def _read(field: str, value: Any) -> Any:
    if kind := _ENUMS.get(field):
        return kind(value) if value else None
    if field == "study_published_on":
        return date.fromisoformat(value) if value else None
    return tuple(value) if field in LISTS else value


def restored(now: Fields, revision: Fields, *, keeps_address: bool) -> dict[str, Any]:
    """What *now* becomes when *revision* is restored."""
    kept = {"slug"} if keeps_address else set()
    brought = [field for field in (*EDITABLE, "pictures") if field in revision and field not in kept]
    return {**now, **{field: revision[field] for field in brought}}


def changed(before: Fields, after: Fields) -> list[str]:
    """The names of the fields that differ, in the order of *after*.

    A revision of an earlier Pressroom lacks fields that there were not yet: what is empty now did not change.
    """
    return [field for field in after if (before.get(field) or None) != (after[field] or None)]


def readable(field: str, fields: Fields) -> str:
    """What stands in *field* of a revision, in words; empty where nothing does."""
    value = fields.get(field)
    if value is None or value == [] or value is False:
        return ""
    if value is True:
        return "Yes"
    if kind := _ENUMS.get(field):
        return kind(value).label if value in set(kind) else str(value)
    if field.endswith(("_at", "_from")):
        return dates.moment(datetime.fromisoformat(value), fields.get("zone", "UTC"))
    return LISTS.get(field, ", ").join(map(str, value)) if isinstance(value, list) else str(value)


def differences(before: Fields, after: Fields) -> list[Difference]:
    """Each field that differs, the headline first."""
    found = []
    for field in dict.fromkeys(["headline", *after, *before]):
        old, new = readable(field, before), readable(field, after)
        if old != new:
            found.append(Difference(field, name(field), difference.compare(old, new)))
    return found
