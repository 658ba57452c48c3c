"""Work on all clips of an outlet, portion by portion, each with its position in one transaction.

A portion is kept only if the claim is still there and the position is where the portion began; so a worker that is
killed, or that somebody else has overtaken, loses and repeats nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Row, bindparam, exists, or_, select, update

from pressroom import search
from pressroom.clips.models import Clip, Outlet
from pressroom.clips.outlets.models import OutletMoved, OutletWork
from pressroom.clips.outlets.rules import WorkKind
from pressroom.clips.rules import GIVEN_BACK, fingerprint_under
from pressroom.clips.stories.models import ClipPrint
from pressroom.kit import clock
from pressroom.kit.db import db, insert_into, met

KIND = "clip"
PORTION = 500
LEASE = timedelta(minutes=2)

_CLIP = (
    Clip.id,
    Clip.fingerprint,
    Clip.url,
    Clip.headline,
    Clip.published_on,
    Clip.programme,
    Clip.time_code,
)


class TakenOverError(RuntimeError):
    """Another process works on this now."""


def next_waiting(now: datetime) -> int | None:
    """The oldest work that nobody has in hand."""
    free = or_(OutletWork.claimed_until.is_(None), OutletWork.claimed_until < now)
    waiting = select(OutletWork.id).where(OutletWork.finished_at.is_(None), free)
    return db.session.scalar(waiting.order_by(OutletWork.id).limit(1))


def claim(work_id: int, *, now: datetime) -> str | None:
    """Take work over. Gives the token to work with; None if somebody else has it, or it is done. The caller commits."""
    token = str(uuid4())
    free = or_(OutletWork.claimed_until.is_(None), OutletWork.claimed_until < now)
    statement = update(OutletWork).where(OutletWork.id == work_id, OutletWork.finished_at.is_(None), free)
    return token if met(statement.values(claim=token, claimed_until=now + LEASE)) == 1 else None


def run(work_id: int, *, portions: int | None = None) -> bool:
    """Work it off, with a commit after each portion; gives whether it is done.

    Args:
        portions: at most so many; without, to its end.
    """
    token = claim(work_id, now=clock.now())
    db.session.commit()
    if token is None:
        return False
    done = 0
    try:
        while portion(work_id, token, now=clock.now()):
            db.session.commit()
            done += 1
            if portions is not None and done >= portions:
                met(_mine(work_id, token).values(claim="", claimed_until=None))
                db.session.commit()
                return False
        db.session.commit()
    except TakenOverError:
        db.session.rollback()
        return False
    except BaseException:
        db.session.rollback()
        raise
    return True


def portion(work_id: int, token: str, *, now: datetime) -> bool:
    """Do the next portion, or finish; gives whether there may be more. The caller commits.

    Raises:
        TakenOverError: another process has it now; roll back.
    """
    work = db.session.get_one(OutletWork, work_id, populate_existing=True)
    begun, rows = work.last_clip_id, _next(work)
    if not rows:
        _move_on(work, token, begun, finished_at=now, claim="", claimed_until=None)
        return False
    twice = _change(work, rows)
    search.enqueue_many(KIND, [row.id for row in rows], due=now)
    _move_on(
        work,
        token,
        begun,
        last_clip_id=rows[-1].id,
        clips=OutletWork.clips + len(rows),
        duplicates=OutletWork.duplicates + len(twice),
        claimed_until=now + LEASE,
    )
    return True


def _next(work: OutletWork) -> Sequence[Row[Any]]:
    here: Any = select(*_CLIP).where(Clip.outlet_id == work.outlet_id, Clip.id > work.last_clip_id)
    if work.kind is WorkKind.UNMERGE:
        marks = (OutletMoved.mark_before, OutletMoved.mark_after)
        here = here.add_columns(*marks).join(OutletMoved, OutletMoved.clip_id == Clip.id)
        here = here.where(OutletMoved.work_id == work.undoes_id)
    return db.session.execute(here.order_by(Clip.id).limit(PORTION)).all()


def _change(work: OutletWork, rows: Sequence[Row[Any]]) -> dict[int, int]:
    """Give the clips their outlet, and the mark that has its name in it; gives clip → the clip that it is the same as.

    Such a one keeps the mark that it has, for two cannot have one; it goes on to be there, and is reported.
    """
    target = work.into or work.outlet
    marks = {row.id: _mark(row, work, target.name) for row in rows}
    owners = select(Clip.fingerprint, Clip.id).where(Clip.fingerprint.in_(marks.values()))
    taken = dict(db.session.execute(owners).all())
    twice: dict[int, int] = {}
    values, moved = [], []
    for row in rows:
        owner = taken.setdefault(marks[row.id], row.id)
        if owner != row.id:
            twice[row.id] = owner
        mark = marks[row.id] if owner == row.id else row.fingerprint
        moved.append({"clip_id": row.id, "mark_before": row.fingerprint, "mark_after": mark})
        if target.id != work.outlet_id or mark != row.fingerprint:
            values.append({"this": row.id, "outlet": target.id, "mark": mark})
    if target.id != work.outlet_id:
        # What is of one outlet is compared otherwise, and what is not any more may be one story after all.
        again = {"waits": True} if work.kind is WorkKind.UNMERGE else {}
        theirs = update(ClipPrint).where(ClipPrint.clip_id.in_(list(marks)))
        db.session.execute(theirs.values(outlet=target.id, **again).execution_options(synchronize_session=False))
    if values:
        # A form of the clip that is open elsewhere is told that it is out of date; its day of change stays.
        table = Clip.__table__
        statement = update(table).where(table.c.id == bindparam("this"))  # type: ignore[arg-type]
        db.session.connection().execute(
            statement.values(outlet_id=bindparam("outlet"), fingerprint=bindparam("mark"), version=table.c.version + 1),
            values,
        )
    if work.kind is WorkKind.MERGE:
        links = [{"work_id": work.id, "same_as_id": twice.get(one["clip_id"]), **one} for one in moved]
        db.session.execute(insert_into(OutletMoved).on_conflict_do_nothing(), links)
    return twice


def _mark(row: Row[Any], work: OutletWork, outlet: str) -> str:
    """What the clip is known by under the name *outlet*.

    Lists write a name in several ways, and what was made of one of these holds as long as that name does.
    """
    mark: str = row.fingerprint
    if row.url or work.kind is WorkKind.REFRESH or mark.startswith(GIVEN_BACK):
        return mark
    if work.kind is WorkKind.UNMERGE and row.mark_after == mark:
        before: str = row.mark_before
        return before
    return fingerprint_under(outlet, row)


def stragglers(now: datetime) -> list[int]:
    """Take up merges again after which clips came in under the old number: an import had it in hand. Gives them."""
    left = exists().where(Clip.outlet_id == Outlet.id)
    late = db.session.scalars(select(Outlet.id).where(Outlet.merged_into_id.is_not(None), left)).all()
    found = []
    for outlet_id in late:
        work = db.session.scalars(
            select(OutletWork)
            .where(OutletWork.outlet_id == outlet_id, OutletWork.kind == WorkKind.MERGE, OutletWork.undone_at.is_(None))
            .order_by(OutletWork.id.desc())
            .limit(1)
        ).first()
        if work is not None and work.finished_at is not None:
            into = db.session.get_one(Outlet, outlet_id).merged_into_id
            work.finished_at, work.last_clip_id = None, 0
            work.into_id = into
            found.append(work.id)
    return found


def _mine(work_id: int, token: str) -> Any:
    mine = (OutletWork.id == work_id, OutletWork.claim == token, OutletWork.finished_at.is_(None))
    return update(OutletWork).where(*mine)


def _move_on(work: OutletWork, token: str, begun: int, **values: Any) -> None:
    if met(_mine(work.id, token).where(OutletWork.last_clip_id == begun).values(**values)) != 1:
        raise TakenOverError("Another process has taken this work over.")
