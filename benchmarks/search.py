"""Search, compared with other engines in one run: ``python -m benchmarks.search --size 10k``.

Every engine lives in a process of its own and indexes the same made-up archive, which is drawn once and streamed
to all; they build side by side. Then all are asked the same 210 questions. For each question one engine is asked
after the other, and nobody else works meanwhile, so that a noisy moment hits all alike. Compare within one run.

Asked are ``search`` (total, the first twenty ids, four facets with up to a hundred values each) and ``full`` (the
same with the twenty rows, headline and snippet marked). Each round goes through all questions before the next one
begins; of a question the median of its rounds counts. The round before, in which every word is new, is told apart.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks import corpus, tables
from benchmarks.bad_input import bad_input
from benchmarks.engines import Answer, available, kind
from benchmarks.rows import Rows
from benchmarks.worker import Spent, Worker
from pressroom.search.documents import Document

SIZES = {"10k": 10_000, "100k": 100_000, "1M": 1_000_000}
BATCH = 1_000
SAMPLE = 4  # questions of each class for an engine that is slow at this size
PER_CLASS = 21
SAVES = 20
MEASURES = ("search", "full")
PERCENTILES = (50, 95, 99)
Times = dict[tuple[str, str], dict[int, list[Spent]]]  # by measure and engine: question → its rounds


def main(arguments: Sequence[str] | None = None) -> None:
    """Run, print the tables, and record them."""
    options = _options(arguments)
    report = run(SIZES.get(options.size) or int(options.size), options.engines, options.rounds, options.folder)
    print(tables.rendered(report))
    if options.record:
        Path(f"{options.record}.json").write_text(json.dumps(report) + "\n", encoding="utf-8")
        Path(f"{options.record}.md").write_text(tables.rendered(report) + "\n", encoding="utf-8")


def run(
    count: int, names: Sequence[str], rounds: int, folder: str | None = None, per_class: int = PER_CLASS
) -> dict[str, Any]:
    """Build, ask, save; gives all figures.

    Args:
        count: how many documents.
        names: of the engines; the others are compared with the first one.
        rounds: how often each question is asked, after the first time.
        folder: where the indexes are made for the time of the run.
        per_class: questions of each class that are asked.
    """
    report: dict[str, Any] = {"documents": count, "rounds": rounds, "machine": _machine(), "load": {}}
    _note_load(report, "begin")
    with tempfile.TemporaryDirectory(dir=folder) as place, ExitStack() as stack:
        home = Path(place)
        report["build"], sample = _build(names, count, home)
        _note_load(report, "built")
        cases = corpus.cases(sample)
        cases = [cases[number] for number in sorted(_first_of_each(cases, per_class))]
        workers = {name: Worker(name, home / name) for name in names}
        for worker in workers.values():
            stack.callback(worker.stop, "remove")
        report["open"] = {name: _open(worker) for name, worker in workers.items()}
        report["engines"] = {name: worker.value("about") for name, worker in workers.items()}
        first, again, answers = _ask(workers, cases, rounds, count)
        for name, worker in workers.items():
            report["open"][name]["asked_memory"] = worker.memory()
        _note_load(report, "asked")
        report["times"] = {
            "first": _summed_up(first, cases, names),
            "again": _summed_up({key: again.get(key) or first[key] for key in first}, cases, names),
        }
        report["asked_once"] = [name for name in names if not again["full", name]]
        report["agreement"] = {name: _agreement(cases, answers[names[0]], answers[name]) for name in names[1:]}
        if "pressroom" in workers:
            report["bad_input"] = _bad_input(workers["pressroom"], rounds)
        later = corpus.documents(SAVES, seed=17, first=count + 1)
        report["save"] = _save(workers, list(later))
        _note_load(report, "end")
    report["goals"] = tables.goals(report)
    return report


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="10k", help="10k, 100k, 1M, or a number of documents")
    parser.add_argument("--rounds", type=int, default=5, help="how often each question is asked after the first time")
    parser.add_argument("--engines", type=_names, default=available(), help=f"some of {','.join(available())}")
    parser.add_argument("--record", default="", help="a name: figures go to NAME.json, tables to NAME.md")
    parser.add_argument("--folder", default=None, help="where the indexes are made for the time of the run")
    return parser.parse_args(arguments)


def _names(text: str) -> list[str]:
    chosen = text.split(",")
    if missing := set(chosen) - set(available()):
        raise argparse.ArgumentTypeError(f"cannot run here: {', '.join(sorted(missing))}")
    return chosen


def _batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    rest = iter(documents)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _build(names: Sequence[str], count: int, home: Path) -> tuple[dict[str, Any], list[Document]]:
    """Index the archive, a thousand documents at a time; gives what it cost, and the first documents.

    The engines build side by side: it is the processor's time that is compared.
    """
    workers = [Worker(name, home / name) for name in names]
    spent: dict[str, list[Spent]] = {name: [] for name in names}
    sample: list[Document] = []
    rows = Rows(home)
    rows.begin()
    for worker in workers:
        worker.call("begin")
    for number, batch in enumerate(_batches(corpus.documents(count))):  # drawn while the one before is built
        for worker in workers if number else ():
            spent[worker.name].append(worker.end()[1])
        for worker in workers:
            worker.begin("add", batch)
        rows.add(batch)
        sample += batch[: max(0, 2_000 - len(sample))]
        if number and number % 50 == 0:
            print(f"  {number * BATCH:,} documents", flush=True)
    for worker in workers:
        spent[worker.name].append(worker.end()[1])
    rows.close()
    built = {}
    for worker in workers:
        worker.begin("finish")
    for worker in workers:
        spent[worker.name].append(worker.end()[1])
        cpu, wall = (sum(getattr(one, part) for one in spent[worker.name]) / 1e3 for part in ("cpu", "wall"))
        size = worker.call("bytes")[0]
        built[worker.name] = {"cpu_s": cpu, "wall_s": wall, "documents_per_cpu_s": count / cpu, "bytes": size}
        built[worker.name]["memory"] = worker.memory()
        worker.stop()
        print(f"  {worker.name}: {cpu:.1f} s, {count / cpu:,.0f} documents a second, {size / 1e6:.1f} MB", flush=True)
    return built, sample


def _open(worker: Worker) -> dict[str, Any]:
    before = worker.memory()
    _, spent = worker.call("open")
    elsewhere = worker.call("elsewhere")[0] / 1e6
    return {
        "cpu_ms": spent.cpu + elsewhere,
        "wall_ms": spent.wall,
        "before_memory": before,
        "opened_memory": worker.memory(),
    }


def _ask(
    workers: dict[str, Worker], cases: Sequence[corpus.Case], rounds: int, count: int
) -> tuple[Times, Times, dict[str, dict[int, Answer]]]:
    """The first time, the rounds after it, and the answers; an engine that is slow at this size is asked less."""
    first: Times = {(measure, name): {} for measure in MEASURES for name in workers}
    again: Times = {(measure, name): defaultdict(list) for measure in MEASURES for name in workers}
    answers: dict[str, dict[int, Answer]] = {name: {} for name in workers}
    sample, every = _first_of_each(cases, SAMPLE), set(range(len(cases)))
    chosen = {name: sample if kind(name).sample_from <= count else every for name in workers}
    turns = {name: 1 if kind(name).once_from <= count else rounds + 1 for name in workers}
    for turn in range(rounds + 1):
        for measure in MEASURES:
            for number, case in enumerate(cases):
                for name, worker in workers.items():
                    if turn >= turns[name] or number not in chosen[name]:
                        continue
                    answer, spent = worker.call(measure, case)
                    if turn:
                        again[measure, name][number].append(spent)
                    else:
                        first[measure, name][number] = [spent]
                        answers[name][number] = answer
            print(f"  round {turn}: {measure}", flush=True)
    return first, again, answers


def _first_of_each(cases: Sequence[corpus.Case], most: int) -> set[int]:
    """The first *most* questions of each class."""
    seen: dict[str, list[int]] = defaultdict(list)
    for number, case in enumerate(cases):
        seen[case.group].append(number)
    return {number for numbers in seen.values() for number in numbers[:most]}


def _summed_up(times: Times, cases: Sequence[corpus.Case], names: Sequence[str]) -> dict[str, Any]:
    """Percentiles by measure, class and engine; beside them those of the first engine for the same questions."""
    found: dict[str, Any] = {}
    for measure in MEASURES:
        found[measure] = {}
        for group in [*dict.fromkeys(case.group for case in cases), "all"]:
            chosen = [n for n, case in enumerate(cases) if group in (case.group, "all")]
            found[measure][group] = {}
            for name in names:
                asked = [n for n in chosen if n in times[measure, name]]
                found[measure][group][name] = {
                    "questions": len(asked),
                    "cpu": _percentiles(times[measure, name], asked, "cpu"),
                    "wall": _percentiles(times[measure, name], asked, "wall"),
                    "first_engine_cpu": _percentiles(times[measure, names[0]], asked, "cpu"),
                }
    return found


def _percentiles(times: dict[int, list[Spent]], asked: Sequence[int], part: str) -> list[float]:
    middle = [median(getattr(spent, part) for spent in times[number]) for number in asked]
    found: list[float] = np.percentile(middle, PERCENTILES).round(3).tolist()
    return found


def _agreement(cases: Sequence[corpus.Case], ours: dict[int, Answer], theirs: dict[int, Answer]) -> dict[str, int]:
    """In how many questions total and facets are the same: engines stem and cut words a little differently."""
    same = [number for number, answer in theirs.items() if answer.total == ours[number].total]
    facets = sum(_counts(cases[number], theirs[number]) == _counts(cases[number], ours[number]) for number in same)
    return {"questions": len(theirs), "totals": len(same), "facets": facets}


def _counts(case: corpus.Case, answer: Answer) -> dict[str, list[int]]:
    """The counts alone, because of equally frequent values each engine may show others.

    Where an outlet is chosen its facet is left out: ours counts the other outlets too.
    """
    facets = {name: rows for name, rows in answer.facets.items() if name != "outlet" or not case.outlet}
    return {name: sorted(count for value, count in rows if value) for name, rows in facets.items()}


def _bad_input(ours: Worker, rounds: int) -> dict[str, Any]:
    found = {}
    for name, query in bad_input().items():
        asked = [ours.call("page", query)[1].cpu for _ in range(max(rounds, 1))]
        found[name] = {"first": asked[0], "most": max(asked)}
    return found


def _save(workers: dict[str, Worker], documents: Sequence[Document]) -> dict[str, Any]:
    """Save documents one by one; each engine sees what it saved before the next one is given."""
    spent: dict[str, dict[str, list[Spent]]] = {name: {"save": [], "refresh": []} for name in workers}
    for document in documents:
        for name, worker in workers.items():
            spent[name]["save"].append(worker.call("save", document)[1])
            spent[name]["refresh"].append(worker.call("refresh")[1])
    return {
        name: {
            f"{step}_{part}": np.percentile([getattr(one, part) for one in all_], (50, 95)).round(3).tolist()
            for step, all_ in steps.items()
            for part in ("cpu", "wall")
        }
        for name, steps in spent.items()
    }


def _machine() -> dict[str, Any]:
    model = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return {
        "when": datetime.now(UTC).isoformat(timespec="minutes"),
        "commit": _commit(),
        "python": platform.python_version(),
        "system": platform.system(),
        "processors": os.cpu_count(),
        "processor": model[0].partition(":")[2].strip() if model else platform.machine(),
    }


def _commit() -> str:
    """The last one that changed the engine."""
    found = subprocess.run(
        ["git", "log", "-1", "--format=%h", "--", "pressroom/search"], capture_output=True, text=True, check=False
    )
    return found.stdout.strip() or "unknown"


def _note_load(report: dict[str, Any], when: str) -> None:
    report["load"][when] = round(os.getloadavg()[0], 1)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # servers are stopped, files removed
    main()
