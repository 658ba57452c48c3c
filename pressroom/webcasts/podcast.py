"""``/feeds/podcast.rss``: the recordings that are kept here, for players and directories of podcasts.

An episode is the same item as in the feed of webcasts, under the same id, once its recording may be watched. It bears
the instant at which the webcast began: players sort by that, and what was announced weeks before would come in behind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from flask import Blueprint, Response, url_for

from pressroom.kit import clock, web
from pressroom.kit.settings import setting
from pressroom.kit.syndication import Item, house_feed, respond
from pressroom.kit.syndication.podcast import Episode, Show, Transcript
from pressroom.media.models import Asset
from pressroom.publishing.cache import kept
from pressroom.webcasts import feeds, queries, rules, shown
from pressroom.webcasts.models import Webcast
from pressroom.webcasts.rules import State

EPISODES = 300  # Apple shows as many
PICTURES = ("image/jpeg", "image/png")

bp = Blueprint("webcasts_podcast", __name__, url_prefix="/feeds")


@bp.get("/podcast.rss")
@kept()
def podcast() -> Response:
    """Every recording that is kept here."""
    now = clock.now()
    ready = (webcast for webcast in queries.recorded(EPISODES) if _is_ready(webcast, now))
    feed = house_feed(
        "/feeds/podcast",
        title="the podcast",
        description=f"Recorded briefings and conversations of {setting('organisation_name')}, with their words.",
        page="/webcasts/",
        items=[_episode(webcast, now) for webcast in ready],
        podcast=_show(),
    )
    return respond(feed, "rss", made=now)


def _is_ready(webcast: Webcast, now: datetime) -> bool:
    return webcast.recording is not None and rules.state(webcast, now) is State.ON_DEMAND


def _show() -> Show:
    return Show(
        author=setting("organisation_name"),
        category=setting("podcast_category"),
        image=setting("podcast_image"),
        email=setting("contact_email"),
        licence=setting("licence"),
        licence_address=setting("licence_address"),
    )


def _episode(webcast: Webcast, now: datetime) -> Item:
    said = feeds.item(webcast, now)
    return replace(
        said,
        published=max(said.published, webcast.starts_at),
        episode=Episode(
            seconds=webcast.minutes * 60,
            image=_picture(webcast.poster),
            transcripts=tuple(_transcripts(webcast)),
            people=tuple(speaker["name"] for speaker in webcast.speakers),
            chapters=web.external("webcasts.chapters_json", slug=webcast.slug) if webcast.chapters else "",
        ),
    )


def _picture(poster: Asset | None) -> str:
    """The address of the still picture, if it is of a kind that players show."""
    return web.absolute(poster.address) if poster is not None and poster.media_type in PICTURES else ""


def _transcripts(webcast: Webcast) -> Iterator[Transcript]:
    """The captions, with times, in each language; and all that is said as text."""
    for track in shown.tracks(webcast):
        yield Transcript(web.absolute(track.asset.address), track.asset.media_type, track.language, captions=True)
    spoken = webcast.language or setting("language")
    yield Transcript(web.absolute(url_for("webcasts.text", slug=webcast.slug)), "text/plain", spoken)
