"""The figures of a run as text: tables in Markdown, and the goals beside what was measured.

``python -m benchmarks.tables benchmarks/results/100k.json`` prints those of a recorded run, with ``--goals`` only the
first of them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

AIMED_AT = 100_000  # documents
SLOWEST = 5  # bad inputs that are named


def rendered(report: dict[str, Any]) -> str:
    """All tables."""
    return "\n\n".join(
        [
            overview(report),
            "### Full: total, twenty rows with headline and snippet marked, four facets\n\n" + _times(report, "full"),
            "### Search: total, twenty ids, four facets\n\n" + _times(report, "search"),
            "### By the clock\n\n" + _wall(report),
            "### Asked for the first time\n\n" + _first(report),
            "### Index\n\n" + _index(report),
            "### Saving one document\n\n" + _saving(report),
            *(["### Bad input\n\n" + _bad(report["bad_input"])] if "bad_input" in report else []),
            "### The same answers\n\n" + _agreement(report),
        ]
    )


def overview(report: dict[str, Any]) -> str:
    """What was run, and the goals."""
    note = "" if report["documents"] >= AIMED_AT else f"They are those of {AIMED_AT:,} documents.\n\n"
    return f"{_head(report)}\n\n### Goals\n\n{note}{_goals(report['goals'])}"


def goals(report: dict[str, Any]) -> list[dict[str, Any]]:
    """What was aimed at for this size, what was measured, and whether it was reached. Ratios of one run."""
    count = report["documents"]
    if "pressroom" not in report["engines"]:
        return []
    found: list[dict[str, Any]] = []

    def goal(text: str, measured: float, sense: str, limit: float, unit: str = "×") -> None:
        met = measured <= limit if sense == "≤" else measured >= limit
        row = {"goal": text, "measured": measured, "sense": sense, "limit": limit, "unit": unit, "met": met}
        found.append(row)

    large = count >= 1_000_000
    full = report["times"]["again"]["full"]["all"]
    ours = full["pressroom"]["cpu"]
    if "tantivy" in full:
        theirs = full["tantivy"]["cpu"]
        goal("full, p50, of tantivy's", ours[0] / theirs[0], "≤", 1.3 if large else 1.0)
        goal("full, p95, of tantivy's", ours[1] / theirs[1], "≤", 1.3 if large else 1.2)
    if "fts5" in full:
        goal("full, p95, faster than FTS5", full["fts5"]["cpu"][1] / ours[1], "≥", 50 if large else 20)
    if "whoosh" in full:
        row = full["whoosh"]
        goal("full, p50, faster than Whoosh as documented", row["cpu"][0] / row["first_engine_cpu"][0], "≥", 200)
    built = report["build"]
    for stock in ("whoosh", "whoosh-tuned"):
        if stock in built:
            speed = built["pressroom"]["documents_per_cpu_s"] / built[stock]["documents_per_cpu_s"]
            goal(f"build, documents per CPU second, of {stock}'s", speed, "≥", 2)
    if large:
        goal("build, CPU minutes", built["pressroom"]["cpu_s"] / 60, "≤", 45, "min")
    else:
        goal("opening, CPU", report["open"]["pressroom"]["cpu_ms"], "≤", 500, "ms")
    refresh = report["save"]["pressroom"]["refresh_cpu"][0]
    goal("refresh after a commit, CPU p50", refresh, "≤", 100 if large else 10, "ms")
    if not large:
        slowest = max(row["most"] for row in report["bad_input"].values())
        goal("bad input, the slowest, CPU", slowest, "≤", 50, "ms")
    return found


def _head(report: dict[str, Any]) -> str:
    machine, load = report["machine"], report["load"]
    engines = "\n".join(f"- **{name}**: {about}" for name, about in report["engines"].items())
    return (
        f"## {report['documents']:,} documents\n\n"
        f"{machine['when']}, engine at {machine['commit']}, Python {machine['python']}, {machine['system']}, "
        f"{machine['processors']} × {machine['processor']}. Load average at the beginning {load['begin']}, built "
        f"{load['built']}, asked {load['asked']}, at the end {load['end']}. Rounds: {report['rounds']}.\n\n{engines}"
    )


def _goals(goals: Iterable[dict[str, Any]]) -> str:
    return _table(
        ["", "goal", "measured", ""],
        (
            [
                row["goal"],
                f"{row['sense']} {_number(row['limit'])} {row['unit']}",
                f"{_number(row['measured'])} {row['unit']}",
                "met" if row["met"] else "**missed**",
            ]
            for row in goals
        ),
    )


def _times(report: dict[str, Any], measure: str) -> str:
    groups = report["times"]["again"][measure]
    names = list(report["engines"])
    rows = []
    for group, engines in groups.items():
        cells = [group]
        for name in names:
            row = engines[name]
            p50, p95, p99 = row["cpu"]
            cell = f"{_number(p50)} / {_number(p95)} / {_number(p99)}"
            if name != names[0]:
                ours = row["first_engine_cpu"]
                cell += f" ({_number(p50 / ours[0])}× / {_number(p95 / ours[1])}×)"
            cells.append(cell)
        rows.append(cells)
    asked = {name: groups["all"][name]["questions"] for name in report["asked_once"]}
    once = "; ".join(f"{name}, {questions} questions" for name, questions in asked.items())
    note = f" Asked once because they are slow at this size: {once}; × is of the same questions." if once else ""
    return (
        "CPU milliseconds, p50 / p95 / p99; in brackets how many times those of the first at p50 and p95."
        + note
        + "\n\n"
        + _table(["class", *names], rows)
    )


def _wall(report: dict[str, Any]) -> str:
    rows = [
        [measure, *(_triple(report["times"]["again"][measure]["all"][name]["wall"]) for name in report["engines"])]
        for measure in ("search", "full")
    ]
    return "Milliseconds, p50 / p95 / p99, all classes; the load of the machine counts here.\n\n" + _table(
        ["", *report["engines"]], rows
    )


def _first(report: dict[str, Any]) -> str:
    names = list(report["engines"])
    rows = [
        [measure, *(_triple(report["times"]["first"][measure]["all"][name]["cpu"]) for name in names)]
        for measure in ("search", "full")
    ]
    return (
        "CPU milliseconds, p50 / p95 / p99, all classes, each question for the first time after opening "
        "(*search* is asked before *full*).\n\n" + _table(["", *names], rows)
    )


def _index(report: dict[str, Any]) -> str:
    rows = []
    for name, built in report["build"].items():
        opened = report["open"][name]
        rows.append(
            [
                name,
                f"{built['cpu_s']:,.1f}",
                f"{built['documents_per_cpu_s']:,.0f}",
                f"{built['bytes'] / 1e6:,.1f}",
                _grown(built["memory"], {"whole": 0, "private": 0}),
                _number(opened["cpu_ms"]),
                _grown(opened["opened_memory"], opened["before_memory"]),
                _grown(opened["asked_memory"], opened["before_memory"]),
            ]
        )
    heads = ["", "build, CPU s", "documents per CPU s", "MB on disk", "process when built, MB"]
    heads += ["opening, CPU ms", "grown by opening, MB", "grown by asking everything, MB"]
    return (
        "Memory is resident memory, in brackets what of it is in no file. PostgreSQL's is that of the process "
        "which asks and the server's process for it, with what that touched of the shared buffers.\n\n"
        + _table(heads, rows)
    )


def _grown(after: dict[str, int], before: dict[str, int]) -> str:
    whole, private = ((after[part] - before[part]) / 1e6 for part in ("whole", "private"))
    return f"{whole:,.0f} ({private:,.0f})"


def _saving(report: dict[str, Any]) -> str:
    rows = [
        [name, *(" / ".join(map(_number, row[key])) for key in ("save_cpu", "save_wall", "refresh_cpu"))]
        for name, row in report["save"].items()
    ]
    return "Milliseconds, p50 / p95 of twenty, one after the other. Saved is what outlives a crash.\n\n" + _table(
        ["", "add and commit, CPU", "add and commit, clock", "refresh, CPU"], rows
    )


def _bad(found: dict[str, dict[str, float]]) -> str:
    slowest = sorted(found.items(), key=lambda item: -item[1]["most"])[:SLOWEST]
    return (
        f"pressroom, CPU milliseconds of a page with rows, marks and *did you mean*, the slowest {SLOWEST} of "
        f"{len(found)}.\n\n"
        + _table(["", "first time", "slowest time"], ([n, _number(r["first"]), _number(r["most"])] for n, r in slowest))
    )


def _agreement(report: dict[str, Any]) -> str:
    rows = (
        [name, f"{row['totals']} of {row['questions']}", f"{row['facets']} of {row['totals']}"]
        for name, row in report["agreement"].items()
    )
    return _table(["", "questions with the same total", "of them with the same facet counts"], rows)


def _triple(values: Sequence[float]) -> str:
    return " / ".join(map(_number, values))


def _number(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def main(arguments: Sequence[str]) -> None:
    """Print the tables of recorded runs."""
    shown = overview if "--goals" in arguments else rendered
    names = [name for name in arguments if name != "--goals"]
    print("\n\n".join(shown(json.loads(Path(name).read_text("utf-8"))) for name in names))


if __name__ == "__main__":
    main(sys.argv[1:])
