"""The second factor, as pure functions: what an authenticator app and we both compute (RFC 6238), and recovery codes.

The database keeps a seed, which is random and secret of nothing: what the app is given is derived from it with the
key of the press room. A copy of the database alone makes no codes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from datetime import datetime

import pyotp

PERIOD = 30  # seconds; what apps assume
DRIFT = 1  # steps to either side: a telephone's clock is rarely off by more than half a minute
DIGITS = 6
CODES = 10  # recovery codes
GROUPS, GROUP = 6, 4

# No l, o, 0 or 1: a code that is copied from paper. 32 letters, so 24 of them are 120 bits; with 112 bits or more a
# plain hash is enough (NIST SP 800-63B, section 3.1.2.2).
LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


def new_seed() -> str:
    """The random part that is stored."""
    return secrets.token_hex(16)


def secret(seed: str, key: str) -> str:
    """What the app is given, in Base32: 160 bits, as RFC 4226 asks for in section 4.

    Args:
        seed: the stored part.
        key: the secret key of the press room.
    """
    made = hmac.new(key.encode(), b"pressroom second factor\0" + seed.encode(), hashlib.sha256).digest()
    return base64.b32encode(made[:20]).decode()


def in_groups(text: str) -> str:
    """*text* in groups of four, to be typed."""
    return " ".join(text[at : at + GROUP] for at in range(0, len(text), GROUP))


def address(shared: str, *, email: str, issuer: str) -> str:
    """The ``otpauth:`` address that a QR code holds."""
    return pyotp.TOTP(shared).provisioning_uri(name=email, issuer_name=issuer.replace(":", " "))


def drawing(text: str) -> str:
    """*text* as a QR code, black on white in any colour scheme: a ``data:`` address of an SVG file."""
    import segno  # noqa: PLC0415 - slow to import, and few pages draw a code

    code = segno.make(text, error="m", micro=False)
    return code.svg_data_uri(scale=4, border=4, dark="#000", light="#fff", xmldecl=False, omitsize=False)


def step_at(now: datetime) -> int:
    """The number of the step that runs at *now*."""
    return int(now.timestamp()) // PERIOD


def matching_step(shared: str, code: str, now: datetime) -> int | None:
    """The step whose code *code* is, among those near *now*. All of them are compared, so that time says nothing."""
    totp, found = pyotp.TOTP(shared), None
    for step in range(step_at(now) - DRIFT, step_at(now) + DRIFT + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode()):
            found = step
    return found


def typed_code(text: str) -> str:
    """*text* as the code of an app, if it is one: apps show it as ``123 456``."""
    code = re.sub(r"[\s.-]", "", text)
    return code if len(code) == DIGITS and code.isascii() and code.isdigit() else ""


def new_recovery_code() -> str:
    """A code for the day on which the telephone is gone."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))


def recovery_hash(text: str) -> str:
    """What is stored of a recovery code, however it was typed."""
    return hashlib.sha256("".join(filter(str.isalnum, text.casefold())).encode()).hexdigest()
