"""The settings of a press room without what is the machine's, as TOML; and its secrets, apart from them."""

from __future__ import annotations

import json
from typing import Any

from flask import current_app

MACHINE = frozenset(
    {
        "database_url",
        "host",
        "proxies",
        "web_workers",
        "web_threads",
        "search_engine",
        "accel_redirect",
        "backup_folder",
        "backup_passphrase_file",
        "freeze_folder",
        "log_format",
    }
)
"""Settings that say where something is on this machine, or how large it is."""

SECRET = frozenset({"secret_key", "mail_password", "metrics_token"})
"""Settings that nobody but the press room should know."""


def as_toml() -> str:
    """What was configured otherwise than by default, without :data:`MACHINE` and :data:`SECRET`."""
    return "".join(f"{name} = {literal(value)}\n" for name, value in _configured() if name not in MACHINE | SECRET)


def secrets() -> dict[str, str]:
    """The secrets, by name."""
    return {name: value for name, value in _configured() if name in SECRET}


def with_secrets(toml: str, secrets: dict[str, str]) -> str:
    """*toml* with what is secret besides; the key has a file of its own."""
    return toml + "".join(
        f"{name} = {literal(value)}\n" for name, value in secrets.items() if name in SECRET - {"secret_key"}
    )


def _configured() -> list[tuple[str, Any]]:
    settings = current_app.extensions["settings"]
    config = current_app.config
    values = [(row.name, config[row.name.upper()], row.default) for row in settings.rows]
    chosen = [(name, value) for name, value, default in values if value != default]
    return [(name, value) for name, value in chosen if name != "site_url" or config["SITE_URL_SET"]]


def literal(value: Any) -> str:
    """*value* as a TOML value: JSON's, but for one character that TOML wants written otherwise."""
    if isinstance(value, tuple):
        return f"[{', '.join(literal(item) for item in value)}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
