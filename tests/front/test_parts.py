"""What templates call."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pressroom.front import parts, rules
from pressroom.front.telephone import dialled
from tests.conftest import NOON


@pytest.mark.parametrize(
    ("page", "pages", "numbers"),
    [
        (1, 1, [1]),
        (1, 2, [1, 2]),
        (1, 20, [1, 2, None, 20]),
        (3, 20, [1, 2, 3, 4, None, 20]),
        (4, 20, [1, 2, 3, 4, 5, None, 20]),
        (7, 20, [1, None, 6, 7, 8, None, 20]),
        (18, 20, [1, None, 17, 18, 19, 20]),
        (20, 20, [1, None, 19, 20]),
        (99, 20, [1, None, 20]),
    ],
)
def test_a_pager_never_hides_a_single_page(page: int, pages: int, numbers: list[int | None]) -> None:
    assert parts.page_numbers(page, pages) == numbers


@pytest.mark.parametrize(
    ("written", "called"),
    [
        ("301-555-0142", "+13015550142"),
        ("1 (301) 555 0142", "+13015550142"),
        ("1-866-HUM-GENE", "+18664864363"),
        ("+44 (20) 7946 0000", "+442079460000"),
        ("030 901820", "030901820"),
        ("112", "112"),
    ],
)
def test_telephone_numbers_can_be_dialled(written: str, called: str) -> None:
    assert dialled(written) == called


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=4, hours=22, minutes=5), "4 days 22 hours"),
        (timedelta(days=1), "1 day"),
        (timedelta(hours=1, minutes=1), "1 hour 1 minute"),
        (timedelta(seconds=59), "0 minutes"),
        (timedelta(seconds=-5), "0 minutes"),
    ],
)
def test_a_countdown_in_words(left: timedelta, words: str) -> None:
    assert parts.countdown(NOON + left, NOON) == words


@pytest.mark.parametrize(
    ("messages", "said"),
    [
        (["Write a name."], "Write a name."),
        ([[], ["Write a day."]], "Write a day."),
        ({"day": [], "time": ["Write a time."]}, "Write a time."),
        ([], ""),
    ],
)
def test_the_first_sentence_of_any_field(messages: object, said: str) -> None:
    assert parts.first_sentence(messages) == said


class Told:
    """A release, as far as the choice of the lead goes."""

    def __init__(self, *pictures: str) -> None:
        self.pictures = pictures


def test_the_lead_is_the_newest_with_a_picture_if_it_is_new_enough() -> None:
    plain, pictured = Told(), Told("gel.png")
    assert rules.lead([plain, pictured, plain]) is pictured
    old = [Told() for _ in range(rules.RECENT)]
    assert rules.lead([*old, pictured]) is old[0]
    assert rules.lead([]) is None
