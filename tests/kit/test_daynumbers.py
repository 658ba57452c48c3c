"""Days written in numbers: the column tells the order, or a person does."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.kit import daynumbers
from pressroom.kit.dates import DateError
from pressroom.kit.daynumbers import DayOrder


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["03/04/2019", "12/25/2019"], DayOrder.MONTH_FIRST),
        (["03/04/2019", "25/12/2019", "2020-01-01"], DayOrder.DAY_FIRST),
        (["03/04/2019", "05/06/2019"], DayOrder.UNKNOWN),
        (["13/01/2019", "01/13/2019"], DayOrder.UNKNOWN),
        ([], DayOrder.UNKNOWN),
    ],
)
def test_the_whole_column_tells(cells: list[str], order: DayOrder) -> None:
    assert daynumbers.guess(cells) is order


def test_the_order_decides() -> None:
    assert daynumbers.read("03/04/2019", DayOrder.DAY_FIRST) == date(2019, 4, 3)
    assert daynumbers.read("03/04/2019", DayOrder.MONTH_FIRST) == date(2019, 3, 4)
    assert daynumbers.read("3.4.2019", DayOrder.MONTH_FIRST) == date(2019, 4, 3)  # dots are day first everywhere
    assert daynumbers.read("2019-04-03", DayOrder.MONTH_FIRST) == date(2019, 4, 3)


@pytest.mark.parametrize("cell", ["03/04/2019", "31/02/2019", "soon", ""])
def test_what_is_no_day_is_refused(cell: str) -> None:
    with pytest.raises(DateError):
        daynumbers.read(cell, DayOrder.UNKNOWN)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1)), st.sampled_from(["/", "-", " "]))
def test_what_is_written_is_read(day: date, mark: str) -> None:
    american = f"{day.month}{mark}{day.day}{mark}{day.year}"
    european = f"{day.day:02}{mark}{day.month:02}{mark}{day.year}"
    assert daynumbers.read(american, DayOrder.MONTH_FIRST) == day
    assert daynumbers.read(european, DayOrder.DAY_FIRST) == day
