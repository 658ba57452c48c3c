"""Column types of this room."""

from __future__ import annotations

import json

from sqlalchemy import Dialect, Text, TypeDecorator


class Topics(TypeDecorator[tuple[str, ...]]):
    """A tuple of words, kept as a JSON list in a text column, letters as they are, so that LIKE works."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str:
        """To JSON."""
        return json.dumps(list(value or ()), ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...]:
        """To a tuple."""
        return tuple(json.loads(value)) if value else ()
