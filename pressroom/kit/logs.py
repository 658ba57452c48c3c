"""The log as lines of JSON, for machines that collect it: nothing in it that concerns a person or is not public."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import TextIO

from flask import Flask, has_request_context

from pressroom.kit import requests

TEXT, JSON = "text", "json"
FORMATS = (TEXT, JSON)
OURS = ("pressroom", "pressroom.")
FLASKS = "Exception on "  # Flask's line on an error goes on with the address
FIELDS = ("request_id", "method", "route", "status", "duration_ms")


class Lines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, number of the request, and where an error happened.

    The messages of our own modules are made to be read by anybody. What other programs fill into theirs (Flask the
    address of the page, a database the row) is left out, and so is what an error says: its type and its place remain.
    """

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
        if record.exc_info and record.exc_info[0]:
            frames = traceback.extract_tb(record.exc_info[2])
            said["error"] = record.exc_info[0].__name__
            said["at"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        return json.dumps(said, ensure_ascii=False)


def _message(record: logging.LogRecord) -> str:
    if str(record.msg).startswith(FLASKS):
        return "a request ended with an error that nothing caught"
    ours = record.name == OURS[0] or record.name.startswith(OURS[1])
    return record.getMessage() if ours else str(record.msg)


def init_app(app: Flask) -> None:
    """Write the log of this process as *app* is told; text is left as Python and the server write it."""
    if app.config["LOG_FORMAT"] == JSON:
        write_lines(sys.stderr)


def write_lines(to: TextIO) -> None:
    """Have all that this process logs written to *to* as lines of JSON, and nowhere else."""
    handler = logging.StreamHandler(to)
    handler.setFormatter(Lines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells of each look at the tables
