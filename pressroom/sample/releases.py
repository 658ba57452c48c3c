"""Sample releases: one Markdown file each, with its fields as TOML between two lines of ``+++``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from pressroom.audit import Actor
from pressroom.kit import dates
from pressroom.kit.db import db
from pressroom.kit.settings import setting
from pressroom.media import actions as media
from pressroom.releases import actions, choosing, related
from pressroom.releases.models import Release
from pressroom.releases.revisions import EDITABLE
from pressroom.releases.rules import Evidence, PeerReview, ReleaseKind, Subject

FOLDER = Path(__file__).parent / "content" / "releases"
WRITTEN_BEFORE = timedelta(days=2)  # a release is a draft for so long before it goes out


@dataclass(frozen=True)
class Sample:
    """One file.

    Attributes:
        slug: the file's name, and the last part of the address.
        about: its TOML; what is no field of a release says when and how it is published.
        body: its Markdown.
    """

    slug: str
    about: dict[str, Any]
    body: str

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of the release."""
        about = self.about
        labels = {
            "peer_review": PeerReview(about["peer_review"]) if "peer_review" in about else None,
            "evidence": Evidence(about["evidence"]) if "evidence" in about else None,
            "subject": Subject(about["subject"]) if "subject" in about else None,
        }
        texts = {name: about[name].strip() for name in EDITABLE if isinstance(about.get(name), str)}
        kind, topics = ReleaseKind(about["kind"]), tuple(about["topics"])
        chosen = {name: tuple(about[name]) for name in ("boilerplates", "contacts") if name in about}
        return texts | labels | chosen | {"slug": self.slug, "kind": kind, "topics": topics, "body": self.body}


def load(*, by: Actor | None, now: datetime) -> None:
    """Write the sample releases, unless there are releases already. The caller commits.

    Args:
        by: who signs for them.
        now: the days of the files are counted from here.
    """
    if db.session.scalar(select(func.count()).select_from(Release)):
        return
    for sample in samples():
        _write(sample, by=by, now=now)


def samples() -> Iterator[Sample]:
    """Every file, oldest first."""
    found = [read(file.stem, file.read_text("utf-8")) for file in FOLDER.glob("*.md")]
    yield from sorted(found, key=lambda sample: sample.about["days"])


def read(slug: str, source: str) -> Sample:
    """The text of the file *slug* as a sample."""
    _, about, body = source.split("+++\n", 2)
    return Sample(slug, tomllib.loads(about), body.strip())


def _write(sample: Sample, *, by: Actor | None, now: datetime) -> None:
    at = _at(sample.about, now)
    written = min(at, now) - WRITTEN_BEFORE
    release = actions.create(by=by, now=written, **_dated(_pointing(sample), at))
    if picture := sample.about.get("picture"):
        _illustrate(release, picture, by=by, now=written)
    if at > now:
        embargoed = sample.about.get("embargoed", False)
        actions.schedule(release, by=by, now=written, at=at, embargoed=embargoed, zone=setting("time_zone"))
        return
    actions.publish(release, by=by, now=at)
    if correction := sample.about.get("correction"):
        wrong, right = correction["body"]
        body = release.body.replace(wrong, right)
        assert body != release.body, f"the correction of {release.slug} finds nothing to correct"
        actions.correct(release, by=by, now=_at(correction, now), note=correction["note"], body=body)


def _pointing(sample: Sample) -> dict[str, Any]:
    """The fields of *sample* with what it points at: other samples by their slugs, and only what is there."""
    slugs = {row.slug: row.id for row in db.session.execute(select(Release.slug, Release.id))}
    lines = [f"release {slugs[line]}" if line in slugs else line for line in sample.about.get("related", ())]
    original = slugs.get(sample.about.get("translation_of", ""))
    pointing = {
        "related": related.read("\n".join(lines))[0],
        "translation_of": f"release {original}" if original else "",
    }
    return choosing.there(sample.fields) | pointing


def _dated(fields: dict[str, Any], at: datetime) -> dict[str, Any]:
    """*fields* with the day of the study, which is that of the release."""
    if "study_title" not in fields:
        return fields
    return fields | {"study_published_on": at.astimezone(ZoneInfo(setting("time_zone"))).date()}


def _at(about: dict[str, Any], now: datetime) -> datetime:
    """The instant that a file means: days from *now*, at a time of day in the organisation's zone."""
    zone = setting("time_zone")
    day = now.astimezone(ZoneInfo(zone)).date() + timedelta(days=about["days"])
    return dates.instant(day.isoformat(), about.get("time", "09:00"), zone)


def _illustrate(release: Release, picture: dict[str, str], *, by: Actor | None, now: datetime) -> None:
    words = {name: value for name, value in picture.items() if name != "file"}
    with (FOLDER / picture["file"]).open("rb") as file:
        asset = media.store(file, by=by, now=now, name=picture["file"], **words)  # type: ignore[arg-type]
    actions.add_picture(release, asset, by=by, now=now)
