"""Verbs: keep a logo and its files, write the terms, note that they were accepted. None commits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm.exc import StaleDataError

from pressroom import audit
from pressroom.kit import text
from pressroom.kit.db import db
from pressroom.media import actions as media
from pressroom.media.models import Asset
from pressroom.pages import rules
from pressroom.pages.logos import queries
from pressroom.pages.logos.models import Logo, LogoAcceptance, LogoFile, LogoTerms, Role


class LogoError(ValueError):
    """It cannot be done; the message says what to do instead."""


def add(*, by: audit.Actor | None, now: datetime, **fields: Any) -> Logo:
    """A new logo, after the others. It is public when :func:`publish` says so.

    Args:
        fields: title, and of purpose, clear_space (percent of its height), least_px, least_mm.
    """
    logo = Logo(position=queries.last_position() + 1, updated_at=now, **fields)
    db.session.add(logo)
    db.session.flush()
    audit.record(by, "create", "logo", logo.id, logo.title)
    return logo


def edit(logo: Logo, *, by: audit.Actor | None, now: datetime, version: int | None = None, **fields: Any) -> bool:
    """Save a logo; True if anything changed.

    Raises:
        Stale: somebody saved since *version*.
    """
    if version is not None and logo.version != version:
        raise rules.Stale
    changes = {name: [getattr(logo, name), value] for name, value in fields.items() if getattr(logo, name) != value}
    for name, (_, value) in changes.items():
        setattr(logo, name, value)
    if changes:
        _saved(logo, now)
        audit.record(by, "edit", "logo", logo.id, logo.title, changes=changes)
    return bool(changes)


def attach(logo: Logo, asset: Asset, role: Role, *, by: audit.Actor | None, now: datetime) -> LogoFile:
    """Make *asset* the file of a variant.

    Raises:
        LogoError: it is one already.
    """
    if any(file.asset_id == asset.id for file in logo.files):
        raise LogoError(f"{asset.name} is a file of this logo already. Take it away there first.")
    file = LogoFile(asset=asset, role=role)
    logo.files.append(file)
    _saved(logo, now)
    media.renew([asset], now=now)
    audit.record(by, "attach", "logo", logo.id, logo.title, changes={"files": [None, f"{asset.name}, {role.value}"]})
    return file


def detach(logo: Logo, number: int, *, by: audit.Actor | None, now: datetime) -> bool:
    """Take a file away from *logo*; it stays in the library. False if it has none with that number.

    Raises:
        LogoError: it is the last one of a logo that is public.
    """
    file = next((file for file in logo.files if file.id == number), None)
    if file is None:
        return False
    if len(logo.files) == 1 and logo.public_from is not None and logo.withdrawn_at is None:
        raise LogoError("It is the only file of a logo that is public. Add another one first, or take the logo off.")
    logo.files.remove(file)
    _saved(logo, now)
    audit.record(by, "detach", "logo", logo.id, logo.title, changes={"files": [file.asset.name, None]})
    return True


def publish(logo: Logo, *, by: audit.Actor | None, now: datetime) -> None:
    """Show *logo* on the page.

    Raises:
        LogoError: it has no file that a browser shows.
    """
    if not any(file.asset.inline for file in logo.files):
        raise LogoError("Add a file that a browser shows first: SVG or PNG.")
    logo.public_from, logo.withdrawn_at, logo.withdrawal_reason = now, None, ""
    _saved(logo, now)
    audit.record(by, "publish", "logo", logo.id, logo.title)


def withdraw(logo: Logo, *, by: audit.Actor | None, now: datetime) -> None:
    """Take *logo* off the page; it is kept."""
    logo.withdrawn_at = now
    _saved(logo, now)
    audit.record(by, "withdraw", "logo", logo.id, logo.title)


def write_terms(body: str, *, by: audit.Actor | None, now: datetime) -> LogoTerms | None:
    """New terms, which everybody is asked for again; None where they are those that hold."""
    before = queries.terms()
    if before is not None and before.body == body:
        return None
    terms = LogoTerms(body=body, body_html=text.to_html(body), made_at=now, made_by=by.name if by else "")
    db.session.add(terms)
    db.session.flush()
    audit.record(by, "write", "logo terms", terms.id, f"Version {terms.id}")
    return terms


def accept(terms: LogoTerms, *, now: datetime) -> LogoAcceptance:
    """Note that somebody accepted *terms*: which, and when, and nothing about them."""
    accepted = LogoAcceptance(terms_id=terms.id, at=now)
    db.session.add(accepted)
    db.session.flush()
    return accepted


def _saved(logo: Logo, now: datetime) -> None:
    logo.updated_at = now
    try:
        db.session.flush()
    except StaleDataError:
        raise rules.Stale from None
