"""The worker process: huey's consumer with one thread, and the sweeper."""

from __future__ import annotations

import logging
from pathlib import Path

from flask import current_app

from pressroom.jobs.work import queue, sweep
from pressroom.kit import logs, running


def run() -> None:
    """Work until a signal: SIGINT finishes the task in hand, SIGTERM stops at once."""
    logs.write_for_work()
    logging.getLogger("huey").setLevel(logging.WARNING)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    running.share(Path(app.instance_path), wait=True)  # until this process ends
    sweep()
    consumer = queue(app).huey.create_consumer(workers=1, worker_type="thread", initial_delay=0.2)
    consumer.run()
