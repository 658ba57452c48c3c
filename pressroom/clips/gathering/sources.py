"""Verbs of sources: add, change, pause, remove. None commits."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from pressroom import audit
from pressroom.audit import Actor
from pressroom.clips import actions, addresses
from pressroom.clips.addresses import AddressError
from pressroom.clips.gathering import stories
from pressroom.clips.gathering.models import ClipSource
from pressroom.clips.gathering.polling import host_of
from pressroom.clips.gathering.rules import ImportInto, SourceState
from pressroom.clips.models import Outlet
from pressroom.kit.db import db

KIND = "clip source"
LONGEST_NAME = 200
LONGEST_FOLDER = 100
MOST = 2_000


class SourceError(ValueError):
    """A source cannot be kept as it is; the message says why."""


class SourceExistsError(SourceError):
    """Its address is that of a source already.

    Attributes:
        source_id: of which one.
    """

    def __init__(self, source: ClipSource) -> None:
        super().__init__(f"This address is read already, as “{source.name}”.")
        self.source_id = source.id


class SourceStaleError(SourceError):
    """It was saved, or moved, since its form was opened."""


def add(
    *,
    address: str,
    by: Actor | None,
    now: datetime,
    name: str = "",
    outlet: str = "",
    into: ImportInto = ImportInto.TRIAGE,
    folder: str = "",
    site: str = "",
) -> ClipSource:
    """A source that is read from now on.

    Args:
        name: its host, when empty.
        outlet: whose stories they all are; empty for a feed of many outlets.

    Raises:
        SourceExistsError: it is read already.
        SourceError: the address cannot be read.
    """
    address = _checked(address, None)
    if (db.session.scalar(select(func.count()).select_from(ClipSource)) or 0) >= MOST:
        raise SourceError(f"There are {MOST:,} sources, which is the most. Remove some first.")
    source = ClipSource(
        name=(name or addresses.host(address))[:LONGEST_NAME],
        address=address,
        host=host_of(address),
        outlet=_outlet(outlet),
        into=into,
        folder=folder[:LONGEST_FOLDER],
        site=stories.checked_or_nothing(site),
        due_at=now,
        created_at=now,
    )
    db.session.add(source)
    db.session.flush()
    audit.record(by, "add", KIND, source.id, source.name, now=now)
    return source


def edit(source: ClipSource, *, by: Actor | None, now: datetime, opened: str | None = None, **fields: Any) -> None:
    """Change fields of *source*: as for :func:`add`; those not given stay. A new address is read at once.

    Args:
        opened: its :func:`standing` when the fields were shown; None where nobody was shown any.

    Raises:
        SourceStaleError: it was saved, or moved, meanwhile.
        SourceExistsError: another one has this address.
        SourceError: the address cannot be read.
    """
    db.session.refresh(source, with_for_update=True)  # of two who save at once, the second sees what the first did
    if opened is not None and opened != standing(source):
        raise SourceStaleError
    before = _as_typed(source)
    after = before | fields
    after["address"] = _checked(after["address"], source.id)
    changes = {name: [str(before[name]), str(value)] for name, value in after.items() if value != before[name]}
    if not changes:
        return
    if "address" in changes:
        source.address, source.host = after["address"], host_of(after["address"])
        source.etag = source.last_modified = source.problem = ""
        source.attempts, source.former_address = 0, ""
        if source.state is not SourceState.PAUSED:
            source.state, source.due_at = SourceState.ACTIVE, now
        _let_go(source)
    source.name, source.into, source.folder = after["name"], after["into"], after["folder"]
    if "outlet" in changes:
        source.outlet = _outlet(after["outlet"])
    db.session.flush()
    audit.record(by, "edit", KIND, source.id, source.name, changes=changes, now=now)


def standing(source: ClipSource) -> str:
    """What differs as soon as somebody saved *source*, or a redirect for good moved it; not when it is only read."""
    typed = "\n".join(f"{name}: {value}" for name, value in _as_typed(source).items())
    return hashlib.sha256(typed.encode("utf-8", "replace")).hexdigest()[:16]


def pause(source: ClipSource, *, by: Actor | None, now: datetime) -> None:
    """Read it no more, until somebody says so."""
    source.state, source.due_at = SourceState.PAUSED, None
    _let_go(source)
    db.session.flush()
    audit.record(by, "pause", KIND, source.id, source.name, now=now)


def resume(source: ClipSource, *, by: Actor | None, now: datetime) -> None:
    """Read it again, from now on."""
    source.state, source.due_at, source.attempts, source.problem = SourceState.ACTIVE, now, 0, ""
    _let_go(source)
    db.session.flush()
    audit.record(by, "resume", KIND, source.id, source.name, now=now)


def _let_go(source: ClipSource) -> None:
    """End the claim of whoever reads it now: what they found is of before, and they write nothing."""
    statement = update(ClipSource).where(ClipSource.id == source.id).values(claim="", claimed_until=None)
    db.session.execute(statement)  # whatever it was when it was loaded


def remove(source: ClipSource, *, by: Actor | None, now: datetime) -> None:
    """Forget it. What it brought stays, with the batches."""
    audit.record(by, "remove", KIND, source.id, source.name, changes={"address": [source.address, ""]}, now=now)
    db.session.delete(source)
    db.session.flush()


def _as_typed(source: ClipSource) -> dict[str, Any]:
    outlet = source.outlet.name if source.outlet else ""
    return {name: getattr(source, name) for name in ("address", "name", "into", "folder")} | {"outlet": outlet}


def _outlet(name: str) -> Outlet | None:
    return actions.named(Outlet, [name])[0] if name.strip() else None


def _checked(address: str, source_id: int | None) -> str:
    try:
        address = addresses.checked(address)
    except AddressError as error:
        sentence = str(error)
        raise SourceError(f"{sentence[:1].upper()}{sentence[1:]}.") from None
    same = db.session.scalar(select(ClipSource).where(ClipSource.address == address))
    if same is not None and same.id != source_id:
        raise SourceExistsError(same)
    return address
