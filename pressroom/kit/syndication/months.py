"""Months as parts of a feed: once a month is over, what became public in it is a closed list (RFC 5005, section 4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, order=True)
class Month:
    """A month in UTC, whatever the organisation's zone is, so that its document never moves."""

    year: int
    month: int

    @classmethod
    def of(cls, moment: datetime) -> Month:
        """The month in which *moment* lies."""
        moment = moment.astimezone(UTC)
        return cls(moment.year, moment.month)

    @classmethod
    def closed(cls, year: int, month: int, now: datetime) -> Month | None:
        """That month, if there is such a one and it is over at *now*."""
        found = cls(year, month)
        return found if 1 <= month <= 12 and 1000 <= year < 9999 and found < cls.of(now) else None

    @property
    def name(self) -> str:
        """As in an address: ``2026-11``."""
        return f"{self.year:04}-{self.month:02}"

    @property
    def begins(self) -> datetime:
        """Its first instant."""
        return datetime(self.year, self.month, 1, tzinfo=UTC)

    @property
    def ends(self) -> datetime:
        """The first instant that is no more in it."""
        return Month(self.year + self.month // 12, self.month % 12 + 1).begins
