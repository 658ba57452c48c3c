"""What a clip is, when two are the same, and how its fields are read. Pure decisions."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sized
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from pressroom.clips import addresses

EXCERPT_WORDS = 60  # headline, link and a short excerpt are public, never a text (AP v. Meltwater, 2013)
LONGEST_HEADLINE = 500
LONGEST_OUTLET = 200
LONGEST_BYLINE = 300
LONGEST_EXCERPT = 5000
LONGEST_TOPIC = 80
LONGEST_PAGE = 40
LONGEST_SECTION = 100
LONGEST_PROGRAMME = 200
MOST_TOPICS = 20
MOST_RELEASES = 20


class Medium(StrEnum):
    """Where a clip appeared."""

    ONLINE = "online"
    PRINT = "print"
    RADIO = "radio"
    TELEVISION = "television"
    PODCAST = "podcast"
    WIRE = "wire"
    OTHER = "other"

    @property
    def label(self) -> str:
        """As it stands on a page."""
        return {"wire": "Wire service"}.get(self.value, self.value.capitalize())


class ClipError(ValueError):
    """A clip cannot be kept as it is; the message says why."""


class ClipExistsError(ClipError):
    """The same clip is in the archive already.

    Attributes:
        clip_id: which one it is.
    """

    def __init__(self, clip_id: int) -> None:
        super().__init__("This clip is in the archive already.")
        self.clip_id = clip_id


class ClipDayError(ClipError):
    """A clip is dated on a day that is still to come."""

    def __init__(self) -> None:
        super().__init__("This day is still to come. Write the day on which it appeared.")


# Languages that outlets write in, by their BCP 47 primary subtag. Names in English, as the pages are.
LANGUAGES = {
    "en": "English", "ar": "Arabic", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek",
    "es": "Spanish", "fa": "Persian", "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi",
    "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ko": "Korean", "nl": "Dutch",
    "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian",
    "sv": "Swedish", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
_LANGUAGE_CODES = {name.casefold(): code for code, name in LANGUAGES.items()}
_LANGUAGE_CODES |= {
    "español": "es", "deutsch": "de", "français": "fr", "francais": "fr", "italiano": "it",
    "português": "pt", "nederlands": "nl", "русский": "ru", "中文": "zh", "日本語": "ja", "svenska": "sv",
    "nb": "no", "nn": "no",
}  # fmt: skip
_MEDIUM_WORDS = {
    "web": Medium.ONLINE, "website": Medium.ONLINE, "internet": Medium.ONLINE, "digital": Medium.ONLINE,
    "blog": Medium.ONLINE, "newspaper": Medium.PRINT, "magazine": Medium.PRINT, "journal": Medium.PRINT,
    "tv": Medium.TELEVISION, "television": Medium.TELEVISION, "video": Medium.TELEVISION,
    "broadcast": Medium.TELEVISION, "audio": Medium.RADIO, "agency": Medium.WIRE, "newswire": Medium.WIRE,
    "wire service": Medium.WIRE,
}  # fmt: skip
_NOTHING = frozenset({"", "-", "–", "—", "none", "n/a", "na", "null", "nil", "unknown"})
_YES = frozenset({"yes", "y", "true", "1", "x", "✓", "✔", "selected", "featured", "ja", "oui", "si", "sí"})
_IN_BRACKETS = re.compile(r"\[([^\]]+)\]|.*\(([A-Za-z]{2})\)", re.DOTALL)


GIVEN_BACK = "taken back "  # begins the fingerprint of a clip that gave its own back, so that a file brings it in again


def fingerprint(
    *,
    url: str,
    outlet: str,
    headline: str,
    published_on: date | None,
    programme: str = "",
    time_code: str = "",
) -> str:
    """What two records of one clip share: the canonical address, or without one outlet, headline and day.

    A programme may have two items of one headline on a day: without an address, programme and time code tell them
    apart where somebody wrote them down. On which page a story was printed does not: it is written down later.

    Fixed length, so that a unique column keeps even rows without an address apart from those that are known.
    """
    if url:
        what = f"address\n{addresses.canonical(url)}"
    else:
        day = published_on.isoformat() if published_on else ""
        what = f"words\n{_folded(outlet)}\n{_folded(headline)}\n{day}"
        if programme or time_code:
            what += f"\n{_folded(programme)}\n{time_code}"
    return hashlib.sha256(what.encode("utf-8", "replace")).hexdigest()


def fingerprint_under(outlet: str, row: Any) -> str:
    """That of a *row* without an address, under a name of its outlet; the row has the other columns it is made of."""
    return fingerprint(
        url="",
        outlet=outlet,
        headline=row.headline,
        published_on=row.published_on,
        programme=row.programme,
        time_code=row.time_code,
    )


def refuse_to_come(day: date, now: datetime) -> None:
    """Raise unless *day* has begun somewhere at *now*; tomorrow has, east of here.

    Raises:
        ClipDayError: it has not.
    """
    if day > now.date() + timedelta(days=1):
        raise ClipDayError


def _folded(text: str) -> str:
    """*text* without what differs between two people who type it: case, spacing, punctuation, width, unseen signs."""
    seen = _UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", seen.casefold())))


_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")  # soft hyphens, joiners, marks of direction


def capped(excerpt: str, words: int = EXCERPT_WORDS) -> str:
    """At most *words* words of a plain *excerpt*, on one line, with an ellipsis when there are more; none for 0.

    Scripts that put no spaces between words are cut by length, at twelve characters for a word.
    """
    if not words:
        return ""
    whole = " ".join(excerpt.split())
    short = " ".join(whole.split(" ", words)[:words])[: words * 12]
    return whole if short == whole else short.rstrip(" ,;:.–—-") + "…"


class TimeCodeError(ClipError):
    """A text is no place in a programme."""

    def __init__(self, written: str) -> None:
        super().__init__(f"“{written[:40]}” is no time code; write hours, minutes and seconds, such as 00:12:30")


_TIME_CODE = re.compile(r"(?:(\d{1,2}):)?(\d{1,2}):(\d{2})(?:[.,]\d{1,3})?")


def read_time_code(cell: str) -> str:
    """The place in a programme that *cell* means, as HH:MM:SS; two numbers are minutes and seconds. Empty for none.

    Raises:
        TimeCodeError: it means none.
    """
    if is_nothing(cell):
        return ""
    found = _TIME_CODE.fullmatch(cell.strip()) if cell.isascii() else None
    if found is None:
        raise TimeCodeError(cell.strip())
    hours, minutes, seconds = (int(number or 0) for number in found.groups())
    if minutes > 59 or seconds > 59:
        raise TimeCodeError(cell.strip())
    return f"{hours:02}:{minutes:02}:{seconds:02}"


def placed(*, page: str, section: str, programme: str, time_code: str) -> tuple[str, ...]:
    """Where in its paper or in its programme a clip is, a phrase each: "page 12", "Science", "Morning Tide"."""
    said = page if not page or not page[0].isdigit() else f"page {page}"
    return tuple(filter(None, (said, section, programme, f"from {time_code}" if time_code else "")))


# In the headline of any release: they say nothing about which one.
_OF_ANY = frozenset(
    """
    about after also among find finds findings first from goes have into just last more most much news only over
    report reports research researchers says scientists show shows society some study studies than that their them
    they this under what when which will with work would year years
    """.split()  # noqa: SIM905 - a list of words reads best as one
)
_LEAST_LETTERS = 4
_LEAST_SHARED = 3


def beginnings(headline: str) -> dict[str, str]:
    """The telling words of a headline by their beginnings, which a text has in any of a word's forms.

    Telling is a word of four letters or more that does not stand in any headline.
    """
    found: dict[str, str] = {}
    for word in re.findall(r"[^\W\d_]+", headline.lower()):
        if len(word) >= _LEAST_LETTERS and word not in _OF_ANY:
            found.setdefault(word[: max(5, len(word) - 3)], word)
    return found


def enough(beginnings: Sized) -> int:
    """How many of the telling words a clip must share with a headline to be proposed: half of them, at least three."""
    return max(_LEAST_SHARED, -(-len(beginnings) // 2))


def names_of(doi: str, address: str) -> tuple[str, ...]:
    """What an address or a text has in it, in small letters, when it names a study or the page of a release."""
    written = (doi, quote(doi, safe=""), address)
    return tuple(dict.fromkeys(name.lower() for name in written if name))


def read_references(cell: str) -> tuple[str, ...]:
    """The addresses or DOIs in *cell*, apart by semicolons, bars or spaces; "none" is none. Never raises."""
    return tuple(dict.fromkeys(part for part in re.split(r"[;|\s]+", cell) if not is_nothing(part)))


def is_nothing(cell: str) -> bool:
    """Whether people write *cell* to say that there is nothing."""
    return cell.strip().casefold() in _NOTHING


def read_medium(cell: str, *, url: str) -> Medium:
    """The medium that *cell* means; without one, online if there is an address. Never raises."""
    word = " ".join(cell.casefold().split())
    if is_nothing(word):
        return Medium.ONLINE if url else Medium.OTHER
    if word in set(Medium):
        return Medium(word)
    return _MEDIUM_WORDS.get(word, Medium.OTHER)


def read_language(cell: str) -> str:
    """The primary language subtag that *cell* means ("Spanish", "es", "es-MX"); empty when unknown.

    Never raises.
    """
    word = cell.strip().casefold()
    code = _LANGUAGE_CODES.get(word, re.split(r"[-_]", word)[0])
    code = _LANGUAGE_CODES.get(code, code)
    return code if code in LANGUAGES else ""


def language_of_headline(headline: str) -> str:
    """The language that a list notes in place of a title, or after it: "[Russian]", "Un robot … (FR)";
    else empty."""
    found = _IN_BRACKETS.fullmatch(headline.strip())
    return read_language(found[1] or found[2]) if found else ""


def language_name(code: str) -> str:
    """The English name of a language code; the code itself when it is unknown."""
    return LANGUAGES.get(code, code)


def read_topics(cell: str) -> tuple[str, ...]:
    """The topics in *cell*, apart by semicolons or bars, else by commas; "none" is none. Never raises."""
    parts = re.split(r"[;|]" if re.search(r"[;|]", cell) else ",", cell)
    named = {" ".join(part.split()): None for part in parts if not is_nothing(part)}
    return tuple(named)


def read_yes(cell: str) -> bool:
    """Whether *cell* says yes."""
    return cell.strip().casefold() in _YES


class ImportState(StrEnum):
    """Where the import of a file stands."""

    UPLOADED = "uploaded"  # the columns are still to be confirmed
    WAITING = "waiting"
    RUNNING = "running"
    STOPPED = "stopped"  # by Ctrl-C; the same file goes on from here
    DONE = "done"
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"

    @property
    def label(self) -> str:
        """As it stands on a page."""
        names = {"uploaded": "To be confirmed", "undoing": "Being taken back", "undone": "Taken back"}
        return names.get(self.value, self.value.capitalize())


TAKEN_BACK = "taken back"
"""The origin of a clip that left the archive with the file that brought it."""

WITH_ITS_FILE = "It came in with a file that the press office took back."
"""Why such a clip is withdrawn; the public reads it at the clip's address."""

UNDOABLE = (ImportState.DONE, ImportState.FAILED, ImportState.STOPPED)
UNFINISHED = (ImportState.WAITING, ImportState.RUNNING, ImportState.STOPPED)
