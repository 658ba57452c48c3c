"""Which column of a table means what of an abstract, or of its session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from pressroom.kit import columns, tables
from pressroom.kit.columns import Field
from pressroom.kit.tables import Table

FIELDS = (
    Field(
        "number",
        "Number of the abstract",
        (
            "abstract number", "abstract no", "abstract nr", "abstract id", "program number", "programme number",
            "program no", "poster number", "presentation number", "control number", "final number", "number", "no",
            "nr", "id",
        ),
    ),
    Field("session_title", "Title of the session", ("session title", "session name", "session heading")),
    Field(
        "session_kind",
        "Kind of session",
        (
            "session type", "session kind", "presentation type", "type", "format", "kind",
        ),
    ),
    Field("day", "Day of the session", ("session date", "presentation date", "date", "day", "datum")),
    Field(
        "starts",
        "Session begins",
        (
            "session start", "start time", "session time", "starts", "start", "begins", "time", "from",
        ),
    ),
    Field("ends", "Session ends", ("session end", "end time", "ends", "end", "until", "to")),
    Field("room", "Room", ("room", "location", "hall", "venue", "place", "raum")),
    Field("track", "Topic of the session", ("track", "session topic", "session track")),
    Field(
        "session",
        "Code of the session",
        (
            "session code", "session number", "session no", "session id", "session",
        ),
    ),
    Field("text", "Text", ("abstract text", "abstract body", "text", "body", "abstract", "content", "summary")),
    Field("title", "Title", ("abstract title", "presentation title", "title", "titel", "titre", "titulo")),
    Field(
        "authors",
        "Authors",
        (
            "authors", "author list", "author block", "author", "presenters", "presenter", "speakers",
            "speaker",
        ),
    ),
    Field(
        "institution",
        "Institutions",
        (
            "institutions", "institution", "affiliations", "affiliation", "organization", "organisation",
        ),
    ),
    Field("topic", "Topic", ("topic", "category", "subject", "keyword", "keywords", "theme")),
    Field("doi", "DOI", ("doi", "abstract doi")),
    Field("url", "Web address", ("url", "web address", "link", "permalink", "address")),
)  # fmt: skip
BY_NAME = {field.name: field for field in FIELDS}


def open_table(path: Path) -> Table:
    """*path* as a table of abstracts, or of sessions.

    Raises:
        UnreadableError: it is empty, no text, or has no row that names columns.
    """
    return tables.open_table(path, guess, "number, title, authors, abstract")


def guess(header: Sequence[str]) -> dict[str, int]:
    """Field → column number for what can be told. Never raises; a column fills at most one field.

    The titles in a table without numbers of abstracts, but with days and times, are those of sessions.
    """
    found = columns.guess(FIELDS, header)
    if "number" not in found and "session_title" not in found and {"title", "day", "starts"} <= found.keys():
        found["session_title"] = found.pop("title")
    return found


def check(mapping: Mapping[str, int], header: Sequence[str]) -> None:
    """Refuse a mapping that gives neither abstracts nor sessions.

    Raises:
        UnreadableError: a sentence that says which field is missing and lists the columns.
    """
    has_session = ("session" in mapping or "session_title" in mapping) and {"day", "starts"} <= mapping.keys()
    if has_session and "number" not in mapping and "title" not in mapping:
        return
    columns.refuse_missing([BY_NAME[name].label for name in ("number", "title") if name not in mapping], header)
