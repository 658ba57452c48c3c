"""The sample's journalists: one who is accredited, one who waits, and the agreement. All of them are invented."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from pressroom.accounts import passwords
from pressroom.accreditation import actions, rules
from pressroom.accreditation.models import Acceptance, Agreement, Journalist
from pressroom.accreditation.rules import Bar, Basis
from pressroom.audit import Actor
from pressroom.kit.db import db

CONTENT = Path(__file__).parent / "content" / "accreditation"
EMAIL = "journalist@harborledger.example"
PASSWORD = "under-embargo-demo"  # noqa: S105 - printed by `make run`; the demo command alone makes this person


def load(*, by: Actor | None, now: datetime) -> None:
    """An agreement, a journalist who accepted it, and an application, unless there is an agreement already."""
    if db.session.scalar(select(Agreement.id).limit(1)):
        return
    body = (CONTENT / "agreement.md").read_text("utf-8")
    agreement = actions.write_agreement(body, by=by, now=now - timedelta(days=60))
    journalist = _accredited(by=by, now=now - timedelta(days=30))
    at = now - timedelta(days=29)
    db.session.add(Acceptance(journalist_id=journalist.id, agreement_id=agreement.id, at=at, address="192.0.2.7"))
    actions.apply(
        now=now - timedelta(days=1),
        name="Mika Solberg",
        email="mika@northlineradio.example",
        outlet="Northline Radio",
        role="Freelance health reporter",
        basis=Basis.BYLINE,
        bylines="https://northlineradio.example/stories/newborn-screening\nhttps://northlineradio.example/stories/family-trees",
        statement="I report on genetics for the morning programme, and cover your annual meeting this year.",
    )


def _accredited(*, by: Actor | None, now: datetime) -> Journalist:
    application = actions.apply(
        now=now - timedelta(days=2),
        name="Rita Okafor",
        email=EMAIL,
        outlet="The Harbor Ledger",
        role="Science reporter",
        basis=Basis.STAFF,
        bylines="https://harborledger.example/science/what-a-family-tree-tells",
        statement="I write the science page.",
    )
    checks = {check.value: {"met": False, "note": ""} for check in rules.CHECKS}
    checks[Basis.STAFF.value] = {"met": True, "note": "On the paper’s masthead."}
    for bar in Bar:
        checks[bar.value] = {"met": True, "note": ""}
    actions.note_checks(application, checks)
    journalist, token = actions.approve(application, by=by, now=now, months=12, days=7)
    actions.set_password(token, passwords.hashed(PASSWORD), now=now)
    return journalist
