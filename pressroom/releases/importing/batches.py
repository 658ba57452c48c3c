"""An import in batches, each with its position in one transaction that the caller commits.

Whoever works on an import holds a claim, made by a conditional UPDATE. A batch is kept only if the claim is still there
and the position is where the batch began, so two workers never bring an item in twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import uuid4

from flask import current_app
from sqlalchemy import delete, insert, literal, or_, update
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from pressroom import audit
from pressroom.audit import Actor
from pressroom.kit import clock, text
from pressroom.kit.db import db, met
from pressroom.kit.settings import setting
from pressroom.releases import actions
from pressroom.releases.importing import plan, reads
from pressroom.releases.importing.items import Source
from pressroom.releases.importing.models import ImportItem, ReleaseImport, ReleaseOrigin
from pressroom.releases.importing.plan import Options, Planned, Planner
from pressroom.releases.importing.rules import AT_WORK, ImportState, Outcome
from pressroom.releases.models import Release
from pressroom.releases.rules import RefusedError

BATCH = 50
LEASE = timedelta(minutes=5)  # a batch takes seconds; a process that is silent for so long is dead


class TakenOverError(RuntimeError):
    """Another process works on this import now."""


def begin(
    source: Source, options: Options, *, state: ImportState, by: Actor | None, now: datetime, stored: bool
) -> ReleaseImport:
    """A new import of *source*, not yet worked on."""
    job = ReleaseImport(
        file_name=(" ".join(text.clean(source.name).split()) or "a file")[-200:],
        sha256=source.sha256,
        stored=stored,
        options=options.as_json(),
        state=state,
        by_id=by.id if by else None,
        by_name=by.name if by else "",
        created_at=now,
    )
    db.session.add(job)
    db.session.flush()
    return job


def claim(import_id: int, *, now: datetime, by_force: bool = False) -> str | None:
    """Take an import over. Gives the token to work with; None if somebody else has it, or nothing is to be done.

    Args:
        by_force: even if somebody else seems to have it, because a person says so; the other one stops at its next
            batch.
    """
    token = str(uuid4())
    free = or_(ReleaseImport.claimed_until.is_(None), ReleaseImport.claimed_until < now, literal(by_force))
    statement = update(ReleaseImport).where(ReleaseImport.id == import_id, ReleaseImport.state.in_(AT_WORK), free)
    return token if met(statement.values(claim=token, claimed_until=now + LEASE)) == 1 else None


def send_on(import_id: int, *, before: Collection[ImportState], to: ImportState, **values: Any) -> bool:
    """Have the next thing done with an import, unless somebody else just did. The caller commits."""
    statement = update(ReleaseImport).where(ReleaseImport.id == import_id, ReleaseImport.state.in_(before))
    return met(statement.values(state=to, claim="", claimed_until=None, **values)) == 1


def planner(options: Options, now: datetime) -> Planner:
    """A planner that knows what the press room has."""
    adapter = current_app.url_map.bind("")

    def is_page(path: str) -> bool:
        """A page with an address of its own; where an argument is, there need not be anything."""
        for each in (path, f"{path}/"):
            try:
                return not adapter.match(each, method="GET")[1]
            except RequestRedirect:
                return True
            except HTTPException:
                continue
        return False

    return Planner(options, reads.here(), house_zone=setting("time_zone"), now=now, is_page=is_page)


def check(import_id: int, token: str, source: Source) -> Iterator[int]:
    """The dry run: plan every item and keep the report, nothing else. After each batch it yields: commit there.

    Raises:
        TakenOverError: another process has it now; roll back.
        UnreadableError: the file cannot be read to its end.
    """
    job = db.session.get_one(ReleaseImport, import_id)
    options = Options.of_json(job.options)
    db.session.execute(delete(ImportItem).where(ImportItem.import_id == import_id))
    _move(import_id, token, job.position, to=0)
    planning = planner(options, clock.now())
    db.session.commit()
    position, items = 0, source.items(options.zone)
    while batch := [planning.plan(item) for item in islice(items, BATCH)]:
        db.session.execute(insert(ImportItem), [_line(import_id, position + n, one) for n, one in enumerate(batch)])
        _move(import_id, token, position, to=position + len(batch))
        position += len(batch)
        yield position
    found = {"terms": plan.table(planning.terms, options), "types": dict(planning.types)}
    _end(import_id, token, state=ImportState.CHECKED, total=position, found=found)
    yield position


def bring_in(import_id: int, token: str, source: Source) -> Iterator[int]:
    """Import from where it stands to the end. After each batch it yields the position: commit there.

    Raises:
        TakenOverError: another process has it now; roll back.
        UnreadableError: the file cannot be read to its end; what came in until then stays.
    """
    job = db.session.get_one(ReleaseImport, import_id)
    options, position, name = Options.of_json(job.options), job.position, job.file_name
    by = actor(job.by_id, job.by_name)
    planning = planner(options, clock.now())
    db.session.rollback()  # reading the file needs no transaction, and one would lock others out
    items = islice(source.items(options.zone), position, None)
    while batch := [planning.plan(item) for item in islice(items, BATCH)]:
        now = clock.now()
        _move(import_id, token, position, to=position + len(batch))
        these = ImportItem.position.between(position, position + len(batch) - 1)
        db.session.execute(delete(ImportItem).where(ImportItem.import_id == import_id, these))
        lines = [_line(import_id, position + n, one) for n, one in enumerate(batch)]
        for line, planned in zip(lines, batch, strict=True):
            if planned.outcome is Outcome.MAKE:
                line.update(_made(import_id, planned, name, by=by, now=now))
        db.session.execute(insert(ImportItem), lines)
        position += len(batch)
        yield position
    _end(import_id, token, state=ImportState.DONE, total=position, finished_at=clock.now())
    _record("import", import_id, by=by)
    yield position


def undo(import_id: int, token: str, *, by: Actor | None) -> Iterator[int]:
    """Take back what came in with an import and nobody touched since. After each batch it yields: commit there.

    Raises:
        TakenOverError: another process has it now; roll back.
    """
    count = 0
    while batch := reads.made(import_id, BATCH):
        now = clock.now()
        _hold(import_id, token, now)
        for line in batch:
            line.outcome, line.reason = _undone(line, by=by, now=now)
        db.session.flush()
        count += len(batch)
        yield count
        db.session.expire_all()
    _end(import_id, token, state=ImportState.UNDONE, undone_at=clock.now())
    _record("take back", import_id, by=by)
    yield count


def fail(import_id: int, token: str, sentence: str, *, now: datetime) -> None:
    """It cannot go on; *sentence* says why. The caller commits."""
    _end(import_id, token, state=ImportState.FAILED, failure=sentence[:500], finished_at=now)


def stop(import_id: int, token: str) -> None:
    """Leave an import where it stands; the same file goes on from there. The caller commits."""
    _end(import_id, token, state=ImportState.STOPPED, finished_at=clock.now())


class _Person:
    """Who started it, for the audit: a number and a name are kept, not the account."""

    def __init__(self, number: int, name: str) -> None:
        self.id, self.name = number, name


def actor(number: int | None, name: str) -> Actor | None:
    """Whoever has this number; None for a command."""
    return _Person(number, name) if number is not None else None


def _line(import_id: int, position: int, planned: Planned) -> dict[str, Any]:
    return {
        "import_id": import_id,
        "position": position,
        "place": planned.item.where[:200],
        "headline": (planned.item.headline or planned.item.where)[:300],
        "outcome": planned.outcome,
        "reason": planned.reason[:1000],
        "detail": planned.detail(),
        "release_id": planned.release_id,
    }


def _made(import_id: int, planned: Planned, name: str, *, by: Actor | None, now: datetime) -> dict[str, Any]:
    """Make one release; what forbids it is said, and the others come in all the same."""
    item = planned.item
    try:
        with db.session.begin_nested():
            release = actions.bring_in(
                by=by,
                now=now,
                at=planned.at,
                changed_at=planned.changed_at,
                author_name=item.author,
                corrections=planned.corrections,
                old_paths=planned.paths,
                note=f"From {name}, {item.where}",
                **planned.fields,
            )
            db.session.add(
                ReleaseOrigin(
                    release_id=release.id,
                    import_id=import_id,
                    source=item.source,
                    guid=item.guid,
                    fingerprint=item.fingerprint,
                )
            )
            db.session.flush()
    except RefusedError as error:
        return {"outcome": Outcome.LEFT, "reason": str(error)[:1000]}
    except IntegrityError:
        reason = "Somebody else brought it in, or took its address, at the same moment. Import the file again."
        return {"outcome": Outcome.LEFT, "reason": reason}
    number = release.id
    db.session.expunge(release)  # ten thousand of them need not stay in memory
    return {"outcome": Outcome.MADE, "release_id": number}


def _undone(line: ImportItem, *, by: Actor | None, now: datetime) -> tuple[Outcome, str]:
    release = db.session.get(Release, line.release_id) if line.release_id is not None else None
    if release is None:
        return Outcome.UNDONE, "It was gone already."
    try:
        with db.session.begin_nested():
            line.release_id = None
            actions.take_back(release, by=by, now=now)
    except RefusedError as error:
        return Outcome.STAYS, str(error)
    except IntegrityError:
        return Outcome.STAYS, "Something else of the press room refers to it, so it stays."
    return Outcome.UNDONE, ""


def _move(import_id: int, token: str, position: int, *, to: int) -> None:
    statement = _mine(import_id, token).where(ReleaseImport.position == position)
    if met(statement.values(position=to, claimed_until=clock.now() + LEASE)) != 1:
        raise TakenOverError("Another process has taken this import over.")


def _hold(import_id: int, token: str, now: datetime) -> None:
    if met(_mine(import_id, token).values(claimed_until=now + LEASE)) != 1:
        raise TakenOverError("Another process has taken this import over.")


def _end(import_id: int, token: str, **values: Any) -> None:
    if met(_mine(import_id, token).values(claim="", claimed_until=None, **values)) != 1:
        raise TakenOverError("Another process has taken this import over.")


def _record(action: str, import_id: int, *, by: Actor | None) -> None:
    job = db.session.get_one(ReleaseImport, import_id, populate_existing=True)
    changes = {outcome.value: [0, count] for outcome, count in reads.counts(import_id).items()}
    audit.record(by, action, "release_import", job.id, job.file_name, changes=changes, now=clock.now())


def _mine(import_id: int, token: str) -> Any:
    return update(ReleaseImport).where(ReleaseImport.id == import_id, ReleaseImport.claim == token)
