"""What the children of ``pressroom serve`` are given."""

from __future__ import annotations

import signal
import sys

import pytest

from pressroom.supervisor import Child

NAMES = ("MALLOC_ARENA_MAX", "MALLOC_MMAP_THRESHOLD_", "OPENBLAS_NUM_THREADS")
PROGRAM = f"import os; print(*map(os.environ.get, {NAMES}))"


def test_children_are_kept_small_unless_the_environment_says_otherwise(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "4")
    child = Child("one", [sys.executable, "-c", PROGRAM], signal.SIGTERM, signal.SIGHUP)
    child.look_after(0.0)
    assert child.process
    assert child.process.wait() == 0
    assert capfd.readouterr().out.split() == ["1", "524288", "4"]
