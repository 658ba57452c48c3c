"""What a press on one of the editor's buttons does: the text is saved, and then one more verb."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pressroom.accounts import Permission, User
from pressroom.kit import dates
from pressroom.media import actions as media
from pressroom.media.rules import Kind, MediaError, NoRoomError
from pressroom.releases import actions, rules
from pressroom.releases.forms import ReleaseForm
from pressroom.releases.models import Release
from pressroom.releases.rules import Problem, RefusedError, State

BUTTONS = frozenset({"save", "preview", "publish", "schedule", "hold", "correct"})
ADDRESS_TAKEN = RefusedError(Problem("slug", "Another release was just given this address. Write another one."))


def needed(do: str, standing: State) -> Permission:
    """What somebody must be allowed to, to do this to a release that stands there."""
    return Permission.WRITE if do in {"save", "preview"} and standing is State.DRAFT else Permission.PUBLISH


def act(do: str, release: Release | None, form: ReleaseForm, *, by: User, now: datetime) -> tuple[Release, str]:
    """Do what the button *do* says; gives the release and a sentence about what was done.

    Args:
        do: ``save``, ``publish``, ``schedule``, ``hold`` or ``correct``.
        release: the one that is edited; None makes a new one.
        form: a form that validates.

    Raises:
        RefusedError: a rule forbids it. The caller rolls back.
    """
    standing = release.state(now) if release else State.DRAFT
    rules.check_time_heeded(do, standing, form.time_changed)
    _check_picture_chosen(form)
    if do == "correct":
        rules.check_correct(standing, form.correction.data or "")
        assert release is not None
        actions.correct(release, by=by, now=now, note=form.correction.data or "", **form.fields())
        _pictures(release, form, by=by, now=now)
        return release, "The correction is public, with its note above the text."
    release = _saved(release, form, by=by, now=now)
    _pictures(release, form, by=by, now=now)
    return release, _VERBS.get(do, _keep)(release, form, by, now)


def _saved(release: Release | None, form: ReleaseForm, *, by: User, now: datetime) -> Release:
    if release is None:
        return actions.create(by=by, now=now, uid=form.uid.data, **form.fields())
    actions.edit(release, by=by, now=now, **form.fields())
    return release


def _check_picture_chosen(form: ReleaseForm) -> None:
    if any(form.picture_words().values()) and not form.picture.data:
        raise RefusedError(Problem("picture", "Choose the picture that this describes."))


def _pictures(release: Release, form: ReleaseForm, *, by: User, now: datetime) -> None:
    ids = {str(picture.id): picture.id for picture in release.pictures}
    actions.arrange_pictures(
        release,
        by=by,
        now=now,
        lead=ids.get(form.lead.data or ""),
        without=[ids[chosen] for chosen in form.without.data or [] if chosen in ids],
    )
    upload = form.picture.data
    if not upload:
        return
    try:
        asset = media.store(
            upload.stream,
            kinds=(Kind.PICTURE,),
            wanted="This is no picture. Choose a JPEG, PNG, WebP, AVIF or TIFF file.",
            by=by,
            now=now,
            name=upload.filename or "picture",
            **form.picture_words(),
        )
    except NoRoomError as error:
        raise rules.NoRoomError(Problem("picture", str(error))) from None
    except MediaError as error:
        raise RefusedError(Problem("picture", str(error))) from None
    actions.add_picture(release, asset, by=by, now=now)


def _keep(release: Release, form: ReleaseForm, by: User, now: datetime) -> str:
    """Saving a release that waits moves its time as well, when the time was changed."""
    if not release.state(now).waits:
        return "Saved. The change is public." if release.state(now).is_out else "Saved as a draft."
    return _schedule(release, form, by, now) if form.time_changed else f"Saved. {_waiting(release)}."


def _publish(release: Release, _form: ReleaseForm, by: User, now: datetime) -> str:
    actions.publish(release, by=by, now=now)
    return "Published."


def _schedule(release: Release, form: ReleaseForm, by: User, now: datetime) -> str:
    try:
        at = form.instant()
    except dates.WallTimeError as error:
        raise RefusedError(Problem("day", str(error))) from None
    zone = form.zone.data
    actions.schedule(release, by=by, now=now, at=at, embargoed=bool(form.embargoed.data), zone=zone)
    return f"Saved. {_waiting(release)}."


def _waiting(release: Release) -> str:
    assert release.public_from is not None
    how = "Under embargo until" if release.embargoed else "Scheduled for"
    return f"{how} {dates.moment(release.public_from, release.zone)}"


def _hold(release: Release, _form: ReleaseForm, by: User, now: datetime) -> str:
    actions.hold(release, by=by, now=now)
    return "The time was taken away: this is a draft again."


_VERBS: dict[str, Callable[[Release, ReleaseForm, User, datetime], str]] = {
    "publish": _publish,
    "schedule": _schedule,
    "hold": _hold,
}
