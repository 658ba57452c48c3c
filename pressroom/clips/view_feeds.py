"""``/clips/feed.…``: what the archive shows at the same parameters, as a feed; what is new is first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue

from pressroom import search
from pressroom.clips import browsing, feeds, queries
from pressroom.clips.models import Clip
from pressroom.kit import busy, clock, web
from pressroom.kit.db import db
from pressroom.kit.settings import setting
from pressroom.kit.syndication import house_feed, respond
from pressroom.publishing.cache import kept

bp = Blueprint("clips_view_feeds", __name__)


@bp.get("/clips/feed.<any(rss, atom, json):fmt>")
@kept(*browsing.ADDRESS, repeated=tuple(browsing.PARAMETERS.values()))
def index(fmt: str) -> ResponseReturnValue:
    """The clips of a search, an outlet, a topic, a medium, a language, a year, or of all these together.

    Without words they come in the order in which they were added. A search for words asks the index, which knows only
    the days on which clips appeared, and nothing of what was withdrawn: the tombstones are those of all clips then, and
    only Atom has them, which tells them without an item.
    """
    understood = browsing.read(request.args)
    if understood.moved:
        return redirect(browsing.feed(understood).address(fmt), 301)
    if understood.problems:
        abort(404, " ".join(understood.problems))  # a feed of more than was asked for would pass unnoticed
    busy.count("search", setting("search_limit"))
    asked, now = understood.asked, clock.now()
    these = queries.chosen(asked.chosen)
    clips, pages = _searched(understood) if asked.text else _added(asked)
    if problem := web.page_problem(request.args, pages):
        abort(404, problem)
    told = asked.page == 1 and (fmt == "atom" or not asked.text)
    feed = house_feed(
        "/clips/feed",
        description=feeds.DESCRIPTION,
        page=browsing.Asked(asked.text, asked.chosen).address(),
        items=map(feeds.item, clips),
        gone=queries.withdrawn_last(feeds.WITHDRAWN, now, *these) if told else (),
        ours=False,
        **browsing.feed(understood).document(asked.page, pages, counted=bool(asked.text)),
    )
    return respond(feed, fmt, made=now)


def _added(asked: browsing.Asked) -> tuple[Sequence[Clip], int]:
    """The clips of a page, and how many pages there are at least; counting a million clips would take its time."""
    these = queries.added().where(*queries.chosen(asked.chosen))
    these = these.limit(feeds.ITEMS + 1).offset((asked.page - 1) * feeds.ITEMS)
    found = db.session.scalars(these).all()
    if not found and asked.page > 1:
        abort(404, "There is no such page here.")
    return found[: feeds.ITEMS], asked.page + (len(found) > feeds.ITEMS)


def _searched(understood: browsing.Understood) -> tuple[Sequence[Clip], int]:
    query = replace(understood.query(), sort="newest", per_page=feeds.ITEMS, after="", before="")
    keys, pages = search.listed(query, now=clock.now())
    return queries.by_ids([key.id for key in keys]), pages
