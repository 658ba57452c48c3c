"""What a page shows of itself, as far as it says whether the story is there. Never raises, whatever comes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from lxml import etree

from pressroom.clips.gathering import pages
from pressroom.clips.links import marks
from pressroom.kit import markup
from pressroom.kit.fetch import Fetched

MOST_TEXT = 100_000  # characters that are kept of a page
SHORT = 40  # words; what has fewer says too little to be compared

_SKIPPED = frozenset(
    """
    script style noscript template nav footer aside form svg iframe object embed select button dialog math head
    """.split()  # noqa: SIM905 - a list of elements reads best as one
)
_BLOCKS = frozenset(
    """
    address article blockquote body br dd div dl dt figcaption figure h1 h2 h3 h4 h5 h6 header hr li main ol p pre
    section table td th tr ul
    """.split()  # noqa: SIM905 - likewise
)
# What the vendors of walls, and those who write their own, put into a page that is not shown whole.
_WALL = re.compile(
    r"""(?:id|class)\s*=\s*["'][^"']{0,200}?\b(?:paywall|pay-wall|regwall|meteredContent|metered-content|tp-modal|"""
    r"""piano-(?:offer|container)|subscriber-only|subscription-required|premium-(?:overlay|wall)|article-gate)\b""",
    re.IGNORECASE,
)
_WALL_WORDS = re.compile(
    r"subscribe (?:now )?to (?:continue|keep) reading|to (?:continue|keep) reading,? (?:please )?(?:subscribe|sign in|"
    r"log in|register|create)|(?:this|the full) (?:article|story|content) is (?:only )?(?:available )?(?:for|to) "
    r"(?:our )?(?:paid )?subscribers|already a subscriber\?|you have reached your (?:article )?limit|"
    r"weiterlesen mit|jetzt abonnieren,? um|réservé (?:à nos|aux) abonnés|il vous reste .{1,12} de cet article à lire|"
    r"suscríbete para (?:seguir|continuar) leyendo|contenido exclusivo para suscriptores|"
    r"contenuto (?:riservato|esclusivo) (?:agli|per gli) abbonati|conteúdo exclusivo para assinantes",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Page:
    """What stands in a page of HTML.

    Attributes:
        titles: its title, its headings of the first level, and what it calls itself when it is shared.
        text: its words, a block on a line, without navigation and the like.
        mark: of the text (``marks.mark``); empty where there is too little.
        walled: it says that only its beginning is shown, and to whom the rest is.
        scripted: it has scripts, which may bring what is not in it.
        canonical: what it calls its own address, as it writes it.
    """

    titles: tuple[str, ...] = ()
    text: str = ""
    mark: str = ""
    walled: bool = False
    scripted: bool = False
    canonical: str = ""

    @property
    def words(self) -> int:
        """How many there are."""
        return len(self.text.split())


def page_of(fetched: Fetched) -> Page | None:
    """The page that an address answered with; None for a file of another kind."""
    if fetched.media_type not in pages.MEDIA_TYPES or not fetched.content.strip():
        return None
    return read(pages.decoded(fetched))


def read(source: str) -> Page:
    """What *source* (HTML) shows."""
    scripted = "<script" in source.lower()
    source = markup.tamed(source)
    parser = etree.HTMLParser(recover=True, no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    root = etree.fromstring(f"{source}<p>".encode("utf-8", "replace"), parser)
    if root is None:
        return Page()
    words = shown(root)
    return Page(
        titles=tuple(dict.fromkeys(filter(None, _titles(root)))),
        text=words,
        mark=marks.mark(words) if len(words.split()) >= SHORT else "",
        walled=_for_free(root) is False or bool(_WALL.search(source) or _WALL_WORDS.search(words)),
        scripted=scripted,
        canonical=link.get("href", "") if (link := root.find(".//link[@rel='canonical']")) is not None else "",
    )


def shown(root: etree._Element) -> str:
    """The words of a page: of its article where it says which part that is, else of all of it."""
    for name in ("article", "main"):
        parts = list(root.iter(name))
        if len(parts) == 1 and len((found := _words(parts[0])).split()) >= SHORT:
            return found
    return _words(root)


def _words(root: etree._Element) -> str:
    found: list[str] = []
    length = 0
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        if length > MOST_TEXT:
            break
        tag = element.tag if isinstance(element.tag, str) else ""
        skipped = tag in _SKIPPED and element is not root
        if event == "start":
            said = "" if skipped else element.text
            if skipped:
                walker.skip_subtree()
        else:
            said = element.tail if element is not root else ""
        if tag in _BLOCKS:
            found.append("\n")
        if said:
            found.append(said)
            length += len(said)
    lines = (" ".join(line.split()) for line in "".join(found)[:MOST_TEXT].split("\n"))
    return "\n".join(line for line in lines if line)


def _titles(root: etree._Element) -> Iterator[str]:
    for element in root.iter("title", "h1"):
        yield " ".join("".join(map(str, element.itertext())).split())[:1000]
        if element.tag == "h1":
            break
    for element in root.iter("meta"):
        if (element.get("property") or element.get("name") or "").lower() in {"og:title", "twitter:title"}:
            yield " ".join((element.get("content") or "").split())[:1000]


def _for_free(root: etree._Element) -> bool | None:
    """What the structured data says of it (schema.org, ``isAccessibleForFree``); None where it says nothing."""
    for script in root.iter("script"):
        if (script.get("type") or "").strip().lower() != "application/ld+json" or not script.text:
            continue
        if "isAccessibleForFree" not in script.text:
            continue
        try:
            said = _said(orjson.loads(script.text))
        except ValueError:
            continue
        if said is not None:
            return said
    return None


def _said(data: Any) -> bool | None:
    waiting, looked = [data], 0
    while waiting and looked < 500:
        node, looked = waiting.pop(0), looked + 1
        if isinstance(node, list):
            waiting += node[:100]
        elif isinstance(node, dict):
            if "isAccessibleForFree" in node:
                return str(node["isAccessibleForFree"]).rpartition("/")[2].lower() != "false"
            waiting += [node[name] for name in ("@graph", "mainEntity", "hasPart") if name in node]
    return None
