"""Verbs: write a page, keep the facts. Each leaves an audit line and a queued document; none commits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm.exc import StaleDataError

from pressroom import audit, search
from pressroom.kit import menus, text
from pressroom.kit.db import db
from pressroom.kit.settings import setting
from pressroom.pages import defaults, keeping, queries, quotations, quoting, rules
from pressroom.pages.logos import actions as logo_actions
from pressroom.pages.logos import queries as logo_queries
from pressroom.pages.models import Fact, FormerPageAddress, Page


def ensure(by: audit.Actor | None = None, *, now: datetime) -> None:
    """Make the fixed pages that are missing, with a default text: no promised address is unknown."""
    there = {page.slug for page in queries.pages()}
    for slug in rules.SLUGS:
        if slug not in there:
            _make(slug, defaults.TEXTS[slug], by=by, now=now)
    if logo_queries.terms() is None:
        logo_actions.write_terms(defaults.LOGO_TERMS.strip(), by=by, now=now)


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
    keeping.keep_page(page, note="Default text", by_name=_name(by), now=now)
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
        QuotationError: the text quotes a fact that is not there, or the title quotes one.
    """
    _refuse_stale(page, version)
    html = quoted(fields, page.body, now)
    changes = _assign(page, fields)
    if not changes:
        return False
    page.body_html = html
    page.updated_at, page.updated_by = now, _name(by)
    _flush()
    keeping.keep_page(page, note=note, by_name=_name(by), now=now)
    audit.record(by, "edit", "page", page.id, page.title, changes=changes)
    search.enqueue("page", page.id, due=now)
    return True


def create(*, by: audit.Actor | None, now: datetime, slug: str = "", note: str = "", **fields: str) -> Page:
    """A further page, which :func:`publish` makes public.

    Args:
        by: who writes it.
        now: the instant.
        slug: the end of its address; left empty it is made of the title.
        note: for the history.
        fields: title, and of standfirst, body (Markdown), search_title, search_description.

    Raises:
        PageError: the address is taken.
        QuotationError: the text quotes a fact that is not there.
    """
    wanted = _slug(slug or fields["title"])
    _refuse_taken(wanted, None)
    html = quoted(fields, "", now)
    page = Page(slug=wanted, body_html=html, updated_at=now, updated_by=_name(by), **fields)
    db.session.add(page)
    db.session.flush()
    keeping.keep_page(page, note=note, by_name=_name(by), now=now)
    audit.record(by, "create", "page", page.id, page.title)
    return page


def move(page: Page, slug: str, *, by: audit.Actor | None, now: datetime) -> bool:
    """Give a further page another address; the one it had leads on to it, if it ever was public.

    Raises:
        PageError: the page has a fixed address, or the new one is taken.
    """
    before, wanted = page.slug, _slug(slug)
    if wanted == before:
        return False
    if page.is_fixed:
        raise rules.PageError("This page has a fixed address.")
    _refuse_taken(wanted, page.id)
    former = {row.slug: row for row in queries.former_addresses(page)}
    if wanted in former:
        db.session.delete(former[wanted])
        db.session.flush()
    if page.public_from is not None and page.public_from <= now:
        db.session.add(FormerPageAddress(page_id=page.id, slug=before, left_at=now))
    page.slug = wanted
    _flush()
    audit.record(by, "move", "page", page.id, page.title, changes={"slug": [before, wanted]})
    search.enqueue("page", page.id, due=now)
    return True


def publish(page: Page, *, by: audit.Actor | None, now: datetime) -> None:
    """Make a further page public, at once."""
    if page.is_public(now):
        return
    page.public_from, page.withdrawn_at, page.withdrawal_reason = now, None, ""
    _flush()
    audit.record(by, "publish", "page", page.id, page.title)
    search.enqueue("page", page.id, due=now)


def withdraw(page: Page, *, by: audit.Actor | None, now: datetime, reason: str = "") -> None:
    """Take a further page off: its address says that it is gone, and why. It is kept, and can be published again.

    Raises:
        PageError: the page has a fixed address, or stands in the navigation.
    """
    if page.is_fixed:
        raise rules.PageError("Pages with a fixed address stay; their text can be changed.")
    named = [setting(name) for name in ("navigation_main", "navigation_footer")]
    if any(entry.href == page.address for text in named for entry in menus.read(text)):
        raise rules.PageError("It stands in the navigation. Take it out there first: desk, Navigation.")
    page.withdrawn_at, page.withdrawal_reason = now, reason
    _flush()
    audit.record(by, "withdraw", "page", page.id, page.title, changes={"reason": [None, reason]})
    search.enqueue("page", page.id, due=now)


def restore(page: Page, number: int, *, by: audit.Actor | None, now: datetime, version: int | None = None) -> bool:
    """Bring back the words of an earlier version, as a new one; False where they are those that stand there.

    Raises:
        Stale: somebody saved since *version*.
        PageError: there is no such version.
        QuotationError: it quotes a fact that is no more.
    """
    row = queries.revision(page, number)
    if row is None:
        raise rules.PageError(f"There is no version {number}.")
    words = {name: getattr(row, name) for name in ("title", "standfirst", "body")}
    return edit(page, by=by, now=now, version=version, note=f"Version {number} again", **words)


def _slug(typed: str) -> str:
    return text.slugify(typed)[: rules.SLUG_LENGTH].strip("-")


def _refuse_taken(slug: str, but: int | None) -> None:
    holder = queries.slug_holder(slug)
    if (holder is not None and holder != but) or slug in rules.NO_SLUGS:
        raise rules.PageError(f"The address {rules.address_of(slug)} is taken, or leads on to a page. Choose another.")


def quoted(fields: Mapping[str, Any], body: str, now: datetime) -> str:
    """The text of a page as HTML, with the facts that it quotes.

    Args:
        fields: what is saved of it; *body* stands for a text that is not among them.
        body: its Markdown as it is.
        now: the instant.

    Raises:
        QuotationError: what is quoted is not there, or stands where no fact is put in.
    """
    if any(quotations.keys(str(fields.get(name, ""))) for name in ("title", "standfirst")):
        raise quotations.QuotationError("Facts are quoted in the text only. Write the title and the standfirst out.")
    return quoting.to_html(fields.get("body", body), now)


def add_fact(*, by: audit.Actor | None, now: datetime, **fields: Any) -> Fact:
    """Put a fact on the fact sheet, after the others; public at once.

    Args:
        by: who adds it.
        now: the instant.
        fields: label and value, and of qualifier, unit, detail, as_of, source, owner, review_by, section,
            headline_figure, key.
    """
    wanted = text.slugify(fields.pop("key", "") or fields["label"])[:70].strip("-")
    key = rules.free_key(wanted, {*queries.fact_keys(), *rules.NO_KEYS})
    fact = Fact(key=key, position=queries.last_position() + 1, public_from=now, **fields)
    db.session.add(fact)
    db.session.flush()
    keeping.keep_fact(fact, by_name=_name(by), now=now)
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
    if changes.keys() - rules.OF_THE_DESK:
        keeping.keep_fact(fact, by_name=_name(by), now=now)
        quoting.renew(fact, now)
    audit.record(by, "edit", "fact", fact.id, fact.label, changes=changes)
    _index_fact_sheet(now)
    return True


def remove_fact(
    fact: Fact, *, by: audit.Actor | None, now: datetime, reason: str = "", for_cause: bool = False
) -> None:
    """Take a fact off the fact sheet; it is kept, and can be put back.

    Args:
        fact: which one.
        by: who takes it off.
        now: the instant.
        reason: for staff.
        for_cause: it was wrong, or should never have been public: no past date shows it either.

    Raises:
        Quoted: texts quote it.
    """
    if fact.withdrawn_at is not None:
        return
    fact.withdrawn_at, fact.withdrawal_reason = now, reason
    _flush()
    if places := quoting.places(fact):
        raise rules.Quoted(places)
    keeping.close(fact, now=now)
    changes: dict[str, list[Any]] = {"reason": [None, reason]}
    if for_cause:
        keeping.take_back(fact, now=now, reason=reason)
        changes["past"] = ["shown", "hidden"]
    audit.record(by, "withdraw", "fact", fact.id, fact.label, changes=changes)
    _index_fact_sheet(now)


def hide_version(fact: Fact, number: int, *, by: audit.Actor | None, now: datetime) -> bool:
    """Have no date show an earlier version of *fact*, or show it again; False if there is none that is over.

    Args:
        fact: which one.
        number: of the version.
        by: who does it.
        now: the instant.
    """
    row = queries.fact_revision(fact, number)
    if row is None or row.ended_at is None:
        return False
    hidden = row.withdrawn_at is not None
    row.withdrawn_at = None if hidden else now
    audit.record(
        by, "restore" if hidden else "withdraw", "fact", fact.id, fact.label, changes={"version": [None, number]}
    )
    return True


def hide_text(page: Page, number: int, *, by: audit.Actor | None, now: datetime) -> bool:
    """Have no date show an earlier text of the fact sheet, or show it again; False if it has no such past."""
    row = queries.revision(page, number)
    if row is None or row.ended_at is None or row.public_from is None:
        return False
    hidden = row.withdrawn_at is not None
    row.withdrawn_at = None if hidden else now
    action = "restore" if hidden else "withdraw"
    audit.record(by, action, "page", page.id, page.title, changes={"version": [None, number]})
    return True


def restore_fact(fact: Fact, *, by: audit.Actor | None, now: datetime) -> None:
    """Put a fact that was taken off back on the fact sheet. What no date shows stays hidden."""
    if fact.withdrawn_at is None:
        return
    fact.withdrawn_at, fact.withdrawal_reason = None, ""
    _flush()
    keeping.keep_fact(fact, by_name=_name(by), now=now)
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
    for row in (fact, other):
        keeping.keep_fact(row, by_name=_name(by), now=now)
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


def _index_fact_sheet(now: datetime) -> None:
    """Facts are found through the document of the page on which they stand, and it was edited when they were.

    Past its version: whoever has the text of the page open is not stale because of a fact.
    """
    if page := queries.page(rules.FACT_SHEET):
        db.session.execute(update(Page).where(Page.id == page.id).values(updated_at=now))
        search.enqueue("page", page.id, due=now)
