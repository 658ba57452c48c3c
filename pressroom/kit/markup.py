"""HTML of others, before a parser sees it: what costs the square of its length is taken out.

libxml2 compares each attribute of a tag with all the others, and the cleaner goes through every level again: a page of
one megabyte takes minutes of them. Here it is read once from its beginning to its end, by the rules of the HTML
standard for tags (https://html.spec.whatwg.org/multipage/parsing.html#tokenization), and written again with fewer.
"""

from __future__ import annotations

import re
from itertools import islice

from pressroom.kit import text

MOST_TAGS = 60_000  # a page of news has some thousands
MOST_ATTRIBUTES = 150  # of one tag

_RAW = "script|style|textarea|title|xmp|iframe|noembed|noframes|plaintext"
_ATTRIBUTE = r"""[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?+)?+"""
_TOKEN = re.compile(
    rf"""
    (?P<comment><!--.*?(?:--!?>|\Z) | <[!?][^>]*+>?+ | </[^A-Za-z>][^>]*+>?+)
  | (?P<end></(?P<ended>[A-Za-z][^\s/>]*+)[^>]*+>?+)
  | (?P<tag><(?P<name>[A-Za-z][^\s/>]*+)(?P<rest>(?:[\s/]++|{_ATTRIBUTE})*+)>?+)
  | (?P<other><)
    """,
    re.VERBOSE | re.DOTALL,
)
JSON_LESS = r"\u003c"  # "<" within a text of JSON, where no parser of HTML takes it for a tag
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_RAW_NAME = re.compile(_RAW, re.IGNORECASE)
_LINKED_DATA = re.compile(r"application/ld\+json", re.IGNORECASE)


def tamed(source: str, *, tags: int = MOST_TAGS) -> str:
    """*source* in clean characters, without comments, scripts and styles; structured data stays.

    Args:
        tags: what comes after so many is left out.
    """
    source = text.clean(source)
    made: list[str] = []
    at = 0
    for _ in range(tags):
        found = _TOKEN.search(source, at)
        if found is None:
            made.append(source[at:])
            break
        made.append(source[at : found.start()])
        at, kind = found.end(), found.lastgroup
        if kind == "end":
            made.append(f"</{found['ended']}>")
        elif kind == "other":
            made.append("&lt;")
        elif kind == "tag":
            if not found[0].endswith(">"):
                break  # what is cut off within a tag is nothing
            at = _opened(source, found, at, made)
    return "".join(made)


def _opened(source: str, found: re.Match[str], at: int, made: list[str]) -> int:
    """Write a tag that opens something; gives where to go on."""
    name, rest = found["name"].lower(), found["rest"]
    if not _RAW_NAME.fullmatch(name):
        made.append(found[0] if _few(rest) else f"<{name}>")
        return at
    inside, at = _raw(source, name, at)
    if name == "title" and _few(rest):
        made.append(f"{found[0]}{inside.replace('<', '&lt;')}</{name}>")
    elif name == "script" and _few(rest) and _LINKED_DATA.search(rest):
        made.append(f"{found[0]}{inside.replace('<', JSON_LESS)}</{name}>")
    return at


def _raw(source: str, name: str, at: int) -> tuple[str, int]:
    """What stands in an element in which nothing is a tag, and where it ends."""
    end = re.compile(rf"</{name}(?=[\s/>])[^>]*+>?", re.IGNORECASE).search(source, at) if name != "plaintext" else None
    return (source[at : end.start()], end.end()) if end else (source[at:], len(source))


def _few(rest: str) -> bool:
    if len(rest) <= MOST_ATTRIBUTES:
        return True
    return len(list(islice(_ATTRIBUTES.finditer(rest), MOST_ATTRIBUTES + 1))) <= MOST_ATTRIBUTES
