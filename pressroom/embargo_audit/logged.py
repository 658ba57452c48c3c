"""What the log says, in each of its formats, when each public view ends with an error that knows everything."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

from flask import Flask

from pressroom.embargo_audit.crawling import addresses
from pressroom.embargo_audit.planting import Planted
from pressroom.freezing.stranger import Stranger, public_rules
from pressroom.kit import logs

FORMATS: dict[str, type[logging.Formatter]] = {"log of errors, text": logs.Plain, "log of errors, JSON": logs.Lines}


def of_errors(app: Flask, planted: Planted) -> dict[str, str]:
    """Format → all that is logged while an address of each view is asked for, and each fails.

    The errors say every planted word, as a database says the row that it refuses; Flask's own line says the address.
    """
    words = " ".join(planted.words)
    with _failing(app, words), _heard() as heard:
        client = app.test_client()
        for path in _one_of_each(app, planted):
            client.get(path)
    return {name: written.getvalue() for name, written in heard.items()}


def _one_of_each(app: Flask, planted: Planted) -> Iterator[str]:
    """An address of each view: they differ in what they are asked for, not in how they fail."""
    stranger, asked = Stranger(app), {""}
    for path in addresses(app, planted):
        if "?" not in path and (endpoint := stranger.endpoint(path)) not in asked:
            asked.add(endpoint)
            yield path


@contextmanager
def _failing(app: Flask, words: str) -> Iterator[None]:
    """Each public view fails because of an error that says *words*."""

    def fail(**values: object) -> None:
        try:
            raise LookupError(f"no row with {words}")
        except LookupError as error:
            raise RuntimeError(f"cannot show {values}: {words}") from error

    views, propagated = dict(app.view_functions), app.config["PROPAGATE_EXCEPTIONS"]
    app.view_functions.update({rule.endpoint: fail for rule in public_rules(app)})
    app.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        yield
    finally:
        app.view_functions.clear()
        app.view_functions.update(views)
        app.config["PROPAGATE_EXCEPTIONS"] = propagated


@contextmanager
def _heard() -> Iterator[dict[str, StringIO]]:
    """What is logged meanwhile, in each format, and nowhere else."""
    root = logging.getLogger()
    before, level, heard = root.handlers[:], root.level, {name: StringIO() for name in FORMATS}
    handlers = [logging.StreamHandler(written) for written in heard.values()]
    for handler, formatter in zip(handlers, FORMATS.values(), strict=True):
        handler.setFormatter(formatter())
    root.handlers[:] = handlers
    root.setLevel(logging.DEBUG)
    try:
        yield heard
    finally:
        root.handlers[:] = before
        root.setLevel(level)
