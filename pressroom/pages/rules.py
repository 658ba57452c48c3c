"""Decisions about fixed pages and facts: which pages there are, how the fact sheet is put together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol, TypeVar

from lxml import html as lxml_html
from markupsafe import escape
from sqlalchemy.orm.exc import StaleDataError

from pressroom.kit.text import slugify

FACT_SHEET = "fact-sheet"
LOGOS = "logos"
CONTACT = "contact"
PRIVACY = "privacy"
REPORTING = "reporting-science"
COMMUNICATING = "communicating-science"
SLUGS = (FACT_SHEET, LOGOS, REPORTING, COMMUNICATING, CONTACT, PRIVACY)


SLUG_LENGTH = 60
NO_SLUGS = ("new",)
"""Words that stand in the place of a slug at the desk."""


def address_of(slug: str) -> str:
    """The path of the page called *slug*: a fixed one stands at the root, what staff added under ``/pages/``."""
    return f"/{slug}" if slug in SLUGS else f"/pages/{slug}"


class PageError(ValueError):
    """It cannot be done with this page; the message says what to do instead."""


class Stale(StaleDataError):  # noqa: N818 - it says what happened: somebody else saved first
    """What is saved is newer than what was edited. Where no view says it better, the page of 409 does."""


SIDE_BY_SIDE = {"do": {"do", "dos"}, "don’t": {"don’t", "don't", "do not", "don’ts", "don'ts"}}
"""Headings of the logo guidelines that stand beside each other."""


class Quoted(Exception):  # noqa: N818 - as above
    """A fact cannot go, because texts quote it.

    Attributes:
        places: where it stands: each with kind, title and the address on the desk.
    """

    def __init__(self, places: Sequence[Any]) -> None:
        """Quoted at *places*."""
        super().__init__(f"quoted in {len(places)} texts")
        self.places = places


NO_KEYS = ("changes", "embed")
"""Words that stand in the place of a key in an address."""

OF_THE_DESK = {"owner", "review_by"}
"""What staff know of a fact and the sheet does not say: a change of it is no new version."""


class Sectioned(Protocol):
    """What has a place on the fact sheet: a fact."""

    @property
    def section(self) -> str:
        """The heading under which it stands."""


Row = TypeVar("Row", bound=Sectioned)


@dataclass
class Section:
    """A heading of the fact sheet with its prose (safe HTML) and its facts.

    Attributes:
        anchor: for a link to it; another one in each section of a page.
    """

    heading: str
    anchor: str
    prose: str = ""
    facts: list[Sectioned] = field(default_factory=list)


def split_prose(safe_html: str) -> list[tuple[str, str]]:
    """The page's prose as (heading, HTML) pairs, cut at its top-level ``h2``; first what has none.

    Args:
        safe_html: HTML that was cleaned when it was saved.
    """
    pieces: list[tuple[str, list[str]]] = [("", [])]
    for node in lxml_html.fragments_fromstring(safe_html) if safe_html.strip() else ():
        if isinstance(node, str):
            pieces[-1][1].append(str(escape(node)))
        elif node.tag == "h2":
            heading = " ".join(str(node.xpath("string()")).split())
            pieces.append((heading, [str(escape(node.tail or ""))]))
        else:
            pieces[-1][1].append(lxml_html.tostring(node, encoding="unicode"))
    whole = [(heading, "".join(parts).strip()) for heading, parts in pieces]
    return [piece for piece in whole if piece != ("", "")]


def sections(safe_html: str, facts: Iterable[Row]) -> list[Section]:
    """Headings in the order of the prose, each with its facts; then headings that only facts have."""
    found: dict[str, Section] = {}

    def section(heading: str) -> Section:
        if heading not in found:
            taken = {other.anchor for other in found.values()}
            wanted = f"part-{slugify(heading)}" if heading else "part"
            found[heading] = Section(heading, free_key(wanted, taken))
        return found[heading]

    for heading, prose in split_prose(safe_html):
        section(heading).prose += prose
    for fact in facts:
        section(fact.section).facts.append(fact)
    return list(found.values())


class Sourced(Protocol):
    """What says where it comes from: a fact."""

    @property
    def source(self) -> str:
        """Who says so."""


def common_source(facts: Iterable[Sourced]) -> str:
    """The source that most of *facts* share; it is said once for all of them. Empty without any."""
    counted = Counter(fact.source for fact in facts if fact.source)
    return counted.most_common(1)[0][0] if counted else ""


def common_date(facts: Iterable[Any]) -> date | None:
    """The day as of which most of *facts* are; it is said once for all of them."""
    counted = Counter(fact.as_of for fact in facts if fact.as_of)
    return counted.most_common(1)[0][0] if counted else None


def neighbour(rows: Sequence[Row], row: Row, step: int) -> Row | None:
    """The row of the same section *step* places after *row* (before it, when negative), None at the end.

    Args:
        rows: all of them, in order.
        row: one of them.
        step: 1 or -1.
    """
    same = [other for other in rows if other.section == row.section]
    place = same.index(row) + step
    return same[place] if 0 <= place < len(same) else None


def free_key(wanted: str, taken: Iterable[str]) -> str:
    """*wanted*, or with the first number after it that is free."""
    used, key, number = set(taken), wanted or "fact", 1
    while key in used:
        number += 1
        key = f"{wanted or 'fact'}-{number}"
    return key
