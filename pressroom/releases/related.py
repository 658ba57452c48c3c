"""What a release may point at: the rooms above say how their things are found and shown; this one knows none of them.

Only what is public is ever shown, whoever asks: a press kit that the desk makes leaves the desk.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import current_app

from pressroom.kit import web
from pressroom.releases import items, rules
from pressroom.releases.items import Item


@dataclass(frozen=True)
class Shown:
    """A thing as the reader may see it.

    Attributes:
        title: what it is called.
        address: its path, or an outside address; empty while it has none.
        public: whether everybody may see it now.
        label: what it is, in a word.
        language: its language where that is not the site's.
    """

    title: str
    address: str
    public: bool = True
    label: str = ""
    language: str = ""

    @property
    def absolute(self) -> str:
        """Its address for a reader who is elsewhere."""
        return web.absolute(self.address) if self.address.startswith("/") else self.address


@dataclass(frozen=True)
class Kind:
    """A kind of things.

    Attributes:
        name: in a line of text, such as "webcast".
        find: gives the number of what stands at a path, for those who may see it.
        show: gives those of some numbers that the reader may see, at an instant.
    """

    name: str
    find: Callable[[str], int | None]
    show: Callable[[Collection[int], datetime], Mapping[int, Shown]]


LONGEST = 20_000  # characters of all lines

_kinds: dict[str, Kind] = {}
_EVER = datetime.max.replace(tzinfo=UTC)


def register(name: str, *, find: Callable[[str], int | None], show: Callable[..., Mapping[int, Shown]]) -> None:
    """Let releases point at things of another kind. For the rooms above, when they are set up."""
    _kinds[name] = Kind(name, find, show)


def read(written: str) -> tuple[tuple[str, ...], list[str]]:
    """The lines of *written* as a revision keeps them, and a sentence for each that cannot be read.

    A line is an address of this press room or of its desk, an outside address with a title after it, or kind and
    number as this gave them before. In a context of staff.
    """
    if len(written) > LONGEST:
        return (), [f"Shorten this to {LONGEST:,} characters. It has {len(written):,}."]
    lines: dict[str, None] = {}
    problems = []
    for number, line in enumerate(written.splitlines(), start=1):
        if not line.strip():
            continue
        found, problem = _line(line.strip())
        if problem:
            problems.append(f"Line {number}: {problem}")
        elif found is not None:
            lines.setdefault(str(found))
    return tuple(lines), problems


def one(written: str, kind: str) -> str:
    """What *written* names if it is of *kind*, as a revision keeps it; *written* itself otherwise."""
    found, _ = _line(written.strip()) if written.strip() else (None, "")
    return str(found) if found and found.kind == kind else written.strip()


def problems(lines: Collection[str]) -> list[str]:
    """A sentence for each of *lines*, as a revision keeps them, that means nothing or too much."""
    found = [problem for line in lines if (problem := _line(line)[1])]
    if len(lines) > items.MOST:
        found.append(f"Name at most {items.MOST} related items. There are {len(lines)}.")
    return found


def in_words(lines: Iterable[str], now: datetime) -> list[str]:
    """*lines* with the titles of what is ours, to be read and edited by staff."""
    every = list(lines)
    shown = _shown([item for line in every if (item := items.numbered(line))], now)
    return [f"{line}: {shown[line].title}" if line in shown else line for line in every]


def public(found: Collection[Item], now: datetime) -> list[Shown]:
    """Those of the items that everybody may see at *now*, in their order."""
    shown = _shown([item for item in found if item.item_id is not None], now)
    every = [Shown(items.named(item), item.url) if item.item_id is None else shown.get(str(item)) for item in found]
    return [one for one in every if one is not None and one.public and one.address]


def _shown(found: Collection[Item], now: datetime) -> dict[str, Shown]:
    ids: dict[str, set[int]] = defaultdict(set)
    for item in found:
        if item.item_id is not None:
            ids[item.kind].add(item.item_id)
    return {
        str(Item(kind, number)): shown
        for kind, numbers in ids.items()
        if kind in _kinds
        for number, shown in _kinds[kind].show(numbers, now).items()
    }


def _line(line: str) -> tuple[Item | None, str]:
    if numbered := items.numbered(line):
        known = str(numbered) in _shown([numbered], _EVER)
        return (numbered, "") if known else (None, f"there is no {numbered}.")
    if (path := _own_path(line)) is not None:
        for kind in _kinds.values():
            if (number := kind.find(path)) is not None:
                return Item(kind.name, number), ""
        return None, f"at {path[:80]} there is no release, webcast or page. Paste the address from your browser."
    item = items.outside(line)
    if item is None:
        return None, "write an address that begins with https:// or with /, and after it a title if you like."
    for name, value in (("related_url", item.url), ("related_title", item.title)):
        if sentence := rules.too_long(name, value):
            return None, sentence[:1].lower() + sentence[1:]
    return item, ""


def _own_path(line: str) -> str | None:
    """The path of an address of this press room, without what stands after it; None for an outside one."""
    address = line.partition(" ")[0]
    try:
        own, parts = urlsplit(str(current_app.config["SITE_URL"])), urlsplit(address)
    except ValueError:
        return None
    if not address.startswith("/") and (parts.scheme, parts.netloc) != (own.scheme, own.netloc):
        return None
    return parts.path if not address.startswith("//") else None
