"""What every view needs of the web: pages of a list, redirects after a POST, refusals, absolute addresses."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import orjson
from flask import Flask, Response, abort, current_app, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import Select, func, select
from werkzeug.routing import Rule

from pressroom.kit.db import db, reading
from pressroom.kit.headers import ASK_AGAIN

LAST_PAGE = 1_000_000

Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """A page of a list.

    Attributes:
        items: what stands on it.
        total: how many there are on all pages.
        page: its number, from 1.
        per_page: how many a full page holds.
    """

    items: Sequence[Row]
    total: int
    page: int
    per_page: int

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.per_page))

    @property
    def first(self) -> int:
        """The number of its first item, from 1; 0 on an empty page."""
        return (self.page - 1) * self.per_page + 1 if self.items else 0

    @property
    def last(self) -> int:
        """The number of its last item."""
        return self.first + len(self.items) - 1 if self.items else 0


def paginate(statement: Select[Row], page: int, per_page: int = 20, *, total: int | None = None) -> Page[Any]:
    """The rows of *statement* on *page*: one query for the rows and, where *total* is not known, one for the count."""
    if total is None:
        total = counted(statement)
    rows = db.session.scalars(statement.limit(per_page).offset((page - 1) * per_page))
    return Page(rows.unique().all(), total, page, per_page)


def counted(statement: Select[Any]) -> int:
    """How many rows *statement* gives."""
    return db.session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0


def page_number(args: Mapping[str, str]) -> int:
    """The parameter ``page``: 1 when it is missing or is no page number. Never raises."""
    text = args.get("page", "1")
    return min(max(int(text), 1), LAST_PAGE) if text.isascii() and text.isdigit() and len(text) < 20 else 1


def page_problem(args: Mapping[str, str], pages: int) -> str:
    """What is wrong with the parameter ``page`` of a list of *pages* pages, as a sentence; empty if nothing is."""
    text, number = args.get("page") or "1", page_number(args)
    if str(number) != text.lstrip("0"):
        shown = "".join(character if character.isprintable() else "?" for character in text[:20])
        return f"“{shown}” is no page number here; the last one is {pages:,}."
    return f"There is no page {number:,} here; the last one is {pages:,}." if number > pages else ""


def see_other(endpoint: str, **values: Any) -> Response:
    """The answer to a POST that was done: 303 to where its result is seen."""
    return make_response(redirect(url_for(endpoint, **values), code=303))


def refused(template: str, **context: Any) -> Response:
    """The form again, with what was typed and what is wrong: 422, rendered outside the write transaction."""
    return shown_again(template, 422, **context)


def conflict(template: str, **context: Any) -> Response:
    """The form again, because somebody else saved first: 409, with both texts."""
    return shown_again(template, 409, **context)


def shown_again(template: str, status: int, **context: Any) -> Response:
    """The form again, with what was typed, under *status*, rendered outside the write transaction."""
    with reading():
        return make_response(render_template(template, **context), status)


def gone(title: str, withdrawn_at: datetime, reason: str, template: str = "errors/410.html") -> Response:
    """The page of something withdrawn: its title, since when, and why; 410."""
    page = render_template(template, headline=title, withdrawn_at=withdrawn_at, reason=reason)
    return make_response(page, 410)


def conditional(response: Response) -> Response:
    """*response* with an ETag of its bytes, or 304 when the reader has just these.

    It is kept and asked for each time: what is public, corrected or withdrawn is so in the second in which it is. A
    page says no date of its own: it changes with the settings, too, which have none.
    """
    response.headers["Cache-Control"] = ASK_AGAIN
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32])
    response.make_conditional(request)
    return response


def external(endpoint: str, **values: Any) -> str:
    """The absolute address of *endpoint*, from the setting ``site_url``, never from a request's Host header."""
    address = current_app.url_map.bind("", url_scheme="http").build(endpoint, values)
    return absolute(address)


def absolute(path: str) -> str:
    """The absolute address of a path on this site."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # a page has a dozen addresses
    return str(app.config["SITE_URL"]) + path


def suggestions(rows: Sequence[Mapping[str, Any]]) -> Response:
    """How a search may go on: ``{"suggestions": [{"kind", "text", "count", "href"}, …]}``.

    The reader's own browser may keep it for as long as somebody types; nobody else, so that what is withdrawn goes.
    """
    response = Response(orjson.dumps({"suggestions": rows}), mimetype="application/json")
    response.cache_control.private = True
    response.cache_control.max_age = 30
    return response


def part(template: str, **said: Any) -> Markup:
    """What *template* says, as a part of another one."""
    return Markup(render_template(template, **said))  # noqa: S704 - templates escape


def json_ld(data: Mapping[str, Any]) -> Markup:
    """Structured data for a ``<script type="application/ld+json">`` block, safe against a closing tag in a text."""
    text = orjson.dumps(data).decode()
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - every character that HTML could read was just escaped


class Address(Rule):
    """A rule whose way of building addresses is compiled when one is first built: a sixth of the start was that."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        """What builds addresses, with arguments that the rule does not know as a query or without them."""

        def build(rule: Address, /, **values: Any) -> tuple[str, str]:
            made = Rule._compile_builder(rule, append_unknown).__get__(rule)
            setattr(rule, "_build_unknown" if append_unknown else "_build", made)
            address: tuple[str, str] = made(**values)
            return address

        return build


class Application(Flask):
    """Flask, without asking each function of each request whether it is a coroutine: none of ours is."""

    url_rule_class = Address

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """*func* itself."""
        return func


def _refuse_null_characters() -> None:
    """No address has one, and PostgreSQL refuses to look for it with an error."""
    if "\0" in request.path:
        abort(404)


def init_app(app: Flask) -> None:
    """Template globals and filters, and what holds for every address."""
    app.before_request(_refuse_null_characters)
    app.jinja_env.filters["json_ld"] = json_ld
    app.jinja_env.globals.update(external=external, absolute=absolute)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
