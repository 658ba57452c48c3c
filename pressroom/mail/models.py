"""The outbox. For staff: it may hold what is under embargo, and links that open something."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from pressroom.kit.db import Base, as_words
from pressroom.mail.rules import LENGTHS, State
from pressroom.publishing import StaffOnly


class Mail(StaffOnly, Base):
    """A message to one person, from its queueing until some time after it was settled.

    Attributes:
        message_id: fixed when it is queued; each try carries the same.
        purpose: what it is for, in a word; whoever registered for it (:mod:`pressroom.mail.purposes`) is asked before
            it is sent, and told afterwards.
        about: what it concerns, as numbers: journalist, release, version.
        once: two messages never have the same; None where it does not matter.
        secret: the text holds a link that opens something; it is shown to nobody, and not kept.
        claimed_at: since when a worker has it in hand.
        problem: why it was not sent, or not yet, in the words of the server.
    """

    __tablename__ = "mail"
    __table_args__ = (Index("ix_mail_state_due_at", "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(String(255), unique=True)
    purpose: Mapped[str] = mapped_column(String(40))
    about: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    once: Mapped[str | None] = mapped_column(String(120), unique=True)
    to_address: Mapped[str] = mapped_column(String(LENGTHS["address"]), index=True)
    to_name: Mapped[str] = mapped_column(String(LENGTHS["name"]), default="")
    subject: Mapped[str] = mapped_column(String(LENGTHS["subject"]))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text, default="")
    unsubscribe: Mapped[str] = mapped_column(String(500), default="")
    secret: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[State] = mapped_column(as_words(State, length=20, name="mail_state"), default=State.WAITING)
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None] = mapped_column(index=True)
    problem: Mapped[str] = mapped_column(String(LENGTHS["problem"]), default="")
