"""How a source or a rule does: what became of the stories that it brought or fitted. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from pressroom.clips.triage.rules import RuleDoes

ENOUGH = 10  # decisions before anything is said of a rule
HALF = 0.5
TOO_OFTEN = 0.1  # of what a rule decided by itself may be taken back


@dataclass(frozen=True)
class Record:
    """What became of the stories of a source or of a rule.

    Attributes:
        kept: accepted, or merged into a clip that is about the same.
        by_itself: how many of all these the rule decided itself.
        taken_back: how many of its own decisions a person took back.
    """

    kept: int = 0
    rejected: int = 0
    waiting: int = 0
    by_itself: int = 0
    taken_back: int = 0

    @property
    def decided(self) -> int:
        """How many were decided."""
        return self.kept + self.rejected

    @property
    def precision(self) -> float | None:
        """The share that was kept; None before anything was decided."""
        return self.kept / self.decided if self.decided else None


def misleads(record: Record, *, points: int, does: RuleDoes) -> bool:
    """Whether a rule leads astray: it speaks for what is mostly rejected, or against what is mostly kept.

    A rule that decides by itself is judged by what was taken back of that.
    """
    if record.by_itself or record.taken_back:
        every = record.by_itself + record.taken_back
        return every >= ENOUGH and record.taken_back / every > TOO_OFTEN
    if record.precision is None or record.decided < ENOUGH:
        return False
    against = does is RuleDoes.REJECT or points < 0
    return record.precision > HALF if against else record.precision < HALF
