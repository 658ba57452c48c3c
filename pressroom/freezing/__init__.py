"""A copy of the public site in a folder, for the hours in which the press room itself cannot answer.

The copy is what a stranger was answered at one instant, page by page, by the application itself: so it has passed the
gate, and nothing of the desk is in it. What only a running press room can do is taken out of the pages, or replaced:
forms by whom to call, search by a small one that runs in the browser.
"""

from flask import Flask

from pressroom.freezing import cli
from pressroom.freezing import schedule as schedule
from pressroom.freezing.copying import make as make
from pressroom.freezing.rules import FreezeError as FreezeError
from pressroom.freezing.rules import Scope as Scope
from pressroom.kit import later


def init_app(app: Flask) -> None:
    """Add the command to *app*."""
    later.add_commands(app, lambda: [cli.freeze_command])
