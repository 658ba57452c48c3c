"""What an answer says of a story: a table."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.clips.links import judging, marks, reading
from pressroom.clips.links.judging import Answer, Nowhere, judge, needs_nowhere, same_headline
from pressroom.clips.links.rules import LinkState
from tests.clips.links import pages
from tests.clips.links.pages import HEADLINE, html

ASKED = "https://ledger.example/health/2026/11/family"
MARK = reading.read(pages.STORY.decode()).mark
LIVE, MOVED, WALL, REFUSED = LinkState.LIVE, LinkState.MOVED, LinkState.PAYWALLED, LinkState.REFUSED
SOFT, HOME, CHANGED, GONE, NOT = (
    LinkState.SOFT_404,
    LinkState.HOME,
    LinkState.CHANGED,
    LinkState.GONE,
    LinkState.UNREACHABLE,
)
FREE = '<script type="application/ld+json">{"@graph":[{"@type":"NewsArticle","isAccessibleForFree":true}]}</script>'
PARTS = '<script type="application/ld+json">[{"@type":"NewsArticle","isAccessibleForFree":"http://schema.org/False"}]</script>'


def answered(
    content: bytes | None = pages.STORY,
    *,
    status: int = 200,
    at: str = ASKED,
    for_good: bool = False,
    asked: str = ASKED,
    challenged: bool = False,
) -> Answer:
    page = reading.read(content.decode()) if content else None
    return Answer(asked, status, at, for_good, page, "", challenged)


NEW_PLACE = "https://www.ledger.example/2026/family-history"
NOWHERE = Nowhere(200, reading.read(pages.QUIET_SORRY.decode()).mark)


@pytest.mark.parametrize(
    ("answer", "mark", "nowhere", "state"),
    [
        # There
        (answered(), "", None, LIVE),
        (answered(), MARK, NOWHERE, LIVE),
        (answered(at="http://www.ledger.example/health/2026/11/family/"), MARK, None, LIVE),
        (answered(None), MARK, None, LIVE),
        (answered(html(HEADLINE, pages.OTHER)), MARK, None, LIVE),  # a new text under the same headline is an update
        (answered(html("Another headline, chosen later", pages.WORDS)), MARK, None, LIVE),
        (answered(html(HEADLINE, pages.WORDS, head=FREE)), MARK, None, LIVE),
        (answered(html("404 errors in family records, and what they cost", pages.WORDS)), MARK, None, LIVE),
        (answered(html("Anything at all", pages.WORDS)), "", None, LIVE),  # a translated headline tells nothing
        (answered(at=NEW_PLACE), MARK, None, LIVE),  # for now
        (answered(html("App", "", more="<script src=x></script>")), MARK, None, LIVE),
        # Moved
        (answered(at=NEW_PLACE, for_good=True), "", None, MOVED),
        (answered(html("Anything", pages.WORDS), at=NEW_PLACE, for_good=True), MARK, None, MOVED),
        # Behind a wall, which is not dead
        (answered(None, status=401), MARK, None, WALL),
        (answered(None, status=402), MARK, None, WALL),
        (answered(None, status=451), MARK, None, WALL),
        (answered(html("Subscribe to read", "For subscribers only."), status=403), MARK, None, WALL),
        (answered(pages.WALL), MARK, None, WALL),
        (answered(html(HEADLINE, pages.WORDS[:200], head=PARTS)), "", None, WALL),
        (answered(html(HEADLINE, "One line.", more='<div class="c-paywall x">Join</div>')), "", None, WALL),
        (answered(html(HEADLINE, "One line. Subscribe to continue reading.")), "", None, WALL),
        (answered(html(HEADLINE, "Eine Zeile. Réservé aux abonnés")), "", None, WALL),
        (answered(html("Sign in", "User, password"), at="https://id.ledger.example/login?to=x"), MARK, None, WALL),
        # Refused to programs: nothing is known of the story
        (answered(None, status=403), MARK, None, REFUSED),
        (answered(html("Access denied", "Are you a robot? Subscribe!"), status=403), MARK, None, REFUSED),
        (answered(None, status=429), MARK, None, REFUSED),
        (answered(None, status=405), MARK, None, REFUSED),
        (answered(pages.PROGRAMS, status=503), MARK, None, REFUSED),
        (answered(pages.PROGRAMS), MARK, None, REFUSED),
        (answered(pages.CASINO, challenged=True), MARK, None, REFUSED),
        (answered(pages.CASINO, status=404, challenged=True), MARK, None, GONE),
        (answered(html("Your privacy", pages.OTHER), at="https://consent.ledger.example/x"), MARK, None, REFUSED),
        # Says that nothing is there, and 200
        (answered(pages.SORRY), MARK, None, SOFT),
        (answered(pages.SORRY), "", None, SOFT),
        (answered(html("Seite nicht gefunden", pages.SORRY_WORDS)), "", None, SOFT),
        (answered(html("Page introuvable", pages.SORRY_WORDS)), "", None, SOFT),
        (answered(html("Ledger", "This article is no longer available.")), "", None, SOFT),
        (answered(html("Ledger", pages.SORRY_WORDS), at="https://ledger.example/404"), MARK, None, SOFT),
        (answered(pages.QUIET_SORRY), "", NOWHERE, SOFT),
        (answered(html("", "")), "", None, SOFT),
        (answered(b"<p>ok"), MARK, None, SOFT),
        # Home
        (answered(pages.HOME, at="https://ledger.example/"), MARK, None, HOME),
        (answered(pages.HOME, at="https://www.ledger.example/en/"), "", None, HOME),
        (answered(pages.HOME, at="https://ledger.example/index.html", for_good=True), MARK, None, HOME),
        (answered(pages.SECTION, at="https://ledger.example/health/"), MARK, None, HOME),
        (answered(None, at="https://ledger.example/"), MARK, None, HOME),
        (answered(pages.HOME, asked="https://ledger.example/", at="https://ledger.example/en/"), "", None, LIVE),
        (answered(at="https://ledger.example/health/2026"), MARK, None, LIVE),  # a shorter address of the same story
        # Something else
        (answered(pages.CASINO), MARK, None, CHANGED),
        (answered(pages.CASINO, at="https://palace.example/win", for_good=True), MARK, NOWHERE, CHANGED),
        # Gone, and not reached
        (answered(None, status=404), MARK, None, GONE),
        (answered(pages.SORRY, status=410), MARK, None, GONE),
        (answered(None, status=500), MARK, None, NOT),
        (answered(None, status=503), MARK, None, NOT),
        (Answer(ASKED, problem="There is no site with this name."), MARK, None, NOT),
    ],
)
def test_what_is_found(answer: Answer, mark: str, nowhere: Nowhere | None, state: LinkState) -> None:
    finding = judge(answer, headline=HEADLINE, mark=mark, nowhere=nowhere)
    assert finding.state is state, finding
    assert finding.said or state is LIVE


@pytest.mark.parametrize(
    ("content", "mark", "needs"),
    [
        (pages.STORY, "", False),
        (pages.QUIET_SORRY, "", True),
        (pages.CASINO, MARK, True),
        (pages.SORRY, MARK, False),  # it says so itself
        (html("x", "short"), MARK, False),
    ],
)
def test_only_what_is_doubtful_asks_for_nowhere(content: bytes, mark: str, needs: bool) -> None:
    assert needs_nowhere(answered(content), headline=HEADLINE, mark=mark) is needs
    assert not needs_nowhere(answered(content, status=404), headline=HEADLINE, mark=mark)
    assert not needs_nowhere(answered(None), headline=HEADLINE, mark=mark)


@pytest.mark.parametrize(
    ("headline", "title", "same"),
    [
        (HEADLINE, "Clinics Skip Family History, Study Says | The Harbor Ledger", True),
        (HEADLINE, "Clinics often skip family history", True),
        (HEADLINE, "The Harbor Ledger: news, weather and sport", False),
        (HEADLINE, "Family", False),
        ("Gènes", "Gènes du port — Radio Puente", True),
        ("家族史很少被问及", "家族史很少被问及 - 海港日报", True),
        ("家族史很少被问及", "海港日报首页新闻", False),
        ("¿?", "¿?", False),
    ],
)
def test_headlines(headline: str, title: str, same: bool) -> None:
    assert same_headline(headline, ("Something", title)) is same


@given(st.text(max_size=400), st.integers(100, 599), st.text(max_size=60))
def test_nothing_raises(source: str, status: int, address: str) -> None:
    page = reading.read(source)
    assert "\x00" not in page.text
    for at in (address, f"https://ledger.example/{address}"):
        answer = Answer(ASKED, status, at, page=page)
        judge(answer, headline=source, mark=MARK, nowhere=None)
        needs_nowhere(answer, headline=HEADLINE, mark=MARK)


@pytest.mark.parametrize(
    "source",
    [
        "<div>" * 20_000 + "deep",
        "<a href='" * 50_000,
        "<p>x" * 200_000,
        '<script type="application/ld+json">' + "[" * 100_000 + "isAccessibleForFree</script>",
        "&lt;" * 200_000,
        "<title>" + "x" * 900_000,
        "class='" * 100_000,
        "not " * 200_000,
        "page you " * 100_000,
    ],
    ids=["deep", "quotes", "paragraphs", "json", "entities", "title", "classes", "words", "phrases"],
)
def test_hostile_pages_cost_little(source: str) -> None:
    begun = time.process_time()
    page = reading.read(source[:1_000_000])
    judge(Answer(ASKED, 200, ASKED, page=page), headline=HEADLINE, mark=MARK, nowhere=None)
    assert time.process_time() - begun < 5


def test_marks() -> None:
    edited = pages.WORDS.replace("forty", "fifty").replace("harbour clinic", "clinic of the harbour")
    assert marks.apart(MARK, marks.mark(pages.WORDS)) <= marks.ALIKE
    assert marks.apart(marks.mark(pages.WORDS), marks.mark(edited)) <= marks.ALIKE
    assert marks.apart(marks.mark(pages.WORDS), marks.mark(pages.OTHER)) > marks.FAR
    assert marks.apart("", MARK) == marks.BITS
    assert marks.mark("two words") == ""
    assert marks.mark("家族史很少") == marks.mark("家族史很少")
    assert judging.ALIKE < 1
