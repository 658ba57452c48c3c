"""What is kept is bounded, and what was not asked for longest goes first."""

from __future__ import annotations

from pressroom.search.engines.cache import Cache


def test_bytes_are_bounded_and_the_oldest_goes_first() -> None:
    worked: list[str] = []

    def ask(key: str) -> bytes:
        def work() -> bytes:
            worked.append(key)
            return b"x" * 500

        return cache.get(key, work)

    cache: Cache[bytes] = Cache(3_000, len)
    for key in "abcad":
        ask(key)
    assert worked == ["a", "b", "c", "d"]
    assert cache.bytes == 3_000
    ask("a")
    ask("b")
    assert worked == ["a", "b", "c", "d", "b"]


def test_what_is_larger_than_the_bound_is_given_and_not_kept() -> None:
    cache: Cache[bytes] = Cache(1_000, len)
    assert cache.get("a", lambda: b"x" * 5_000) == b"x" * 5_000
    assert cache.bytes == 0
