"""Archives are asked for copies; a Memento server of our own answers (RFC 7089)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from pressroom import publishing
from pressroom.clips.links import actions, archives, looking, rules
from pressroom.clips.links.archives import Availability, TimeGate, TimeMap, filled, read_links, stamp_of
from pressroom.clips.links.models import ClipLink, LinkHost
from pressroom.clips.links.rules import Copy
from pressroom.kit import clock
from pressroom.kit.db import db
from pressroom.kit.fetch import Fetched, FetchError
from tests.clips.links.conftest import World, answer
from tests.conftest import NOON
from tests.kit.site import page

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
PUBLISHED = date(2026, 11, 12)
URL = "https://ledger.example/a?b=1#c"


def copy(day: str, name: str = "") -> Copy:
    return Copy(f"https://archive.example/{name or day}", datetime.fromisoformat(f"{day}T08:00:00+00:00"))


@pytest.mark.parametrize(
    ("days", "chosen"),
    [
        ((), None),
        (("2026-11-01", "2026-11-14", "2026-12-01"), "2026-11-14"),
        (("2026-11-12", "2026-11-11"), "2026-11-12"),
        (("2026-11-11", "2027-03-01"), "2027-03-01"),  # what is older shows something else
        (("2026-01-01", "2026-11-10"), "2026-11-10"),
    ],
)
def test_the_copy_of_the_day_is_chosen(days: tuple[str, ...], chosen: str | None) -> None:
    found = rules.closest([copy(day) for day in days], PUBLISHED)
    assert (found.url.rpartition("/")[2] if found else None) == chosen


def asking(*answers: tuple[int, bytes, dict[str, str]]) -> Any:
    left = list(answers)

    def ask(address: str, **options: str) -> Fetched:
        ask.asked.append((address, options))
        status, content, headers = left.pop(0)
        return Fetched(headers.pop("at", address), status, headers, content)

    ask.asked = []
    return ask


def test_availability() -> None:
    archive = Availability("https://archive.example/available?url={escaped}&timestamp={day}")
    closest = {"url": "http://web.archive.example:80/web/20261113/x", "timestamp": "20261113101500", "status": "200"}
    ask = asking((200, json.dumps({"archived_snapshots": {"closest": closest}}).encode(), {}))
    [found] = archive.copies(URL, PUBLISHED, ask)
    assert found.url == "https://web.archive.example/web/20261113/x"
    assert found.at == datetime(2026, 11, 13, 10, 15, tzinfo=UTC)
    assert ask.asked[0][0] == (
        "https://archive.example/available?url=https%3A%2F%2Fledger.example%2Fa%3Fb%3D1%23c&timestamp=20261112"
    )
    for nothing in (
        {"archived_snapshots": {}},
        {"archived_snapshots": {"closest": closest | {"status": "404"}}},
        {"archived_snapshots": {"closest": closest | {"available": False}}},
        {"archived_snapshots": {"closest": closest | {"url": "javascript:alert(1)"}}},
        {"archived_snapshots": {"closest": closest | {"timestamp": "soon"}}},
        [],
    ):
        assert archive.copies(URL, PUBLISHED, asking((200, json.dumps(nothing).encode(), {}))) == []
    assert archive.copies(URL, PUBLISHED, asking((200, b"<html>", {}))) == []
    assert archive.copies(URL, PUBLISHED, asking((404, b"", {}))) == []
    with pytest.raises(FetchError, match="answered 503"):
        archive.copies(URL, PUBLISHED, asking((503, b"", {})))


MAP = b"""<https://ledger.example/a?b=1>; rel="original",
<https://archive.example/map/2/x>; rel="self timemap"; type="application/link-format",
 <https://archive.example/20200101000000/x>; rel="first memento"; datetime="Wed, 01 Jan 2020 00:00:00 GMT",
<https://archive.example/20261113000000/x>;rel="memento";datetime="Fri, 13 Nov 2026 00:00:00 GMT",
<javascript:alert(1)>; rel="memento"; datetime="Thu, 12 Nov 2026 00:00:00 GMT",
<https://archive.example/bad/x>; rel="memento"; datetime="one day",
<https://other.example/map>; rel="timemap",
<https://archive.example/map/3/x>; rel="next timemap"; type="application/link-format"
"""


def test_a_timemap_with_pages() -> None:
    more = b'<https://archive.example/20270101000000/x>; rel="last memento"; datetime="Fri, 01 Jan 2027 00:00:00 GMT"'
    ask = asking((200, MAP, {}), (200, more, {}), (200, b"", {}))
    found = TimeMap("https://archive.example/map/{address}").copies(URL, PUBLISHED, ask)
    assert [one.at.year for one in found] == [2020, 2026, 2027]
    assert [address for address, _ in ask.asked] == [
        "https://archive.example/map/https://ledger.example/a?b=1",
        "https://archive.example/map/2/x",
        "https://archive.example/map/3/x",
    ]
    assert ask.asked[0][1]["accept"].startswith("application/link-format")
    best = rules.closest(found, PUBLISHED)
    assert best is not None
    assert best.at.day == 13
    endless = MAP.replace(b"map/3/x", b"map/4/x")
    ask = asking(*[(200, endless.replace(b"map/4", b"map/%d" % n), {}) for n in range(9)])
    TimeMap("https://archive.example/map/{address}").copies(URL, PUBLISHED, ask)
    assert len(ask.asked) == archives.MOST_PAGES


def test_a_timegate_is_told_the_day() -> None:
    gate = TimeGate("https://archive.example/gate/{address}")
    headers = {"at": "https://archive.example/20261112/x", "memento-datetime": "Thu, 12 Nov 2026 23:00:00 GMT"}
    ask = asking((200, b"<html>", headers))
    [found] = gate.copies(URL, PUBLISHED, ask)
    assert (found.url, found.source) == ("https://archive.example/20261112/x", "timegate")
    assert ask.asked[0][1] == {"accept_datetime": "Thu, 12 Nov 2026 12:00:00 GMT"}
    assert gate.copies(URL, PUBLISHED, asking((200, b"", {}))) == []


def test_addresses() -> None:
    assert filled("https://a.example/{day}/{address}", URL, PUBLISHED) == (
        "https://a.example/20261112/https://ledger.example/a?b=1"
    )
    assert stamp_of("https://web.archive.org/web/20261112081500id_/https://x.example/") == datetime(
        2026, 11, 12, 8, 15, tzinfo=UTC
    )
    assert stamp_of("https://web.archive.org/web/20269912081500/https://x.example/") is None
    assert stamp_of("https://perma.example/AB-12") is None


@given(st.text(alphabet='<>;=",- relmntodai\n\\é', max_size=300))
def test_no_list_of_links_raises(written: str) -> None:
    list(read_links(written))


def test_a_long_list_is_read_quickly() -> None:
    for written in ("<" * 500_000, "<a>" + ";a" * 300_000, '<a>; rel="' * 80_000, "<a>; a=" + '"' * 500_000):
        begun = datetime.now(UTC)
        list(read_links(written))
        assert datetime.now(UTC) - begun < timedelta(seconds=3)


# The worker ----------------------------------------------------------------------------------------------


@pytest.fixture
def memento(world: World) -> Iterator[World]:
    at = f"http://archive.example:{world.site.port}"
    world.app.config |= {
        "MEMENTO": True,
        "MEMENTO_AVAILABILITY": "",
        "MEMENTO_TIMEMAP": f"{at}/map/{{address}}",
        "MEMENTO_TIMEGATE": f"{at}/gate/{{address}}",
    }
    world.site.answers["/story"] = page(status="404 Not Found")
    yield world


def lost(world: World, at: datetime = NOON) -> int:
    number = world.clip()
    world.look(at)
    return number


def test_a_copy_is_looked_for_when_a_story_fails(memento: World) -> None:
    entry = f'<http://archive.example:{memento.site.port}/m/1>; rel="memento"; datetime="Fri, 13 Nov 2026 00:00:00 GMT"'
    memento.site.answers[f"/map/{memento.url()}"] = page(entry.encode(), "Content-Type: application/link-format")
    number = lost(memento)
    link = memento.link(number)
    assert (link.copy_url, link.copy_at.day, link.copy_source) == (
        f"http://archive.example:{memento.site.port}/m/1",
        13,
        "timemap",
    )
    assert memento.row(number).copy_url == "", "once is not dead"
    assert memento.asked() == ["ledger.example/story", f"archive.example/map/{memento.url()}"]
    assert memento.host("archive.example").claim == ""


def test_a_timegate_redirects_to_the_copy(memento: World) -> None:
    memento.site.answers[f"/gate/{memento.url()}"] = page(b"", "Location: /m/2", status="302 Found")
    memento.site.answers["/m/2"] = answer(b"<p>copy", "Memento-Datetime: Thu, 12 Nov 2026 09:00:00 GMT")
    number = lost(memento)
    assert memento.link(number).copy_url.endswith("/m/2")
    assert "Accept-Datetime: Thu, 12 Nov 2026 12:00:00 GMT" in memento.site.asked[-1]


def test_archives_without_a_copy_or_an_answer_are_asked_again_later(memento: World) -> None:
    number = lost(memento)
    link = memento.link(number)
    assert link.copy_said == "No archive that is asked has a copy."
    assert link.copy_due_at == NOON + looking.NONE_THERE
    for path in (f"/map/{memento.url()}", f"/gate/{memento.url()}"):
        memento.site.answers[path] = page(status="503 Later")
    at = NOON + 31 * DAY
    for n, hours in enumerate((1, 2, 4)):
        memento.look(at)
        link = memento.link(number)
        assert link.copy_said == "The archive answered 503."
        assert link.copy_due_at == at + timedelta(hours=hours)
        assert memento.host("archive.example").failures == n + 1
        at = link.copy_due_at + MINUTE


def test_nobody_is_asked_while_the_setting_is_off(memento: World) -> None:
    memento.app.config["MEMENTO"] = False
    number = lost(memento)
    assert memento.asked() == ["ledger.example/story"]
    assert memento.link(number).copy_due_at == NOON
    memento.app.config["MEMENTO"] = True
    memento.look(NOON + MINUTE)
    assert len(memento.asked()) == 3


def test_who_is_killed_between_answer_and_commit_asks_again(memento: World, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Killed

    for place in ((looking, "_found"), (looking, "_note")):
        with monkeypatch.context() as patch, pytest.raises(Killed):
            patch.setattr(*place, die)
            lost(memento) if place[1] == "_found" else memento.look(NOON + MINUTE)
        memento.look(NOON + MINUTE)
        with memento.app.app_context(), publishing.as_staff():
            assert not db.session.scalar(db.select(ClipLink.copy_said)), "another has it, until its claim runs out"
            db.session.execute(update(LinkHost).values(claimed_until=NOON - MINUTE))
            db.session.commit()
    memento.look(NOON + 2 * MINUTE)
    with memento.app.app_context(), publishing.as_staff():
        assert db.session.scalar(db.select(ClipLink.copy_said)) == "No archive that is asked has a copy."


def test_a_copy_of_an_address_that_was_edited_meanwhile_is_not_kept(
    memento: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = lost(memento)

    asked: list[str] = []

    def found(_known: object, url: str, _day: object) -> Copy | None:
        asked.append(url)
        if len(asked) > 1:
            return None
        with memento.app.app_context(), publishing.as_staff():
            db.session.execute(update(ClipLink).values(url="https://another.example/"))
            db.session.commit()
        return copy("2026-11-13")

    monkeypatch.setattr(looking, "_found", found)
    with memento.app.app_context(), publishing.as_staff(), clock.at(NOON + MINUTE):
        actions.look_now(db.session.get_one(ClipLink, number), now=NOON)
        db.session.execute(update(ClipLink).values(copy_due_at=NOON))
        db.session.commit()
        looking.work_off(NOON + MINUTE)
    assert memento.link(number).copy_url == ""
    assert asked == [memento.url(), "https://another.example/"]
