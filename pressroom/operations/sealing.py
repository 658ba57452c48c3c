"""A backup behind a passphrase: AES-256-GCM in pieces, with a key that scrypt makes of the passphrase.

The construction is STREAM (Hoang, Reyhanitabar, Rogaway and Vizár, CRYPTO 2015): a piece's nonce is a random prefix,
its number, and whether it is the last, so that no piece can be changed, left out, moved, or cut off at the end. The
cost of scrypt is that which OWASP's Password Storage Cheat Sheet names (N = 2^17, r = 8, p = 1: 128 MB).
"""

from __future__ import annotations

import io
import os
import struct
from pathlib import Path
from typing import BinaryIO

from pressroom.operations.rules import BackupError

MAGIC = b"pressroom-sealed-1\n"
PIECE = 1 << 20
TAG = 16
_HEADER = struct.Struct(">B16s7s")  # log2 of N, salt, prefix of the nonces
LOG_N, _LARGEST_LOG_N = 17, 20  # a header that was made up may not ask for more than a gigabyte
LEAST = 12

LACKING = "A sealed backup needs the package cryptography. Install it: pip install 'pressroom[encryption]'"
WRONG = "It cannot be opened: the passphrase is another one, or the file was changed or cut off."


def is_sealed(path: os.PathLike[str]) -> bool:
    """Whether the file was sealed; by its first bytes, whatever it is called."""
    with open(path, "rb") as file:  # noqa: PTH123 - any path
        return file.read(len(MAGIC)) == MAGIC


def good(passphrase: str) -> str:
    """*passphrase*, if it is long enough to be one.

    Raises:
        BackupError: it is not; and nobody would notice before somebody guesses it.
    """
    if len(passphrase) < LEAST:
        raise BackupError(f"The passphrase is shorter than {LEAST} characters: take several words.")
    return passphrase


def passphrase_in(path: Path) -> str:
    """The first line of the file *path*.

    Raises:
        BackupError: it cannot be read, or is too short.
    """
    try:
        return good((path.read_text("utf-8").splitlines() or [""])[0].strip())
    except (OSError, UnicodeDecodeError) as error:
        raise BackupError(f"The passphrase cannot be read from {path}: {error}.") from None


def _cipher(passphrase: str, header: bytes) -> tuple[object, bytes]:
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - an extra
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt  # noqa: PLC0415
    except ImportError:
        raise BackupError(LACKING) from None
    log_n, salt, prefix = _HEADER.unpack(header)
    if not 1 <= log_n <= _LARGEST_LOG_N:
        raise BackupError(WRONG)
    key = Scrypt(salt=salt, length=32, n=1 << log_n, r=8, p=1).derive(passphrase.encode())
    return AESGCM(key), prefix


def _nonce(prefix: bytes, number: int, last: bool) -> bytes:
    return prefix + struct.pack(">IB", number, last)


class Sealer(io.RawIOBase):
    """Seals what is written to it. Only :meth:`finish` makes it whole: what is cut off cannot be opened."""

    def __init__(self, out: BinaryIO, passphrase: str) -> None:
        """Write to *out*."""
        self.out, self.header = out, _HEADER.pack(LOG_N, os.urandom(16), os.urandom(7))
        self.cipher, self.prefix = _cipher(good(passphrase), self.header)
        self.waiting, self.number = bytearray(), 0
        out.write(MAGIC + self.header)

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Take *data*; what fills a piece is sealed. The last one waits for :meth:`finish`."""
        self.waiting += data
        while len(self.waiting) > PIECE:
            self._seal(bytes(self.waiting[:PIECE]), last=False)
            del self.waiting[:PIECE]
        return len(data)

    def finish(self) -> None:
        """Seal what is left, as the last piece."""
        self._seal(bytes(self.waiting), last=True)
        self.waiting.clear()

    def _seal(self, piece: bytes, *, last: bool) -> None:
        sealed = self.cipher.encrypt(_nonce(self.prefix, self.number, last), piece, self.header)  # type: ignore[attr-defined]
        self.out.write(sealed)
        self.number += 1


class Opener(io.RawIOBase):
    """Reads what a :class:`Sealer` wrote; gives no byte that was not written so.

    Raises:
        BackupError: while it is read: another passphrase, or changed bytes.
    """

    def __init__(self, source: BinaryIO, passphrase: str) -> None:
        """Read from *source*, which stands at its beginning."""
        start = source.read(len(MAGIC) + _HEADER.size)
        self.header = start[len(MAGIC) :]
        if not start.startswith(MAGIC) or len(self.header) != _HEADER.size:
            raise BackupError(WRONG)
        self.cipher, self.prefix = _cipher(passphrase, self.header)
        self.source, self.number, self.opened = source, 0, b""
        self.next = source.read(PIECE + TAG)
        self.ended = False

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """Fill *buffer* as far as the piece in hand goes."""
        if not self.opened and not self.ended:
            self._open()
        taken = self.opened[: len(buffer)]
        buffer[: len(taken)] = taken
        self.opened = self.opened[len(taken) :]
        return len(taken)

    def _open(self) -> None:
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - an extra, and here by now

        piece, self.next = self.next, self.source.read(PIECE + TAG)
        self.ended = not self.next
        try:
            self.opened = self.cipher.decrypt(_nonce(self.prefix, self.number, self.ended), piece, self.header)  # type: ignore[attr-defined]
        except InvalidTag:
            raise BackupError(WRONG) from None
        self.number += 1
