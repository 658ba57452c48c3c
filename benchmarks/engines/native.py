"""tantivy: what a native engine needs for the same, called from Python."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tantivy

from benchmarks.corpus import Case
from benchmarks.engines import FACET_SIZE, FACETS, PAGE, Answer, InProcess, everything
from benchmarks.rows import Rows
from pressroom.search.analysis import stem
from pressroom.search.documents import Document

WHOLE = 100_000  # characters: a headline is not cut
SNIPPET = 240  # characters, about forty words


class Tantivy(InProcess):
    """One segment, fast fields, nothing stored; all facets in one aggregation."""

    about = f"tantivy {tantivy.__version__.split(',')[0].removeprefix('tantivy v')}; one segment, fast fields"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._writer: Any = None

    def begin(self) -> None:
        """One thread, as every other engine here."""
        self.folder.mkdir(parents=True)
        schema = tantivy.SchemaBuilder()
        schema.add_unsigned_field("id", fast=True)
        schema.add_text_field("text", tokenizer_name="en_stem")
        schema.add_text_field("words", tokenizer_name="default", index_option="basic")
        for name in ("outlet", "medium", "topic"):
            schema.add_text_field(name, tokenizer_name="raw", fast=True)
        schema.add_unsigned_field("year", indexed=True, fast=True)
        schema.add_date_field("published", fast=True)
        self.index = tantivy.Index(schema.build(), path=str(self.folder))
        self._writer = self.index.writer(heap_size=500_000_000, num_threads=1)

    def add(self, documents: Sequence[Document]) -> None:
        """Put *documents* in."""
        for document in documents:
            self._writer.add_document(self._entry(document))

    def finish(self) -> None:
        """Commit, and let the merges come to their end."""
        self._writer.commit()
        self._writer.wait_merging_threads()

    def open(self) -> None:
        """Map the files."""
        self.index = tantivy.Index.open(str(self.folder))
        self.index.reload()
        self._searcher = self.index.searcher()
        self._rows = Rows(self.folder.parent)
        self._facets = {name: {"terms": {"field": name, "size": FACET_SIZE}} for name in FACETS}

    def search(self, case: Case) -> Answer:
        """The page with its total, and one aggregation."""
        return self._answer(self._asked(case), case)

    def full(self, case: Case) -> Answer:
        """With its own snippets. It knows no terms of a prefix, so those stay unmarked."""
        asked = self._asked(case)
        answer = self._answer(asked, case)
        create = tantivy.SnippetGenerator.create
        headlines, bodies = (create(self._searcher, asked, self.index.schema, "text") for _ in range(2))
        headlines.set_max_num_chars(WHOLE)
        bodies.set_max_num_chars(SNIPPET)
        shown = []
        for row in self._rows.read(answer.ids):
            headline = headlines.snippet_from_doc(tantivy.Document(text=row.headline)).to_html()
            body = bodies.snippet_from_doc(tantivy.Document(text=row.body)).to_html()
            shown.append((headline or row.headline, body or row.body[:SNIPPET]))
        return Answer(answer.total, answer.ids, answer.facets, shown)

    def save(self, document: Document) -> None:
        """With a writer that stays open."""
        if self._writer is None:
            self._writer = self.index.writer(heap_size=50_000_000, num_threads=1)
        self._writer.add_document(self._entry(document))
        self._writer.commit()

    def refresh(self) -> None:
        """Take the newest commit."""
        self.index.reload()
        self._searcher = self.index.searcher()

    def _entry(self, document: Document) -> Any:
        text = everything(document)
        return tantivy.Document.from_dict(
            {
                "id": document.id,
                "text": text,
                "words": text,
                "outlet": document.outlet,
                "medium": document.medium,
                "topic": list(document.topics),
                "year": document.published.year,
                "published": document.published,
            },
            self.index.schema,
        )

    def _answer(self, asked: Any, case: Case) -> Answer:
        order = {"order_by_field": "published"} if case.newest else {}
        found = self._searcher.search(asked, limit=PAGE, count=True, **order)
        counted = self._searcher.aggregate(asked, self._facets)
        ids = self._searcher.fast_field_values("id", [address for _, address in found.hits])
        facets = {name: [(row["key"], row["doc_count"]) for row in counted[name]["buckets"]] for name in FACETS}
        return Answer(int(found.count), [int(one) for one in ids], facets)

    def _asked(self, case: Case) -> Any:
        occur, query, schema = tantivy.Occur, tantivy.Query, self.index.schema
        terms = [self._term(word) for word in case.words]
        if case.joined == "and":
            parts = [(occur.Must, term) for term in terms]
        elif case.joined == "or":
            parts = [(occur.Must, query.boolean_query([(occur.Should, term) for term in terms]))]
        elif case.joined == "phrase":
            parts = [(occur.Must, query.phrase_query(schema, "text", list(map(stem, case.words))))]
        else:
            parts = [(occur.Must, query.regex_query(schema, "words", f"{case.words[0]}.*"))]
        if case.outlet:
            parts.append((occur.Must, query.const_score_query(query.term_query(schema, "outlet", case.outlet), 0.0)))
        if case.years:
            limit = query.range_query(schema, "year", tantivy.FieldType.Unsigned, *case.years)
            parts.append((occur.Must, query.const_score_query(limit, 0.0)))
        if case.without:
            parts.append((occur.MustNot, self._term(case.without)))
        return query.boolean_query(parts)

    def _term(self, word: str) -> Any:
        return tantivy.Query.term_query(self.index.schema, "text", stem(word))
