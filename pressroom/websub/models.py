"""Topics, who follows them, and what is still to be told: rows, so that nothing is lost. For staff; all of it ends."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pressroom.kit.db import Base, as_words
from pressroom.publishing import StaffOnly
from pressroom.websub.rules import LENGTHS, Mode


class HubTopic(StaffOnly, Base):
    """A feed that somebody follows, or that a hub of others is told of. ``digest`` is of what was told of it last."""

    __tablename__ = "websub_topic"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(LENGTHS["topic"]), unique=True)
    digest: Mapped[str] = mapped_column(String(64))
    told_at: Mapped[datetime | None]


class HubSubscription(StaffOnly, Base):
    """That a callback is told of a topic, until ``ends_at``.

    Attributes:
        told_at: when it was told last; ``problem``: why it could not be told since.
    """

    __tablename__ = "websub_subscription"
    __table_args__ = (UniqueConstraint("topic_id", "callback"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("websub_topic.id", ondelete="CASCADE"), index=True)
    callback: Mapped[str] = mapped_column(String(LENGTHS["callback"]))
    host: Mapped[str] = mapped_column(String(255), index=True)
    secret: Mapped[str] = mapped_column(String(LENGTHS["secret"]), default="")
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    told_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(String(LENGTHS["problem"]), default="", server_default="")

    topic: Mapped[HubTopic] = relationship()


class HubErrand(StaffOnly, Base):
    """Something to be done with another machine, tried again until it is done or given up.

    Either a subscriber is asked whether they mean it (``mode``), or a subscriber is told (``subscription_id``), or a
    hub of others (neither). What is told is read when it is sent: always the newest, and never kept here.
    """

    __tablename__ = "websub_errand"
    __table_args__ = (
        UniqueConstraint("topic_id", "subscription_id", "callback"),
        Index("ix_websub_errand_due_at_id", "due_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("websub_topic.id", ondelete="CASCADE"), index=True)
    subscription_id: Mapped[int | None] = mapped_column(
        ForeignKey("websub_subscription.id", ondelete="CASCADE"), index=True
    )
    mode: Mapped[Mode | None] = mapped_column(as_words(Mode, length=20, name="websub_mode"))
    callback: Mapped[str] = mapped_column(String(LENGTHS["callback"]), default="")
    secret: Mapped[str] = mapped_column(String(LENGTHS["secret"]), default="")
    lease: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(String(LENGTHS["problem"]), default="")

    topic: Mapped[HubTopic] = relationship()
    subscription: Mapped[HubSubscription | None] = relationship()
