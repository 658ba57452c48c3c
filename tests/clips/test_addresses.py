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
]
DIFFERENT = [
    ("https://example.org/a?id=7", "https://example.org/a?id=8"),
    ("https://example.org/a", "https://example.org/A"),
    ("https://example.org:8080/a", "https://example.org/a"),
    ("https://a.example.org/", "https://example.org/"),
    ("https://example.org/?q=1&p=2", "https://example.org/?p=2&q=1"),
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
