"""Figures about enquiries as a file: a line for each month, and for each topic in it. No names are in it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pressroom.enquiries.rules import Figures, Topic
from pressroom.kit import spreadsheets

HEAD = (
    *("month", "topic", "enquiries", "open", "answered", "declined"),
    *("median_hours_to_first_answer", "with_deadline", "answered_before_deadline", "share_before_deadline"),
)

Months = Sequence[tuple[str, Sequence[tuple[Topic | None, Figures]]]]


def as_csv(months: Months) -> Iterator[str]:
    """The file, line by line."""
    yield spreadsheets.BOM + spreadsheets.record(HEAD)
    for month, rows in months:
        for topic, row in rows:
            yield spreadsheets.record(_line(month, topic, row))


def _line(month: str, topic: Topic | None, row: Figures) -> list[str]:
    hours = "" if row.median_hours is None else f"{row.median_hours:.1f}"
    share = "" if row.share is None else f"{row.share:.3f}"
    counts = (row.enquiries, row.open, row.answered, row.declined)
    said = topic.value if topic else "all"
    return [month, said, *map(str, counts), hours, str(row.due), str(row.met), share]
