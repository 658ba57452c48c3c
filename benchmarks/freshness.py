"""Is what the page cache answers ever stale, or early? Two workers, a writer in a process of its own, readers.

    python -m benchmarks.freshness --edits 3000 --lifts 200

The writer numbers a release and commits; a reader that begins to ask after the commit must be shown that number or a
later one, by every process, on the page and in the feed. Lifts follow one another: before its instant a release is
nowhere, and whoever asks after it is shown it. Both sides read one clock, that of this machine.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing as mp
import re
import statistics
import tempfile
import threading
import time
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from benchmarks import house
from pressroom import publishing
from pressroom.application import create_app
from pressroom.kit import clock
from pressroom.kit.db import db
from pressroom.kit.settings import SettingRow
from pressroom.releases import actions as releases
from pressroom.releases.models import Release
from pressroom.releases.rules import ReleaseKind

NUMBER, LIFTED = re.compile(rb"Edit no\. (\d+)"), re.compile(rb"Lift no\. (\d+)")
READERS = 4
TOLD = 5
SEARCH = "/search?q=edit"


@dataclass
class Found:
    """What the readers saw.

    Attributes:
        stale: answers older than what was committed before they were asked for.
        early: answers with what was not public yet when they had arrived.
        late: answers without what was public when they were asked for.
        mixed: answers that are of two editions at once.
        told: the first few of the wrong ones: where, when, what was owed and what was shown.
        visible: milliseconds from a commit to the first answer that shows it, by address.
    """

    answers: int = 0
    edits: int = 0
    lifts: int = 0
    stale: int = 0
    early: int = 0
    late: int = 0
    mixed: int = 0
    failed: int = 0
    told: list[dict[str, Any]] = field(default_factory=list)
    visible: dict[str, list[float]] = field(default_factory=dict)


def is_late(owed: Iterable[int], shown: Collection[int]) -> bool:
    """Whether a list of the newest lacks one that it owes.

    What is older than all that it shows was pushed out by newer ones, which may be of the second that began while the
    request was under way; what is missing between them, or is newer than all of them, is late.

    Args:
        owed: numbers of what was committed, and public, when the list was asked for; the later lift has the higher.
        shown: the numbers in the list.
    """
    oldest = min(shown, default=0)
    return any(number >= oldest and number not in shown for number in owed)


def write(folder: Path, edits: int, lifts: int, apart: float, done: Any, instants: Any, begin: Any) -> None:
    """The writer: *edits* changes of one release, and *lifts* releases that become public on the way."""
    app = create_app(folder, {"secret_key": "x" * 40})
    with app.app_context(), publishing.as_staff():
        release_id = _first(app)
    apart_by = edits_apart(edits, lifts)
    begin.wait()
    for number in range(1, edits + 1):
        with app.app_context(), publishing.as_staff():
            _edit(release_id, number)
            if number % apart_by == 0 and number // apart_by <= lifts:
                _lift(number // apart_by, instants)
            db.session.commit()
        done.value = number
        time.sleep(apart)
    time.sleep(1.5)  # for the last lifts
    done.value = -1


def edits_apart(edits: int, lifts: int) -> int:
    """With how many edits one release that is to become public is committed; the second with twice as many."""
    return max(1, edits // lifts) if lifts else edits + 1


def _edit(release_id: int, number: int) -> None:
    """The same words where every page and every feed has them, and on one release."""
    words = f"Edit no. {number}"
    db.session.execute(update(Release).where(Release.id == release_id).values(headline=words))
    for name in ("organisation_name", "organisation_short_name"):
        db.session.merge(SettingRow(name=name, value=words))


def _first(app: Any) -> int:
    found = db.session.scalars(select(Release).order_by(Release.public_from.desc())).all()
    return next(one.id for one in found if one.is_public(clock.now()))


def _lift(number: int, instants: Any) -> None:
    now = clock.now()
    at = (now + timedelta(milliseconds=700)).replace(microsecond=0) + timedelta(seconds=1)
    made = releases.create(by=None, now=now, kind=ReleaseKind.RESEARCH, headline=f"Lift no. {number}", body="Now.")
    releases.schedule(made, by=None, now=now, at=at, embargoed=True, zone="UTC")
    instants[number] = at.timestamp()


def read(port: int, addresses: list[str], done: Any, instants: Any, found: Found, lock: threading.Lock) -> None:
    """A reader: asks one address after the other until the writer is done."""
    client, turn, turns = house.Client(port, {"Accept-Encoding": "identity"}), 0, len(addresses)
    apart_by = edits_apart(found.edits, found.lifts)
    while (committed := done.value) >= 0:
        address = addresses[turn % turns]
        turn += 1
        known = list(instants)
        asked = time.time()
        try:
            status, body, _ = client.get(address)
        except OSError:
            status, body = 599, b""
        arrived = time.time()
        shown = {int(number) for number in NUMBER.findall(body)}
        lifted = {int(number) for number in LIFTED.findall(body)}
        # With one address it is a release that is asked for, which lists no others.
        public = [n for n, at in enumerate(known[: committed // apart_by + 1]) if 0 < at <= asked]
        owed = public if turns > 1 and status == 200 else []
        with lock:
            found.answers += 1
            found.failed += status != 200
            found.stale += (stale := status == 200 and min(shown, default=0) < committed)
            found.mixed += (mixed := len(shown) > 1)
            found.early += (early := sum(1 for number in lifted if instants[number] > arrived))
            found.late += (late := is_late(owed, lifted))
            if (stale or mixed or early or late) and len(found.told) < TOLD:
                said = {"address": address, "asked": asked, "arrived": arrived, "committed": committed}
                said |= {"shown": sorted(shown), "owed": owed[-20:], "lifted": sorted(lifted)}
                found.told.append(said | {"instants": {n: at for n, at in enumerate(known) if at}})


def run(edits: int, lifts: int, *, apart: float = 0.005, folder: Path | None = None) -> Found:
    """Everything once; the press room is made in *folder*."""
    with tempfile.TemporaryDirectory() as made:
        room = folder or Path(made)
        address = house.furnish(room, 0)
        addresses = [address, "/", "/feeds/releases.rss", "/releases/"]
        context = mp.get_context("spawn")
        done, instants, begin = context.Value("l", 0), context.Array("d", lifts + 1), context.Event()
        writer = context.Process(target=write, args=(room, edits, lifts, apart, done, instants, begin))
        writer.start()
        found, lock = Found(edits=edits, lifts=lifts), threading.Lock()
        with house.pressroom(room, workers=2) as server:
            readers = [
                threading.Thread(
                    target=read,
                    args=(server.port, addresses[:1] if n % 2 else addresses[1:], done, instants, found, lock),
                )
                for n in range(READERS)
            ]
            begin.set()
            for reader in readers:
                reader.start()
            writer.join()
            for reader in readers:
                reader.join()
            if writer.exitcode:
                raise RuntimeError("the writer failed")
            found.visible = visible(room, server)
        return found


def visible(room: Path, server: house.Server, times: int = 30) -> dict[str, list[float]]:
    """From a commit to the first answer that shows it, on four connections, so that both processes are asked."""
    app = create_app(room, {"secret_key": "x" * 40})
    with app.app_context(), publishing.as_staff():
        release_id, told = _first(app), {}
        address = db.session.get_one(Release, release_id).address
    pages = {"page": address, "feed": "/feeds/releases.rss", "search": SEARCH}
    for name, page in pages.items():
        clients = [server.client() for _ in range(4)]
        for client in clients:
            client.get(page)
        told[name] = []
        for number in range(times):
            word = f"Edit no. {10**6 + number}"
            with app.app_context(), publishing.as_staff():
                release = db.session.get_one(Release, release_id)
                releases.edit(release, by=None, now=clock.now(), headline=word)
                db.session.commit()
            begun = time.perf_counter()
            for client in clients:
                while _gone(client, page, str(10**6 + number)):
                    continue
            told[name].append((time.perf_counter() - begun) * 1000)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return told


def _gone(client: house.Client, page: str, number: str) -> bool:
    body = client.get(page, Accept_Encoding="identity")[1]
    return number.encode() not in re.sub(rb"</?mark[^>]*>", b"", body)


def main() -> None:
    """Run, print, and record if told where."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--edits", type=int, default=3000)
    parser.add_argument("--lifts", type=int, default=200)
    parser.add_argument(
        "--apart", type=float, default=0.005, help="seconds from one edit to the next: 2 leaves it to time"
    )
    parser.add_argument("--record", type=Path)
    chosen = parser.parse_args()
    found = run(chosen.edits, chosen.lifts, apart=chosen.apart)
    medians = {name: round(statistics.median(times), 1) for name, times in found.visible.items()}
    said = asdict(found) | {"visible": medians}
    print(json.dumps(said, indent=1))
    if chosen.record:
        chosen.record.write_text(json.dumps(said, indent=1) + "\n")
    if found.stale or found.early or found.late or found.mixed or found.failed:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
