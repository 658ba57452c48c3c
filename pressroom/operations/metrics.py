"""``/metrics``: what Prometheus asks for. Off, until ``metrics_token`` is set.

How things are is read from the database when it is asked for, so each process says the same. Requests are counted by
each process in a file of its own, and added up for whoever asks (prometheus-client's multi-process mode).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app

from pressroom import publishing
from pressroom.front import health
from pressroom.kit import clock, monitors, requests
from pressroom.kit.settings import SettingsError
from pressroom.mail import queries as mail
from pressroom.operations import schedule
from pressroom.publishing.edition import current_edition
from pressroom.version import VERSION

FOLDER = "metrics"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

bp = Blueprint("metrics", __name__)


def init_app(app: Flask) -> None:
    """Add the address, and count requests, if there is a token.

    Raises:
        SettingsError: the extra is not installed.
    """
    app.register_blueprint(bp)
    if app.config["METRICS_TOKEN"]:
        count_requests(app)


def count_requests(app: Flask) -> None:
    """Count the requests of this process, in a file of the instance folder."""
    folder = Path(app.instance_path) / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    try:
        from prometheus_client import CollectorRegistry, Histogram, values  # noqa: PLC0415 - an extra
    except ImportError:
        raise SettingsError(
            "metrics_token is set, and prometheus-client is not installed: pip install 'pressroom[metrics]'"
        ) from None
    values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call] # else it depends on who imported the library first, and when
    answered = Histogram(
        "pressroom_request_seconds",
        "Seconds from the coming of a request to the beginning of its answer.",
        ("method", "route", "status"),
        buckets=BUCKETS,
        registry=CollectorRegistry(),  # of its own, since what is shown is read from the files
    )
    requests.observe(app, lambda told: answered.labels(told.method, told.pattern, told.status).observe(told.seconds))


@bp.get("/metrics")
def show() -> Response:
    """For whoever has the token; 404 where there is none."""
    if not current_app.config["METRICS_TOKEN"]:
        abort(404)
    if not monitors.has_token():
        return Response("Send the token: Authorization: Bearer …\n", 401, {"WWW-Authenticate": "Bearer"}, "text/plain")
    from prometheus_client import CollectorRegistry, generate_latest  # noqa: PLC0415 - an extra
    from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4  # noqa: PLC0415
    from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415

    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(Path(current_app.instance_path) / FOLDER))  # type: ignore[no-untyped-call]
    registry.register(_State())
    answer = Response(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)
    answer.cache_control.no_store = True
    return answer


class _State:
    """How things are, asked for at this moment. Numbers only; none of them tells what is under embargo."""

    def collect(self) -> Iterator[Any]:
        """Each number with its name and what it means."""
        from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily  # noqa: PLC0415 - an extra

        yield InfoMetricFamily("pressroom", "The program.", {"version": VERSION})
        for name, (meaning, value) in state(clock.now()).items():
            if value is not None:
                yield GaugeMetricFamily(f"pressroom_{name}", meaning, value)
        settled = GaugeMetricFamily("pressroom_mail", "Messages, by their state.", labels=["state"])
        for name, count in _messages().items():
            settled.add_metric([name], count)
        yield settled

    def describe(self) -> list[Any]:
        """Nothing, so that nobody asks before somebody wants to know."""
        return []


def state(now: datetime) -> dict[str, tuple[str, float | None]]:
    """Name → what it means, and its value; None where it cannot be said."""
    found = health.checks(now)

    def number(name: str) -> float | None:
        value = found[name].number
        return float(value) if isinstance(value, int | float) else None

    made = schedule.state()
    return {
        "database_up": ("Whether the database answers.", float(found["database"].said == health.OK)),
        "migrations_current": (
            "Whether its tables are those of this version.",
            float(found["migrations"].said == "ok"),
        ),
        "edition": (
            "The number of the last public change.",
            current_edition() if number("queue") is not None else None,
        ),
        "index_waiting": ("Documents that are due and not in the search index.", number("index")),
        "queue_age_seconds": ("For how long the first of them has waited.", number("queue")),
        "disk_free_bytes": ("Free on the disk of the instance folder.", number("disk")),
        "backup_age_seconds": (
            "Since the last backup.",
            (now - made.made).total_seconds() if made.made else None,
        ),
        "backup_failed": ("Whether the last backup that was tried failed.", float(bool(made.problem))),
    }


def _messages() -> dict[str, int]:
    with publishing.as_staff():
        return mail.counts()
