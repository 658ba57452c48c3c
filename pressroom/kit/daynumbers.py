"""Days written in numbers: is 03/04/2019 in March or in April? A whole column often tells."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from pressroom.kit.dates import parse_day


class DayOrder(StrEnum):
    """Which number comes first."""

    UNKNOWN = ""
    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"

    @property
    def label(self) -> str:
        """For people, with the example of the module."""
        return {
            "": "Refuse those that can be read in two ways",
            "day-first": "Day first: 03/04/2019 is 3 April",
            "month-first": "Month first: 03/04/2019 is 4 March",
        }[self.value]


_NUMBERS = re.compile(r"\s*([0-9]{1,2})([-/. ])([0-9]{1,2})\2([0-9]{4})(?=\D|$)")


def guess(cells: Iterable[str]) -> DayOrder:
    """The order in which every one of *cells* that is written in numbers is a day; unknown if both or
    neither is."""
    day_first = month_first = True
    for cell in cells:
        if found := _NUMBERS.match(cell):
            day_first &= int(found[3]) <= 12
            month_first &= int(found[1]) <= 12
    if day_first == month_first:
        return DayOrder.UNKNOWN
    return DayOrder.DAY_FIRST if day_first else DayOrder.MONTH_FIRST


def read(cell: str, order: DayOrder) -> date:
    """The day that *cell* means, numbers read in *order*.

    Raises:
        DateError: it means none, or two.
    """
    if order and (found := _NUMBERS.match(cell)) and found[2] != ".":
        numbers = (found[1], found[3]) if order is DayOrder.MONTH_FIRST else (found[3], found[1])
        month, number = (int(part) for part in numbers)
        return parse_day(f"{found[4]}-{month:02}-{number:02}")
    return parse_day(cell)
