"""``served``: the press room for a process of a web server."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from pressroom.kit import waiting

if TYPE_CHECKING:
    from flask import Flask

# What is loaded while a process starts, stays. The collector would go through all of it again and again, a sixth of the
# start, and then in the middle of some request now and then, for as long as ten searches take.
gc.disable()

REGISTERING = frozenset(
    {
        *("application", "check", "corrections", "covering", "db", "delays", "desk", "digests", "errors", "factor"),
        *("feeds", "jobs", "limits", "mailing", "models", "parsing", "people", "quoting", "saves", "schedule"),
        *("scoring", "settings", "uses", "views"),
    }
)
"""Files of rooms that tell others of what they hold when they run: tables, addresses, work, what to call."""

LIBRARIES = frozenset(
    {
        *("dateutil.parser", "importlib.metadata", "limits.aio", "mimetypes", "pdb", "pyotp"),
        *("smtplib", "statistics", "tarfile", "zipfile"),
    }
)
"""Of others, what no page needs; of the pictures' all modules."""

WATCHING = ("pressroom.audit", "pressroom.publishing", "pressroom.jobs")
"""Rooms that see to it that nothing happens unseen: all of each is there from the beginning."""


def may_wait(name: str) -> bool:
    """Whether the module *name* only says what there is in it, so that it may run when a request first needs it."""
    room, _, file = name.rpartition(".")
    if name in LIBRARIES or room == "PIL":
        return True
    if not room.startswith("pressroom") or room.startswith(WATCHING):
        return False
    return REGISTERING.isdisjoint((file, *file.split("_")))


waiting.have_wait(may_wait, LIBRARIES)

ROOMY = 20_000
"""Places of a frame. Python 3.11 keeps frames in pieces of 16 kB and gives each empty one back at once, so calls just
beyond the end of one ask the system for memory each time. For a frame as large as this it takes a piece of 256 kB, and
the calls beneath find 96 of them free."""


def served() -> Flask:
    """The press room, all of it loaded."""
    from pressroom.application import create_app  # noqa: PLC0415 - in this roomy frame

    app = create_app()
    gc.freeze()
    gc.enable()
    return app


served.__code__ = served.__code__.replace(co_stacksize=ROOMY)
