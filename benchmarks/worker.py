"""An engine in a process of its own, so that its memory is its own, and the clock for what it does.

A call's processor time is that of this process, all threads of it, and of what works for it elsewhere.
"""

from __future__ import annotations

import gc
import os
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.engines import Compared, kind

PRIVATE, WHOLE = "RssAnon", "VmRSS"


@dataclass(frozen=True)
class Spent:
    """Milliseconds of a call: of the processor, and by the clock on the wall."""

    cpu: float
    wall: float


class Worker:
    """The other side of an engine's process. Questions are put to one worker at a time."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        spawn = get_context("spawn")
        self._pipe, theirs = spawn.Pipe()
        self._process = spawn.Process(target=_serve, args=(theirs, name, folder), name=name, daemon=True)
        self._process.start()
        theirs.close()

    def call(self, method: str, *arguments: Any) -> tuple[Any, Spent]:
        """What the engine's *method* gave, and what it cost.

        Raises:
            RuntimeError: it failed.
        """
        self.begin(method, *arguments)
        return self.end()

    def begin(self, method: str, *arguments: Any) -> None:
        """Have *method* called, and go on meanwhile."""
        self._asked = method
        self._pipe.send((method, arguments))

    def end(self) -> tuple[Any, Spent]:
        """Wait for what was begun; the same as ``call`` gives."""
        result, spent = self._pipe.recv()
        if isinstance(result, BaseException):
            raise RuntimeError(f"{self.name} failed at {self._asked}") from result
        return result, spent

    def value(self, name: str) -> Any:
        """An attribute of the engine."""
        return self.call("__getattribute__", name)[0]

    def memory(self) -> dict[str, int]:
        """Bytes in memory, and of them those that are in no file."""
        found: dict[str, int] = self.call("memory")[0]
        return found

    def stop(self, last: str = "close") -> None:
        """End the process; the engine's *last* method is called first."""
        with suppress(EOFError, OSError):  # of a process that was ended with us
            self.call(last)
            self._pipe.send(None)
        self._process.join()
        self._process.close()
        self._pipe.close()


def _serve(pipe: Connection, name: str, folder: Path) -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    engine = kind(name)(folder)
    gc.collect()
    gc.freeze()  # as wsgi.py does
    clock = _Clock()
    try:
        while (asked := pipe.recv()) is not None:
            pipe.send(_answer(engine, clock, *asked))
    except (KeyboardInterrupt, EOFError):  # ended from outside
        with suppress(Exception):
            engine.remove()


def _answer(engine: Compared, clock: _Clock, method: str, arguments: Sequence[Any]) -> tuple[Any, Spent]:
    try:
        call = _Memory(engine) if method == "memory" else getattr(engine, method)
        if method in ASKED:
            engine.forget()
        return clock.time(call, engine.elsewhere if method in MEASURED else _nothing, arguments)
    except Exception as error:  # noqa: BLE001  # whatever it is, the other side raises it
        return error, Spent(0, 0)


ASKED = frozenset({"search", "full", "page"})
MEASURED = ASKED | {"add", "finish", "save", "refresh"}


def _nothing() -> int:
    return 0


class _Clock:
    """Other threads go on between two calls, as a writer's do; what they spend counts with the next call.

    Reading what was asked, and sending what was answered, does not count.
    """

    def __init__(self) -> None:
        self._others = _other_threads()

    def time(
        self, call: Callable[..., Any], elsewhere: Callable[[], int], arguments: Sequence[Any]
    ) -> tuple[Any, Spent]:
        """What *call* gave, and what it cost here and *elsewhere*."""
        away, cpu, wall = elsewhere(), time.thread_time_ns(), time.perf_counter_ns()
        result = call(*arguments)
        wall, cpu = time.perf_counter_ns() - wall, time.thread_time_ns() - cpu
        before, self._others = self._others, _other_threads()
        return result, Spent((cpu + self._others - before + elsewhere() - away) / 1e6, wall / 1e6)


def _other_threads() -> int:
    return time.process_time_ns() - time.thread_time_ns()


class _Memory:
    def __init__(self, engine: Compared) -> None:
        self._pids = (os.getpid(), *engine.pids())

    def __call__(self) -> dict[str, int]:
        return {
            "whole": sum(_status(pid, WHOLE) for pid in self._pids),
            "private": sum(_status(pid, PRIVATE) for pid in self._pids),
        }


def _status(pid: int, name: str) -> int:
    """Bytes, from the kernel's own account of a process."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    return 0
