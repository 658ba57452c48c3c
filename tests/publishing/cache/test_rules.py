"""The rules of the page cache as tables: which requests it answers, with what, and for how long."""

from __future__ import annotations

import gzip
from datetime import timedelta
from typing import Any

import brotli
import pytest

from pressroom.kit import headers
from pressroom.publishing.cache import counting, edge, entry, key, middleware
from pressroom.publishing.cache.editions import Horizon
from pressroom.publishing.cache.entry import Entry
from pressroom.publishing.cache.key import Key
from pressroom.publishing.cache.middleware import Answer
from pressroom.publishing.cache.store import Store
from tests.conftest import NOON

COOKIES = ("desk=", "journalist=")


def request(query: str = "", **said: str) -> dict[str, Any]:
    return {"REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": "/clips/", "QUERY_STRING": query, **said}


@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        ("", ()),
        ("q=gene", (("q", "gene"),)),
        ("sort=newest&q=gene", (("q", "gene"), ("sort", "newest"))),
        ("q=a%20b", (("q", "a b"),)),
        ("q=a+b", (("q", "a b"),)),
        ("q=", (("q", ""),)),
        ("q=caf%C3%A9", (("q", "café"),)),
    ],
)
def test_one_address_however_it_is_written(query: str, parameters: tuple[tuple[str, str], ...]) -> None:
    assert key.asked_for(request(query), COOKIES) == Key("/clips/", parameters)


@pytest.mark.parametrize(
    "environ",
    [
        request("topic=a&topic=a"),
        request("q"),
        request("q=%ff"),
        request("q=caf\u00e9"),
        request("&".join(f"a{n}=1" for n in range(20))),
        request("q=" + "a" * 500),
        request(PATH_INFO="/" + "a" * 600),
        request(REQUEST_METHOD="POST"),
        request(REQUEST_METHOD="OPTIONS"),
        request(SCRIPT_NAME="/press"),
        request(HTTP_COOKIE="desk=x"),
        request(HTTP_COOKIE="theme=dark; journalist=x"),
        request(HTTP_AUTHORIZATION="Basic eA=="),
        request(HTTP_RANGE="bytes=0-9"),
        request(HTTP_IF_MATCH='"x"'),
        request(HTTP_IF_UNMODIFIED_SINCE="x"),
    ],
)
def test_what_goes_past_the_cache(environ: dict[str, Any]) -> None:
    assert key.asked_for(environ, COOKIES) is None


def test_cookies_of_others_do_not_matter() -> None:
    assert key.asked_for(request(HTTP_COOKIE="_ga=GA1.2.3; theme=dark"), COOKIES) is not None
    assert headers.session_cookies(secure=True) == ("__Host-desk", "__Host-journalist")
    with pytest.raises(ValueError, match="SESSIONS"):
        headers.host_cookie("new", secure=False)


def test_the_reader_is_not_in_the_environment_in_which_a_page_is_made() -> None:
    said = request(
        "q=gene",
        HTTP_HOST="evil.example",
        HTTP_X_FORWARDED_HOST="evil.example",
        HTTP_COOKIE="theme=dark",
        HTTP_ACCEPT_LANGUAGE="de",
        HTTP_USER_AGENT="reader",
        REMOTE_ADDR="203.0.113.9",
        REQUEST_URI="//evil.example",
        RAW_URI="//evil.example",
        SERVER_PROTOCOL="HTTP/1.1",
    )
    made = key.scrubbed(said, Key("/clips/", (("q", "a b"),)), scheme="https", host="press.example:8443")
    assert not {name for name, value in made.items() if "evil" in str(value) or "203." in str(value)}
    assert {name for name in made if name.startswith("HTTP_")} == {"HTTP_HOST"}
    assert (made["QUERY_STRING"], made["HTTP_HOST"], made["SERVER_PORT"]) == ("q=a+b", "press.example:8443", "8443")
    assert made["SERVER_PROTOCOL"] == "HTTP/1.1"


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("GZIP;q=0.5", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br; q=0.0, gzip; q=0", ""),
        ("br;q=x", ""),
        ("identity", ""),
        ("brrr, xgzip", ""),
        ("", ""),
        ("gzip, " + "x" * 300, ""),
    ],
)
def test_encodings(accepted: str, encoding: str) -> None:
    assert page(b"text").encoding(accepted) == encoding


def page(body: bytes = b"<p>Cats</p>", *, kind: str = "text/html", ends: int | None = 60, **said: str) -> Entry:
    """An entry of edition 7, made at noon."""
    given = [("Content-Type", kind), ("Content-Length", "3"), ("ETag", '"x"'), ("X-Robots-Tag", "noindex")]
    given += [(name.replace("_", "-"), value) for name, value in said.items()]
    until = None if ends is None else NOON + timedelta(seconds=ends)
    return Entry(body, given, edition=7, begins=NOON, ends=until)


def test_bodies_are_packed_once_and_each_has_its_own_tag() -> None:
    kept = page(b"cats " * 100)
    for encoding, unpacked in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        said, body = kept.add(encoding)
        assert unpacked(body) == b"cats " * 100
        assert kept.bodies[encoding][1] is body
        found = dict(said)
        assert found["Content-Encoding"] == encoding
        assert found["Content-Length"] == str(len(body))
        assert found["ETag"] == f'"{kept.tag}-{encoding}"'
        assert found["Vary"] == "Accept-Encoding"
    assert kept.size == entry.OVERHEAD + sum(len(body) for _, body in kept.bodies.values())
    picture = page(b"\x89PNG", kind="image/png")
    assert picture.encoding("br, gzip") == ""
    assert "Vary" not in dict(picture.bodies[""][0])


def test_when_an_entry_holds() -> None:
    kept, second = page(), timedelta(seconds=1)
    assert kept.holds(7, NOON)
    assert kept.holds(7, NOON + 59 * second)
    assert not kept.holds(8, NOON), "something public changed"
    assert not kept.holds(6, NOON), "an older database"
    assert not kept.holds(7, NOON + 60 * second), "something was lifted"
    assert not kept.holds(7, NOON - second), "the clock was set back: what was public then is not known"
    assert page(ends=None).holds(7, NOON + 10**6 * second)
    assert page(cache_control="public, max-age=31536000, immutable").holds(99, NOON - second)


@pytest.mark.parametrize(
    ("asked", "since", "same"),
    [
        (None, None, False),
        ('"{tag}"', None, True),
        ('W/"{tag}"', None, True),
        ('"{tag}-br"', None, True),
        ('W/"{tag}-gzip"', None, True),
        ('"a", "{tag}" , "b"', None, True),
        ("*", None, True),
        ('"{tag}x"', None, False),
        ('"other"', "Mon, 30 Nov 2026 10:00:00 GMT", False),
        (None, "Mon, 30 Nov 2026 10:00:00 GMT", True),
        (None, "Tue, 01 Dec 2026 10:00:00 GMT", False),
        (None, "", False),
    ],
)
def test_whether_the_reader_has_just_this(asked: str | None, since: str | None, same: bool) -> None:
    kept = page(last_modified="Mon, 30 Nov 2026 10:00:00 GMT")
    assert kept.unchanged(asked.format(tag=kept.tag) if asked else asked, since) is same
    assert not page().unchanged(None, ""), "without a date of its own there is none to compare"


@pytest.mark.parametrize(
    ("longest", "left", "said"),
    [
        (0, None, headers.ASK_AGAIN),
        (0, 1000, headers.ASK_AGAIN),
        (1, None, headers.ASK_AGAIN),
        (10, None, "public, max-age=0, s-maxage=9, must-revalidate"),
        (10, 1000, "public, max-age=0, s-maxage=9, must-revalidate"),
        (10, 5.9, "public, max-age=0, s-maxage=4, must-revalidate"),
        (10, 2, "public, max-age=0, s-maxage=1, must-revalidate"),
        (10, 1.9, headers.ASK_AGAIN),
        (10, 0.001, headers.ASK_AGAIN),
    ],
)
def test_what_a_cache_in_front_is_told(longest: int, left: float | None, said: str) -> None:
    ends = None if left is None else NOON + timedelta(seconds=left)
    assert edge.control(ends, NOON, longest) == said
    if left is not None and "s-maxage" in said:
        held = int(said.split("s-maxage=")[1].split(",", maxsplit=1)[0]) + 1
        assert held <= left, "held to the end of its second, it is not late"


def test_no_304_revives_the_time_that_a_cache_in_front_was_told_before() -> None:
    assert edge.may_say_unchanged(headers.ASK_AGAIN, 0)
    assert not edge.may_say_unchanged(headers.ASK_AGAIN, 10)
    assert edge.may_say_unchanged(edge.control(None, NOON, 10), 10)


@pytest.mark.parametrize(
    ("status", "said", "kept"),
    [
        ("200 OK", {}, True),
        ("200 OK", {"Cache-Control": "public, no-cache", "Vary": "Accept-Encoding"}, True),
        ("404 NOT FOUND", {}, False),
        ("301 MOVED PERMANENTLY", {}, False),
        ("206 PARTIAL CONTENT", {}, False),
        ("200 OK", {"Set-Cookie": "desk=x"}, False),
        ("200 OK", {"Cache-Control": "private, max-age=30"}, False),
        ("200 OK", {"Cache-Control": "no-store"}, False),
        ("200 OK", {"Vary": "Cookie"}, False),
        ("200 OK", {"Vary": "Accept-Encoding, Accept-Language"}, False),
        ("200 OK", {"Content-Encoding": "gzip"}, False),
        ("200 OK", {"X-New": "nobody knows for whom"}, False),
    ],
)
def test_what_may_be_kept(status: str, said: dict[str, str], kept: bool) -> None:
    assert middleware.is_for_everybody(Answer(status, [("Content-Type", "text/html"), *said.items()], b"")) is kept


def test_what_was_not_asked_for_longest_goes_first() -> None:
    store = Store(3 * (entry.OVERHEAD + 1000))
    keys = [Key(f"/{n}") for n in range(4)]
    for one in keys[:3]:
        store.put(one, page(b"x" * 1000))
    store.get(keys[0])
    store.put(keys[3], page(b"x" * 1000))
    assert [store.get(one) is not None for one in keys] == [True, False, True, True]
    assert store.bytes <= store.limit
    kept = store.get(keys[0])
    assert kept is not None
    store.encode(keys[0], kept, "gzip")
    assert store.bytes == sum(found.size for one in keys if (found := store.get(one)))
    assert store.bytes <= store.limit
    store.put(keys[3], page(b"y"))
    assert store.bytes == sum(found.size for one in keys if (found := store.get(one)))
    store.clear()
    assert (len(store), store.bytes) == (0, 0)


def test_searches_without_end_put_out_no_more_than_half_of_the_pages() -> None:
    store, size = Store(8 * (entry.OVERHEAD + 1000)), 1000
    pages = [Key(f"/{n}") for n in range(8)]
    for one in pages:
        store.put(one, page(b"x" * size))
    for n in range(50):
        store.put(Key("/search", (("q", str(n)),)), page(b"x" * size))
    assert [store.get(one) is not None for one in pages] == [False] * 4 + [True] * 4
    assert (len(store), store.bytes) == (8, store.limit)
    for n in range(8):
        store.put(Key(f"/new/{n}"), page(b"x" * size))
    assert store.get(Key("/search", (("q", "49"),))) is not None, "and pages put out no search"
    assert store.bytes == store.limit


def test_a_horizon_is_of_one_edition_and_ends() -> None:
    horizon, second = Horizon(7, NOON, NOON + timedelta(seconds=5)), timedelta(seconds=1)
    assert horizon.holds(7, NOON + 4 * second)
    assert not horizon.holds(7, NOON + 5 * second)
    assert not horizon.holds(7, NOON - second)
    assert not horizon.holds(8, NOON)
    assert Horizon(7, NOON, None).holds(7, NOON + 1000 * second)


@pytest.mark.parametrize(
    ("sql", "table"),
    [
        ("SELECT clip.id FROM clip JOIN outlet ON outlet.id = clip.outlet_id", ""),
        ('SELECT "user".name FROM "user"', "user"),
        ("SELECT clip.id FROM clip JOIN journalist_session ON 1", "journalist_session"),
        ("SELECT index_queue.due FROM index_queue", ""),
        ('SELECT 1 FROM clip AS a, "user" AS b', "user"),
        ("SELECT setting.name, setting.value FROM setting", ""),
        ("SELECT user_agent FROM press_release", ""),
    ],
)
def test_tables_whose_changes_no_edition_counts(app: object, sql: str, table: str) -> None:
    assert counting._uncounted(sql) == table
