"""The page cache: what was made for the public is kept as bytes, and is right until the edition or the time ends it.

A page for the public is a function of its address, the edition, and the time until something changes by time alone.
A hit costs one indexed read of the edition; no route, no session and no template is touched. Nothing is kept unless its
view says so (:func:`kept`), and what such a view reads without the edition knowing is noticed and not kept either.
`docs/decisions/0018-the-page-cache.md` says what was measured, and which order of reads is never stale.
"""

from __future__ import annotations

from flask import Flask

from pressroom.publishing.cache import editions, revalidating
from pressroom.publishing.cache.counting import note_reads
from pressroom.publishing.cache.editions import once as once
from pressroom.publishing.cache.editions import once_for_staff as once_for_staff
from pressroom.publishing.cache.marking import kept as kept
from pressroom.publishing.cache.middleware import Numbers as Numbers
from pressroom.publishing.cache.middleware import PageCache
from pressroom.publishing.cache.revalidating import revalidated as revalidated


def init_app(app: Flask) -> None:
    """Stand directly before *app*, unless the setting ``page_cache_mb`` is 0."""
    note_reads(app)
    editions.init_app(app)
    revalidating.init_app(app)
    if app.config["PAGE_CACHE_MB"]:
        app.extensions["page_cache"] = cache = PageCache(app)
        app.wsgi_app = cache  # type: ignore[method-assign]


def numbers(app: Flask) -> Numbers:
    """What the cache of this process did since it began; all zero where it is switched off."""
    cache: PageCache | None = app.extensions.get("page_cache")
    return cache.numbers() if cache else Numbers()
