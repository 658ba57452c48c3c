"""The one verb of the audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from pressroom.audit.models import AuditEntry
from pressroom.audit.rules import checked
from pressroom.kit import clock
from pressroom.kit.db import db

COMMAND = "a command"


class Actor(Protocol):
    """Whoever acts: a person with a number and a name."""

    @property
    def id(self) -> int:
        """Their number."""

    @property
    def name(self) -> str:
        """As it stands in the line."""


def record(
    by: Actor | None,
    action: str,
    kind: str,
    object_id: int | None,
    title: str,
    *,
    changes: Mapping[str, Sequence[Any]] | None = None,
    now: datetime | None = None,
) -> None:
    """Add a line to the audit, in the transaction of what it tells of.

    Args:
        by: who did it; None for a command.
        action: a verb, such as ``publish``.
        kind: what it was done to, such as ``release``.
        object_id: which one; None for what has no number.
        title: what it was called then.
        changes: field → [before, after]; never a secret.
        now: the instant, if it is not the clock's.
    """
    entry = AuditEntry(
        at=now or clock.now(),
        actor_id=by.id if by else None,
        actor_name=by.name[:200] if by else COMMAND,
        action=action[:60],
        kind=kind,
        object_id=object_id,
        title=title[:500],
        changes=checked(changes or {}),
    )
    db.session.add(entry)
