"""Challenges that a browser has to have signed by a passkey: good for minutes, in one browser, for one purpose, once.

A page that shows one writes nothing, since it is signed with the key of the press room and knows itself what it is for.
Only one that a passkey answered rightly becomes a row, so that strangers fill no table.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from flask import session
from flask_wtf.csrf import generate_csrf
from itsdangerous import BadSignature, URLSafeSerializer

from pressroom.accounts.passkeys import PasskeyError
from pressroom.accounts.rules import CHALLENGE_MINUTES
from pressroom.kit.settings import setting

SIGN_IN, PROVE, MAKE = "sign in", "prove", "make"


def new(purpose: str, *, now: datetime) -> str:
    """A challenge for this browser.

    Args:
        purpose: what the answer is good for.
        now: the instant from which it is good.
    """
    generate_csrf()  # so that this browser has a cookie with a secret of its own
    return str(_signer().dumps([purpose, _browser(), int(now.timestamp()), secrets.token_urlsafe(16)]))


def check(challenge: str, purpose: str, *, now: datetime) -> None:
    """That *challenge* is ours, for this browser and this purpose, and not too old. Not that it is unused.

    Raises:
        PasskeyError: it is not.
    """
    try:
        made_for, browser, at, _nonce = _signer().loads(challenge)
    except (BadSignature, ValueError, TypeError):
        raise PasskeyError("a challenge that is not ours") from None
    if made_for != purpose or not hmac.compare_digest(browser.encode(), _browser().encode()):
        raise PasskeyError("a challenge for something else")
    if not timedelta(0) <= now - datetime.fromtimestamp(at, now.tzinfo) < timedelta(minutes=CHALLENGE_MINUTES):
        raise PasskeyError("a challenge that is too old")


def digest(challenge: str) -> str:
    """What is kept of a challenge that was used."""
    return hashlib.sha256(challenge.encode()).hexdigest()


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(setting("secret_key"), salt="passkey", signer_kwargs={"digest_method": hashlib.sha256})


def _browser() -> str:
    """This browser, by the secret behind the tokens of its forms."""
    return digest("browser " + str(session.get("csrf_token", "")))
