"""A site with stories, and a worker that looks at them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask

from pressroom import publishing
from pressroom.clips.links import jobs, rules
from pressroom.clips.links.models import ClipLink, LinkHost
from pressroom.clips.models import Clip
from pressroom.kit import clock
from pressroom.kit.db import db
from tests.clips.conftest import clip
from tests.clips.links import pages
from tests.conftest import NOON
from tests.kit.site import Site, fetcher, page

HTML = "Content-Type: text/html; charset=utf-8"


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """A response with a page."""
    return page(body, HTML, *headers, status=status)


class World:
    """A press room, and the hosts that it asks."""

    def __init__(self, app: Flask, site: Site) -> None:
        self.app, self.site = app, site

    def url(self, path: str = "/story", host: str = "ledger.example") -> str:
        return f"http://{host}:{self.site.port}{path}"

    def clip(self, path: str = "/story", host: str = "ledger.example", **fields: Any) -> int:
        """A clip with that address; gives its number."""
        with self.app.app_context(), publishing.as_staff(), clock.at(NOON):
            usual = {"headline": pages.HEADLINE, "url": self.url(path, host), "published_on": date(2026, 11, 12)}
            number = clip(**(usual | fields)).id
            db.session.commit()
            return number

    def look(self, at: datetime) -> None:
        """A turn of the worker at an instant."""
        with clock.at(at), self.app.app_context():
            jobs.look(at)
            db.session.remove()

    def link(self, number: int) -> ClipLink:
        with self.app.app_context(), publishing.as_staff():
            found = db.session.get_one(ClipLink, number)
            db.session.expunge_all()
            return found

    def host(self, name: str = "ledger.example") -> LinkHost:
        with self.app.app_context(), publishing.as_staff():
            found = db.session.scalars(db.select(LinkHost).where(LinkHost.host == name)).one()
            db.session.expunge_all()
            return found

    def row(self, number: int) -> Clip:
        with self.app.app_context(), publishing.as_staff():
            found = db.session.get_one(Clip, number)
            db.session.expunge_all()
            return found

    def edition(self) -> int:
        with self.app.app_context():
            return publishing.edition.current_edition()

    def asked(self) -> list[str]:
        """The paths that were asked for, with their hosts."""
        lines = [head.split("\r\n") for head in self.site.asked]
        return [f"{line[1].removeprefix('Host: ').partition(':')[0]}{line[0].split(' ')[1]}" for line in lines]


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Hosts under ``.example`` are there for once."""
    monkeypatch.setattr(rules, "RESERVED", ("nowhere",))
    with Site({"/story": answer(pages.STORY)}) as site:
        app.extensions["fetcher"] = fetcher(site, resolve=_resolve)
        yield World(app, site)


def _resolve(host: str, port: int) -> list[str]:
    if host.startswith("dead."):
        raise OSError("no such name")
    return ["127.0.0.1"]


Look = Callable[[datetime], None]
