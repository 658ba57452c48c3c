"""What the measurement of freshness counts as late."""

from __future__ import annotations

import pytest

from benchmarks.freshness import edits_apart, is_late


@pytest.mark.parametrize(
    ("owed", "shown", "late"),
    [
        ([], [], False),
        ([1, 2, 3], [1, 2, 3], False),
        ([1, 2, 3], [], True),
        ([1, 2, 3], [1, 2], True),  # as it was before the newest
        ([1, 2, 3], [1, 3], True),  # one is missing between them
        ([1, 2, 3], [3, 4, 5], False),  # those of the next second pushed the older ones out
        ([1, 2, 3], [4, 5, 6], False),  # all of them
        ([1, 2, 3, 4], [3, 5, 6], True),
    ],
)
def test_late_is_what_is_missing_and_was_not_pushed_out(owed: list[int], shown: list[int], late: bool) -> None:
    assert is_late(owed, shown) is late


def test_every_lift_comes_with_an_edit_by_which_its_commit_is_known() -> None:
    assert [edits_apart(1000, 60), edits_apart(10, 20), edits_apart(10, 0)] == [16, 1, 11]
