"""Verbs of the clip archive: each makes the change, a line in the audit and the work for the index.

None commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from operator import attrgetter
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from pressroom import audit, search
from pressroom.audit import Actor
from pressroom.clips import addresses, queries, rules
from pressroom.clips.links import actions as links
from pressroom.clips.models import Clip, Outlet, Topic
from pressroom.clips.outlets import names as outlet_names
from pressroom.clips.outlets.names import called
from pressroom.clips.rules import ClipError, ClipExistsError, Medium
from pressroom.clips.stories import placing
from pressroom.kit import text
from pressroom.kit.db import db
from pressroom.releases.models import Release

KIND = "clip"
KNOWN_BY = ("headline", "outlet", "published_on", "url", "programme", "time_code")
"""The fields by which a clip is known."""

Named = TypeVar("Named", Outlet, Topic)


def add(
    *,
    by: Actor | None,
    now: datetime,
    headline: str,
    outlet: str,
    published_on: date,
    url: str = "",
    byline: str = "",
    excerpt: str = "",
    medium: Medium = Medium.ONLINE,
    language: str = "",
    topics: Sequence[str] = (),
    releases: Sequence[Release] = (),
    page: str = "",
    section: str = "",
    programme: str = "",
    time_code: str = "",
    featured: bool = False,
    public_from: datetime | None = None,
    published_at: datetime | None = None,
    import_id: int | None = None,
    origin: str = "desk",
) -> Clip:
    """Put a clip into the archive; public at once, or from *public_from*.

    Args:
        outlet: its name; an outlet that is not known yet is made.
        topics: their names; likewise.
        releases: those that it covers.
        url: an http or https address, or empty.
        page: on which it is printed; ``section`` in which part of the paper.
        programme: in which it was on air; ``time_code`` from when on in that, such as 00:12:30.
        published_at: the instant, where it is known to the minute.
        import_id: the batch that brought it.

    Raises:
        ClipExistsError: the same clip is there already.
        ClipError: the address may not be linked to, the day is still to come, or what must be there is missing.
    """
    rules.refuse_to_come(published_on, now)
    fields = _checked(
        headline=headline,
        outlet=outlet,
        published_on=published_on,
        url=url,
        programme=programme,
        time_code=time_code,
        clip_id=None,
    )
    clip = Clip(
        **fields,
        outlet=named(Outlet, [outlet])[0],
        topics=named(Topic, topics),
        releases=list(releases),
        byline=byline.strip(),
        excerpt=excerpt.strip(),
        medium=medium,
        language=language,
        page=page.strip(),
        section=section.strip(),
        featured=featured,
        public_from=public_from or now,
        published_at=published_at,
        import_id=import_id,
        origin=origin,
        created_at=now,
        updated_at=now,
    )
    db.session.add(clip)
    db.session.flush()
    audit.record(by, "add", KIND, clip.id, clip.headline, now=now)
    placing.compare(clip, now=now)
    _to_index(clip, now)
    return clip


def edit(clip: Clip, *, by: Actor | None, now: datetime, **fields: Any) -> None:
    """Change fields of *clip*; those not given stay, but for its time on a day that it is not of any more.

    Args:
        fields: as for :func:`add`.

    Raises:
        ClipExistsError: another clip is the same as this one would be.
        ClipError: as for :func:`add`.
    """
    if "releases" in fields:
        fields["releases"] = tuple(sorted(fields["releases"], key=attrgetter("id")))
    after = _as_typed(clip) | fields
    before = {name: value for name, value in _as_typed(clip).items() if value != after[name]}
    if not before:
        return
    if "published_on" in before:
        after.setdefault("published_at", None)
    rules.refuse_to_come(after["published_on"], now)
    checked = _checked(**{name: after[name] for name in KNOWN_BY}, clip_id=clip.id)
    outlets, topics = named(Outlet, [after.pop("outlet")]), named(Topic, after.pop("topics"))
    clip.outlet, clip.topics, clip.releases = outlets[0], topics, list(after.pop("releases"))
    for name, value in (after | checked).items():
        setattr(clip, name, value)
    clip.updated_at = now
    db.session.flush()
    if "url" in before:
        links.begin_anew(clip, now=now)
    changed = _as_typed(clip)
    changes = {name: [_said(old), _said(changed[name])] for name, old in before.items()}
    audit.record(by, "edit", KIND, clip.id, clip.headline, changes=changes, now=now)
    if before.keys() & {"headline", "excerpt", "published_on", "outlet"}:
        placing.compare(clip, now=now)
    _to_index(clip, now)


def cover(clip: Clip, release: Release, *, by: Actor | None, now: datetime, covers: bool = True) -> bool:
    """Say that *clip* covers *release*, or that it does not; False when that was said already.

    The story itself is as it was: its date of change and its place in feeds stay.
    """
    before = list(clip.releases)
    if (release in before) is covers:
        return False
    if covers:
        clip.releases.append(release)
    else:
        clip.releases.remove(release)
    flag_modified(clip, "origin")  # a form of the clip that is open elsewhere is told that it is out of date
    db.session.flush()
    changes = {"releases": [_said(tuple(before)), _said(tuple(clip.releases))]}
    audit.record(by, "cover" if covers else "uncover", KIND, clip.id, clip.headline, changes=changes, now=now)
    return True


def withdraw(clip: Clip, *, by: Actor | None, now: datetime, reason: str) -> None:
    """Take *clip* out of the archive. Its address stays and says why.

    Raises:
        ClipError: there is no reason.
    """
    if not reason.strip():
        raise ClipError("Give the reason; it stands at the clip's address.")
    clip.withdrawn_at, clip.withdrawal_reason, clip.updated_at = now, reason.strip(), now
    db.session.flush()
    audit.record(
        by,
        "withdraw",
        KIND,
        clip.id,
        clip.headline,
        changes={"reason": ["", clip.withdrawal_reason]},
        now=now,
    )
    placing.leave([clip.id], now=now)
    search.enqueue(KIND, clip.id, due=now)


def reinstate(clip: Clip, *, by: Actor | None, now: datetime) -> None:
    """Bring a withdrawn *clip* back to its address. The caller knows that the reason does not hold any more.

    Raises:
        ClipExistsError: it left with a file, and the same story came in again.
        ClipError: it is not withdrawn, or not as a clip has to be.
    """
    if clip.withdrawn_at is None:
        raise ClipError("This clip is not withdrawn, so there is nothing to bring back.")
    if clip.fingerprint.startswith(rules.GIVEN_BACK):
        known_by = {name: value for name, value in _as_typed(clip).items() if name in KNOWN_BY}
        clip.fingerprint = _checked(**known_by, clip_id=clip.id)["fingerprint"]
    if clip.origin == rules.TAKEN_BACK:
        clip.origin = "desk"  # it is somebody's choice from now on, and stands in the desk's list
    reason, clip.withdrawn_at, clip.withdrawal_reason, clip.updated_at = clip.withdrawal_reason, None, "", now
    db.session.flush()
    audit.record(by, "reinstate", KIND, clip.id, clip.headline, changes={"reason": [reason, ""]}, now=now)
    placing.compare(clip, now=now)
    links.resume(clip, now=now)
    _to_index(clip, now)


def named(cls: type[Named], names: Sequence[str]) -> list[Named]:
    """The outlets or topics of these names, made where there is none. The slug decides: case and accents
    do not. An outlet is found by any of its names."""
    wanted = {text.slugify(name): " ".join(name.split()) for name in names if name.strip()}
    if cls is Outlet:
        meant = outlet_names.known(wanted)
        rows = {
            row.id: row for row in db.session.scalars(select(cls).where(cls.id.in_([one.id for one in meant.values()])))
        }
        known = {written: rows[one.id] for written, one in meant.items()}
    else:
        known = {row.slug: row for row in db.session.scalars(select(cls).where(cls.slug.in_(wanted)))} if wanted else {}
    for slug in wanted.keys() - known.keys():
        known[slug] = cls(name=wanted[slug], slug=slug)
        db.session.add(known[slug])
    db.session.flush()
    return [known[slug] for slug in wanted]


def _checked(
    *,
    headline: str,
    outlet: str,
    published_on: date,
    url: str,
    programme: str,
    time_code: str,
    clip_id: int | None,
) -> dict[str, Any]:
    """The fields by which a clip is known, with their fingerprint."""
    if not text.has_letters(headline) or not text.has_letters(outlet):
        raise ClipError("A clip needs a headline and an outlet.")
    address = addresses.checked(url) if url.strip() else ""
    programme, time_code = " ".join(programme.split()), rules.read_time_code(time_code)
    mark = rules.fingerprint(
        url=address,
        outlet=called(outlet),
        headline=headline,
        published_on=published_on,
        programme=programme,
        time_code=time_code,
    )
    same = queries.by_fingerprint(mark)
    if same is not None and same != clip_id:
        raise ClipExistsError(same)
    return {
        "headline": " ".join(headline.split()),
        "published_on": published_on,
        "url": address,
        "programme": programme,
        "time_code": time_code,
        "fingerprint": mark,
    }


def _as_typed(clip: Clip) -> dict[str, Any]:
    """What can be edited, in the form in which it is given."""
    plain = (
        "headline",
        "byline",
        "published_on",
        "url",
        "excerpt",
        "medium",
        "language",
        "page",
        "section",
        "programme",
        "time_code",
        "featured",
        "public_from",
    )
    fields: dict[str, Any] = {name: getattr(clip, name) for name in plain}
    named = {"outlet": clip.outlet.name, "topics": tuple(topic.name for topic in clip.topics)}
    return fields | named | {"releases": tuple(sorted(clip.releases, key=attrgetter("id")))}


def _said(value: Any) -> Any:
    """A value for the audit: releases by their headlines."""
    if isinstance(value, tuple):
        return tuple(each.headline if isinstance(each, Release) else each for each in value)
    return value


def _to_index(clip: Clip, now: datetime) -> None:
    """Have the index read the clip now, and again at the instants that time changes it."""
    search.enqueue(KIND, clip.id, due=now)
    for instant in (clip.public_from, clip.withdrawn_at):
        if instant is not None and instant > now:
            search.enqueue(KIND, clip.id, due=instant)
