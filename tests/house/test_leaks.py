"""Embargo is sacred: words planted in every field of what is not yet public are nowhere, and a second later everywhere.

The audit itself is a command that staff may give; here it runs on an empty press room and on the sample, and is shown
to find what leaks.
"""

from __future__ import annotations

import gzip
import itertools
import logging
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from werkzeug.test import TestResponse

from pressroom import embargo_audit, publishing, sample, search
from pressroom.clips import actions as clips
from pressroom.clips.models import Clip
from pressroom.embargo_audit import COMMON, Planted, crawling, logged
from pressroom.enquiries.models import RotaDuty
from pressroom.freezing.stranger import public_rules
from pressroom.kit import clock
from pressroom.kit.db import Base, db
from pressroom.meetings.models import Binding
from pressroom.pages.logos.models import LogoFile
from pressroom.publishing import Part, Publishable, StaffOnly
from pressroom.releases.models import ContactListing, ReleaseBoilerplate, ReleaseContact, ReleaseFile, ReleasePicture
from pressroom.search import indexer
from pressroom.webcasts.models import WebcastQuality

LIFT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
BEFORE, AFTER = LIFT - timedelta(seconds=1), LIFT + timedelta(seconds=1)
SET = LIFT - timedelta(days=1)

NOW = datetime(2026, 11, 19, 17, 0, tzinfo=UTC)
MAP = "/sitemaps/releases-1.xml"


@pytest.fixture
def planted(app: Flask) -> Planted:
    """One of everything, each public from the lift; and what is for staff only, of something that is public."""
    with clock.at(SET), app.app_context():
        return embargo_audit.plant(now=SET, lift=LIFT)


class Stranger(FlaskClient):
    """Somebody of the public, whose pages are looked through for words only; other tests look how they are made."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return super().open(*args, **{"buffered": True, **kwargs})


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return Stranger(app, app.response_class)


def test_nothing_before_and_everything_after(app: Flask, request: pytest.FixtureRequest) -> None:
    """On SQLite the command below audits the same, and the sample besides."""
    if request.config.getoption("--database") == "sqlite":
        pytest.skip("the command audits the same, and the sample besides")
    report = embargo_audit.audit(app, lift=LIFT)
    assert not report.leaks
    assert not report.broken
    assert not report.missing, "public now, and shown nowhere"
    print(f"\n{len(report.before)} surfaces, {len(report.planted.words)} words")


@pytest.mark.sqlite
def test_the_audit_finds_a_leak_wherever_it_is(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """An audit that cannot fail proves nothing."""
    monkeypatch.setitem(logged.FORMATS, "log of errors, text", logging.Formatter)
    word = "zqpressreleaseheadline"

    def packed() -> bytes:
        out = BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kit:
            kit.writestr("release.txt", word.upper())
        return out.getvalue()

    def in_log() -> bytes:
        logging.getLogger("pressroom.anything").debug("opened %s", word)
        return b""

    def in_index() -> bytes:
        (Path(app.instance_path) / "index" / "forgotten").write_text(word)
        return b""

    def answer(found: Any) -> Response:
        return found if isinstance(found, Response) else Response(found, mimetype="text/plain")

    leaky: dict[str, Callable[[], Any]] = {
        "/leak/page": lambda: word,
        "/leak/zip": packed,
        "/leak/gzip": lambda: gzip.compress(packed()),
        "/leak/header": lambda: Response(headers={"Link": f"<{word}>"}, mimetype="text/plain"),
        "/leak/error": lambda: Response(word, 404, mimetype="text/plain"),
        "/leak/staff": lambda: "zqreleaserevisionfields",
        "/leak/log": in_log,
        "/leak/index": in_index,
    }
    for path, view in leaky.items():
        app.add_url_rule(path, path, lambda view=view: answer(view()))
    rules = [rule for rule in public_rules(app) if rule.rule in {*leaky, "/", "/releases/"}]
    monkeypatch.setattr(crawling, "public_rules", lambda _app: rules)  # that all are asked is tried above
    leaks = {leak.name for leak in embargo_audit.audit(app, lift=LIFT).leaks}
    assert {"expired: /leak/page", "suspended: /leak/page", "not agreed: /leak/page"} <= leaks
    named = {name.split("?")[0].rpartition(": ")[2] for name in leaks}
    frozen = {f"copy{path}.txt" for path in ("/leak/page", "/leak/zip", "/leak/gzip", "/leak/staff")}
    assert named == {*leaky, *frozen, "log", "log of errors, text", "index"} - {"/leak/log", "/leak/index"}


@pytest.mark.sqlite
def test_the_audit_fails_on_an_address_that_it_cannot_fill(app: Flask) -> None:
    app.add_url_rule("/new/<int:thing_id>", "new", lambda thing_id: "")
    with pytest.raises(embargo_audit.UnknownRouteError, match=r"thing_id of /new/"):
        embargo_audit.audit(app, lift=LIFT)


@pytest.mark.sqlite
def test_the_command_audits_a_copy_and_leaves_the_press_room_as_it_is(app: Flask) -> None:
    with app.app_context(), publishing.as_staff():
        sample.load(now=SET)
        db.session.commit()
    before = _rows(app)
    with clock.at(NOW):
        result = app.test_cli_runner().invoke(args=["embargo-audit"])
    assert result.exit_code == 0, result.output
    assert "nothing leaked" in result.output
    assert "/releases/feed" in result.output or "/feeds/releases.rss" in result.output
    assert _rows(app) == before
    assert not list(Path(app.instance_path).glob("embargo-audit-*"))


def _rows(app: Flask) -> dict[str, int]:
    with app.app_context(), publishing.as_staff(), db.engine.connect() as connection:
        counts = ((table.name, select(func.count()).select_from(table)) for table in Base.metadata.sorted_tables)
        return {name: connection.scalar(counted) for name, counted in counts}


def test_a_former_address_leads_on_from_the_lift_and_tells_nothing_before(
    app: Flask, client: FlaskClient, planted: Planted
) -> None:
    slug, former = planted.values["slug"][:2]
    for moment, end in itertools.product((BEFORE, AFTER), ("", ".txt")):
        with clock.at(moment):
            answer, nothing = client.get(f"/releases/2026/{former}{end}"), client.get(f"/releases/2026/nothing{end}")
            if moment is AFTER:
                assert (answer.status_code, answer.location) == (301, f"/releases/2026/{slug}{end}")
            else:
                assert answer.status_code == nothing.status_code == 404
                assert answer.text.replace(former, "") == nothing.text.replace("nothing", "")


NOBODYS = "zqnobodys"
"""A word that was planted nowhere."""


def told(client: FlaskClient, patterns: list[str], word: str) -> dict[str, tuple[int, str]]:
    """What is answered when *word* is asked for, with what status, but for the word itself."""
    answers = {pattern: client.get(pattern.format(word)) for pattern in patterns}
    return {pattern: (answer.status_code, answer.text.replace(word, "")) for pattern, answer in answers.items()}


@pytest.mark.sqlite
def test_asking_for_a_planted_word_is_answered_as_for_any_other(
    app: Flask, client: FlaskClient, planted: Planted
) -> None:
    """Not even by a different 404, count or suggestion can it be told that there is something.

    What any other word is answered is one answer, but for the word, and so it is asked for once.
    """
    tries = ["/search?q={}", "/clips/?q={}", "/clips/?outlet={}", "/clips/?topic={}", "/releases/?topic={}"]
    tries += ["/clips/export.csv?q={}", "/clips/export.jsonl?outlet={}", "/clips/suggest?q={}", "/search/suggest?q={}"]
    names = ["/releases/2026/{}", "/webcasts/{}", "/webcasts/{}.ics"]
    with clock.at(BEFORE):
        nothing = told(client, tries + names, NOBODYS)
        for word, place in planted.words.items():
            asked = tries + names if place.endswith("slug") else tries
            assert told(client, asked, word).items() <= nothing.items(), word


@pytest.mark.sqlite
def test_the_feed_of_a_search_for_a_planted_word_is_that_of_any_other(client: FlaskClient, planted: Planted) -> None:
    tries = [
        "/search/feed.json?q={}",
        "/clips/feed.rss?q={}",
        "/clips/feed.atom?outlet={}",
        "/releases/feed.rss?topic={}",
    ]
    places = ("outlet.slug", "topic.slug", "clip.headline", "press_release.topics", "webcast.title")
    words = [word for word, place in planted.words.items() if place in places]
    assert len(words) == len(places)
    with clock.at(BEFORE):
        for word, pattern in itertools.product([*words, COMMON], tries):
            hidden, nothing = client.get(pattern.format(word)), client.get(pattern.format(word[::-1]))
            assert hidden.status_code == nothing.status_code
            assert hidden.text.replace(word, "") == nothing.text.replace(word[::-1], ""), pattern.format(word)


@pytest.mark.sqlite
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
                    clip = db.session.query(Clip).order_by(Clip.id).first()
                    clips.withdraw(clip, by=None, now=AFTER, reason="Taken back.")
                    db.session.commit()
            for path in asked:
                assert (word in client.get(path).text.lower()) is not withdrawn, path


def test_an_index_in_the_database_holds_nothing_before(app: Flask, planted: Planted) -> None:
    """With the engine in PostgreSQL (``--engine postgres``) the rows of its tables are looked into as well."""
    for moment in (BEFORE, AFTER):
        with clock.at(moment), app.app_context():
            search.sweep()
            rows = _indexed(app)
        there = {word for word in planted.words if word in rows}
        assert (bool(there) and bool(rows)) is (moment is AFTER and app.config["SEARCH_ENGINE"] == "postgres")


def _indexed(app: Flask) -> str:
    """Each row of each table of an index that is in the database."""
    with app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name != "postgresql":
            return ""
        tables = "SELECT schemaname, relname FROM pg_stat_user_tables WHERE schemaname LIKE 'pressroom_search_%'"
        rows = [
            row
            for schema, table in connection.execute(text(tables)).all()
            for row in connection.execute(text(f"SELECT one::text FROM {schema}.{table} AS one")).scalars()
        ]
    return "\n".join(rows).lower()


@pytest.fixture
def no_index(app: Flask, instance: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No index, and nobody who would make one: search answers from the database."""
    monkeypatch.setattr(indexer, "SMALL", -1)
    (instance / "index" / "current").unlink()


@pytest.mark.sqlite
@pytest.mark.slow
def test_without_an_index_nothing_before_and_the_same_after(
    app: Flask, client: FlaskClient, planted: Planted, no_index: None, instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the database answers while the index is made again has passed the same gate."""
    patterns = ["/search?q={}", "/clips/?q={}", "/search/{}-quillwort"]
    with clock.at(BEFORE):
        nothing = told(client, patterns, NOBODYS)
        for word in [*planted.words, COMMON]:
            assert told(client, patterns, word) == nothing, word
        assert "the newest 500" in client.get(f"/search?q={COMMON}").text
    with clock.at(AFTER), app.test_request_context():
        words = [*planted.words, COMMON]
        asked = [search.Query(text=word) for word in words]
        without = search.totals(asked, now=AFTER)
        assert not (instance / "index" / "current").exists()
        monkeypatch.undo()
        assert search.rebuild()
        whole = search.totals(asked, now=AFTER)
    assert dict(zip(words, without, strict=True)) == dict(zip(words, whole, strict=True))
    assert sum(count > 0 for count in whole) > 30


def test_each_lift_is_exact_with_no_worker(app: Flask, client: FlaskClient, planted: Planted) -> None:
    headline, address = "zqpressreleaseheadline", f"/releases/2026/{planted.values['slug'][0]}"
    places = ("/", "/releases/", f"/search?q={COMMON}", "/feeds/releases.rss", "/feeds/releases.json", MAP)
    places += ("/releases/feed.atom", "/releases/2026/11/feed.rss", f"/search/feed.json?q={COMMON}")
    for moment, there in ((LIFT - timedelta(microseconds=1), False), (LIFT, True)):
        with clock.at(moment):
            assert (client.get(address).status_code == 200) is there
            for path in places:
                word = "zqpressreleaseslug" if path == MAP else headline
                assert (word in client.get(path).text) is there, (path, moment)


WITHOUT_WORDS = {
    ReleasePicture,
    ReleaseFile,
    ReleaseBoilerplate,
    ReleaseContact,
    ContactListing,
    WebcastQuality,
    LogoFile,
    Binding,
    RotaDuty,
}


def test_every_guarded_table_was_planted(planted: Planted) -> None:
    """A new room cannot be forgotten here."""
    known = {place.split(".")[0] for place in planted.words.values()}
    for mapper in Base.registry.mappers:
        if issubclass(mapper.class_, Publishable | Part) and mapper.class_ not in WITHOUT_WORDS:
            assert mapper.local_table.name in known, f"plant words in {mapper.local_table.name}"
        assert not (issubclass(mapper.class_, StaffOnly) and issubclass(mapper.class_, Publishable | Part))
