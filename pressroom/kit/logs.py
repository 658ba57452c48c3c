"""The log, as text or as lines of JSON: nothing in it that concerns a person or is not public.

The messages of our own modules are made to be read by anybody. What other programs fill into theirs (Flask the address
of the page, a database the row) is left out, and so is what an error says: its type and its place remain.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import TextIO

from flask import Flask, has_request_context
from flask.logging import default_handler

from pressroom.kit import requests

TEXT, JSON = "text", "json"
FORMATS = (TEXT, JSON)
OURS = ("pressroom", "pressroom.")
FLASKS = "Exception on "  # Flask's line on an error goes on with the address
FIELDS = ("request_id", "method", "route", "status", "duration_ms")
LONGEST_CHAIN = 10  # errors of which each is because of the next


class Lines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, number of the request, and where an error happened."""

    def format(self, record: logging.LogRecord) -> str:
        """*record* as a line."""
        said: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        if has_request_context():
            said["request_id"] = requests.number()
        said |= {name: vars(record)[name] for name in FIELDS if name in vars(record)}
        if error := _error(record):
            said["error"] = type(error).__name__
            said["at"] = _places(error)
            if because := [type(one).__name__ for one in _chain(error)[1:]]:
                said["because"] = because
        return json.dumps(said, ensure_ascii=False)


class Plain(logging.Formatter):
    """The same for people: a line, and below it where an error happened, the innermost place last."""

    def format(self, record: logging.LogRecord) -> str:
        """*record* as one line or more."""
        number = requests.number() if has_request_context() else ""
        lines = [f"{record.levelname} {record.name}: {_message(record)}" + (f" [{number}]" if number else "")]
        error = _error(record)
        for one in _chain(error) if error else ():
            lines.append(f"  {'because of ' if one is not error else ''}{type(one).__name__}")
            lines += [f"    {place}" for place in _places(one)]
        return "\n".join(lines)


def _error(record: logging.LogRecord) -> BaseException | None:
    return record.exc_info[1] if record.exc_info else None


def _chain(error: BaseException) -> list[BaseException]:
    """*error*, and what it is because of."""
    found: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in found and len(found) < LONGEST_CHAIN:
        found.append(one)
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return found


def _places(error: BaseException) -> list[str]:
    """Where *error* passed: files, lines and functions, which are ours or a library's, and say nothing of the data."""
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]


def _message(record: logging.LogRecord) -> str:
    if str(record.msg).startswith(FLASKS):
        return "a request ended with an error that nothing caught"
    ours = record.name == OURS[0] or record.name.startswith(OURS[1])
    return record.getMessage() if ours else str(record.msg)


def init_app(app: Flask) -> None:
    """Write the log of this process as *app* is told."""
    if app.config["LOG_FORMAT"] == JSON:
        write_lines(sys.stderr)
        return
    for handler in (default_handler, logging.lastResort):  # Flask's, and that of whoever has none
        if handler is not None:
            handler.setFormatter(Plain())


def write_lines(to: TextIO) -> None:
    """Have all that this process logs written to *to* as lines of JSON, and nowhere else."""
    _write(logging.StreamHandler(to), Lines())
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells of each look at the tables


def write_for_work() -> None:
    """Have a worker's log written in full, unless that was arranged already."""
    if not logging.getLogger().handlers:
        _write(logging.StreamHandler(), Plain())


def _write(handler: logging.Handler, formatter: logging.Formatter) -> None:
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
