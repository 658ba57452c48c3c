"""The worker process: huey's consumer with one thread, and the sweeper."""

from __future__ import annotations

import logging

from flask import current_app

from pressroom.jobs.work import sweep


def run() -> None:
    """Work until a signal: SIGINT finishes the task in hand, SIGTERM stops at once."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("huey").setLevel(logging.WARNING)
    sweep()
    consumer = current_app.extensions["huey"].create_consumer(workers=1, worker_type="thread", initial_delay=0.2)
    consumer.run()
