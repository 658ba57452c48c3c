"""Other fingerprints by which a clip is known, besides its own: two records of one clip may name two addresses."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import delete, select

from pressroom.clips import addresses, rules
from pressroom.clips.addresses import AddressError
from pressroom.clips.models import Clip
from pressroom.clips.stories.models import ClipAlias
from pressroom.kit.db import db, insert_into


def learn(clip_id: int, *urls: str) -> int:
    """Know a clip by further addresses as well, such as the one that its page calls its own (``rel=canonical``).

    An address that may not be linked to, that it has already, or by which another clip is known, is passed over.
    The caller commits.

    Returns:
        How many were new.
    """
    marks = {mark for url in urls if (mark := of_address(url))}
    marks -= set(db.session.scalars(select(Clip.fingerprint).where(Clip.fingerprint.in_(marks)))) if marks else set()
    if not marks:
        return 0
    rows = [{"fingerprint": mark, "clip_id": clip_id} for mark in sorted(marks)]
    statement = insert_into(ClipAlias).on_conflict_do_nothing().returning(ClipAlias.fingerprint)
    return len(db.session.scalars(statement, rows).all())


def forget(clip_id: int, url: str) -> None:
    """Know a clip by this further address no more. The caller commits."""
    gone = delete(ClipAlias).where(ClipAlias.clip_id == clip_id, ClipAlias.fingerprint == of_address(url))
    db.session.execute(gone.execution_options(synchronize_session=False))


def of_address(url: str) -> str:
    """The fingerprint of a clip with this address; empty if it may not be linked to."""
    try:
        address = addresses.checked(url)
    except AddressError:
        return ""
    return rules.fingerprint(url=address, outlet="", headline="", published_on=date.min)


def known(fingerprints: Iterable[str]) -> dict[str, int]:
    """Fingerprint → the clip that is known by it, of those that are such others."""
    wanted = list(fingerprints)
    statement = select(ClipAlias.fingerprint, ClipAlias.clip_id).where(ClipAlias.fingerprint.in_(wanted))
    return {row.fingerprint: row.clip_id for row in db.session.execute(statement)} if wanted else {}
