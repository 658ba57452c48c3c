"""Addresses: what may be linked to, and when two are the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.clips.addresses import AddressError, canonical, checked, host

SAME = [
    ("HTTP://Example.ORG/a", "https://example.org/a"),
    ("https://example.org/a/", "https://example.org/a"),
    ("https://example.org/a#disqus_thread", "https://example.org/a"),
    ("https://example.org:443/a", "https://example.org/a"),
    ("http://example.org:80/a", "https://example.org/a"),
    ("https://example.org/a?utm_source=x&utm_medium=y", "https://example.org/a"),
    ("https://example.org/a?fbclid=1&id=7&gclid=2", "https://example.org/a?id=7"),
    ("https://example.org/%c3%a9", "https://example.org/%C3%A9"),
    ("https://example.org./a", "https://example.org/a"),
    ("http://example.org:443/a", "https://example.org/a"),
    ("https://www.example.org/a", "https://example.org/a"),
    ("https://m.example.org/a", "https://example.org/a"),
    ("https://mobile.example.org/a", "https://example.org/a"),
    ("https://touch.example.org/a", "https://www.example.org/a"),
    ("https://www.m.example.org/a", "https://example.org/a"),
    ("https://en.m.lexicon.example/a", "https://en.lexicon.example/a"),
    # AMP
    ("https://amp.example.org/a", "https://example.org/a"),
    ("https://example.org/a/amp", "https://example.org/a"),
    ("https://example.org/a/amp/", "https://example.org/a"),
    ("https://example.org/amp/a", "https://example.org/a"),
    ("https://example.org/a.amp", "https://example.org/a"),
    ("https://example.org/a.amp.html", "https://example.org/a.html"),
    ("https://example.org/a?amp=1", "https://example.org/a"),
    ("https://example.org/a?amp", "https://example.org/a"),
    ("https://example.org/a?outputType=amp&id=7", "https://example.org/a?id=7"),
    ("https://www-example-org.cdn.ampproject.org/c/s/www.example.org/a?usqp=mq331AQ", "https://example.org/a"),
    ("https://cdn.ampproject.org/v/s/example.org/a?amp_js_v=0.1", "https://example.org/a"),
    ("https://www.google.com/amp/s/www.example.org/a", "https://example.org/a"),
    ("https://www.google.co.uk/amp/s/amp.example.org/a/amp", "https://example.org/a"),
    ("https://google.com/amp/example.org/a", "https://example.org/a"),
    # what only leads there
    (
        "https://www.google.com/url?rct=j&sa=t&url=https://example.org/a%3Fid%3D7&ct=ga&cd=x&usg=y",
        "https://example.org/a?id=7",
    ),
    ("https://www.google.com/url?q=https%3A%2F%2Fexample.org%2Fa&sa=D", "https://example.org/a"),
    ("https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.org%2Fa%3Ffbclid%3D1&h=x", "https://example.org/a"),
    (
        "https://eur02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org%2Fa&data=05",
        "https://example.org/a",
    ),
    (
        "https://eur02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.google.com%2Furl%3Furl%3Dhttps%253A%252F%252Fexample.org%252Fa",
        "https://example.org/a",
    ),
    # trackers, and pages that a folder shows by itself
    ("https://example.org/a?pk_campaign=x&mtm_source=y&ICID=z&_ga=1", "https://example.org/a"),
    ("https://example.org/watch?v=abc&feature=share", "https://example.org/watch?v=abc"),
    ("https://youtu.be/abcdefghijk?si=1", "https://www.youtube.com/watch?v=abcdefghijk&si=1"),
    ("https://example.org/a/index.html", "https://example.org/a"),
    ("https://example.org/Default.aspx", "https://example.org"),
]
DIFFERENT = [
    ("https://example.org/a?id=7", "https://example.org/a?id=8"),
    ("https://example.org/a", "https://example.org/A"),
    ("https://example.org:8080/a", "https://example.org/a"),
    ("https://a.example.org/", "https://example.org/"),
    ("https://example.org/?q=1&p=2", "https://example.org/?p=2&q=1"),
    ("https://example.org/?p=7", "https://example.org/?p=8"),
    ("https://example.org/story?article=7", "https://example.org/story?article=8"),
    ("https://example.org/watch?v=abc", "https://example.org/watch?v=abd"),
    ("https://example.org/a?feature=7", "https://example.org/a"),
    ("https://example.org/index.php?id=7", "https://example.org/index.php?id=8"),
    ("https://m.example", "https://example"),
    ("https://amp.example/a", "https://b.example/a"),
    ("https://example.org/amplifier", "https://example.org"),
    ("https://example.org/champ", "https://example.org/ch"),
    ("https://www.google.com/search?q=https://example.org/a", "https://example.org/a"),
    ("https://www.google.com/url?url=javascript:alert(1)", "https://example.org/a"),
    ("https://mail.example.org/a", "https://example.org/a"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_place_are_the_same(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_places_stay_apart(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@given(st.text())
def test_it_never_raises_and_is_stable(address: str) -> None:
    once = canonical(address)
    assert canonical(once) == once


_pieces = st.sampled_from(
    [
        " ",
        "\n",
        "\x00",
        "\u3000",
        *"""
    https:// http:// HTTPS:// www. m. amp. touch. en.m. example.org google.com l.facebook.com cdn.ampproject.org
    youtu.be x.safelinks.protection.outlook.com / /url? /l.php? /amp /amp/s/ /c/s/ /index.html .amp.html ?url= ?u= &url=
    ?amp=1 ?id=7 &utm_source=x &fbclid=1 %2F %3A%2F%2F %20 # : :80 :443 [ ] @ \u0130 \ud800 a B é
    """.split(),  # noqa: SIM905 - a list of words reads best as one
    ]
)


@given(st.lists(_pieces, max_size=14).map("".join))
def test_whatever_is_put_together_is_stable(address: str) -> None:
    once = canonical(address)
    assert canonical(once) == once
    assert len(once) <= len(address) + 40


_hosts = st.from_regex(r"[a-z]{1,8}\.example", fullmatch=True)
_paths = st.from_regex(r"(/[A-Za-z0-9._~-]{1,8}){0,4}", fullmatch=True)


@given(_hosts, _paths, st.sampled_from(["", "/", "#x", "?utm_campaign=a", "?fbclid=b#y"]))
def test_what_says_nothing_changes_nothing(place: str, path: str, noise: str) -> None:
    assert canonical(f"HTTPS://{place.upper()}{path}{noise}") == canonical(f"http://{place}{path}")


@pytest.mark.parametrize("text", ["https://example.org", "http://example.org/ä?x=1", "https://[2001:db8::1]/a"])
def test_web_addresses_are_taken(text: str) -> None:
    assert checked(f"  {text} ") == text


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "ftp://example.org/a",
        "example.org/a",
        "https://",
        "https://exa mple.org/",
        'https://example.org/"onclick="x',
        "https://[::1",
        "https://example.org:port/",
        "https://example.org/" + "a" * 2000,
    ],
)
def test_anything_else_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(AddressError, match="address"):
        checked(text)


def test_the_host_names_an_outlet() -> None:
    assert host("https://www.Example.org/a") == "example.org"
    assert host("no address") == ""
