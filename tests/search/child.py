"""A process of a press room without rooms, for the tests that kill one or let several work at once.

Its thing number n is a clip with the headline "gene n"; what the
database says of them is the same in every process.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import NoReturn

from whoosh.writing import SegmentWriter

from pressroom import search
from pressroom.search.documents import Document
from pressroom.search.engines import whoosh_checksums
from pressroom.search.engines.whoosh_codec import TermsWriter
from pressroom.search.engines.whoosh_files import Files
from tests import apart
from tests.search.conftest import NOW, make_app

THINGS = 60


def thing(number: int) -> Document:
    return Document(kind="clip", id=number, headline=f"gene {number}", body="therapy " * 20, published=NOW)


def load(ids: Sequence[int]) -> Iterable[Document]:
    return [thing(number) for number in ids if 0 < number <= THINGS]


def die(*_args: object) -> NoReturn:
    """As when the power goes: nothing is tidied up."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("not reached")


def drain_all() -> None:
    while search.drain(now=NOW, limit=7, wait=30):
        pass


DEATHS: dict[str, tuple[object, str]] = {
    "while it writes words": (TermsWriter, "add_postings"),
    "before the table of contents": (SegmentWriter, "_commit_toc"),
    "after the table of contents": (whoosh_checksums, "note"),
    "before it takes over": (Files, "take_over"),
}
TASKS: dict[str, Callable[[], object]] = {
    "drain": drain_all,
    "rebuild": search.rebuild,
    "rebuild half": lambda: search.rebuild(die),
}


def work(instance: Path, task: str, death: str = "") -> None:
    """What a process of its own does, as long as it lives.

    Args:
        task: of TASKS.
        death: of DEATHS: where it is killed.
    """
    app = make_app(instance, {})
    search.register("clip", load=load, ids=lambda: range(1, THINGS + 1), newest=lambda _wanted: ())
    if death:
        where, name = DEATHS[death]
        assert hasattr(where, name)
        setattr(where, name, die)
    with app.app_context():
        TASKS[task]()


def start(instance: Path, task: str, death: str = "") -> BaseProcess:
    """Have it worked by a process of its own."""
    return apart.start(work, instance, task, death)
