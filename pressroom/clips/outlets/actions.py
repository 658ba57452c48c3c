"""Verbs of outlets: each makes the change, a line in the audit, and the work for the clips. None commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, delete, exists, select, update

from pressroom import audit
from pressroom.audit import Actor
from pressroom.clips.gathering import candidates
from pressroom.clips.gathering.models import ClipSource
from pressroom.clips.models import Outlet
from pressroom.clips.outlets import names
from pressroom.clips.outlets.models import OutletAlias, OutletIcon, OutletWork
from pressroom.clips.outlets.rules import MOST_ALIASES, NameTakenError, OutletError, StaleError, WorkKind, key
from pressroom.kit.db import db, insert_into

KIND = "outlet"
PLAIN = ("name", "kind", "country", "language", "home", "words", "licensed_until")


def edit(
    outlet: Outlet,
    *,
    by: Actor | None,
    now: datetime,
    version: int,
    aliases: Sequence[str] | None = None,
    **fields: Any,
) -> OutletWork | None:
    """Change fields of *outlet*; those not given stay. Gives the work that its clips need for it, if any.

    Args:
        version: of which the fields were shown.
        aliases: all its other names; those not among them go.
        fields: as :data:`PLAIN`.

    Raises:
        NameTakenError: a name is another outlet's.
        StaleError: it was saved meanwhile.
        OutletError: it has too many names, or was merged into another one.
    """
    if outlet.merged_into_id is not None:
        raise OutletError("This outlet was merged into another one. Edit that one, or undo the merge.")
    if not fields.get("name", outlet.name).strip():
        raise OutletError("Write the outlet’s name.")
    before = {name: getattr(outlet, name) for name in PLAIN}
    changed = {name: value for name, value in fields.items() if value != before[name]}
    said = {name: [_said(before[name]), _said(value)] for name, value in changed.items()}
    others = other_names(outlet)
    if aliases is not None and {key(name) for name in aliases} != {alias.key for alias in others}:
        said["other names"] = ["; ".join(alias.text for alias in others), "; ".join(aliases)]
    if not said:
        return None
    kept = list(aliases if aliases is not None else (alias.text for alias in others))
    if "name" in changed and key(before["name"]) != key(changed["name"]):
        kept.append(before["name"])
    wanted = _wanted(outlet, changed.get("name", outlet.name), kept)
    _raise_version(outlet, version)
    former = _former_of_that_name(outlet, changed.get("name", ""))
    for name, value in changed.items():
        setattr(outlet, name, value)
    if former is not None:
        db.session.flush()
        former.name = before["name"]
    _name(outlet, wanted)
    db.session.flush()
    if said.keys() & {"name", "other names"}:
        candidates.named_anew({outlet.id}, {alias.key for alias in others})
    audit.record(by, "edit", KIND, outlet.id, outlet.name, changes=said, now=now)
    if not changed.keys() & {"name", "words"}:
        return None
    kind = WorkKind.REFRESH if key(before["name"]) == key(outlet.name) else WorkKind.RENAME
    return _work(kind, outlet, None, by=by, now=now)


def _former_of_that_name(outlet: Outlet, name: str) -> Outlet | None:
    """The outlet that was merged into *outlet* and has *name*, which it hands over: each name is in the table once."""
    here = (Outlet.merged_into_id == outlet.id, Outlet.name == name)
    former = db.session.scalars(select(Outlet).where(*here)).one_or_none()
    if former is not None:
        former.name = f"{former.slug} {former.id}"
        db.session.flush()
    return former


def other_names(outlet: Outlet) -> list[OutletAlias]:
    """The names that somebody gave *outlet* beside its own, in the order in which they were given."""
    rows = db.session.scalars(select(OutletAlias).where(OutletAlias.outlet_id == outlet.id).order_by(OutletAlias.id))
    return [alias for alias in rows if alias.key != key(outlet.name)]


def _raise_version(outlet: Outlet, version: int) -> None:
    statement = update(Outlet).where(Outlet.id == outlet.id, Outlet.version == version).values(version=version + 1)
    result = db.session.execute(statement.execution_options(synchronize_session="fetch"))
    assert isinstance(result, CursorResult)
    if result.rowcount != 1:
        raise StaleError("Somebody else saved this outlet while you wrote. Save again to replace theirs.")


def _wanted(outlet: Outlet, name: str, others: Sequence[str]) -> dict[str, str]:
    """Key → text of the names by which *outlet* is to go beside its slug.

    Raises:
        OutletError: they are too many, or one is another outlet's.
    """
    wanted = {key(written): written for written in reversed([name, *others])}
    for written, meant in names.known(wanted).items():
        if meant.id != outlet.id:
            raise NameTakenError(wanted[written], meant.id, meant.name)
    wanted.pop(outlet.slug, None)
    if len(wanted) > MOST_ALIASES + 1:
        raise OutletError(f"An outlet can have {MOST_ALIASES} other names. Take some away.")
    return wanted


def _name(outlet: Outlet, wanted: dict[str, str]) -> None:
    """See that *outlet* goes by its slug and by *wanted*, and by nothing else."""
    former = set(db.session.scalars(select(Outlet.slug).where(Outlet.merged_into_id == outlet.id)))
    rows = db.session.scalars(select(OutletAlias).where(OutletAlias.outlet_id == outlet.id)).all()
    for alias in rows:
        if alias.key not in wanted:
            db.session.delete(alias)
        else:
            alias.text = wanted.pop(alias.key)
    db.session.flush()
    db.session.add_all(
        OutletAlias(outlet_id=outlet.id, text=name, key=written)
        for written, name in reversed(wanted.items())
        if written not in former
    )


def _work(kind: WorkKind, outlet: Outlet, into: Outlet | None, *, by: Actor | None, now: datetime) -> OutletWork:
    work = OutletWork(
        kind=kind,
        outlet=outlet,
        into=into,
        by_id=by.id if by else None,
        by_name=by.name if by else "",
        created_at=now,
    )
    db.session.add(work)
    db.session.flush()
    return work


def merge(one: Outlet, into: Outlet, *, by: Actor | None, now: datetime) -> OutletWork:
    """Say that *one* is *into*: its names and its slug are that one's from now on, and its clips follow as work.

    Raises:
        OutletError: they are the same, or one of them is merged already.
    """
    if one.id == into.id:
        raise OutletError("Choose another outlet: an outlet cannot be merged into itself.")
    _lock(one, into)
    if one.merged_into_id is not None or into.merged_into_id is not None:
        raise OutletError("One of the two was merged into another outlet already. Choose that one.")
    work = _work(WorkKind.MERGE, one, into, by=by, now=now)
    work.taken = {
        "outlet": _taken(Outlet, Outlet.merged_into_id, one, into),
        "outlet_alias": _taken(OutletAlias, OutletAlias.outlet_id, one, into),
        "clip_source": _taken(ClipSource, ClipSource.outlet_id, one, into),
    }
    one.merged_into_id = into.id
    one.version += 1
    into.version += 1
    db.session.flush()
    candidates.named_anew({into.id})
    audit.record(by, "merge", KIND, into.id, into.name, changes={"merged": ["", one.name]}, now=now)
    return work


def _lock(*outlets: Outlet) -> None:
    """Hold these rows, and see them as they are: of two merges that cross, the later one finds the earlier."""
    numbers = [outlet.id for outlet in outlets]
    held = select(Outlet).where(Outlet.id.in_(numbers)).order_by(Outlet.id).with_for_update()
    db.session.scalars(held.execution_options(populate_existing=True)).all()


def _taken(table: type[Any], column: Any, one: Outlet, into: Outlet) -> list[int]:
    """Have the rows of *table* that point at *one* point at *into*; gives their numbers."""
    rows = list(db.session.scalars(select(table.id).where(column == one.id)))
    _point(table, column, rows, into.id)
    return rows


def _point(table: type[Any], column: Any, rows: Sequence[int], to: int) -> None:
    if rows:
        statement = update(table).where(table.id.in_(rows)).values({column: to})
        db.session.execute(statement.execution_options(synchronize_session="fetch"))


def undo(work: OutletWork, *, by: Actor | None, now: datetime) -> OutletWork:
    """Take a merge apart: the outlet is one of its own again, and those of its clips that were moved go back as work.

    Raises:
        OutletError: it is no merge, or was undone already, or the outlet that it led to was merged further.
    """
    if work.kind is not WorkKind.MERGE or work.undone_at is not None or work.into is None:
        raise OutletError("This cannot be undone: it was undone already, or it is no merge.")
    one, into = work.outlet, work.into
    if one.merged_into_id != into.id or into.merged_into_id is not None:
        raise OutletError(f"{into.name} was merged into another outlet after this. Undo that one first.")
    one.merged_into_id = None
    one.version += 1
    into.version += 1
    work.undone_at, work.claim, work.claimed_until = now, "", None  # whoever works on it stops at the next portion
    work.finished_at = work.finished_at or now
    tables: Mapping[str, tuple[type[Any], Any]] = {
        "outlet": (Outlet, Outlet.merged_into_id),
        "outlet_alias": (OutletAlias, OutletAlias.outlet_id),
        "clip_source": (ClipSource, ClipSource.outlet_id),
    }
    for name, rows in work.taken.items():
        table, column = tables[name]
        still = select(table.id).where(table.id.in_(rows), column == into.id)
        _point(table, column, list(db.session.scalars(still)), one.id)
    back = _work(WorkKind.UNMERGE, into, one, by=by, now=now)
    back.undoes_id = work.id
    db.session.flush()
    candidates.named_anew({one.id, into.id})
    audit.record(by, "unmerge", KIND, into.id, into.name, changes={"merged": [one.name, ""]}, now=now)
    return back


def set_icon(outlet: Outlet, png: str, sha256: str, *, by: Actor | None, now: datetime) -> None:
    """Give *outlet* its icon, or take it away.

    Args:
        png: in Base64 (``icons.small``); empty to take it away.
        sha256: of its bytes.
    """
    if png:
        values = {"sha256": sha256, "png": png}
        db.session.execute(insert_into(OutletIcon).values(values).on_conflict_do_nothing())
    before, outlet.icon = outlet.icon, sha256 if png else ""
    if before == outlet.icon:
        return
    outlet.version += 1
    db.session.flush()
    others = exists().where(Outlet.icon == OutletIcon.sha256)
    db.session.execute(delete(OutletIcon).where(OutletIcon.sha256 == before, ~others))
    audit.record(by, "icon", KIND, outlet.id, outlet.name, changes={"icon": [before[:10], outlet.icon[:10]]}, now=now)


def _said(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
