"""Whoosh as it comes: with its own files, searcher and highlighter. Two ways: well tuned, and as documented."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import whoosh
from whoosh import fields, highlight
from whoosh import index as indexes
from whoosh import query as q
from whoosh.analysis import StemmingAnalyzer
from whoosh.lang.snowball.english import EnglishStemmer
from whoosh.qparser import QueryParser
from whoosh.sorting import FieldFacet

from benchmarks.corpus import Case
from benchmarks.engines import FACET_SIZE, FACETS, PAGE, Answer, InProcess, everything
from benchmarks.rows import Rows
from pressroom.search.analysis import stem
from pressroom.search.documents import Document

VERSION = whoosh.versionstring()
LIMIT_MB = 256  # what a writer gathers in memory


def _analyzer() -> Any:
    """Every word counts, and the stemmer is one that works: so that all engines find the same."""
    return StemmingAnalyzer(stoplist=None, stemfn=EnglishStemmer().stem, cachesize=-1)


class _Stock(InProcess):
    once_from = sample_from = 30_000

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _create(self, schema: Any) -> None:
        self.folder.mkdir(parents=True)
        self._writer = indexes.create_in(str(self.folder), schema).writer(limitmb=LIMIT_MB)

    def add(self, documents: Sequence[Document]) -> None:
        """Put *documents* in."""
        for document in documents:
            self._writer.add_document(**self._entry(document))

    def finish(self) -> None:
        """One commit."""
        self._writer.commit()

    def open(self) -> None:
        """Open the index and a searcher."""
        self.index = indexes.open_dir(str(self.folder))
        self._searcher = self.index.searcher()

    def save(self, document: Document) -> None:
        """With a writer of its own, as it is documented."""
        writer = self.index.writer()
        writer.add_document(**self._entry(document))
        writer.commit()

    def refresh(self) -> None:
        """Take the newest commit."""
        self._searcher = self._searcher.refresh()

    def _entry(self, document: Document) -> dict[str, Any]:
        raise NotImplementedError


class Tuned(_Stock):
    """Nothing stored: columns, facets counted from lists in memory, trees without its parser, rows from SQLite."""

    about = f"Whoosh {VERSION}, tuned: columns, facets counted from lists in memory, rows from SQLite"

    def begin(self) -> None:
        """Begin a new index."""
        self._create(
            fields.Schema(
                id=fields.COLUMN(whoosh.columns.NumericColumn("i")),
                text=fields.TEXT(analyzer=_analyzer()),
                words=fields.TEXT(phrase=False, analyzer=StemmingAnalyzer(stoplist=None, stemfn=str)),
                outlet=fields.ID(sortable=True),
                medium=fields.ID(sortable=True),
                year=fields.NUMERIC(sortable=True),
                topic=fields.KEYWORD(commas=True, sortable=True),
                published=fields.DATETIME(sortable=True),
            )
        )

    def open(self) -> None:
        """With the columns as lists."""
        super().open()
        self._rows = Rows(self.folder.parent)
        self._read()

    def refresh(self) -> None:
        """And read the columns again."""
        super().refresh()
        self._read()

    def search(self, case: Case) -> Answer:
        """All matches counted, the first twenty found with its limit."""
        return self._answer(case)[0]

    def full(self, case: Case) -> Answer:
        """With its highlighter on the rows."""
        answer, hits = self._answer(case)
        shown = []
        for hit, row in zip(hits, self._rows.read(answer.ids), strict=True):
            shown.append((_whole(hit, row.headline), hit.highlights("text", text=row.body) or row.body[:200]))
        return Answer(answer.total, answer.ids, answer.facets, shown)

    def _read(self) -> None:
        reader = self._searcher.reader()
        self._ids = list(reader.column_reader("id"))
        self._columns = {name: list(reader.column_reader(name)) for name in FACETS}
        self._columns["topic"] = [tuple(filter(None, joined.split(","))) for joined in self._columns["topic"]]

    def _answer(self, case: Case) -> tuple[Answer, Any]:
        asked = _tree(case)
        documents = list(self._searcher.docs_for_query(asked))
        order = {"sortedby": "published", "reverse": True} if case.newest else {}
        hits = self._searcher.search(asked, limit=PAGE, **order)
        facets = {}
        for name, column in self._columns.items():
            values: Iterable[Any] = map(column.__getitem__, documents)
            facets[name] = Counter(chain.from_iterable(values) if name == "topic" else values).most_common(FACET_SIZE)
        return Answer(len(documents), [self._ids[hit.docnum] for hit in hits], facets), hits

    def _entry(self, document: Document) -> dict[str, Any]:
        text = everything(document)
        return {
            "id": document.id,
            "text": text,
            "words": text,
            "outlet": document.outlet,
            "medium": document.medium,
            "year": document.published.year,
            "topic": ",".join(document.topics),
            "published": document.published.replace(tzinfo=None),
        }


class AsDocumented(_Stock):
    """Its quick start and its pages on facets, sorting and highlighting, followed by the letter.

    Fields are stored, the parser reads what was typed, ``groupedby`` gives the facets, hits are read from what
    is stored and marked by ``highlights``.
    """

    about = f"Whoosh {VERSION} as documented: stored fields, QueryParser, groupedby, highlights"

    def begin(self) -> None:
        """Begin a new index."""
        self._create(
            fields.Schema(
                id=fields.NUMERIC(stored=True, unique=True),
                title=fields.TEXT(stored=True),
                content=fields.TEXT(stored=True, analyzer=_analyzer()),
                words=fields.TEXT(phrase=False, analyzer=StemmingAnalyzer(stoplist=None, stemfn=str)),
                outlet=fields.ID(stored=True, sortable=True),
                medium=fields.ID(stored=True, sortable=True),
                year=fields.NUMERIC(stored=True, sortable=True),
                topic=fields.KEYWORD(stored=True, commas=True, sortable=True),
                published=fields.DATETIME(stored=True, sortable=True),
            )
        )

    def search(self, case: Case) -> Answer:
        """One search with four facets."""
        return self._answer(case)[0]

    def full(self, case: Case) -> Answer:
        """With what is stored, marked."""
        answer, hits = self._answer(case)
        field = "words" if case.joined == "prefix" else "content"
        shown = [
            (
                hit.highlights("title") or hit["title"],
                hit.highlights(field, text=hit["content"]) or hit["content"][:200],
            )
            for hit in hits
        ]
        return Answer(answer.total, answer.ids, answer.facets, shown)

    def _answer(self, case: Case) -> tuple[Answer, Any]:
        self.refresh()  # as ours looks for a new generation: each question is to see what was committed
        asked = QueryParser("content", self.index.schema).parse(_typed(case))
        order = {"sortedby": "published", "reverse": True} if case.newest else {}
        grouped = [FieldFacet(name, allow_overlap=name == "topic") for name in FACETS]
        hits = self._searcher.search(asked, limit=PAGE, groupedby=dict(zip(FACETS, grouped, strict=True)), **order)
        facets = {}
        for name in FACETS:
            counted = [(value, len(numbers)) for value, numbers in hits.groups(name).items() if value]
            facets[name] = sorted(counted, key=lambda pair: -pair[1])[:FACET_SIZE]
        return Answer(len(hits), [hit["id"] for hit in hits], facets), hits

    def _entry(self, document: Document) -> dict[str, Any]:
        text = everything(document)
        return {
            "id": document.id,
            "title": document.headline,
            "content": text,
            "words": text,
            "outlet": document.outlet,
            "medium": document.medium,
            "year": document.published.year,
            "topic": ",".join(document.topics),
            "published": document.published.replace(tzinfo=None),
        }


def _whole(hit: Any, headline: str) -> str:
    """The headline marked, not cut: what its documentation has the WholeFragmenter for."""
    kept = hit.results.fragmenter
    hit.results.fragmenter = highlight.WholeFragmenter()
    try:
        return hit.highlights("text", text=headline) or headline
    finally:
        hit.results.fragmenter = kept


def _tree(case: Case) -> Any:
    terms = [q.Term("text", stem(word)) for word in case.words]
    joined = {"and": q.And, "or": q.Or}
    if case.joined in joined:
        asked = joined[case.joined](terms)
    elif case.joined == "phrase":
        asked = q.Phrase("text", [term.text for term in terms])
    else:
        asked = q.Prefix("words", case.words[0])
    limits = [q.Term("outlet", case.outlet)] if case.outlet else []
    if case.years:
        limits.append(q.NumericRange("year", *case.years))
    if case.without:
        limits.append(q.Not(q.Term("text", stem(case.without))))
    return q.And([asked, *limits]) if limits else asked


def _typed(case: Case) -> str:
    """*case* in Whoosh's own language."""
    typed = {
        "and": " AND ".join(case.words),
        "or": f"({' OR '.join(case.words)})",
        "phrase": f'"{" ".join(case.words)}"',
        "prefix": f"words:{case.words[0]}*",
    }[case.joined]
    if case.outlet:
        typed += f" AND outlet:'{case.outlet}'"
    if case.years:
        typed += f" AND year:[{case.years[0]} TO {case.years[1]}]"
    return typed + (f" AND NOT {case.without}" if case.without else "")
