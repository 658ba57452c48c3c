"""Keeping a press room: backups and their restoring, and what a monitor counts."""

from __future__ import annotations

from flask import Flask

from pressroom.kit import later
from pressroom.operations import cli, metrics
from pressroom.operations import schedule as schedule
from pressroom.operations.preparing import Create


def init_app(app: Flask, create: Create) -> None:
    """Add the commands to *app*, and what a monitor asks.

    Args:
        create: makes the press room of an instance folder with settings of its own, as a restored one is.
    """
    later.add_commands(app, lambda: cli.commands(create))
    metrics.init_app(app)
