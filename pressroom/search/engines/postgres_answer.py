"""One question, answered in one statement, so that total, page and counts are of one moment."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from pressroom.search.documents import FACETS, Query
from pressroom.search.engines import Found, Key
from pressroom.search.engines.postgres_tables import LIVING, storable
from pressroom.search.engines.postgres_tree import Conditions, Rows, rarity, score
from pressroom.search.tree import Node, sought

MICRO = 1_000_000  # of a score; what differs later is the noise of adding


class Answer:
    """The answer to one question.

    Args:
        rows: asks the database, for what has to be known to put the question.
    """

    def __init__(self, rows: Rows, tree: Node, query: Query) -> None:
        self.tree = tree
        self.query = query
        self.chosen = {facet: values for facet, values in query.chosen.items() if values}
        self.sort = query.sort if query.sort in ("oldest", "newest") else "relevance"
        if self.sort == "relevance" and not any(sought(tree)):
            self.sort = "newest"
        self._sign = "" if self.sort == "oldest" else "-"
        self._conditions = Conditions(rows)

    @property
    def values(self) -> dict[str, Any]:
        """The parameters of the statement."""
        return self._conditions.values

    def total(self) -> str:
        """The statement that counts the matches."""
        passed = [self._conditions.chosen(facet, values) for facet, values in self.chosen.items()]
        where = " AND ".join(f"({one})" for one in [self._conditions.matches(self.tree), *passed])
        return f"SELECT count(*) FROM {LIVING}.document AS d WHERE {where}"

    # Columns of each row of the answer: what it says, a value or kind, a number, id, published, first.

    def statement(self) -> str:
        """The statement whose rows :meth:`found` reads."""
        columns = ", ".join(f"d.in_{facet}" for facet in FACETS)
        passed = "".join(
            f", {self._conditions.chosen(facet, values)} AS is_{facet}" for facet, values in self.chosen.items()
        )
        parts = ["SELECT 'total', '', count(*), 0, 0, 0 FROM matched", self._page()]
        parts += [self._counts(facet) for facet in FACETS if self.query.facet_size > 0 or facet in self.chosen]
        leaves = [*dict.fromkeys(sought(self.tree))] if self.sort == "relevance" else []
        names = [f"leaf{number}" for number in range(len(leaves))]
        having = "".join(
            f"{name} AS MATERIALIZED ({self._conditions.having(leaf)}),"
            for name, leaf in zip(names, leaves, strict=True)
        )
        joined = "".join(f" LEFT JOIN {name} ON {name}.place = d.ctid" for name in names)
        return f"""
            WITH {having} weight AS MATERIALIZED ({self._weights(names)}),
            every AS MATERIALIZED (
                SELECT d.id, d.published, {columns}, {self._first(names)} AS first{passed}
                FROM {LIVING}.document AS d CROSS JOIN weight AS w{joined} WHERE {self._conditions.matches(self.tree)}
            ),
            matched AS (SELECT * FROM every AS e WHERE {self._passed()})
            {" UNION ALL ".join(f"({part})" for part in parts)}
        """

    def _weights(self, names: Sequence[str]) -> str:
        rarities = [f"{rarity(name)} AS {name}" for name in names]
        average = "CASE WHEN n.words > 0 THEN n.words::float8 / n.documents ELSE 1 END AS average"
        return f"SELECT {', '.join([average, *rarities])} FROM {LIVING}.size AS n"

    def _first(self, names: Sequence[str]) -> str:
        """What is sorted by before anything else, the smallest first."""
        if self.sort != "relevance":
            return f"{self._sign}d.published"
        return f"-round(({' + '.join(score(name, f'w.{name}') for name in names)}) * {MICRO})::bigint"

    def _passed(self, but: str = "") -> str:
        """A choice narrows everything but its own facet."""
        return " AND ".join(f"e.is_{facet}" for facet in self.chosen if facet != but) or "true"

    def _page(self) -> str:
        """The page, and one more, which says that there is a next one."""
        window, order = self.query.window, f"m.first, {self._sign}m.published, {self._sign}m.id, m.in_kind"
        later = self._later()
        start = 0 if later else window.start
        size = min(window.stop - window.start, sys.maxsize - 1) + 1 if start < sys.maxsize else 0
        return f"""
            SELECT 'hit', m.in_kind, 0, m.id, m.published, m.first FROM matched AS m
            WHERE {f"({order}) > ({later})" if later else "true"}
            ORDER BY {order} LIMIT {size} OFFSET {min(start, sys.maxsize)}
        """

    def _later(self) -> str:
        """What the mark in the query says; nothing if there is no mark, or of another order."""
        sort, *parts = self.query.after.split(":", 4)
        if sort != self.sort or len(parts) != 4 or parts[3] != storable(parts[3]):
            return ""
        sign = 1 if sort == "oldest" else -1
        with suppress(ValueError):
            numbers = [int(parts[0]), sign * int(parts[1]), sign * int(parts[2])]
            places = [f"{self._conditions.parameter(str(number))}::numeric" for number in numbers]
            return ", ".join([*places, f"{self._conditions.parameter(parts[3])}"])
        return ""

    def _counts(self, facet: str) -> str:
        """The most frequent values, with all that are as frequent as the last one, and those that are chosen."""
        several = facet == "topic"
        value = "v.value" if several else f"e.in_{facet}"
        source = "every AS e CROSS JOIN LATERAL unnest(e.in_topic) AS v (value)" if several else "every AS e"
        limit = "true"
        if facet != "year":  # years are in their own order
            chosen = self._conditions.parameter([*filter(_storable, self.chosen.get(facet, ()))])
            limit = (
                f"c.place <= {self._conditions.parameter(self.query.facet_size)} OR c.value = ANY ({chosen}::text[])"
            )
        return f"""
            SELECT '{"in_" + facet}', c.value, c.documents, 0, 0, 0 FROM (
                SELECT {value} AS value, count(*) AS documents, rank() OVER (ORDER BY count(*) DESC) AS place
                FROM {source} WHERE {value} <> '' AND {self._passed(facet)} GROUP BY {value}
            ) AS c WHERE {limit}
        """

    def found(self, rows: Iterable[Sequence[Any]]) -> Found:
        """What the *rows* of the statement say."""
        total = 0
        page: list[Sequence[Any]] = []
        counts: dict[str, dict[str, int]] = {facet: {} for facet in FACETS}
        for row in rows:
            part, value, number = row[:3]
            if part == "hit":
                page.append(row)
            elif part == "total":
                total = number
            else:
                counts[part.removeprefix("in_")][value] = number
        size = self.query.window.stop - self.query.window.start
        keys = [Key(kind, id) for _, kind, _, id, _, _ in page[:size]]
        facets = {facet: self._rows(facet, counts[facet]) for facet in FACETS}
        return Found(total, keys, facets, self._mark(page[size - 1]) if len(page) > size else "")

    def _mark(self, row: Sequence[Any]) -> str:
        """Where a page ends, in a form that outlives what is written meanwhile."""
        _, kind, _, id, published, first = row
        return f"{self.sort}:{first}:{published}:{id}:{kind}"

    def _rows(self, facet: str, counts: dict[str, int]) -> list[tuple[str, int]]:
        """The values that are shown: the first ones in their order, and those that are chosen."""
        ordered = sorted(counts.items(), key=lambda row: (-row[1], row[0].casefold(), row[0]))
        if facet == "year":
            ordered.sort(key=lambda row: row[0], reverse=True)
        shown = dict(ordered[: max(self.query.facet_size, 0)])
        chosen = {value: counts.get(value, 0) for value in self.chosen.get(facet, ())}
        if chosen.keys() <= shown.keys():
            return list(shown.items())
        rows = sorted((shown | chosen).items(), key=lambda row: (-row[1], row[0].casefold(), row[0]))
        return sorted(rows, key=lambda row: row[0], reverse=True) if facet == "year" else rows


def _storable(value: str) -> bool:
    return value == storable(value)
