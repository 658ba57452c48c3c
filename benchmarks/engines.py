"""The engines that are compared, each asked for the same: total, the first twenty, four facets."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Protocol

from whoosh import fields
from whoosh import query as q
from whoosh.analysis import StemmingAnalyzer
from whoosh.filedb.filestore import FileStorage
from whoosh.lang.snowball.english import EnglishStemmer
from whoosh.sorting import FieldFacet

from benchmarks.corpus import Case
from pressroom.search import language
from pressroom.search.analysis import stem
from pressroom.search.documents import Document, Query
from pressroom.search.engines.whoosh_engine import WhooshEngine

try:
    import tantivy
except ImportError:  # it is compared if it is there
    tantivy = None

PAGE = 20
BATCH = 1_000
FACETS = ("outlet", "medium", "year", "topic")


class Compared(Protocol):
    """An engine in a folder."""

    name: str

    def build(self, documents: Iterable[Document]) -> None:
        """Index *documents* and be ready to be asked."""

    def ask(self, case: Case) -> int:
        """Answer with total, twenty ids and four facets; gives the total."""


def batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """*documents*, a thousand at a time."""
    rest = iter(documents)
    while batch := list(islice(rest, BATCH)):
        yield batch


class Ours:
    """This project's engine, from the typed text on; it counts two facets more."""

    name = "pressroom"

    def __init__(self, folder: Path) -> None:
        self.engine = WhooshEngine(folder)

    def build(self, documents: Iterable[Document]) -> None:
        """Make the index as ``pressroom index rebuild`` does."""
        with self.engine.replacement() as fresh:
            for batch in batches(documents):
                fresh.add(batch)
            fresh.take_over([], [])

    def ask(self, case: Case) -> int:
        """Read the text, and answer it; answers that were kept are not used, words and filters are."""
        self.engine.snapshot().answers.clear()
        query = Query(
            text=self.text(case),
            outlets=[case.outlet] if case.outlet else [],
            sort="newest" if case.newest else "relevance",
        )
        return self.engine.search(language.parse(query.text).tree, query).total

    @staticmethod
    def text(case: Case) -> str:
        """*case* as it is typed."""
        joined = {
            "and": " AND ".join(case.words),
            "or": " OR ".join(case.words),
            "phrase": f'"{" ".join(case.words)}"',
            "prefix": f"{case.words[0]}*",
        }[case.joined]
        limits = f" NOT {case.without}" if case.without else ""
        return joined + limits + (f" {case.years[0]}..{case.years[1]}" if case.years else "")


class StockWhoosh:
    """Whoosh as its documentation shows it: sortable fields, ``groupedby``."""

    name = "whoosh"

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        stemming = StemmingAnalyzer(stoplist=None, stemfn=EnglishStemmer().stem, cachesize=-1)
        self.index = FileStorage(str(folder)).create_index(
            fields.Schema(
                id=fields.NUMERIC(stored=True),
                text=fields.TEXT(analyzer=stemming),
                words=fields.TEXT(phrase=False),
                outlet=fields.ID(sortable=True),
                medium=fields.ID(sortable=True),
                year=fields.NUMERIC(sortable=True),
                topic=fields.KEYWORD(commas=True, sortable=True),
                published=fields.DATETIME(sortable=True),
            )
        )

    def build(self, documents: Iterable[Document]) -> None:
        """One writer, one commit."""
        writer = self.index.writer(limitmb=256)
        for document in documents:
            text = _text(document)
            writer.add_document(
                id=document.id,
                text=text,
                words=text,
                outlet=document.outlet,
                medium=document.medium,
                year=document.published.year,
                topic=",".join(document.topics),
                published=document.published.replace(tzinfo=None),
            )
        writer.commit()
        self.searcher = self.index.searcher()

    def ask(self, case: Case) -> int:
        """A query tree, searched with four facets."""
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
        facets = {name: FieldFacet(name, allow_overlap=name == "topic") for name in FACETS}
        found = self.searcher.search(
            q.And([asked, *limits]),
            limit=PAGE,
            groupedby=facets,
            sortedby="published" if case.newest else None,
            reverse=case.newest,
        )
        for facet in FACETS:
            counted = {value: len(numbers) for value, numbers in found.groups(facet).items()}
            sorted(counted.items(), key=lambda row: -row[1])[:100]
        [hit["id"] for hit in found]
        return len(found)


class Fts5:
    """SQLite FTS5, the order of joins forced; the matches are found once and counted four times."""

    name = "fts5"
    SCHEMA = """
        CREATE TABLE doc (id INTEGER PRIMARY KEY, outlet TEXT, medium TEXT, year INTEGER, published INTEGER);
        CREATE TABLE topic (doc INTEGER, topic TEXT, PRIMARY KEY (doc, topic)) WITHOUT ROWID;
        CREATE VIRTUAL TABLE fts USING fts5(text, content='', tokenize='porter unicode61', prefix='3 4');
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.db = sqlite3.connect(folder / "fts.db")
        self.db.executescript(self.SCHEMA)
        self.db.execute("PRAGMA mmap_size = 4000000000")

    def build(self, documents: Iterable[Document]) -> None:
        """In one transaction."""
        for batch in batches(documents):
            self.db.executemany("INSERT INTO fts (rowid, text) VALUES (?, ?)", ((d.id, _text(d)) for d in batch))
            self.db.executemany(
                "INSERT INTO doc VALUES (?, ?, ?, ?, ?)",
                ((d.id, d.outlet, d.medium, d.published.year, int(d.published.timestamp())) for d in batch),
            )
            self.db.executemany("INSERT INTO topic VALUES (?, ?)", ((d.id, t) for d in batch for t in d.topics))
        self.db.commit()
        self.db.execute("INSERT INTO fts(fts) VALUES ('optimize')")
        self.db.commit()

    def ask(self, case: Case) -> int:
        """The page, the total, and four groupings."""
        quoted = [f'"{word}"' for word in case.words]
        match = {
            "and": " AND ".join(quoted),
            "or": f"({' OR '.join(quoted)})",
            "phrase": f'"{" ".join(case.words)}"',
            "prefix": f"{case.words[0]}*",
        }[case.joined]
        if case.without:
            match += f' NOT "{case.without}"'
        where, values = "WHERE fts MATCH ?", [match]
        if case.years:
            where, values = where + " AND d.year BETWEEN ? AND ?", [*values, *map(str, case.years)]
        if case.outlet:
            where, values = where + " AND d.outlet = ?", [*values, case.outlet]
        joined = "FROM fts CROSS JOIN doc d ON d.id = fts.rowid"
        order = "d.published DESC" if case.newest else "fts.rank"
        run = self.db.execute
        run(f"SELECT d.id {joined} {where} ORDER BY {order} LIMIT {PAGE}", values).fetchall()
        for facet in FACETS:
            more = " CROSS JOIN topic t ON t.doc = d.id" if facet == "topic" else ""
            run(
                f"SELECT {facet}, count(*) {joined}{more} {where} GROUP BY 1 ORDER BY 2 DESC LIMIT 100", values
            ).fetchall()
        return int(run(f"SELECT count(*) {joined} {where}", values).fetchone()[0])


class Tantivy:
    """tantivy, a native engine: one segment, fast fields, facets as one aggregation."""

    name = "tantivy"

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        schema = tantivy.SchemaBuilder()
        schema.add_unsigned_field("id", stored=True, fast=True)
        schema.add_text_field("text", tokenizer_name="en_stem")
        schema.add_text_field("words", tokenizer_name="default", index_option="basic")
        for name in ("outlet", "medium", "topic"):
            schema.add_text_field(name, tokenizer_name="raw", fast=True)
        schema.add_unsigned_field("year", indexed=True, fast=True)
        schema.add_date_field("published", fast=True)
        self.schema = schema.build()
        self.index = tantivy.Index(self.schema, path=str(folder))

    def build(self, documents: Iterable[Document]) -> None:
        """One thread, merged."""
        writer = self.index.writer(heap_size=500_000_000, num_threads=1)
        for document in documents:
            text = _text(document)
            values = {
                "id": document.id,
                "text": text,
                "words": text,
                "outlet": document.outlet,
                "medium": document.medium,
                "topic": list(document.topics),
                "year": document.published.year,
                "published": document.published,
            }
            writer.add_document(tantivy.Document.from_dict(values, self.schema))
        writer.commit()
        writer.wait_merging_threads()
        self.index.reload()
        self.searcher = self.index.searcher()
        self.facets = {name: {"terms": {"field": name, "size": 100}} for name in FACETS}

    def ask(self, case: Case) -> int:
        """The page with its total, and one aggregation."""
        occur, query = tantivy.Occur, tantivy.Query
        terms = [self._term(word) for word in case.words]
        if case.joined == "and":
            parts = [(occur.Must, term) for term in terms]
        elif case.joined == "or":
            parts = [(occur.Must, query.boolean_query([(occur.Should, term) for term in terms]))]
        elif case.joined == "phrase":
            parts = [(occur.Must, query.phrase_query(self.schema, "text", list(map(stem, case.words))))]
        else:
            parts = [(occur.Must, query.regex_query(self.schema, "words", f"{case.words[0]}.*"))]
        if case.outlet:
            parts.append((occur.Must, query.term_query(self.schema, "outlet", case.outlet)))
        if case.years:
            limit = query.range_query(self.schema, "year", tantivy.FieldType.Unsigned, *case.years)
            parts.append((occur.Must, query.const_score_query(limit, 0.0)))
        if case.without:
            parts.append((occur.MustNot, self._term(case.without)))
        asked = query.boolean_query(parts)
        order = {"order_by_field": "published"} if case.newest else {}
        found = self.searcher.search(asked, limit=PAGE, count=True, **order)
        self.searcher.aggregate(asked, self.facets)
        self.searcher.fast_field_values("id", [address for _, address in found.hits])
        return int(found.count)

    def _term(self, word: str) -> object:
        return tantivy.Query.term_query(self.schema, "text", stem(word))


def _text(document: Document) -> str:
    return "\n".join((document.headline, document.body, document.people, document.outlet, *document.topics))


def available() -> Sequence[type[Compared]]:
    """The engines that can be compared here."""
    return [Ours, StockWhoosh, Fts5, *([Tantivy] if tantivy else [])]
