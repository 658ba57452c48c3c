"""Google Alerts as they come by e-mail, saved as ``.eml`` or ``.mbox``: the stories that each message lists.

Google writes each story twice: in HTML, marked up with schema.org (``itemprop`` url, name, publisher, description), and
as plain text, with its address between < and > behind it. A message says when it was sent, never when a story appeared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from typing import Any, BinaryIO

from lxml import etree

from pressroom.kit.feedreading.decoding import CONTROL

LONGEST_MESSAGE = 5_000_000  # bytes; an alert has some ten thousand
LONGEST_PART = 2_000_000
MOST_PARTS = 200
MOST_STORIES = 500  # of one message
LONGEST = 20_000

Record = dict[str, Any]

_LINK = re.compile(r"<(https?://[^\s<>]+)>")
_HEADING = re.compile(r"^(?:===.*===|-{3,}|_{3,})$", re.MULTILINE)
_MINE = re.compile(
    r"^https?://(?:www\.|support\.|accounts\.|plus\.)?google\.[a-z.]{2,7}/(?!url\?)", re.IGNORECASE
)  # settings, help, “See more results”


def records(stream: BinaryIO) -> Iterator[Record]:
    """The stories of all messages, each with the number of its message; last what the file is, under ``feed``."""
    count = stories = 0
    for count, content in enumerate(_messages(stream), 1):
        if content is None:
            yield {"n": count, "problem": f"the message has more than {LONGEST_MESSAGE // 1_000_000} MB"}
            continue
        found = 0
        for record in _of_message(content):
            yield {"n": count} | record
            found += "problem" not in record
        stories += found
    yield {"feed": {"is": "mail" if count else "nothing", "messages": count, "stories": stories}}


def _messages(stream: BinaryIO) -> Iterator[bytes | None]:
    """The messages of a file of one, or of many with ``From `` lines between (RFC 4155); None for one too large."""
    lines: list[bytes] = []
    size, is_blank, is_box, is_first = 0, True, False, True
    while line := stream.readline(1 << 16):
        if is_first:
            line = line.removeprefix(b"\xef\xbb\xbf")
            is_box = line.startswith(b"From ")
            if not is_box and not line.strip():
                continue
            is_first = False
        if is_box and is_blank and line.startswith(b"From "):
            if lines:
                yield b"".join(lines) if size <= LONGEST_MESSAGE else None
            lines, size, is_blank = [], 0, False
            continue
        size += len(line)
        if size <= LONGEST_MESSAGE:
            lines.append(line[1:] if is_box and line.startswith(b">From ") else line)
        is_blank = line in {b"\n", b"\r\n"}
    if lines:
        yield b"".join(lines) if size <= LONGEST_MESSAGE else None


def _of_message(content: bytes) -> Iterator[Record]:
    try:
        message = message_from_bytes(content)
        parts = _parts(message)
    except (ValueError, LookupError, RecursionError, TypeError, AttributeError):
        yield {"problem": "the message is broken"}
        return
    if not message.keys():
        yield {"problem": "this is no e-mail: it has no head"}
        return
    for kind, read in (("text/html", _of_html), ("text/plain", _of_text)):
        found = {story["link"]: story for text in parts.get(kind, ()) for story in read(text)}
        if found:
            yield from list(found.values())[:MOST_STORIES]
            if len(found) > MOST_STORIES:
                yield {"problem": f"only the first {MOST_STORIES} stories of the message are read"}
            return
    yield {"problem": "no story is found in this message; is it a Google Alert?"}


def _parts(message: Message) -> dict[str, list[str]]:
    """Media type → texts. Attached messages (forwarded alerts) are looked into as well."""
    found: dict[str, list[str]] = {}
    for number, part in enumerate(message.walk()):
        if number >= MOST_PARTS:
            break
        kind = part.get_content_type()
        if kind in {"text/html", "text/plain"} and not part.is_multipart():
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                found.setdefault(kind, []).append(_decoded(content[:LONGEST_PART], part))
    return found


def _decoded(content: bytes, part: Message) -> str:
    named = part.get_content_charset("") or ""
    for codec in (named, "utf-8"):
        try:
            return CONTROL.sub("", content.decode(codec or "utf-8").replace("\r", ""))
        except (ValueError, LookupError):
            continue
    return CONTROL.sub("", content.decode("cp1252", "replace").replace("\r", ""))


def _of_html(page: str) -> Iterator[Record]:
    parser = etree.HTMLParser(recover=True, no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        root = etree.fromstring(f"{page}<p>".encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return
    if root is None:
        return
    for link in root.iter("a"):
        address = (link.get("href") or "").strip()
        is_story = link.get("itemprop") == "url" or ("google." in address[:40] and "/url?" in address[:60])
        title = _words(link)
        if not is_story or not title or _MINE.match(address) or _is_button(link, title):
            continue
        story = _story_of(link)
        yield {
            "title": title,
            "title_is_html": False,
            "link": address[:LONGEST],
            "source": _said(story, "publisher") if story is not None else "",
            "summary": _said(story, "description") if story is not None else "",
        }


def _is_button(link: Any, title: str) -> bool:
    """Whether it is one of “Flag as irrelevant”, “Full coverage”, or a share button."""
    return link.get("itemprop") != "url" and (
        len(title) < 12 or title.casefold() in {"flag as irrelevant", "full coverage"}
    )


def _story_of(link: Any) -> Any:
    """The element round a link that is one story: the nearest that says so, and holds no other story."""
    for element in link.iterancestors():
        if "schema.org/" in (element.get("itemtype") or "") or element.tag == "tr":
            return element
        if element.tag in {"body", "table"}:
            break
    return None


def _said(story: Any, name: str) -> str:
    """What a story says under *name*, of the first element that says it."""
    for element in story.iter():
        if isinstance(element.tag, str) and element.get("itemprop") == name:
            return _words(element)
    return ""


def _words(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())[:LONGEST]


def _of_text(text: str) -> Iterator[Record]:
    """Blocks with a headline, an outlet, some lines, and the address between < and >."""
    for block in re.split(r"\n\s*\n", _HEADING.sub("\n\n", text)):
        found = _LINK.search(block)
        if found is None or _MINE.match(found[1]):
            continue
        lines = [" ".join(line.split()) for line in block[: found.start()].split("\n") if line.strip()]
        if not lines:
            continue
        yield {
            "title": lines[0][:LONGEST],
            "title_is_html": False,
            "link": found[1][:LONGEST],
            "source": lines[1][:LONGEST] if len(lines) > 2 and len(lines[1]) <= 60 else "",
            "summary": " ".join(lines[2:] or lines[1:])[:LONGEST],
        }
