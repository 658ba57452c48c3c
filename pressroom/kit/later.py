"""Parts of an application that are made when somebody first asks for them: what is slow to import and seldom needed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup


class Extensions(dict[str, Any]):
    """Those of an application, with such that are still to be made.

    Attributes:
        makers: name → what makes it, once in a process.
    """

    def __init__(self, made: Mapping[str, Any]) -> None:
        super().__init__(made)
        self.makers: dict[str, Callable[[], Any]] = {}
        self._lock = threading.RLock()

    def __missing__(self, name: str) -> Any:
        with self._lock:
            if name not in self and name in self.makers:
                self[name] = self.makers[name]()
            if name not in self:
                raise KeyError(name)
            return self[name]


def make_later(app: Flask, name: str, make: Callable[[], Any]) -> None:
    """Have *make* called when ``app.extensions[name]`` is first asked for."""
    if not isinstance(app.extensions, Extensions):
        app.extensions = Extensions(app.extensions)
    app.extensions.makers[name] = make


class Commands(AppGroup):
    """Those of an application, with such that are imported when somebody asks for a command.

    Attributes:
        makers: bring more of them.
    """

    def __init__(self, before: click.Group) -> None:
        """What *before* has."""
        super().__init__(before.name, commands=before.commands)
        self.makers: list[Callable[[], Iterable[click.Command]]] = []

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names."""
        self._complete()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The one that is called so."""
        self._complete()
        return super().get_command(ctx, cmd_name)

    def _complete(self) -> None:
        makers, self.makers = self.makers, []
        for make in makers:
            for command in make():
                self.add_command(command)


def add_commands(app: Flask, make: Callable[[], Iterable[click.Command]]) -> None:
    """Have *app* get the commands that *make* gives when somebody first asks for any."""
    if not isinstance(app.cli, Commands):
        app.cli = Commands(app.cli)
    app.cli.makers.append(make)
