"""Passkeys: what a browser is asked for, and whether what it answers holds (Web Authentication, levels 2 and 3).

The library ``webauthn`` checks answers; it is the extra ``passkeys``. It takes half a second to import, so that only an
answer imports it, and the few words that a browser is asked with are put together here.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import orjson
from flask import current_app

from pressroom.accounts.models import Passkey, User
from pressroom.accounts.rules import LONGEST_ANSWER, AccountError
from pressroom.kit.settings import setting

MISSING = (
    "This press room cannot check passkeys: its extra “passkeys” is not installed. Whoever runs it can say "
    "pip install 'pressroom[passkeys]'."
)
NO_NAME = (
    "Passkeys need a press room that is served over https under a name, and site_url in its settings that says so. "
    "Whoever runs it can set that."
)
ALGORITHMS = (-8, -7, -257)  # EdDSA, ES256, RS256: what the level 3 text recommends in section 5.4
WAIT = 300_000  # milliseconds that a browser gives somebody to find the key
KNOWN_TRANSPORTS = frozenset({"usb", "nfc", "ble", "smart-card", "hybrid", "internal"})


class PasskeyError(AccountError):
    """An answer of a browser does not hold. The message is for us; nobody who tries is told more than no."""


@dataclass(frozen=True)
class Site:
    """Where passkeys are good: the host of the one address, and the origin that browsers name with it."""

    host: str
    origin: str


@dataclass(frozen=True)
class Answer:
    """What a browser answered, not checked yet.

    Attributes:
        credential_id: which passkey, in Base64.
        handle: whom the authenticator takes for its owner; empty when it does not say.
        challenge: what it was asked with.
        said: all of it.
    """

    credential_id: str
    handle: str
    challenge: str
    said: Mapping[str, Any]


@dataclass(frozen=True)
class Made:
    """A passkey that an authenticator made, checked."""

    credential_id: str
    public_key: str
    count: int
    transports: str


def site_of(address: str, *, configured: bool) -> Site | None:
    """Where the passkeys of a press room at *address* are good; None where browsers take none.

    A name over https, or localhost (level 3, section 5.1.3). A press room to which nobody gave an address is tried out
    on the machine on which it runs, under that name.
    """
    parts = urlsplit(address)
    host = "localhost" if not configured else parts.hostname or ""
    if host != "localhost" and (parts.scheme != "https" or not host or _is_number(host)):
        return None
    default = {"https": 443, "http": 80}.get(parts.scheme)
    port = f":{parts.port}" if parts.port not in {None, default} else ""
    return Site(host, f"{parts.scheme}://{host}{port}")


def site() -> Site | None:
    """Where the passkeys of this press room are good."""
    return site_of(current_app.config["SITE_URL"], configured=current_app.config["SITE_URL_SET"])


def obstacle() -> str:
    """Why this press room takes no passkeys, as a sentence; empty where it does."""
    if not _has_library():
        return MISSING
    return "" if site() else NO_NAME


@cache
def _has_library() -> bool:
    return find_spec("webauthn") is not None


def asked_to_make(user: User, handle: str, challenge: str) -> str:
    """What a browser is given to make a passkey for *user*, as JSON; not on a key that has one of them already."""
    here = _here()
    return _json(
        {
            "rp": {"id": here.host, "name": setting("organisation_short_name")},
            "user": {"id": _text(handle.encode()), "name": user.email, "displayName": user.name},
            "challenge": _text(challenge.encode()),
            "pubKeyCredParams": [{"type": "public-key", "alg": number} for number in ALGORITHMS],
            "timeout": WAIT,
            "attestation": "none",  # which make of key it is, is none of our business
            "authenticatorSelection": {
                "residentKey": "required",
                "requireResidentKey": True,
                "userVerification": "required",
            },
            "excludeCredentials": _described(user.passkeys),
        }
    )


def asked_to_show(challenge: str, allowed: Iterable[Passkey] = ()) -> str:
    """What a browser is given to show a passkey, as JSON: one of *allowed*, or any that it has for this site."""
    return _json(
        {
            "challenge": _text(challenge.encode()),
            "rpId": _here().host,
            "timeout": WAIT,
            "userVerification": "required",
            "allowCredentials": _described(allowed),
        }
    )


def read(text: str) -> Answer:
    """What a browser answered.

    Raises:
        PasskeyError: it has not the form of an answer.
    """
    try:
        if len(text) > LONGEST_ANSWER:
            raise ValueError("too long")
        said = orjson.loads(text)
        response = said["response"]
        client = orjson.loads(_bytes(response["clientDataJSON"]))
        challenge = _bytes(client["challenge"]).decode("ascii")
        handle = _bytes(response.get("userHandle") or "").decode("ascii")
        identity = _text(_bytes(said["id"]))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise PasskeyError(f"no answer of a browser: {error}") from None
    return Answer(identity, handle, challenge, said)


def check_made(answer: Answer) -> Made:
    """The passkey that *answer* brings. Its challenge is checked by whoever asked.

    Raises:
        PasskeyError: it was made for another site, without looking who is there, or not at all.
    """
    import webauthn  # noqa: PLC0415 - an extra, and slow to import

    expected = _expected(answer)
    try:
        made = webauthn.verify_registration_response(**expected)
    except Exception as error:  # it takes apart what somebody sent; whatever it meets, the answer is no
        raise PasskeyError(str(error)) from error
    told = answer.said["response"].get("transports")
    known = sorted(KNOWN_TRANSPORTS & {str(one) for one in told}) if isinstance(told, list) else []
    return Made(_text(made.credential_id), _text(made.credential_public_key), made.sign_count, " ".join(known))


def check_shown(answer: Answer, public_key: str) -> int:
    """That *answer* is signed by the passkey with this public key, here, by somebody whom it looked at.

    Returns:
        How often the authenticator says that it signed; 0 when it does not count.

    Raises:
        PasskeyError: it is not.
    """
    import webauthn  # noqa: PLC0415 - as above

    expected = _expected(answer)
    try:
        shown = webauthn.verify_authentication_response(
            **expected,
            credential_public_key=_bytes(public_key),
            credential_current_sign_count=0,  # compared where it is written down, by one statement
        )
    except Exception as error:  # as above
        raise PasskeyError(str(error)) from error
    return shown.new_sign_count


def _expected(answer: Answer) -> dict[str, Any]:
    """What *answer* is, and what it has to be about: its challenge, this site, and somebody who was looked at."""
    here = _here()
    return {
        "credential": dict(answer.said),
        "expected_challenge": answer.challenge.encode(),
        "expected_rp_id": here.host,
        "expected_origin": here.origin,
        "require_user_verification": True,
    }


def _here() -> Site:
    here = site()
    if here is None:
        raise PasskeyError(NO_NAME)
    return here


def _described(keys: Iterable[Passkey]) -> list[dict[str, Any]]:
    return [
        {"type": "public-key", "id": key.credential_id}
        | ({"transports": key.transports.split()} if key.transports else {})
        for key in keys
    ]


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _json(asked: Mapping[str, Any]) -> str:
    return orjson.dumps(asked).decode()


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("not Base64") from error
