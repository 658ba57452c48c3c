"""The audit of an application whose content may be added to: plant, ask before, ask after, compare."""

from __future__ import annotations

import logging
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from io import StringIO
from os.path import commonprefix
from pathlib import Path

from flask import Flask

from pressroom import freezing, search
from pressroom.accreditation.reading import COOKIE
from pressroom.embargo_audit import logged
from pressroom.embargo_audit.crawling import addresses, text_of, unpacked
from pressroom.embargo_audit.planting import NEVER_SHOWN, Planted, plant
from pressroom.kit import clock
from pressroom.kit.headers import host_cookie

SECOND = timedelta(seconds=1)
CLIPS = 20  # of those that are public already; a copy has more of the same


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
    """What was there a second before the lift, and a second after it.

    Attributes:
        excluded: what journalists were answered, a second before the lift, to whom nothing may be shown.
    """

    planted: Planted
    before: list[Surface]
    after: list[Surface]
    excluded: list[Surface] = field(default_factory=list)

    @property
    def leaks(self) -> list[Surface]:
        """Where a word was before its time, or what is for staff at any time."""
        late = (Surface(one.name, one.status, one.words & NEVER_SHOWN) for one in self.after)
        return [one for one in (*self.before, *self.excluded, *late) if one.words]

    @property
    def missing(self) -> set[str]:
        """What should be public after the lift and is nowhere: an audit that finds nothing there proves nothing."""
        return self.planted.to_be_shown.difference(*(one.words for one in self.after))

    @property
    def broken(self) -> list[Surface]:
        """What answered with an error of the server."""
        return [one for one in (*self.before, *self.excluded, *self.after) if one.status >= 500 and one.status != 503]

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
        excluded = [one for name in planted.excluded for one in _asked(app, planted, journalist=name)]
        before = [*_asked(app, planted), *_frozen(app, planted, lift - SECOND)]
        before += [_told("log", log.getvalue(), planted), _indexed(app, planted)]
        before += [_told(name, text, planted) for name, text in logged.of_errors(app, planted).items()]
    with clock.at(lift + SECOND):
        after = [*_asked(app, planted), *_frozen(app, planted, lift + SECOND)]
    return Report(planted, before, after, excluded)


SHOWN_TO_JOURNALISTS = {"journalist.name", "agreement.body"}
"""What a journalist is shown who may read nothing under embargo: who they are, and what they would have to accept."""


def _asked(app: Flask, planted: Planted, journalist: str = "") -> list[Surface]:
    """Each address as somebody of the public gets it; a page may repeat the words of its own address.

    Args:
        journalist: one of those to whom nothing may be shown, whose cookie comes with each request.
    """
    client = app.test_client()
    if journalist:
        client.set_cookie(host_cookie(COOKIE, secure=app.config["SECURE_COOKIES"]), planted.excluded[journalist])
    found = []
    for path in addresses(app, planted):
        if journalist and "?" in path:
            continue  # what is asked for besides does not depend on the cookie
        answer = client.get(path, buffered=True)
        text = text_of(answer)
        if answer.status_code != 200:
            for word in _named(path, planted):
                text = text.replace(word, "")
        told = _told(path, text, planted, answer.status_code)
        if journalist and path.startswith("/embargo/"):
            told = replace(told, words=told.words - SHOWN_TO_JOURNALISTS)
        found.append(replace(told, name=f"{journalist}: {path}") if journalist else told)
    return found


def _told(name: str, text: str, planted: Planted, status: int = 0) -> Surface:
    return Surface(name, status, frozenset(planted.words[word] for word in _named(text, planted)))


def _named(text: str, planted: Planted) -> list[str]:
    """The planted words that are in *text*. All begin alike: only where such a beginning is are they looked for."""
    low, head = text.lower(), commonprefix(list(planted.words))  # noqa: RUF071 - of words
    longest = max(map(len, planted.words))
    ends = {low[found.start() : found.start() + longest] for found in re.finditer(re.escape(head), low)}
    return [word for word in planted.words if any(end.startswith(word) for end in ends)]


def _frozen(app: Flask, planted: Planted, now: datetime) -> list[Surface]:
    """The files of a copy for outages that is made at *now*, with the names that they have in it."""
    scope = freezing.Scope(clips=CLIPS, papers=1, media=planted.values["key"])
    with tempfile.TemporaryDirectory(prefix="embargo-audit-copy-", dir=app.instance_path) as folder:
        freezing.make(app, Path(folder) / "copy", now=now, scope=scope)
        files = {file.relative_to(folder).as_posix(): file for file in Path(folder).rglob("*") if file.is_file()}
        texts = {
            name: f"{name}\n{unpacked(file.read_bytes()).decode('utf-8', 'replace')}" for name, file in files.items()
        }
    return [_told(f"copy/{name.partition('/')[2]}", text, planted) for name, text in texts.items()]


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
