"""The worker looks at links: what it finds, when it comes back, whom it leaves alone, and what a death costs."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update

from pressroom import publishing
from pressroom.clips import actions as clips
from pressroom.clips.links import actions, checking, jobs, queries, rules
from pressroom.clips.links.models import ClipLink, LinkCheck, LinkHost
from pressroom.clips.links.rules import LinkState
from pressroom.clips.models import Clip
from pressroom.clips.snapshots.models import ClipSnapshot
from pressroom.clips.stories import aliases
from pressroom.clips.stories.models import ClipAlias
from pressroom.kit import clock
from pressroom.kit.db import db
from tests.clips.links import pages
from tests.clips.links.conftest import World, answer
from tests.conftest import NOON
from tests.kit.site import for_ever, page, ticking

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def test_a_story_that_is_there_is_looked_at_once_a_month(world: World) -> None:
    number = world.clip()
    edition = world.edition()
    world.look(NOON)
    link = world.link(number)
    assert (link.state, link.status, link.failures, link.ok_at) == (LinkState.LIVE, 200, 0, NOON)
    assert link.mark
    assert timedelta(days=28) < link.due_at - NOON < timedelta(days=32)
    assert world.asked() == ["ledger.example/story"]
    world.look(NOON + DAY)
    assert len(world.asked()) == 1
    world.look(NOON + 33 * DAY)
    assert len(world.asked()) == 2
    assert world.edition() == edition, "nothing public changed"
    with world.app.app_context(), publishing.as_staff():
        lines = queries.history(number)
        assert [(line.state, line.times, line.first_at) for line in lines] == [(LinkState.LIVE, 2, NOON)]


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ({"/story": page(status="404 Not Found")}, LinkState.GONE),
        ({"/story": page(status="410 Gone")}, LinkState.GONE),
        ({"/story": answer(pages.SORRY)}, LinkState.SOFT_404),
        ({"/story": page(b"", "Location: /", status="302 Found"), "/": answer(pages.HOME)}, LinkState.HOME),
        ({"/story": page(status="500 Oh")}, LinkState.UNREACHABLE),
        ({"/story": lambda connection: connection.close()}, LinkState.UNREACHABLE),
        ({"/story": page(b"", "Location: /story", status="302 Found")}, LinkState.UNREACHABLE),
        ({"/story": page(b"", "Location: http://10.0.0.1/", status="302 Found")}, LinkState.UNREACHABLE),
        ({"/story": answer(pages.WALL)}, LinkState.PAYWALLED),
        ({"/story": answer(pages.PROGRAMS, status="403 No")}, LinkState.REFUSED),
        ({"/story": page(b"%PDF-1.7", "Content-Type: application/pdf")}, LinkState.LIVE),
        (
            {"/story": page(b"", "Location: /new", status="301 Moved"), "/new": answer(pages.STORY)},
            LinkState.MOVED,
        ),
        ({"/story": page(b"", "Location: /new", status="302 Found"), "/new": answer(pages.STORY)}, LinkState.LIVE),
        ({"/story": answer(pages.STORY + b"x" * 1_500_000)}, LinkState.LIVE),
        (
            {"/story": for_ever(b"<p>word " * 1000, b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")},
            LinkState.LIVE,
        ),
    ],
)
def test_what_is_found_at_a_site(world: World, answers: dict[str, Any], state: LinkState) -> None:
    world.site.answers |= answers
    number = world.clip()
    for minutes in range(3):  # an address that nobody ever had may be asked for in between
        world.look(NOON + minutes * MINUTE)
    link = world.link(number)
    assert link.state is state, link.said
    assert link.failures == (1 if state.is_failure else 0)


def test_ports_and_dead_names_are_told_apart(world: World) -> None:
    port = world.clip("/", headline="A", url="http://ledger.example:8081/x")
    dead = world.clip(host="dead.example", headline="B")
    live = world.clip()
    world.look(NOON)
    world.look(NOON + MINUTE)
    assert world.link(port).state is LinkState.UNCHECKED
    assert world.link(port).failures == 0
    assert world.link(live).state is LinkState.LIVE
    assert world.link(dead).state is LinkState.UNREACHABLE
    assert "no site with this name" in world.link(dead).said


def test_failures_count_once_a_day_and_a_story_that_is_back_ends_them(world: World) -> None:
    number = world.clip()
    world.look(NOON)
    at = world.link(number).due_at
    world.site.answers["/story"] = page(status="404 Not Found")
    world.look(at)
    assert world.link(number).failures == 1
    with world.app.app_context(), publishing.as_staff():
        actions.look_now(db.session.get_one(ClipLink, number), now=at + timedelta(hours=3))
        db.session.commit()
    world.look(at + timedelta(hours=3))
    assert world.link(number).failures == 1, "of the same day"
    for days, failures in ((2, 2), (4, 3), (12, 4)):
        world.look(at + days * DAY)
        assert world.link(number).failures == failures
    assert world.link(number).due_at == at + 12 * DAY + rules.RARELY
    world.site.answers["/story"] = answer(pages.STORY)
    world.look(at + 30 * DAY)
    assert (world.link(number).state, world.link(number).failures) == (LinkState.LIVE, 0)


def test_one_request_to_a_host_at_a_time_and_others_meanwhile(world: World) -> None:
    for n in range(3):
        world.site.answers[f"/{n}"] = answer(pages.STORY)
        for host in ("one.example", "two.example"):
            world.clip(f"/{n}", host, headline=f"{pages.HEADLINE} {n} {host}")
    world.look(NOON)
    assert sorted(path.partition("/")[0] for path in world.asked()) == ["one.example", "two.example"]
    world.look(NOON + timedelta(seconds=5))
    assert len(world.asked()) == 2, "the gap is longer"
    world.look(NOON + MINUTE)
    world.look(NOON + 2 * MINUTE)
    assert len(set(world.asked())) == len(world.asked()) == 6


def test_retry_after_and_failures_keep_a_host_alone(world: World) -> None:
    number, other = world.clip(), world.clip("/other", headline="Another")
    world.site.answers["/story"] = page(b"", "Retry-After: 7200", status="429 Slowly")
    world.look(NOON)
    assert world.link(number).state is LinkState.REFUSED
    assert world.host().free_at == NOON + timedelta(hours=2)
    world.look(NOON + timedelta(hours=1))
    assert world.link(other).checked_at is None
    world.look(NOON + timedelta(hours=3))
    assert world.link(other).checked_at == NOON + timedelta(hours=3)
    when = "Wed, 25 Nov 2026 08:00:00 GMT"
    assert rules.wait(0, when, NOON) == datetime.fromisoformat("2026-11-25T08:00:00+00:00") - NOON
    for failures, asked, least in ((0, "", rules.GAP), (3, "", 8 * MINUTE), (60, "", DAY), (0, "9" * 9, 14 * DAY)):
        assert rules.wait(failures, asked, NOON) == least
    for asked in ("soon", "-5", "²", "Thu, 99 Foo 2026", "9" * 400):
        assert rules.wait(0, asked, NOON) == rules.GAP


def test_a_host_without_a_name_is_asked_once_for_all_its_stories(world: World) -> None:
    numbers = [world.clip(f"/{n}", "dead.example", headline=f"Dead {n}") for n in range(5)]
    world.clip()
    world.look(NOON)
    world.look(NOON + MINUTE)
    assert {world.link(number).state for number in numbers} == {LinkState.UNREACHABLE}
    assert {world.link(number).failures for number in numbers} <= {0, 1}
    for days in (1.5, 3, 4.5):
        for hours in (0, 2):  # within these two a host that answered before bears witness that it is not our own line
            world.look(NOON + days * DAY + timedelta(hours=hours))
    assert {world.link(number).failures for number in numbers} == {3}


def test_a_bad_certificate_says_nothing_of_plain_pages(world: World) -> None:
    """The site of the tests speaks no TLS, so that no encrypted connection can be made."""
    secure = [world.clip(url=world.url(f"/{n}").replace("http:", "https:"), headline=f"S{n}") for n in range(2)]
    plain = world.clip()
    world.look(NOON)
    assert [world.link(number).state for number in secure] == [LinkState.UNREACHABLE] * 2
    assert world.link(plain).state is LinkState.NEW
    world.look(NOON + 5 * MINUTE)
    assert world.link(plain).state is LinkState.LIVE


def test_a_clip_that_gets_its_address_later_is_looked_at(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    old = world.clip(url="", medium="print")
    world.clip(headline="B")
    world.look(NOON)
    monkeypatch.setattr(queries, "BEHIND", 0)  # as if five thousand had come since
    with world.app.app_context(), publishing.as_staff():
        clips.edit(db.session.get_one(Clip, old), by=None, now=NOON, url=world.url("/later"))
        db.session.commit()
    assert world.link(old).state is LinkState.NEW
    world.look(NOON + MINUTE)
    assert world.link(old).state is LinkState.GONE


def test_where_nobody_answers_it_is_our_own_line(world: World) -> None:
    numbers = [world.clip("/", f"dead.number{n}.example", headline=f"Dead {n}") for n in range(3)]
    for days in range(5):
        world.look(NOON + days * DAY)
    assert {world.link(number).failures for number in numbers} == {0}
    assert all(world.link(number).state is LinkState.UNREACHABLE for number in numbers)
    world.clip()
    world.look(NOON + 5 * DAY)
    world.look(NOON + 6 * DAY)
    assert {world.link(number).failures for number in numbers} == {1}


def test_an_address_that_nobody_ever_had_is_asked_for_once(world: World) -> None:
    """A site that says of everything that it is there, in words of its own."""
    world.site.answers["/old/story"] = answer(pages.QUIET_SORRY)

    class Any200(dict[str, Any]):
        def get(self, key: str, default: Any = None) -> Any:
            return super().get(key, answer(pages.QUIET_SORRY) if key.startswith("/old/") else default)

    world.site.answers = Any200(world.site.answers)
    first, second = world.clip("/old/story"), world.clip("/old/story2", headline="The second of them, longer still")
    for minutes in range(5):
        world.look(NOON + minutes * MINUTE)
    assert world.link(first).state is LinkState.SOFT_404
    assert world.link(second).state is LinkState.SOFT_404
    asked = world.asked()
    assert len(asked) == 4, asked
    assert len([path for path in asked if "story" not in path]) == 1
    assert world.host().nowhere_status == 200


def test_clips_that_come_in_by_any_way_are_taken_up(world: World) -> None:
    with world.app.app_context(), publishing.as_staff():
        clips.add(by=None, now=NOON, headline="On paper", outlet="X", published_on=NOON.date())
        db.session.commit()
    first = world.clip()
    world.look(NOON)
    with world.app.app_context(), publishing.as_staff():
        assert db.session.scalar(select(func.count(ClipLink.clip_id))) == 1
        clip = db.session.get_one(Clip, first)
        clips.edit(clip, by=None, now=NOON, url=world.url("/elsewhere"))
        db.session.commit()
    assert world.link(first).state is LinkState.NEW
    world.look(NOON + MINUTE)
    assert world.link(first).state is LinkState.GONE
    with world.app.app_context(), publishing.as_staff():
        db.session.execute(update(Clip).where(Clip.id == first).values(url=world.url("/story")))  # past every form
        db.session.commit()
    world.look(NOON + 2 * DAY)
    world.look(NOON + 2 * DAY + MINUTE)
    assert world.link(first).state is LinkState.LIVE


def test_what_is_withdrawn_or_switched_off_is_left_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    number = world.clip()
    with world.app.app_context(), publishing.as_staff():
        clips.withdraw(db.session.get_one(Clip, number), by=None, now=NOON, reason="Ours by mistake.")
        db.session.commit()
    world.look(NOON)
    assert world.asked() == []
    assert world.link(number).due_at > NOON
    world.clip("/2", headline="Second")
    for name in ("LINK_CHECKS", "FETCHING"):
        with monkeypatch.context() as patch:
            patch.setitem(world.app.config, name, False)
            world.look(NOON + DAY)
    assert world.asked() == []


def test_reserved_names_and_samples_are_never_asked(app: Flask, staff: Callable[[], Any]) -> None:
    with staff():
        clips.add(by=None, now=NOON, headline="A", outlet="X", published_on=NOON.date(), url="https://x.example/1")
        clips.add(
            by=None,
            now=NOON,
            headline="B",
            outlet="X",
            published_on=NOON.date(),
            url="https://x.org/1",
            origin="sample",
        )
    with clock.at(NOON), app.app_context():
        jobs.look(NOON)
        with publishing.as_staff():
            assert set(db.session.scalars(select(ClipLink.due_at))) == {None}


# Deaths --------------------------------------------------------------------------------------------------


def test_a_worker_killed_while_it_reads_or_before_it_commits_loses_and_repeats_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = world.clip()
    world.look(NOON - DAY)  # its row is there, and the file of its snapshot
    with world.app.app_context(), publishing.as_staff():
        actions.look_now(db.session.get_one(ClipLink, number), now=NOON)
        db.session.commit()

    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Killed

    world.site.answers["/story"] = page(status="404 Not Found")
    for place in ((checking, "_look"), (checking, "_note"), (actions, "note"), (actions, "let_go")):
        with monkeypatch.context() as patch:
            patch.setattr(*place, die)
            with pytest.raises(Killed):
                world.look(NOON)
        assert world.link(number).state is LinkState.LIVE
        assert world.link(number).failures == 0
        world.look(NOON + MINUTE)
        assert world.link(number).state is LinkState.LIVE, "another has it, until its claim runs out"
        with world.app.app_context(), publishing.as_staff():
            db.session.execute(update(LinkHost).values(claimed_until=NOON - MINUTE))
            db.session.execute(update(ClipLink).values(due_at=NOON))
            db.session.commit()
    world.look(NOON + MINUTE)
    assert (world.link(number).state, world.link(number).failures) == (LinkState.GONE, 1)
    with world.app.app_context(), publishing.as_staff():
        assert db.session.scalar(select(func.count(LinkCheck.id))) == 2
        assert db.session.scalar(select(func.count(ClipSnapshot.id))) == 1


@pytest.mark.sqlite
def test_a_process_that_is_killed_outright(world: World) -> None:
    """``kill -9`` while the page is being read."""
    number = world.clip()
    reached = os.pipe()

    def hang(connection: Any) -> None:
        os.write(reached[1], b"x")
        connection.recv(1)

    world.site.answers["/story"] = hang
    with world.app.app_context():
        db.session.remove()
        db.engine.dispose()
    child = os.fork()
    if not child:
        try:
            world.look(NOON)
        finally:
            os._exit(0)
    os.read(reached[0], 1)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    world.site.answers["/story"] = answer(pages.STORY)
    assert world.link(number).state is LinkState.NEW
    world.look(NOON + MINUTE)
    assert world.link(number).state is LinkState.NEW
    other = world.clip("/other", headline="Another")
    world.look(NOON + actions.LEASE + MINUTE)
    assert world.link(number).state is LinkState.NEW, "others of its host come first"
    assert world.link(other).state is LinkState.GONE
    world.look(NOON + actions.DYING + MINUTE)
    assert world.link(number).state is LinkState.LIVE


def test_who_was_too_slow_writes_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    number = world.clip()
    looked = checking._look

    def slow(job: Any) -> Any:
        seen = looked(job)
        with world.app.app_context(), publishing.as_staff():
            db.session.execute(update(LinkHost).values(claim="another", claimed_until=NOON + DAY))
            db.session.commit()
        return seen

    with monkeypatch.context() as patch:
        patch.setattr(checking, "_look", slow)
        world.look(NOON)
    assert world.link(number).state is LinkState.NEW
    assert world.host().claim == "another"


def test_a_fault_costs_one_link_its_turn(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, whole = world.clip(host="a.example", headline="A"), world.clip(host="b.example")
    looked = checking._look

    def faulty(job: Any) -> Any:
        if job.clip_id == broken:
            raise RuntimeError("a mistake")
        return looked(job)

    monkeypatch.setattr(checking, "_look", faulty)
    world.look(NOON)
    assert world.link(whole).state is LinkState.LIVE
    assert world.link(broken).due_at == NOON + rules.AGAIN


def test_a_turn_ends(world: World) -> None:
    for n in range(4):
        world.clip(host=f"h{n}.example", headline=f"{pages.HEADLINE} {n}")
    with clock.at(NOON), world.app.app_context(), publishing.as_staff():
        jobs.take_up(NOON)
        assert checking.work_off(NOON, monotonic=ticking(checking.TURN / 2.5)) == 2


# Many ----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_hundred_thousand_links_that_are_due(world: World) -> None:
    """Whom to ask next is read off an index, however many wait."""
    number = world.clip()
    with clock.at(NOON), world.app.app_context(), publishing.as_staff():
        jobs.take_up(NOON)
        columns = [column.name for column in Clip.__table__.columns if column.name not in {"id", "uid", "fingerprint"}]
        names = ", ".join(columns)
        many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"
        insert = f"INSERT INTO clip (id, uid, fingerprint, {names})"
        made = "SELECT 1000 + n.i, 'u' || n.i, 'f' || n.i"
        chosen = f"{made}, {', '.join(f'clip.{name}' for name in columns)} FROM n, clip WHERE clip.id = {number}"
        postgres = db.engine.dialect.name == "postgresql"
        statement = f"{insert} {many} {chosen}" if not postgres else f"{many} {insert} {chosen}"
        db.session.execute(text(statement))
        db.session.commit()
        taken, rounds = 1, 0
        while taken:
            taken, rounds = actions.take_up(NOON), rounds + 1
            db.session.commit()
            if rounds == 3:  # the rest in one statement; the loop was seen to go on
                copied = [column.name for column in ClipLink.__table__.columns if column.name != "clip_id"]
                rest = f"SELECT clip.id, {', '.join(f'l.{name}' for name in copied)} FROM clip, clip_link l"
                where = f"WHERE l.clip_id = {number} AND clip.id > (SELECT max(clip_id) FROM clip_link)"
                db.session.execute(text(f"INSERT INTO clip_link (clip_id, {', '.join(copied)}) {rest} {where}"))
                db.session.commit()
        assert db.session.scalar(select(func.count(ClipLink.clip_id))) == 100_001
        due = db.session.scalars(select(ClipLink.due_at).where(ClipLink.clip_id.between(1001, 1900))).all()
        days = [(one - NOON).days for one in due]
        assert 0 <= min(days) <= 1, "spread over the whole interval"
        assert 27 <= max(days) <= 30
        db.session.execute(update(ClipLink).values(due_at=NOON))
        db.session.execute(update(LinkHost).values(due_at=NOON))
        db.session.commit()
        if not postgres:
            plans = []
            for statement in (
                "SELECT id FROM link_host WHERE due_at <= 'x' AND free_at <= 'x' ORDER BY due_at LIMIT 5",
                "SELECT clip_id FROM clip_link WHERE host_id = 1 AND due_at <= 'x' ORDER BY due_at LIMIT 1",
                "SELECT min(due_at) FROM clip_link WHERE host_id = 1",
                "SELECT clip_id FROM clip_link WHERE copy_due_at <= 'x' ORDER BY copy_due_at LIMIT 1",
            ):
                plans += [str(row) for row in db.session.execute(text(f"EXPLAIN QUERY PLAN {statement}"))]
            assert not [plan for plan in plans if "SCAN" in plan or "TEMP B-TREE" in plan], plans
        else:
            db.session.execute(text("ANALYZE"))  # as the server does by itself
            db.session.commit()
        begun = time.perf_counter()
        for _ in range(20):
            claimed = actions.claim(NOON)
            assert claimed is not None
            assert actions.let_go(claimed.host_id, claimed.token, free_at=NOON)
            assert actions.take_up(NOON) == 0
        db.session.commit()
        took = (time.perf_counter() - begun) / 20
        print(f"\na claim among 100,001 links that are due: {took * 1000:.1f} ms")
        assert took < 0.25


def test_a_clip_is_known_by_what_its_page_calls_its_own_address(world: World) -> None:
    """However it came in: nobody reads the page of a story that a feed tells, before its link is looked at."""
    first, copied, home = world.clip("/a"), world.clip("/b"), world.clip("/c")
    owns = {"/a": "/2026/story", "/b": "https://wire.example/story", "/c": "/"}
    for path, own in owns.items():
        story = pages.html(pages.HEADLINE, pages.WORDS, head=f'<link rel="canonical" href="{own}">')
        world.site.answers[path] = answer(story)
    for minutes in range(3):
        world.look(NOON + minutes * MINUTE)
    with world.app.app_context(), publishing.as_staff():
        assert [world.link(number).state for number in (first, copied, home)] == [LinkState.LIVE] * 3
        assert db.session.scalars(select(ClipAlias.clip_id)).all() == [first]
        mark = aliases.of_address(world.url("/2026/story", "www.ledger.example"))
        assert aliases.known([mark]) == {mark: first}
