"""What the page of a webcast is made of, for the public and for the preview of staff."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from markupsafe import escape

from pressroom.kit import dates, web
from pressroom.kit.calendar import Event
from pressroom.kit.settings import setting
from pressroom.kit.syndication import View
from pressroom.media import actions as media
from pressroom.media import captions, legibility
from pressroom.media.legibility import Advice
from pressroom.media.models import Asset
from pressroom.releases import languages
from pressroom.webcasts import embedding, linked_data, queries, rules, transcript
from pressroom.webcasts.models import Webcast, WebcastSubtitles
from pressroom.webcasts.rules import State

IN_A_CALENDAR = 100
CANCELLED = 20
VIEW = View("/webcasts/feed", "webcasts")

WORDS = {
    State.ANNOUNCED: ("Announced", ""),
    State.LIVE: ("Live now", "signal"),
    State.RECORDING_TO_FOLLOW: ("Recording to follow", "warn"),
    State.ON_DEMAND: ("On demand", "accent"),
}


def badge(webcast: Webcast, now: datetime) -> tuple[str, str]:
    """The state of *webcast* in words, and the badge's kind."""
    return WORDS[rules.state(webcast, now)]


def event(webcast: Webcast) -> Event:
    """*webcast* for a calendar."""
    address = web.external("webcasts.show", slug=webcast.slug)
    return Event(
        uid=webcast.uid,
        title=webcast.title,
        starts_at=webcast.starts_at,
        minutes=webcast.minutes,
        zone=webcast.zone,
        updated=webcast.updated_at,
        address=address,
        description="\n\n".join(filter(None, (webcast.summary, address))),
        place=webcast.video_url or address,
        sequence=webcast.version - 1,
    )


def cancelled(slug: str, now: datetime) -> Event | None:
    """What was withdrawn at that address, for a calendar that has it (RFC 5546, section 3.2.5); None if nothing was."""
    notice = queries.cancelled(slug, now)
    return _cancelled(notice) if notice else None


def _cancelled(notice: Mapping[str, Any]) -> Event:
    """Nothing that its announcement did not say, and the reason."""
    return Event(
        uid=notice["uid"],
        title=notice["title"],
        starts_at=notice["starts_at"],
        minutes=notice["minutes"],
        zone=notice["zone"],
        updated=notice["withdrawn_at"],
        address=web.external("webcasts.show", slug=notice["slug"]),
        description=notice["withdrawal_reason"],
        sequence=notice["version"] - 1,
        cancelled=True,
    )


def events(now: datetime) -> list[Event]:
    """The webcasts of a calendar that subscribes, in order of time, with those that it has to cross out."""
    found = [event(webcast) for webcast in queries.held_last(IN_A_CALENDAR)]
    found += [_cancelled(notice) for notice in queries.cancelled_last(CANCELLED, now)]
    return sorted(found, key=lambda one: (one.starts_at, one.uid))


@dataclass(frozen=True)
class Choice:
    """One file of the recording, for whoever chooses; ``label`` is such as "720p WEBM"."""

    asset: Asset
    label: str


def recordings(webcast: Webcast) -> list[Choice]:
    """The recording in all its qualities, the best first; the browser takes the first that it can play."""
    files = [webcast.recording, *(row.asset for row in webcast.qualities)]
    found = sorted(filter(None, files), key=lambda file: (-(file.height or 0), -file.bytes))
    return [Choice(file, _label(file)) for file in found]


def _label(file: Asset) -> str:
    form = file.name.rsplit(".", 1)[-1].upper()
    return f"{file.height}p {form}" if file.height else form


@dataclass(frozen=True)
class Track:
    """Captions for the player and the page."""

    kind: str
    language: str
    name: str
    asset: Asset
    source: Webcast | WebcastSubtitles

    @property
    def lines(self) -> list[transcript.Line]:
        """What is said, for the page."""
        return transcript.lines(self.source.cues, self.language if self.kind == "subtitles" else "")

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``."""
        return languages.direction(self.language)


def tracks(webcast: Webcast) -> list[Track]:
    """The captions, which are the default, and then those in further languages (HTML, ``<track kind>``)."""
    spoken = webcast.language or setting("language")
    found = [Track("subtitles", row.language, row.name, row.asset, row) for row in webcast.subtitles if row.asset]
    if webcast.captions is not None:
        found.insert(0, Track("captions", spoken, languages.name(spoken), webcast.captions, webcast))
    return found


@dataclass(frozen=True)
class Chapter:
    """A chapter as the page lists it.

    Attributes:
        anchor: of what is said then, for readers without script; empty without captions.
        clock: when it begins, as in 01:42.
    """

    start: float
    clock: str
    title: str
    anchor: str


def chapters(webcast: Webcast) -> list[Chapter]:
    """The chapters, each with the first cue that begins in it."""
    starts = [float(cue["start"]) for cue in webcast.cues]
    found = []
    for row in webcast.chapters:
        first = bisect_left(starts, row["start"])
        anchor = transcript.anchor(starts[min(first, len(starts) - 1)]) if starts else ""
        found.append(Chapter(row["start"], transcript.minutes(row["start"]), row["title"], anchor))
    return found


def _chapters_file(webcast: Webcast, now: datetime) -> str:
    """Where a player finds the chapters; empty while only staff see them, in a list."""
    public = webcast.chapters and webcast.is_public(now)
    return url_for("webcasts.chapters_vtt", slug=webcast.slug) if public else ""


def embed_code(webcast: Webcast) -> str:
    """What others put into their pages, to show the player there."""
    address = web.external("webcasts.embed", slug=webcast.slug)
    size = 'width="640" height="440"'
    return f'<iframe src="{address}" title="{escape(webcast.title)}" {size} allow="fullscreen" loading="lazy"></iframe>'


def advice(webcast: Webcast) -> list[tuple[str, list[Advice]]]:
    """What is to be looked at again in the captions, by language; those without anything are left out. For staff."""
    found = ((track, captions.read(_content(track.asset)).cues) for track in tracks(webcast))
    said = ((track.name, legibility.advice(cues, track.language)) for track, cues in found)
    return [(name, kinds) for name, kinds in said if kinds]


def _content(asset: Asset) -> bytes:
    """Of a file that is lost a backup knows more; the form is shown all the same."""
    path = media.path_of(asset)
    return path.read_bytes() if path.is_file() else b""


@dataclass(frozen=True)
class Player:
    """The player of somebody else, which is loaded when a reader asks for it; ``name`` is whose it is, for people."""

    address: str
    host: str
    name: str


def player(webcast: Webcast, state: State) -> Player | None:
    """Where the film is elsewhere and may be watched, its player, if the setting ``embed_hosts`` has it."""
    if webcast.recording is not None or state not in {State.LIVE, State.ON_DEMAND}:
        return None
    address = embedding.player(webcast.video_url, setting("embed_hosts"))
    host = embedding.host(address)
    return Player(address, host, embedding.NAMES.get(host, host)) if address else None


def page(webcast: Webcast, now: datetime, address: Callable[[Asset], str]) -> dict[str, Any]:
    """The context of ``webcasts/show.html``.

    Args:
        now: the instant that the state is of.
        address: gives the path of a file, which is another one for staff.
    """
    state = rules.state(webcast, now)
    following = queries.upcoming()
    return {
        "webcast": webcast,
        "state": state,
        "badge": WORDS[state],
        "zones": dates.in_zones(webcast.starts_at, _zones(webcast)),
        "recordings": recordings(webcast),
        "tracks": tracks(webcast),
        "chapters": chapters(webcast),
        "chapters_file": _chapters_file(webcast, now),
        "spoken": webcast.language or setting("language"),
        "embed_code": embed_code(webcast),
        "player": player(webcast, state),
        "next_webcast": following if following is not None and following.id != webcast.id else None,
        "linked_data": linked_data.of(webcast, state),
        "address": address,
    }


def _zones(webcast: Webcast) -> list[str]:
    """The event's own zone first."""
    return [webcast.zone, *(zone for zone in setting("zones") if zone != webcast.zone)]
