"""A sealed backup opens with its passphrase, whole, or not at all."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest

from pressroom.operations import sealing
from pressroom.operations.rules import BackupError
from pressroom.operations.sealing import MAGIC, Opener, Sealer

WORDS = "four words are enough"


@pytest.fixture(autouse=True)
def small_and_cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "PIECE", 100)
    monkeypatch.setattr(sealing, "LOG_N", 4)


def sealed(content: bytes) -> bytes:
    out = io.BytesIO()
    sealer = Sealer(out, WORDS)
    for start in range(0, len(content), 37):
        sealer.write(content[start : start + 37])
    sealer.finish()
    return out.getvalue()


def opened(content: bytes, words: str = WORDS) -> bytes:
    return io.BufferedReader(Opener(io.BytesIO(content), words), 64).read()


@pytest.mark.parametrize("size", [0, 1, 99, 100, 101, 200, 1_000])
def test_what_goes_in_comes_out(size: int) -> None:
    content = bytes(n % 251 for n in range(size))
    found = sealed(content)
    assert opened(found) == content
    assert found.startswith(MAGIC)
    assert content[:20] not in found or size == 0 or size == 1
    assert sealed(content) != found  # another salt, another key


def test_no_byte_is_changed_left_out_moved_or_cut_off() -> None:
    content = bytes(350)
    good = sealed(content)
    start, piece = len(good) - 350 - 4 * 16, 116
    one, two = good[start : start + piece], good[start + piece : start + 2 * piece]
    spoilt = [good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :] for at in range(0, len(good), 7)]
    spoilt += [good[:end] for end in (0, 5, start - 1, start, start + piece, start + 2 * piece, len(good) - 1)]
    spoilt += [good[:start] + two + one + good[start + 2 * piece :], good[:start] + good[start + piece :], good + b"x"]
    for bad in spoilt:
        with pytest.raises(BackupError, match="passphrase is another one, or the file was changed"):
            opened(bad)


def test_another_passphrase_and_one_that_is_too_short() -> None:
    with pytest.raises(BackupError, match="passphrase is another one"):
        opened(sealed(b"x"), "four words are not enough")
    with pytest.raises(BackupError, match="shorter than 12"):
        Sealer(io.BytesIO(), "short")


def test_a_header_that_asks_for_too_much_memory_is_refused() -> None:
    good = bytearray(sealed(b"x"))
    good[len(MAGIC)] = 40
    with pytest.raises(BackupError, match="cannot be opened"):
        opened(bytes(good))


def test_without_the_extra_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins

    real = builtins.__import__

    def none(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.startswith("cryptography"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", none)
    with pytest.raises(BackupError, match=re.escape("pip install 'pressroom[encryption]'")):
        Sealer(io.BytesIO(), WORDS)
