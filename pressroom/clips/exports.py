"""``/clips/export.…``: everything that a search finds, as a file. ``/clips/suggest``: how a search may go on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import Blueprint, Flask, Response, abort, current_app, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import ServiceUnavailable

from pressroom import search
from pressroom.clips import browsing, covering, queries, rights
from pressroom.clips.formats import FORMATS, Format, Line
from pressroom.clips.search import KIND
from pressroom.kit import busy, clock, web
from pressroom.kit.db import reading
from pressroom.kit.settings import setting

BATCH = 500  # clips in memory at a time

bp = Blueprint("clips_exports", __name__)


@bp.get("/clips/export.<any(csv, ris, jsonl):extension>")
def export(extension: str) -> ResponseReturnValue:
    """All that the archive's address with the same parameters finds, in its order, whatever page it shows."""
    understood = browsing.read(request.args)
    if understood.moved:
        return redirect(understood.asked.export(extension), 301)
    if understood.problems:
        abort(404, " ".join(understood.problems))  # a file of more than was asked for would pass unnoticed
    busy.count("export", setting("export_limit"), free=0)  # a file may be the whole archive: each is counted
    now = clock.now()
    keys = search.every(understood.query(), now=now)
    if keys is None:
        raise ServiceUnavailable(retry_after=60)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    form = FORMATS[extension]
    response = Response(_text(app, form, keys), content_type=form.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="clips-{now:%Y-%m-%d}.{extension}"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _text(app: Flask, form: Format, keys: Sequence[search.Key]) -> Iterator[str]:
    """The file, batch by batch. Each is read through the gate at its own instant, in a session that ends with it."""
    yield form.begin
    for start in range(0, len(keys), BATCH):
        with app.app_context(), reading():
            lines = _lines([key.id for key in keys[start : start + BATCH]])
        yield "".join(map(form.write, lines))


def _lines(ids: Sequence[int]) -> list[Line]:
    topics, covered = queries.topics_of(ids), covering.addresses_of(ids)
    return [
        Line(
            headline=row.headline,
            published_on=row.published_on,
            outlet=row.outlet,
            byline=row.byline,
            medium=row.medium,
            language=row.language,
            excerpt=rights.shown(row.excerpt, row.words, row.licensed_until),
            url=row.url,
            copy_url=row.copy_url,
            copy_at=row.copy_at,
            topics=topics.get(row.id, ()),
            page=web.absolute(f"/clips/{row.id}"),
            releases=tuple(map(web.absolute, covered.get(row.id, ()))),
            section=row.section,
            printed_on=row.page,
            programme=row.programme,
            time_code=row.time_code,
        )
        for row in queries.columns_of(ids)
    ]


@bp.get("/clips/suggest")
def suggest() -> Response:
    """Words, outlets and topics that the words typed may become, each with how many clips it finds."""
    busy.count("suggest", setting("search_limit"))
    typed = browsing.words(request.args)
    found = search.suggest(search.Query(text=typed, kinds=(KIND,)), now=clock.now())
    slugs = queries.slugs_of(
        [one.text for one in found if one.kind == "outlet"], [one.text for one in found if one.kind == "topic"]
    )
    rows = [
        {"kind": one.kind, "text": one.text, "count": one.count, "href": href}
        for one in found
        if (href := _address(one, slugs))
    ]
    return web.suggestions(rows)


def _address(one: search.Suggestion, slugs: dict[tuple[str, str], str]) -> str:
    if one.kind == "word":
        return browsing.Asked(one.text).address()
    slug = slugs.get((one.kind, one.text))
    return browsing.Asked(chosen={one.kind: (slug,)}).address() if slug else ""
