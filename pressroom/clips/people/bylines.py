"""A by-line, read as the people in it. A pure function with tables; what is no person's name stays text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from pressroom.kit import text

MOST_PEOPLE = 12  # a by-line with more is a list of something else

# What stands between two names. A comma may also stand before what somebody is.
_AND = re.compile(
    r"\s+(?:and|und|et|og|och|en|ja|with|con|mit|avec|(?-i:y|e|и|і))\s+|\s*(?:&|\+|;|\||•|·|、|，|；|／|/|记者|記者|기자)\s*",
    re.IGNORECASE,
)
_COMMA = re.compile(r"\s*,\s*")
_DASH = re.compile(r"\s+[-–—]+\s+")  # before what somebody is: "Jane Doe – Science Desk"
_BEGINS = re.compile(
    r"^(?:(?:story|text|words|report(?:ing)?|written|edited|photos?|video|interview|compiled|presented)\s+(?:by|:)\s*|"
    r"by[:\s]+|von[:\s]+|par[:\s]+|por[:\s]+|di\s+(?=[A-ZÀ-Þ])|от\s+|автор[:\s]+|文[:：/／\s]\s*|记者[:：\s]*|記者[:：\s]*)",
    re.IGNORECASE,
)
_TITLES = re.compile(
    r"^(?:(?:dr|prof|professor|mr|mrs|ms|miss|sir|dame|lord|rev|hon|ing|dra|sr|sra|mag|dipl)\b\.?\s*"
    r"(?:(?:-ing|med|rer|nat|phil)\b\.?\s*)*)+(?=\S)",
    re.IGNORECASE,
)
_DEGREES = re.compile(
    r"(?:ph\.?\s?d|m\.?d|m\.?sc|b\.?sc|m\.?p\.?h|m\.?s|m\.?a|d\.?phil|j\.?d|r\.?n|jr|sr|ii|iii|frs|obe|cgc)\.?",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(r"\s*[(\[（【][^)\]）】]*[)\]）】]\s*")
_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|(?<!\w)@\w+")

# A word that no name of a person has, and that agencies, desks and jobs do.
_NOT_OF_A_PERSON = frozenset(
    """
    agency agencies agencia agence agentur afp ap dpa apa ansa efe upi tass xinhua kyodo reuters associated bloomberg
    staff desk editor editors editorial redaktion redaccion redazione redaction rédaction redacción newsroom news
    bureau team press presse prensa stampa service services wire wires correspondent correspondents reporter reporters
    writer writers columnist contributor contributors contributing special science health magazine times post journal
    daily herald tribune gazette ledger network radio television tv online media university universität institute
    institut hospital society foundation department office communications relations admin administrator webmaster
    anonymous unknown guest author authors various published updated posted newspaper group inc ltd gmbh llc company
    producer host presenter photographer photo photos video illustrator illustration photographs graphics
    """.split()  # noqa: SIM905 - a list of words reads best as one
)
_ARTICLES = frozenset({"the", "el", "los", "las", "le", "les", "der", "die", "das", "il"})
_PLACES = frozenset(
    {
        "new york", "los angeles", "san francisco", "san diego", "washington dc", "hong kong", "new delhi", "cape town",
        "mexico city", "buenos aires", "são paulo", "tel aviv", "united states", "united kingdom", "new zealand",
    }
)  # fmt: skip
# Han, kana, hangul: names without spaces, of two to five signs, or of more in kana with a dot between.
_CJK = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+(?:[・･ ][\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+){0,3}"
)
_CJK_HOUSES = re.compile(r"[社部台局]$|新闻|新聞|日报|日報|时报|時報|テレビ|放送|통신|신문|방송|뉴스")
_CJK_JOBS = re.compile(r"(?:编辑|編集|特派員|通讯员|特派员)$")
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[.'’ʼ\-‐])*\.?")


@dataclass(frozen=True)
class Name:
    """Somebody in a by-line.

    Attributes:
        start: where the name begins in the text, and ``end`` where it ends.
    """

    name: str
    start: int
    end: int


def read(byline: str) -> list[Name]:
    """The people in *byline*, in its order, none twice. Never raises.

    "By Dr Jane Doe and John Roe, Science Desk" is Jane Doe and John Roe; agencies, desks and jobs are nobody.
    """
    found: dict[str, Name] = {}
    for start, end in _parts(byline):
        first, last = _trimmed(byline, start, end)
        name = _in_order(byline[first:last])
        if _is_person(name):
            found.setdefault(key(name), Name(name, first, last))
    return list(found.values()) if len(found) <= MOST_PEOPLE else []


def key(name: str) -> str:
    """What of a name is compared: case, accents, dots, and spaces are not."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join(re.findall(r"\w+", letters))[:300]


def _parts(byline: str) -> Iterator[tuple[int, int]]:
    """The stretches between what stands between names, without brackets, addresses, and what comes after a dash."""
    blank = _IN_BRACKETS.sub(lambda found: ";" + " " * (len(found[0]) - 1), byline)
    blank = _ADDRESS.sub(lambda found: ";" + " " * (len(found[0]) - 1), blank)
    if _TURNED.fullmatch(blank.strip()) and _in_order(blank) != blank:
        yield 0, len(blank)
        return
    for start, end in _split(blank, 0, len(blank), _AND):
        dash = _DASH.search(blank, start, end)
        yield from _split(blank, start, dash.start() if dash else end, _COMMA)


_TURNED = re.compile(r"([^\W\d_][\w'’\-]+),\s*([^\W\d_][\w'’\-]+(?:\s+[^\W\d_]\.)?)")


def _in_order(name: str) -> str:
    """*name* on one line; "Doe, Jane", as libraries write it, the other way round: that is one person, not two."""
    found = _TURNED.fullmatch(name.strip())
    if found is None or _CJK.fullmatch(found[1]) or {found[1].casefold(), found[2].casefold()} & _NOT_OF_A_PERSON:
        return " ".join(name.split())
    return f"{found[2]} {found[1]}"


def _split(byline: str, start: int, end: int, between: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    for found in between.finditer(byline, start, end):
        yield start, found.start()
        start = found.end()
    yield start, end


def _trimmed(byline: str, start: int, end: int) -> tuple[int, int]:
    """Without spaces, "By", titles, degrees, and full stops of a sentence."""
    while start < end and (byline[start].isspace() or byline[start] in '.,:;"“”„*'):
        start += 1
    for pattern in (_BEGINS, _TITLES):
        if found := pattern.match(byline[start:end]):
            start += found.end()
    if found := _CJK_JOBS.search(byline[start:end].rstrip()):
        end = start + found.start()
    while end > start and (byline[end - 1].isspace() or byline[end - 1] in ',:;"“”„*'):
        end -= 1
    words = byline[start:end].split()
    while (
        len(words) > 2
        and _DEGREES.fullmatch(words[-1])
        and words[-1].upper().rstrip(".") not in {"JR", "SR", "II", "III"}
    ):
        end -= len(words.pop())
        while end > start and (byline[end - 1].isspace() or byline[end - 1] == ","):
            end -= 1
    return start, end


def _is_person(name: str) -> bool:
    plain = name.strip()
    if _CJK.fullmatch(plain):
        return 2 <= len(plain) <= 16 and not _CJK_HOUSES.search(plain)
    words = plain.split()
    if not 2 <= len(words) <= 6 or plain.casefold() in _PLACES or words[0].casefold() in _ARTICLES:
        return False
    if any(word.casefold().strip(".") in _NOT_OF_A_PERSON for word in words):
        return False
    return all(_WORD.fullmatch(word) and text.has_letters(word) for word in words) and any(
        word[:1].isupper() or not word[:1].isascii() for word in words
    )
