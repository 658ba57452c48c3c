"""What a webcast is at an instant, and what it needs before the public may have it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlsplit

from pressroom.media.rules import Kind
from pressroom.releases import languages

Problems = Mapping[str, Sequence[str]]


class WebcastError(ValueError):
    """A webcast may not be so. ``problems`` gives the sentences by field; ``""`` is the whole.

    ``status`` is that of the answer: 507 when there is no room for a file.
    """

    def __init__(self, problems: Problems, *, status: int = 422) -> None:
        self.status = status
        super().__init__(" ".join(sentence for sentences in problems.values() for sentence in sentences))
        self.problems = problems


RESERVED = frozenset({"calendar"})
"""No webcast is called so in addresses: ``/webcasts/calendar.ics`` is the calendar of them all."""


class State(StrEnum):
    """What a visitor finds. It follows from the time; nothing is switched by hand."""

    ANNOUNCED = "announced"
    LIVE = "live"
    RECORDING_TO_FOLLOW = "recording_to_follow"
    ON_DEMAND = "on_demand"


class Slot(StrEnum):
    """The files of which a webcast can have one; the column is ``<slot>_id``."""

    RECORDING = "recording"
    POSTER = "poster"
    CAPTIONS = "captions"
    SLIDES = "slides"


class Many(StrEnum):
    """The files of which a webcast can have several: the names of its lists."""

    SUBTITLES = "subtitles"
    QUALITIES = "qualities"


_WORDS = "Captions must be WebVTT, whose first line reads WEBVTT, or SubRip (.srt), as subtitle tools save them."

KINDS: Mapping[Slot | Many, Sequence[Kind]] = {
    Slot.RECORDING: (Kind.FILM, Kind.SOUND),
    Slot.POSTER: (Kind.PICTURE,),
    Slot.CAPTIONS: (Kind.CAPTIONS,),
    Slot.SLIDES: (Kind.DOCUMENT,),
    Many.SUBTITLES: (Kind.CAPTIONS,),
    Many.QUALITIES: (Kind.FILM, Kind.SOUND),
}

WANTED: Mapping[Slot | Many, str] = {
    Slot.RECORDING: "The recording is a film (WebM, MP4, Ogg) or a sound file (MP3, M4A, Ogg, WAV, FLAC).",
    Slot.POSTER: "The still picture is a JPEG, a PNG, a WebP or an AVIF.",
    Slot.CAPTIONS: _WORDS,
    Slot.SLIDES: "Slides are a PDF, or a PowerPoint or OpenDocument file.",
    Many.SUBTITLES: _WORDS,
    Many.QUALITIES: "A further quality is a film or a sound file, as the recording is.",
}

MOST_SUBTITLES = 20
MOST_QUALITIES = 6


WORDLESS = (
    "Add captions or a transcript: a recording is not published without its words. Send a .vtt or .srt file under "
    "Captions, or write under Transcript what is said."
)


class Timed(Protocol):
    """What decisions need to know of a webcast."""

    @property
    def public_from(self) -> datetime | None: ...
    @property
    def withdrawn_at(self) -> datetime | None: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...
    @property
    def has_recording(self) -> bool: ...
    @property
    def has_own_recording(self) -> bool: ...
    @property
    def has_words(self) -> bool: ...


def state(webcast: Timed, now: datetime) -> State:
    """What *webcast* is at *now*.

    A recording in the press room's own keeping ends the event as soon as it is there. An address elsewhere is
    where the event is watched, until it is over. A recording without words is not offered (WCAG 2.2, 1.2.2).
    """
    if now < webcast.starts_at:
        return State.ANNOUNCED
    if webcast.has_own_recording and webcast.has_words:
        return State.ON_DEMAND
    if now < webcast.ends_at:
        return State.LIVE
    return State.ON_DEMAND if webcast.has_recording and webcast.has_words else State.RECORDING_TO_FOLLOW


def problems_when_public(webcast: Timed, at: datetime) -> Problems:
    """Why *webcast* may not be public from *at* on; empty when it may."""
    found: dict[str, list[str]] = {}
    over = webcast.ends_at <= at
    if not webcast.has_words and (webcast.has_own_recording or (webcast.has_recording and over)):
        found["captions"] = [WORDLESS]
    if webcast.has_own_recording and webcast.starts_at > at:
        found["recording"] = [
            "The recording would be public before the webcast begins. Correct the time, or take it out."
        ]
    return found


def refuse_languages(spoken: str, others: Sequence[str]) -> None:
    """Raise unless the captions in *others* are in other languages than the one that is *spoken*.

    Raises:
        WebcastError: with a sentence for the field.
    """
    if any(languages.same(tag, spoken) for tag in others):
        sentence = f"{spoken} is the language that is spoken. Send these as the captions, or say another language."
    elif len(others) > MOST_SUBTITLES:
        sentence = f"There can be captions in {MOST_SUBTITLES} further languages; take one out first."
    else:
        return
    raise WebcastError({"subtitles_language": [sentence]})


def refuse_qualities(recording: Kind | None, qualities: Sequence[Kind]) -> None:
    """Raise unless *qualities* may stand beside the recording.

    Args:
        recording: what it is; None without one.
        qualities: what each of them is.

    Raises:
        WebcastError: with a sentence for the field.
    """
    if qualities and recording is None:
        sentence = "Send the recording itself as well, or take its further qualities out."
    elif any(kind is not recording for kind in qualities):
        sentence = "A further quality of a film is a film, and one of a sound file is a sound file."
    elif len(qualities) > MOST_QUALITIES:
        sentence = f"There can be {MOST_QUALITIES} further qualities; take one out first."
    else:
        return
    raise WebcastError({Many.QUALITIES: [sentence]})


def refuse_publishing(webcast: Timed, at: datetime, now: datetime) -> None:
    """Raise unless *webcast* may become public at *at*, decided at *now*.

    Raises:
        WebcastError: with the reasons by field.
    """
    if webcast.withdrawn_at is not None:
        raise WebcastError({"": ["This webcast was withdrawn. Make a new one that refers to it."]})
    if webcast.public_from is not None and webcast.public_from <= now:
        raise WebcastError({"": ["This webcast is public already."]})
    if at < now:
        raise WebcastError({"day": ["That time has passed. Give one in the future, or publish now."]})
    if problems := problems_when_public(webcast, at):
        raise WebcastError(problems)


def refuse_withdrawing(webcast: Timed, reason: str, now: datetime) -> None:
    """Raise unless *webcast* may be withdrawn at *now* for *reason*.

    Raises:
        WebcastError: with the reasons by field.
    """
    if webcast.public_from is None or webcast.public_from > now:
        raise WebcastError({"": ["This webcast is not public, so there is nothing to withdraw."]})
    if webcast.withdrawn_at is not None:
        raise WebcastError({"": ["This webcast was withdrawn before."]})
    if not reason.strip():
        raise WebcastError({"reason": ["Give the reason. It stands on the page in place of the webcast."]})


def check_video_url(address: str) -> None:
    """An address elsewhere is https, with a host, and no more is known of it.

    Raises:
        WebcastError: it is not.
    """
    try:
        parts = urlsplit(address)
        fine = parts.scheme == "https" and bool(parts.hostname) and not parts.username and parts.port != 0
    except ValueError:
        fine = False
    if not fine or any(c.isspace() for c in address):
        raise WebcastError({"video_url": ["Write the whole address, beginning with https://"]})


def first_few(sentences: Sequence[str], most: int = 10) -> list[str]:
    """At most *most* of *sentences*, and how many more there are."""
    rest = len(sentences) - most
    return [*sentences[:most], *([f"And {rest} more of the kind."] if rest > 0 else [])]


class Standing(StrEnum):
    """How far a webcast is on its way to the public."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PUBLIC = "public"
    WITHDRAWN = "withdrawn"


def standing(webcast: Timed, now: datetime) -> Standing:
    """Where *webcast* stands at *now*."""
    if webcast.withdrawn_at is not None and webcast.withdrawn_at <= now:
        return Standing.WITHDRAWN
    if webcast.public_from is None:
        return Standing.DRAFT
    return Standing.SCHEDULED if webcast.public_from > now else Standing.PUBLIC
