"""What a password must be (NIST SP 800-63B, section 3.1.1.2): long, and none that is tried first.

No rules of composition: a capital, a digit and a sign make "Password1!" of "password" and nobody safer. Blanks and any
letters of any script are welcome. What is refused is what a guesser begins with: phrases that many people use, the
names of the press room and of the person, rows of keys, numbers in order, the same piece again and again; and little
more than those.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from pressroom.accounts.rules import LONGEST_PASSWORD, SHORTEST_PASSWORD, AccountError

LIST = Path(__file__).with_name("common_passwords.txt")
LEAST_OF_ONES_OWN = 6  # characters beside what everybody tries; signs of the keyboard are tried too, and do not count
SIGNS = frozenset(string.punctuation + "\0")
LEAST_DIFFERENT = 5  # characters
SHORTEST_RUN = 4
SHORTEST_NAME = 3

ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "yxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "1q2w3e4r5t6y7u8i9o0p",
)
"""What lies side by side: the alphabet, the digits, the keys of three keyboards."""

WORDS = tuple(
    """
    password passwort passwd wachtwoord motdepasse contrasena senha parola haslo welcome welkom willkommen bienvenue
    letmein iloveyou loveyou qwerty azerty admin administrator root user guest login signin secret geheim master default
    changeme temp temporary test testing demo sample hello hallo bonjour please princess sunshine football baseball
    basketball superman batman dragon monkey shadow michael jennifer jessica ashley charlie chocolate butterfly
    liverpool chelsea arsenal starwars pokemon whatever freedom computer internet samsung google facebook microsoft
    windows summer winter spring autumn january february march april june july august september october november
    december monday tuesday wednesday thursday friday saturday sunday flower cookie cheese banana orange purple angel
    lovely forever family mother father jesus christ money killer soccer hockey abc123 pressroom newsroom embargo
    """.split()  # noqa: SIM905 - a list of words reads best as one
)
"""Words that make nothing safer, however many digits stand behind them."""

LOOKALIKES = str.maketrans("0134578@$!|+", "oieastbasilt")


def normal(text: str) -> str:
    """*text* in the one form in which it is hashed: keyboards write the same letters in different ways (NFKC)."""
    return unicodedata.normalize("NFKC", text)


def check(text: str, *, about: Iterable[str] = ()) -> str:
    """*text*, if it can be a password.

    Args:
        text: as it was typed; nothing is cut off.
        about: names that a guesser knows: the person's, their address, the organisation's.

    Raises:
        AccountError: it is too short, too long, or among the first that are tried.
    """
    password = normal(text)
    if len(password) < SHORTEST_PASSWORD:
        raise AccountError(f"Choose a password of at least {SHORTEST_PASSWORD} characters; a few words do well.")
    if len(password) > LONGEST_PASSWORD:
        raise AccountError(f"Choose a password of at most {LONGEST_PASSWORD} characters.")
    if sentence := _weakness(password.casefold(), names(about)):
        raise AccountError(
            f"Choose another password: {sentence} Four or five words that have nothing in common do well."
        )
    return text


def names(about: Iterable[str]) -> frozenset[str]:
    """The words of *about* that are long enough to matter."""
    words = {word for text in about for word in re.findall(r"\w+", normal(text).casefold())}
    return frozenset(word for word in words if len(word) >= SHORTEST_NAME)


@lru_cache(1)
def common() -> frozenset[str]:
    """The list that comes with the press room."""
    lines = LIST.read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _weakness(text: str, about: frozenset[str]) -> str:
    plain = "".join(text.split())
    for spelling in (plain, plain.translate(LOOKALIKES)):
        if "".join(filter(str.isalnum, spelling)) in common():
            return "this one is on every list of passwords that are tried first."
    if len(set(plain)) < LEAST_DIFFERENT or _piece(plain) < SHORTEST_PASSWORD:
        return "this one is the same few characters again and again."
    known = tuple(sorted({*about, *WORDS}, key=len, reverse=True))
    if min(_left(spelling, known) for spelling in (plain, plain.translate(LOOKALIKES))) < LEAST_OF_ONES_OWN:
        return "this one is little more than names, words or rows of keys that are tried first."
    return ""


def _piece(text: str) -> int:
    """The length of the piece that *text* repeats; its own length when it repeats none."""
    for length in range(1, len(text) // 2 + 1):
        if all(text[at] == text[at - length] for at in range(length, len(text))):
            return length
    return len(text)


def _left(text: str, known: tuple[str, ...]) -> int:
    """How many characters of *text* remain when what is *known* and what is in order is taken away."""
    text = text[:LONGEST_PASSWORD]
    for word in known:
        text = text.replace(word, "\0")
    for run in sorted(set(_runs(text)), key=len, reverse=True):
        text = text.replace(run, "\0")
    return sum(character not in SIGNS for character in text)


def _runs(text: str) -> Iterator[str]:
    """The pieces of *text* that follow a row, forwards or backwards, or are one character again and again."""
    rows = (*ROWS, *(row[::-1] for row in ROWS))
    at = 0
    while at < len(text):
        length = max((_along(row, text, at) for row in rows), default=0)
        same = re.match(r"(.)\1*", text[at:], re.DOTALL)
        length = max(length, same.end() if same else 0)
        if length >= SHORTEST_RUN:
            yield text[at : at + length]
        at += max(1, length if length >= SHORTEST_RUN else 1)


def _along(row: str, text: str, at: int) -> int:
    """How far *text* follows *row* from *at* on."""
    start = row.find(text[at])
    length = 0
    while start >= 0 and start + length < len(row) and text[at + length : at + length + 1] == row[start + length]:
        length += 1
    return length
