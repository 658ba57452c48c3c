"""Texts kept here that quote facts: which facts there are is known to a room above, which says how they are put in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pressroom.kit import text

Resolver = Callable[[str, datetime], str]
"""Safe HTML with quotations, and the instant → safe HTML with words. It raises ValueError with a sentence."""

_resolvers: list[Resolver] = []


def resolves(resolver: Resolver) -> Resolver:
    """Have *resolver* put facts into what is saved here. A decorator for the room above."""
    _resolvers.append(resolver)
    return resolver


def to_html(markdown: str, now: datetime) -> str:
    """Safe HTML of *markdown* with the facts that it quotes, as they are at *now*.

    Raises:
        ValueError: it quotes what cannot be quoted; the message says so to whoever wrote it.
    """
    html = text.to_html(markdown)
    for resolver in _resolvers:
        html = resolver(html, now)
    return html
