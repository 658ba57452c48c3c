"""What an answer says of a story: is it there, moved, behind a wall, or something else in its place. Pure decisions.

A page that answers 200 may still say that nothing is there, and one that answers 403 may only dislike programs. So the
status decides where it is clear, and else the headline that the clip has, the mark of the text that was kept when the
story was seen first, and what the site answers for an address that nobody ever had.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from pressroom.clips import addresses
from pressroom.clips.links import marks
from pressroom.clips.links.reading import SHORT, Page
from pressroom.clips.links.rules import Finding, LinkState

ALIKE = 0.6  # of the words of a headline, for a title to be the same


@dataclass(frozen=True)
class Answer:
    """What came of asking for an address.

    Attributes:
        asked: the clip's address.
        status: 0 where there was no answer.
        address: where it ended.
        for_good: it was redirected, each time permanently.
        page: what stands there; None for a file, and for nothing.
        problem: why there was no answer, as a sentence.
        challenged: it is a wall against programs, by its own headers.
    """

    asked: str
    status: int = 0
    address: str = ""
    for_good: bool = False
    page: Page | None = None
    problem: str = ""
    challenged: bool = False


@dataclass(frozen=True)
class Nowhere:
    """What a host answers for an address that nobody ever had.

    Attributes:
        mark: of the page; empty where there is none to compare.
    """

    status: int = 0
    mark: str = ""


_SORRY = re.compile(
    r"\b404\b|\b410 gone\b|page (?:was |is |could )?(?:not|n.t|cannot|can.t) (?:be )?(?:found|available|exist)|"
    r"(?:page|article|story|content|file|document) (?:you .{0,40})?(?:is )?(?:no longer|not|n.t) "
    r"(?:available|exists?|found)|"
    r"^not found|we can.t find|we couldn.t find|does(?: not|n.t) exist|no longer (?:available|exists)|"
    r"error 404|oops|seite (?:wurde )?(?:leider )?nicht gefunden|nicht (?:mehr )?(?:gefunden|verfügbar)|"
    r"page (?:introuvable|non trouvée)|n.existe (?:plus|pas)|página no (?:encontrada|existe|disponible)|"
    r"no (?:se )?(?:encontr|existe)|página não encontrada|pagina non trovata|pagina niet gevonden|sidan hittades inte|"
    r"siden (?:blev |ble )?ikke (?:funnet|fundet)|страница не найдена|ページが見つかりません|页面不存在|找不到",
    re.IGNORECASE,
)
_PROGRAMS = re.compile(
    r"just a moment|attention required|are you (?:a )?(?:human|robot)|verify (?:that )?you are|captcha|"
    r"access (?:to this page has been )?denied|pardon our interruption|unusual traffic|bot detection|"
    r"request (?:was )?blocked|enable javascript and cookies|ddos protection|security check",
    re.IGNORECASE,
)
_SUBSCRIBE = re.compile(r"subscri|abonn|paywall|sign in to read|log in to read|suscr|assina", re.IGNORECASE)
_HOME = re.compile(
    r"/?(?:[a-z]{2}(?:[-_][a-z]{2})?/?)?(?:(?:index|home|default|homepage)(?:\.\w{2,5})?/?)?", re.IGNORECASE
)
_NOT_THERE = re.compile(
    r"/(?:404|410|not-?found|error(?:-?page)?|page-?not-?found|missing)(?:\.\w{2,5})?/?", re.IGNORECASE
)
_SIGN_IN = re.compile(
    r"/(?:log-?in|sign-?in|register|subscribe|subscription|abo|account/login|paywall)\b", re.IGNORECASE
)
_CONSENT = re.compile(
    r"(?:^|//)(?:consent|guce|privacy-?gate)\.|/(?:consent|collectconsent|cookie-?wall)\b", re.IGNORECASE
)


def judge(answer: Answer, *, headline: str, mark: str, nowhere: Nowhere | None) -> Finding:
    """What *answer* says of the story.

    Args:
        headline: of the clip; a translation in brackets is compared with nothing.
        mark: of the text as it was when the story was seen first; empty before.
        nowhere: None where the host was not tried yet (see :func:`needs_nowhere`).
    """
    if not answer.status:
        return Finding(LinkState.UNREACHABLE, answer.problem or "The site gave no answer.")
    state, said = _by_status(answer) or _by_page(answer, headline, mark, nowhere)
    return Finding(state, said, answer.status, answer.address)


def needs_nowhere(answer: Answer, *, headline: str, mark: str) -> bool:
    """Whether only a comparison with an address that nobody ever had can tell: nothing on the page is the story's."""
    page = answer.page
    if not 200 <= answer.status < 300 or page is None or not page.mark or _is_same(answer, page, headline, mark):
        return False
    return _by_signs(answer, page) is None


def same_headline(headline: str, titles: tuple[str, ...]) -> bool:
    """Whether one of *titles* is *headline*, as far as outlets shorten, lengthen and correct theirs."""
    wanted = marks.words(headline)
    if not wanted:
        return False
    whole = "".join(wanted)
    for title in titles:
        found = marks.words(title)
        joined = "".join(found)
        if len(found) > 2 and (whole in joined or (joined in whole and len(joined) * 2 > len(whole))):
            return True
        if len(set(wanted) & set(found)) >= ALIKE * len(set(wanted)):
            return True
    return False


def _by_status(answer: Answer) -> tuple[LinkState, str] | None:
    """What a status that is no success means; None for a success."""
    status, page = answer.status, answer.page
    if 200 <= status < 300:
        return (LinkState.REFUSED, "A wall against programs stands before it.") if answer.challenged else None
    about = " ".join((*page.titles, page.text[:2000])) if page else ""
    if status in {404, 410}:
        return LinkState.GONE, f"The site says that there is nothing at this address ({status})."
    if answer.challenged or status == 429:
        return LinkState.REFUSED, f"The site lets no program read this page ({status})."
    if status in {401, 402}:
        return LinkState.PAYWALLED, f"The site shows it to subscribers ({status})."
    if status == 451:
        return LinkState.PAYWALLED, "The site may not show it everywhere, for legal reasons (451)."
    if status == 403:
        walled = bool(page and (page.walled or _SUBSCRIBE.search(about))) and not _PROGRAMS.search(about)
        return (
            (LinkState.PAYWALLED, "The site shows it to subscribers (403).")
            if walled
            else (LinkState.REFUSED, "The site lets no program read this page (403).")
        )
    if status == 503 and _PROGRAMS.search(about):
        return LinkState.REFUSED, "A wall against programs stands before it (503)."
    if status >= 500:
        return LinkState.UNREACHABLE, f"The site answered with an error ({status})."
    return LinkState.REFUSED, f"The site did not take our question ({status})."


def _by_page(answer: Answer, headline: str, mark: str, nowhere: Nowhere | None) -> tuple[LinkState, str]:
    page = answer.page
    elsewhere = not _same_place(answer.asked, answer.address)
    if page is None:
        if _leads_up(answer):
            return LinkState.HOME, "It leads to a first page."
        return LinkState.LIVE, "A file is there."
    same = _is_same(answer, page, headline, mark)
    if not same:
        if found := _by_signs(answer, page):
            return found
        if nowhere and 200 <= nowhere.status < 300 and marks.apart(page.mark, nowhere.mark) <= marks.SAME:
            return LinkState.SOFT_404, "It shows what the site shows for addresses that nobody ever had."
        if _bare(page) and not page.scripted:
            return LinkState.SOFT_404, f"Hardly anything is there: {page.words} words, and none of the headline."
    if page.walled:
        return LinkState.PAYWALLED, "It is there, and the whole of it for subscribers."
    if not same and mark and page.mark and marks.apart(page.mark, mark) > marks.FAR:
        return LinkState.CHANGED, "Another text under another title stands there now."
    if elsewhere and answer.for_good and same:
        return LinkState.MOVED, "It moved for good to another address."
    if elsewhere and not same:
        return LinkState.LIVE, "It leads to another page, which does not have this headline. Look at it."
    if _bare(page) and not same:
        return LinkState.LIVE, "It answers, and shows itself by scripts only: it cannot be compared."
    return LinkState.LIVE, ""


def _by_signs(answer: Answer, page: Page) -> tuple[LinkState, str] | None:
    """What can be seen of a page that is not the story, without knowing the site."""
    path = _path(answer.address)
    titles = " · ".join(page.titles)
    if _CONSENT.search(answer.address):
        return LinkState.REFUSED, "A page that asks for consent stands before it."
    if not _same_place(answer.asked, answer.address):
        if _SIGN_IN.search(path):
            return LinkState.PAYWALLED, "It leads to where subscribers sign in."
        if _NOT_THERE.fullmatch(path):
            return LinkState.SOFT_404, "It leads to the page with which the site says that nothing is there."
        if _leads_up(answer):
            of = "the site" if _HOME.fullmatch(path) else "a section"
            return LinkState.HOME, f"It leads to the first page of {of}."
    if _PROGRAMS.search(titles) or (_bare(page) and _PROGRAMS.search(page.text)):
        return LinkState.REFUSED, "A wall against programs stands before it."
    if _SORRY.search(titles) or (page.words < 2 * SHORT and _SORRY.search(page.text)):
        return LinkState.SOFT_404, "It answers as if all were well, and says that nothing is there."
    return None


def _leads_up(answer: Answer) -> bool:
    """Whether it ends at the first page of the site, or of a section that the story was in."""
    path, asked = _path(answer.address), _path(answer.asked)
    if _same_place(answer.asked, answer.address) or _HOME.fullmatch(asked):
        return False
    return bool(_HOME.fullmatch(path)) or asked.startswith(path.rstrip("/") + "/")


def _is_same(answer: Answer, page: Page, headline: str, mark: str) -> bool:
    """Whether *page* is the story: it has its headline, or about the text that it had."""
    if same_headline(headline, page.titles) or marks.apart(page.mark, mark) <= marks.ALIKE:
        return True
    if _leads_up(answer):
        return False  # a first page names many stories
    squeezed = "".join(marks.words(headline))
    return (
        len(squeezed) > 20
        and squeezed in "".join(marks.words(page.text[:5000]))
        and not _SORRY.search(" · ".join(page.titles))
    )


def _bare(page: Page) -> bool:
    return page.words < SHORT


def _path(address: str) -> str:
    try:
        return unquote(urlsplit(address).path) or "/"
    except ValueError:
        return "/"


def _same_place(one: str, other: str) -> bool:
    """Whether two addresses are spellings of one: https or not, www or not, a slash or not."""
    if not other:
        return True
    pair = [addresses.canonical(each).replace("://www.", "://", 1) for each in (one, other)]
    return pair[0] == pair[1]
