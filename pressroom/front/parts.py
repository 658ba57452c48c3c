"""What every template may call: the navigation, the site's name, the numbers of a pager."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from flask import Flask, request
from jinja2 import Template
from markupsafe import Markup

from pressroom.front import brand
from pressroom.front.telephone import dialled
from pressroom.kit import cards, schema_org, settings
from pressroom.kit.settings import setting
from pressroom.pages import menus

MOST_PARTS = 128  # of all pages, each a few kilobytes; more only where somebody tries many settings


class Place(NamedTuple):
    """Where a page stands: the entry of the navigation whose room it is in, and how that is said (aria-current)."""

    href: str = ""
    current: str = ""


def place() -> Place:
    """Where the page of this request stands."""
    path = request.path
    for entry in menus.main():
        if path == entry.href or (entry.href != "/" and path.startswith(entry.href)):
            return Place(entry.href, "page" if path == entry.href else "true")
    return Place()


def site_name() -> str:
    """``ASHG press room``; ``Press room`` until the organisation has a short name."""
    short = str(setting("organisation_short_name"))
    return short if short.casefold().endswith("press room") else f"{short} press room"


def page_numbers(page: int, pages: int) -> list[int | None]:
    """The numbers that a pager shows: first, last, and those round *page*; None stands for a gap.

    >>> page_numbers(7, 20)
    [1, None, 6, 7, 8, None, 20]
    """
    shown = sorted({1, pages, *(n for n in range(page - 1, page + 2) if 1 <= n <= pages)})
    numbers: list[int | None] = []
    for n in shown:
        last = numbers[-1] if numbers else 0
        if last is not None and n - last == 2:
            numbers.append(n - 1)
        elif last is not None and n - last > 2:
            numbers.append(None)
        numbers.append(n)
    return numbers


def first_sentence(messages: Any) -> str:
    """The first message of a field, a field list or an enclosed form."""
    if isinstance(messages, Mapping):
        messages = list(messages.values())
    if isinstance(messages, Sequence) and not isinstance(messages, str):
        return next((found for part in messages if (found := first_sentence(part))), "")
    return str(messages)


def countdown(to: datetime, now: datetime) -> str:
    """How long it is until *to*, in two words' worth: "4 days 22 hours". The browser counts on from there."""
    seconds = max(int((to - now).total_seconds()), 0)
    words: list[str] = []
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        n, seconds = divmod(seconds, size)
        if n or (unit == "minute" and not words):
            words.append(f"{n} {unit}{'' if n == 1 else 's'}")
    return " ".join(words[:2])


def _parts(app: Flask) -> Callable[..., Markup]:
    """What renders parts that depend on the settings and on what is said to them only: once for the same of both."""

    @lru_cache(MOST_PARTS)
    def rendered(template: Template, _settings: bytes, said: tuple[tuple[str, Any], ...]) -> Markup:
        return Markup(template.render(dict(said)))  # noqa: S704 - templates escape

    def part(name: str, **said: Any) -> Markup:
        return rendered(app.jinja_env.get_template(name), settings.fingerprint(), tuple(said.items()))

    return part


def init_app(app: Flask) -> None:
    """Let the templates of *app* call these."""
    app.jinja_env.filters.update(dialled=dialled, first_sentence=first_sentence)
    app.jinja_env.globals.update(
        main_navigation=menus.main,
        footer_navigation=menus.footer,
        fixed_part=_parts(app),
        nav_place=place,
        site_name=site_name,
        page_numbers=page_numbers,
        countdown=countdown,
        brand_address=brand.address,
        logo_address=brand.logo_address,
        house_card=brand.card_address,
        card_tags=cards.tags,
        breadcrumbs=schema_org.breadcrumbs,
    )
