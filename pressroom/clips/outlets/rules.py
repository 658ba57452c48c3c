"""What an outlet is, how its names are compared, and which two may be one. Pure decisions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from pressroom.clips import addresses
from pressroom.clips.outlets.countries import COUNTRIES
from pressroom.kit import text

MOST_WORDS = 200  # more is no excerpt
MOST_ALIASES = 40

KINDS: Mapping[str, str] = {
    "newspaper": "Newspaper",
    "magazine": "Magazine",
    "broadcaster": "Broadcaster",
    "wire": "Wire service",
    "online": "Online",
    "journal": "Journal",
    "trade": "Trade press",
    "podcast": "Podcast",
    "blog": "Blog",
    "university": "University or institute",
    "government": "Government",
    "society": "Society or charity",
    "company": "Company",
    "other": "Other",
}


def kind_name(kind: str) -> str:
    """As it stands on a page; empty when nobody said."""
    return KINDS.get(kind, "")


def country_name(code: str) -> str:
    """The name of a country in English; empty when nobody said."""
    return COUNTRIES.get(code, code)


class OutletError(ValueError):
    """Something about an outlet cannot be kept; the message says what to do."""


class NameTakenError(OutletError):
    """A name or a host is another outlet's.

    Attributes:
        written: the name.
        outlet_id: whose it is.
    """

    def __init__(self, written: str, outlet_id: int, owner: str) -> None:
        super().__init__(f"“{written}” is a name of {owner} already. Take it away there, or merge the two.")
        self.written, self.outlet_id = written, outlet_id


class StaleError(OutletError):
    """Somebody else saved it meanwhile."""


class WorkKind(StrEnum):
    """What is done with the clips of an outlet."""

    REFRESH = "refresh"  # read by search again
    RENAME = "rename"  # and known by the new name
    MERGE = "merge"
    UNMERGE = "unmerge"

    @property
    def label(self) -> str:
        """As it stands on a page."""
        return {"refresh": "Brought up to date", "rename": "Renamed", "merge": "Merged", "unmerge": "Taken apart"}[
            self.value
        ]


def key(name: str) -> str:
    """What of a name or a host is compared: case, accents and punctuation are not."""
    return text.slugify(name)


def read_aliases(written: str) -> tuple[str, ...]:
    """The names and hosts in *written*, one on a line; of an address its host. Never raises."""
    lines = (" ".join(line.split()) for line in written.splitlines())
    names = (addresses.host(line) if re.match(r"https?://", line, re.IGNORECASE) else line for line in lines)
    found: dict[str, str] = {}
    for name in names:
        if name:
            found.setdefault(key(name), name)
    return tuple(found.values())


def read_home(written: str) -> str:
    """The address of a home page; ``https://`` may be left out.

    Raises:
        OutletError: it is none.
    """
    written = written.strip()
    if not written:
        return ""
    try:
        return addresses.checked(written if "://" in written else f"https://{written}")
    except addresses.AddressError:
        raise OutletError("Write the address of the home page, such as https://harborledger.example.") from None


_ARTICLES = frozenset({"the", "a", "an", "el", "la", "los", "las", "le", "les", "der", "die", "das", "il", "o", "de"})
_COMMON = frozenset(
    {"online", "com", "org", "net", "www", "news", "digital", "web", "website", "magazine", "newspaper", "daily", "uk"}
)
_IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")


class Known(NamedTuple):
    """An outlet, for comparing."""

    id: int
    name: str
    home: str
    clips: int


class Alike(NamedTuple):
    """Two that may be one: the one with fewer clips, that with more, and why."""

    one: Known
    other: Known
    why: str


def folded(name: str) -> str:
    """*name* without what two people write differently: article, brackets, "online", ".com", spaces between."""
    bare = _IN_BRACKETS.sub(" ", name) if _IN_BRACKETS.sub(" ", name).strip() else name
    plain = unicodedata.normalize("NFKD", bare.casefold().replace("&", " and "))
    words = re.findall(r"\w+", "".join(sign for sign in plain if not unicodedata.combining(sign)))
    while len(words) > 1 and words[0] in _ARTICLES | {"www"}:
        words = words[1:]
    while len(words) > 1 and words[-1] in _COMMON:
        words = words[:-1]
    return "".join(words)


def alike(outlets: Iterable[Known]) -> list[Alike]:
    """The pairs that have one folded name, or one host; those with the most clips first, each pair once."""
    by_name: dict[str, list[Known]] = {}
    by_host: dict[str, list[Known]] = {}
    for outlet in sorted(outlets, key=lambda one: (-one.clips, one.id)):
        by_name.setdefault(folded(outlet.name), []).append(outlet)
        if host := addresses.host(outlet.home):
            by_host.setdefault(host, []).append(outlet)
    found: dict[tuple[int, int], Alike] = {}
    for same, why in ((by_name, "the same name, written in another way"), (by_host, "the same home page")):
        for first, *others in same.values():
            for other in others:
                found.setdefault((other.id, first.id), Alike(other, first, why))
    return sorted(found.values(), key=lambda pair: (-pair.one.clips, pair.one.id))
