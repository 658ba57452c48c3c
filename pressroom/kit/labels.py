"""Values of a column that carry the words that people read."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Labelled(StrEnum):
    """An enum whose members carry the words that people read."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        """A member with its label."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member
