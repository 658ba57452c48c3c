"""``/opensearch.xml``: the search of this press room for browsers and programs (OpenSearch 1.1, draft 6)."""

from __future__ import annotations

import orjson
from flask import Blueprint, Response, render_template, request

from pressroom.front.parts import site_name
from pressroom.front.views import suggested
from pressroom.kit.settings import setting
from pressroom.publishing.cache import kept

bp = Blueprint("opensearch", __name__)

MEDIA_TYPE = "application/opensearchdescription+xml"
SUGGESTIONS = "application/x-suggestions+json"
SHORTEST, LONGEST, MOST = 16, 48, 1024  # characters of ShortName, LongName and Description


@bp.get("/opensearch.xml")
@kept()
def description() -> Response:
    """What can be asked, where, and in which forms the answer comes."""
    name = site_name()
    page = render_template(
        "front/opensearch.xml",
        short=name if len(name) <= SHORTEST else "Press room",
        long=_cut(name, LONGEST),
        about=_cut(f"Releases, webcasts and coverage of {setting('organisation_name')}.", MOST),
    )
    return Response(page, content_type=f"{MEDIA_TYPE}; charset=utf-8")


@bp.get("/search/suggestions.json")
def suggestions() -> Response:
    """How a search may go on, as browsers want it: what was typed, completions, a word on each, addresses."""
    rows = suggested()
    said = [
        request.args.get("q", "")[:200],
        [row["text"] for row in rows],
        [f"{row['count']:,} found" for row in rows],
        [row["address"] for row in rows],
    ]
    response = Response(orjson.dumps(said), mimetype=SUGGESTIONS)
    response.cache_control.private = True
    response.cache_control.max_age = 30
    return response


def _cut(words: str, most: int) -> str:
    """*words*, without the end of what is too long."""
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"
