"""Processes of their own, for tests that kill one or let several work at once.

Each is forked from a server that has loaded the press room and done nothing else. Loading it anew took three seconds
of each process, which is most of what such tests took; that it can be loaded anew, the tests of the commands try.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from typing import Any

LOADED = ["pressroom.application", "pressroom.search.engines.whoosh_engine", "benchmarks.worker", "tests.search.child"]
"""What the server loads, once in a process of tests that asks for it."""

PATIENCE = 120
"""Seconds, which only a broken process takes."""


def context() -> ForkServerContext:
    """Where processes, pipes and queues come from."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(LOADED)
    return made


def start(task: Callable[..., object], *arguments: Any) -> BaseProcess:
    """Have *task* done by a process of its own; it and its *arguments* are what can be pickled."""
    process = context().Process(target=task, args=arguments, daemon=True)
    process.start()
    return process


def ended(process: BaseProcess) -> int:
    """How *process* ended; below zero is the signal that killed it."""
    process.join(PATIENCE)
    assert process.exitcode is not None, "it did not end"
    return process.exitcode
