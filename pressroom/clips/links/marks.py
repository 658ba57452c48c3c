"""How alike two texts are, from sixteen letters that are kept of each (SimHash: Charikar, STOC 2002).

Three words in a row are hashed; each bit of the mark is what most of them say. Texts that share nothing differ in about
32 of 64 bits, and one that was edited differs in few.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

BITS = 64
SAME = 3
ALIKE = 18  # bits; a text of which a fifth was written anew is some 16 apart, and strangers one time in two thousand
FAR = 24  # a text of which half was written anew is some 22 apart, and strangers 97 times in a hundred further
MOST_WORDS = 6_000
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_]+")  # a letter of Chinese and Japanese is a word


def words(text: str) -> list[str]:
    """The words of *text* in small letters, without marks."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def mark(text: str) -> str:
    """The mark of *text*, 16 hexadecimal digits; empty for fewer than three words."""
    found = words(text)[:MOST_WORDS]
    shingles = {" ".join(found[start : start + 3]) for start in range(len(found) - 2)}
    if not shingles:
        return ""
    import numpy as np  # noqa: PLC0415 - slow to import, and only the worker needs it

    hashed = b"".join(hashlib.blake2b(one.encode(), digest_size=8).digest() for one in shingles)
    bits = np.unpackbits(np.frombuffer(hashed, dtype=np.uint8).reshape(-1, 8), axis=1)
    majority = bits.sum(axis=0, dtype=np.int64) * 2 > len(shingles)
    return np.packbits(majority).tobytes().hex()


def apart(one: str, other: str) -> int:
    """In how many bits two marks differ; :data:`BITS` where there is none to compare."""
    if not one or not other:
        return BITS
    return (int(one, 16) ^ int(other, 16)).bit_count()
