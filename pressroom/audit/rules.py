"""What a line of the audit may hold, and how it is shown."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

LONGEST_STORED = 200_000
LONGEST_SHOWN = 160
SECRETS = ("password", "token", "secret", "csrf")


@dataclass(frozen=True)
class Change:
    """A field of an entry as a page shows it: its name, and both values as short text."""

    field: str
    before: str
    after: str


def checked(changes: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
    """*changes* as JSON can hold them: field → [before, after].

    Raises:
        ValueError: a field is named like a secret, or has not two values. A mistake in the code.
    """
    for field, pair in changes.items():
        if any(word in field.lower() for word in SECRETS):
            raise ValueError(f"the audit takes no secrets, and {field} is named like one")
        if isinstance(pair, str) or len(pair) != 2:
            raise ValueError(f"{field}: a change is [before, after]")
    return {field: [_plain(value) for value in pair] for field, pair in changes.items()}


def shown(changes: Mapping[str, Sequence[Any]]) -> list[Change]:
    """*changes* for a page: long texts shortened."""
    return [Change(field.replace("_", " "), _short(pair[0]), _short(pair[1])) for field, pair in changes.items()]


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return _plain(value.value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    text = str(value)
    return text if len(text) <= LONGEST_STORED else text[:LONGEST_STORED] + "…"


def _short(value: Any) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = " ".join((value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)).split())
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
