"""Beside what people run today: Wagtail on PostgreSQL, Datasette over the archive; and with one process and two.

``make bench-web``. The same content everywhere, one worker each, the servers asked in turn; ``benchmarks/pages.py``
says how costs are counted. Then wrk drives one and two workers in turn. The first run makes an environment for the
peers, which needs the network.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import shutil
import statistics
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks import house, pages, peers
from benchmarks.pages import Case

FACETS = "&".join(f"_facet={name}" for name in ("outlet", "medium", "language", "year"))
WORDS = "genetic risk study disease cancer heart families ancestry screening children research society rare data health"
# Two words at a time, and no two of them twice: what is measured is the first time.
PAIRS = [f"{one}+{two}" for one, two in itertools.combinations(WORDS.split(), 2)]


def cases(page: str) -> list[Case]:
    """What is measured: the peers first, of which ours are multiples."""
    feed, search = "/feeds/releases.rss", "/clips/?q={word}"
    year, slug = page.split("/")[2:4]
    every = [
        Case("Wagtail: page", "wagtail", f"/releases/{year}-{slug}/", 60),
        Case("Wagtail: list", "wagtail", "/releases/", 40),
        Case("Wagtail: feed", "wagtail", feed, 20),
        Case("Wagtail: search, four facets", "wagtail", search, 20),
        Case("Datasette: search, four facets", "datasette", "/archive/clip?_search={word}&_size=20&" + FACETS, 20),
        Case("page, kept", "kept", page, 1500, "Wagtail: page", 1 / 150),
        Case("page, made", "made", page, 120, "Wagtail: page", 1 / 12),
        Case("list, made", "made", "/releases/", 80, "Wagtail: list"),
        Case("feed, made", "made", feed, 60, "Wagtail: feed"),
        Case("search, made, beside Wagtail", "made", search, 20, "Wagtail: search, four facets", 1 / 10),
        Case("search, made, beside Datasette", "made", search, 20, "Datasette: search, four facets", 1 / 10),
    ]
    return [replace(case, words=iter(PAIRS)) if "{word}" in case.path else case for case in every]


def beside_peers(
    room: Path, folder: Path, page: str, releases: int, rounds: int, seconds: int
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows of the tables: of one reader, and of many at once."""
    with ExitStack() as stack:
        servers = {
            "wagtail": stack.enter_context(peers.wagtail(folder / "wagtail", room, releases)),
            "datasette": stack.enter_context(peers.datasette(peers.archive(room, folder / "datasette"))),
            "kept": stack.enter_context(house.pressroom(room, page_cache_mb=32)),
            "made": stack.enter_context(house.pressroom(room, page_cache_mb=0)),
        }
        every = cases(page)
        pages.measure(every, servers, rounds)
        at_once = [replace(case, costs=[]) for case in every if "{word}" not in case.path]
        if house.has_wrk():
            pages.measure_at_once(at_once, servers, rounds, seconds)
    return pages.rows(every), pages.rows(at_once)


def with_processes(room: Path, page: str, rounds: int, seconds: int) -> list[dict[str, Any]]:
    """Answers a second with one worker and with two, by wrk, in turn."""
    if not house.has_wrk():
        return []
    found: dict[tuple[str, int], list[float]] = {}
    with ExitStack() as stack:
        servers = {
            (name, workers): stack.enter_context(house.pressroom(room, workers=workers, page_cache_mb=size))
            for name, size in (("page, made", 0), ("page, kept", 32))
            for workers in (1, 2)
        }
        for _ in range(rounds):
            for key, server in servers.items():
                found.setdefault(key, []).append(house.by_wrk(server, page, pages.AT_ONCE, seconds)[1])
    names = dict.fromkeys(name for name, _ in found)
    return [
        {
            "case": name,
            "one": round(statistics.median(found[name, 1]), 1),
            "two": round(statistics.median(found[name, 2]), 1),
            "multiple": round(statistics.median(b / a for a, b in zip(found[name, 1], found[name, 2], strict=True)), 2),
        }
        for name in names
    ]


def table(found: dict[str, Any]) -> str:
    """*found* as Markdown."""
    lines = [pages.table(found)]
    if found["processes"]:
        lines += ["| answers a second | one worker | two | × (goal ≥ 1.8) |", "|---|---:|---:|---:|"]
        lines += [
            f"| {row['case']} | {row['one']:,} | {row['two']:,} | {row['multiple']} |" for row in found["processes"]
        ]
    return "\n".join([*lines, ""])


def main() -> None:
    """Measure, print, and record if told where."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=100_000, help="clips, and releases of ours")
    parser.add_argument("--releases", type=int, default=500, help="pages that Wagtail gets; each costs it 50 ms to add")
    parser.add_argument("--rounds", type=int, default=4, help="at most 5: then the words are used up")
    parser.add_argument("--seconds", type=int, default=4, help="of each run of wrk")
    parser.add_argument("--record", type=Path, help="the beginning of the names of two files, .json and .md")
    chosen = parser.parse_args()
    peers.install()
    folder = Path(tempfile.mkdtemp(prefix="pressroom-web-"))
    folder.chmod(0o755)
    try:
        room = folder / "room"
        room.mkdir()
        page = house.furnish(room, chosen.size)
        loads = [os.getloadavg()[0]]
        rows, at_once = beside_peers(room, folder, page, chosen.releases, chosen.rounds, chosen.seconds)
        processes = with_processes(room, page, chosen.rounds, chosen.seconds)
        loads.append(os.getloadavg()[0])
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    found = pages.circumstances(chosen.size, chosen.rounds, loads)
    found |= {"rows": rows, "at once": at_once, "processes": processes}
    text = table(found)
    print(text)
    if chosen.record:
        chosen.record.with_suffix(".json").write_text(json.dumps(found, indent=1) + "\n")
        chosen.record.with_suffix(".md").write_text(text)


if __name__ == "__main__":
    main()
