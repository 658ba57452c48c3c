"""Error pages: what happened, in a sentence, and where to go on. They say nothing about the inside."""

from __future__ import annotations

import logging
import re
import sqlite3
from dataclasses import dataclass

from flask import Flask, Response, current_app, redirect, render_template, request
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import Conflict, HTTPException, InternalServerError, RequestEntityTooLarge

from pressroom import search
from pressroom.front import found
from pressroom.kit import busy, clock, prepared, text, uploads
from pressroom.kit.db import reading
from pressroom.kit.limits import LimitError
from pressroom.kit.settings import setting
from pressroom.kit.slow_clients import CrowdedError
from pressroom.releases import queries as releases
from pressroom.releases.rules import LONGEST_PATH

log = logging.getLogger(__name__)

SUGGESTED = 4
DISK_FULL = "53100"
MET = frozenset({"23505", "23503", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_FOREIGNKEY"})
"""Of the constraints, those that another save can break: the same twice, and what belongs to something that is gone."""
LOCKED = frozenset({"55P03", "57014", "40P01"})  # a lock, or a statement, that took too long; a deadlock
RETRY_AFTER = "10"  # seconds
SECRET = re.compile("password|token|code|secret|key")
CONFLICT = 409
BUSY, CROWDED = -503, -5030  # sentences of their own under the same status
TOO_LARGE = 413
SMALLER = "Save a smaller copy of the file, or keep it elsewhere and give its address; then send the form again."
MEETING = (
    "Something was saved at the same moment that yours does not go with, such as the same name or address. Go back, "
    "look at what is there now, and send yours again or under another name."
)
WRITTEN = 3  # words from which on a value was written and not chosen


@dataclass(frozen=True)
class Sentence:
    """What an error page says: its title, and what to do."""

    title: str
    text: str


SENTENCES = {
    400: Sentence(
        "We could not read that request",
        "Something in the address or the form is malformed. Go back and try again.",
    ),
    403: Sentence(
        "This page is not open to you", "Your account has no right to do this. An administrator can give it."
    ),
    404: Sentence(
        "We could not find that page",
        "What is published keeps its address, so the link was probably mistyped or cut in two by an e-mail.",
    ),
    405: Sentence("That cannot be done at this address", "Open the page first, and use its form."),
    409: Sentence(
        "Somebody else saved first",
        "The page changed while you were writing. Go back, copy your text, and open the page again.",
    ),
    410: Sentence("This page was withdrawn", "It stood here once and was taken back."),
    413: Sentence(
        "That is too large", "The file or the text is larger than we take. Save a smaller copy and try again."
    ),
    415: Sentence("We cannot read that kind of file", "Send the form as a browser sends it."),
    416: Sentence(
        "That part of the file is not there", "The file is shorter than what was asked for. Ask for all of it."
    ),
    422: Sentence("We could not use that form", "Go back, and look at what it asks for."),
    429: Sentence("Too many tries", "Wait a few minutes, and try again."),
    500: Sentence("Something went wrong here", "The fault is ours, and it was noted. Try again in a minute."),
    507: Sentence(
        "The press room is full",
        "Nothing was saved: there is no room left on its disk. Copy your text, and tell an administrator; everything "
        "that was saved before is there, and can be read.",
    ),
    BUSY: Sentence(
        "It could not be saved just now",
        "Others were saving for too long. Nothing is lost: wait ten seconds, go back, and send it again.",
    ),
    CROWDED: Sentence(
        "The press room is busy just now",
        "Too many ask for something large, or save. Nothing is lost: wait ten seconds, and open this address again.",
    ),
    503: Sentence("The press room is not ready", "It is being started or repaired. Try again in a minute."),
}


def init_app(app: Flask) -> None:
    """Answer the errors of *app*."""
    app.register_error_handler(HTTPException, answer)
    app.register_error_handler(StaleDataError, stale)
    app.register_error_handler(IntegrityError, meeting)
    app.register_error_handler(OperationalError, failing)
    app.register_error_handler(sqlite3.OperationalError, failing)  # of a thread that waited for one of its own process
    app.register_error_handler(prepared.connections_of(app).operational, failing)
    app.register_error_handler(LimitError, too_often)


def answer(error: HTTPException) -> Response:
    """The page of *error*, with its status and its headers (Allow, Retry-After)."""
    if error.response is not None:  # somebody aborted with an answer of their own
        return current_app.make_response(error.response)
    if error.code == 404 and (moved := _from_another_site()):
        return moved
    response = current_app.make_response(error.get_response(request.environ))
    response.set_data(_page(error))
    response.content_type = "text/html; charset=utf-8"
    if response.status_code >= 500:
        response.cache_control.no_store = True
    return response


def _from_another_site() -> Response | None:
    """To the release that stood here on a site before this one, if it is public; asked only where nothing is found."""
    if request.method not in {"GET", "HEAD"} or request.path.startswith("/desk"):
        return None
    path = text.clean(request.path).rstrip("/")
    if not path or len(path) > LONGEST_PATH:
        return None
    release = releases.by_old_path(path)
    if release is None:
        return None
    response = current_app.make_response(redirect(release.address, 301))
    response.headers["Cache-Control"] = "no-cache"  # something of our own may stand there one day
    return response


def stale(_error: StaleDataError) -> Response:
    """A version that somebody else replaced, where the view had no better answer."""
    return answer(Conflict())


def meeting(error: IntegrityError) -> Response:
    """Two saves that each were right without the other, where the view had no better answer. The log has no values."""
    name = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", "")
    if request.method != "POST" or name not in MET:
        raise error
    log.warning("two saves met at %s: %s", request.endpoint, name)
    return answer(Conflict(MEETING))


def too_often(error: LimitError) -> Response:
    """Where the view had no better answer: how long to wait. What was asked for stands in the address."""
    with reading():
        again = request.full_path.rstrip("?") if request.method != "POST" else ""
        page = render_template("errors/429.html", again=again, seconds=error.retry_after, q=request.args.get("q", ""))
    response = current_app.make_response((page, 429, {"Retry-After": str(error.retry_after)}))
    response.cache_control.no_store = True
    return response


class InsufficientStorage(HTTPException):
    """RFC 4918, section 11.5; Werkzeug has no class for it."""

    code = 507
    description = "There is no room left."


class Busy(HTTPException):
    """Nobody could write just now. Our own sentence, and when to come again (RFC 9110, sections 10.2.3 and 15.6.4)."""

    code = 503
    description = "It could not be saved."


def failing(error: OperationalError | sqlite3.OperationalError) -> Response:
    """A database that is full, or locked, says so in these words (SQLite), or by these numbers (PostgreSQL)."""
    said, state = str(error), str(getattr(getattr(error, "orig", None), "sqlstate", "") or "")
    if "disk is full" in said or state == DISK_FULL:
        log.error("the database's disk is full")
        return answer(InsufficientStorage())
    if "is locked" in said or state in LOCKED:
        log.warning("the database was locked for too long")
        response = answer(Busy())
        response.headers["Retry-After"] = RETRY_AFTER
        return response
    raise error


def _typed() -> list[tuple[str, str]]:
    """What was typed into the form that could not be saved, by the names of its fields; no secret, nothing chosen."""
    if request.method != "POST":
        return []
    try:
        fields = list(request.form.items(multi=True))
    except RequestEntityTooLarge:
        fields = uploads.typed_before(request) if uploads.from_the_desk() else []
    except HTTPException:  # it was not listened to, or stopped on its way
        return []
    return [
        (name.replace("_", " "), value)
        for name, value in fields
        if not SECRET.search(name) and len(value.split()) >= WRITTEN
    ]


def _page(error: HTTPException) -> str:
    code = error.code or 500
    if code >= 500:
        return _careful_page(error, code)
    with reading():
        return _full_page(error, code)


def _full_page(error: HTTPException, code: int) -> str:
    said = _sentence(error, code)
    guesses = _guesses(request.path) if code == 404 else search.Results()
    template = "errors/404.html" if code == 404 else "errors/error.html"
    return render_template(
        template,
        code=code,
        title=said.title,
        text=said.text,
        suggestions=found.shown(guesses.hits),
        newest=guesses.newest,
        typed=_typed() if code >= 500 or code in {CONFLICT, TOO_LARGE} else (),
    )


def _careful_page(error: HTTPException, code: int) -> str:
    """In the site's look if that can still be done; else one that needs neither database nor settings."""
    said = _sentence(error, code)
    try:
        with reading():  # to begin a transaction that writes would be to wait once more for what has just failed
            return _full_page(error, code)
    except Exception:  # whatever it is must not hide the first error
        log.exception("the error page could not be shown in full")
        return render_template("errors/bare.html", code=code, title=said.title, text=said.text, typed=_typed())


def _sentence(error: HTTPException, code: int) -> Sentence:
    """What our own code said when it gave up, else the table's sentence. A library's words stay inside."""
    if isinstance(error, Busy | CrowdedError):
        return SENTENCES[CROWDED if request.method in {"GET", "HEAD"} else BUSY]
    if isinstance(error, RequestEntityTooLarge) and uploads.from_the_desk():
        most = current_app.config["MAX_UPLOAD_MB"]
        return Sentence(SENTENCES[TOO_LARGE].title, f"At most {most:,} MB are taken at once. {SMALLER}")
    known = SENTENCES.get(code) or SENTENCES[500 if code >= 500 else 400]
    if isinstance(error, InternalServerError) or code >= 500:
        return known
    ours = type(error).__module__ == "werkzeug.exceptions" and error.description != type(error).description
    return Sentence(known.title, error.description) if ours and error.description else known


def _guesses(path: str) -> search.Results:
    """What the words of a mistyped address could mean."""
    last = path.rstrip("/").rsplit("/", 1)[-1].lower()
    words = [word for word in re.findall(r"[a-z]{4,}", last) if word not in {"html", "index"}]
    if len(words) < 2 or request.method != "GET":
        return search.Results()
    query = search.Query(text=" OR ".join(words[:8]), per_page=SUGGESTED)
    try:
        busy.count("search", setting("search_limit"))
    except LimitError:
        return search.Results()
    return search.find(query, now=clock.now())
