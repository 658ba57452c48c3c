"""``pressroom serve``: web and worker, started and watched together, stopped together.

The parent loads neither the application nor the server. A child that dies is started again, later and later;
the children die with the parent, even when it is killed.
"""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import click

from pressroom import config
from pressroom.kit import running

GRACE_SECONDS = 15
LONGEST_PAUSE = 30.0
HEADER_SECONDS = 10  # within which a client has said what it wants, or is given up
OVERLAP_SECONDS = 5  # on SIGHUP a new web process has so long to load before the old one ends
HEALTHY_SECONDS = 20  # a child that lived so long starts again at once
_PR_SET_PDEATHSIG = 1  # prctl(2)
SMALL = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": str(512 << 10), "OPENBLAS_NUM_THREADS": "1"}
"""What keeps processes small, unless the environment says otherwise: by themselves the C library has up to eight heaps
for each processor (mallopt(3)), of which threads that hold Python's lock need one, and once it has freed something
large, it keeps up to twice as much of what is freed later; the library under numpy has a thread for each processor,
which this application never uses."""


@dataclass
class Child:
    """A process that should always run.

    Attributes:
        name: what messages call it.
        command: program and arguments.
        stop: the signal on which it finishes what it has in hand.
        renew: the signal on which it goes on with new code: the server exchanges its workers one by one and never
            stops listening; the worker finishes what it has in hand, ends, and is started again.
    """

    name: str
    command: Sequence[str]
    stop: signal.Signals
    renew: signal.Signals
    process: subprocess.Popen[bytes] | None = None
    born: float = 0.0
    due: float = 0.0
    failures: int = field(default=0)

    def look_after(self, now: float) -> None:
        """Start it when it should run and does not."""
        if self.process and self.process.poll() is not None:
            click.echo(f"{self.name} ended with {self.process.returncode}; it is started again", err=True)
            _signal_group(self.process, signal.SIGKILL)  # orphans of a killed server would keep the port
            self.failures = self.failures + 1 if now - self.born < HEALTHY_SECONDS else 1
            self.due = now + min(LONGEST_PAUSE, 0.5 * 2 ** (self.failures - 1))
            self.process = None
        if self.process is None and now >= self.due:
            environ = {**SMALL, **os.environ}
            self.process = subprocess.Popen(self.command, env=environ, preexec_fn=_follow_parent)  # noqa: S603 - one thread; our own programs
            self.born = now


def _follow_parent() -> None:
    """In the child: a process group of its own, and a signal when the parent dies (Linux)."""
    os.setsid()
    try:
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    except (AttributeError, OSError):
        return  # another system: the children outlive a parent that was killed


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return


def free_port(host: str, port: int) -> None:
    """Refuse to start beside another server: granian shares a port silently.

    Raises:
        click.ClickException: somebody listens there.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # an old connection is fine, a listener is not
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise click.ClickException(
                f"port {port} is taken by another program; choose another one, as in PORT={port + 1} make run"
            ) from None


def children(host: str, port: int, workers: int, threads: int) -> list[Child]:
    """Web and worker."""
    web = [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--factory", "--http", "1"]
    web += ["--no-ws", "--workers", str(workers), "--blocking-threads", str(threads), "--log-level", "warning"]
    web += ["--blocking-threads-idle-timeout", "600"]  # the longest; a thread that ends is soon begun again
    web += ["--respawn-failed-workers", "--workers-kill-timeout", "10"]
    web += ["--http1-header-read-timeout", str(HEADER_SECONDS * 1000)]
    web += ["--respawn-interval", str(OVERLAP_SECONDS)]
    web += ["--host", host, "--port", str(port), "pressroom.serving:served"]
    worker = [sys.executable, "-m", "pressroom.cli", "worker"]
    return [Child("web", web, signal.SIGTERM, signal.SIGHUP), Child("worker", worker, signal.SIGINT, signal.SIGINT)]


def watch(family: Sequence[Child], host: str, port: int) -> None:
    """Keep *family* running until SIGINT or SIGTERM, then let each child finish; on SIGHUP renew each."""
    stopping = renewing = False

    def stop(number: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True
        click.echo(f"Stopping ({signal.Signals(number).name}) …", err=True)

    def renew(_number: int, _frame: FrameType | None) -> None:
        nonlocal renewing
        renewing = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    signal.signal(signal.SIGHUP, renew)
    said = False
    while not stopping:
        if renewing:
            renewing = False
            _renew(family)
        for child in family:
            child.look_after(time.monotonic())
        if not said and _answers(host, port):
            said = True
            click.echo(f"Press room: http://{host}:{port}\nDesk:       http://{host}:{port}/desk/\nCtrl-C stops it.")
        time.sleep(0.2)
    _end(family)


def _renew(family: Sequence[Child]) -> None:
    click.echo("Renewing (SIGHUP) …", err=True)
    for child in family:
        if child.process and child.process.poll() is None:
            child.process.send_signal(child.renew)


def _answers(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex((host, port)) == 0


def _end(family: Sequence[Child]) -> None:
    running = [child for child in family if child.process and child.process.poll() is None]
    for child in running:
        assert child.process
        child.process.send_signal(child.stop)
    end = time.monotonic() + GRACE_SECONDS
    for child in running:
        assert child.process
        try:
            child.process.wait(max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            click.echo(f"{child.name} did not stop in time and is ended", err=True)
        _signal_group(child.process, signal.SIGKILL)
        child.process.wait()


@click.command("serve")
def serve() -> None:
    """Run the press room: web and worker, until Ctrl-C."""
    folder = config.instance_folder()
    settings = config.load(folder, {})
    if running.share(folder, wait=False) is None:  # held until this process ends
        raise click.ClickException("this press room is being restored; start it when that is done")
    for left in (folder / "metrics").glob("*.db"):  # of processes that are gone: counting begins anew
        left.unlink(missing_ok=True)
    host, port = settings["HOST"], config.port()
    free_port(host, port)
    watch(children(host, port, settings["WEB_WORKERS"], settings["WEB_THREADS"]), host, port)
