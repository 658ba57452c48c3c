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

MOST_EXPANSIONS = 2_000  # words that a prefix stands for; the first ones of the alphabet
HIGHEST = "\U0010ffff"
K1, B = 1.2, 0.75  # of BM25: Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009

Rows = Callable[[str, dict[str, Any]], Sequence[Any]]
"""Asks the database: a statement and its parameters, one column."""


class Conditions:
    """Makes conditions and gathers their parameters.

    Args:
        rows: for what has to be known before: the words of a prefix, the values of a facet.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
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
                return f"NOT ({self.matches(node.node, row)})"
            case All():
                return " AND ".join(f"({self.matches(child, row)})" for child in node.nodes) or "true"
            case Either():
                return " OR ".join(f"({self.matches(child, row)})" for child in node.nodes) or "false"

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
            f"AND t.term < %(last)s ORDER BY t.term LIMIT {MOST_EXPANSIONS + 1}",
            first,
        )
        if len(words) <= MOST_EXPANSIONS:
            return self._query(f"{quoted(start)}:*")
        return self._query(" | ".join(map(quoted, words[:MOST_EXPANSIONS])))

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

    def rarity(self, leaf: Leaf) -> str:
        """How rare *leaf* is: the logarithm in BM25, where ``n`` is the row of sizes."""
        if isinstance(leaf, Words) and len(leaf.words) == 1:
            field, term = self.parameter(leaf.within), self.parameter(_terms(leaf)[0])
            having = f"SELECT t.documents FROM {LIVING}.term AS t WHERE t.field = {field} AND t.term = {term}"
        else:
            having = f"SELECT count(*) FROM {LIVING}.document AS x WHERE {self.matches(leaf, 'x')}"
        df = f"coalesce(({having}), 0)::float8"
        return f"ln(1 + (n.documents - {df} + 0.5) / ({df} + 0.5))"

    def score(self, leaf: Leaf, rarity: str) -> str:
        """What *leaf* adds to the score of the document ``d``, where ``w`` has its *rarity* and the average length."""
        times = self._times(leaf)
        return f"{rarity} * {K1 + 1} * {times} / ({times} + {K1} * ({1 - B} + {B} * d.length / w.average))"

    def _times(self, leaf: Leaf) -> str:
        """How often the document ``d`` has *leaf*; a prefix counts once."""
        if isinstance(leaf, Prefix):
            return f"({self.matches(leaf)})::int"
        terms = _terms(leaf)
        if len(terms) == 1:
            return f"{LIVING}.times(d.{leaf.within}, {self._query(quoted(terms[0]))})"
        text, phrase = f"d.{_text(leaf)}", in_a_row(terms)
        if any(terms[:size] == terms[-size:] for size in range(1, len(terms))):  # it may overlap itself
            return f"(SELECT count(*) FROM regexp_matches({text}, {self.parameter(f'(?={phrase})')}, 'g'))"
        place = self.parameter(phrase)
        return f"((octet_length({text}) - octet_length(replace({text}, {place}, ''))) / octet_length({place}))"


def _terms(node: Words) -> list[str]:
    words = [askable(word) for word in node.words]
    return [stem(word) for word in words] if node.within == "text" else words


def _text(node: Words) -> str:
    return "stems" if node.within == "text" else "names"
