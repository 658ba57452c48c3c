"""Files of a webcast on their way in, and out: each is looked at, kept, and put where it belongs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any

from pressroom.audit import Actor
from pressroom.kit.settings import setting
from pressroom.media import actions as media
from pressroom.media import captions, intake
from pressroom.media.models import Asset
from pressroom.media.rules import Kind, MediaError, NoRoomError, check_size, limit_name
from pressroom.releases import languages
from pressroom.webcasts import rules
from pressroom.webcasts.models import Webcast, WebcastQuality, WebcastSubtitles
from pressroom.webcasts.rules import Many, Slot, WebcastError


@dataclass(frozen=True)
class Upload:
    """A file for a webcast.

    Attributes:
        described: what ``media.actions.store`` takes beside it.
        language: of subtitles.
        label: what the player calls them, if not by their language.
    """

    slot: Slot | Many
    file: IO[bytes]
    name: str
    described: Mapping[str, Any] = field(default_factory=dict)
    language: str = ""
    label: str = ""


@dataclass(frozen=True)
class Removal:
    """What is taken out: slots that are emptied, and rows of the lists by number. The files stay in the library."""

    slots: Collection[Slot] = ()
    subtitles: Collection[int] = ()
    qualities: Collection[int] = ()


def take_out(webcast: Webcast, removal: Removal) -> None:
    """Do without the files that *removal* names."""
    for slot in removal.slots:
        _fill(webcast, slot, None)
    webcast.subtitles = [row for row in webcast.subtitles if row.id not in removal.subtitles]
    webcast.qualities = [row for row in webcast.qualities if row.id not in removal.qualities]


def take_in(webcast: Webcast, uploads: Sequence[Upload], by: Actor | None, now: datetime) -> None:
    """Store the files; all that are wrong are told of at once.

    Raises:
        WebcastError: some are not taken, or do not fit together.
    """
    problems: dict[str, list[str]] = {}
    status = 422
    for upload in uploads:
        try:
            cues = _checked(upload)
            asset = media.store(upload.file, by=by, now=now, name=upload.name, **upload.described)
        except MediaError as error:
            problems.setdefault(upload.slot, []).append(_said(error, upload))
            status = 507 if isinstance(error, NoRoomError) else status
        except WebcastError as error:
            problems |= {name: list(sentences) for name, sentences in error.problems.items()}
        else:
            _put(webcast, upload, asset, cues)
    if problems:
        raise WebcastError(problems, status=status)
    fit(webcast)


def fit(webcast: Webcast) -> None:
    """Refuse files that do not fit together.

    Raises:
        WebcastError: subtitles in the language that is spoken; a quality of nothing.
    """
    rules.refuse_languages(webcast.language or setting("language"), [row.language for row in webcast.subtitles])
    kinds = [row.asset.kind for row in webcast.qualities if row.asset is not None]
    rules.refuse_qualities(webcast.recording.kind if webcast.recording else None, kinds)


def named(webcast: Webcast) -> dict[str, Any]:
    """The files of *webcast* as the audit names them; with their numbers, as another may come under the same name."""
    return {
        **{f"{slot}_id": getattr(webcast, f"{slot}_id") for slot in Slot},
        Many.SUBTITLES: [f"{row.language}: {_called(row.asset)}" for row in webcast.subtitles],
        Many.QUALITIES: [_called(row.asset) for row in webcast.qualities],
    }


def _called(asset: Asset | None) -> str:
    return f"{asset.name} ({asset.id})" if asset else ""


def _said(error: MediaError, upload: Upload) -> str:
    """With the name of the file where several may come at once."""
    return f"{upload.name}: {error}" if upload.slot is Many.QUALITIES else str(error)


def _checked(upload: Upload) -> list[dict[str, Any]]:
    """The cues of a file of captions; none of any other, which is one for its slot."""
    try:
        found = intake.type_of(upload.file)
        fits = found.kind in rules.KINDS[upload.slot] and (found.inline or upload.slot is not Slot.POSTER)
    except NoRoomError:
        raise
    except MediaError:
        if Kind.CAPTIONS not in rules.KINDS[upload.slot]:
            raise
        fits = False
    if not fits:
        raise WebcastError({upload.slot: [rules.WANTED[upload.slot]]})
    return _cues(upload) if found.kind is Kind.CAPTIONS else []


def _cues(upload: Upload) -> list[dict[str, Any]]:
    """Cues that neither overlap nor go backward, as the column holds them. A file beyond the limit is not read."""
    check_size(Kind.CAPTIONS, upload.file.seek(0, 2), setting(limit_name(Kind.CAPTIONS)))
    upload.file.seek(0)
    read = captions.read(upload.file.read())
    upload.file.seek(0)
    if read.problems:
        raise WebcastError({upload.slot: rules.first_few(read.problems)})
    return [{"start": cue.start, "voice": cue.voice, "text": cue.text} for cue in read.cues]


def _put(webcast: Webcast, upload: Upload, asset: Asset, cues: list[dict[str, Any]]) -> None:
    if upload.slot is Many.SUBTITLES:
        _put_subtitles(webcast, upload, asset, cues)
    elif upload.slot is Many.QUALITIES:
        webcast.qualities.append(WebcastQuality(asset=asset))
    else:
        _fill(webcast, Slot(upload.slot), asset)
        if upload.slot is Slot.CAPTIONS:
            webcast.cues = cues


def _put_subtitles(webcast: Webcast, upload: Upload, asset: Asset, cues: list[dict[str, Any]]) -> None:
    """What comes in a language that is there takes the place of what was."""
    there = (row for row in webcast.subtitles if languages.same(row.language, upload.language))
    row = next(there, None) or WebcastSubtitles(language=upload.language)
    row.asset, row.label, row.cues = asset, upload.label, cues
    if row not in webcast.subtitles:
        webcast.subtitles.append(row)


def _fill(webcast: Webcast, slot: Slot, asset: Asset | None) -> None:
    setattr(webcast, slot, asset)
    setattr(webcast, f"{slot}_id", asset.id if asset is not None else None)
    if slot is Slot.CAPTIONS and asset is None:
        webcast.cues = []
