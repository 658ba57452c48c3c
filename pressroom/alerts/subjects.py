"""What an alert is about: a page that lists something, by its address; in words, and as a question to documents."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode, urlsplit

from werkzeug.datastructures import MultiDict

from pressroom.alerts.rules import LENGTHS, AlertError
from pressroom.clips import browsing as clips
from pressroom.releases import archive
from pressroom.releases import browsing as releases
from pressroom.search.language import parse
from pressroom.search.tree import EVERYTHING, Node

KINDS = {
    "release": "releases",
    "clip": "clips",
    "webcast": "webcasts",
    "page": "pages",
    "meeting": "annual meetings",
    "term": "terms of the glossary",
    "abstract": "abstracts",
}
"""What may be new, and what many of them are called."""

MOST_WORDS = 400  # characters of a search, as on the page of the search
MOST_FIELDS = 100

Args = MultiDict[str, str]


@dataclass(frozen=True)
class Subject:
    """What an alert is about.

    Attributes:
        scope: a key of :data:`SCOPES`.
        asked: the query of its page, without order and number.
        title: in words.
    """

    scope: str
    asked: str
    title: str

    @property
    def digest(self) -> str:
        """What no other subject has."""
        return hashlib.sha256(f"{self.scope}?{self.asked}".encode()).hexdigest()[:32]

    @property
    def address(self) -> str:
        """The path of the page that lists the same."""
        return address(self.scope, self.asked)


@dataclass(frozen=True)
class Question:
    """A subject as new documents are asked.

    Attributes:
        chosen: facet → values; those of :func:`pressroom.alerts.documents.filed`.
    """

    tree: Node
    chosen: Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Scope:
    """A page that lists something.

    Attributes:
        path: of its page; others lie below it.
        read: the canonical query and the words of what was asked there.
        question: the same for new documents.
    """

    path: str
    read: Callable[[Args], tuple[str, str]]
    question: Callable[[Args], Question]


def address(scope: str, asked: str) -> str:
    """The path of the page that lists what an alert is about."""
    return SCOPES[scope].path + (f"?{asked}" if asked else "")


def read(page: str) -> Subject:
    """What the page at the address *page* lists, such as ``/clips/?q=gene``.

    Raises:
        AlertError: no alert can be had of it, or something in it is not understood.
    """
    try:
        parts = urlsplit(page[:4_000])
    except ValueError:
        raise AlertError("This is no address of a page. Search again, and choose the alert there.") from None
    scope = next((name for name, one in SCOPES.items() if _is_below(one.path, parts.path)), None)
    if scope is None or parts.scheme or parts.netloc:
        raise AlertError("There are no alerts of this page. Choose one of the lists below, or search first.")
    asked, title = SCOPES[scope].read(_args(parts.query))
    if len(asked) > LENGTHS["asked"]:
        raise AlertError("This search is too long for an alert. Take some words or filters away.")
    return Subject(scope, asked, title if len(title) <= LENGTHS["title"] else f"{title[: LENGTHS['title'] - 1]}…")


def question(scope: str, asked: str) -> Question:
    """What an alert asks; without a look at the database, since there are thousands of them."""
    return SCOPES[scope].question(_args(asked))


def _is_below(page: str, path: str) -> bool:
    return path == page or (page == "/releases/" and re.fullmatch(r"/releases/\d{4}/(\d\d/)?", path) is not None)


def _args(query: str) -> Args:
    try:
        return MultiDict(parse_qsl(query, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        raise AlertError("This address has too many parts. Search again, and choose the alert there.") from None


# The clip archive -------------------------------------------------------------------------------------------


def _read_clips(args: Args) -> tuple[str, str]:
    for name in ("sort", "per", "page", "after", "before"):
        args.poplist(name)
    understood = clips.read(args)
    if understood.problems:
        raise AlertError(" ".join(understood.problems))
    asked = replace(understood.asked, sort="")
    names = [[understood.names[facet, value] for value in values] for facet, values in asked.chosen.items()]
    title = _titled("Clips", asked.text, (" or ".join(each) for each in names if each))
    return urlsplit(asked.address()).query, title


def _clips(args: Args) -> Question:
    chosen = {f"clip {facet}": frozenset(args.getlist(name)) for facet, name in clips.PARAMETERS.items()}
    return Question(parse(clips.words(args)).tree, {"kind": frozenset({"clip"}), **chosen})


# Search over all kinds --------------------------------------------------------------------------------------


def _read_search(args: Args) -> tuple[str, str]:
    text, kind = _searched(args)
    if kind and kind not in KINDS:
        raise AlertError("There is no such kind. Search again, and choose one there.")
    query = urlencode({name: value for name, value in (("q", text), ("kind", kind)) if value})
    return query, _titled(KINDS[kind].capitalize() if kind else "The whole press room", text, ())


def _search(args: Args) -> Question:
    text, kind = _searched(args)
    return Question(parse(text).tree, {"kind": frozenset({kind} if kind else ())})


def _searched(args: Args) -> tuple[str, str]:
    text = "".join(character if character.isprintable() else " " for character in args.get("q", ""))
    return text[:MOST_WORDS].strip(), args.get("kind", "")


# Releases ---------------------------------------------------------------------------------------------------


def _read_releases(args: Args) -> tuple[str, str]:
    args.poplist("year")  # what comes is of no year that has gone
    asked = releases.read(args)
    if asked.problem:
        raise AlertError(asked.problem)
    chosen = replace(asked.filters, year=None, month=None)
    topic = chosen.topic and archive.facets(archive.Filters()).names.get(chosen.topic)
    if chosen.topic and not topic:
        raise AlertError("There is no such topic. Choose one from the list of releases.")
    said = [archive.said(value) for name in archive.LABELS if (value := getattr(chosen, name)) is not None]
    return urlsplit(releases.address(chosen)).query, _titled("Releases", "", [*said, *([topic] if topic else [])])


def _releases(args: Args) -> Question:
    chosen = {f"release {name}": frozenset(args.getlist(one)) for name, one in releases.PARAMETERS.items()}
    return Question(EVERYTHING, {"kind": frozenset({"release"}), **chosen})


# Webcasts ---------------------------------------------------------------------------------------------------


def _read_webcasts(_args: Args) -> tuple[str, str]:
    return "", "Webcasts"


def _webcasts(_args: Args) -> Question:
    return Question(EVERYTHING, {"kind": frozenset({"webcast"})})


def _titled(what: str, text: str, filters: Iterable[str]) -> str:
    parts = [f"“{text}”" if text else "", *filters]
    return ": ".join(filter(None, (what, ", ".join(filter(None, parts)))))


SCOPES = {
    "clips": Scope("/clips/", _read_clips, _clips),
    "search": Scope("/search", _read_search, _search),
    "releases": Scope("/releases/", _read_releases, _releases),
    "webcasts": Scope("/webcasts/", _read_webcasts, _webcasts),
}
