"""People, their second factors, and the devices on which they are signed in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, BigInteger, CheckConstraint, Enum, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pressroom.accounts.rules import (
    LONGEST_EMAIL,
    LONGEST_NAME,
    LONGEST_PASSKEY_NAME,
    LinkFor,
    Permission,
    Role,
    Whose,
    allowed,
    browser_name,
)
from pressroom.kit.db import Base, as_words

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
        password_hash: of a password that nobody has, until the person chose one.
        passkey_handle: by which authenticators know this person: random, and nothing else (level 3, section 14.6.1).
        failed_tries: since the last sign-in, as far as the audit was told of them; see ``failures``.
    """

    __tablename__ = "user"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    email: Mapped[str] = mapped_column(String(LONGEST_EMAIL), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role] = mapped_column(ROLE)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    last_sign_in: Mapped[datetime | None]
    passkey_handle: Mapped[str | None] = mapped_column(String(64), unique=True)
    failed_tries: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column()

    factor: Mapped[SecondFactor | None] = relationship(lazy="joined", viewonly=True)
    passkeys: Mapped[list[Passkey]] = relationship(viewonly=True, order_by="Passkey.id")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it

    @property
    def whose(self) -> Whose:
        """Whose account a failed try was in."""
        return Whose("user", self.id, self.name)

    @property
    def has_app(self) -> bool:
        """Whether an authenticator app makes codes for this person."""
        return self.factor is not None and self.factor.confirmed_at is not None

    @property
    def has_second_factor(self) -> bool:
        """Whether the password alone does not do."""
        return self.has_app or bool(self.passkeys)

    def may(self, permission: Permission) -> bool:
        """Whether this person may do this now."""
        return self.active and allowed(self.role, permission)


class SecondFactor(Base):
    """Somebody's authenticator app. Begun when they are shown its secret, in force once a code of it was right.

    Attributes:
        seed: what the secret is made of, together with the key of the press room; see ``second_factor``.
        last_step: the step of the last code that was used. No code of it, or of an earlier one, is taken again.
    """

    __tablename__ = "second_factor"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True, autoincrement=False)
    seed: Mapped[str] = mapped_column(String(64))
    begun_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(default=0)


class Passkey(Base):
    """A key pair of which an authenticator keeps the private half, and shows it only to whom it knows.

    Attributes:
        name: what its owner calls it.
        host: the name of the site for which it was made; it is good nowhere else.
        credential_id: by which browsers know it, in Base64; at most 1,023 bytes (level 3, section 4).
        public_key: as COSE, in Base64.
        sign_count: how often it said that it had signed.
        transports: how a browser reaches it, in the words of the standard.
    """

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    name: Mapped[str] = mapped_column(String(LONGEST_PASSKEY_NAME))
    host: Mapped[str] = mapped_column(String(253))
    credential_id: Mapped[str] = mapped_column(String(1364), unique=True)
    public_key: Mapped[str] = mapped_column(Text)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    transports: Mapped[str] = mapped_column(String(100), default="")
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class UsedChallenge(Base):
    """A challenge that a passkey answered. Kept for as long as somebody could try it again."""

    __tablename__ = "used_challenge"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    ends_at: Mapped[datetime] = mapped_column(index=True)


class RecoveryCode(Base):
    """A code that is good once, in the place of one from the app. Only its SHA-256 is kept."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("user_id", "code_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


class AccountLink(Base):
    """A link with which somebody chooses a password, once. Its token is kept nowhere, only its SHA-256."""

    __tablename__ = "account_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    purpose: Mapped[LinkFor] = mapped_column(as_words(LinkFor, length=20, name="account_link_purpose"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class ResetRequest(Base):
    """That somebody at the door forgot the password of this address, whether or not there is such a person.

    The page writes this row and nothing else, so that its answer takes as long for an address that is unknown; the
    worker looks the person up.
    """

    __tablename__ = "reset_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(LONGEST_EMAIL))
    at: Mapped[datetime]


class SignInStep(Base):
    """Half a sign-in: the password was right, and the code is still to come. Good for minutes, in one browser.

    Attributes:
        token_hash: SHA-256 of the token in that browser's cookie.
        tries: how many codes were tried.
    """

    __tablename__ = "sign_in_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class FailedTry(Base):
    """Tries that failed in one account in one way, of which the audit was not told yet.

    Attributes:
        kind: of the account, as the audit calls it.
        object_id: its number; 0 for all the accounts that there are none of.
        what: was wrong.
        title: what the audit calls the account.
        networks: from where; one more than are shown means others.
    """

    __tablename__ = "failed_try"

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    object_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    what: Mapped[str] = mapped_column(String(20), primary_key=True)
    title: Mapped[str] = mapped_column(String(LONGEST_NAME))
    tries: Mapped[int]
    begun_at: Mapped[datetime] = mapped_column(index=True)
    last_at: Mapped[datetime]
    networks: Mapped[list[str]] = mapped_column(JSON)


class DeviceSession(Base):
    """A sign-in on one device. The row decides: ending it ends every copy of its cookie.

    Attributes:
        proved_at: when the person last showed on this device that it is they.
        token_hash: SHA-256 of the token that the device's cookie holds; the token itself is kept nowhere.
        expires_at: moves on with each visit.
        failed_before: how many tries had failed since the sign-in before this one.
    """

    __tablename__ = "device_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    proved_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(String(64), default="")
    agent: Mapped[str] = mapped_column(String(300), default="")
    failed_before: Mapped[int] = mapped_column(default=0)

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)

    @property
    def browser(self) -> str:
        """The browser and the machine, in words."""
        return browser_name(self.agent)

    def is_live(self, now: datetime) -> bool:
        """Whether this device is signed in at *now*."""
        return self.ended_at is None and self.expires_at > now and self.user.active
