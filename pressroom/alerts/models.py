"""Tables of alerts. Addresses are personal data: they stand in one table, and deleting its row deletes all the rest."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pressroom.alerts.rules import LENGTHS, Habits, Rhythm
from pressroom.kit.db import Base, as_words
from pressroom.publishing import StaffOnly


class Subscriber(StaffOnly, Base):
    """An e-mail address that gets alerts, or was asked whether it wants any.

    Attributes:
        key: a secret that the links in its mail are made with; so a link opens nothing of a later row.
        soft_bounces: how often mail came back for now, since ``soft_since``.
        stopped_at: since when nothing can be delivered there.
    """

    __tablename__ = "alert_subscriber"
    __table_args__ = (
        CheckConstraint("quiet_from BETWEEN 0 AND 23", name="quiet_from"),
        CheckConstraint("quiet_until BETWEEN 0 AND 23", name="quiet_until"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(LENGTHS["address"]), unique=True)
    key: Mapped[str] = mapped_column(String(43))
    zone: Mapped[str] = mapped_column(String(64))
    quiet_from: Mapped[int | None]
    quiet_until: Mapped[int | None]
    created_at: Mapped[datetime]
    soft_bounces: Mapped[int] = mapped_column(default=0)
    soft_since: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None] = mapped_column(index=True)
    stopped_why: Mapped[str] = mapped_column(String(LENGTHS["reason"]), default="")

    alerts: Mapped[list[Alert]] = relationship(
        back_populates="subscriber", cascade="all, delete-orphan", passive_deletes=True, order_by="Alert.id"
    )

    @property
    def habits(self) -> Habits:
        """When they want mail."""
        return Habits(self.zone, self.quiet_from, self.quiet_until)


class Alert(StaffOnly, Base):
    """What somebody wants to hear of.

    Attributes:
        scope: a key of :data:`pressroom.alerts.subjects.SCOPES`: in what it is looked for.
        asked: the query of the page on which it was asked for, without order and page.
        digest: of both, so that nobody has the same alert twice.
        title: the same in words.
        confirmed_at: since when it is wanted; None until somebody who reads that address said so.
    """

    __tablename__ = "alert"
    __table_args__ = (UniqueConstraint("subscriber_id", "digest"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("alert_subscriber.id", ondelete="CASCADE"))
    scope: Mapped[str] = mapped_column(String(20))
    asked: Mapped[str] = mapped_column(String(LENGTHS["asked"]), default="")
    digest: Mapped[str] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(String(LENGTHS["title"]))
    rhythm: Mapped[Rhythm] = mapped_column(as_words(Rhythm, length=20))
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None] = mapped_column(index=True)
    paused_at: Mapped[datetime | None]

    subscriber: Mapped[Subscriber] = relationship(back_populates="alerts")


class Find(StaffOnly, Base):
    """Something new that an alert found: to be sent when it is due, and then kept so that it is never sent again.

    Attributes:
        subscriber_id: whose; the same as the alert says.
        mail_id: the message of the outbox that has it; None while it waits.
        fingerprint: of the text that was sent; None where the message only counted it.
    """

    __tablename__ = "alert_find"
    __table_args__ = (
        UniqueConstraint("alert_id", "kind", "item_id"),
        Index("ix_alert_find_subscriber_id_kind_item_id", "subscriber_id", "kind", "item_id"),
        Index("ix_alert_find_kind_item_id", "kind", "item_id", "subscriber_id"),
        Index("ix_alert_find_waiting", "mail_id", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id", ondelete="CASCADE"))
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("alert_subscriber.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(40))
    item_id: Mapped[int]
    found_at: Mapped[datetime] = mapped_column(index=True)
    due_at: Mapped[datetime]
    mail_id: Mapped[int | None]
    fingerprint: Mapped[int | None] = mapped_column(BigInteger)
    sent_at: Mapped[datetime | None]


class AlertChange(Base):
    """At ``due_at``, look whether (kind, item) is news: written with each change, in its transaction."""

    __tablename__ = "alert_change"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy's own form

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    item_id: Mapped[int]
    due_at: Mapped[datetime] = mapped_column(index=True)


class AlertCorrection(StaffOnly, Base):
    """A release was corrected or withdrawn that was sent to somebody: whoever got it is told.

    Attributes:
        act: ``correct`` or ``withdraw``.
        words: the public note of the correction, or the reason of the withdrawal.
        position: everybody up to this subscriber was told.
    """

    __tablename__ = "alert_correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("press_release.id", ondelete="CASCADE"), index=True)
    act: Mapped[str] = mapped_column(String(20))
    words: Mapped[str]
    at: Mapped[datetime]
    position: Mapped[int] = mapped_column(default=0)


class AlertRun(Base):
    """One time at which new documents were matched against all alerts, for the desk."""

    __tablename__ = "alert_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    documents: Mapped[int]
    alerts: Mapped[int]
    finds: Mapped[int]
    milliseconds: Mapped[int]
