"""This project's engine, from the text that is typed to the page that is shown."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy
import whoosh

from benchmarks.corpus import Case
from benchmarks.engines import FACET_SIZE, FACETS, Answer, InProcess
from benchmarks.rows import Rows
from pressroom.search import language
from pressroom.search.correcting import correction
from pressroom.search.documents import Document, Query
from pressroom.search.engines import Engine, Found, Replacement
from pressroom.search.engines.whoosh_engine import WhooshEngine
from pressroom.search.snippets import shown
from pressroom.search.tree import Leaf, sought


class Asked(InProcess):
    """How an engine of this project is built and asked. It counts two facets more, kind and language."""

    engine: Engine
    _fresh: Replacement

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._building = ExitStack()

    def add(self, documents: Sequence[Document]) -> None:
        """Put *documents* in."""
        self._fresh.add(documents)

    def finish(self) -> None:
        """Let the new index take over."""
        self._fresh.take_over([], [])
        self._building.close()

    def read_rows(self) -> None:
        """Open the table that the page is filled from."""
        self._rows = Rows(self.folder.parent)

    def search(self, case: Case) -> Answer:
        """Read the text and answer it."""
        return _answer(self._found(_query(case))[0])

    def full(self, case: Case) -> Answer:
        """With rows and marks; how the text was read, which no other engine says, is left to ``page``."""
        found, leaves = self._found(_query(case))
        return _answer(found, self._shown(found, leaves))

    def page(self, query: Query) -> int:
        """All that a page needs for *query*, whatever stands in it, and how it was read; gives the total."""
        found, leaves = self._found(query)
        self._shown(found, leaves)
        str(language.parse(query.text).reading)
        correction(self.engine, query, found.total)
        return found.total

    def forget(self) -> None:
        """Forget what was kept of texts: it would be found again in every round."""
        if forget := getattr(language.parse, "cache_clear", None):
            forget()

    def _found(self, query: Query) -> tuple[Found, list[Leaf]]:
        tree = language.parse(query.text).tree
        return self.engine.search(tree, query), list(dict.fromkeys(sought(tree)))

    def _shown(self, found: Found, leaves: list[Leaf]) -> Sequence[tuple[str, str]]:
        rows = self._rows.read([key.id for key in found.keys])
        return shown([(row.headline, row.body) for row in rows], leaves)


class Ours(Asked):
    """On Whoosh's files. Answers that were kept are not used; words and filters are."""

    about = f"files of Whoosh {whoosh.versionstring()}, NumPy {numpy.__version__}; words and filters are kept"
    engine: WhooshEngine

    def begin(self) -> None:
        """As ``pressroom index rebuild`` does."""
        self._fresh = self._building.enter_context(WhooshEngine(self.folder).replacement())

    def open(self) -> None:
        """Read the newest generation."""
        self.engine = WhooshEngine(self.folder)
        self.engine.snapshot()
        self.read_rows()

    def forget(self) -> None:
        """And what was kept of answers."""
        super().forget()
        self.engine.snapshot().answers.clear()

    def save(self, document: Document) -> None:
        """As a drain of the queue does."""
        self.engine.write([document], [])

    def refresh(self) -> None:
        """Read what came."""
        self.engine.snapshot()


def _answer(found: Found, shown: Sequence[tuple[str, str]] = ()) -> Answer:
    return Answer(found.total, [key.id for key in found.keys], {name: found.facets[name] for name in FACETS}, shown)


def _query(case: Case) -> Query:
    """*case* as it is typed and chosen."""
    joined = {
        "and": " AND ".join(case.words),
        "or": " OR ".join(case.words),
        "phrase": f'"{" ".join(case.words)}"',
        "prefix": f"{case.words[0]}*",
    }[case.joined]
    limits = f" NOT {case.without}" if case.without else ""
    return Query(
        text=joined + limits + (f" {case.years[0]}..{case.years[1]}" if case.years else ""),
        outlets=[case.outlet] if case.outlet else [],
        sort="newest" if case.newest else "relevance",
        facet_size=FACET_SIZE,
    )
