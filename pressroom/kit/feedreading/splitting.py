"""An XML feed taken apart into its entries, before anything parses it: so each can be read, or refused, by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pressroom.kit.feedreading.decoding import mended

LONGEST_ENTRY = 500_000  # characters
LONGEST_HEAD = 200_000
MOST_OPEN = 20  # elements round the entries; a feed has two

_TOKEN = re.compile(
    r"<!\[CDATA\[|<!--|<\?|<(?P<closes>/?)(?P<name>(?:[\w.-]{1,60}:)?(?:item|entry))(?=[\s/>])", re.IGNORECASE
)
_ENDS = {"<![CDATA[": "]]>", "<!--": "-->", "<?": "?>"}
_KEPT = 80  # characters that may be the beginning of a token
_ASIDE = re.compile(
    r"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|<!DOCTYPE(?:[^\[>]|\[.*?\](?=\s*>))*>", re.DOTALL | re.IGNORECASE
)
_CDATA = re.compile(r"(<!\[CDATA\[.*?(?:\]\]>|\Z))", re.DOTALL)
_TAG = re.compile(r"<(/?)([A-Za-z_][\w:.-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")


class Splitter:
    """Gives the entries of a document that comes in pieces, each as it is written; None for one that is too long.

    Attributes:
        unclosed: the last entry is not closed: the document is cut off.
    """

    def __init__(self, pieces: Iterable[str]) -> None:
        self.unclosed = False
        self._pieces = iter(pieces)
        self._outside: list[str] = []
        self._room = LONGEST_HEAD
        self._buffer, self._at, self._done, self._begun = "", 0, 0, -1
        self._end = self._name = ""
        self._is_over = False

    @property
    def head(self) -> str:
        """What stands outside of entries, as far as it is kept."""
        return "".join(self._outside)

    def __iter__(self) -> Iterator[str | None]:
        while True:
            token = self._token()
            if token is not None:
                yield from self._met(token)
            elif self._is_over:
                break
            elif not self._end_of_aside():
                yield from self._more()
        if self._begun >= 0:
            self.unclosed = True
            yield self._buffer[self._begun :] if len(self._buffer) - self._begun <= LONGEST_ENTRY else None
        else:
            self._keep(self._buffer[self._done :])

    def _token(self) -> re.Match[str] | None:
        """The next token that is there as a whole; None with more to come, or within an aside."""
        if self._end:
            return None
        found = _TOKEN.search(self._buffer, self._at)
        if found is None:
            self._at = max(self._at, len(self._buffer) - _KEPT)
        elif found["name"] and ">" not in self._buffer[found.end() : found.end() + LONGEST_HEAD] and not self._is_over:
            self._at = found.start()
            return None
        return found

    def _end_of_aside(self) -> bool:
        """Go behind a CDATA section, comment or instruction; whether its end is there."""
        if not self._end:
            return False
        place = self._buffer.find(self._end, self._at)
        if place < 0:
            self._at = max(self._at, len(self._buffer) - len(self._end) + 1)
            return False
        self._at, self._end = place + len(self._end), ""
        return True

    def _met(self, token: re.Match[str]) -> Iterator[str]:
        if not token["name"]:
            self._at, self._end = token.end(), _ENDS[token[0].upper()]
            return
        close = self._buffer.find(">", token.end())
        self._at = close + 1 if close >= 0 else len(self._buffer)
        if self._name and token["name"] != self._name:
            return  # an element of the same name in another namespace
        if token["closes"]:
            if self._begun >= 0:
                yield self._ended(self._at)
            return
        if self._begun >= 0:  # one that is not closed ends where the next begins
            yield f"{self._ended(token.start())}</{self._name}>"
        self._keep(self._buffer[self._done : token.start()])
        self._name, self._begun = token["name"], token.start()
        if self._buffer[token.end() : self._at].endswith("/>"):
            yield self._ended(self._at)

    def _ended(self, at: int) -> str:
        entry = self._buffer[self._begun : at]
        self._begun, self._done = -1, at
        return entry

    def _more(self) -> Iterator[None]:
        """Let go of what is done with, and take the next piece."""
        if self._begun >= 0 and len(self._buffer) - self._begun > LONGEST_ENTRY:
            self._begun, self._done = -1, self._at
            yield None
        keep_from = self._begun if self._begun >= 0 else self._at
        if self._begun < 0:
            self._keep(self._buffer[self._done : self._at])
        self._buffer = self._buffer[keep_from:]
        self._at -= keep_from
        self._begun, self._done = (0 if self._begun >= 0 else -1), 0
        piece = next(self._pieces, None)
        self._is_over = piece is None
        self._buffer += piece or ""

    def _keep(self, text: str) -> None:
        if text and self._room > 0:
            self._outside.append(text[: self._room])
            self._room -= len(text)


# Prefixes that many use, and some forget to declare.
_PREFIXES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "itunes": "http://www.itunes.com/DTDs/PodCast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "wfw": "http://wellformedweb.org/CommentAPI/",
}


def declared(root: str) -> str:
    """*root* (beginning with a start tag) with the usual prefixes that it does not declare."""
    missing = [f' xmlns:{name}="{uri}"' for name, uri in _PREFIXES.items() if f"xmlns:{name}=" not in root]
    return re.sub(r"^(<[\w:.-]+)", lambda tag: tag[1] + "".join(missing), root, count=1)


def outline(head: str) -> tuple[str, str]:
    """The tags that are open at the end of *head*, as they are written, and what closes them."""
    stack: list[tuple[str, str]] = []
    for tag in _TAG.finditer(_CDATA.sub("", _ASIDE.sub("", head))):
        if tag[1]:
            names = [name for name, _ in stack]
            if tag[2] in names:
                del stack[len(names) - 1 - names[::-1].index(tag[2]) :]
        elif not tag[3].endswith("/"):
            stack.append((tag[2], mended(tag[0])))
    del stack[MOST_OPEN:]
    return declared("".join(tag for _, tag in stack)), "".join(f"</{name}>" for name, _ in reversed(stack))


def clean(markup: str) -> str:
    """*markup* without comments, instructions and document types, and with its references mended."""
    parts = _CDATA.split(markup)
    for number in range(0, len(parts), 2):
        parts[number] = mended(_ASIDE.sub("", parts[number]))
    if len(parts) > 1 and not parts[-2].endswith("]]>"):
        parts[-2] += "]]>"
    return "".join(parts)
