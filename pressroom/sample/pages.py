"""The sample's fixed pages and facts: what the society's public fact sheet says, in our own words."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from pressroom import audit
from pressroom.pages import actions, queries, rules

CONTENT = Path(__file__).parent / "content" / "pages"


def load(*, by: audit.Actor | None, now: datetime) -> None:
    """Write the pages that nobody has written yet, and the facts if there are none."""
    actions.ensure(by=by, now=now)
    for slug in rules.SLUGS:
        page = queries.page(slug)
        if page is not None and page.version == 1:
            title, standfirst, body = text_of(slug)
            actions.edit(page, by=by, now=now, note="Sample text", title=title, standfirst=standfirst, body=body)
    if not queries.fact_keys():
        for fields in facts():
            actions.add_fact(by=by, now=now, **fields)


def text_of(slug: str) -> tuple[str, str, str]:
    """Title, standfirst and body of a page from its file: the heading, the first paragraph, the rest."""
    title, standfirst, body = (CONTENT / f"{slug}.md").read_text("utf-8").split("\n\n", 2)
    return title.removeprefix("# "), standfirst, body.strip()


def facts() -> list[dict[str, Any]]:
    """The facts as fields; each has the source of the file."""
    written = tomllib.loads((CONTENT / "facts.toml").read_text("utf-8"))
    return [{"source": written["source"], **fact} for fact in written["fact"]]
