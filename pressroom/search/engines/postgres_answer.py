"""One question, answered in one statement, so that total, page and counts are of one moment."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from pressroom.search import marks
from pressroom.search.documents import FACETS, Query
from pressroom.search.engines import Found, Key
from pressroom.search.engines.postgres_tables import LIVING, storable
from pressroom.search.engines.postgres_tree import Conditions, Rows, rarity, score
from pressroom.search.marks import Mark
from pressroom.search.tree import Node, expansions, sought

MICRO = 1_000_000  # of a score; what differs later is the noise of adding
DRIFT = 0.05  # of its score by which a marked document may have moved and still be taken for what it was


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
        after, before = (marks.read(text, self.sort) for text in (query.after, query.before))
        self._mark = after or before
        self._backwards = after is None and before is not None
        self._conditions = Conditions(rows, expansions(tree))

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
        parts += [self._skipped()] if self._mark else []
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

    @property
    def _order(self) -> list[str]:
        return ["m.first", f"{self._sign}m.published", f"{self._sign}m.id", "m.in_kind"]

    def _page(self) -> str:
        """The page; before a mark it is read backwards."""
        window, order = self.query.window, self._order
        start = 0 if self._mark else window.start
        size = min(window.stop - window.start, sys.maxsize) if start < sys.maxsize else 0
        turned = " DESC" if self._backwards else ""
        return f"""
            SELECT 'hit', m.in_kind, 0, m.id, m.published, m.first FROM matched AS m WHERE {self._beyond()}
            ORDER BY {", ".join(one + turned for one in order)} LIMIT {size} OFFSET {min(start, sys.maxsize)}
        """

    def _skipped(self) -> str:
        """How many matches are not beyond the mark."""
        return f"SELECT 'skipped', '', count(*), 0, 0, 0 FROM matched AS m WHERE NOT ({self._beyond()})"

    def _beyond(self) -> str:
        """What is beyond the mark, if there is one."""
        if self._mark is None:
            return "true"
        return f"({', '.join(self._order)}) {'<' if self._backwards else '>'} ({self._limits})"

    @cached_property
    def _limits(self) -> str:
        """The place of the mark. Every change of the index moves all scores by a hair, so the marked document's is
        taken as it is now; of one that is gone, or that was written anew, as it was then."""
        mark, sign, parameter = self._mark, 1 if self.sort == "oldest" else -1, self._conditions.parameter
        assert mark is not None
        published, id = (f"{parameter(str(sign * number))}::bigint" for number in (mark.published, mark.id))
        kind = parameter(storable(mark.kind))
        if self.sort != "relevance":
            return f"{published}, {published}, {id}, {kind}"
        then = f"{parameter(str(-mark.score))}::bigint"
        now = f"""SELECT n.first FROM matched AS n WHERE n.id = {sign} * {id} AND n.in_kind = {kind}
            AND abs(n.first - {then}) <= {DRIFT} * abs({then})"""
        return f"coalesce(({now}), {then}), {published}, {id}, {kind}"

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
        total, skipped = 0, self.query.window.start
        page: list[Sequence[Any]] = []
        counts: dict[str, dict[str, int]] = {facet: {} for facet in FACETS}
        for row in rows:
            part, value, number = row[:3]
            if part == "hit":
                page.append(row)
            elif part == "total":
                total = number
            elif part == "skipped":
                skipped = number
            else:
                counts[part.removeprefix("in_")][value] = number
        if self._backwards:
            page.reverse()
            skipped = total - skipped - len(page)
        facets = {facet: self._rows(facet, counts[facet]) for facet in FACETS}
        if not page:
            return Found(total, [], facets)
        after = self._written(page[-1]) if skipped + len(page) < total else ""
        before = self._written(page[0]) if skipped else ""
        return Found(total, [Key(kind, id) for _, kind, _, id, _, _ in page], facets, after, before, skipped + 1)

    def _written(self, row: Sequence[Any]) -> str:
        """The place of a hit, in a form that outlives what is written meanwhile."""
        _, kind, _, id, published, first = row
        return str(Mark(self.sort, -first if self.sort == "relevance" else 0, published, id, kind))

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
