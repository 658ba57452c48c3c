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

BUTTONS = frozenset({"save", "preview", "submit", "publish", "schedule", "hold", "correct"})
ADDRESS_TAKEN = RefusedError(Problem("slug", "Another release was just given this address. Write another one."))


def needed(do: str, standing: State) -> Permission:
    """What somebody must be allowed to, to do this to a release that stands there."""
    return Permission.WRITE if do in {"save", "preview", "submit"} and standing.is_draft else Permission.PUBLISH


def act(do: str, release: Release | None, form: ReleaseForm, *, by: User, now: datetime) -> tuple[Release, str]:
    """Do what the button *do* says; gives the release and a sentence about what was done.

    Args:
        do: ``save``, ``submit``, ``publish``, ``schedule``, ``hold`` or ``correct``.
        release: the one that is edited; None makes a new one.
        form: a form that validates.

    Raises:
        RefusedError: a rule forbids it. The caller rolls back.
    """
    standing = release.state(now) if release else State.DRAFT
    address = release.address if release else ""
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
    if standing.is_out and release.address != address:
        return release, f"Saved. The change is public, at {release.address}; the old address leads there."
    if standing.waits and not release.state(now).waits:
        return release, _approval_lost(form)
    return release, _VERBS.get(do, _keep)(release, form, by, now)


def _approval_lost(form: ReleaseForm) -> str:
    """The change took the time away with the approval; a new time that was typed is not dropped without a word."""
    if form.time_changed:
        sentence = (
            "A change of text or pictures takes the approval away, and the time with it, so a new time cannot be kept. "
            "Put the time back as it was and save, or save the time alone."
        )
        raise RefusedError(Problem("day", sentence))
    return "Saved. The change took the approval away, and the time with it: this release waits for review again."


def _saved(release: Release | None, form: ReleaseForm, *, by: User, now: datetime) -> Release:
    if release is None:
        return actions.create(by=by, now=now, uid=form.uid.data, note=_note(form), **form.fields())
    actions.edit(release, by=by, now=now, note=_note(form), **form.fields())
    return release


def _note(form: ReleaseForm) -> str:
    return form.note.data or ""


def _check_picture_chosen(form: ReleaseForm) -> None:
    if any(form.picture_words().values()) and not form.picture.data:
        raise RefusedError(Problem("picture", "Choose the picture that this describes."))


def _pictures(release: Release, form: ReleaseForm, *, by: User, now: datetime) -> None:
    ids = {str(picture.id): picture.id for picture in release.pictures}
    actions.arrange_pictures(
        release,
        by=by,
        now=now,
        note=_note(form),
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
    actions.add_picture(release, asset, by=by, now=now, note=_note(form))


def _keep(release: Release, form: ReleaseForm, by: User, now: datetime) -> str:
    """Saving a release that waits moves its time as well, when the time was changed."""
    if release.updated_at != now and not form.time_changed:
        return "Nothing was changed, so nothing was saved."
    standing = release.state(now)
    if standing is State.IN_REVIEW and release.review_at == now:
        return "Saved. The change took the approval away: this release waits for review again."
    if not standing.waits:
        return "Saved. The change is public." if standing.is_out else _DRAFTS[standing]
    return _schedule(release, form, by, now) if form.time_changed else f"Saved. {_waiting(release)}"


def _submit(release: Release, form: ReleaseForm, by: User, now: datetime) -> str:
    actions.submit(release, by=by, now=now, note=_note(form))
    return "Saved and sent for review."


def _publish(release: Release, form: ReleaseForm, by: User, now: datetime) -> str:
    actions.publish(release, by=by, now=now, note=_note(form))
    return "Published."


def _schedule(release: Release, form: ReleaseForm, by: User, now: datetime) -> str:
    try:
        at = form.instant()
    except dates.WallTimeError as error:
        raise RefusedError(Problem("day", str(error))) from None
    embargoed, zone = bool(form.embargoed.data), form.zone.data
    actions.schedule(release, by=by, now=now, at=at, embargoed=embargoed, zone=zone, note=_note(form))
    return f"Saved. {_waiting(release)}"


def _waiting(release: Release) -> str:
    assert release.public_from is not None
    how = "Under embargo until" if release.embargoed else "Scheduled for"
    warning = dates.disagreement(release.public_from)
    return f"{how} {dates.moment(release.public_from, release.zone)}" + (f". {warning}" if warning else ".")


def _hold(release: Release, form: ReleaseForm, by: User, now: datetime) -> str:
    actions.hold(release, by=by, now=now, note=_note(form))
    return "The time was taken away: this is a draft again."


_DRAFTS = {
    State.DRAFT: "Saved as a draft.",
    State.IN_REVIEW: "Saved. It waits for review.",
    State.APPROVED: "Saved. It is approved.",
}
_VERBS: dict[str, Callable[[Release, ReleaseForm, User, datetime], str]] = {
    "submit": _submit,
    "publish": _publish,
    "schedule": _schedule,
    "hold": _hold,
}
