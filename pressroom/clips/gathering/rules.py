"""Where what is gathered stands. Pure decisions."""

from __future__ import annotations

from enum import StrEnum


class ImportInto(StrEnum):
    """Where the items of a batch go."""

    ARCHIVE = "archive"
    TRIAGE = "triage"

    @property
    def label(self) -> str:
        """As it stands on a page."""
        return {"archive": "Into the archive at once", "triage": "To be judged first"}[self.value]


class SourceState(StrEnum):
    """Whether a source is read."""

    ACTIVE = "active"
    PAUSED = "paused"  # by a person
    GONE = "gone"  # it said so, or did not answer for long; somebody is told

    @property
    def label(self) -> str:
        """As it stands on a page."""
        return self.value.capitalize()


class CandidateState(StrEnum):
    """What became of a candidate."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    MERGED = "merged"

    @property
    def label(self) -> str:
        """As it stands on a page."""
        return self.value.capitalize()


# format of a batch → what it is called
FORMATS = {
    "table": "Table",
    "feed": "Feed",
    "mail": "E-mail",
    "wordpress": "WordPress export",
    "references": "BibTeX or RIS",
    "lines": "JSON lines",
    "addresses": "Addresses",
}
