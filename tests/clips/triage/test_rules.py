"""What fits a story, and what the rules say together."""

from __future__ import annotations

from typing import Any

import pytest

from pressroom.clips.triage import precision, rules
from pressroom.clips.triage.precision import Record
from pressroom.clips.triage.rules import Rule, RuleDoes, Story

STORY = Story(
    headline="Family history goes unasked, society says",
    excerpt="Geneticists of the ASHG looked at 31 clinics, doi.org/10.5555%2Fabc.1 says. Dr. Ada M. Lindqvist led it.",
    byline="Okafor, Rita",
    outlet="The Harbor Ledger",
    url="https://news.harborledger.example/2026/1?utm_source=x",
    source_id=3,
)


def fits(**fields: Any) -> tuple[str, ...] | None:
    rule = Rule(id=1, name="R", **fields)
    assert rules.problems(Rule(id=1, name="R", points=1, **fields)) == {}, fields
    fit = rules.fitting(rule, STORY)
    return fit.found if fit else None


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"must": 'ASHG "family history"'}, ("ASHG", "“family history”")),
        ({"must": "ASHG zebra"}, None),
        ({"must": '"society says geneticists"'}, None),
        ({"any_of": "zebra clinics"}, ("clinics",)),
        ({"any_of": "zebra"}, None),
        ({"any_of": "clinics", "never": "unasked"}, None),
        ({"any_of": "clinics", "never": "zebra"}, ("clinics",)),
        ({"people": "Ada Lindqvist"}, ("Ada Lindqvist",)),
        ({"people": "Rita Okafor"}, ("Rita Okafor",)),
        ({"people": "Lindqvist"}, ("Lindqvist",)),
        ({"people": "Ada Okafor"}, None),
        ({"dois": "https://doi.org/10.5555/ABC.1"}, ("10.5555/abc.1",)),
        ({"dois": "10.5555/*"}, ("10.5555/*",)),
        ({"dois": "10.5555/abc"}, ("10.5555/abc",)),
        ({"dois": "10.5555/ab"}, None),
        ({"outlets": "harborledger.example"}, ("harborledger.example",)),
        ({"outlets": "https://www.harborledger.example/x"}, ("https://www.harborledger.example/x",)),
        ({"outlets": "ledger.example"}, None),
        ({"outlets": "the harbor ledger"}, ("the harbor ledger",)),
        ({"outlets": "Harbor"}, None),
        ({"sources": frozenset({3})}, ()),
        ({"sources": frozenset({4})}, None),
        ({"any_of": "clinics", "outlets": "radiopuente.example"}, None),
    ],
)
def test_each_part_that_is_there_has_to_fit(fields: dict[str, Any], found: tuple[str, ...] | None) -> None:
    assert fits(**fields) == found


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"must": '"open'}, "must", "Close the quotation mark"),
        ({"never": "x"}, "any_of", "not enough"),
        ({}, "any_of", "Say what the rule looks for"),
        ({"dois": "11.5/x"}, "dois", "is no DOI"),
        ({"people": "--"}, "people", "is no name"),
        ({"outlets": "…"}, "outlets", "is no outlet"),
        ({"outlets": "\n".join(f"o{n}.example" for n in range(300))}, "outlets", "more than 200"),
        (
            {"must": 'ASHG "human genetics"', "never": "genetics"},
            "never",
            "“genetics” must not stand there, but “human",
        ),
        ({"must": "Genética", "never": "GENE*"}, "never", "would fit no story"),
        ({"any_of": 'gene "human genetics"', "never": "gene genetics"}, "never", "shut out each"),
        ({"any_of": "x", "sources": frozenset()}, "sources", "Choose the sources"),
        ({"any_of": "x", "does": RuleDoes.REJECT}, "reason", "Write why it rejects"),
        ({"any_of": "x", "points": 0}, "points", "it would do nothing"),
    ],
)
def test_what_is_wrong_with_a_rule_is_said(fields: dict[str, Any], field: str, sentence: str) -> None:
    found = rules.problems(Rule(id=0, name="R", **({"points": 5} | fields)))
    assert sentence in found[field]


@pytest.mark.parametrize(
    "fields",
    [
        {"must": "genetics", "never": '"human genetics"'},
        {"must": "gene*", "never": "genetics"},
        {"any_of": "gene genetics", "never": "genetics"},
        {"any_of": "gene", "never": "general"},
        {"people": "Rita Okafor", "never": "Okafor"},
    ],
)
def test_words_that_leave_something_over_are_taken(fields: dict[str, Any]) -> None:
    assert not rules.problems(Rule(id=0, name="R", points=5, **fields))


def test_points_add_up_and_the_weightiest_reason_stands_first() -> None:
    verdict = rules.judge(
        [Rule(1, "Small", any_of="clinics", points=5), Rule(2, "Against", any_of="ASHG", points=-30)], STORY
    )
    assert verdict.score == -25
    assert verdict.reasons == ["Rule “Against”, −30: ASHG.", "Rule “Small”, +5: clinics."]
    assert verdict.decides is None


def test_rules_that_disagree_decide_nothing() -> None:
    yes = Rule(1, "Yes", any_of="clinics", does=RuleDoes.ACCEPT)
    no = Rule(2, "No", any_of="ASHG", does=RuleDoes.REJECT, reason="x")
    assert rules.judge([yes], STORY).decides is yes
    verdict = rules.judge([yes, no], STORY)
    assert verdict.decides is None
    assert "“Yes” would accept it and “No” would reject it" in verdict.reasons[-1]


@pytest.mark.parametrize(
    ("record", "points", "does", "misleads"),
    [
        (Record(kept=2, rejected=9), 10, RuleDoes.SCORE, True),
        (Record(kept=9, rejected=2), 10, RuleDoes.SCORE, False),
        (Record(kept=9, rejected=2), -10, RuleDoes.SCORE, True),
        (Record(kept=1, rejected=3), 10, RuleDoes.SCORE, False),
        (Record(rejected=50, by_itself=50), -10, RuleDoes.REJECT, False),
        (Record(rejected=50, by_itself=50, taken_back=20), -10, RuleDoes.REJECT, True),
    ],
)
def test_a_rule_that_leads_astray_shows(record: Record, points: int, does: RuleDoes, misleads: bool) -> None:
    assert precision.misleads(record, points=points, does=does) is misleads
