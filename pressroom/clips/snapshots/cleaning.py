"""A page of others as a file that can be opened without harm: no scripts, no styles, nothing that is loaded."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from lxml import etree

from pressroom.kit import markup, text

if TYPE_CHECKING:
    import nh3

MOST = 600_000  # characters of a cleaned page

TAGS = frozenset(
    """
    a abbr address article aside b bdi bdo blockquote br caption cite code col colgroup data dd del details dfn div dl
    dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hgroup hr i ins kbd li main mark nav ol p pre q rp rt ruby s
    samp section small span strong sub summary sup table tbody td tfoot th thead time tr u ul var wbr
    """.split()  # noqa: SIM905 - a list of elements reads best as one
)
DROPPED = frozenset(
    """
    script style noscript template iframe object embed svg math form button select textarea title head video audio
    canvas
    """.split()  # noqa: SIM905 - likewise
)
ATTRIBUTES = {
    "a": {"href", "hreflang"},
    "blockquote": {"cite"},
    "time": {"datetime"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start"},
    "*": {"lang", "dir"},
}


@lru_cache(1)
def _cleaner() -> nh3.Cleaner:
    import nh3  # noqa: PLC0415 - for the worker only

    return nh3.Cleaner(
        tags=set(TAGS),
        clean_content_tags=set(DROPPED),
        attributes={name: set(allowed) for name, allowed in ATTRIBUTES.items()},
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )


def _shallow(source: str) -> str:
    """*source* as libxml2 reads it, no deeper than that goes: the cleaner takes the square of the depth."""
    parser = etree.HTMLParser(recover=True, no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    root = etree.fromstring(f"{source}<p>".encode("utf-8", "replace"), parser)
    return etree.tostring(root, encoding="unicode", method="html") if root is not None else ""


def cleaned(source: str, *, title: str, address: str) -> str:
    """*source* (HTML) as a whole file.

    Args:
        title: what the page called itself.
        address: where it stood; it is written into the file, and loaded by nothing.
    """
    body = _cleaner().clean(_shallow(markup.tamed(source)))[:MOST]
    # What was cut in the middle of a tag is cleaned once more, and closed with it.
    whole = body if len(body) < MOST else _cleaner().clean(body)
    title, address = text.clean(title), text.clean(address)
    head = f'<meta charset="utf-8"><meta name="robots" content="noindex"><title>{escape(title)}</title>'
    note = f"<p><small>Kept for staff from {escape(address)}</small></p><hr>"
    return f"<!doctype html><html><head>{head}</head><body>{note}{whole}</body></html>\n"
