"""The sample's fixed pages and facts: what the society's public fact sheet says, in our own words.

They were entered years ago, and some words of them were changed since, so that the sample has a past to look at.
"""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from pressroom import audit
from pressroom.pages import actions, queries, rules

CONTENT = Path(__file__).parent / "content" / "pages"
FURTHER = "in-brief"
BEGUN = datetime(2014, 12, 1, 17, tzinfo=UTC)
REVISED = timedelta(days=90)
DETAILED = {
    "members": "In countries around the world, in research, in clinics and in teaching",
    "workshop-students": "Invited with their teachers, for one full day, in the week of the annual meeting",
}


def load(*, by: audit.Actor | None, now: datetime) -> None:
    """Write the pages that nobody has written yet, and the facts if there are none."""
    actions.ensure(by=by, now=now)
    unwritten = [page for page in queries.pages() if page.slug in rules.SLUGS and page.version == 1]
    for page in unwritten:
        if page.slug == rules.FACT_SHEET:
            page.public_from = min(now, BEGUN)
    if not queries.fact_keys():
        for fields in facts(now.date()):
            actions.add_fact(by=by, now=min(now, BEGUN), **fields)
    for page in unwritten:
        title, standfirst, body = text_of(page.slug)
        at = min(now, BEGUN) if page.slug == rules.FACT_SHEET else now
        actions.edit(page, by=by, now=at, note="Sample text", title=title, standfirst=standfirst, body=body)
    if queries.page(FURTHER) is None:
        title, standfirst, body = text_of(FURTHER)
        page = actions.create(by=by, now=now, slug=FURTHER, title=title, standfirst=standfirst, body=body)
        actions.publish(page, by=by, now=now)
    _revise(by=by, now=now - REVISED)


def _revise(*, by: audit.Actor | None, now: datetime) -> None:
    """What was told in more detail since. No figure: these are those of the sheet."""
    for fact in queries.facts():
        if (detail := DETAILED.get(fact.key)) and fact.version == 1 and now > BEGUN:
            actions.edit_fact(fact, by=by, now=now, detail=detail)


def text_of(slug: str) -> tuple[str, str, str]:
    """Title, standfirst and body of a page from its file: the heading, the first paragraph, the rest."""
    title, standfirst, body = (CONTENT / f"{slug}.md").read_text("utf-8").split("\n\n", 2)
    return title.removeprefix("# "), standfirst, body.strip()


def facts(today: date) -> list[dict[str, Any]]:
    """The facts as fields; what a fact does not say itself is that of the file."""
    written = tomllib.loads((CONTENT / "facts.toml").read_text("utf-8"))
    common = {name: written[name] for name in ("source", "as_of", "owner", "review")}
    return [_dated(common | fact, today) for fact in written["fact"]]


def _dated(fields: dict[str, Any], today: date) -> dict[str, Any]:
    return fields | {"review_by": today + timedelta(days=fields.pop("review"))}
