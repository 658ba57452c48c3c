"""What a line of the audit may hold, and how it is shown."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from pressroom.kit import dates, difference

LONGEST_STORED = 200_000
LONGEST_SHOWN = 160
CONTEXT = 40  # characters that are shown of what comes before a change
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?[+-]\d\d:\d\d")
SECRETS = ("password", "token", "secret", "csrf")


@dataclass(frozen=True)
class Entry:
    """What a line of the audit says, without its hash."""

    number: int
    at: datetime
    actor_id: int | None
    actor_name: str
    action: str
    kind: str
    object_id: int | None
    title: str
    changes: Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """A field of an entry as a page shows it: its name, and both values as short text."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Difference:
    """A field of an entry with all that changed in it, word by word."""

    field: str
    name: str
    passages: list[difference.Passage]


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


def shown(changes: Mapping[str, Sequence[Any]], zone: str = "UTC") -> list[Change]:
    """*changes* for a list: of long texts the words where they begin to differ; instants as in *zone*."""
    return [Change(_name(field), *_short(*_readable(pair, zone))) for field, pair in changes.items()]


def differences(changes: Mapping[str, Sequence[Any]], zone: str = "UTC") -> list[Difference]:
    """*changes* for a page of one line: whole texts, what was taken out and what was put in."""
    return [
        Difference(field, _name(field).capitalize(), difference.compare(*map(_in_full, _readable(pair, zone))))
        for field, pair in changes.items()
    ]


def _readable(pair: Sequence[Any], zone: str) -> tuple[Any, Any]:
    return _instant(pair[0], zone), _instant(pair[1], zone)


def _instant(value: Any, zone: str) -> Any:
    """*value*; if it is an instant, as people read it."""
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        with suppress(ValueError):
            return dates.moment(datetime.fromisoformat(value), zone)
    return value


def _name(field: str) -> str:
    return field.replace("_", " ")


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


def _short(before: Any, after: Any) -> tuple[str, str]:
    one, other = _on_a_line(before), _on_a_line(after)
    begin = 0
    if max(len(one), len(other)) > LONGEST_SHOWN:
        pairs = enumerate(zip(one, other, strict=False))
        same = next((n for n, (left, right) in pairs if left != right), min(len(one), len(other)))
        begin = one.rfind(" ", 0, max(0, same - CONTEXT)) + 1
    return _cut(one, begin), _cut(other, begin)


def _cut(line: str, begin: int) -> str:
    shown = f"…{line[begin:]}" if begin else line
    return shown if len(shown) <= LONGEST_SHOWN else shown[: LONGEST_SHOWN - 1] + "…"


def _on_a_line(value: Any) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join((value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)).split())


def _in_full(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "\n".join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)
