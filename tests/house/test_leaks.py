"""Embargo is sacred: words planted in every field of what is not yet public are nowhere, and a second later everywhere.

Every text column of every guarded table gets a word of its own. One second before the lift the public asks for every
address that the application serves; one second after it, again, with no worker running. A route whose arguments this
test cannot fill fails it, so that a new public address cannot be forgotten.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import JSON, Enum, String
from sqlalchemy.orm import object_session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from pressroom import publishing, search
from pressroom.clips import actions as clips
from pressroom.clips.models import Clip, Outlet, Topic
from pressroom.kit import clock
from pressroom.kit.db import Base, db
from pressroom.media import actions as media
from pressroom.media import jobs as media_jobs
from pressroom.meetings.models import Briefing, Meeting
from pressroom.pages import actions as page_actions
from pressroom.pages.models import Fact, Page, PageRevision
from pressroom.publishing import Part, Publishable, StaffOnly
from pressroom.releases.models import Correction, Release, ReleaseFile, ReleasePicture, ReleaseRevision
from pressroom.releases.rules import ReleaseKind
from pressroom.webcasts.models import Webcast

LIFT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
BEFORE, AFTER = LIFT - timedelta(seconds=1), LIFT + timedelta(seconds=1)
SET = LIFT - timedelta(days=1)

COMMON = "lighthouse"
"""Stands in every planted text, so that a search for it must find all of them, or none."""

CODES = {
    "uid",
    "sha256",
    "media_type",
    "zone",
    "language",
    "fingerprint",
    "origin",
    "withdrawal_reason",
    "recipe",
    "renditions",
}
"""Columns that hold no words."""

FOR_STAFF = {
    "press_release.authorname",
    "webcast.author",
    "asset.author",
    "asset.renderproblem",
    "page.updatedby",
    "fact.key",
    "press_release.body",
    "press_release.notes",
    "webcast.description",
    "page.body",
    "meeting.body",
    "meeting.registration",
    "meeting.pressoffice",
    "meeting.embargopolicy",
}
"""Columns that no public page shows even when the row is public: who wrote, and the Markdown beside its HTML."""


@dataclass
class Planted:
    """The words, and the values by which addresses are filled."""

    words: dict[str, str] = field(default_factory=dict)  # word → table.column
    values: dict[str, list[Any]] = field(default_factory=dict)

    def word(self, table: str, column: str) -> str:
        word = f"zq{table}{column}".replace("_", "").lower()
        self.words[word] = f"{table}.{column.replace('_', '')}"
        return word

    def plant(self, row: Base) -> None:
        """Put a word into each text column of *row*."""
        table = row.__mapper__.local_table
        for column in table.columns:
            name = row.__mapper__.get_property_by_column(column).key
            if name in CODES or column.foreign_keys or isinstance(column.type, Enum):
                continue
            if isinstance(column.type, String) or type(column.type).__name__ == "Topics":
                setattr(row, name, self._text(table.name, name))
            elif isinstance(column.type, JSON):
                setattr(row, name, self._json(table.name, name))

    def _text(self, table: str, name: str) -> Any:
        word = self.word(table, name)
        match name:
            case "slug" | "key":
                return word
            case "topics":
                return (f"{word} {COMMON}",)
            case "name" if table == "asset":
                return f"{word}.png"
            case "study_doi":
                return f"10.5555/{word}"
            case _ if name.endswith("_html"):
                return f"<p>{word} {COMMON}</p>"
            case _ if name.endswith("url"):
                return f"https://{word}.example/"
        return f"{word} {COMMON}"

    def _json(self, table: str, name: str) -> Any:
        word = f"{self.word(table, name)} {COMMON}"
        match name:
            case "speakers":
                return [{"name": word, "role": word}]
            case "cues":
                return [{"start": 0.0, "end": 5.0, "text": word, "voice": word}]
        return [word]


def picture() -> BytesIO:
    out = BytesIO()
    Image.new("RGB", (60, 40), "teal").save(out, "PNG")
    out.seek(0)
    return out


def captions(word: str) -> BytesIO:
    return BytesIO(f"WEBVTT\n\n00:00.000 --> 00:05.000\n{word} {COMMON}\n".encode())


@pytest.fixture
def planted(app: Flask) -> Planted:
    """One of everything, each public from the lift; and what is for staff only, of something that is public."""
    found = Planted()
    with clock.at(SET), app.app_context(), publishing.as_staff():
        stamps = {"created_at": SET, "updated_at": SET}
        page_actions.ensure(by=None, now=SET)
        pictures = [media.store(picture(), by=None, now=SET, name="a.png", alt="x") for _ in range(2)]
        paper = media.store(
            BytesIO(b"%PDF-1.7 zqpaper %%EOF"), by=None, now=SET, name="zqpaper.pdf", caption="zqpapercaption"
        )
        found.words |= {"zqpaper": "paper.file", "zqpapercaption": "paper.caption"}
        cues = media.store(captions(found.word("captions", "file")), by=None, now=SET, name="c.vtt")
        release = Release(
            kind=ReleaseKind.RESEARCH, headline="x", year=2026, corrected_at=SET, embargoed=True, **stamps
        )
        clip = Clip(
            headline="x",
            outlet=Outlet(name=f"{found.word('outlet', 'name')}", slug=found.word("outlet", "slug")),
            published_on=date(2026, 11, 20),
            fingerprint="f" * 64,
            topics=[Topic(name=found.word("topic", "name"), slug=found.word("topic", "slug"))],
            **stamps,
        )
        webcast = Webcast(
            uid=str(UUID(int=1)),
            slug="x",
            minutes=60,
            title="x",
            starts_at=SET - timedelta(days=3),
            ends_at=SET - timedelta(days=3, hours=-1),
            zone="America/New_York",
            **stamps,
        )
        meeting = Meeting(
            year=2026,
            title="x",
            place="x",
            starts_on=date(2026, 12, 1),
            ends_on=date(2026, 12, 4),
            zone="UTC",
            **stamps,
        )
        figure = Fact(key="x", label="x", value="x", headline_figure=True)
        fact = Fact(key="y", label="x", value="x")
        roots: list[Any] = [release, clip, webcast, meeting, figure, fact]
        db.session.add_all([*roots, *pictures])
        for row in roots:
            found.plant(row)
            row.public_from = LIFT
        figure.key += "figure"
        db.session.flush()
        parts: list[Any] = [
            Correction(release_id=release.id, at=SET, note="x"),
            ReleasePicture(release_id=release.id, asset_id=pictures[0].id),
            ReleaseFile(release_id=release.id, asset_id=paper.id),
            Briefing(meeting_id=meeting.id, title="x", starts_at=SET + timedelta(days=9), minutes=30),
        ]
        for row in [*parts, pictures[0]]:
            found.plant(row)
        db.session.add_all(parts)
        webcast.poster_id, webcast.captions_id = pictures[1].id, cues.id
        _plant_for_staff(found, release)
        for kind, row in zip(("release", "clip", "webcast", "meeting"), roots, strict=False):
            search.enqueue(kind, row.id, due=SET)
            search.enqueue(kind, row.id, due=LIFT)
        media.queue_all(now=SET)
        db.session.commit()
        media_jobs.render(SET)
        for asset in (*pictures, cues):
            db.session.refresh(asset)
        assert len(pictures[0].renditions) == 2
        found.values = {
            "year": [2026],
            "slug": [release.slug, webcast.slug, *(page.slug for page in db.session.query(Page))],
            "clip_id": [clip.id],
            "key": [pictures[0].key, pictures[1].key, cues.key, paper.key],
            "size": ["", "original", "thumbnail"],
            "name": [pictures[0].name, "zqassetname.webp", pictures[1].name, cues.name, paper.name],
            "fmt": ["rss", "atom", "json"],
            "extension": ["csv", "ris", "jsonl"],
        }
        assert object_session(release) is not None
    return found


def _plant_for_staff(found: Planted, release: Release) -> None:
    """An earlier text of a public page and of the release: never public, not even after the lift."""
    page = db.session.query(Page).first()
    assert page
    word = found.word("pagerevision", "body")
    db.session.add(
        PageRevision(page_id=page.id, number=99, title=word, standfirst=word, body=word, note=word, saved_at=SET)
    )
    word = found.word("releaserevision", "fields")
    db.session.add(ReleaseRevision(release_id=release.id, number=99, at=SET, note=word, fields={"headline": word}))


def rules(app: Flask) -> list[Rule]:
    """Each route that the public may GET."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.rule.startswith("/desk") and rule.endpoint != "static"
    ]


def addresses(app: Flask, planted: Planted) -> Iterator[str]:
    """Each public address, filled with the values of what was planted, and the lists with a search as well."""
    adapter = app.url_map.bind("")
    for rule in rules(app):
        unknown = rule.arguments - planted.values.keys()
        assert not unknown, f"teach this test to fill {', '.join(unknown)} of the new route {rule.rule}"
        names = sorted(rule.arguments)
        for values in itertools.product(*(planted.values[name] for name in names)):
            path = adapter.build(rule.endpoint, dict(zip(names, values, strict=True)))
            yield path
            if not names or names == ["extension"]:
                yield f"{path}?q={COMMON}"
                yield f"{path}?q={COMMON}&sort=newest&page=1"
                yield f"{path}?year=2026"


def text_of(answer: TestResponse) -> str:
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers)
    return f"{headers}\n{answer.get_data().decode('utf-8', 'replace')}".lower()


def surfaces(client: FlaskClient, app: Flask, planted: Planted) -> dict[str, str]:
    """Address → headers and body, for every public address that does not name a planted word itself."""
    found = {}
    for path in addresses(app, planted):
        text = text_of(client.get(path))
        asked = [word for word in planted.words if word in path.lower()]
        for word in asked:  # the page may repeat what was asked for; nothing else
            text = text.replace(word, "")
        found[path] = text
    return found


def test_nothing_before_and_everything_after(
    app: Flask, client: FlaskClient, planted: Planted, instance: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with clock.at(BEFORE):
        before = surfaces(client, app, planted)
        leaks = {(path, planted.words[word]) for path, text in before.items() for word in planted.words if word in text}
        assert not leaks
        assert not [word for word in planted.words if word in caplog.text.lower()]
        on_disk = b"".join(file.read_bytes() for file in (instance / "index").rglob("*") if file.is_file()).lower()
        assert not [word for word in planted.words if word.encode() in on_disk]
    with clock.at(AFTER):
        after = "\n".join(text_of(client.get(path)) for path in addresses(app, planted))
    found = {planted.words[word] for word in planted.words if word in after}
    missing = set(planted.words.values()) - found - FOR_STAFF - {"pagerevision.body", "releaserevision.fields"}
    assert not missing, "public now, and shown nowhere"
    assert not found & {"pagerevision.body", "releaserevision.fields"}, "for staff, and shown"
    print(f"\n{len(before)} surfaces, {len(planted.words)} words: " + " ".join(sorted(before)))


def test_asking_for_a_planted_word_is_answered_as_for_any_other(
    app: Flask, client: FlaskClient, planted: Planted
) -> None:
    """Not even by a different 404, count or suggestion can it be told that there is something."""
    tries = ["/search?q={}", "/clips/?q={}", "/clips/?outlet={}", "/clips/?topic={}", "/releases/?topic={}"]
    tries += ["/clips/export.csv?q={}", "/clips/export.jsonl?outlet={}", "/clips/suggest?q={}", "/search/suggest?q={}"]
    tries += ["/releases/2026/{}", "/webcasts/{}", "/webcasts/{}.ics"]
    with clock.at(BEFORE):
        for word, pattern in itertools.product(planted.words, tries):
            other = word[::-1]
            hidden, nothing = client.get(pattern.format(word)), client.get(pattern.format(other))
            assert hidden.status_code == nothing.status_code
            assert hidden.text.replace(word, "") == nothing.text.replace(other, ""), pattern.format(word)


def test_a_beginning_or_a_slip_of_a_planted_word_is_neither_completed_nor_corrected(
    app: Flask, client: FlaskClient, planted: Planted
) -> None:
    """Nothing a second before the lift; from then on each word that search reads."""
    tries = ["/clips/suggest?q={}", "/search/suggest?q={}", "/clips/?q={}", "/search?q={}"]
    for moment, there in ((BEFORE, False), (AFTER, True)):
        told = set()
        with clock.at(moment):
            for word, pattern in itertools.product(planted.words, tries):
                typed = word[:-2] if "suggest" in pattern else word[:4] + word[5:]
                if word in client.get(pattern.format(typed)).text.lower():
                    told.add((planted.words[word], pattern))
        words = {place for place, _ in told}
        assert ({"clip.headline", "outlet.name", "topic.name", "press_release.headline"} <= words) is there
        assert bool(told) is there, told


def test_what_is_withdrawn_is_neither_completed_nor_corrected_any_more(
    app: Flask, client: FlaskClient, planted: Planted
) -> None:
    word = "zqclipheadline"
    asked = (f"/clips/suggest?q={word[:-2]}", f"/clips/?q={word[:4]}{word[5:]}", f"/search/suggest?q={word[:-2]}")
    for withdrawn in (False, True):
        with clock.at(AFTER):
            if withdrawn:
                with app.app_context(), publishing.as_staff():
                    clip = db.session.query(Clip).one()
                    clips.withdraw(clip, by=None, now=AFTER, reason="Taken back.")
                    db.session.commit()
            for path in asked:
                assert (word in client.get(path).text.lower()) is not withdrawn, path


def test_each_lift_is_exact_with_no_worker(app: Flask, client: FlaskClient, planted: Planted) -> None:
    headline, address = "zqpressreleaseheadline", f"/releases/2026/{planted.values['slug'][0]}"
    places = ("/", "/releases/", f"/search?q={COMMON}", "/feeds/releases.rss", "/feeds/releases.json", "/sitemap.xml")
    for moment, there in ((LIFT - timedelta(microseconds=1), False), (LIFT, True)):
        with clock.at(moment):
            assert (client.get(address).status_code == 200) is there
            for path in places:
                word = "zqpressreleaseslug" if path == "/sitemap.xml" else headline
                assert (word in client.get(path).text) is there, (path, moment)


def test_every_guarded_table_was_planted(planted: Planted) -> None:
    """A new room cannot be forgotten here."""
    known = {place.split(".")[0] for place in planted.words.values()}
    for mapper in Base.registry.mappers:
        if issubclass(mapper.class_, Publishable | Part) and mapper.class_ not in {Page, ReleasePicture, ReleaseFile}:
            assert mapper.local_table.name in known, f"plant words in {mapper.local_table.name}"
        assert not (issubclass(mapper.class_, StaffOnly) and issubclass(mapper.class_, Publishable | Part))
