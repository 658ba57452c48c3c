"""What is quoted in the text of a release: read from its HTML, so that the text stays the one place for it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pressroom.kit import text

_QUOTATION = re.compile(r'<blockquote class="quote">(.*?)</blockquote>', re.DOTALL)
_PARAGRAPH_END = re.compile(r"</(?:p|li|h[2-6]|blockquote)>")
_SOURCE = re.compile(r"<footer><cite>(.*?)</cite>(?:, )?(.*?)</footer>\s*$", re.DOTALL)
_FORMS_OF_ADDRESS = {"dr", "prof", "professor", "mr", "mrs", "ms", "sir", "dame"}
_FIRST_SCRIPT_WITHOUT_SPACES = "\u0590"  # from Hebrew on, other rules hold for names than a space between two parts


@dataclass(frozen=True)
class Quotation:
    """What somebody said.

    Attributes:
        text: the words, one paragraph a line, with the marks that they were written with.
        speaker: the full name with its degrees; empty where nobody is named.
        title: what they are; empty where that is not said.
    """

    text: str
    speaker: str = ""
    title: str = ""

    @property
    def source(self) -> str:
        """Name and title on one line."""
        return ", ".join(filter(None, (self.speaker, self.title)))


@lru_cache(8)  # a page asks several times
def read(body_html: str) -> tuple[Quotation, ...]:
    """The quotations in *body_html*, which :func:`pressroom.releases.typeset.body_html` made, in their order."""
    return tuple(_read(found[1]) for found in _QUOTATION.finditer(body_html))


def warnings(quotations: Sequence[Quotation]) -> list[str]:
    """A sentence for each quotation that lacks the full name or the title of whoever said it."""
    return [
        sentence for number, quotation in enumerate(quotations, start=1) if (sentence := _warning(number, quotation))
    ]


def _read(inner: str) -> Quotation:
    source = _SOURCE.search(inner)
    if source is None:
        return Quotation(_paragraphs(inner))
    return Quotation(_paragraphs(inner[: source.start()]), _line(source[1]), _line(source[2]))


def _paragraphs(html: str) -> str:
    return "\n".join(filter(None, (_line(part) for part in _PARAGRAPH_END.split(html))))


def _line(html: str) -> str:
    return " ".join(text.plain(f"<p>{html}</p>").split())


def _warning(number: int, quotation: Quotation) -> str:
    which = f"Quotation {number} (“{_beginning(quotation.text)}”)"
    if not quotation.speaker:
        return f"{which} does not say who speaks. Let its last line be > — Full Name, what they are."
    name = quotation.speaker.partition(",")[0]
    if not _is_full(name):
        return f"{which} names {name} without a full name. Reporters need first name and surname."
    if not quotation.title:
        return f"{which} does not say what {name} is. Write it after the name, with a comma."
    return ""


def _is_full(name: str) -> bool:
    """Whether a given name stands before the surname: neither initials alone nor a form of address."""
    if any(character >= _FIRST_SCRIPT_WITHOUT_SPACES for character in name.replace("’", "'")):
        return True
    given = [part.strip(".").lower() for part in name.split()[:-1]]
    return any(len(part) > 1 and part not in _FORMS_OF_ADDRESS for part in given)


def _beginning(said: str) -> str:
    words = said.strip("“”„\"'«» \n").split()
    return " ".join(words[:5]) + ("…" if len(words) > 5 else "")
