"""The hype check: true and false friends of each kind of hint."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.releases import hints
from pressroom.releases.hints import Kind, Written
from pressroom.releases.rules import Evidence, Subject
from tests.releases.test_desk import TYPED, send

OBSERVED = Evidence.OBSERVATIONAL


def words(kind: Kind, text: str, **more: object) -> list[str]:
    """The words that a hint of *kind* names in *text*."""
    found = hints.check(Written("A headline", text, **more))  # type: ignore[arg-type]
    return [mark.words for finding in found if finding.kind is kind for mark in finding.marks]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Pregnant women should eat less fish.", ["should eat"]),
        ("Everybody over 40 must be screened.", ["must be screened"]),
        ("Parents are advised to wait.", ["are advised to"]),
        ("“We recommend a yearly test,” she said.", ["We recommend"]),
        ("Doctors need to ask about family history.", ["need to ask"]),
        ("The findings should be interpreted with caution.", []),
        ("The effect must be confirmed in people.", []),
        ("Further studies should include children.", []),
        ("There is no need to worry.", []),
        ("What genes have to do with health.", []),
        ("The society recommends nothing; the result is a must for no one.", []),
        ("The mustard seed and the shoulder.", []),
    ],
)
def test_advice(text: str, found: list[str]) -> None:
    assert words(Kind.ADVICE, text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Coffee prevents stroke.", ["prevents"]),
        ("The variant causes hearing loss.", ["causes"]),
        ("Shift work led to weight gain.", ["led to"]),
        ("Poor sleep results in obesity.", ["results in"]),
        ("A walk a day reduces the risk.", ["reduces"]),
        ("Exercise reduced the risk by a third.", ["reduced"]),
        ("The effect of coffee on sleep was strong.", ["The effect of coffee on"]),
        ("Coffee may reduce the risk, and might cause nothing.", []),
        ("The study cannot show whether coffee prevents stroke.", []),
        ("It does not cause the disease.", []),
        ("The cause of death was known.", []),
        ("A leading cause of blindness.", []),
        ("The results in the journal Nature were new.", []),
        ("Coffee was linked to an increased risk.", []),
        ("People with the variant had a reduced sense of smell.", []),
        ("The team was led by Ada Lindqvist, because she leads the laboratory.", []),
    ],
)
def test_causes_from_observations(text: str, found: list[str]) -> None:
    assert words(Kind.CAUSE, text, evidence=OBSERVED) == found
    assert words(Kind.CAUSE, text, evidence=Evidence.TRIAL) == [], "a trial may say so"
    assert words(Kind.CAUSE, text) == [], "of a design that nobody named nothing is said"
    assert words(Kind.CAUSE, f"{text} It was a cohort of nurses.") == found, "the text names the design"
    assert words(Kind.CAUSE, f"{text} The trial was randomised, within a cohort.") == []


@pytest.mark.parametrize(
    ("headline", "text", "subject", "found"),
    [
        ("New hope for hearing loss", "The drug worked in mice.", None, ["mice"]),
        ("New hope for hearing loss", "The drug worked in mice.", Subject.ANIMALS, ["mice"]),
        ("New hope for hearing loss", "The drug worked.", Subject.ANIMALS, []),
        ("Drug restores hearing in mice", "The drug worked in mice.", Subject.ANIMALS, None),
        ("Animal study points to a drug", "The drug worked in rats.", Subject.ANIMALS, None),
        ("New hope", "It was seen in mice before.", Subject.PEOPLE, None),
        ("New hope", "Ninety volunteers took part; mice did so earlier.", None, None),
        ("New hope", "A mouse click starts the rat race.", None, None),
        ("New hope", "The families were asked by letter.", None, None),
    ],
)
def test_animals(headline: str, text: str, subject: Subject | None, found: list[str] | None) -> None:
    said = {one.kind: one for one in hints.check(Written(headline, text, subject=subject))}.get(Kind.ANIMALS)
    assert (None if said is None else [mark.words for mark in said.marks]) == found


@pytest.mark.parametrize(
    ("text", "hinted"),
    [
        ("Carriers had a 30% higher risk.", True),
        ("Carriers were twice as likely to be affected.", True),
        ("The risk of a stroke doubled.", True),
        ("Screening halves the risk of death.", True),
        ("A threefold increase in the odds was seen.", True),
        ("Carriers had a 30% higher risk: 13 in 1,000 rather than 10.", False),
        ("The risk doubled, from 1 percent to 2 percent.", False),
        ("The risk doubled, by one percentage point.", False),
        ("It was twice as likely: two out of ten people.", False),
        ("30 percent of the participants were women.", False),
        ("Sequencing is now three times faster.", False),
        ("The house prices doubled.", False),
    ],
)
def test_relative_risks(text: str, hinted: bool) -> None:
    assert bool(words(Kind.RISK, text)) is hinted


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A breakthrough and a game-changer.", ["breakthrough", "game-changer"]),
        ("It will revolutionize medicine.", ["revolutionize"]),
        ("The world’s first map, unprecedented.", ["world’s first", "unprecedented"]),
        ("It could cure the disease.", ["cure"]),
        ("There is no cure, and no known cure.", []),
        ("Breakthrough infections; the Breakthrough Prize.", []),
        ("A secure procedure for cured meat.", []),
        ("The cure rate was measured.", []),
        ("The industrial revolution.", []),
    ],
)
def test_superlatives(text: str, found: list[str]) -> None:
    assert words(Kind.SUPERLATIVE, text) == found


def kinds(text: str, **more: object) -> set[Kind]:
    return {finding.kind for finding in hints.check(Written("A headline", text, **more))}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "limitation", "funder"),
    [
        ("The study followed nurses.", True, True),
        ("The study cannot show what comes first. It was funded by the Sample Trust.", False, False),
        ("Only women took part in the study; more research is needed.", False, True),
        ("The study was supported by a grant of the council.", True, False),
        ("The study supported by the evidence was granted access.", True, True),
        ("The society elects a president.", False, False),
    ],
)
def test_what_is_missing(text: str, limitation: bool, funder: bool) -> None:
    found = kinds(text)
    assert (Kind.LIMITATION in found, Kind.FUNDER in found) == (limitation, funder)
    assert Kind.FUNDER not in kinds(text, has_funder=True), "the list beside the text names it"


def test_a_hint_says_where_the_words_stand() -> None:
    text = "One paragraph.\n\n" + "a long beginning of it " * 5 + "is a miracle " + "with a long end of it " * 5
    (found,) = (one for one in hints.check(Written("A miracle", text)) if one.kind is Kind.SUPERLATIVE)
    assert [mark.where for mark in found.marks] == ["headline", "paragraph 2"]
    mark = found.marks[1]
    assert mark.before.startswith("…")
    assert mark.after.endswith("…")
    assert f"{mark.before}{mark.words}{mark.after}".strip("…") in text
    assert len(next(one for one in hints.check(Written("x", "miracle " * 99)) if one.marks).marks) == hints.MOST_MARKS


@given(st.text(max_size=200), st.text(max_size=400))
def test_it_reads_anything(headline: str, text: str) -> None:
    for finding in hints.check(Written(headline, text, evidence=OBSERVED, subject=Subject.ANIMALS)):
        assert finding.sentence


@pytest.mark.parametrize("piece", ["causes ", "1,", "cure ", "30% higher ", "a ", "should should ", "not ", "“.” A"])
def test_no_text_takes_long(piece: str) -> None:
    """What is made to match everywhere is read once through; reading on from each match would take minutes here."""
    text = piece * (20_000 // len(piece))
    found = hints.check(Written(text[:300], text, evidence=OBSERVED, subject=Subject.ANIMALS))
    assert all(len(finding.marks) <= hints.MOST_MARKS for finding in found)


def test_the_desk_shows_them_folded_and_lets_everything_go_out(ada: Any, noon: Any) -> None:
    body = "A miracle.\n\nThe study was funded by the Sample Trust and cannot show more."
    fields = {**TYPED, "headline": "Cats cure all", "body": body, "evidence": "observational"}
    page = send(ada, "/desk/releases/new", **fields, do="preview").page
    assert [mark.text_content() for mark in page.xpath("//details[@id='hints'][not(@open)]//mark")] == [
        "cure",
        "miracle",
    ]
    answer = send(ada, "/desk/releases/new", **fields, do="publish")
    assert answer.status_code == 303
    shown = ada.get(answer.location).page.xpath("string(//details[@id='hints']/summary)")
    assert shown == "Hints for plain language: superlatives"
    german = send(ada, "/desk/releases/new", **fields | {"language": "de"}, do="preview").page
    assert not german.xpath("//details[@id='hints']")
