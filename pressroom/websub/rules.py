"""What a hub grants and refuses (WebSub, W3C Recommendation of 2018). Pure: no session, no clock, no network."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlencode, urlsplit

from pressroom.kit.fetch import FetchError, targets

PATH = "/hub"

WAITS = (1, 5, 15, 60, 180, 360, 720)
"""Minutes until the next try after each one that failed; after the last it is given up, a day after the first."""

CLAIM = timedelta(minutes=10)
"""For how long a row belongs to whoever claimed it; a worker that died has let it go by then."""

SHORTEST, USUAL, LONGEST = 3_600, 10 * 86_400, 30 * 86_400
"""Seconds that a subscription lasts: at least, where nothing is asked for, and at most."""

TRIES_TO_VERIFY = 2
"""How often a callback is asked that nobody has vouched for: whoever means it answers, and may ask again."""

MOST_SUBSCRIPTIONS = 10_000
MOST_TOPICS = 200  # feeds that are followed, and so made each minute; those of the house are always taken
MOST_OF_A_HOST = 200  # subscriptions with callbacks at one host
MOST_WAITING = 1_000  # subscriptions that are being verified
LENGTHS = {"callback": 1000, "topic": 500, "secret": 199, "problem": 300}  # a secret is shorter than 200 bytes (5.1)


class Mode(StrEnum):
    """What a subscriber wants."""

    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"


class HubError(ValueError):
    """A request is refused; the message is a sentence for the subscriber."""


@dataclass(frozen=True)
class Asked:
    """A request to the hub, as far as it can be right without asking anybody.

    Attributes:
        topic: the address of a feed.
        callback: where the subscriber is told.
        lease: seconds.
        secret: with which what is sent is signed; may be empty.
    """

    mode: Mode
    topic: str
    callback: str
    lease: int
    secret: str


def read(form: Mapping[str, str], ports: frozenset[int]) -> Asked:
    """What a form asks for (5.1).

    Args:
        ports: those that may be called.

    Raises:
        HubError: with what is wrong.
    """
    mode, topic, callback = (form.get(f"hub.{name}", "").strip() for name in ("mode", "topic", "callback"))
    if mode not in list(Mode):
        raise HubError("hub.mode has to be subscribe or unsubscribe.")
    if not topic or len(topic) > LENGTHS["topic"]:
        raise HubError("hub.topic has to be the address of one of our feeds, as its rel=self says it.")
    if not callback or len(callback) > LENGTHS["callback"]:
        raise HubError(f"hub.callback has to be an address of at most {LENGTHS['callback']:,} characters.")
    if not callback.isascii():
        raise HubError("hub.callback has to be ASCII. Send the name of the site as punycode, the rest percent-encoded.")
    try:
        targets.read(callback, ports)
    except FetchError as error:
        raise HubError(f"hub.callback: {error}") from None
    secret = form.get("hub.secret", "")
    if not secret.isprintable():
        raise HubError("hub.secret has to be printable: no line breaks and no control characters.")
    if len(secret.encode()) > LENGTHS["secret"]:
        raise HubError("hub.secret has to be shorter than 200 bytes.")
    return Asked(Mode(mode), topic, callback, lease(form.get("hub.lease_seconds", "")), secret)


def lease(written: str) -> int:
    """The seconds that are granted where *written* is asked for."""
    known = written.isascii() and written.isdigit() and len(written) < 12
    return min(max(int(written), SHORTEST), LONGEST) if known and int(written) else USUAL


def question(asked: Asked, challenge: str) -> str:
    """The address that is asked whether the subscriber means it (5.3)."""
    said = {"hub.mode": str(asked.mode), "hub.topic": asked.topic, "hub.challenge": challenge}
    if asked.mode is Mode.SUBSCRIBE:
        said["hub.lease_seconds"] = str(asked.lease)
    address, _, _fragment = asked.callback.partition("#")
    return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(said)}"


def signature(secret: str, body: bytes) -> str:
    """The header that proves that *body* comes from us (8)."""
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


def next_try(attempts: int, now: datetime, *, verifying: bool = False) -> datetime | None:
    """When what failed is tried again; None when it has been tried often enough.

    Args:
        attempts: how often it was tried, this time included.
        verifying: it is the question whether a subscriber means it.
    """
    most = TRIES_TO_VERIFY - 1 if verifying else len(WAITS)
    return now + timedelta(minutes=WAITS[attempts - 1]) if attempts <= most else None


def host_of(callback: str) -> str:
    """Whose subscription it is, as far as limits go: the host that is called, however it is written.

    >>> host_of("https://Reader.Example.:8443/told")
    'reader.example'

    Raises:
        FetchError: it is no web address.
    """
    return targets.read(callback, range(65_536)).host
