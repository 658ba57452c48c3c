"""A question as SQL: conditions on the row of a document, and how much each word weighs.

Values are parameters throughout; what is put together as text is ours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pressroom.search.analysis import plain_words, stem
from pressroom.search.engines.postgres_tables import LIVING, askable, in_a_row, quoted, storable
from pressroom.search.tree import All, Between, Filed, Leaf, Node, Not, Prefix, Words
from pressroom.search.tree import Any as Either

HIGHEST = "\U0010ffff"
K1, B = 1.2, 0.75  # of BM25: Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009

Rows = Callable[[str, dict[str, Any]], Sequence[Any]]
"""Asks the database: a statement and its parameters, one column."""


class Conditions:
    """Makes conditions and gathers their parameters.

    Args:
        rows: for what has to be known before: the words of a prefix, the values of a facet.
        expansions: words that a prefix may stand for.
    """

    def __init__(self, rows: Rows, expansions: int) -> None:
        self._rows = rows
        self._expansions = expansions
        self.values: dict[str, Any] = {}

    def parameter(self, value: Any) -> str:
        """A place for *value* in the statement."""
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f"%({name})s"

    def matches(self, node: Node, row: str = "d") -> str:
        """What holds for the *row* of a document that matches *node*."""
        match node:
            case Words():
                return self._words(node, row)
            case Prefix():
                field = "words" if node.within == "text" else "people"
                return f"{row}.{field} @@ {self._begun(field, node.start)}"
            case Filed():
                return self._among(row, node.facet, self._values(node))
            case Between():
                return self._between(node, row)
            case Not():
                return f"NOT ({self._looked_up(node.node, row)})"
            case All():
                return " AND ".join(f"({self.matches(child, row)})" for child in node.nodes) or "true"
            case Either():
                either = self.matches if all(map(_indexed, node.nodes)) else self._looked_up
                return " OR ".join(f"({either(child, row)})" for child in node.nodes) or "false"

    def _looked_up(self, node: Node, row: str) -> str:
        """The same as ``matches``, where the index is of no help: words are not looked for in row after row."""
        if not _indexed(node):
            return self.matches(node, row)
        return f"{row}.ctid IN (SELECT o.ctid FROM {LIVING}.document AS o WHERE {self.matches(node, 'o')})"

    def chosen(self, facet: str, values: frozenset[str], row: str = "d") -> str:
        """What holds for the *row* of a document that is filed under any of *values*."""
        return self._among(row, facet, sorted(values))

    # Words

    def _words(self, node: Words, row: str) -> str:
        terms = _terms(node)
        having = f"{row}.{node.within} @@ {self._query(' & '.join(map(quoted, dict.fromkeys(terms))))}"
        if len(terms) == 1:
            return having
        return f"{having} AND strpos({row}.{_text(node)}, {self.parameter(in_a_row(terms))}) > 0"

    def _begun(self, field: str, start: str) -> str:
        """The words of *field* that begin with *start*, or as many of them as are looked for."""
        start = askable(start)
        first = {"field": field, "first": start, "last": start + HIGHEST}
        words = self._rows(
            f"SELECT t.term FROM {LIVING}.term AS t WHERE t.field = %(field)s AND t.term >= %(first)s "
            f"AND t.term < %(last)s ORDER BY t.term LIMIT {self._expansions + 1}",
            first,
        )
        if len(words) <= self._expansions:
            return self._query(f"{quoted(start)}:*")
        return self._query(" | ".join(map(quoted, words[: self._expansions])))

    def _query(self, text: str) -> str:
        return f"{self.parameter(text)}::tsquery"

    # Filters

    def _values(self, node: Filed) -> list[str]:
        """The values of a facet that have the words of *node* in a row."""
        field = {"field": f"in_{node.facet}"}
        values = self._rows(f"SELECT t.term FROM {LIVING}.term AS t WHERE t.field = %(field)s", field)
        sought = " " + " ".join(node.words) + ("" if node.begun else " ")
        return [value for value in values if sought in f" {' '.join(plain_words(value))} "]

    def _among(self, row: str, facet: str, values: Sequence[str]) -> str:
        among = f"{self.parameter([value for value in values if value == storable(value)])}::text[]"
        return f"{row}.in_{facet} && {among}" if facet == "topic" else f"{row}.in_{facet} = ANY ({among})"

    def _between(self, node: Between, row: str) -> str:
        first = f"{row}.day >= {self.parameter(node.first)}" if node.first else "true"
        last = f"{row}.day <= {self.parameter(node.last)}" if node.last else "true"
        return f"{first} AND {last}"

    # Weights

    def having(self, leaf: Leaf) -> str:
        """The places of all documents that have *leaf*, and how often each has it; a prefix counts once."""
        document, place = f"FROM {LIVING}.document AS x WHERE {self.matches(leaf, 'x')}", "x.ctid AS place"
        if isinstance(leaf, Prefix):
            return f"SELECT {place}, 1 AS times {document}"
        terms = _terms(leaf)
        if len(terms) > 1:
            return f"SELECT {place}, {self._times(leaf, terms)} AS times {document}"
        more = self._rows(
            f"SELECT t.term FROM {LIVING}.term AS t "
            "WHERE t.field = %(field)s AND t.term > %(first)s AND t.term < %(last)s",
            {"field": leaf.within, "first": terms[0] + " ", "last": terms[0] + "!"},
        )
        parts = [f"SELECT {place}, 1 AS times {document}"]
        parts += [
            f"SELECT {place}, {1 << int(term.split(' ')[1])} FROM {LIVING}.document AS x "
            f"WHERE x.{leaf.within} @@ {self._query(quoted(term))}"
            for term in more
        ]
        if not more:
            return parts[0]
        return f"SELECT h.place, sum(h.times) AS times FROM ({' UNION ALL '.join(parts)}) AS h GROUP BY h.place"

    def _times(self, leaf: Words, terms: list[str]) -> str:
        """How often the document ``x`` has the words of *leaf* in a row."""
        text, phrase = f"x.{_text(leaf)}", in_a_row(terms)
        if any(terms[:size] == terms[-size:] for size in range(1, len(terms))):  # it may overlap itself
            return f"(SELECT count(*) FROM regexp_matches({text}, {self.parameter(f'(?={phrase})')}, 'g'))"
        place = self.parameter(phrase)
        return f"((octet_length({text}) - octet_length(replace({text}, {place}, ''))) / octet_length({place}))"


def rarity(having: str) -> str:
    """How rare it is: the logarithm in BM25. *having* has a row for each document with it, ``n`` has the sizes."""
    documents = f"(SELECT count(*)::float8 FROM {having})"
    return f"ln(1 + (n.documents - {documents} + 0.5) / ({documents} + 0.5))"


def score(having: str, rarity: str) -> str:
    """What is added to the score of the document ``d`` that *having* is joined to; ``w`` has the average length."""
    times = f"{having}.times::float8"
    return f"coalesce({rarity} * {K1 + 1} * {times} / ({times} + {K1} * ({1 - B} + {B} * d.length / w.average)), 0)"


def _indexed(node: Node) -> bool:
    """Whether the GIN index by itself finds what matches *node*."""
    if isinstance(node, All | Either):
        return bool(node.nodes) and all(map(_indexed, node.nodes))
    return isinstance(node, Words | Prefix)


def _terms(node: Words) -> list[str]:
    words = [askable(word) for word in node.words]
    return [stem(word) for word in words] if node.within == "text" else words


def _text(node: Words) -> str:
    return "stems" if node.within == "text" else "names"
