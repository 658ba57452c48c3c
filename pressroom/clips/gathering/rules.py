"""Where what is gathered stands. Pure decisions."""

from __future__ import annotations

from enum import StrEnum

from pressroom.clips.rules import UNDOABLE, ImportState


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


class RowOutcome(StrEnum):
    """What became of a row of a batch."""

    ADDED = "added"
    KNOWN = "known"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        """As it stands on a page."""
        return {"known": "Known already"}.get(self.value, self.value.capitalize())


def undo_problem(state: ImportState, *, added: int) -> str:
    """Why a batch cannot be taken back; empty when it can."""
    if state is ImportState.UNDOING:
        return "This import is being taken back already."
    if state is ImportState.UNDONE:
        return "This import was taken back already."
    if state is ImportState.UPLOADED:
        return "Nothing came in yet: nobody confirmed how this file is read. Left as it is, it is deleted in two days."
    if state not in UNDOABLE:
        return "This import is not finished. Wait until it is, then take it back."
    return "" if added else "There is nothing to take back: nothing was added with this import."


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
