"""Where facts are quoted: put into a text when it is saved, and again, in the same transaction, when the fact changes.

So a page and a boilerplate are read as fast as if nobody quoted anything, and no rendition can show another figure.
A fact row is locked by whoever quotes it until their transaction ends: a text that is saved while the fact changes says
the new one, whichever of the two was first.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, update

from pressroom import search
from pressroom.kit import text
from pressroom.kit.db import db
from pressroom.pages import quotations
from pressroom.pages.models import Fact, Page
from pressroom.releases import backmatter, quoting


class Place(NamedTuple):
    """A text that quotes a fact, and where staff change it."""

    kind: str
    title: str
    desk_address: str


def to_html(markdown: str, now: datetime) -> str:
    """Safe HTML of *markdown* with the facts that it quotes.

    Raises:
        QuotationError: there is no such fact, or it is not public at *now*.
    """
    return put_in(text.to_html(markdown), now)


@quoting.resolves
def put_in(html: str, now: datetime) -> str:
    """*html* with its quotations as words; see :func:`to_html`."""
    if "fact" not in html or not (asked := quotations.keys(html)):
        quotations.check(html, {})
        return html
    _hold(asked)
    public, closed = _told_apart(now)
    quotations.check(html, public, closed=closed)
    return quotations.resolve(html, public)


def renew(fact: Fact, now: datetime) -> None:
    """Write each text anew that quotes *fact*, which was just changed and flushed."""
    facts, _ = _told_apart(now)
    for page in _pages(fact.key):
        html = quotations.resolve(text.to_html(page.body), facts)
        if html != page.body_html:
            # Past the version: nobody's open editor is stale because a figure changed.
            values = {"body_html": html, "updated_at": now}
            db.session.execute(update(Page).where(Page.id == page.id).values(**values))
            search.enqueue("page", page.id, due=now)
    backmatter.write_again(fact.key, now)


def places(fact: Fact) -> list[Place]:
    """Every text that quotes *fact*. For staff."""
    found = [Place("Page", page.title, f"/desk/pages/{page.slug}") for page in _pages(fact.key)]
    rows = [row for row in backmatter.holding(fact.key) if fact.key in quotations.keys(row.body)]
    return found + [Place("Boilerplate", row.name, f"/desk/boilerplates/{row.id}") for row in rows]


def _told_apart(now: datetime) -> tuple[Mapping[str, Fact], Collection[str]]:
    """The facts that are public at *now*, by key, and the keys of the others."""
    facts = db.session.scalars(select(Fact)).all()
    public = {fact.key: fact for fact in facts if fact.is_public(now)}
    return public, {fact.key for fact in facts} - public.keys()


def _hold(asked: Collection[str]) -> None:
    """Read these facts as they are now, and let nobody change them before this transaction ends."""
    held = select(Fact).where(Fact.key.in_(asked)).order_by(Fact.id).with_for_update(read=True)
    db.session.scalars(held.execution_options(populate_existing=True)).all()


def _pages(key: str) -> list[Page]:
    """Every page that quotes the fact with this key."""
    holding = select(Page).where(Page.body.icontains(key, autoescape=True)).order_by(Page.title)
    return [page for page in db.session.scalars(holding) if key in quotations.keys(page.body)]
