"""The sample's fact sheet holds every fact of the society's public one, and copies no sentence of it."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient

from pressroom.pages import rules
from pressroom.sample import pages as sample

FACTS = [
    "American Society of Human Genetics, Incorporated", "9650 Rockville Pike", "Bethesda, MD 20814",
    "1-866-HUM-GENE", "301-634-7300", "1948", "Nearly 8,000", "professional membership organisation",
    "around the world", "Researchers", "academics", "clinicians", "laboratory professionals",
    "genetic counsellors", "nurses", "Universities", "hospitals", "institutes",
    "medical and research laboratories", "Anybody who is interested",
    "Formal training in genetics is not a condition", "in science, in health and in society",
    "research, education and advocacy", "findings of basic research", "advances in technology",
    "evaluate, diagnose and treat", "Over 7,000", "The American Journal of Human Genetics", "Monthly",
    "genomics in medicine", "human genetics better known", "young people in careers",
    "trust in genetics research",
    "The public and the media", "students", "those who make health policy", "professionals in health care",
    "Advances in research on human genetics", "genes and the environment", "family’s health history",
    "direct to consumers", "Genetic discrimination", "Other genetics organisations", "K–16 and beyond",
    "National DNA Day", "DNA Day Essay Contest", "Genetics Education and Outreach Network (GEON)",
    "education standards", "150 students", "with their teachers", "interactive workshop of a full day",
    "workshop that lasts a full day", "teach genetics to undergraduates", "at each annual meeting", "BEGIn",
    "centres on its students",
    "all major committees and on the Board of Directors", "Graduate Training Program Guide",
    "Career Toolkit", "job bank", "Genetics Society of America",
    "ASHG/NHGRI Genetics and Education Fellowship", "National Human Genome Research Institute (NHGRI)",
    "National Institutes of Health (NIH)", "Privacy of genetic information", "laws against discrimination",
    "Stem cell research", "Patents on genes", "licences", "genetics and race", "Clinical genetic testing",
    "children and adolescents", "How genetic tests are regulated", "how their quality is controlled",
    "a laboratory develops itself", "next-generation sequencing",
    "Genetic Information Nondiscrimination Act", "Genetic Alliance", "Coalition for Genetic Fairness",
    "ASHG/NHGRI Genetics and Public Policy Fellowship", "more federal money for research",
    "Federation of American Societies for Experimental Biology (FASEB)",
    "coalition of independent societies of biomedical and life scientists", "improve human health", "12–15",
    "full time", "Joseph D. McInerney, Executive Vice President",
]  # fmt: skip


@pytest.mark.usefixtures("sample_pages")
def test_every_fact_of_the_seed_is_on_the_fact_sheet(client: FlaskClient) -> None:
    page = client.get("/fact-sheet").page
    said = " ".join(page.xpath("//main")[0].text_content().split())
    assert [fact for fact in FACTS if fact not in said] == []


@pytest.mark.usefixtures("sample_pages")
def test_every_fact_is_dated_sourced_and_looked_after_and_the_sheet_has_a_past(client: FlaskClient) -> None:
    page = client.get("/fact-sheet").page
    assert {cell.text_content() for cell in page.xpath("//table//td[@data-label='As of']")} == {"1 December 2014"}
    facts = sample.facts(date(2026, 11, 19))
    assert len(facts) == len({fact["key"] for fact in facts}) > 45
    for fact in facts:
        assert fact["source"], fact["key"]
        assert fact["owner"], fact["key"]
        assert fact["review_by"], fact["key"]
        assert fact["as_of"], fact["key"]
    assert "since 1948" in client.get("/fact-sheet?as-of=2015-01-01").text
    assert "in clinics and in teaching" not in client.get("/fact-sheet?as-of=2015-01-01").text
    assert "in clinics and in teaching" in client.get("/fact-sheet/changes").text


@pytest.mark.parametrize("slug", [rules.REPORTING, rules.COMMUNICATING])
def test_a_guide_has_substance(slug: str) -> None:
    assert 600 <= len(sample.text_of(slug)[2].split()) <= 1200


def test_the_glossary_explains_what_it_says() -> None:
    assert sample.text_of(rules.REPORTING)[2].count("\n: ") == 15
