"""Facts quoted in texts: ``{fact:members}`` stands for what the fact says, ``{fact:members:as-of}`` for its date.

Pure: which facts there are is handed in. A quotation is put in after the text became HTML, so that what a fact says is
words there and never mark-up.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Protocol

from pressroom.kit import dates

GONE = "[figure withdrawn]"
"""Stands in the text of a past date for a fact that no date shows any more."""

_QUOTED = re.compile(r"\{\s*fact\s*:([^{}\n]{0,200})\}", re.I)
_IN_AN_ADDRESS = re.compile(r"%7B\s*fact\s*:", re.I)


class Quotable(Protocol):
    """What can be quoted: a fact, or an earlier version of one."""

    key: str
    label: str
    value: str
    unit: str
    detail: str
    source: str
    as_of: date | None

    @property
    def words(self) -> str:
        """Within a sentence."""

    @property
    def reading(self) -> str:
        """At the beginning of one."""


FORMS: Mapping[str, Callable[[Quotable], str]] = {
    "": lambda fact: fact.words,
    "start": lambda fact: fact.reading,
    "value": lambda fact: fact.value or fact.reading,
    "unit": lambda fact: fact.unit,
    "as-of": lambda fact: dates.day(fact.as_of) if fact.as_of else "",
    "source": lambda fact: fact.source,
    "label": lambda fact: fact.label,
    "detail": lambda fact: fact.detail,
}
"""What may stand after the second colon → what it gives."""


class QuotationError(ValueError):
    """A text quotes what is not there. The message says what to write instead."""


@dataclass(frozen=True)
class Quotation:
    """A fact, and what of it is quoted; a key of :data:`FORMS`."""

    key: str
    form: str = ""

    @classmethod
    def read(cls, words: str) -> Quotation:
        """Of what stands behind ``{fact:``."""
        key, _, form = words.partition(":")
        return cls(key.strip().lower(), form.strip().lower())


def quoted(text: str) -> Iterator[Quotation]:
    """Each quotation in *text*, Markdown or HTML."""
    return (Quotation.read(found[1]) for found in _QUOTED.finditer(text))


def keys(text: str) -> set[str]:
    """The keys of the facts that *text* quotes."""
    return {one.key for one in quoted(text)}


def check(html: str, facts: Mapping[str, Quotable], *, closed: Collection[str] = ()) -> None:
    """Refuse a text that quotes what cannot be quoted.

    Args:
        html: the text, not resolved yet.
        facts: key → fact, of those that everybody may read.
        closed: keys of facts that are not public.

    Raises:
        QuotationError: with a sentence that names what is near.
    """
    if _IN_AN_ADDRESS.search(html):
        raise QuotationError("A fact can be quoted in words, not in the address of a link. Write the address out.")
    for one in quoted(html):
        if one.key in closed:
            raise QuotationError(f"The fact “{one.key}” is not public, so nothing public can quote it.")
        if one.key not in facts:
            raise QuotationError(_unknown(one.key, facts))
        if one.form not in FORMS:
            known = ", ".join(form for form in FORMS if form)
            raise QuotationError(
                f"{{fact:{one.key}:{one.form}}} asks for “{one.form}”. After the second colon stands one of: {known}."
            )


def _unknown(key: str, facts: Mapping[str, Quotable]) -> str:
    labels = {fact.label.lower(): fact.key for fact in facts.values()}
    near = difflib.get_close_matches(key, facts, n=3, cutoff=0.5)
    near += [labels[label] for label in difflib.get_close_matches(key.replace("-", " "), labels, n=3, cutoff=0.5)]
    said = " or ".join(f"{{fact:{one}}}" for one in dict.fromkeys(near[:3]))
    sentence = f"There is no fact with the key “{key[:80]}”."
    return f"{sentence} Did you mean {said}?" if said else f"{sentence} The fact sheet on the desk shows every key."


def resolve(html: str, facts: Mapping[str, Quotable], missing: str = GONE) -> str:
    """*html* with each quotation as words; *missing* for a fact that is not among *facts*."""

    def words(found: re.Match[str]) -> str:
        one = Quotation.read(found[1])
        if one.key not in facts or one.form not in FORMS:
            return escape(missing)
        return escape(FORMS[one.form](facts[one.key]))

    return _QUOTED.sub(words, html)
