"""Who registered for a meeting. All of it is for staff: no public statement names it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pressroom.accounts import passwords
from pressroom.accreditation.rules import LONGEST, Basis, Decision
from pressroom.kit.db import Base, as_words
from pressroom.meetings.models import Meeting
from pressroom.publishing import StaffOnly


def _text(field: str) -> Mapped[str]:
    return mapped_column(String(LONGEST[field]), default="")


class Registration(StaffOnly, Base):
    """Somebody of the press who wants to come to a meeting: once for each address and meeting.

    Attributes:
        key: what the address of their own page holds beside the number; another one makes an earlier address useless.
        bylines: addresses, one on each line.
        letter_sha256: the uploaded assignment letter; empty without one, and when it was deleted.
        checks: rule → {"met": bool, "note": str}, as for an accreditation.
    """

    __tablename__ = "press_registration"
    __table_args__ = (
        UniqueConstraint("meeting_id", "email"),
        CheckConstraint("email = lower(email)", name="email_lower"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    key: Mapped[str] = mapped_column(String(43), default=passwords.new_token)
    name: Mapped[str] = _text("name")
    email: Mapped[str] = mapped_column(String(LONGEST["email"]))
    outlet: Mapped[str] = _text("outlet")
    role: Mapped[str] = _text("role")
    basis: Mapped[Basis] = mapped_column(as_words(Basis, length=20, name="registration_basis"))
    bylines: Mapped[str] = mapped_column(Text, default="")
    letter_url: Mapped[str] = _text("letter_url")
    letter_sha256: Mapped[str] = mapped_column(String(64), default="")
    letter_type: Mapped[str] = mapped_column(String(50), default="")
    letter_name: Mapped[str] = mapped_column(String(100), default="")
    statement: Mapped[str] = mapped_column(Text, default="")
    applied_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    decision: Mapped[Decision] = mapped_column(
        as_words(Decision, length=20, name="registration_decision"), default=Decision.WAITING, index=True
    )
    checks: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    reason: Mapped[str] = _text("reason")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(200), default="")
    version: Mapped[int] = mapped_column()
    meeting: Mapped[Meeting] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy wants it
