"""The same small press room as in front."""

from tests.front.conftest import content

__all__ = ["content"]
