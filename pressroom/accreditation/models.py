"""Applications, journalists, the agreement, and the ledger. All of it is for staff: no public statement names it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pressroom.accreditation.rules import LONGEST, Basis, Decision, Entry, Standing, What, standing
from pressroom.kit import chain
from pressroom.kit.db import Base, as_words
from pressroom.publishing import StaffOnly


def _text(field: str) -> Mapped[str]:
    return mapped_column(String(LONGEST[field]), default="")


class Journalist(StaffOnly, Base):
    """Somebody who was accredited. Never deleted: the ledger names them.

    Attributes:
        email: in lower case; what they sign in with.
        invite_hash: SHA-256 of the token in the link with which a password is set once; None when it was used.
        feed_hash: SHA-256 of the secret in the address of their feed; None when they have none.
        mailings_ended_at: since when they want no releases by e-mail.
    """

    __tablename__ = "journalist"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = _text("name")
    email: Mapped[str] = mapped_column(String(LONGEST["email"]), unique=True)
    outlet: Mapped[str] = _text("outlet")
    role: Mapped[str] = _text("role")
    created_at: Mapped[datetime]
    valid_until: Mapped[datetime]
    suspended_at: Mapped[datetime | None]
    suspension_reason: Mapped[str] = _text("reason")
    ended_at: Mapped[datetime | None]
    password_hash: Mapped[str | None] = mapped_column(String(200))
    invite_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    invite_expires_at: Mapped[datetime | None]
    feed_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    feed_made_at: Mapped[datetime | None]
    last_sign_in: Mapped[datetime | None]
    mailings_ended_at: Mapped[datetime | None]

    def standing(self, now: datetime) -> Standing:
        """How they stand at *now*."""
        return standing(valid_until=self.valid_until, suspended_at=self.suspended_at, ended_at=self.ended_at, now=now)


class Application(StaffOnly, Base):
    """What somebody sent, the desk's checklist, and what was decided. The text is never changed.

    Attributes:
        bylines: addresses, one on each line.
        letter_sha256: the uploaded assignment letter; empty without one.
        checks: rule → {"met": bool, "note": str}.
    """

    __tablename__ = "accreditation_application"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = _text("name")
    email: Mapped[str] = mapped_column(String(LONGEST["email"]), index=True)
    outlet: Mapped[str] = _text("outlet")
    role: Mapped[str] = _text("role")
    basis: Mapped[Basis] = mapped_column(as_words(Basis, length=20, name="accreditation_basis"))
    bylines: Mapped[str] = mapped_column(Text, default="")
    letter_url: Mapped[str] = _text("letter_url")
    letter_sha256: Mapped[str] = mapped_column(String(64), default="")
    letter_type: Mapped[str] = mapped_column(String(50), default="")
    letter_name: Mapped[str] = mapped_column(String(100), default="")
    statement: Mapped[str] = mapped_column(Text, default="")
    applied_at: Mapped[datetime] = mapped_column(index=True)
    decision: Mapped[Decision] = mapped_column(
        as_words(Decision, length=20, name="accreditation_decision"), default=Decision.WAITING, index=True
    )
    checks: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    reason: Mapped[str] = _text("reason")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(200), default="")
    journalist_id: Mapped[int | None] = mapped_column(ForeignKey("journalist.id"), index=True)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy wants it


class JournalistSession(StaffOnly, Base):
    """A journalist's sign-in on one device; the cookie holds a token, this row its SHA-256."""

    __tablename__ = "journalist_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    journalist_id: Mapped[int] = mapped_column(ForeignKey("journalist.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(String(64), default="")
    agent: Mapped[str] = mapped_column(String(300), default="")

    journalist: Mapped[Journalist] = relationship(lazy="joined", innerjoin=True)


class LinkRequest(StaffOnly, Base):
    """That somebody forgot the password of this address, whether or not it is a journalist's.

    The page writes this row and nothing else, so that its answer takes as long for an address that is unknown; the
    worker looks the journalist up.
    """

    __tablename__ = "journalist_link_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(LONGEST["email"]))
    at: Mapped[datetime]


class Agreement(StaffOnly, Base):
    """A version of the embargo agreement. Never changed: what somebody accepted stays to be read."""

    __tablename__ = "embargo_agreement"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    body: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    author_name: Mapped[str] = mapped_column(String(200), default="")


class Acceptance(StaffOnly, Base):
    """That a journalist accepted a version of the agreement, when, and from where."""

    __tablename__ = "agreement_acceptance"
    __table_args__ = (UniqueConstraint("journalist_id", "agreement_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    journalist_id: Mapped[int] = mapped_column(ForeignKey("journalist.id"))
    agreement_id: Mapped[int] = mapped_column(ForeignKey("embargo_agreement.id"), index=True)
    at: Mapped[datetime]
    address: Mapped[str] = mapped_column(String(64), default="")
    agent: Mapped[str] = mapped_column(String(300), default="")

    agreement: Mapped[Agreement] = relationship()


class LedgerEntry(StaffOnly, Base):
    """That a journalist was given something under embargo. Chained by hash; the database refuses to change it.

    It names people and releases by number and by what they were called then, without foreign keys: the entry
    outlives what it is about.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (
        Index("ix_ledger_entry_release_id_journalist_id", "release_id", "journalist_id"),
        Index("ix_ledger_entry_journalist_id", "journalist_id"),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    journalist_id: Mapped[int]
    journalist_name: Mapped[str] = _text("name")
    journalist_outlet: Mapped[str] = _text("outlet")
    release_id: Mapped[int]
    release_uid: Mapped[str] = mapped_column(String(36))
    headline: Mapped[str] = mapped_column(String(300))
    version: Mapped[int]
    what: Mapped[What] = mapped_column(as_words(What, length=20, name="accreditation_what"))
    detail: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(64), default="")
    agent: Mapped[str] = mapped_column(String(300), default="")
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    @property
    def link(self) -> chain.Link:
        """This row as a link of the chain."""
        said = {name: getattr(self, name) for name in Entry.__dataclass_fields__}
        return chain.Link(Entry(**said | {"what": self.what.value}), self.previous, self.hash)


class LedgerHead(chain.Head, StaffOnly, Base):
    """How many entries were written, and the hash of the last; whoever writes holds it."""

    __tablename__ = "ledger_head"


class Told(StaffOnly, Base):
    """That the desk told a journalist of a version that replaced the one they hold."""

    __tablename__ = "correction_told"
    __table_args__ = (UniqueConstraint("journalist_id", "release_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    journalist_id: Mapped[int] = mapped_column(ForeignKey("journalist.id"))
    release_id: Mapped[int] = mapped_column(ForeignKey("press_release.id", ondelete="CASCADE"), index=True)
    version: Mapped[int]
    at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200), default="")
