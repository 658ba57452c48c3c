"""How a kind of work went last, in a small file of the instance folder, for whoever looks after it."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

RETRY = timedelta(minutes=15)


@dataclass(frozen=True)
class Outcome:
    """How it went last, by schedule or by hand.

    Attributes:
        made_at: when it succeeded last; empty before the first time.
        tried_at: when it was tried last.
        problem: why that failed, as a sentence; empty where it did not.
    """

    made_at: str = ""
    tried_at: str = ""
    problem: str = ""

    @property
    def made(self) -> datetime | None:
        """:attr:`made_at` as an instant."""
        return datetime.fromisoformat(self.made_at) if self.made_at else None

    def may_be_tried(self, now: datetime) -> bool:
        """Whether enough time went by since it failed; a failure of the future, by a wrong clock, does not count."""
        tried = datetime.fromisoformat(self.tried_at) if self.problem else None
        return tried is None or not timedelta(0) <= now - tried < RETRY


def read(file: Path) -> Outcome:
    """What is written down in *file*; of one that is missing or spoilt, that nothing happened yet."""
    try:
        return Outcome(**json.loads(file.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return Outcome()


def note(file: Path, now: datetime, *, problem: str = "") -> None:
    """Write down in *file* that it succeeded at *now*, or why it did not."""
    at = now.isoformat(timespec="seconds")
    kept = Outcome(read(file).made_at if problem else at, at, problem)
    fresh = file.with_suffix(".new")
    with suppress(OSError):  # a full disk: what is seen then is that the last time is long ago
        fresh.write_text(json.dumps(asdict(kept)), "utf-8")
        fresh.replace(file)
