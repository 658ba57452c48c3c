"""Archives of the web: which copies of an address they keep, and of what day.

Any server that speaks Memento (RFC 7089) will do: a TimeMap lists the copies in link-format (RFC 6690), a TimeGate
leads to the one that is closest to an instant. The Wayback Machine also has a shorter question, "availability".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Protocol
from urllib.parse import quote, urljoin, urlsplit

import orjson

from pressroom.clips import addresses
from pressroom.clips.addresses import AddressError
from pressroom.clips.links import rules
from pressroom.clips.links.rules import Copy
from pressroom.kit.fetch import Fetched, FetchError
from pressroom.kit.settings import setting

MOST_PAGES = 4  # of a TimeMap
MOST_COPIES = 20_000
LINK_FORMAT = "application/link-format"

_ENTRY = re.compile(r"<([^<>\s]{1,2200})>((?:\s*;\s*[\w*-]+\s*(?:=\s*(?:\"[^\"]*\"|[^\s\",;]+))?)*)")
_PARAMETER = re.compile(r";\s*([\w*-]+)\s*(?:=\s*(?:\"([^\"]*)\"|([^\s\",;]+)))?")
_STAMP = re.compile(r"/(\d{14})(?:[a-z]{2}_)?/https?:", re.IGNORECASE)

Ask = Callable[..., Fetched]
"""``Fetcher.get``."""


class Archive(Protocol):
    """Something that knows copies."""

    @property
    def template(self) -> str:
        """The address at which it is asked, with a place for that of the story."""

    def copies(self, url: str, day: date, ask: Ask) -> list[Copy]:
        """Those of *url* that it names, the one of *day* among them. Raises FetchError when it cannot be asked."""


@dataclass(frozen=True)
class Availability:
    """The Wayback Machine's JSON, https://archive.org/help/wayback_api.php: the copy that is closest to a day."""

    template: str

    def copies(self, url: str, day: date, ask: Ask) -> list[Copy]:
        """One at most."""
        answer = _asked(ask, filled(self.template, url, day), accept="application/json")
        if answer is None:
            return []
        try:
            found: Any = orjson.loads(answer.content)
            snapshot = found["archived_snapshots"]["closest"]
            at = datetime.strptime(str(snapshot["timestamp"])[:14].ljust(14, "0"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        except (ValueError, KeyError, TypeError):
            return []
        if not snapshot.get("available", True) or not str(snapshot.get("status", "200")).startswith(("2", "3")):
            return []
        return _copies([(str(snapshot.get("url", "")), at)], "availability", self.template)


@dataclass(frozen=True)
class TimeMap:
    """A list of all copies (RFC 7089, section 5), which may have further pages."""

    template: str

    def copies(self, url: str, day: date, ask: Ask) -> list[Copy]:
        """All that are listed; of a long list those pages that may have the day."""
        waiting, seen, found = [filled(self.template, url, day)], set[str](), list[Copy]()
        while waiting and len(seen) < MOST_PAGES and len(found) < MOST_COPIES:
            address = waiting.pop(0)
            seen.add(address)
            answer = _asked(ask, address, accept=f"{LINK_FORMAT}, application/json;q=0.1")
            if answer is None:
                continue
            entries = list(read_links(answer.content.decode("utf-8", "replace")))
            named = [(target, at) for target, rels, at in entries if "memento" in rels and at is not None]
            found += _copies(named, "timemap", self.template)
            further = [urljoin(address, target) for target, rels, _ in entries if {"timemap", "next"} & rels]
            host = urlsplit(address).netloc  # a list may not send us to others
            waiting += [one for one in further if one not in seen and urlsplit(one).netloc == host]
        return found


@dataclass(frozen=True)
class TimeGate:
    """What leads to the copy that is closest to an instant (RFC 7089, section 4)."""

    template: str

    def copies(self, url: str, day: date, ask: Ask) -> list[Copy]:
        """One at most."""
        answer = _asked(ask, filled(self.template, url, day), accept_datetime=http_day(day))
        at = rules.http_date(answer.headers.get("memento-datetime", "")) if answer is not None else None
        return _copies([(answer.address, at)], "timegate", self.template) if answer is not None and at else []


def configured() -> list[Archive]:
    """Those of the settings, the one that costs them least first; none while the setting ``memento`` is off."""
    if not setting("memento"):
        return []
    kinds: tuple[tuple[str, Callable[[str], Archive]], ...] = (
        ("memento_availability", Availability),
        ("memento_timemap", TimeMap),
        ("memento_timegate", TimeGate),
    )
    return [kind(template) for name, kind in kinds if (template := setting(name))]


def filled(template: str, url: str, day: date) -> str:
    """The address at which an archive is asked for *url*.

    Args:
        template: with ``{address}`` as it is, or ``{escaped}`` for a parameter, and perhaps ``{day}``, as 20261112.
    """
    day_written = f"{day:%Y%m%d}"
    return (
        template.replace("{day}", day_written)
        .replace("{escaped}", quote(url, safe=""))
        .replace("{address}", url.partition("#")[0])
    )


def http_day(day: date) -> str:
    """Noon of *day* as an HTTP date."""
    from email.utils import format_datetime  # noqa: PLC0415 - for the worker only

    return format_datetime(datetime.combine(day, time(12), UTC), usegmt=True)


def read_links(written: str) -> Iterator[tuple[str, frozenset[str], datetime | None]]:
    """The links of a text in link-format: target, relations, instant. What cannot be read is passed over."""
    for entry in _ENTRY.finditer(written):
        said = {name.lower(): quoted or plain for name, quoted, plain in _PARAMETER.findall(entry[2])}
        yield entry[1], frozenset(said.get("rel", "").lower().split()), rules.http_date(said.get("datetime", ""))


def stamp_of(url: str) -> datetime | None:
    """When a copy was made, as far as its address says so, as those of the Wayback Machine and its like do."""
    found = _STAMP.search(url)
    try:
        return datetime.strptime(found[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


def _asked(ask: Ask, address: str, **options: str) -> Fetched | None:
    """The answer of an archive; None where it knows nothing.

    Raises:
        FetchError: it could not be asked.
    """
    answer = ask(address, **options)
    if answer.status in {404, 410}:
        return None
    if answer.status != 200:
        raise FetchError(f"The archive answered {answer.status}.")
    return answer


def _copies(found: list[tuple[str, datetime]], source: str, template: str) -> list[Copy]:
    """What may be linked to; over https where the archive itself is asked so."""
    secure = urlsplit(template)
    copies = []
    for url, at in found:
        try:
            address = addresses.checked(url)
        except AddressError:
            continue
        parts = urlsplit(address)
        if secure.scheme == "https" and parts.scheme == "http" and _site(parts.netloc) == _site(secure.netloc):
            address = "https" + address[4:].replace(f"//{parts.hostname}:80/", f"//{parts.hostname}/", 1)
        copies.append(Copy(address, at, source))
    return copies


def _site(place: str) -> str:
    """The last two names of a host: an archive's parts are on hosts of one name."""
    return ".".join(place.partition(":")[0].split(".")[-2:])
