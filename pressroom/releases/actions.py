"""Verbs. Each changes the row, keeps a revision, writes an audit line, queues the index; the edge commits."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import uuid4

from sqlalchemy import delete

from pressroom import audit, search
from pressroom.audit import Actor
from pressroom.kit import text
from pressroom.kit.db import db
from pressroom.kit.settings import setting
from pressroom.media import actions as media
from pressroom.media.models import Asset
from pressroom.media.rules import Kind
from pressroom.releases import choosing, following, queries, revisions, rules, saves, typeset
from pressroom.releases.choosing import CHOSEN
from pressroom.releases.models import (
    Correction,
    FormerAddress,
    OldAddress,
    Release,
    ReleaseFile,
    ReleasePicture,
    ReleaseRevision,
)
from pressroom.releases.revisions import EDITABLE, STANDING
from pressroom.releases.rules import Problem, RefusedError, Review

KIND = "release"
Attached = TypeVar("Attached", ReleasePicture, ReleaseFile)

IMPORT = "import"  # who signs for the text of another site
AUDITED_CHARACTERS = 300  # of a long text; the revision keeps all of it


def create(*, by: Actor | None, now: datetime, uid: str | None = None, note: str = "", **fields: Any) -> Release:
    """A new draft.

    Args:
        by: who writes (``.id``, ``.name``), or None for a command.
        now: the instant.
        uid: a UUID by which a form that is sent twice is known; a new one when None.
        note: what the editor says about this save, for colleagues.
        fields: of :data:`EDITABLE`; ``headline`` and ``kind`` are needed, an empty ``slug`` follows the
            headline; boilerplates and contacts that are not given are the standard ones.

    Raises:
        RefusedError: a field is over its limit or malformed, or there is no headline.
    """
    release = _begun(fields, by=by, now=now, uid=uid or str(uuid4()))
    _saved(release, "create", by=by, now=now, note=note)
    return release


def bring_in(
    *,
    by: Actor | None,
    now: datetime,
    at: datetime | None,
    changed_at: datetime | None = None,
    author_name: str = "",
    corrections: Iterable[tuple[datetime, str]] = (),
    old_paths: Iterable[str] = (),
    note: str = "",
    **fields: Any,
) -> Release:
    """A release of another site, public since it was public there, or from then on; never under embargo.

    Its one revision is signed by the import, and its date of change is that of the other site: readers of feeds are
    not told of something old as if it were new.

    Args:
        by: who imports; stands in the audit.
        at: when it is or was public; None makes a draft.
        changed_at: when its text was changed last; *at* when None.
        author_name: who wrote it.
        corrections: public notes, each with its instant.
        old_paths: where the other site had it; unknown addresses lead here from there.
        note: where it comes from.
        fields: as :func:`create` takes them; boilerplates and contacts are none unless they are given.

    Raises:
        RefusedError: what :func:`create` refuses; its address is taken; it lacks text; or *at* lies ahead and it would
            need an approval.
    """
    ends_as_it_did = {"boilerplates": (), "contacts": ()}
    release = _begun(ends_as_it_did | fields, by=None, now=now, uid=str(uuid4()))
    release.author_name = author_name
    release.updated_at = changed_at or min(at or now, now)
    if at is not None:
        if at > now:
            rules.check_approved(release.review, second_person=setting("release_approval"))
        with db.session.no_autoflush:  # one INSERT, with its time
            _set_time(release, at)
    for moment, words in sorted(corrections, reverse=True):
        release.corrections.append(Correction(at=moment, note=text.clean(words).strip()))
        release.corrected_at = max(release.corrected_at or moment, moment)
        release.updated_at = max(release.updated_at, moment)
    db.session.flush()
    revision = _revision(release, "import", by=None, now=now, note=note)
    revision.author_name = IMPORT
    db.session.add_all([revision, *(OldAddress(release_id=release.id, path=path) for path in old_paths)])
    db.session.flush()
    audit.record(by, "import", KIND, release.id, release.headline, now=now)
    _queue(release, now)
    return release


def take_back(release: Release, *, by: Actor | None, now: datetime) -> None:
    """Delete a release that was brought in and that nobody touched since; the database refuses it for any other.

    Raises:
        RefusedError: somebody changed it, or writes on it, or tied something to it, such as coverage.
    """
    only = queries.last_revision(release.id)
    if only is None or only.number != 1 or only.act != "import":
        raise RefusedError(Problem("", "Somebody changed it since, so it stays."))
    if queries.is_written_on(release.uid):
        raise RefusedError(Problem("", "Somebody writes on it and has not saved yet, so it stays."))
    if queries.is_tied(release.id):
        raise RefusedError(Problem("", "Something else of the press room belongs to it, so it stays."))
    if queries.is_pointed_at(release.id):
        raise RefusedError(Problem("", "Another release has it among its related items, so it stays."))
    number, headline = release.id, release.headline
    db.session.execute(delete(Release).where(Release.id == number).execution_options(synchronize_session=False))
    db.session.expunge(release)
    audit.record(by, "take back", KIND, number, headline, now=now)
    search.enqueue(KIND, number, due=now)


def _begun(fields: dict[str, Any], *, by: Actor | None, now: datetime, uid: str) -> Release:
    """A draft with these fields, added and not yet saved."""
    if sentence := rules.uid_problem(uid):
        raise RefusedError(Problem("", sentence))
    _check_names(fields)
    rules.check_fields(fields)
    rules.check_named(fields.get("headline", ""))
    if not {"boilerplates", "contacts"} <= fields.keys():
        fields = choosing.standard() | fields
    choosing.check(fields, but=None)
    release = Release(
        uid=uid,
        author_id=by.id if by else None,
        author_name=by.name if by else "",
        edited_by_id=by.id if by else None,
        created_at=now,
        updated_at=now,
        zone=setting("time_zone"),
        **{name: value for name, value in fields.items() if name not in CHOSEN},
    )
    release.slug = release.slug or _free_slug(release.headline, now)
    _render(release)
    db.session.add(release)
    for name in CHOSEN:
        choosing.put(release, name, fields.get(name) or ())
    return release


def edit(
    release: Release, *, by: Actor | None, now: datetime, note: str = "", **fields: Any
) -> dict[str, tuple[Any, Any]]:
    """Change what is given in *fields*. What is public shows the change, and its date, at once.

    A public release may move to another address; the old one leads to it.

    *note* is what the editor says about this save, for colleagues.

    Gives what changed, as name → (before, after). When nothing does, nothing is written.

    Raises:
        RefusedError: a field is over its limit, the address is or was that of another release, the release was
            withdrawn, or what is out would lose its headline, text or address.
    """
    changes = _apply(release, fields, now=now)
    if changes:
        changes |= _changed(release, by=by, now=now)
        _saved(release, "edit", by=by, now=now, note=note, changes=changes)
    return changes


def publish(release: Release, *, by: Actor | None, now: datetime, note: str = "") -> None:
    """Make it public at *now*; a scheduled or embargoed one early, for everybody.

    Raises:
        RefusedError: it is or was public, it lacks headline, text or address, its address is taken, or it needs
            an approval.
    """
    rules.check_publish(release.state(now))
    rules.check_approved(release.review, second_person=setting("release_approval"))
    _set_time(release, now)
    _renew_pictures(release, now)
    _saved(release, "publish", by=by, now=now, note=note)


def schedule(
    release: Release,
    *,
    by: Actor | None,
    now: datetime,
    at: datetime,
    embargoed: bool = False,
    zone: str | None = None,
    note: str = "",
    by_rule: bool = False,
) -> None:
    """Let it become public at *at*, with no further act. Called again, it moves the time.

    Args:
        at: the instant; after *now*.
        embargoed: an embargo, and not only a plan.
        zone: the zone in which the time was given, and is shown on the desk; the organisation's when None.
        by_rule: the schedule says so that it follows, and not a person.

    Raises:
        RefusedError: *at* is not in the future, a schedule sets its time, or what :func:`publish` refuses.
    """
    rules.check_schedule(release.state(now), at, now)
    if not by_rule:
        rules.check_free_of_rule(following.of(release.id))
    rules.check_approved(release.review, second_person=setting("release_approval"))
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
    _saved(release, "embargo" if embargoed else "schedule", by=by, now=now, note=note, changes=changes)


def submit(release: Release, *, by: Actor | None, now: datetime, note: str = "") -> None:
    """Send a draft for review; *note* says to whoever reads it what to look at.

    Raises:
        RefusedError: it is no draft, or it lacks headline, text or address.
    """
    rules.check_submit(release.state(now))
    rules.check_complete(headline=release.headline, body=release.body, slug=release.slug)
    _review(release, "submit", Review.WAITING, by=by, now=now, note=note)


def approve(release: Release, *, by: Actor, now: datetime, note: str = "") -> None:
    """Approve what waits for review, as somebody who neither wrote it nor changed it last.

    Raises:
        RefusedError: it does not wait for review, or *by* had a hand in it.
    """
    rules.check_approve(release.state(now), by=by.id, author=release.author_id, editor=release.edited_by_id)
    rules.check_complete(headline=release.headline, body=release.body, slug=release.slug)
    _review(release, "approve", Review.APPROVED, by=by, now=now, note=note)


def send_back(release: Release, *, by: Actor | None, now: datetime, note: str) -> None:
    """Make a draft of what waits for review or is approved; *note* says what to change.

    Raises:
        RefusedError: it neither waits for review nor is approved, or the note is empty or too long.
    """
    rules.check_return(release.state(now), note)
    _review(release, "return", Review.NONE, by=by, now=now, note=note)


def hold(release: Release, *, by: Actor | None, now: datetime, note: str = "") -> None:
    """Take the time of a scheduled or embargoed release away: it is a draft again.

    Raises:
        RefusedError: it waits for no time, or it is public.
    """
    rules.check_hold(release.state(now))
    before = release.public_from
    _take_time(release)
    _renew_pictures(release, now)
    _saved(release, "hold", by=by, now=now, note=note, changes={"public_from": (before, None)})


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
    changes |= _changed(release, by=by, now=now)
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


def add_picture(release: Release, asset: Asset, *, by: Actor | None, now: datetime, note: str = "") -> ReleasePicture:
    """Show *asset* with the release, after the pictures that it has.

    Raises:
        RefusedError: the release was withdrawn.
    """
    rules.check_editable(release.state(now))
    last = max((picture.position for picture in release.pictures), default=-1)
    picture = ReleasePicture(asset=asset, position=last + 1)
    release.pictures.append(picture)
    _renew_pictures(release, now)
    changes = {"picture": (None, asset.name), **_changed(release, by=by, now=now)}
    _saved(release, "add picture", by=by, now=now, note=note, changes=changes)
    return picture


def arrange_pictures(
    release: Release,
    *,
    by: Actor | None,
    now: datetime,
    lead: int | None = None,
    without: Collection[int] = (),
    note: str = "",
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
    changes = {"pictures": (before, after), **_changed(release, by=by, now=now)}
    _saved(release, "arrange pictures", by=by, now=now, note=note, changes=changes)


def restore(
    release: Release, revision: ReleaseRevision, *, by: Actor | None, now: datetime
) -> dict[str, tuple[Any, Any]]:
    """Bring back what people wrote in *revision*, and its pictures; a new revision is kept of it.

    What follows from the verbs stays as it is: uid, instants, embargo, corrections; and the address, once a time is
    set. Gives what changed, as name → (before, after). When nothing does, nothing is written.

    Raises:
        RefusedError: what :func:`edit` refuses.
    """
    fields = choosing.there(revisions.written(revision.fields))
    if release.year is not None:
        fields["slug"] = release.slug
    changes = _apply(release, fields, now=now)
    before = [picture.asset_id for picture in release.pictures]
    after = _show_pictures(release, revision.fields.get("pictures", before))
    if before != after:
        changes["pictures"] = (before, after)
    if changes:
        changes |= _changed(release, by=by, now=now)
        _saved(release, "restore", by=by, now=now, note=f"Version {revision.number}", changes=changes)
    return changes


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
        changes = {"files": (None, ", ".join(names)), **_changed(release, by=by, now=now)}
        _saved(release, "attach", by=by, now=now, changes=changes)
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
    changes = {"files": (before, after), **_changed(release, by=by, now=now)}
    _saved(release, "arrange files", by=by, now=now, changes=changes)


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
    choosing.check(after, but=release)
    if standing.is_draft:
        rules.check_named(after["headline"])
        after["slug"] = _draft_slug(release, after, now)
    else:
        rules.check_complete(headline=after["headline"], body=after["body"], slug=after["slug"])
    if after["slug"] != release.slug and release.year is not None:
        _check_slug_free(after["slug"], release.year, but=release.id)
        if standing.is_out:
            _leave_address(release, now)
    changes = {name: (old, new) for name, new in after.items() if (old := getattr(release, name)) != new}
    for name, (_old, new) in changes.items():
        if name in CHOSEN:
            choosing.put(release, name, new)
        else:
            setattr(release, name, new)
    if changes:
        _render(release)
    return changes


def _changed(release: Release, *, by: Actor | None, now: datetime) -> dict[str, tuple[Any, Any]]:
    """After a change of text or pictures: who made it, and what it does to the approval and to the time.

    Gives what that changed, as name → (before, after).
    """
    release.edited_by_id = by.id if by else None
    before = {"review": release.review, "public_from": release.public_from}
    review, keeps_time = rules.after_change(
        release.state(now), release.review, second_person=setting("release_approval")
    )
    if review is not release.review:
        release.review, release.review_at, release.review_by_name = review, now, by.name if by else ""
        release.review_note = ""
    if not keeps_time:
        _take_time(release)
        _renew_pictures(release, now)
    return {name: (old, new) for name, old in before.items() if (new := getattr(release, name)) != old}


def _review(release: Release, act: str, review: Review, *, by: Actor | None, now: datetime, note: str) -> None:
    before = release.review
    release.review, release.review_at, release.review_by_name = review, now, by.name if by else ""
    release.review_note = text.clean(note).strip()
    _saved(release, act, by=by, now=now, note=note, changes={"review": (before, review)})


def _take_time(release: Release) -> None:
    release.public_from = release.year = None
    release.embargoed = False


def _leave_address(release: Release, now: datetime) -> None:
    """What was public at an address is found from there for ever."""
    assert release.year is not None
    if not queries.has_left(release.id, release.year, release.slug):
        db.session.add(FormerAddress(release_id=release.id, year=release.year, slug=release.slug, left_at=now))


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
    slug = f"release-{slug}" if rules.is_month(slug) else slug
    candidates = itertools.chain((slug,), (rules.numbered(slug, n) for n in itertools.count(2)))
    return next(each for each in candidates if queries.slug_is_free(each, year, but=but, drafts=True))


def _check_slug_free(slug: str, year: int, *, but: int) -> None:
    """An address belongs to one release, also when it has moved on.

    Raises:
        RefusedError: another release of *year* has it, or was public there.
    """
    if not queries.slug_is_free(slug, year, but=but):
        sentence = f"Another release of {year} has the address “{slug}”, or had it. Write another one."
        raise RefusedError(Problem("slug", sentence))


def _set_time(release: Release, at: datetime) -> None:
    """Set the one instant, and the year in the address that follows from it."""
    rules.check_complete(headline=release.headline, body=release.body, slug=release.slug)
    year = rules.year_of(at, setting("time_zone"))
    _check_slug_free(release.slug, year, but=release.id)
    release.public_from, release.year = at, year


def _show_pictures(release: Release, wanted: list[int]) -> list[int]:
    """Show just the pictures *wanted*, ids of assets in their order; gives those that there still are."""
    there = {picture.asset_id: picture for picture in release.pictures}
    stored = {asset.id: asset for asset in queries.assets(set(wanted) - there.keys())}
    there |= {number: ReleasePicture(asset_id=number, asset=asset) for number, asset in stored.items()}
    shown = [there[number] for number in wanted if number in there]
    for position, picture in enumerate(shown):
        picture.position = position
    release.pictures[:] = shown
    return [picture.asset_id for picture in shown]


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
    revision = _revision(release, action, by=by, now=now, note=note)
    db.session.add(revision)
    db.session.flush()
    shown = {name: [_audited(value) for value in pair] for name, pair in (changes or {}).items()}
    audit.record(by, action, KIND, release.id, release.headline, changes=shown, now=now)
    _queue(release, now)
    saves.tell(release, revision, by=by, now=now)


def _queue(release: Release, now: datetime) -> None:
    """Have the index read it now, and again when time makes it public."""
    search.enqueue(KIND, release.id, due=now)
    if release.public_from is not None and release.public_from > now:
        search.enqueue(KIND, release.id, due=release.public_from)


def _revision(release: Release, act: str, *, by: Actor | None, now: datetime, note: str) -> ReleaseRevision:
    last = queries.last_revision(release.id)
    fields = {name: revisions.plain(getattr(release, name)) for name in (*EDITABLE, *STANDING)}
    fields["pictures"] = [picture.asset_id for picture in release.pictures]
    fields["files"] = [file.asset_id for file in release.files]
    return ReleaseRevision(
        release_id=release.id,
        number=last.number + 1 if last else 1,
        at=now,
        author_id=by.id if by else None,
        author_name=by.name if by else "",
        act=act,
        note=text.clean(note).strip()[:500],
        changed=revisions.changed(last.fields, fields) if last else [],
        fields=fields,
    )


def _audited(value: Any) -> Any:
    """A value for the audit line: long texts shortened, with their length."""
    value = revisions.plain(value)
    if isinstance(value, str) and len(value) > AUDITED_CHARACTERS:
        return f"{value[:AUDITED_CHARACTERS]}… ({len(value):,} characters)"
    return value
