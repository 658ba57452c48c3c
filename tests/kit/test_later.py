"""What is made when somebody first asks for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest
from flask import Flask

from pressroom.kit import later

SLOW = (
    "numpy",
    "whoosh",
    "markdown_it",
    "huey",
    "feedgen",
    "icalendar",
    "alembic",
    "psycopg",
    "segno",
    "urllib3",
    "PIL._imaging",
    "fractions",
    "limits.aio.storage",
    "pressroom.doctor",
)


def test_an_extension_is_made_once_when_it_is_asked_for() -> None:
    app = Flask(__name__)
    app.extensions["there"] = "before"
    made: list[str] = []
    later.make_later(app, "late", lambda: made.append("now") or object())
    assert not made
    assert app.extensions["late"] is app.extensions["late"]
    assert made == ["now"]
    assert app.extensions["there"] == "before"
    with pytest.raises(KeyError):
        app.extensions["never"]


def test_commands_are_brought_by_whoever_asks_for_one() -> None:
    app = Flask(__name__)
    app.cli.add_command(click.Command("here"))
    later.add_commands(app, lambda: [click.Command("late")])
    later.add_commands(app, lambda: [click.Command("later")])
    assert "late" not in app.cli.commands
    context = click.Context(app.cli)
    assert app.cli.get_command(context, "late")
    assert app.cli.list_commands(context) == ["here", "late", "later"]


def test_a_server_starts_without_what_no_page_needs(instance: Path) -> None:
    program = "import sys; from pressroom.serving import served; served(); print(*sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", program],
        env={"PRESSROOM_INSTANCE": str(instance), "PRESSROOM_SECRET_KEY": "x" * 40, "PATH": ""},
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    ).stdout
    assert not {*SLOW} & {*said.split()}
