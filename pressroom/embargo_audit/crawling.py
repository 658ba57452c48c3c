"""Every public address, and all that it answers with: headers, text, and what is packed inside a file."""

from __future__ import annotations

import gzip
import itertools
import zipfile
from collections.abc import Iterator
from io import BytesIO

from flask import Flask
from werkzeug.test import TestResponse

from pressroom.embargo_audit import papers
from pressroom.embargo_audit.planting import COMMON, Planted
from pressroom.freezing.stranger import public_rules


class UnknownRouteError(LookupError):
    """A public route takes an argument that the audit has no value for."""


def addresses(app: Flask, planted: Planted) -> Iterator[str]:
    """Each public address, filled with the values of what was planted, and the lists with a search as well.

    Raises:
        UnknownRouteError: teach :func:`pressroom.embargo_audit.planting.plant` a value for the argument.
    """
    for rule in public_rules(app):
        if unknown := {name for name in rule.arguments if planted.fills(rule.endpoint, name) is None}:
            raise UnknownRouteError(f"the embargo audit cannot fill {', '.join(sorted(unknown))} of {rule.rule}")
    adapter = app.url_map.bind("")
    for rule in public_rules(app):
        names = sorted(rule.arguments)
        for values in itertools.product(*(planted.fills(rule.endpoint, name) or () for name in names)):
            path = adapter.build(rule.endpoint, dict(zip(names, values, strict=True)))
            yield path
            if names == ["fmt"] and rule.rule.startswith(("/clips/", "/search/")):
                yield f"{path}?q={COMMON}"
            if not names or names == ["extension"]:
                yield f"{path}?q={COMMON}"
                yield f"{path}?q={COMMON}&sort=newest&page=1"
                yield f"{path}?year={planted.values['year'][0]}"
    yield from planted.paths


def text_of(answer: TestResponse) -> str:
    """All that *answer* says, in small letters."""
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers)
    return f"{headers}\n{unpacked(answer.get_data()).decode('utf-8', 'replace')}".lower()


def unpacked(body: bytes) -> bytes:
    """*body* as it can be read: out of a ZIP or gzip file, or out of a PDF."""
    if body.startswith(b"\x1f\x8b"):
        return unpacked(gzip.decompress(body))
    if body.startswith(b"%PDF-"):
        return papers.words(body).encode()
    if not body.startswith(b"PK\x03\x04"):
        return body
    with zipfile.ZipFile(BytesIO(body)) as packed:
        return b"\n".join(name.encode() + b"\n" + unpacked(packed.read(name)) for name in packed.namelist())
