"""An authenticator in software: what a key on a key ring does, and what none should."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

ORIGIN = "http://localhost:8000"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40  # flags of the authenticator data (level 2, section 6.1)


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def data(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def key_pair(kind: str) -> tuple[Any, dict[int, Any]]:
    """A private key, and the public one as COSE (RFC 9053)."""
    if kind == "EdDSA":
        private = ed25519.Ed25519PrivateKey.generate()
        return private, {1: 1, 3: -8, -1: 6, -2: private.public_key().public_bytes_raw()}
    curve = ec.generate_private_key(ec.SECP256R1())
    point = curve.public_key().public_numbers()
    return curve, {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}


@dataclass
class Authenticator:
    """One passkey, and what it says of itself; a test bends one word of it."""

    kind: str = "ES256"
    origin: str = ORIGIN
    host: str = "localhost"
    flags: int = PRESENT | VERIFIED
    count: int = 0
    handle: bytes = b""
    identity: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def __post_init__(self) -> None:
        self.private, self.public = key_pair(self.kind)

    def make(self, options: dict[str, Any]) -> str:
        """Answer ``navigator.credentials.create``, with no attestation."""
        self.handle = data(options["user"]["id"])
        told = len(self.identity).to_bytes(2, "big") + self.identity + cbor2.dumps(self.public)
        about = self._about(ATTESTED) + bytes(16) + told
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": about})
        client = self._client("webauthn.create", options["challenge"])
        response = {"clientDataJSON": text(client), "attestationObject": text(attestation), "transports": ["usb", "x"]}
        return self._answer(response)

    def show(self, options: dict[str, Any]) -> str:
        """Answer ``navigator.credentials.get``."""
        client = self._client("webauthn.get", options["challenge"])
        about = self._about(0)
        signed = about + hashlib.sha256(client).digest()
        ecdsa = () if self.kind == "EdDSA" else (ec.ECDSA(hashes.SHA256()),)
        response = {"clientDataJSON": text(client), "authenticatorData": text(about), "userHandle": text(self.handle)}
        return self._answer(response | {"signature": text(self.private.sign(signed, *ecdsa))})

    def _about(self, more: int) -> bytes:
        host = hashlib.sha256(self.host.encode()).digest()
        return host + bytes([self.flags | more]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _answer(self, response: dict[str, Any]) -> str:
        identity = text(self.identity)
        return json.dumps({"id": identity, "rawId": identity, "type": "public-key", "response": response})
