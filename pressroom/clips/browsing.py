"""The archive's address: what it asks for, and the links that ask for something else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote_plus

from werkzeug.datastructures import MultiDict

from pressroom import search
from pressroom.clips import queries, rules
from pressroom.clips.formats import FORMATS
from pressroom.clips.rules import Medium
from pressroom.kit import text, web
from pressroom.kit.syndication import View
from pressroom.search import Query, Results

PATH = "/clips/"
EXPORT = "/clips/export."
PER_PAGES = (20, 50, 100)
PER_PAGE = PER_PAGES[0]
LONGEST_TEXT = 400
MOST_VALUES = 20
MOST_LEFT_OUT = 6  # words of a search that found nothing, each of which is left out to see what is found then
SHOWN = 8  # rows of a facet before the rest is folded away

# facet of the engine → parameter of the address; the order of the address
PARAMETERS = {"outlet": "outlet", "topic": "topic", "medium": "medium", "year": "year", "language": "lang"}
SORTS = {"best": ("relevance", "Best match"), "newest": ("newest", "Newest"), "oldest": ("oldest", "Oldest")}
ADDRESS = ("q", *PARAMETERS.values(), "sort", "per", "page", "after", "before")
"""Every parameter that an address of the archive may have."""

_QUOTES = re.compile('["“”„]+')


@dataclass(frozen=True)
class Asked:
    """What an address asks for.

    Attributes:
        text: the words, in the query language.
        chosen: facet → values as they stand in the address (slugs, codes, years).
        sort: a key of :data:`SORTS`; empty for the usual one.
        after: the mark with which the page begins, if the reader came by "next".
        before: the mark before which it ends, if the reader came by "previous".
    """

    text: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""
    page: int = 1
    per: int = PER_PAGE
    after: str = ""
    before: str = ""

    @property
    def order(self) -> str:
        """The sort that holds: the best first if there are words to rank by, else the newest."""
        return self.sort or ("best" if self.text else "newest")

    def address(self, *, page: int = 1, after: str = "", before: str = "") -> str:
        """The archive asked for this; the same choice has one address. A mark stands beside the number of its page."""
        values = self._values()
        if self.per != PER_PAGE:
            values.append(("per", str(self.per)))
        if page > 1:
            values.append(("page", str(page)))
        values += [(name, mark) for name, mark in (("after", after), ("before", before)) if mark]
        return PATH + _query(values)

    def export(self, extension: str) -> str:
        """All of it as a file."""
        return EXPORT + extension + _query(self._values())

    @property
    def narrowing(self) -> tuple[tuple[str, str], ...]:
        """The parameters that choose clips, whatever order and page they are shown in."""
        values = [("q", self.text)] if self.text else []
        values += [(name, value) for facet, name in PARAMETERS.items() for value in self.chosen.get(facet, ())]
        return tuple(values)

    def _values(self) -> list[tuple[str, str]]:
        return [*self.narrowing, ("sort", self.sort)] if self.sort else [*self.narrowing]

    def turned(self, facet: str, value: str) -> Asked:
        """With *value* in *facet*, or without it when it is chosen already; on the first page."""
        before = self.chosen.get(facet, ())
        after = tuple(other for other in before if other != value) if value in before else (*before, value)
        return replace(self, chosen={**self.chosen, facet: after}, page=1)

    def around(self, facet: str) -> tuple[str, str]:
        """The address with one more value of *facet*: what stands before that value, and what after it.

        So the hundred rows of a facet are not a hundred addresses to be put together.
        """
        name = PARAMETERS[facet]
        before, _, after = f"{self.turned(facet, '').address()}&".partition(f"{name}=&")
        return f"{before}{name}=", after and f"&{after[:-1]}"


class Link(NamedTuple):
    """A filter as a link: chosen ones lead away from the choice."""

    label: str
    href: str
    count: int = 0  # type: ignore[assignment]  # instead of what a tuple counts
    current: bool = False
    kind: str = ""


@dataclass(frozen=True)
class Understood:
    """An address with what it means: names for slugs, and a sentence for each thing that means nothing.

    Attributes:
        moved: it has the slug of an outlet that was merged, and ``asked`` has that of the one that it is now.
    """

    asked: Asked
    names: Mapping[tuple[str, str], str]
    problems: Sequence[str]
    moved: bool = False

    def query(self) -> Query:
        """As the engine takes it: outlets and topics are indexed by name."""

        def named(facet: str) -> tuple[str, ...]:
            return tuple(self.names[facet, value] for value in self.asked.chosen.get(facet, ()))

        chosen = self.asked.chosen
        return Query(
            text=self.asked.text,
            kinds=("clip",),
            outlets=named("outlet"),
            topics=named("topic"),
            mediums=chosen.get("medium", ()),
            languages=chosen.get("language", ()),
            years=chosen.get("year", ()),
            sort=SORTS[self.asked.order][0],
            page=self.asked.page,
            per_page=self.asked.per,
            after=self.asked.after,
            before=self.asked.before,
        )


def feed(understood: Understood) -> View:
    """The feed of what the archive shows."""
    chosen = understood.asked.chosen
    return view(
        understood.asked,
        [understood.names[facet, value] for facet in PARAMETERS for value in sorted(chosen.get(facet, ()))],
    )


def view(asked: Asked, names: Sequence[str]) -> View:
    """The feed of *asked*, the same in whatever order it was chosen; *names* are those of what is chosen."""
    words = [*([f"“{asked.text}”"] if asked.text else []), *names]
    names_in_order = ["q", *PARAMETERS.values()]
    query = sorted(asked.narrowing, key=lambda pair: (names_in_order.index(pair[0]), pair[1]))
    return View(f"{PATH}feed", f"clips: {', '.join(words)}" if words else "clips", tuple(query))


def read(args: MultiDict[str, str]) -> Understood:
    """What an address means. Never raises; what means nothing is left out and becomes a sentence."""
    typed = {facet: _values(args.getlist(name)) for facet, name in PARAMETERS.items()}
    known = queries.names_of(typed["outlet"], typed["topic"])
    unknown = [slug for slug in typed["outlet"] if ("outlet", slug) not in known]
    moved = queries.moved(unknown) if unknown else {}
    if moved:
        known |= queries.names_of(tuple(moved.values()), ())
        moved = {slug: target for slug, target in moved.items() if ("outlet", target) in known}
        typed["outlet"] = tuple(dict.fromkeys(moved.get(slug, slug) for slug in typed["outlet"]))
    names = {
        **known,
        **{("medium", value): Medium(value).label for value in typed["medium"] if value in set(Medium)},
        **{("year", value): value for value in typed["year"] if _is_year(value)},
        **{("language", code): rules.LANGUAGES[code] for code in typed["language"] if code in rules.LANGUAGES},
    }
    problems = [
        _unknown(facet, value) for facet, values in typed.items() for value in values if (facet, value) not in names
    ]
    chosen = {facet: tuple(value for value in values if (facet, value) in names) for facet, values in typed.items()}
    sort = args.get("sort", "").strip()
    if sort and sort not in SORTS:
        problems.append(f"There is no order “{_short(sort)}”; there are best, newest and oldest.")
        sort = ""
    per = args.get("per", str(PER_PAGE)).strip()
    if per not in map(str, PER_PAGES):
        problems.append(f"A page holds {', '.join(map(str, PER_PAGES[:-1]))} or {PER_PAGES[-1]} clips.")
        per = str(PER_PAGE)
    marks = args.get("after", ""), args.get("before", "")  # one that does not fit is of no use, and no harm
    asked = Asked(words(args), chosen, sort, web.page_number(args), int(per), *marks)
    return Understood(asked, names, problems, moved=bool(moved))


def words(args: Mapping[str, str]) -> str:
    """The words of an address."""
    return text.clean(args.get("q", "")).strip()[:LONGEST_TEXT]


def _values(typed: Sequence[str]) -> tuple[str, ...]:
    cleaned = (text.clean(value).strip().lower()[:200] for value in typed[:MOST_VALUES])
    return tuple(dict.fromkeys(value for value in cleaned if value))


def _is_year(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) == 4


_UNKNOWN = {
    "outlet": "There is no outlet “{}” in the archive.",
    "topic": "There is no topic “{}” in the archive.",
    "medium": "There is no medium “{}”; there are " + ", ".join(Medium) + ".",
    "year": "“{}” is no year; write four digits, such as 2024.",
    "language": "“{}” is no language that the archive knows; write a code such as en or es.",
}


def _unknown(facet: str, value: str) -> str:
    return _UNKNOWN[facet].format(_short(value))


def _short(typed: str) -> str:
    printable = "".join(character if character.isprintable() else " " for character in typed)
    return printable if len(printable) <= 60 else printable[:59] + "…"


def _query(values: Sequence[tuple[str, str]]) -> str:
    return "?" + "&".join([f"{name}={_quoted(value)}" for name, value in values]) if values else ""


def facets(understood: Understood, results: Results) -> dict[str, list[Link]]:
    """The rows of each facet, as links with counts; years from the oldest on, without gaps."""
    outlets, topics = results.facets["outlet"], results.facets["topic"]
    slugs = queries.slugs_of([name for name, _ in outlets], [name for name, _ in topics])
    rows = {
        "outlet": [(slugs["outlet", name], name, n) for name, n in outlets if ("outlet", name) in slugs],
        "topic": [(slugs["topic", name], name, n) for name, n in topics if ("topic", name) in slugs],
        "medium": [(value, Medium(value).label, n) for value, n in results.facets["medium"] if value in set(Medium)],
        "language": [(code, rules.language_name(code), n) for code, n in results.facets["language"] if code],
        "year": [(str(year), str(year), n) for year, n in _every_year(dict(results.facets["year"]))],
    }
    return {facet: list(_links(understood.asked, facet, found)) for facet, found in rows.items()}


def _links(asked: Asked, facet: str, rows: Sequence[tuple[str, str, int]]) -> Iterator[Link]:
    chosen = asked.chosen.get(facet, ())
    before, after = asked.around(facet)
    for value, label, count in rows:
        if value in chosen:
            yield Link(label, asked.turned(facet, value).address(), count, current=True)
        elif count or facet == "year":
            yield Link(label, before + _quoted(value) + after, count)


_quoted = lru_cache(2048)(quote_plus)  # the same few in every search, and the words of one in twenty addresses


def _every_year(counts: Mapping[str, int]) -> Iterator[tuple[int, int]]:
    """Each year from the first to the last with its count: a gap is part of the picture."""
    years = sorted(int(year) for year in counts if _is_year(str(year)))
    whole = range(years[0], years[-1] + 1) if years and years[-1] - years[0] < 60 else years
    return ((year, counts.get(str(year), 0)) for year in whole)


def chips(understood: Understood) -> list[Link]:
    """What is chosen, as links that remove it."""
    asked = understood.asked
    return [
        Link(understood.names[facet, value], asked.turned(facet, value).address(), kind=facet)
        for facet in PARAMETERS
        for value in asked.chosen.get(facet, ())
    ]


def sorts(asked: Asked) -> list[Link]:
    """The orders; the best match is one only when there are words."""
    return [
        Link(label, replace(asked, sort=key, page=1).address(), current=key == asked.order)
        for key, (_, label) in SORTS.items()
        if asked.text or key != "best"
    ]


def sizes(asked: Asked) -> list[Link]:
    """How many clips a page may hold."""
    return [Link(str(n), replace(asked, per=n, page=1).address(), current=n == asked.per) for n in PER_PAGES]


def files(asked: Asked) -> list[Link]:
    """The whole result as files."""
    return [Link(form.label, asked.export(extension)) for extension, form in FORMATS.items()]


def wider(understood: Understood, *, now: datetime) -> list[Link]:
    """Where nothing was found: what is found without one of the filters, a word, the words; the most first."""
    asked = understood.asked
    ways = [
        Link(
            " or ".join(understood.names[facet, value] for value in values),
            replace(asked, chosen={**asked.chosen, facet: ()}, page=1).address(),
            kind=facet,
        )
        for facet, values in asked.chosen.items()
        if values
    ]
    others = [replace(asked, chosen={**asked.chosen, way.kind: ()}, page=1) for way in ways]
    if ways and asked.text:
        others.append(replace(asked, text="", sort="" if asked.sort == "best" else asked.sort, page=1))
        ways.append(Link(asked.text, others[-1].address(), kind="words"))
    for kind, label, rest in _with_less(asked.text):
        others.append(replace(asked, text=rest, page=1))
        ways.append(Link(label, others[-1].address(), kind=kind))
    counts = search.totals([replace(understood, asked=other).query() for other in others], now=now)
    found = [way._replace(count=count) for way, count in zip(ways, counts, strict=True) if count]
    return sorted(found, key=lambda way: -way.count)


def _with_less(asked_for: str) -> Iterator[tuple[str, str, str]]:
    """Ways to ask for less with words: "quotes" or "word", what is left out, and what is left."""
    if (apart := _QUOTES.sub(" ", asked_for)) != asked_for:
        yield "quotes", "", " ".join(apart.split())
    typed = search.typed(asked_for)
    if 1 < len(typed) <= MOST_LEFT_OUT:
        for word in typed:
            rest = f"{asked_for[: word.start]} {asked_for[word.end :]}"
            yield "word", asked_for[word.start : word.end], " ".join(rest.split())


def beside(asked: Asked, results: Results) -> tuple[str, str]:
    """The addresses of the page before and of the next one, with their marks; empty where there is none."""
    page, pages = results.page, results.pages
    previous = asked.address(page=page - 1, before=results.before) if page > 1 else ""
    return previous, asked.address(page=page + 1, after=results.after) if page < pages else ""


def clear(asked: Asked) -> str:
    """Without any filter, words and order kept."""
    return replace(asked, chosen={}, page=1).address()
