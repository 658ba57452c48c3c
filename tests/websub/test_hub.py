"""Our own hub and a hub of others: what is asked, told, signed, tried again, refused and ended. Nobody is called."""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from pressroom.kit import clock
from pressroom.kit.db import db
from pressroom.kit.fetch import Fetched, FetchError
from pressroom.releases import actions
from pressroom.releases.models import Release
from pressroom.websub import actions as websub
from pressroom.websub import feeds, jobs, queries, rules, telling
from pressroom.websub.models import HubErrand, HubSubscription, HubTopic
from pressroom.websub.rules import HubError
from tests.conftest import NOON, post, submit
from tests.releases.conftest import draft, public

SITE = "http://127.0.0.1:8000"
HUB = f"{SITE}/hub"
TOPIC = f"{SITE}/feeds/releases.atom"
CALLBACK = "https://reader.example/told?id=7"
SECRET = "quillwort"
MINUTE = timedelta(minutes=1)


@dataclass
class World:
    """The machines outside: what they were sent, and what they answer.

    Attributes:
        confirm: whether a subscriber sends the challenge back.
        status: what a POST is answered with.
        down: no connection can be made.
    """

    confirm: bool = True
    status: int = 204
    down: bool = False
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    told: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)


@dataclass(frozen=True)
class Outside:
    """In the place of the fetcher."""

    world: World
    redirects: int = 5
    most: int = 0
    seconds: float = 0

    def get(self, address: str) -> Fetched:
        self._reach()
        query = parse_qs(urlsplit(address).query)
        self.world.asked.append(query)
        said = query["hub.challenge"][0] if self.world.confirm else "no"
        return Fetched(address, 200, {}, said.encode())

    def post(self, address: str, body: bytes, headers: dict[str, str]) -> Fetched:
        self._reach()
        self.world.told.append((address, body, dict(headers)))
        return Fetched(address, self.world.status, {}, b"")

    def _reach(self) -> None:
        assert self.redirects == 0, "a redirect is no confirmation"
        if self.world.down:
            raise FetchError("reader.example takes no connection. Try again later.")


@pytest.fixture
def world(app: Flask, clock_at: Callable[[datetime], None]) -> World:
    """The own hub is on, and everybody outside is kind."""
    clock_at(NOON)
    app.config["WEBSUB_HUB"] = HUB
    found = World()
    app.extensions["fetcher"] = Outside(found)
    app.extensions["wake"] = lambda: None
    return found


@pytest.fixture
def work(app: Flask, clock_at: Callable[[datetime], None]) -> Callable[[timedelta], None]:
    """Have the worker look, so long after NOON."""

    def run(later: timedelta = timedelta()) -> None:
        clock_at(NOON + later)
        with app.app_context():
            jobs.tell(clock.now())

    return run


def ask(client: FlaskClient, **changed: str) -> Any:
    form = {"mode": "subscribe", "topic": TOPIC, "callback": CALLBACK, "secret": "s3cret", "lease_seconds": "86400"}
    return client.post("/hub", data={f"hub.{name}": value for name, value in (form | changed).items()})


@pytest.fixture
def count(staff: Callable[[], Any]) -> Iterator[Callable[[type], int]]:
    """How many rows there are of a model."""

    def counted(model: type) -> int:
        with staff():
            return db.session.scalar(select(func.count()).select_from(model)) or 0

    yield counted


def test_a_subscriber_is_asked_told_and_forgotten(
    client: FlaskClient, staff: Callable[[], Any], world: World, work: Callable, count: Callable
) -> None:
    answer = ask(client)
    assert (answer.status_code, answer.mimetype) == (202, "text/plain")
    assert (count(HubErrand), count(HubSubscription)) == (1, 0), "nothing before the callback confirmed it"
    work()
    (asked,) = world.asked
    assert asked["id"] == ["7"], "what stands in the callback stays"
    assert asked["hub.mode"] == ["subscribe"]
    assert asked["hub.topic"] == [TOPIC]
    assert asked["hub.lease_seconds"] == ["86400"]
    assert len(asked["hub.challenge"][0]) >= 32
    assert (count(HubErrand), count(HubSubscription)) == (0, 1)
    work(MINUTE)
    assert not world.told, "the feed is as it was"

    with staff():
        address = public().address
    work(2 * MINUTE)
    ((told, body, headers),) = world.told
    assert told == CALLBACK
    assert address.encode() in body
    assert headers["Content-Type"].startswith("application/atom+xml")
    assert headers["Link"] == f'<{HUB}>; rel="hub", <{TOPIC}>; rel="self"'
    assert headers["X-Hub-Signature"] == "sha256=" + hmac.new(b"s3cret", body, hashlib.sha256).hexdigest()
    assert body == client.get("/feeds/releases.atom").data, "what every reader sees"
    work(3 * MINUTE)
    assert len(world.told) == 1, "once for each change"

    ask(client, mode="unsubscribe")
    work(4 * MINUTE)
    assert world.asked[-1]["hub.mode"] == ["unsubscribe"]
    assert "hub.lease_seconds" not in world.asked[-1]
    work(5 * MINUTE)
    assert (count(HubErrand), count(HubSubscription), count(HubTopic)) == (0, 0, 0)


def test_a_lift_and_a_withdrawal_are_told_and_nothing_before(
    client: FlaskClient, staff: Callable[[], Any], world: World, work: Callable
) -> None:
    """A lift writes nothing, and is told all the same; an embargo is told to nobody."""
    ask(client, secret="")
    work()
    with staff() as cast:
        release = draft(headline=f"The {SECRET} genome")
        number = release.id
        actions.schedule(release, by=cast.ada, now=NOON, at=NOON + 10 * MINUTE, embargoed=True)
    work(9 * MINUTE)
    assert not world.told
    work(10 * MINUTE)
    _, body, headers = world.told.pop()
    assert SECRET.encode() in body
    assert "X-Hub-Signature" not in headers, "no secret was given"
    with staff() as cast:
        release = db.session.get_one(Release, number)
        actions.withdraw(release, by=cast.ada, now=NOON + 11 * MINUTE, reason="Wrong.")
    work(12 * MINUTE)
    assert len(world.told) == 1


def test_what_fails_is_tried_again_and_who_is_gone_is_not(
    client: FlaskClient, staff: Callable[[], Any], world: World, work: Callable, count: Callable
) -> None:
    ask(client)
    work()
    with staff():
        public()
    world.down = True
    work(MINUTE)
    assert (len(world.told), count(HubErrand)) == (0, 1)
    world.down, world.status = False, 500
    work(MINUTE + timedelta(seconds=30))
    assert not world.told, "not before its time"
    work(2 * MINUTE)
    work(7 * MINUTE)
    assert len(world.told) == 2
    world.status = 200
    work(60 * MINUTE)
    assert (len(world.told), count(HubErrand)) == (3, 0)
    with staff():
        public(headline="Another", slug="another")
    world.status = 410
    work(61 * MINUTE)
    assert (len(world.told), count(HubErrand), count(HubSubscription)) == (4, 0, 0)


def test_who_does_not_confirm_is_given_up_and_leases_end(
    client: FlaskClient, staff: Callable[[], Any], world: World, work: Callable, count: Callable
) -> None:
    world.confirm = False
    ask(client)
    later = timedelta()
    for wait in (0, *rules.WAITS):
        later += timedelta(minutes=wait)
        work(later)
    assert len(world.asked) == 2
    assert (count(HubErrand), count(HubSubscription)) == (0, 0)
    world.confirm = True
    ask(client, lease_seconds="1")
    work(later + MINUTE)
    assert count(HubSubscription) == 1
    ask(client)
    work(later + 2 * MINUTE)
    assert count(HubSubscription) == 1, "asked for again, it is renewed"
    with staff():
        public()
    work(later + timedelta(days=1, minutes=3))
    assert (count(HubSubscription), count(HubTopic)) == (0, 0)
    assert not world.told


REFUSED = {
    "mode": ("publish", ""),
    "topic": ("", "https://other.example/feed.atom", SITE, f"{SITE}/", f"{SITE}/releases/", f"{SITE}/feeds/x.atom",
              f"{TOPIC}#x", f"{TOPIC}>", f"{SITE}/embargo/feed/x.atom", f"{SITE}/feeds/../embargo/feed/x.atom",
              f"{SITE}/%65mbargo/feed/x.atom", f"{SITE}.evil.example/feeds/releases.atom"),
    "callback": ("", "ftp://reader.example/", "https://a@reader.example/", "https://reader.example:22/", "x" * 2000,
                 "http://0x7f000001/", "https://reader.example/é", "https://bücher.example/", "https://rea\u00adder.example/"),
    "secret": ("x" * 200, "a\x00b", "a\nb"),
}  # fmt: skip


def test_what_cannot_be_right_is_refused_with_a_sentence(client: FlaskClient, world: World, count: Callable) -> None:
    for name, values in REFUSED.items():
        for value in values:
            answer = ask(client, **{name: value})
            assert (answer.status_code, answer.mimetype) == (400, "text/plain"), (name, value)
            assert answer.text.strip().endswith("."), answer.text
    assert count(HubErrand) == count(HubTopic) == 0
    assert not world.asked


def test_the_hub_is_there_only_where_the_feeds_name_it(app: Flask, client: FlaskClient, world: World) -> None:
    assert client.get("/hub").status_code == 200
    app.config["HUB_LIMIT"] = "2 per hour"
    assert [ask(client).status_code for _ in range(3)] == [202, 202, 429]
    app.config["WEBSUB_HUB"] = "https://hub.example/"
    assert client.get("/hub").status_code == 404
    assert ask(client).status_code == 404


def test_there_is_an_end_to_subscriptions(
    client: FlaskClient, world: World, work: Callable, count: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_OF_A_HOST", 1)
    ask(client)
    work()
    assert ask(client, callback="https://reader.example/2").status_code == 400
    assert ask(client, callback="https://READER.example.:443/3").status_code == 400, "the same host"
    assert ask(client).status_code == 202, "renewed"
    assert ask(client, callback="https://other.example/").status_code == 202
    assert ask(client, callback="https://other.example/2").status_code == 202, "neither is confirmed"
    work(MINUTE)
    assert (count(HubSubscription), count(HubErrand)) == (2, 0), "but one of them only is taken"
    monkeypatch.setattr(rules, "MOST_WAITING", 1)
    assert ask(client, callback="https://third.example/").status_code == 202
    assert ask(client, callback="https://fourth.example/").status_code == 400


def test_a_hub_of_others_is_told_of_the_feeds_of_the_house(
    app: Flask, staff: Callable[[], Any], world: World, work: Callable, count: Callable
) -> None:
    app.config["WEBSUB_HUB"] = "https://hub.example/"
    work()
    assert count(HubTopic) == 9
    assert not world.told, "nothing is new"
    with staff():
        public()
    work(MINUTE)
    assert {to for to, _, _ in world.told} == {"https://hub.example/"}
    pinged = {parse_qs(body.decode())["hub.topic"][0] for _, body, _ in world.told}
    assert pinged == {f"{SITE}/feeds/releases.{fmt}" for fmt in ("rss", "atom", "json")}
    assert all(parse_qs(body.decode())["hub.mode"] == ["publish"] for _, body, _ in world.told)
    app.config["WEBSUB_HUB"] = ""
    with staff():
        public(headline="Another", slug="another")
    work(2 * MINUTE)
    assert len(world.told) == 3


def test_where_fetching_is_off_nobody_is_told(app: Flask, client: FlaskClient, world: World, work: Callable) -> None:
    app.config["FETCHING"] = False
    ask(client)
    work()
    assert not world.asked


def test_a_feed_is_read_as_a_stranger_reads_it(app: Flask, client: FlaskClient, world: World) -> None:
    with app.app_context():
        read = feeds.read(TOPIC)
        assert read is not None
        assert read.body == client.get("/feeds/releases.atom").data
        assert feeds.read(f"{SITE}/releases/feed.atom?year=2026") is not None
        for other in (
            "/feeds/releases.atom?x=1",
            "/clips/feed.rss?q=a",
            "/clips/feed.rss?%71=a",
            "//x/feeds/releases.atom",
        ):
            assert feeds.read(f"{SITE}{other}") is None, other


def test_a_feed_names_a_hub_only_where_it_can_be_followed(client: FlaskClient, world: World) -> None:
    for address, follows in (
        ("/clips/feed.atom", True),
        ("/clips/feed.atom?q=a", False),
        ("/search/feed.atom?q=a", False),
    ):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert (HUB in answer.text, HUB in answer.headers.get("Link", "")) == (follows, follows), address


def test_a_private_feed_is_no_topic_however_it_is_written(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is even asked of the press room, so no embargoed text could come back."""
    monkeypatch.setattr(feeds, "run_wsgi_app", None)
    with app.app_context():
        for path in ("embargo", "%65mbargo", "%2565mbargo", "/embargo", "./embargo", "%65mbarg%6f"):
            assert feeds.read(f"{SITE}/{path}/feed/secret.atom") is None, path
        assert feeds.read(f"{SITE}/%66eeds/releases.atom") is None


def test_a_turn_has_an_end_and_begins_with_what_is_new(
    client: FlaskClient, staff: Callable[[], Any], world: World
) -> None:
    for number in range(5):
        ask(client, callback=f"https://reader.example/?id={number}")
    with staff():
        first = db.session.scalars(select(HubErrand).order_by(HubErrand.id)).first()
        assert first is not None
        first.attempts = 1
        db.session.commit()
        ticks = iter(range(0, 1000, 9))
        assert telling.work_off(NOON, monotonic=lambda: next(ticks)) == 2
        assert [asked["id"] for asked in world.asked] == [["1"], ["2"]]


def test_one_errand_that_fails_does_not_stop_the_others(
    client: FlaskClient, world: World, work: Callable, count: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = rules.question

    def failing(asked: rules.Asked, challenge: str) -> str:
        if "bad" in asked.callback:
            raise ValueError("what nobody thought of")
        return question(asked, challenge)

    monkeypatch.setattr(rules, "question", failing)
    ask(client, callback="https://bad.example/")
    ask(client)
    work()
    assert (count(HubErrand), count(HubSubscription)) == (1, 1)
    work(MINUTE)
    assert count(HubErrand) == 0, "tried again, and given up"


def test_what_is_asked_anew_in_flight_is_not_settled_by_the_older_answer(
    client: FlaskClient, world: World, work: Callable, count: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = telling._tried

    def renewed(job: telling.Job) -> tuple[str, bool]:
        assert job.asked is not None
        websub.request(dataclasses.replace(job.asked, mode=rules.Mode.UNSUBSCRIBE), "", now=NOON)
        db.session.commit()
        return tried(job)

    with monkeypatch.context() as patch:
        patch.setattr(telling, "MOST", 1)
        patch.setattr(telling, "_tried", renewed)
        ask(client)
        work()
    assert (count(HubErrand), count(HubSubscription)) == (1, 0)
    work(MINUTE)
    assert world.asked[-1]["hub.mode"] == ["unsubscribe"]
    assert count(HubErrand) == 0


def test_only_feeds_that_somebody_follows_are_looked_at(
    client: FlaskClient, world: World, work: Callable, count: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_TOPICS", 1)
    years = [f"{SITE}/releases/feed.atom?year={year}" for year in (2024, 2025)]
    assert [ask(client, topic=topic).status_code for topic in years] == [202, 202], "neither is confirmed"
    looked: list[str] = []
    monkeypatch.setattr(feeds, "read", looked.append)
    world.confirm = False
    work()
    assert not looked
    monkeypatch.undo()
    monkeypatch.setattr(rules, "MOST_TOPICS", 1)
    world.confirm = True
    work(MINUTE)
    assert (count(HubSubscription), count(HubErrand)) == (1, 0), "the second found no room when it was confirmed"
    assert ask(client, topic=years[1]).status_code == 400
    assert ask(client, topic=years[0], callback="https://other.example/").status_code == 202
    assert ask(client).status_code == 202, "those of the house are always taken"


@pytest.mark.parametrize(
    ("written", "granted"),
    [("", rules.USUAL), ("0", rules.USUAL), ("x", rules.USUAL), ("-5", rules.USUAL), ("١", rules.USUAL), ("60", 3600),
     ("7200", 7200), ("99999999", rules.LONGEST), ("9" * 50, rules.USUAL)],
)  # fmt: skip
def test_a_lease_has_bounds(written: str, granted: int) -> None:
    assert rules.lease(written) == granted


def test_a_secret_is_counted_in_bytes() -> None:
    form = {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.callback": CALLBACK, "hub.secret": "é" * 100}
    with pytest.raises(HubError, match="200 bytes"):
        rules.read(form, frozenset({80, 443}))


def test_what_another_request_has_just_written_is_taken(
    staff: Callable[[], Any], world: World, count: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both looked before either wrote: a topic and a subscription are there once, and the newest words count."""

    def blind(name: str, *, looks: int) -> None:
        real, seen = getattr(queries, name), list[Any]()
        monkeypatch.setattr(queries, name, lambda *of: seen.append(of) if len(seen) < looks else real(*of))

    errand = {"callback": CALLBACK, "lease": 3_600, "created_at": NOON, "due_at": NOON}
    with staff():
        topic = websub.ensure(TOPIC, "a")
        first = HubErrand(topic=topic, mode=rules.Mode.SUBSCRIBE, secret="old", **errand)
        db.session.add(first)
        db.session.flush()
        websub.follow(first, now=NOON)
    with staff():
        blind("topic", looks=1)
        assert websub.ensure(TOPIC, "b").digest == "a"
        blind("subscription", looks=2)
        again = HubErrand(topic=websub.ensure(TOPIC, "b"), mode=rules.Mode.SUBSCRIBE, secret="new", **errand)
        db.session.add(again)
        db.session.flush()
        websub.follow(again, now=NOON)
    with staff():
        assert db.session.scalars(select(HubSubscription.secret)).one() == "new"
    assert (count(HubTopic), count(HubErrand)) == (1, 0)


def test_the_desk_sees_who_follows_and_ends_it(
    client: FlaskClient, ada: FlaskClient, wren: FlaskClient, staff: Any, world: World, work: Callable, count: Callable
) -> None:
    page = "/desk/settings/hub"
    assert "Nobody follows" in ada.get(page).text
    ask(client)
    assert "1 more is being asked" in ada.get(page).text
    work()
    assert "Not yet" in ada.get(page).text
    with staff():
        public()
    work(MINUTE)
    with staff():
        assert db.session.scalars(select(HubSubscription.told_at)).one() == NOON + MINUTE
        public(headline="Another")
    world.down = True
    work(2 * MINUTE)
    shown = ada.get(page).text
    for words in ("reader.example", "/feeds/releases.atom", "12:01", "takes no connection"):
        assert words in shown, words
    assert "told?id=7" not in shown, "a callback may be a secret"
    assert "s3cret" not in shown
    world.down = False
    work(timedelta(hours=1))
    assert "takes no connection" not in ada.get(page).text
    assert (wren.get(page).status_code, client.get(page).status_code) == (403, 303)
    assert submit(ada, page, {}, form="//main//form").status_code == 303
    assert count(HubSubscription) == 0
    assert "hub subscription" in ada.get("/desk/audit").text
    assert post(ada, f"{page}/1", form="/desk/settings").status_code == 404
