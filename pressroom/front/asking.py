"""What an address of the search asks for; the page and its feed read it in the same way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pressroom.front import found
from pressroom.kit.syndication import View

SORTS = {"relevance": "Best match", "newest": "Newest", "oldest": "Oldest"}
MOST_WORDS = 400  # characters of a search; more is pasted text, and finds nothing
ADDRESS = ("q", "kind", "sort", "page", "after", "before")
"""Every parameter that an address of the search may have."""


@dataclass(frozen=True)
class Asked:
    """An address as far as it means something, and a sentence for what does not."""

    text: str
    kind: str
    sort: str
    problems: Sequence[str]

    @property
    def anything(self) -> bool:
        """Whether something is asked for at all."""
        return bool(self.text.strip() or self.kind)

    @property
    def feed(self) -> View:
        """The feed of what is found."""
        words = [f"“{self.text.strip()}”"] if self.text.strip() else []
        words += [found.KINDS[self.kind].lower()] if self.kind else []
        query = tuple((name, value) for name, value in (("q", self.text), ("kind", self.kind)) if value)
        return View("/search/feed", f"search for {' in '.join(words)}" if words else "search", query)


def read(args: Mapping[str, str]) -> Asked:
    """What an address means. Never raises."""
    kind, sort, problems = args.get("kind", ""), args.get("sort", "") or "relevance", []
    if kind and kind not in found.KINDS:
        problems.append(f"There is no kind “{printable(kind)[:40]}”.")
        kind = ""
    if sort not in SORTS:
        problems.append(f"There is no order “{printable(sort)[:40]}”; there are {', '.join(SORTS)}.")
        sort = "relevance"
    return Asked(printable(args.get("q", ""))[:MOST_WORDS], kind, sort, problems)


def printable(text: str) -> str:
    """*text* with blanks for what can neither be typed nor shown."""
    return "".join(character if character.isprintable() else " " for character in text)
