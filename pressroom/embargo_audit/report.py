"""The audit of an application whose content may be added to: plant, ask before, ask after, compare."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

from flask import Flask

from pressroom import search
from pressroom.embargo_audit.crawling import addresses, text_of
from pressroom.embargo_audit.planting import NEVER_SHOWN, Planted, plant
from pressroom.kit import clock

SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Surface:
    """One address, or one other place where words may come to light.

    Attributes:
        name: the path with its query, or "log", "index".
        status: what it answered with; 0 where nothing is answered.
        words: the planted words that were there, as "table.column".
    """

    name: str
    status: int
    words: frozenset[str]


@dataclass(frozen=True)
class Report:
    """What was there a second before the lift, and a second after it."""

    planted: Planted
    before: list[Surface]
    after: list[Surface]

    @property
    def leaks(self) -> list[Surface]:
        """Where a word was before its time, or what is for staff at any time."""
        late = (Surface(one.name, one.status, one.words & NEVER_SHOWN) for one in self.after)
        return [one for one in (*self.before, *late) if one.words]

    @property
    def missing(self) -> set[str]:
        """What should be public after the lift and is nowhere: an audit that finds nothing there proves nothing."""
        return self.planted.to_be_shown.difference(*(one.words for one in self.after))

    @property
    def broken(self) -> list[Surface]:
        """What answered with an error of the server."""
        return [one for one in (*self.before, *self.after) if one.status >= 500 and one.status != 503]

    @property
    def good(self) -> bool:
        """Whether nothing leaked, nothing is missing, and everything answered."""
        return not (self.leaks or self.missing or self.broken)


def audit(app: Flask, *, lift: datetime) -> Report:
    """Plant one of everything, and ask for every public address a second before *lift* and a second after it.

    The clock of this process is set meanwhile. What is planted stays: give it a copy.

    Args:
        lift: the instant at which what is planted becomes public.

    Raises:
        UnknownRouteError: there is a public address that the audit cannot fill.
    """
    saved = lift - timedelta(days=1)
    with clock.at(saved), app.app_context():
        planted = plant(now=saved, lift=lift)
        search.sweep()
    with _listening() as log, clock.at(lift - SECOND):
        before = [*_asked(app, planted), _told("log", log.getvalue(), planted), _indexed(app, planted)]
    with clock.at(lift + SECOND):
        after = _asked(app, planted)
    return Report(planted, before, after)


def _asked(app: Flask, planted: Planted) -> list[Surface]:
    """Each address as somebody of the public gets it; a page may repeat the words of its own address."""
    client = app.test_client()
    found = []
    for path in addresses(app, planted):
        answer = client.get(path, buffered=True)
        text = text_of(answer)
        for word in planted.words:
            if word in path.lower() and answer.status_code != 200:
                text = text.replace(word, "")
        found.append(_told(path, text, planted, answer.status_code))
    return found


def _told(name: str, text: str, planted: Planted, status: int = 0) -> Surface:
    low = text.lower()
    return Surface(name, status, frozenset(place for word, place in planted.words.items() if word in low))


def _indexed(app: Flask, planted: Planted) -> Surface:
    """The files of the index, as they lie on the disk."""
    files = [file for file in (Path(app.instance_path) / "index").rglob("*") if file.is_file()]
    return _told("index", b"\n".join(file.read_bytes() for file in files).decode("latin-1"), planted)


@contextmanager
def _listening() -> Iterator[StringIO]:
    """Whatever is logged meanwhile, at every level."""
    heard, level = StringIO(), logging.root.level
    handler = logging.StreamHandler(heard)
    logging.root.addHandler(handler)
    logging.root.setLevel(logging.DEBUG)
    try:
        yield heard
    finally:
        logging.root.removeHandler(handler)
        logging.root.setLevel(level)
