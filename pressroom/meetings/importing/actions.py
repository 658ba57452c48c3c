"""An import of sessions and abstracts, and its undoing: each whole, in one transaction that the caller commits.

Rows are read and written in batches, so that the memory does not grow with the file. What an import did to each row is
kept as a step, by which it can be undone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import uuid4

from sqlalchemy import bindparam, delete, func, insert, select

from pressroom import audit, search
from pressroom.audit import Actor, Stranger
from pressroom.kit.db import Base, db
from pressroom.kit.tables import Row, Table
from pressroom.meetings import abstracts, bindings, rules
from pressroom.meetings.importing.rows import Found, RowError, Session, When, read
from pressroom.meetings.models import Abstract, AbstractImport, Binding, ImportStep, Meeting, MeetingSession
from pressroom.meetings.rules import ImportState, MeetingError, Unsure
from pressroom.releases.rules import RefusedError

BATCH = 250
MOST_ROWS = 20_000
MOST_SESSIONS = 3_000
PROBLEMS_KEPT = 500
CONTENT = ("number", "title", "authors", "institution", "topic", "text", "doi", "url", "session_id")
_EMPTY: dict[str, Any] = dict.fromkeys(CONTENT, "") | {"session_id": None}
TABLE = Base.metadata.tables[Abstract.__tablename__]


def begin(
    table: Table, meeting: Meeting, *, file_name: str, mapping: Mapping[str, int], by: Actor | None, now: datetime
) -> AbstractImport:
    """A new import of *table*, not yet worked on.

    Raises:
        MeetingError: it has more rows than are taken at once.
    """
    if table.total > MOST_ROWS:
        raise MeetingError(f"The file has {table.total:,} rows; {MOST_ROWS:,} are taken at once. Divide it.")
    job = AbstractImport(
        meeting_id=meeting.id,
        file_name=file_name[:200],
        sha256=table.sha256,
        mapping=dict(mapping),
        state=ImportState.UPLOADED,
        created_at=now,
        by_name=by.name[:200] if by else "",
        rows_total=table.total,
        problems=[],
    )
    db.session.add(job)
    db.session.flush()
    return job


class _Run:
    """One import at work."""

    def __init__(self, job: AbstractImport, table: Table, meeting: Meeting, now: datetime) -> None:
        self.job, self.table, self.meeting, self.now = job, table, meeting, now
        self.when = When(meeting.starts_on, meeting.ends_on, meeting.zone)
        self.seen: dict[str, int] = {}
        self.problems: list[list[Any]] = []
        self.counts = dict.fromkeys(("added", "updated", "unchanged", "refused", "sessions"), 0)
        at = abstracts.instant(meeting)
        self.public_from = max(at, now) if at is not None else None
        of_meeting = select(MeetingSession.key, MeetingSession.id, MeetingSession.starts_at)
        rows = db.session.execute(of_meeting.where(MeetingSession.meeting_id == meeting.id))
        self.sessions = {key: (number, starts_at) for key, number, starts_at in rows}

    def problem(self, line: int, sentence: str, *, refused: bool = True) -> None:
        """Note what is wrong with a line; *refused* when nothing of it was taken."""
        self.counts["refused"] += refused
        if len(self.problems) < PROBLEMS_KEPT:
            self.problems.append([line, sentence])

    def found(self, row: Row) -> tuple[Found, int | None] | None:
        """What a row tells, with the number of its session; None when there is nothing to take."""
        try:
            told = read(row, self.job.mapping, len(self.table.header), self.when)
        except RowError as error:
            self.problem(row.line, f"{error}.")
            return None
        if told.slug and (first := self.seen.setdefault(told.slug, row.line)) != row.line:
            self.problem(
                row.line, f"the abstract {told.fields['number']} stands on line {first} already; that one counts."
            )
            return None
        session_id = self.session(told.session, row.line) if told.session else None
        return (told, session_id) if told.slug else None

    def session(self, told: Session, line: int) -> int | None:
        """The session that a row names; made when the row says when it is, and it is new."""
        there = self.sessions.get(told.key)
        if there is not None:
            if told.starts_at is not None and told.starts_at != there[1]:
                sentence = (
                    f"the session {told.name} is at another time in the schedule, and was not moved; move it there."
                )
                self.problem(line, sentence, refused=False)
            return there[0]
        if told.starts_at is None:
            self.problem(line, f"there is no session {told.name}; the abstract has none.", refused=False)
            return None
        if len(self.sessions) >= MOST_SESSIONS:
            self.problem(line, f"a meeting has at most {MOST_SESSIONS:,} sessions.", refused=False)
            return None
        row = _new_session(told, self.meeting, self.now)
        db.session.add(row)
        db.session.flush()
        self.sessions[told.key] = (row.id, row.starts_at)
        self.counts["sessions"] += 1
        _note(self.job, "session", [(row.id, None, row.version)])
        return row.id

    def take(self, batch: Sequence[Row]) -> None:
        """Write what a batch of rows tells."""
        told = {found.slug: self._said(found, session) for found, session in filter(None, map(self.found, batch))}
        there = self._there(told)
        new = [_EMPTY | values | {"slug": slug} for slug, values in told.items() if slug not in there]
        meant = {slug: _content(row) | told[slug] for slug, row in there.items()}
        changed = {slug: values for slug, values in meant.items() if values != _content(there[slug])}
        self.counts["added"] += len(new)
        self.counts["updated"] += len(changed)
        self.counts["unchanged"] += len(there) - len(changed)
        ids = [*self._insert(new), *self._update(changed, there)]
        search.enqueue_many(abstracts.KIND, ids, due=self.now)
        if self.public_from is not None and self.public_from > self.now:
            search.enqueue_many(abstracts.KIND, ids, due=self.public_from)

    def _said(self, found: Found, session_id: int | None) -> dict[str, Any]:
        """What the file says of an abstract: a column that it does not have says nothing, and empties nothing."""
        said: dict[str, Any] = {name: value for name, value in found.fields.items() if name in self.job.mapping}
        has_session = not {"session", "session_title"}.isdisjoint(self.job.mapping)
        return said | ({"session_id": session_id} if has_session else {})

    def _there(self, slugs: Mapping[str, Any]) -> dict[str, Any]:
        columns = [TABLE.c[name] for name in ("id", "slug", "version", "public_from", *CONTENT)]
        which = TABLE.c.meeting_id == self.meeting.id, TABLE.c.slug.in_(list(slugs))
        return {row.slug: row for row in db.session.execute(select(*columns).where(*which))}

    def _insert(self, new: Sequence[Mapping[str, Any]]) -> list[int]:
        if not new:
            return []
        fixed: dict[str, Any] = {
            "meeting_id": self.meeting.id,
            "created_at": self.now,
            "updated_at": self.now,
            "version": 1,
        }
        fixed |= {"public_from": self.public_from, "withdrawal_reason": ""}
        rows = [
            fixed | dict(values) | {"uid": str(uuid4()), "order_key": rules.order_key(values["number"])}
            for values in new
        ]
        ids = list(db.session.scalars(insert(Abstract).returning(Abstract.id), rows))
        _note(self.job, "abstract", [(number, None, 1) for number in ids])
        return ids

    def _update(self, changed: Mapping[str, Mapping[str, Any]], there: Mapping[str, Any]) -> list[int]:
        if not changed:
            return []
        rows = [
            {"b_id": there[slug].id, "b_version": there[slug].version + 1, "b_order": rules.order_key(values["number"])}
            | {f"b_{name}": values[name] for name in CONTENT}
            for slug, values in changed.items()
        ]
        db.session.connection().execute(_writing(self.now), rows)
        steps = [(there[slug].id, _content(there[slug]), there[slug].version + 1) for slug in changed]
        _note(self.job, "abstract", steps)
        return [row["b_id"] for row in rows]


def run(job: AbstractImport, table: Table, meeting: Meeting, *, by: Actor | Stranger | None, now: datetime) -> None:
    """Take everything in: what is new is added, what changed is updated, what is the same stays untouched.

    Embargoes that hang on an opening of the poster hall follow one that the file adds.

    Args:
        by: who gave the order.

    Raises:
        MeetingError: an embargo cannot follow, or would end within the hour.
    """
    work = _Run(job, table, meeting, now)
    for batch in _batches(table.rows()):
        work.take(batch)
    job.state, job.finished_at, job.stored = ImportState.DONE, now, False
    job.problems = work.problems
    for name, count in work.counts.items():
        setattr(job, name, count)
    meeting.updated_at = now
    db.session.flush()
    db.session.expire_all()
    search.enqueue("meeting", meeting.id, due=now)
    changes = {name: [None, count] for name, count in work.counts.items() if count}
    audit.record(by, "import abstracts", "meeting", meeting.id, job.file_name, changes=changes, now=now)
    _follow(meeting, by=None if isinstance(by, Stranger) else by, now=now)


def undo(job: AbstractImport, meeting: Meeting, *, by: Actor | None, now: datetime) -> None:
    """Take an import back: what it added goes, what it changed says again what it said before.

    What was changed since stays as it is, and so do sessions that something else needs; ``left_alone`` counts them.

    Raises:
        MeetingError: it is not there to be undone, or as :func:`run`.
    """
    if job.state is not ImportState.DONE:
        raise MeetingError("This import was not finished, or was undone already.")
    job.left_alone = sum(_undo_batch(steps, now) for steps in _step_batches(job, "abstract"))
    job.left_alone += sum(_undo_session(step, meeting) for steps in _step_batches(job, "session") for step in steps)
    job.state, job.undone_at = ImportState.UNDONE, now
    meeting.updated_at = now
    db.session.flush()
    db.session.expire_all()
    search.enqueue("meeting", meeting.id, due=now)
    changes = {"left alone": [None, job.left_alone]}
    audit.record(by, "undo import of abstracts", "meeting", meeting.id, job.file_name, changes=changes, now=now)
    _follow(meeting, by=by, now=now)


def _follow(meeting: Meeting, *, by: Actor | None, now: datetime) -> None:
    """Move the embargoes that follow the schedule; nobody is here to be asked about one that would end soon."""
    try:
        bindings.follow(meeting, by=by, now=now)
    except Unsure as question:
        headline = next(move.headline for move in question.moves if move.is_soon(now))
        raise MeetingError(
            f"The embargo of “{headline}” would end at once or within the hour, so nothing was changed. "
            "Change the opening of the poster hall in the schedule, where you are asked about it; then try again."
        ) from None
    except RefusedError as error:
        raise MeetingError(
            f"An embargo that follows the schedule cannot move, so nothing was changed. {error}"
        ) from None


def _undo_batch(steps: Sequence[ImportStep], now: datetime) -> int:
    """Undo what was done to some abstracts; gives how many were changed since."""
    columns = TABLE.c.id, TABLE.c.version
    ids = [step.object_id for step in steps]
    versions = dict(db.session.execute(select(*columns).where(TABLE.c.id.in_(ids))).all())
    mine = [step for step in steps if versions.get(step.object_id) == step.after_version]
    if gone := [step.object_id for step in mine if step.before is None]:
        db.session.execute(
            delete(Abstract).where(Abstract.id.in_(gone)), execution_options={"synchronize_session": False}
        )
    rows = [
        {"b_id": step.object_id, "b_version": step.after_version + 1, "b_order": rules.order_key(step.before["number"])}
        | {f"b_{name}": step.before[name] for name in CONTENT}
        for step in mine
        if step.before is not None
    ]
    sessions = {row["b_session_id"] for row in rows}
    there = set(db.session.scalars(select(MeetingSession.id).where(MeetingSession.id.in_(sessions))))
    for row in rows:
        if row["b_session_id"] not in there:
            row["b_session_id"] = None  # the session is gone since
    if rows:
        db.session.connection().execute(_writing(now), rows)
    search.enqueue_many(abstracts.KIND, [step.object_id for step in mine], due=now)
    return sum(step.object_id in versions for step in steps) - len(mine)


def _undo_session(step: ImportStep, meeting: Meeting) -> int:
    session = db.session.get(MeetingSession, step.object_id)
    if session is None:
        return 0
    needed = (Abstract.session_id, Binding.session_id)
    used = any(db.session.scalar(select(func.count()).where(column == session.id)) for column in needed)
    if used or bindings.opens_for(session, meeting) or session.version != step.after_version:
        return 1
    db.session.delete(session)
    db.session.flush()
    return 0


def _step_batches(job: AbstractImport, kind: str) -> Iterator[Sequence[ImportStep]]:
    last = 0
    of_kind = select(ImportStep).where(ImportStep.import_id == job.id, ImportStep.kind == kind).order_by(ImportStep.id)
    while steps := db.session.scalars(of_kind.where(ImportStep.id > last).limit(BATCH)).all():
        last = steps[-1].id
        yield steps


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _content(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in CONTENT}


def _writing(now: datetime) -> Any:
    values: dict[str, Any] = {name: bindparam(f"b_{name}") for name in CONTENT}
    values |= {"version": bindparam("b_version"), "order_key": bindparam("b_order"), "updated_at": now}
    return TABLE.update().where(TABLE.c.id == bindparam("b_id")).values(values)


def _note(job: AbstractImport, kind: str, steps: Sequence[tuple[int, dict[str, Any] | None, int]]) -> None:
    names = ("object_id", "before", "after_version")
    rows = [{"import_id": job.id, "kind": kind} | dict(zip(names, step, strict=True)) for step in steps]
    db.session.execute(insert(ImportStep), rows)


def _new_session(told: Session, meeting: Meeting, now: datetime) -> MeetingSession:
    names = ("key", "code", "title", "kind", "starts_at", "minutes", "place", "track")
    given = {name: getattr(told, name) for name in names}
    return MeetingSession(meeting_id=meeting.id, created_at=now, updated_at=now, **given)
