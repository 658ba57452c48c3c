"""Search, compared with other engines in one run: ``python -m benchmarks.search --size 10k``.

Each engine indexes the same made-up archive and is asked the same 210 questions, one engine after the other for
each question, so that a noisy moment hits all alike. Milliseconds are of the processor, warm; compare within one run.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import corpus
from benchmarks.engines import Compared, available

SIZES = {"10k": 10_000, "100k": 100_000, "1M": 1_000_000}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run, print the tables, and write them as JSON."""
    options = _options(arguments)
    count = SIZES.get(options.size) or int(options.size)
    cases = corpus.cases(list(islice(corpus.documents(count), 2_000)))
    print(f"{count:,} documents, {len(cases)} questions; Python {platform.python_version()}, load {os.getloadavg()}")
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        chosen = [kind for kind in available() if not options.engines or kind.name in options.engines.split(",")]
        engines = [kind(Path(folder) / kind.name) for kind in chosen]
        built = {engine.name: _build(engine, count, Path(folder) / engine.name) for engine in engines}
        times, totals = _ask(engines, cases, options.rounds)
    report = {
        "size": count,
        "python": platform.python_version(),
        "load": os.getloadavg(),
        "rounds": options.rounds,
        "build": built,
        "groups": _groups(engines, cases, times),
    }
    _print(report, [engine.name for engine in engines])
    _differences(totals)
    if options.json:
        Path(options.json).write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="10k", help="10k, 100k, 1M, or a number of documents")
    parser.add_argument("--rounds", type=int, default=5, help="how often each question is asked, after one to warm up")
    parser.add_argument("--engines", default="", help="some of pressroom,whoosh,fts5,tantivy")
    parser.add_argument("--json", default="", help="a file for the figures")
    parser.add_argument("--folder", default=None, help="where the indexes are made for the time of the run")
    return parser.parse_args(arguments)


def _build(engine: Compared, count: int, folder: Path) -> dict[str, float]:
    drawn = list(corpus.documents(count))  # drawing is not what is measured
    begun = time.process_time()
    engine.build(drawn)
    seconds = time.process_time() - begun
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(
        f"  {engine.name}: {seconds:.1f} s, {count / seconds:,.0f} documents a second, {size / 1e6:.1f} MB", flush=True
    )
    return {"seconds": seconds, "documents_per_second": count / seconds, "megabytes": size / 1e6}


def _ask(
    engines: Sequence[Compared], cases: Sequence[corpus.Case], rounds: int
) -> tuple[dict[str, list[float]], dict[str, list[int]]]:
    """For each engine the best milliseconds of each question, and its total."""
    times: dict[str, list[float]] = {engine.name: [] for engine in engines}
    totals: dict[str, list[int]] = {engine.name: [] for engine in engines}
    for case in cases:
        best = dict.fromkeys(times, float("inf"))
        for turn in range(rounds + 1):
            for engine in engines:
                begun = time.process_time_ns()
                total = engine.ask(case)
                spent = (time.process_time_ns() - begun) / 1e6
                if turn == 0:
                    totals[engine.name].append(total)
                else:
                    best[engine.name] = min(best[engine.name], spent)
        for name, spent in best.items():
            times[name].append(spent)
    return times, totals


def _groups(
    engines: Sequence[Compared], cases: Sequence[corpus.Case], times: dict[str, list[float]]
) -> dict[str, dict[str, tuple[float, float]]]:
    groups = {}
    for group in [*dict.fromkeys(case.group for case in cases), "all"]:
        places = [n for n, case in enumerate(cases) if group in (case.group, "all")]
        groups[group] = {
            engine.name: tuple(np.percentile(np.array(times[engine.name])[places], (50, 95)).round(3).tolist())
            for engine in engines
        }
    return groups


def _print(report: dict[str, Any], names: Sequence[str]) -> None:
    print("\nCPU milliseconds, p50 / p95; × is how much slower than the first")
    print(f"{'':10}" + "".join(f"{name:>30}" for name in names))
    for group, row in report["groups"].items():
        ours = row[names[0]]
        line = f"{group:10}"
        for name in names:
            p50, p95 = row[name]
            line += f"{p50:>9.2f} /{p95:8.2f} {p50 / ours[0]:5.1f}×{p95 / ours[1]:4.1f}×"
        print(line)


def _differences(totals: dict[str, list[int]]) -> None:
    """Engines stem and cut words a little differently, so totals differ a little; say by how much."""
    first, *others = totals
    for other in others:
        same = sum(a == b for a, b in zip(totals[first], totals[other], strict=True))
        print(f"the totals of {other} are those of {first} in {same} of {len(totals[first])} questions")


if __name__ == "__main__":
    main()
