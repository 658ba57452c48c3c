"""Which column of a table means which field: guessed from names, then from what stands in the columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pressroom.kit.encodings import UnreadableError

Looks = Callable[[str], bool]
"""Whether a cell looks like what a field holds."""


@dataclass(frozen=True)
class Field:
    """A field that a column can fill.

    Attributes:
        name: of the column in the database, and in ``--map``.
        label: for people.
        names: what such a column is called in lists, the surest first, in the form of :func:`plain_name`.
    """

    name: str
    label: str
    names: tuple[str, ...]


_SHARE = 0.6  # of the filled cells of a column that have to look like the field


def guess(
    fields: Sequence[Field],
    header: Sequence[str],
    sample: Sequence[Sequence[str]] = (),
    looks: Mapping[str, Looks] | None = None,
) -> dict[str, int]:
    """Field → column number for what can be told. Never raises; a column fills at most one field.

    Args:
        fields: what there is to fill; of two that could be meant, the first.
        header: the names of the columns.
        sample: cells of some rows, for columns whose names say nothing.
        looks: field → how its cells look, in the order in which they are tried.
    """
    names = [plain_name(name) for name in header]
    found: dict[str, int] = {}
    for matches in (_is, _has):
        for field in fields:
            if field.name not in found:
                _take(
                    found,
                    field.name,
                    (n for wanted in field.names for n, name in enumerate(names) if matches(name, wanted)),
                )
    for field_name, like in (looks or {}).items():
        if field_name not in found:
            _take(found, field_name, (n for n in range(len(header)) if _mostly(like, _cells(sample, n))))
    return {field.name: found[field.name] for field in fields if field.name in found}


def _take(found: dict[str, int], field: str, candidates: object) -> None:
    free = (n for n in candidates if n not in found.values())  # type: ignore[attr-defined]
    if (column := next(free, None)) is not None:
        found[field] = column


def plain_name(name: str) -> str:
    """A column's name as words in lower case without accents: "Date (published)" is "date published"."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall(r"[a-z]+", letters))


def _is(name: str, wanted: str) -> bool:
    return name == wanted


def _has(name: str, wanted: str) -> bool:
    return len(wanted) > 2 and f" {wanted} " in f" {name} "


def _cells(sample: Sequence[Sequence[str]], column: int) -> list[str]:
    return [row[column] for row in sample if column < len(row) and row[column].strip()]


def _mostly(looks: Looks, cells: Sequence[str]) -> bool:
    return bool(cells) and sum(map(looks, cells)) >= _SHARE * len(cells)


def changed(
    fields: Sequence[Field], mapping: Mapping[str, int], wanted: Sequence[str], header: Sequence[str]
) -> dict[str, int]:
    """*mapping* with what ``--map field=column`` says; an empty column takes a field out.

    Raises:
        UnreadableError: there is no such field or column.
    """
    names = [field.name for field in fields]
    result = dict(mapping)
    for text in wanted:
        field, sign, column = (part.strip() for part in text.partition("="))
        if not sign or field not in names:
            raise UnreadableError(f"--map {text}: write FIELD=COLUMN, where FIELD is one of {', '.join(names)}.")
        result.pop(field, None)
        if column:
            number = _column(column, header)
            result = {name: n for name, n in result.items() if n != number} | {field: number}
    return result


def _column(name: str, header: Sequence[str]) -> int:
    """The number of the column called *name*, or whose number from 1 it is."""
    for n, title in enumerate(header):
        if title.casefold() == name.casefold():
            return n
    if name.isascii() and name.isdigit() and 0 < int(name[:9]) <= len(header):
        return int(name) - 1
    raise UnreadableError(f"There is no column “{name[:80]}”. {columns_found(header)}")


def refuse_missing(labels: Sequence[str], header: Sequence[str]) -> None:
    """Refuse a table for whose fields *labels* no column was found; none of them is no refusal.

    Raises:
        UnreadableError: a sentence that names them and lists the columns.
    """
    if labels:
        what = " and ".join(f"“{label}”" for label in labels)
        raise UnreadableError(f"No column was found for {what}. {columns_found(header)}")


def columns_found(header: Sequence[str]) -> str:
    """The sentence that lists the columns of a file."""
    return f"The columns in this file are: {', '.join(shown(header))}."


def shown(header: Sequence[str]) -> list[str]:
    """The columns' names for people; one without a name is called by its number."""
    return [name or f"column {n}" for n, name in enumerate(header, start=1)]
