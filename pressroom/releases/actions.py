"""Verbs. Each changes the row, keeps a revision, writes an audit line, queues the index; the edge commits."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any, TypeVar
from uuid import uuid4

from sqlalchemy import func, select

from pressroom import audit, search
from pressroom.audit import Actor
from pressroom.kit import text
from pressroom.kit.db import db
from pressroom.kit.settings import setting
from pressroom.media import actions as media
from pressroom.media.models import Asset
from pressroom.media.rules import Kind
from pressroom.releases import queries, rules, typeset
from pressroom.releases.models import Correction, Release, ReleaseFile, ReleasePicture, ReleaseRevision
from pressroom.releases.rules import Problem, RefusedError, State

KIND = "release"
Attached = TypeVar("Attached", ReleasePicture, ReleaseFile)

EDITABLE = (
    "kind",
    "headline",
    "subhead",
    "slug",
    "dateline",
    "body",
    "notes",
    "topics",
    "peer_review",
    "evidence",
    "subject",
    "study_journal",
    "study_title",
    "study_doi",
    "study_published_on",
    "study_method",
    "study_funding",
    "study_conflicts",
)
STANDING = (
    "uid",
    "year",
    "public_from",
    "embargoed",
    "zone",
    "corrected_at",
    "withdrawn_at",
    "withdrawal_reason",
)

AUDITED_CHARACTERS = 300  # of a long text; the revision keeps all of it


def create(*, by: Actor | None, now: datetime, uid: str | None = None, **fields: Any) -> Release:
    """A new draft.

    Args:
        by: who writes (``.id``, ``.name``), or None for a command.
        now: the instant.
        uid: a UUID by which a form that is sent twice is known; a new one when None.
        fields: of :data:`EDITABLE`; ``headline`` and ``kind`` are needed, an empty ``slug`` follows the
            headline.

    Raises:
        RefusedError: a field is over its limit or malformed, or there is no headline.
    """
    uid = uid or str(uuid4())
    if sentence := rules.uid_problem(uid):
        raise RefusedError(Problem("", sentence))
    _check_names(fields)
    rules.check_fields(fields)
    rules.check_named(fields.get("headline", ""))
    release = Release(
        uid=uid,
        author_id=by.id if by else None,
        author_name=by.name if by else "",
        created_at=now,
        updated_at=now,
        zone=setting("time_zone"),
        **fields,
    )
    release.slug = release.slug or _free_slug(release.headline, now)
    _render(release)
    db.session.add(release)
    _saved(release, "create", by=by, now=now)
    return release


def edit(release: Release, *, by: Actor | None, now: datetime, **fields: Any) -> dict[str, tuple[Any, Any]]:
    """Change what is given in *fields*. What is public shows the change, and its date, at once.

    Gives what changed, as name → (before, after). When nothing does, nothing is written.

    Raises:
        RefusedError: a field is over its limit, the address would change after publication, the release was
            withdrawn, or what is out would lose its headline, text or address.
    """
    changes = _apply(release, fields, now=now)
    if changes:
        _saved(release, "edit", by=by, now=now, changes=changes)
    return changes


def publish(release: Release, *, by: Actor | None, now: datetime) -> None:
    """Make it public at *now*; a scheduled or embargoed one early, for everybody.

    Raises:
        RefusedError: it is or was public, it lacks headline, text or address, or its address is taken.
    """
    rules.check_publish(release.state(now))
    _set_time(release, now)
    _renew_pictures(release, now)
    _saved(release, "publish", by=by, now=now)


def schedule(
    release: Release,
    *,
    by: Actor | None,
    now: datetime,
    at: datetime,
    embargoed: bool = False,
    zone: str | None = None,
) -> None:
    """Let it become public at *at*, with no further act. Called again, it moves the time.

    Args:
        at: the instant; after *now*.
        embargoed: an embargo, and not only a plan.
        zone: the zone in which the time was given, and is shown on the desk; the organisation's when None.

    Raises:
        RefusedError: *at* is not in the future, or what :func:`publish` refuses.
    """
    rules.check_schedule(release.state(now), at, now)
    before = (release.public_from, release.embargoed, release.zone)
    _set_time(release, at)
    release.embargoed = embargoed
    release.zone = zone or setting("time_zone")
    after = (release.public_from, release.embargoed, release.zone)
    if before == after:
        return
    names = ("public_from", "embargoed", "zone")
    changes = {name: pair for name, *pair in zip(names, before, after, strict=True) if pair[0] != pair[1]}
    _renew_pictures(release, now)
    _saved(release, "embargo" if embargoed else "schedule", by=by, now=now, changes=changes)


def hold(release: Release, *, by: Actor | None, now: datetime) -> None:
    """Take the time of a scheduled or embargoed release away: it is a draft again.

    Raises:
        RefusedError: it waits for no time, or it is public.
    """
    rules.check_hold(release.state(now))
    before = release.public_from
    release.public_from = release.year = None
    release.embargoed = False
    _renew_pictures(release, now)
    _saved(release, "hold", by=by, now=now, changes={"public_from": (before, None)})


def correct(release: Release, *, by: Actor | None, now: datetime, note: str, **fields: Any) -> Correction:
    """Change a public release and say so: a dated note stands above the text from now on.

    Args:
        note: what was wrong and what is right, for everybody to read.
        fields: what changes in the release with it; may be empty.

    Raises:
        RefusedError: it is not public, the note is empty or too long, or what :func:`edit` refuses.
    """
    rules.check_correct(release.state(now), note)
    changes = _apply(release, fields, now=now)
    correction = Correction(at=now, note=text.clean(note).strip())
    release.corrections.insert(0, correction)
    release.corrected_at = now
    _saved(release, "correct", by=by, now=now, note=correction.note, changes=changes)
    return correction


def withdraw(release: Release, *, by: Actor | None, now: datetime, reason: str) -> None:
    """Take a public release back. Its address stays and gives the reason.

    Raises:
        RefusedError: it is not public, or the reason is empty or too long.
    """
    rules.check_withdraw(release.state(now), reason)
    release.withdrawn_at = now
    release.withdrawal_reason = text.clean(reason).strip()
    _saved(release, "withdraw", by=by, now=now, note=release.withdrawal_reason)


def add_picture(release: Release, asset: Asset, *, by: Actor | None, now: datetime) -> ReleasePicture:
    """Show *asset* with the release, after the pictures that it has.

    Raises:
        RefusedError: the release was withdrawn.
    """
    rules.check_editable(release.state(now))
    last = max((picture.position for picture in release.pictures), default=-1)
    picture = ReleasePicture(asset=asset, position=last + 1)
    release.pictures.append(picture)
    _renew_pictures(release, now)
    _saved(release, "add picture", by=by, now=now, changes={"picture": (None, asset.name)})
    return picture


def arrange_pictures(
    release: Release,
    *,
    by: Actor | None,
    now: datetime,
    lead: int | None = None,
    without: Collection[int] = (),
) -> None:
    """Put one picture first and take others away. When nothing changes, nothing is written.

    Args:
        lead: the id of the picture (not of its asset) that comes first; None leaves the order.
        without: ids of pictures to take away; their assets stay in the store.

    Raises:
        RefusedError: the release was withdrawn.
    """
    before = [picture.id for picture in release.pictures]
    kept = [picture for picture in release.pictures if picture.id not in without]
    kept.sort(key=lambda picture: picture.id != lead)
    after = [picture.id for picture in kept]
    if before == after:
        return
    rules.check_editable(release.state(now))
    for position, picture in enumerate(kept):
        picture.position = position
    release.pictures[:] = kept
    _saved(release, "arrange pictures", by=by, now=now, changes={"pictures": (before, after)})


def attach(release: Release, assets: Iterable[Asset], *, by: Actor | None, now: datetime) -> list[str]:
    """Show files of the library with the release, after those that it has; gives the names of those that are new.

    Raises:
        RefusedError: the release was withdrawn, or a file may not be shown: nobody said what is seen, or the right
            to show it has ended.
    """
    rules.check_editable(release.state(now))
    there = {row.asset_id for row in release.attached}
    new = [asset for asset in assets if asset.id not in there]
    rules.check_attachable(
        {asset.name: (asset.described, asset.rights_over(now, setting("time_zone"))) for asset in new}
    )
    for asset in new:
        if asset.kind is Kind.PICTURE:
            release.pictures.append(ReleasePicture(asset=asset, position=len(release.pictures)))
        else:
            release.files.append(ReleaseFile(asset=asset, position=len(release.files)))
    if new:
        _renew_pictures(release, now)
        names = [asset.name for asset in new]
        _saved(release, "attach", by=by, now=now, changes={"files": (None, ", ".join(names))})
    return [asset.name for asset in new]


def arrange_files(
    release: Release, *, by: Actor | None, now: datetime, pictures: Sequence[int], files: Sequence[int]
) -> None:
    """Put pictures and other files in the order of these ids; what is not among them is taken away, and stays in the
    library. The first picture leads. When nothing changes, nothing is written.

    Raises:
        RefusedError: the release was withdrawn.
    """
    before = [row.asset_id for row in release.attached]
    taken = [row.asset for row in release.pictures if row.id not in pictures]
    release.pictures[:] = _arranged(release.pictures, pictures)
    release.files[:] = _arranged(release.files, files)
    after = [row.asset_id for row in release.attached]
    if before == after:
        return
    rules.check_editable(release.state(now))
    media.renew(taken, now=now)
    _saved(release, "arrange files", by=by, now=now, changes={"files": (before, after)})


# What the verbs share ------------------------------------------------------------------------------------


def _check_names(fields: Mapping[str, Any]) -> None:
    if unknown := set(fields) - set(EDITABLE):
        raise TypeError(f"a release has no field {', '.join(sorted(unknown))} that may be written")


def _apply(release: Release, fields: Mapping[str, Any], *, now: datetime) -> dict[str, tuple[Any, Any]]:
    """Check *fields* and put them into *release*; nothing is put when one is refused."""
    _check_names(fields)
    standing = release.state(now)
    rules.check_editable(standing)
    rules.check_fields(fields)
    after = {name: fields.get(name, getattr(release, name)) for name in EDITABLE}
    if standing is State.DRAFT:
        rules.check_named(after["headline"])
        after["slug"] = _draft_slug(release, after, now)
    else:
        rules.check_complete(headline=after["headline"], body=after["body"], slug=after["slug"])
        rules.check_slug_kept(release.slug, after["slug"], standing)
    if after["slug"] != release.slug and release.year is not None:
        _check_slug_free(after["slug"], release.year, but=release.id)
    changes = {name: (old, new) for name, new in after.items() if (old := getattr(release, name)) != new}
    for name, (_old, new) in changes.items():
        setattr(release, name, new)
    if changes:
        _render(release)
    return changes


def _draft_slug(release: Release, after: Mapping[str, Any], now: datetime) -> str:
    """The slug of a draft: as written; when it is empty, or follows the headline, from the headline."""
    written: str = after["slug"]
    moved = after["headline"] != release.headline
    follows = moved and written == release.slug == text.slugify(release.headline)
    return _free_slug(after["headline"], now, but=release.id) if follows or not written else written


def _free_slug(headline: str, now: datetime, *, but: int | None = None) -> str:
    """The headline as an address; with a number when a draft, or a release of this year, has it."""
    year = rules.year_of(now, setting("time_zone"))
    slug = text.slugify(headline)
    candidates = itertools.chain((slug,), (_numbered(slug, n) for n in itertools.count(2)))
    return next(each for each in candidates if queries.slug_is_free(each, year, but=but, drafts=True))


def _numbered(slug: str, n: int) -> str:
    """*slug* with a number, no longer than an address may be."""
    return f"{slug[: text.SLUG_LENGTH - len(str(n)) - 1].rstrip('-')}-{n}"


def _check_slug_free(slug: str, year: int, *, but: int) -> None:
    """An address belongs to one release.

    Raises:
        RefusedError: another release of *year* has it.
    """
    if not queries.slug_is_free(slug, year, but=but):
        sentence = f"Another release of {year} has the address “{slug}”. Write another one."
        raise RefusedError(Problem("slug", sentence))


def _set_time(release: Release, at: datetime) -> None:
    """Set the one instant, and the year in the address that follows from it."""
    rules.check_complete(headline=release.headline, body=release.body, slug=release.slug)
    year = rules.year_of(at, setting("time_zone"))
    _check_slug_free(release.slug, year, but=release.id)
    release.public_from, release.year = at, year


def _arranged(rows: Iterable[Attached], ids: Sequence[int]) -> list[Attached]:
    kept = sorted((row for row in rows if row.id in ids), key=lambda row: ids.index(row.id))
    for position, row in enumerate(kept):
        row.position = position
    return kept


def _renew_pictures(release: Release, now: datetime) -> None:
    """The embargo line is written into the renditions: have them made again."""
    media.renew((picture.asset for picture in release.pictures), now=now)


def _render(release: Release) -> None:
    release.body_html = typeset.body_html(release.body or "")
    release.notes_html = text.to_html(release.notes or "")


def _saved(
    release: Release,
    action: str,
    *,
    by: Actor | None,
    now: datetime,
    note: str = "",
    changes: Mapping[str, Collection[Any]] | None = None,
) -> None:
    """After a change: its instant, revision, audit line, and the index, now and when time makes it public."""
    release.updated_at = now
    db.session.flush()
    db.session.add(_revision(release, by=by, now=now, note=note or action))
    db.session.flush()
    shown = {name: [_audited(value) for value in pair] for name, pair in (changes or {}).items()}
    audit.record(by, action, KIND, release.id, release.headline, changes=shown, now=now)
    search.enqueue(KIND, release.id, due=now)
    if release.public_from is not None and release.public_from > now:
        search.enqueue(KIND, release.id, due=release.public_from)


def _revision(release: Release, *, by: Actor | None, now: datetime, note: str) -> ReleaseRevision:
    last = db.session.scalar(select(func.max(ReleaseRevision.number)).where(ReleaseRevision.release_id == release.id))
    fields = {name: _plain(getattr(release, name)) for name in (*EDITABLE, *STANDING)}
    fields["pictures"] = [picture.asset_id for picture in release.pictures]
    fields["files"] = [file.asset_id for file in release.files]
    return ReleaseRevision(
        release_id=release.id,
        number=(last or 0) + 1,
        at=now,
        author_id=by.id if by else None,
        author_name=by.name if by else "",
        note=note[:500],
        fields=fields,
    )


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _audited(value: Any) -> Any:
    """A value for the audit line: long texts shortened, with their length."""
    value = _plain(value)
    if isinstance(value, str) and len(value) > AUDITED_CHARACTERS:
        return f"{value[:AUDITED_CHARACTERS]}… ({len(value):,} characters)"
    return value
