"""Clips to test with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pressroom.clips import actions
from pressroom.clips.models import Clip
from pressroom.kit import clock

HEADER = "date,venue,title,project,selected,link\n"


def clip(**fields: Any) -> Clip:
    """A clip; call it in a context of staff."""
    number = clip.made = getattr(clip, "made", 0) + 1  # type: ignore[attr-defined]
    usual = {
        "headline": f"Clinics skip family history, study says ({number})",
        "outlet": "The Harbor Ledger",
        "published_on": date(2026, 11, 12),
        "url": f"https://harborledger.example/2026/{number}",
        "byline": "Rita Okafor",
        "excerpt": "Recorded visits show how rarely three generations were written down.",
        "topics": ("Family health history",),
        "language": "en",
    }
    return actions.add(by=None, now=clock.now(), **(usual | fields))


@pytest.fixture
def table_file(tmp_path: Path) -> Callable[..., Path]:
    """Write a file of clips; gives its path."""

    def write(content: str | bytes, *, encoding: str = "utf-8", name: str = "clips.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


def rows(count: int, *, start: int = 0) -> str:
    """A list of clips in the form of a laboratory's press page."""
    lines = [
        f"2019-03-{n % 28 + 1:02},Outlet {n % 7},Robots and genes number {n},topic {n % 3},no,https://o.example/{n}"
        for n in range(start, start + count)
    ]
    return HEADER + "\n".join(lines) + "\n"
