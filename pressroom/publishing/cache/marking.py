"""Which views may be kept: closed by default, so the mark stands at the view."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

View = TypeVar("View", bound=Callable[..., object])


def kept(*parameters: str, repeated: tuple[str, ...] = ()) -> Callable[[View], View]:
    """Mark a view whose answer depends on its address and the time alone, for everybody the same.

    Args:
        parameters: those of its query. An address with another one, or with one twice, is not kept.
        repeated: those of them that may have several values, whose order means nothing.
    """

    def mark(view: View) -> View:
        view.kept = frozenset(parameters)  # type: ignore[attr-defined]
        view.repeated = frozenset(repeated)  # type: ignore[attr-defined]
        return view

    return mark


def repeated_of(view: Callable[..., object] | None) -> frozenset[str]:
    """The parameters of a view that may have several values."""
    found: frozenset[str] = getattr(view, "repeated", frozenset())
    return found


def parameters_of(view: Callable[..., object] | None) -> frozenset[str] | None:
    """The parameters of a view that may be kept; None if it may not."""
    found: frozenset[str] | None = getattr(view, "kept", None)
    return found
