"""``served``: the press room for a process of a web server."""

import gc

# What is loaded while a process starts, stays. The collector would go through all of it again and again, a sixth of the
# start, and then in the middle of some request now and then, for as long as ten searches take.
gc.disable()

from flask import Flask  # noqa: E402

from pressroom.application import create_app  # noqa: E402


def served() -> Flask:
    """The press room, all of it loaded."""
    app = create_app()
    gc.freeze()
    gc.enable()
    return app
