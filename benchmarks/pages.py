"""What a page costs: kept, made, asked again; beside a trivial Flask application and nginx. ``make bench-pages``.

One worker each. Processor time of all processes of a server, divided by the requests; the servers are asked in turn,
round by round, and of a case the median of its rounds counts. Ratios are of the same round, so that a busy machine is
busy for both. All is measured twice: with sixteen readers at once, by wrk, and with one who waits for each answer, for
whom a server wakes up each time.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import secrets
import shutil
import sqlite3
import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import house
from benchmarks.house import Server
from pressroom import publishing
from pressroom.accounts import actions as accounts
from pressroom.accounts.models import User
from pressroom.application import create_app
from pressroom.kit import clock
from pressroom.kit.db import db

SEARCH = "/clips/?q=genetic&sort=newest"
AT_ONCE = 16  # readers


@dataclass
class Case:
    """A row of the table.

    Attributes:
        server: who is asked: "kept" and "made" are the press room with its page cache and without.
        count: requests of a round.
        beside: the case of whose cost it is a multiple.
        goal: the largest multiple that is good; 0 without one.
        words: what stands for ``{word}`` in the path, one a request.
        before: what happens before each request, in this process; only one reader can wait for it.
    """

    name: str
    server: str
    path: str
    count: int
    beside: str = ""
    goal: float = 0
    headers: dict[str, str] = field(default_factory=dict)
    words: Iterator[str] = field(default_factory=lambda: itertools.repeat(""))
    before: Callable[[], None] | None = None
    costs: list[float] = field(default_factory=list)

    @property
    def cost(self) -> float:
        """Microseconds of the processor for a request."""
        return statistics.median(self.costs)


def cases(page: str, desk: str, room: Path) -> list[Case]:
    """What is measured, those first of which others are multiples.

    "Again" is what follows an edit of something else, with the page cache: the edition rises before each request.
    """
    feed, edit = "/feeds/releases.rss", partial(raise_edition, room / "pressroom.sqlite3")
    return [
        Case("trivial: page", "trivial", page, 200),
        Case("trivial: list", "trivial", "/releases/", 200),
        Case("trivial: feed", "trivial", feed, 150),
        Case("nginx: the page as a file", "nginx", "/page.html", 1500),
        Case("page, kept", "kept", page, 1500, "trivial: page", 0.10),
        Case("page, kept, beside nginx", "kept", page, 1500, "nginx: the page as a file", 2),
        Case("page, kept, 304", "kept", page, 1500, "trivial: page", 0.10, {"If-None-Match": "*"}),
        Case("page, made", "made", page, 120, "trivial: page", 1.3),
        Case("page, again", "kept", page, 120, "trivial: page", 1.3, before=edit),
        Case("list, made", "made", "/releases/", 80, "trivial: list"),
        Case("list, again", "kept", "/releases/", 80, "trivial: list", before=edit),
        Case("home, made", "made", "/", 80, "trivial: list"),
        Case("home, again", "kept", "/", 80, "trivial: list", before=edit),
        Case("feed, made", "made", feed, 60, "trivial: feed", 1.3),
        Case("feed, again", "kept", feed, 60, "trivial: feed", 1.3, before=edit),
        Case("feed, kept", "kept", feed, 1000, "trivial: feed", 0.10),
        Case("feed, kept, 304", "kept", feed, 1500, "feed, made", 0.10, {"If-None-Match": "*"}),
        Case("archive search, made", "made", SEARCH, 60, "trivial: list"),
        Case("archive search, kept, beside a kept page", "kept", SEARCH, 1000, "page, kept", 1.5),
        Case("desk, signed in", "made", "/desk/", 60, "page, made", 2, {"Cookie": desk}),
    ]


def raise_edition(database: Path) -> None:
    """Something public has changed, says the database; none of the pages that are measured shows it."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("UPDATE edition SET n = n + 1")


def desk_cookie(folder: Path) -> str:
    """The cookie of somebody who is signed in at the desk, as their first page there left it in the browser."""
    app = create_app(folder, {"secret_key": "x" * 40})
    with app.app_context(), publishing.as_staff():
        user = db.session.scalars(db.select(User)).first()
        assert user is not None
        _, token = accounts.sign_in(user, now=clock.now(), hours=72, address=house.HOST, agent="benchmark")
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    assert serializer is not None
    said = serializer.dumps(
        {"_user_id": token, "_fresh": True, "_permanent": True, "csrf_token": secrets.token_hex(20)}
    )
    return f"{app.config['SESSION_COOKIE_NAME']}={said}"


def measure(every: Sequence[Case], servers: dict[str, Server], rounds: int) -> None:
    """Ask everybody in turn."""
    clients = {name: server.client() for name, server in servers.items()}
    every = [case for case in every if case.server in servers]
    for case in every:  # once for templates, connections and the cache
        status = _asked(clients[case.server], case, 3)
        if status not in {200, 304} or (status == 304) != ("304" in case.name):
            raise RuntimeError(f"{case.name}: {status}")
    for _ in range(rounds):
        for case in every:
            server, client = servers[case.server], clients[case.server]
            before = server.spent()
            _asked(client, case, case.count)
            case.costs.append((server.spent() - before) / case.count)


def measure_at_once(every: Sequence[Case], servers: dict[str, Server], rounds: int, seconds: int) -> None:
    """Ask everybody in turn, on many connections at a time."""
    every = [case for case in every if case.server in servers and case.before is None]
    for _ in range(rounds):
        for case in every:
            server = servers[case.server]
            server.client().get(case.path, **case.headers)  # once, since the edition may have risen
            before = server.spent()
            count, _ = house.by_wrk(server, case.path, AT_ONCE, seconds, **case.headers)
            case.costs.append((server.spent() - before) / count)


def _asked(client: house.Client, case: Case, times: int) -> int:
    status = 0
    try:
        for _ in range(times):
            path = case.path.format(word=next(case.words))
            if case.before is not None:
                case.before()
            status, _, _ = client.get(path, **case.headers)
    except OSError as error:
        raise RuntimeError(f"{case.name}: the server {case.server} is gone") from error
    return status


def multiple(case: Case, by_name: dict[str, Case]) -> float:
    """How many times the case beside it *case* costs: the median over the rounds."""
    other = by_name[case.beside]
    return statistics.median(one / two for one, two in zip(case.costs, other.costs, strict=True))


def run(count: int, rounds: int, seconds: int, folder: Path) -> dict[str, Any]:
    """All cases at one size."""
    room = folder / f"room-{count}"
    room.mkdir()
    page = house.furnish(room, count)
    desk = desk_cookie(room)
    loads = [os.getloadavg()[0]]
    with ExitStack() as stack:
        servers: dict[str, Server] = {
            "trivial": stack.enter_context(house.trivial(room)),
            "kept": stack.enter_context(house.pressroom(room, page_cache_mb=32)),
            "made": stack.enter_context(house.pressroom(room, page_cache_mb=0)),
        }
        bodies = {name: servers[name].client().get(page)[1] for name in ("trivial", "kept")}
        file = stack.enter_context(house.nginx(folder / "nginx", bodies["kept"]))
        if file is not None:
            servers["nginx"] = file
        every = [case for case in cases(page, desk, room) if case.server in servers]
        cold = servers["kept"].started_in, servers["kept"].spent() / 1e6
        measure(every, servers, rounds)
        at_once = [replace(case, costs=[]) for case in every]
        if house.has_wrk():
            measure_at_once(at_once, servers, rounds, seconds)
        memory = {name: round(servers[name].private(), 1) for name in servers}
    loads.append(os.getloadavg()[0])
    return circumstances(count, rounds, loads) | {
        "cold start": {"seconds on the wall": round(cold[0], 2), "seconds of the processor": round(cold[1], 2)},
        "private megabytes": memory,
        "rows": rows(every),
        "at once": rows(at_once),
    }


def rows(every: Sequence[Case]) -> list[dict[str, Any]]:
    """What was measured, as it is recorded."""
    by_name = {case.name: case for case in every}
    return [
        {
            "case": case.name,
            "microseconds": round(case.cost, 1),
            "beside": case.beside,
            "multiple": round(multiple(case, by_name), 5) if case.beside in by_name else None,
            "goal": case.goal,
        }
        for case in every
        if case.costs
    ]


def circumstances(count: int, rounds: int, loads: Sequence[float]) -> dict[str, Any]:
    """When, where, how much."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="minutes"),
        "releases and clips": count,
        "rounds": rounds,
        "machine": f"Python {platform.python_version()}, {os.cpu_count()} processors",
        "load": [round(load, 1) for load in loads],
    }


def table(found: dict[str, Any]) -> str:
    """*found* as Markdown."""
    tables = {"rows": "one reader", "at once": f"{AT_ONCE} readers at once"}
    said = [
        f"{name}: {value}" for name, value in found.items() if name not in {"releases and clips", "processes", *tables}
    ]
    lines = [f"## {found['releases and clips']:,} releases and as many clips", "", *(f"- {line}" for line in said), ""]
    for name, readers in tables.items():
        lines += _rows(found[name], readers)
    return "\n".join(lines)


def _rows(found: Sequence[dict[str, Any]], readers: str) -> list[str]:
    if not found:
        return []
    lines = [f"| {readers} | µs | multiple of | × | goal | |", "|---|---:|---|---:|---:|---|"]
    for row in found:
        times = "" if row["multiple"] is None else f"{row['multiple']:.3g}"
        goal = f"≤ {row['goal']:.3g}" if row["goal"] and times else ""
        met = "" if not goal else "met" if row["multiple"] <= row["goal"] else "**not met**"
        lines.append(f"| {row['case']} | {row['microseconds']:,.0f} | {row['beside']} | {times} | {goal} | {met} |")
    return [*lines, ""]


def main() -> None:
    """Measure, print, and record if told where."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="1000", help="releases, and clips, with commas: 1000,100000")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=1, help="for which wrk asks in each round")
    parser.add_argument("--record", type=Path, help="the beginning of the names of two files, .json and .md")
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="pressroom-pages-"))
    folder.chmod(0o755)
    try:
        found = [run(int(size), chosen.rounds, chosen.seconds, folder) for size in chosen.sizes.split(",")]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    text = "\n".join(map(table, found))
    print(text)
    if chosen.record:
        chosen.record.with_suffix(".json").write_text(json.dumps(found, indent=1) + "\n")
        chosen.record.with_suffix(".md").write_text(text)


if __name__ == "__main__":
    main()
