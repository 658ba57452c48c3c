"""The feeds of a copy say that they are one, and of when; their items are the same, by the same ids."""

from __future__ import annotations

from pathlib import Path

import lxml.etree
import orjson

ATOM = "http://www.w3.org/2005/Atom"
RSS, JSON_FEED = "application/rss+xml", "application/feed+json"
XML = {RSS: "./channel/description", "application/atom+xml": f"./{{{ATOM}}}subtitle"}


def say(file: Path, media_type: str, sentence: str) -> None:
    """Have the feed in *file* say *sentence* behind what it says it is; what is no feed stays as it is."""
    if media_type == JSON_FEED:
        feed = orjson.loads(file.read_bytes())
        feed["description"] = f"{feed.get('description', '')} {sentence}".strip()
        file.write_bytes(orjson.dumps(feed))
    elif media_type in XML:
        tree = lxml.etree.fromstring(file.read_bytes())
        about = tree.find(XML[media_type])
        if about is not None:
            about.text = f"{about.text or ''} {sentence}".strip()
            file.write_bytes(lxml.etree.tostring(tree, xml_declaration=True, encoding="utf-8"))
