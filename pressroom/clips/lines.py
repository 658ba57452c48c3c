"""A clip in a list of results as HTML: the same for every search, but for what is marked in its headline and excerpt.

So of each clip the rest is rendered once for the same row, the same topics and the same settings, and kept in pieces.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from flask import Flask, current_app
from markupsafe import Markup

from pressroom.clips.queries import Line
from pressroom.kit import settings

EXTENSION = "clip_lines"
MOST = 512  # of some two kilobytes, with the row

Topics = tuple[tuple[str, str], ...]

_GAP = Markup("\0gap\0")  # which is in no text


def html(clip: Line, topics: Sequence[tuple[str, str]], headline: Markup, excerpt: Markup) -> Markup:
    """An item of the list.

    Args:
        clip: as ``queries.shown`` reads it.
        topics: name and slug of each.
        headline: safe HTML.
        excerpt: the same; may be empty.
    """
    pieces: Callable[..., Sequence[str]] = current_app.extensions[EXTENSION]
    first, second, *rest = pieces(
        clip._replace(excerpt=""), tuple(map(tuple, topics)), bool(excerpt), settings.fingerprint()
    )
    return Markup("".join((first, headline, second, *((excerpt, *rest) if rest else ()))))  # noqa: S704 - all are safe


def init_app(app: Flask) -> None:
    """Have *app* remember the clips that it showed last."""

    @lru_cache(MOST)
    def pieces(clip: Line, topics: Topics, has_excerpt: bool, _settings: bytes) -> Sequence[str]:
        template = app.jinja_env.get_template("clips/_hit.html")
        whole = template.render(clip=clip, topics=topics, headline=_GAP, excerpt=_GAP if has_excerpt else "")
        return whole.split(_GAP)

    app.extensions[EXTENSION] = pieces
