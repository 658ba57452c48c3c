"""How the text of a release is set: quotations with their source, the dateline before the first words."""

from __future__ import annotations

import re
from datetime import date

from markupsafe import escape

from pressroom.kit import dates, text

_QUOTATION = re.compile(r"<blockquote>(.*?)</blockquote>", re.DOTALL)
# The last paragraph of a quotation, or its last line, begins with a dash and names the source.
_SOURCE = re.compile(r"(?:<p>|<br>\s*|\n)\s*[—–]\s*([^\n]+?)</p>\s*$")
# PhD, MD, MS, CGC …: two capitals at least, so that "Bethesda" is no degree.
_DEGREE = re.compile(r"(?=(?:.*[A-Z]){2})[A-Z][A-Za-z.]{1,6}")


def body_html(markdown: str) -> str:
    """Safe HTML of a release's text; the source of a quotation stands in its footer.

    A quotation is written as ``> “What was said.”``; its last line is ``> — Full Name, PhD, what they are``.
    """
    return _QUOTATION.sub(_quotation, text.to_html(markdown))


def _quotation(found: re.Match[str]) -> str:
    said = found[1].strip()
    source = _SOURCE.search(said)
    if not source:
        return f'<blockquote class="quote">{said}</blockquote>'
    quoted = said[: source.start()].rstrip()
    if quoted and not quoted.endswith("</p>"):
        quoted += "</p>"
    return f'<blockquote class="quote">{quoted}<footer>{_named(source[1])}</footer></blockquote>'


def _named(source: str) -> str:
    """The name with its degrees as the source, what the person is after it."""
    name, *rest = source.split(", ")
    while rest and _DEGREE.fullmatch(rest[0]):
        name += f", {rest.pop(0)}"
    return ", ".join([f"<cite>{name}</cite>", *rest])


def with_dateline(html: str, dateline: str, day: date | None) -> str:
    """*html* with ``BETHESDA, Md., 12 November 2026 – `` in front of its first words.

    Args:
        html: of :func:`body_html`.
        dateline: the place, as written; without it the text stays as it is.
        day: the day of publication; None while there is none.
    """
    if not dateline.strip():
        return html
    place = dateline.strip() + (f", {dates.day(day)}" if day else "")
    begin = f'<span class="dateline">{escape(place)} – </span>'
    if html.startswith("<p>"):
        return f"<p>{begin}{html[3:]}"
    return f"<p>{begin}</p>{html}"
