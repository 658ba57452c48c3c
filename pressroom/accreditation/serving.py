"""What is under embargo, at the address at which it will be public, for those who may read it.

For everybody else these addresses answer what they answer to the public: this room stands before the views of the
lower ones, and lets a request through untouched unless a journalist's cookie came with it, the journalist may read,
and the release is under embargo at that moment. From the instant on the ordinary view answers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from types import ModuleType
from typing import Any

from flask import Flask, Response, current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import ServiceUnavailable

from pressroom import publishing
from pressroom.accreditation import ledger, reading
from pressroom.accreditation.reading import Copy, Reader, cookie_name
from pressroom.accreditation.rules import What
from pressroom.kit import calendar, clock, slow_clients, text
from pressroom.kit.files import StorageFullError
from pressroom.media import queries as media
from pressroom.publishing import Viewer, current_viewer
from pressroom.releases import newsml, ninjs, pdf, presskit, related, renditions, rules, wire
from pressroom.releases.models import Release
from pressroom.releases.rules import State


def init_app(app: Flask) -> None:
    """Stand before the views of releases and of files."""
    app.before_request(answer_under_embargo)


def answer_under_embargo() -> ResponseReturnValue | None:
    """The answer to a journalist who may read what is asked for; None lets the ordinary view answer."""
    if cookie_name() not in request.cookies or request.method not in {"GET", "HEAD"}:
        return None
    if current_viewer() is not Viewer.PUBLIC:
        return None
    serve = _serving(request.endpoint or "", request.view_args or {})
    if serve is None:
        return None
    now = clock.now()
    reader = reading.current(now)
    if reader is None or not reader.may_read:
        return None
    return serve(reader, now, **(request.view_args or {}))


def write_down(reader: Reader, copies: Sequence[Copy], what: What, *, now: datetime, detail: str = "") -> None:
    """Enter an opening in the ledger.

    Raises:
        ServiceUnavailable: it could not be written, so nothing may be shown.
    """
    agent, address = request.user_agent.string, request.remote_addr or ""
    try:
        ledger.enter(reader, copies, what, now=now, address=address, agent=agent, detail=detail)
    except SQLAlchemyError as error:
        current_app.logger.error("the ledger could not be written: %s", type(error).__name__)
        raise ServiceUnavailable(retry_after=30) from error


def private(response: Response) -> Response:
    """What is under embargo is kept by no cache and found by no search engine."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, noarchive"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    for name in ("ETag", "Last-Modified", "Access-Control-Allow-Origin", "Expires"):
        response.headers.pop(name, None)
    return response


def line_of(release: Release) -> str:
    """The line that each form of a release under embargo begins and ends with."""
    return rules.release_line(State.EMBARGOED, release.public_from, release.zone)


Served = Callable[..., ResponseReturnValue | None]


def _serving(endpoint: str, values: dict[str, Any]) -> Served | None:
    if endpoint == "media.file":
        return _file
    return _SERVED.get(endpoint)


def _page(reader: Reader, now: datetime, year: int, slug: str) -> ResponseReturnValue | None:
    copy = _copy(year, slug, now)
    if copy is None:
        return None
    known = {notice.release_id: notice for notice in reading.notices(reader, now)}
    write_down(reader, [copy], What.PAGE, now=now)
    html = render_template(
        "accreditation/release.html",
        release=copy.release,
        version=copy.version,
        line=line_of(copy.release),
        notice=known.get(copy.id),
        reader=reader,
        related=related.public([tie.item for tie in copy.release.related_ties], now),
    )
    return private(make_response(html))


def _text(reader: Reader, now: datetime, year: int, slug: str) -> ResponseReturnValue | None:
    copy = _copy(year, slug, now)
    if copy is None:
        return None
    write_down(reader, [copy], What.TEXT, now=now)
    plain = renditions.plain(copy.release, now=now)
    return private(Response(plain, content_type="text/plain; charset=utf-8"))


def _for_agencies(written: ModuleType) -> Served:
    """The release in a format of news agencies: withheld, with its instant."""

    def serve(reader: Reader, now: datetime, year: int, slug: str) -> ResponseReturnValue | None:
        copy = _copy(year, slug, now)
        if copy is None:
            return None
        write_down(reader, [copy], What.TEXT, now=now, detail=written.NAME)
        return private(written.answer(wire.of(copy.release, now)))

    return serve


def _pdf(reader: Reader, now: datetime, year: int, slug: str) -> ResponseReturnValue | None:
    copy = _copy(year, slug, now)
    if copy is None:
        return None
    pdf.require()
    return _given(pdf.answer(pdf.of(copy.release, now)), reader, copy, What.PDF, now=now)


def _lift(reader: Reader, now: datetime, year: int, slug: str) -> ResponseReturnValue | None:
    copy = _copy(year, slug, now)
    if copy is None:
        return None
    write_down(reader, [copy], What.CALENDAR, now=now)
    body = calendar.write([renditions.lift(copy.release)])
    response = Response(body, content_type=f"{calendar.MEDIA_TYPE}; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"{slug}.ics")
    return private(response)


def _kit(reader: Reader, now: datetime, year: int, slug: str) -> ResponseReturnValue | None:
    copy = _copy(year, slug, now)
    if copy is None:
        return None
    try:
        response = presskit.answer(presskit.of(copy.release, now))
    except StorageFullError:
        raise ServiceUnavailable(retry_after=600) from None
    return _given(response, reader, copy, What.KIT, now=now)


def _file(reader: Reader, now: datetime, key: str, **values: Any) -> ResponseReturnValue | None:
    if media.by_key(key) is not None:
        return None  # something public shows it as well
    copy = reading.release_of_asset(key, now)
    if copy is None:
        return None
    view = current_app.view_functions[request.endpoint or ""]
    with publishing.as_staff():  # a context of its own, in which one file is looked up
        response = make_response(view(key=key, **values))
    if response.status_code >= 300:
        return private(response)
    return _given(response, reader, copy, What.FILE, now=now, detail=str(values.get("name", "")))


def _given(response: Response, reader: Reader, copy: Copy, what: What, *, now: datetime, detail: str = "") -> Response:
    """*response*, which may be long, when it can be sent and stands in the ledger.

    Raises:
        ServiceUnavailable: it cannot be sent now, so nothing was entered; or it could not be entered.
    """
    try:
        slow_clients.hold(response)
        write_down(reader, [copy], what, now=now, detail=detail)
    except ServiceUnavailable:
        response.close()
        raise
    return private(response)


def _copy(year: int, slug: str, now: datetime) -> Copy | None:
    return reading.release_at(year, slug, now) if slug == text.slugify(slug) else None


_SERVED: dict[str, Served] = {
    "releases.show": _page,
    "releases.plain": _text,
    "releases.on_paper": _pdf,
    "releases.as_ninjs": _for_agencies(ninjs),
    "releases.as_newsml": _for_agencies(newsml),
    "releases.press_kit": _kit,
    "accreditation.lift": _lift,
}
