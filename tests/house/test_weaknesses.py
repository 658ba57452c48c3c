"""What the table of exceptions lets through, and what it does not."""

from __future__ import annotations

from tests.code_examined import EXCEPTIONS, sift


def test_a_finding_stays_only_with_a_reason_of_its_own() -> None:
    weak = ("pressroom/kit/text.py", "B301", {"line_number": 1, "issue_text": "pickle"})
    elsewhere = ("pressroom/kit/xml.py", "B704", {"line_number": 2, "issue_text": "Markup"})
    known = ("pressroom/kit/text.py", "B704", {"line_number": 3, "issue_text": "Markup"})
    unknown, met = sift([weak, elsewhere, known])
    assert unknown == [weak, elsewhere]
    assert met == {("pressroom/kit/text.py", "B704")}
    assert all(reason for reason in EXCEPTIONS.values())
