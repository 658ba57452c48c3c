"""People, and the devices on which they are signed in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Enum, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pressroom.accounts.rules import LONGEST_EMAIL, LONGEST_NAME, Permission, Role, allowed, browser_name
from pressroom.kit.db import Base

ROLE = Enum(
    Role,
    name="role",
    native_enum=False,
    length=20,
    values_callable=lambda roles: [role.value for role in roles],
)


class User(Base):
    """A person of the press office. Never deleted: what they did stays theirs.

    Attributes:
        email: in lower case, so that it is unique whatever the case it is typed in.
        one_time: the password was handed out by somebody else and has to be changed first.
    """

    __tablename__ = "user"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    email: Mapped[str] = mapped_column(String(LONGEST_EMAIL), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    one_time: Mapped[bool] = mapped_column(default=False)
    role: Mapped[Role] = mapped_column(ROLE)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    last_sign_in: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it

    def may(self, permission: Permission) -> bool:
        """Whether this person may do this now."""
        return self.active and allowed(self.role, permission)


class DeviceSession(Base):
    """A sign-in on one device. The row decides: ending it ends every copy of its cookie.

    Attributes:
        token_hash: SHA-256 of the token that the device's cookie holds; the token itself is kept nowhere.
        expires_at: moves on with each visit.
    """

    __tablename__ = "device_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(String(64), default="")
    agent: Mapped[str] = mapped_column(String(300), default="")

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)

    @property
    def browser(self) -> str:
        """The browser and the machine, in words."""
        return browser_name(self.agent)

    def is_live(self, now: datetime) -> bool:
        """Whether this device is signed in at *now*."""
        return self.ended_at is None and self.expires_at > now and self.user.active
