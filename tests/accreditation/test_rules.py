"""Who is eligible, how long a month is, and what the chain of the ledger finds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.accreditation.rules import (
    AccreditationError,
    Bar,
    Basis,
    Entry,
    Standing,
    changed_fields,
    check_eligible,
    is_web_address,
    months_after,
    standing,
    web_addresses,
)
from pressroom.kit.chain import GENESIS, Link, entry_hash, verify

NOON = datetime(2026, 11, 19, 17, 0, tzinfo=UTC)
BARS = {bar.value: {"met": True} for bar in Bar}


@pytest.mark.parametrize("basis", list(Basis))
def test_one_ground_is_enough(basis: Basis) -> None:
    check_eligible({basis.value: {"met": True}, **BARS})


def test_no_ground_is_refused() -> None:
    with pytest.raises(AccreditationError, match="at least one ground"):
        check_eligible({**BARS, "staff": {"met": False, "note": "Perhaps"}})


@pytest.mark.parametrize("bar", list(Bar))
def test_each_bar_is_ruled_out(bar: Bar) -> None:
    others = {name: check for name, check in BARS.items() if name != bar.value}
    with pytest.raises(AccreditationError, match="Not ruled out yet") as refused:
        check_eligible({"staff": {"met": True}, **others})
    assert bar.label in str(refused.value)


@pytest.mark.parametrize(
    ("begin", "months", "then"),
    [
        (datetime(2026, 1, 31, tzinfo=UTC), 1, datetime(2026, 2, 28, tzinfo=UTC)),
        (datetime(2027, 12, 31, tzinfo=UTC), 2, datetime(2028, 2, 29, tzinfo=UTC)),
        (datetime(2026, 11, 19, tzinfo=UTC), 12, datetime(2027, 11, 19, tzinfo=UTC)),
    ],
)
def test_months(begin: datetime, months: int, then: datetime) -> None:
    assert months_after(begin, months) == then


@pytest.mark.parametrize("months", [0, -1, 61, 10**9])
def test_months_have_a_limit(months: int) -> None:
    with pytest.raises(AccreditationError):
        months_after(NOON, months)


def test_a_standing_follows_from_columns_and_time() -> None:
    def at(now: datetime, **columns: datetime) -> Standing:
        known = {"valid_until": NOON, "suspended_at": None, "ended_at": None}
        return standing(**known | columns, now=now)

    before = NOON - timedelta(microseconds=1)
    assert at(before) is Standing.ACCREDITED
    assert at(NOON) is Standing.EXPIRED
    assert at(before, suspended_at=before) is Standing.SUSPENDED
    assert at(before, suspended_at=before, ended_at=before) is Standing.ENDED


@pytest.mark.parametrize(
    "bad", ["javascript:alert(1)", "ftp://a.example", "https://", "http://a b", "//a.example", "[x"]
)
def test_a_link_runs_nothing(bad: str) -> None:
    assert not is_web_address(bad)
    with pytest.raises(AccreditationError, match="no web address"):
        web_addresses(f"https://a.example/1\n{bad}")


def test_what_tells_a_reader_nothing_is_no_change() -> None:
    assert changed_fields({"body": "a", "uid": "1"}, {"body": "a", "uid": "2", "corrected_at": "x"}) == []
    assert changed_fields({"body": "a", "public_from": "1"}, {"body": "b", "public_from": "2"}) == [
        "body",
        "public_from",
    ]


# The chain -----------------------------------------------------------------------------------------------


def chain(length: int) -> list[Link]:
    links, last = [], GENESIS
    for number in range(1, length + 1):
        entry = Entry(
            number, NOON + timedelta(seconds=number), 7, "Robin", "Ledger", 3, "uid", "Cats", 1, "page", "", "::1", "x"
        )
        links.append(Link(entry, last, entry_hash(entry, last)))
        last = links[-1].hash
    return links


def fault(links: list[Link], whole: list[Link]) -> str:
    return verify(links, length=len(whole), head=whole[-1].hash).fault


def test_a_whole_chain() -> None:
    links = chain(5)
    verdict = verify(links, length=5, head=links[-1].hash)
    assert (verdict.count, verdict.head, verdict.fault) == (5, links[-1].hash, "")
    assert verify([], length=0, head=GENESIS).fault == ""


CHANGES = [
    {"at": NOON},
    {"journalist_id": 8},
    {"journalist_name": "Somebody"},
    {"journalist_outlet": "x"},
    {"release_id": 4},
    {"release_uid": "x"},
    {"headline": "Dogs"},
    {"version": 2},
    {"what": "feed"},
    {"detail": "x"},
    {"address": "10.0.0.1"},
    {"agent": "y"},
]


@given(st.integers(0, 5), st.sampled_from(CHANGES))
def test_any_change_is_named(place: int, change: dict[str, object]) -> None:
    whole = chain(6)
    links = list(whole)
    links[place] = replace(links[place], entry=replace(links[place].entry, **change))
    assert f"entry {place + 1} was changed" in fault(links, whole)


@given(st.integers(0, 5))
def test_any_deletion_is_named(place: int) -> None:
    whole = chain(6)
    assert f"entry {place + 1} was deleted" in fault(whole[:place] + whole[place + 1 :], whole)


@given(st.integers(0, 5))
def test_a_change_with_a_new_hash_is_named_at_the_next_entry(place: int) -> None:
    whole = chain(6)
    links = list(whole)
    forged = replace(links[place].entry, headline="Dogs")
    links[place] = Link(forged, links[place].previous, entry_hash(forged, links[place].previous))
    assert f"entry {min(place + 2, 6)} was" in fault(links, whole)


def test_an_insertion_is_named() -> None:
    whole = chain(4)
    twice = [*whole[:2], whole[1], *whole[2:]]
    assert "entry 2 was inserted" in fault(twice, whole)
    appended = replace(whole[-1].entry, number=5)
    longer = [*whole, Link(appended, whole[-1].hash, entry_hash(appended, whole[-1].hash))]
    assert "entry 5 was inserted" in fault(longer, whole)


def test_a_chain_written_anew_is_known_by_its_head() -> None:
    whole = chain(4)
    last, forged = GENESIS, []
    for link in whole:
        entry = replace(link.entry, journalist_name="Somebody else")
        forged.append(Link(entry, last, entry_hash(entry, last)))
        last = forged[-1].hash
    assert "entry 4 was changed" in fault(forged, whole)


def test_an_entry_has_the_hash_that_it_always_had() -> None:
    at = datetime(2026, 11, 19, 17, 0, 0, 250, tzinfo=UTC)
    said = ("Robin Öst", "The Paper", 3, "u-1", "A headline “here”", 2, "page", "", "203.0.113.9", "Browser/1")
    assert (
        entry_hash(Entry(1, at, 7, *said), GENESIS)
        == "6782ab7f1d6e33563cc7f3bcf91354474cee03feb20895552c824776914653e0"
    )
