"""Four webcasts: a briefing to come, a conversation, an interview, a film. The films are slides without sound."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pressroom.audit import Actor
from pressroom.kit import dates
from pressroom.kit.settings import setting
from pressroom.webcasts import actions, chapters, queries
from pressroom.webcasts.rules import Many, Slot
from pressroom.webcasts.taking import Upload

CONTENT = Path(__file__).parent / "content" / "webcasts"
FILES: dict[Slot | Many, str] = {
    Slot.RECORDING: "film.webm",
    Slot.POSTER: "poster.webp",
    Slot.CAPTIONS: "captions.vtt",
    Slot.SLIDES: "slides.pdf",
    Many.QUALITIES: "film-360.webm",
    Many.SUBTITLES: "captions.es.vtt",
}


def load(*, by: Actor | None, now: datetime) -> None:
    """Add them, unless there is a webcast already. The caller commits."""
    if queries.all_ids():
        return
    for folder in sorted(path.parent for path in CONTENT.glob("*/webcast.toml")):
        _load(folder, by, now)


def _load(folder: Path, by: Actor | None, now: datetime) -> None:
    written = tomllib.loads((folder / "webcast.toml").read_text("utf-8"))
    public_from = now + timedelta(days=written["public_days"])
    transcript = folder / "transcript.md"
    fields = {name: written[name] for name in ("title", "summary", "description", "minutes", "speakers", "topics")}
    webcast = actions.create(
        by=by,
        now=public_from - timedelta(hours=3),
        uploads=_uploads(folder, written),
        starts_at=_start(written, now),
        zone=setting("time_zone"),
        transcript=transcript.read_text("utf-8") if transcript.exists() else "",
        chapters=chapters.read(written.get("chapters", ""), written["minutes"])[0],
        **fields,
    )
    actions.publish(webcast, by=by, now=public_from)


def _start(written: dict[str, Any], now: datetime) -> datetime:
    """The working day that is nearest to so many days from *now*, at the wall time of the event."""
    day = (now.astimezone(ZoneInfo(setting("time_zone"))) + timedelta(days=written["days"])).date()
    day -= timedelta(days=max(0, day.weekday() - 4))
    return dates.instant(f"{day:%Y-%m-%d}", written["time"], setting("time_zone")).astimezone(UTC)


def _uploads(folder: Path, written: dict[str, Any]) -> list[Upload]:
    """The files of the folder, with what is said of them."""
    return [
        Upload(
            slot,
            BytesIO((folder / name).read_bytes()),
            f"{folder.name}{(folder / name).suffix}",
            written.get(slot, {}),
            language="es" if slot is Many.SUBTITLES else "",
        )
        for slot, name in FILES.items()
        if (folder / name).exists()
    ]
