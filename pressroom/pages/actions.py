"""Verbs: write a page, keep the facts. Each leaves an audit line and a queued document; none commits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm.exc import StaleDataError

from pressroom import audit, search
from pressroom.kit import text
from pressroom.kit.db import db
from pressroom.pages import defaults, queries, rules
from pressroom.pages.models import Fact, FactRevision, Page, PageRevision


def ensure(by: audit.Actor | None = None, *, now: datetime) -> None:
    """Make the fixed pages that are missing, with a default text: no promised address is unknown."""
    there = {page.slug for page in queries.pages()}
    for slug in rules.SLUGS:
        if slug not in there:
            _make(slug, defaults.TEXTS[slug], by=by, now=now)


def _make(slug: str, default: defaults.Default, *, by: audit.Actor | None, now: datetime) -> Page:
    page = Page(
        slug=slug,
        title=default.title,
        standfirst=default.standfirst,
        body=default.body.strip(),
        body_html=text.to_html(default.body),
        updated_at=now,
        updated_by=_name(by),
        public_from=now,
    )
    db.session.add(page)
    db.session.flush()
    _keep(page, note="Default text", by=by, now=now)
    audit.record(by, "create", "page", page.id, page.title)
    search.enqueue("page", page.id, due=now)
    return page


def edit(
    page: Page,
    *,
    by: audit.Actor | None,
    now: datetime,
    version: int | None = None,
    note: str = "",
    **fields: str,
) -> bool:
    """Save a page; True if anything changed.

    Args:
        page: the page.
        by: who saves.
        now: the instant.
        version: the version that was edited; None takes the present one.
        note: what was changed and why, for staff.
        fields: of title, standfirst and body (Markdown).

    Raises:
        Stale: somebody saved since *version*.
    """
    _refuse_stale(page, version)
    changes = _assign(page, fields)
    if not changes:
        return False
    page.body_html = text.to_html(page.body)
    page.updated_at, page.updated_by = now, _name(by)
    _flush()
    _keep(page, note=note, by=by, now=now)
    audit.record(by, "edit", "page", page.id, page.title, changes=changes)
    search.enqueue("page", page.id, due=now)
    return True


def add_fact(*, by: audit.Actor | None, now: datetime, **fields: Any) -> Fact:
    """Put a fact on the fact sheet, after the others; public at once.

    Args:
        by: who adds it.
        now: the instant.
        fields: label and value, and of qualifier, unit, detail, as_of, source, section, headline_figure, key.
    """
    key = rules.free_key(fields.pop("key", "") or text.slugify(fields["label"])[:70], queries.fact_keys())
    fact = Fact(key=key, position=queries.last_position() + 1, public_from=now, **fields)
    db.session.add(fact)
    db.session.flush()
    _keep_fact(fact, by=by, now=now)
    audit.record(by, "create", "fact", fact.id, fact.label, changes={"value": [None, fact.reading]})
    _index_fact_sheet(now)
    return fact


def edit_fact(fact: Fact, *, by: audit.Actor | None, now: datetime, version: int | None = None, **fields: Any) -> bool:
    """Save a fact; True if anything changed.

    Raises:
        Stale: somebody saved since *version*.
    """
    _refuse_stale(fact, version)
    changes = _assign(fact, fields)
    if not changes:
        return False
    _flush()
    _keep_fact(fact, by=by, now=now)
    audit.record(by, "edit", "fact", fact.id, fact.label, changes=changes)
    _index_fact_sheet(now)
    return True


def remove_fact(fact: Fact, *, by: audit.Actor | None, now: datetime, reason: str = "") -> None:
    """Take a fact off the fact sheet; it is kept, and can be put back."""
    if fact.withdrawn_at is not None:
        return
    fact.withdrawn_at, fact.withdrawal_reason = now, reason
    _flush()
    audit.record(by, "withdraw", "fact", fact.id, fact.label, changes={"reason": [None, reason]})
    _index_fact_sheet(now)


def restore_fact(fact: Fact, *, by: audit.Actor | None, now: datetime) -> None:
    """Put a fact that was taken off back on the fact sheet."""
    if fact.withdrawn_at is None:
        return
    fact.withdrawn_at, fact.withdrawal_reason = None, ""
    _flush()
    audit.record(by, "restore", "fact", fact.id, fact.label)
    _index_fact_sheet(now)


def move_fact(fact: Fact, step: int, *, by: audit.Actor | None, now: datetime) -> bool:
    """Move a fact one place within its section; False at the end, or if it is off.

    Args:
        fact: which one.
        step: -1 up, 1 down.
        by: who moves it.
        now: the instant.
    """
    shown = [row for row in queries.facts() if row.is_public(now)]
    other = rules.neighbour(shown, fact, step) if fact in shown else None
    if other is None:
        return False
    before = fact.position
    fact.position, other.position = other.position, fact.position
    _flush()
    audit.record(by, "move", "fact", fact.id, fact.label, changes={"position": [before, fact.position]})
    _index_fact_sheet(now)
    return True


def _refuse_stale(row: Page | Fact, version: int | None) -> None:
    if version is not None and row.version != version:
        raise rules.Stale


def _flush() -> None:
    """Two saves that met between reading and writing are told apart here, by the version."""
    try:
        db.session.flush()
    except StaleDataError:
        raise rules.Stale from None


def _assign(row: Page | Fact, fields: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Set what differs; what changed, as the audit keeps it: name → [before, after]."""
    changes = {}
    for name, value in fields.items():
        before = getattr(row, name)
        if before != value:
            changes[name] = [_plain(before), _plain(value)]
            setattr(row, name, value)
    return changes


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _name(by: audit.Actor | None) -> str:
    return by.name if by else ""


def _keep(page: Page, *, note: str, by: audit.Actor | None, now: datetime) -> None:
    db.session.add(
        PageRevision(
            page_id=page.id,
            number=page.version,
            title=page.title,
            standfirst=page.standfirst,
            body=page.body,
            note=note,
            saved_at=now,
            saved_by=_name(by),
        )
    )


def _keep_fact(fact: Fact, *, by: audit.Actor | None, now: datetime) -> None:
    db.session.add(
        FactRevision(
            fact_id=fact.id,
            number=fact.version,
            label=fact.label,
            reading=fact.reading,
            detail=fact.detail,
            as_of=fact.as_of,
            source=fact.source,
            saved_at=now,
            saved_by=_name(by),
        )
    )


def _index_fact_sheet(now: datetime) -> None:
    """Facts are found through the document of the page on which they stand."""
    if page := queries.page(rules.FACT_SHEET):
        search.enqueue("page", page.id, due=now)
