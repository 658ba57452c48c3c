"""How much of an outlet's text is shown: the one place that says it, for every page, feed, file, letter and index.

Headline, link and a short excerpt are public, never a text. An outlet may allow less, or for a time more. What is
stored beyond that is for the desk alone.
"""

from __future__ import annotations

from datetime import datetime

from flask import has_request_context, request

from pressroom.clips.rules import capped
from pressroom.kit import clock
from pressroom.kit.settings import setting

COPIED = "pressroom.copied"
"""In the environment of a request whose answer goes into a copy of the site, which nobody changes at an instant."""


def most(words: int | None) -> int:
    """How many words that are, for an outlet of which *words* may be shown; None is the usual number."""
    usual: int = setting("excerpt_words")
    return usual if words is None else words


def lasting(excerpt: str, words: int | None) -> str:
    """What may be shown of *excerpt* for good, on one line. No index holds more: whoever finds a word has read it.

    Args:
        words: ``Outlet.words``.
    """
    return capped(excerpt, most(words))


def shown(excerpt: str, words: int | None, licensed_until: datetime | None) -> str:
    """What may be shown of *excerpt* now, on one line.

    Args:
        words: ``Outlet.words``.
        licensed_until: ``Outlet.licensed_until``; from then on, and in a copy, it is what may be shown for good.
    """
    if licensed_until is not None and clock.now() < licensed_until and not _is_copied():
        return " ".join(excerpt.split())
    return lasting(excerpt, words)


def _is_copied() -> bool:
    return has_request_context() and COPIED in request.environ
