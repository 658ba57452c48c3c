"""Who did what, when, and what it was before."""

from flask import Flask

from pressroom.audit import cli, reading
from pressroom.audit.actions import Actor as Actor
from pressroom.audit.actions import Stranger as Stranger
from pressroom.audit.actions import record as record
from pressroom.audit.models import AuditEntry as AuditEntry
from pressroom.audit.reading import AuditClosedError as AuditClosedError
from pressroom.audit.reading import readable_when as readable_when
from pressroom.audit.rules import shown
from pressroom.kit import later


def init_app(app: Flask) -> None:
    """Let templates show changes, and keep the audit closed until somebody says for whom it is open."""
    reading.init_app(app)
    app.jinja_env.filters["changes"] = shown
    later.add_commands(app, lambda: [cli.group])
