"""Funders with their grants: one line each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.releases import funders
from pressroom.releases.funders import Funder


def test_a_line_is_a_funder_and_its_grants() -> None:
    written = " Sample Foundation :  SF-1,SF-2 \n\nHarbor Trust\nInstitutes (IoH): R01 HG 000001"
    found, problems = funders.read(written)
    assert found == [
        Funder("Sample Foundation", ("SF-1", "SF-2")),
        Funder("Harbor Trust"),
        Funder("Institutes (IoH)", ("R01 HG 000001",)),
    ]
    assert problems == []
    assert funders.tidy(written) == "Sample Foundation: SF-1, SF-2\nHarbor Trust\nInstitutes (IoH): R01 HG 000001"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (": SF-1", "write the funder before the colon"),
        ("Fund:", "write the number of a grant after the colon"),
        ("Fund: SF-1,, SF-2", "a grant between two commas is empty"),
        ("Fund: SF-1,", "a grant between two commas is empty"),
        ("Fund: SF-1; SF-2", "put commas between the grants"),
        ("Fund: SF-1, SF-1", "the grant SF-1 stands there twice"),
        ("https://fund.example/", "write the funder’s name and not an address"),
        ("Fund: //fund.example", "write the funder’s name and not an address"),
        ("x" * 201, "shorten the funder to 200 characters"),
        ("Fund: " + "x" * 101, "shorten the grant"),
        ("first: SF-9", "First stands in line 1 already"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_by_its_number(line: str, sentence: str) -> None:
    found, problems = funders.read(f"First\n\n{line}\nLast")
    assert [funder.name for funder in found] == ["First", "Last"]
    (problem,) = problems
    assert problem.startswith("Line 3: ")
    assert sentence.casefold() in problem.casefold()


def test_too_many() -> None:
    assert funders.read("\n".join(f"Fund {n}" for n in range(31)))[1] == ["Name at most 30 funders. There are 31."]


@given(st.text(max_size=60))
def test_reading_never_raises_and_what_was_read_reads_the_same(written: str) -> None:
    found, problems = funders.read(written)
    if not problems:
        assert funders.read(funders.tidy(written)) == (found, [])
        assert funders.tidy(funders.tidy(written)) == funders.tidy(written)
