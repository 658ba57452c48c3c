"""A press room of a size, the servers that serve it, and what a request costs all of their processes."""

from __future__ import annotations

import compileall
import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, select

from pressroom import commands, publishing, sample, search, supervisor
from pressroom.application import create_app
from pressroom.clips.models import Clip, clip_topic
from pressroom.kit import clock
from pressroom.kit.db import db
from pressroom.releases.models import Release

HOST = "127.0.0.1"
BATCH = 2_000


def furnish(folder: Path, count: int) -> str:
    """A press room in *folder* with the sample, filled up to *count* public releases and as many clips.

    What is filled up is older than the sample, so that the pages show the same at every size.

    Returns:
        The address of the newest release.
    """
    app = create_app(folder, {"secret_key": "x" * 40})
    with app.app_context():
        commands.prepare()
        with publishing.as_staff():
            now = clock.now()
            sample.load(now=now)
            db.session.commit()
            _fill(Release, count, now, _another_release)
            _fill(Clip, count, now, _another_clip)
            newest = db.session.scalars(
                select(Release).where(Release.public_from <= now).order_by(Release.public_from.desc())
            ).first()
            assert newest is not None
            address = newest.address
        search.rebuild()
        db.session.remove()
        db.engine.dispose()
    return str(address)


def _fill(model: type[Any], count: int, now: datetime, another: Any) -> None:
    table = model.__table__
    public = table.c.public_from <= now, table.c.withdrawn_at.is_(None)
    models = [dict(row) for row in db.session.execute(select(table).where(*public)).mappings()]
    oldest = min(row["public_from"] for row in models)
    made = [another(dict(models[n % len(models)]), n, oldest) for n in range(count - len(models))]
    for start in range(0, len(made), BATCH):
        db.session.execute(insert(table), made[start : start + BATCH])
    db.session.commit()
    if model is Clip and made:
        topics = db.session.scalars(select(clip_topic.c.topic_id).distinct()).all()
        ids = db.session.scalars(select(Clip.id).order_by(Clip.id.desc()).limit(len(made))).all()
        ties = [{"clip_id": id, "topic_id": topics[n % len(topics)]} for n, id in enumerate(ids)]
        for start in range(0, len(ties), BATCH):
            db.session.execute(insert(clip_topic), ties[start : start + BATCH])
        db.session.commit()


def _another_release(row: dict[str, Any], number: int, oldest: datetime) -> dict[str, Any]:
    row.pop("id")
    at = max(oldest - timedelta(minutes=30 * (number + 1)), datetime(2001, 1, 1, tzinfo=UTC))
    said = {"uid": str(uuid4()), "slug": f"{row['slug'][:60]}-{number}", "translation_of_id": None}
    return row | said | {"public_from": at, "year": at.year, "created_at": at, "updated_at": at}


def _another_clip(row: dict[str, Any], number: int, oldest: datetime) -> dict[str, Any]:
    row.pop("id")
    at = oldest - timedelta(minutes=30 * (number + 1))
    said = {"uid": str(uuid4()), "fingerprint": f"{number:064x}", "url": f"https://outlet.example/{number}"}
    day = (at - timedelta(days=1)).date()
    return row | said | {"public_from": at, "published_on": day, "created_at": at, "updated_at": at}


# Servers -------------------------------------------------------------------------------------------------


class Server:
    """A program that answers at a port, and all its processes."""

    def __init__(self, command: Sequence[str], port: int, environ: Mapping[str, str], *, probe: str) -> None:
        """Start it, and wait until *probe* is answered."""
        self.port, begun = port, time.monotonic()
        self.also: Sequence[int] = ()  # processes that work for it alone: a server of a database
        self._process = subprocess.Popen(
            command, env={**os.environ, **environ}, start_new_session=True, stdout=subprocess.DEVNULL
        )
        while True:
            if self._process.poll() is not None:
                raise RuntimeError(f"{command[0]} ended with {self._process.returncode}")
            with suppress(OSError, http.client.HTTPException):
                if self.client().get(probe)[0] < 500:
                    break
            if time.monotonic() - begun > 120:
                raise RuntimeError(f"{command[0]} does not answer")
            time.sleep(0.02)
        self.started_in = time.monotonic() - begun

    def client(self, **headers: str) -> Client:
        """A reader with a connection that is kept."""
        return Client(self.port, headers)

    def spent(self) -> float:
        """Microseconds of the processor that its processes took so far, all threads of them."""
        return sum(_nanoseconds(pid) for pid in self.processes()) / 1000

    def processes(self) -> list[int]:
        """Its processes and theirs."""
        found, left = [], [self._process.pid, *self.also]
        while left:
            found.append(pid := left.pop())
            with suppress(OSError):
                for task in Path(f"/proc/{pid}/task").iterdir():
                    left += map(int, (task / "children").read_text().split())
        return found

    def private(self) -> float:
        """Megabytes of its largest process that it shares with no file."""
        return max(_status(pid, "RssAnon") for pid in self.processes()) / 1e6

    def stop(self) -> None:
        """End it, and all that it began."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


def _nanoseconds(pid: int) -> int:
    total = 0
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with suppress(OSError):
                total += int((task / "schedstat").read_text().split()[0])
    return total


def _status(pid: int, name: str) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) * 1024
    return 0


class Client:
    """Asks on one connection, and reads the whole answer."""

    def __init__(self, port: int, headers: Mapping[str, str]) -> None:
        self._connection = http.client.HTTPConnection(HOST, port, timeout=60)
        self._headers = {"Accept-Encoding": "gzip", **headers}

    def get(self, path: str, **headers: str) -> tuple[int, bytes, http.client.HTTPMessage]:
        """Status, body, headers."""
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            self._connection.request("GET", path, headers=self._headers | said)
            answer = self._connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self._connection.close()
            self._connection.request("GET", path, headers=self._headers | said)
            answer = self._connection.getresponse()
        return answer.status, answer.read(), answer.headers

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def by_wrk(server: Server, path: str, connections: int, seconds: int, **headers: str) -> tuple[int, float]:
    """Have wrk ask *server* for *path* on many connections at once.

    Returns:
        How often it was answered, and how often in a second.

    Raises:
        RuntimeError: an answer was an error, or there was none.
    """
    said = [
        f"--header={name.replace('_', '-')}: {value}" for name, value in ({"Accept_Encoding": "gzip"} | headers).items()
    ]
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", *said, f"http://{HOST}:{server.port}{path}"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    count, rate = re.search(r"(\d+) requests in", told), re.search(r"Requests/sec:\s+([\d.]+)", told)
    if "Non-2xx" in told or "Socket errors" in told or count is None or rate is None or not int(count[1]):
        raise RuntimeError(f"{path}: {told}")
    return int(count[1]), float(rate[1])


def has_wrk() -> bool:
    """Whether wrk is installed; it says what is missing without it."""
    found = shutil.which("wrk") is not None
    if not found:
        print("wrk is not installed (on Debian: apt-get install wrk): many readers at once are not measured.")
    return found


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _beside(program: str) -> str:
    return str(Path(sys.executable).with_name(program))


@contextmanager
def pressroom(folder: Path, *, workers: int = 1, **settings: object) -> Iterator[Server]:
    """The press room in *folder*, as ``pressroom serve`` serves it."""
    # As pip does with what it installs: where Python may write nothing, each start would compile the press room anew.
    compileall.compile_dir(Path(supervisor.__file__).parent, quiet=2)
    port = free_port()
    environ = {f"PRESSROOM_{name.upper()}": str(value) for name, value in settings.items()}
    environ |= supervisor.SMALL | {
        "PRESSROOM_INSTANCE": str(folder),
        "PRESSROOM_SECRET_KEY": "x" * 40,
        "PORT": str(port),
    }
    command = supervisor.children(HOST, port, workers, 3)[0].command
    server = Server(command, port, environ, probe="/healthz")
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def trivial(folder: Path) -> Iterator[Server]:
    """``benchmarks/trivial.py`` on gunicorn's gthread."""
    port = free_port()
    command = [_beside("gunicorn"), "--bind", f"{HOST}:{port}", "--workers", "1", "--worker-class", "gthread"]
    command += ["--threads", "3", "--log-level", "error", "--keep-alive", "75", "benchmarks.trivial:app"]
    server = Server(command, port, {"TRIVIAL_DATABASE": str(folder / "pressroom.sqlite3")}, probe="/releases/")
    try:
        yield server
    finally:
        server.stop()


NGINX = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log /dev/null crit;
events {{ worker_connections 64; }}
http {{
  access_log off; default_type text/html; sendfile on; keepalive_requests 1000000;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen {host}:{port}; root {folder}; }}
}}
"""


@contextmanager
def nginx(folder: Path, page: bytes) -> Iterator[Server | None]:
    """nginx with *page* in a file, ``/page.html``; None where it is not installed."""
    program = next((path for path in ("/usr/sbin/nginx", "/usr/local/sbin/nginx") if Path(path).exists()), None)
    if program is None:
        yield None
        return
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    (folder / "page.html").write_bytes(page)
    port = free_port()
    (folder / "nginx.conf").write_text("user root;" + NGINX.format(folder=folder, host=HOST, port=port))
    server = Server([program, "-c", str(folder / "nginx.conf"), "-p", str(folder)], port, {}, probe="/page.html")
    try:
        yield server
    finally:
        server.stop()
