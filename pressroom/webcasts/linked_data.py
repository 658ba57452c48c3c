"""A webcast for machines that read schema.org: an event until there is a recording, then the recording."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pressroom.kit import schema_org, web
from pressroom.kit.settings import setting
from pressroom.webcasts import cards
from pressroom.webcasts.models import Webcast
from pressroom.webcasts.rules import State


def of(webcast: Webcast, state: State) -> dict[str, Any]:
    """JSON-LD of *webcast*: https://schema.org/VideoObject or https://schema.org/Event."""
    about = {
        "@context": "https://schema.org",
        "name": webcast.title,
        "description": webcast.summary or webcast.title,
        "url": web.external("webcasts.show", slug=webcast.slug),
        "image": _picture(webcast),
        "inLanguage": webcast.language or setting("language"),
    }
    return schema_org.present(about | (_recording(webcast) if state is State.ON_DEMAND else _event(webcast)))


def _picture(webcast: Webcast) -> str:
    """Its poster, else its card: a VideoObject has to have a picture."""
    return web.absolute(webcast.poster.address if webcast.poster is not None else cards.address(webcast))


def _recording(webcast: Webcast) -> dict[str, Any]:
    said: dict[str, Any] = {
        "@type": "VideoObject",
        "uploadDate": (webcast.public_from or webcast.created_at).isoformat(),
        "thumbnailUrl": _picture(webcast),
        "duration": f"PT{webcast.minutes}M",
        "publisher": schema_org.organisation(),
        "isAccessibleForFree": True,
        "dateCreated": webcast.starts_at.isoformat(),
    }
    if webcast.video_url:
        said["embedUrl"] = webcast.video_url
    elif webcast.recording is not None:
        said["embedUrl"] = web.external("webcasts.embed", slug=webcast.slug)
    if webcast.recording is not None:
        said["contentUrl"] = web.absolute(webcast.recording.address)
        said["encodingFormat"] = webcast.recording.media_type
        said["contentSize"] = str(webcast.recording.bytes)
    if webcast.captions is not None:
        said["caption"] = {"@type": "MediaObject", "contentUrl": web.absolute(webcast.captions.address)}
    if webcast.chapters:
        said["hasPart"] = list(_clips(webcast))
    return said


def _clips(webcast: Webcast) -> Iterator[dict[str, Any]]:
    """Each chapter, with the address that opens the player at its second (https://schema.org/Clip)."""
    ends = [*(chapter["start"] for chapter in webcast.chapters[1:]), webcast.minutes * 60]
    for chapter, end in zip(webcast.chapters, ends, strict=True):
        start = int(chapter["start"])
        address = web.external("webcasts.show", slug=webcast.slug)
        clip = {"startOffset": start, "endOffset": int(end), "url": f"{address}?t={start}"}
        yield {"@type": "Clip", "name": chapter["title"], **clip}


def _event(webcast: Webcast) -> dict[str, Any]:
    address = webcast.video_url or web.external("webcasts.show", slug=webcast.slug)
    return {
        "@type": "Event",
        "startDate": webcast.starts_at.isoformat(),
        "endDate": webcast.ends_at.isoformat(),
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode",
        "location": {"@type": "VirtualLocation", "url": address},
        "organizer": schema_org.organisation(),
        "isAccessibleForFree": True,
        "performer": [{"@type": "Person", "name": speaker["name"]} for speaker in webcast.speakers],
    }
