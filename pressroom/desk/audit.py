"""``/desk/audit``: who did what. A page, one line, and all that was asked for as a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from flask import Blueprint, Flask, Response, abort, current_app, make_response, render_template, request, url_for
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import ServiceUnavailable

from pressroom import accounts, audit, publishing
from pressroom.accounts import Permission
from pressroom.accounts import queries as people
from pressroom.audit import AuditEntry, queries, rules
from pressroom.audit.queries import Filters
from pressroom.desk.forms import AuditForm
from pressroom.kit import clock, text, web
from pressroom.kit.db import db, reading, writing
from pressroom.kit.settings import setting
from pressroom.kit.spreadsheets import BOM, harmless, record

bp = Blueprint("audit_desk", __name__, url_prefix="/desk/audit")
accounts.protect(bp, Permission.READ_AUDIT)

NOBODY = "nobody"
BATCH = 500  # lines in memory at a time

OBJECTS: Mapping[str, tuple[str, str]] = {
    "accreditation": ("accreditation_desk.application", "number"),
    "agreement": ("accreditation_desk.agreement", "number"),
    "asset": ("media_desk.edit", "asset_id"),
    "clip": ("clips_desk.edit", "clip_id"),
    "clip_candidate": ("clips_queue.show", "number"),
    "clip_rule": ("clips_rules.edit", "number"),
    "clip_person": ("clips_people.show", "person_id"),
    "enquiry": ("enquiries_desk.show", "number"),
    "expert": ("experts_desk.edit", "number"),
    "journalist": ("accreditation_desk.journalist", "number"),
    "meeting": ("meetings_desk.edit", "meeting_id"),
    "outlet": ("clips_outlets.edit", "outlet_id"),
    "release": ("releases_desk.edit", "release_id"),
    "term": ("glossary_desk.edit", "number"),
    "user": ("people_desk.edit", "user_id"),
    "webcast": ("webcasts_desk.edit", "webcast_id"),
}
"""Where an object is on the desk: kind → endpoint, and the name of its number there."""


@bp.get("", strict_slashes=False)
def index() -> Response:
    """All acts, newest first, or those that the filters let through."""
    form = _asked()
    if form.errors:
        return _shown(form, None, 422)
    return _shown(form, queries.page(_filters(form), page=web.page_number(request.args)), 200)


@bp.get("/<int(max=2147483647):number>")
def line(number: int) -> str:
    """One line with the whole of what changed."""
    entry = queries.line(number) or abort(404)
    endpoint, key = OBJECTS.get(entry.kind, ("", ""))
    number_there: dict[str, Any] = {key: entry.object_id}
    return render_template(
        "desk/audit_line.html",
        entry=entry,
        differences=rules.differences(entry.changes, setting("time_zone")),
        object=url_for(endpoint, **number_there) if endpoint and entry.object_id else "",
        newest=queries.length(),
    )


@bp.get("/export.csv", defaults={"extension": "csv"})
@bp.get("/export.jsonl", defaults={"extension": "jsonl"})
def export(extension: str) -> Response:
    """The lines that the filters let through, oldest first, as a file. That somebody took it is a line as well.

    Raises:
        ServiceUnavailable: that line could not be written, so there is no file.
    """
    form = _asked()
    if form.errors:
        abort(404, " ".join(messages[0] for messages in form.errors.values()))  # more than was asked for is a mistake
    filters = _filters(form)
    if request.method == "GET":
        _write_down(extension, form)
    up_to = queries.length()
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    media_type, begin, write = FORMATS[extension]
    response = Response(_text(app, filters, up_to, begin, write), content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="audit-{clock.now():%Y-%m-%d}.{extension}"'
    return response


# What was asked for ---------------------------------------------------------------------------------------


def _asked() -> AuditForm:
    form = AuditForm(request.args)
    form.validate()
    known = [(str(person.id), person.name) for person in people.people()]
    form.offer([*known, (NOBODY, "Nobody signed in")], queries.kinds(), queries.acts())
    return form


def _filters(form: AuditForm) -> Filters:
    person, typed = form.person.data, form.object.data or ""
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None
    return Filters(
        actor_id=int(person) if person and person != NOBODY else None,
        nobody=person == NOBODY,
        kind=form.kind.data,
        action=form.action.data,
        object_id=number,
        words="" if number is not None else typed,
        since=_begin(form.since.data),
        until=_begin(form.until.data + timedelta(days=1)) if form.until.data else None,
    )


def _begin(day: date | None) -> datetime | None:
    """When *day* begins where the organisation is."""
    return datetime.combine(day, time(), ZoneInfo(setting("time_zone"))) if day else None


def _chosen(form: AuditForm) -> dict[str, Any]:
    """What the form says, as parameters of an address; only what is chosen."""
    return {name: str(value) for name, value in form.data.items() if value}


def _shown(form: AuditForm, found: web.Page[AuditEntry] | None, status: int) -> Response:
    chosen = _chosen(form)

    def address(number: int) -> str:
        return url_for("audit_desk.index", **chosen, page=number if number > 1 else None)

    files = [
        {"label": label, "href": url_for("audit_desk.export", extension=extension, **chosen)}
        for extension, label in (("csv", "CSV"), ("jsonl", "JSON lines"))
    ]
    page = render_template(
        "desk/audit.html", form=form, found=found, chosen=chosen, files=files, page_href=address, shown=rules.shown
    )
    return make_response(page, status)


# Files ----------------------------------------------------------------------------------------------------


def _write_down(extension: str, form: AuditForm) -> None:
    asked = _chosen(form)
    by_id = accounts.current_user().id
    db.session.rollback()  # the transaction of a GET only reads
    try:
        with writing():
            by = people.by_id(by_id)
            title = f"The audit as {extension.upper()}"
            audit.record(by, "export", "audit", None, title, changes={"asked for": [None, asked]}, now=clock.now())
            db.session.commit()
    except OperationalError as error:
        raise ServiceUnavailable(retry_after=30) from error


def _text(app: Flask, filters: Filters, up_to: int, begin: str, write: Callable[[AuditEntry], str]) -> Iterator[str]:
    """The file, batch by batch, each in a session that ends with it."""
    yield begin
    after = 0
    while after < up_to:
        with app.app_context(), publishing.as_staff(), reading():
            rows = queries.batch(filters, after=after, up_to=up_to, size=BATCH)
            lines = "".join(map(write, rows))
            after = rows[-1].id if rows else up_to
        yield lines


COLUMNS = ("number", "at", "actor_id", "actor", "action", "kind", "object_id", "title", "changes", "previous", "hash")


def _fields(entry: AuditEntry) -> dict[str, Any]:
    said = entry.said
    return {
        "number": said.number,
        "at": said.at.isoformat(timespec="microseconds"),
        "actor_id": said.actor_id,
        "actor_name": said.actor_name,
        "action": said.action,
        "kind": said.kind,
        "object_id": said.object_id,
        "title": said.title,
        "changes": said.changes,
        "previous": entry.previous,
        "hash": entry.hash,
    }


def _as_json(entry: AuditEntry) -> str:
    return orjson.dumps(_fields(entry), option=orjson.OPT_APPEND_NEWLINE).decode()


def _as_csv(entry: AuditEntry) -> str:
    said = _fields(entry) | {"changes": orjson.dumps(entry.changes).decode()}
    cells = ("" if value is None else " ".join(text.clean(str(value)).split()) for value in said.values())
    return record([harmless(cell) for cell in cells])


FORMATS: Mapping[str, tuple[str, str, Callable[[AuditEntry], str]]] = {
    "csv": ("text/csv; charset=utf-8; header=present", BOM + record(COLUMNS), _as_csv),
    "jsonl": ("application/jsonl; charset=utf-8", "", _as_json),
}
