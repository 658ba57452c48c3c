"""What becomes of an item, and where an import stands. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from pressroom.kit.labels import Labelled

UNDO_WITHIN = timedelta(hours=24)


class Outcome(Labelled):
    """What becomes, or became, of an item."""

    MAKE = "make", "Would come in"
    MADE = "made", "Came in"
    KNOWN = "known", "Here already"
    CHANGED = "changed", "Changed since"
    LEFT = "left", "Left out"
    UNDONE = "undone", "Taken back"
    STAYS = "stays", "Stays"


class ImportState(Labelled):
    """Where the import of a file stands."""

    CHECKING = "checking", "Being read"
    CHECKED = "checked", "Read; nothing is imported yet"
    IMPORTING = "importing", "Being imported"
    STOPPED = "stopped", "Stopped"
    DONE = "done", "Imported"
    UNDOING = "undoing", "Being taken back"
    UNDONE = "undone", "Taken back"
    FAILED = "failed", "Failed"

    @property
    def at_work(self) -> bool:
        """Whether somebody works on it, or should."""
        return self in AT_WORK


UNDOABLE = (ImportState.DONE, ImportState.FAILED, ImportState.STOPPED)
AT_WORK = (ImportState.CHECKING, ImportState.IMPORTING, ImportState.UNDOING)


def undo_problem(state: ImportState, *, made: int, finished_at: datetime | None, now: datetime) -> str:
    """Why an import cannot be taken back; empty when it can."""
    if state is ImportState.UNDOING:
        return ""  # it was begun in time
    if state is ImportState.UNDONE:
        return "This import was taken back already."
    if state not in UNDOABLE or not made:
        return "There is nothing to take back: nothing came in with this import."
    if finished_at is not None and now - finished_at > UNDO_WITHIN:
        return "An import can be taken back for 24 hours. Withdraw single releases where they are edited."
    return ""
