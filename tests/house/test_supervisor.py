"""What the children of ``pressroom serve`` are given."""

from __future__ import annotations

import signal
import sys

import pytest

from pressroom.supervisor import Child

PROGRAM = "import os; print(os.environ['MALLOC_ARENA_MAX'], os.environ['OPENBLAS_NUM_THREADS'])"


def test_children_are_kept_small_unless_the_environment_says_otherwise(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("MALLOC_ARENA_MAX", raising=False)
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "4")
    child = Child("one", [sys.executable, "-c", PROGRAM], signal.SIGTERM, signal.SIGHUP)
    child.look_after(0.0)
    assert child.process
    assert child.process.wait() == 0
    assert capfd.readouterr().out.split() == ["1", "4"]
