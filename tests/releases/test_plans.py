"""What PostgreSQL looks at for the pages that are asked most; of SQLite docs/performance.md tells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select, text

from pressroom.kit.db import db
from pressroom.releases.models import Release
from tests.conftest import NOON
from tests.releases.conftest import public

MANY = 6_000


@pytest.fixture
def many(app: Flask, staff: Callable[[], Any]) -> None:
    """So many releases that going through all of them is never cheaper, of which the planner knows."""
    with staff():
        public(headline="One of many")
        table = Release.__table__
        row = dict(db.session.execute(select(table)).mappings().one())
        del row["id"]
        at = row["public_from"]
        again = [
            {**row, "uid": str(uuid4()), "slug": f"many-{n}", "public_from": at - timedelta(minutes=n)}
            for n in range(1, MANY)
        ]
        db.session.execute(insert(table), again)
        db.session.execute(text("ANALYZE press_release"))
        db.session.commit()


@pytest.fixture
def plans(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The plan of each statement of a page, as it was carried out."""
    found: list[dict[str, Any]] = []
    execute = psycopg.Cursor.execute

    def explained(cursor: Any, query: Any, params: Any = None, **named: Any) -> Any:
        if str(query).lstrip().startswith("SELECT"):
            execute(cursor, f"EXPLAIN (ANALYZE, FORMAT JSON) {query}", params)
            found.append(cursor.fetchone()[0][0]["Plan"])
        return execute(cursor, query, params, **named)

    monkeypatch.setattr(psycopg.Cursor, "execute", explained)
    return found


def looked_at(plan: dict[str, Any]) -> Iterator[float]:
    """Of how many releases each part of a *plan* looked at a row."""
    if plan.get("Relation Name") == "press_release":
        yield (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"]
    for part in plan.get("Plans", ()):
        yield from looked_at(part)


@pytest.mark.parametrize("path", ["/", "/feeds/releases.rss"])
@pytest.mark.usefixtures("many")
def test_the_newest_are_found_without_a_look_at_the_others(
    request: pytest.FixtureRequest,
    client: FlaskClient,
    plans: list[dict[str, Any]],
    clock_at: Callable[..., None],
    path: str,
) -> None:
    if request.config.getoption("--database") != "postgres":
        pytest.skip("SQLite has other plans")
    clock_at(NOON + timedelta(days=90))  # the running month has none of them
    assert client.get(path).status_code == 200
    assert plans
    assert max(sum(looked_at(plan)) for plan in plans) < MANY / 4
