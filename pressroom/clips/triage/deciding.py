"""Verbs of the queue: a person accepts, rejects, merges and takes back. Each is a conditional UPDATE.

Of two people who decide about the same candidate, the second is told who was first. None commits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import update

from pressroom import audit
from pressroom.audit import Actor
from pressroom.audit.actions import COMMAND
from pressroom.clips import actions, covering, queries
from pressroom.clips.addresses import AddressError
from pressroom.clips.gathering.models import Candidate
from pressroom.clips.gathering.rules import CandidateState
from pressroom.clips.models import Clip
from pressroom.clips.rules import ClipError, ClipExistsError
from pressroom.clips.stories import aliases
from pressroom.clips.triage import automatic, nearest, ruling
from pressroom.clips.triage import queries as triage
from pressroom.clips.triage.models import ClipRule
from pressroom.clips.triage.rules import LONGEST_REASON, TriageError
from pressroom.kit.dates import moment
from pressroom.kit.db import db
from pressroom.kit.settings import setting

KIND = "clip_candidate"
TAKEN_BACK = "Taken back by the press office: it was added by mistake."
TAKEN = (
    "headline",
    "outlet",
    "published_on",
    "url",
    "byline",
    "excerpt",
    "medium",
    "language",
    "page",
    "section",
    "programme",
    "time_code",
    "topics",
    "featured",
)
NO_DAY = "No day is given. Write the day on which it appeared, as in 2026-11-24."


class DecidedError(TriageError):
    """Somebody decided about it already; the message says who, when and what."""


class DayMissingError(TriageError):
    """A story without a day cannot come into the archive, which is in the order of days."""

    def __init__(self) -> None:
        super().__init__(NO_DAY)


@dataclass(frozen=True)
class Done:
    """What became of a candidate.

    Attributes:
        said: as a sentence.
    """

    candidate_id: int
    state: CandidateState
    said: str
    clip_id: int | None = None


def new_act() -> str:
    """The mark of what is decided, and taken back, together."""
    return str(uuid4())


def accept(
    candidate: Candidate,
    *,
    by: Actor | None,
    now: datetime,
    act: str = "",
    day: date | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Done:
    """Make a clip of *candidate*; where the archive has it already, merge it into that clip.

    Args:
        day: on which it appeared, where the source gives none.
        changes: fields of a clip that replace what the source says, as :func:`pressroom.clips.actions.add` takes them.

    Raises:
        DecidedError: somebody decided about it already.
        DayMissingError: there is no day.
        TriageError: it cannot be a clip as it is; the message says why.
    """
    if candidate.state is not CandidateState.WAITING:
        raise DecidedError(said_of(candidate))
    fields = _fields(candidate, day) | dict(changes or {})
    if fields["published_on"] is None:
        raise DayMissingError
    if not fields["outlet"]:
        raise TriageError("The outlet is missing. Accept it with changes, and write the outlet’s name.")
    _take(candidate, CandidateState.ACCEPTED, by=by, now=now, act=act)
    try:
        clip = _clip(candidate, fields, by=by, now=now)
    except ClipExistsError as error:
        if changes:  # what was typed would be lost
            raise TriageError(f"{error} It is clip {error.clip_id}: merge it there, or change the address.") from error
        return _merged(candidate, queries.by_id(error.clip_id), by=by, now=now, there=True)
    except ClipError as error:
        raise TriageError(str(error)) from error
    except AddressError as error:
        raise TriageError(f"Accept it with changes: {error}.") from error
    candidate.clip_id = clip.id
    db.session.flush()
    nearest.touch(clip)
    audit.record(by, "accept", KIND, candidate.id, candidate.headline, now=now)
    return Done(candidate.id, CandidateState.ACCEPTED, f"Accepted: “{candidate.headline}”.", clip.id)


def _clip(candidate: Candidate, fields: dict[str, Any], *, by: Actor | None, now: datetime) -> Clip:
    """A new clip, or the one that it was before that was taken back."""
    before = queries.by_id(candidate.clip_id) if candidate.clip_id is not None else None
    if before is None or before.withdrawn_at is None:
        same_day = fields["published_on"] == candidate.published_on  # else the instant was wrong as well
        came = {"published_at": candidate.published_at if same_day else None, "import_id": candidate.import_id}
        return actions.add(by=by, now=now, origin=automatic.ORIGIN, **(came | fields))
    if before.withdrawal_reason != TAKEN_BACK:
        raise ClipError(f"Its clip was withdrawn: {before.withdrawal_reason} Reject it, or look at that clip.")
    actions.edit(before, by=by, now=now, **fields)
    actions.reinstate(before, by=by, now=now)
    return before


def _fields(candidate: Candidate, day: date | None) -> dict[str, Any]:
    found = automatic.found_of(candidate)
    fields = {name: getattr(found, name) for name in TAKEN}
    fields["releases"] = covering.by_ids(found.release_ids)
    return fields | {"published_on": day} if day is not None else fields


def reject(candidate: Candidate, reason: str, *, by: Actor | None, now: datetime, act: str = "") -> Done:
    """Say that *candidate* is no clip of ours, and why.

    Raises:
        DecidedError: somebody decided about it already.
        TriageError: there is no reason.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise TriageError("Choose why it is rejected, or write it in your own words.")
    if len(reason) > LONGEST_REASON:
        raise TriageError(f"Shorten the reason to {LONGEST_REASON} characters; it has {len(reason):,}.")
    _take(candidate, CandidateState.REJECTED, by=by, now=now, act=act, decision=reason)
    audit.record(by, "reject", KIND, candidate.id, candidate.headline, changes={"reason": ["", reason]}, now=now)
    return Done(candidate.id, CandidateState.REJECTED, f"Rejected ({reason}): “{candidate.headline}”.")


def merge(candidate: Candidate, clip_id: int | None, *, by: Actor | None, now: datetime, act: str = "") -> Done:
    """Say that *candidate* is the same story as a clip that is there.

    Args:
        clip_id: of the clip; None for the one that is most like it.

    Raises:
        DecidedError: somebody decided about it already.
        TriageError: there is no such clip.
    """
    number = clip_id if clip_id is not None else candidate.nearest_clip_id
    if number is None:
        raise TriageError("No clip is like it. Write the number or the address of the clip that it belongs to.")
    clip = queries.by_id(number)
    if clip is None:
        raise TriageError(f"There is no clip {number}. Write the number or the address of one that is in the archive.")
    if clip.withdrawn_at is not None:
        raise TriageError(f"Clip {number} was withdrawn, so nobody would find the story there. Choose another one.")
    _take(candidate, CandidateState.MERGED, by=by, now=now, act=act)
    return _merged(candidate, clip, by=by, now=now)


def _merged(candidate: Candidate, clip: Clip | None, *, by: Actor | None, now: datetime, there: bool = False) -> Done:
    assert clip is not None
    if there and clip.withdrawn_at is not None:
        raise TriageError(
            f"The archive had this as clip {clip.id}, which was withdrawn. Reject it, or look at that clip."
        )
    candidate.state, candidate.clip_id = CandidateState.MERGED, clip.id
    aliases.learn(clip.id, candidate.url)
    db.session.flush()
    into = {"clip": ["", f"{clip.id}: {clip.headline}"]}
    audit.record(by, "merge", KIND, candidate.id, candidate.headline, changes=into, now=now)
    said = "The archive has it already, so it was merged into" if there else "Merged into"
    return Done(candidate.id, CandidateState.MERGED, f"{said} “{clip.headline}”.", clip.id)


def take_back(act: str, *, by: Actor | None, now: datetime) -> list[Candidate]:
    """Undo all that was decided in one act; a rule that was made by it is switched off. Gives what waits again."""
    found = [candidate for candidate in triage.of_act(act) if _give_back(candidate, by=by, now=now)] if act else []
    for rule in triage.rules_made_with(act) if act else ():
        ruling.edit(rule, by=by, now=now, active=False)
    db.session.flush()
    return found


def take_back_one(candidate: Candidate, *, by: Actor | None, now: datetime) -> None:
    """Undo the decision about one candidate.

    Raises:
        TriageError: it waits already.
    """
    if not _give_back(candidate, by=by, now=now):
        raise TriageError("It waits to be judged already; nothing was changed.")


def _give_back(candidate: Candidate, *, by: Actor | None, now: datetime) -> bool:
    """Have *candidate* wait again; no rule decides it any more. A clip that was made of it is withdrawn."""
    if candidate.state is CandidateState.WAITING:
        return False
    before, clip_id = candidate.state, candidate.clip_id
    made = queries.by_id(clip_id) if before is CandidateState.ACCEPTED and clip_id else None
    merged = before is CandidateState.MERGED
    values = {
        "state": CandidateState.WAITING,
        "decision": "",
        "decided_at": None,
        "decided_by_id": None,
        "decided_by_name": "",
        "decided_with": "",
        "by_hand": True,
        "clip_id": None if merged else clip_id,
        "scored_with": -1,
        "version": Candidate.version + 1,
    }
    if not _changed(candidate, values, state=before):
        return False
    if merged and clip_id:
        aliases.forget(clip_id, candidate.url)
    if made is not None and made.withdrawn_at is None:
        actions.withdraw(made, by=by, now=now, reason=TAKEN_BACK)
    changes = {"state": [before.value, CandidateState.WAITING.value]}
    audit.record(by, "take back", KIND, candidate.id, candidate.headline, changes=changes, now=now)
    return True


def _take(
    candidate: Candidate, state: CandidateState, *, by: Actor | None, now: datetime, act: str, decision: str = ""
) -> None:
    """Decide about *candidate*, if it still waits.

    Raises:
        DecidedError: it does not.
    """
    values = {
        "state": state,
        "decision": decision,
        "decided_at": now,
        "decided_by_id": by.id if by else None,
        "decided_by_name": by.name if by else COMMAND,
        "decided_with": act or new_act(),
        "by_hand": True,
        "version": Candidate.version + 1,
    }
    if not _changed(candidate, values, state=CandidateState.WAITING):
        raise DecidedError(said_of(candidate))


def _changed(candidate: Candidate, values: Mapping[str, Any], *, state: CandidateState) -> bool:
    """Whether *candidate* was in *state* and is now as *values* say; it is read again either way."""
    changed = update(Candidate).where(Candidate.id == candidate.id, Candidate.state == state).values(values)
    met = db.session.execute(changed.returning(Candidate.id).execution_options(synchronize_session=False)).first()
    db.session.refresh(candidate)
    return met is not None


def said_of(candidate: Candidate) -> str:
    """Who decided what about *candidate*, and when, as a sentence."""
    if candidate.state is CandidateState.WAITING:
        return "It waits to be judged."
    who = candidate.decided_by_name or _rule_of(candidate)
    when = moment(candidate.decided_at, setting("time_zone")) if candidate.decided_at else "some time ago"
    why = f": {candidate.decision}" if candidate.decision else ""
    return f"{who} {candidate.state.value} it on {when}{why}."


def _rule_of(candidate: Candidate) -> str:
    rule = db.session.get(ClipRule, candidate.rule_id) if candidate.rule_id is not None else None
    return f"The rule “{rule.name}”" if rule else "A rule"
