"""Which hub the feeds name: none, one of others, or our own."""

from __future__ import annotations

from pressroom.kit import web
from pressroom.kit.settings import setting
from pressroom.websub.rules import PATH


def hub() -> str:
    """The hub of others that is told; empty without one."""
    named = str(setting("websub_hub"))
    return "" if named == own_address() else named


def own_address() -> str:
    """Where our own hub is, or would be."""
    return web.absolute(PATH)


def is_own() -> bool:
    """Whether the feeds name our own hub."""
    return str(setting("websub_hub")) == own_address()
