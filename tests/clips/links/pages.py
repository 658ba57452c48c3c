"""Small pages: a story, and all that may stand in its place."""

from __future__ import annotations

HEADLINE = "Clinics skip family history, study says"
WORDS = """
Recorded visits in forty clinics show how rarely three generations of relatives were written down before a test was
ordered. Nurses asked about grandparents in one visit out of nine, and about cousins almost never, although guidelines
have asked for both since 2011. The authors listened to six hundred conversations and counted each question with two
readers who did not know each other's marks. Patients who brought a drawn tree were asked further questions twice as
often. A simple form on the door of the waiting room changed more than a course of two days did, the study says, and
cost almost nothing. The harbour clinic now prints it in four languages, and other towns have asked for copies of it.
"""
OTHER = """
Welcome to the best bonus offers of the season for players from every country of the world. Open an account today and
take the first deposit twice, with free spins on all machines until midnight. Our croupiers speak nine languages and
never sleep, our cards are shuffled by a certified generator of random numbers, and money leaves the bank within an
hour. Read what winners say about their evenings, compare tables, try the demonstration without any risk, and tell your
friends about it on Sunday when the big wheel turns again for those who came back three times during the last month.
"""
SORRY_WORDS = """
The page that was wanted does not stand here any more, or never stood here at all. Perhaps the address was typed with a
mistake, perhaps somebody moved it to another place a while ago. Try the search in the corner, begin at the front page
once more, or read what others read most today: the weather over the harbour, the results of the rowing clubs, and our
new series about bridges, which begins this week with the oldest of them all and ends in spring with the longest one.
"""


def html(title: str, words: str, *, heading: str = "", head: str = "", more: str = "") -> bytes:
    """A page with a text in paragraphs."""
    lines = "".join(f"<p>{line}</p>" for line in words.strip().split("\n") if line)
    shown = f"<h1>{heading or title}</h1>{lines}{more}"
    top = f"<!doctype html><html><head><title>{title}</title>{head}</head>"
    return f"{top}<body><nav>Menu</nav>{shown}</body></html>".encode()


STORY = html(f"{HEADLINE} - The Harbor Ledger", WORDS, heading=HEADLINE)
HOME = html("The Harbor Ledger", f"{OTHER}{HEADLINE}", heading="Today")
SECTION = html("Health | The Harbor Ledger", SORRY_WORDS.replace("stands", "stood"), heading="Health")
SORRY = html("Page not found - The Harbor Ledger", SORRY_WORDS, heading="Sorry")
QUIET_SORRY = html("The Harbor Ledger", SORRY_WORDS, heading="Hm.")
CASINO = html("Bonus Palace", OTHER)
WALL = html(
    f"{HEADLINE} - The Harbor Ledger",
    WORDS[:240],
    head='<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":"False"}</script>',
)
PROGRAMS = html("Just a moment...", "Checking your browser before you may go on.")
