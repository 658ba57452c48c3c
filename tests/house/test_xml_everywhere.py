"""XML and HTML from outside, through every reader there is: nothing is fetched, included, unfolded or nested for ever.

``tests/kit/test_xml.py`` sees to it that no reader is added without being named; here each is tried.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from pressroom.clips.gathering import pages
from pressroom.kit import text, xml
from pressroom.kit.syndication import prose
from pressroom.kit.xml import RefusedXMLError
from pressroom.media import drawings, xmp
from pressroom.media.rules import MediaError
from pressroom.pages import rules
from pressroom.releases.importing import fromhtml, sources
from pressroom.releases.importing.items import UnreadableError
from tests.releases.importing.test_wxr import export, item

CANARY = "yellow-canary"
LAUGH = "haha"
MOST_MEMORY = 60_000_000  # bytes; the attacks would take gigabytes, or never end
REFUSALS = (RefusedXMLError, MediaError, UnreadableError, ValueError)

Reader = Callable[[str, str, Path], str]


def _plain(prolog: str, inside: str, _folder: Path) -> str:
    return str(xml.parse(f"{prolog}<r>{inside}</r>".encode()).xpath("string()"))


def _drawing(prolog: str, inside: str, _folder: Path) -> str:
    svg = f"{prolog}<svg xmlns='{drawings.SVG_SPACE}'><rect width='1' height='1'/><text>{inside}</text></svg>"
    return drawings.clean(BytesIO(svg.encode())).stream.read().decode()


def _photograph(prolog: str, inside: str, _folder: Path) -> str:
    said = (
        f"{prolog}<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='{xmp.SPACES['rdf']}'><rdf:Description>"
        f"<dc:description xmlns:dc='{xmp.SPACES['dc']}'>{inside}</dc:description>"
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    out = BytesIO()
    Image.new("RGB", (9, 6)).save(out, "WEBP", xmp=said.encode())
    return str(xmp.read(out))


def _export(prolog: str, inside: str, folder: Path) -> str:
    path = folder / "export.xml"
    path.write_text(prolog + export(item()).replace("Cats", inside).partition("?>")[2].strip(), "utf-8")
    return str(list(sources.open_source(path).items("UTC")))


READERS: dict[str, Reader] = {
    "kit/xml": _plain,
    "media/drawings": _drawing,
    "media/xmp": _photograph,
    "releases/importing/wxr": _export,
    "releases/importing/fromhtml": lambda prolog, inside, _: str(fromhtml.convert(f"{prolog}<p>{inside}</p>")),
    "clips/gathering/pages": lambda prolog, inside, _: str(
        pages.read(f"{prolog}<title>{inside}</title>", "https://a/")
    ),
    "kit/markdown": lambda prolog, inside, _: text.to_html(prolog + inside),
    "kit/text": lambda prolog, inside, _: text.plain(prolog + inside),
    "kit/syndication/prose": lambda prolog, inside, _: prose.absolute(text.to_html(prolog + inside), "https://a/"),
    "pages/rules": lambda prolog, inside, _: str(rules.split_prose(text.to_html(prolog + inside))),
}

LAUGHS = "<!ENTITY a0 'haha'>" + "".join(f"<!ENTITY a{n + 1} '{f'&a{n};' * 10}'>" for n in range(9))
ATTACKS = {
    "entity of a file": ("<!DOCTYPE r [<!ENTITY x SYSTEM 'file://{canary}'>]>", "&x;"),
    "entity of a public identifier": ("<!DOCTYPE r [<!ENTITY x PUBLIC '-//a//b' 'file://{canary}'>]>", "&x;"),
    "parameter entity": ("<!DOCTYPE r [<!ENTITY % p SYSTEM 'file://{dtd}'> %p;]>", "&x;"),
    "document type elsewhere": ("<!DOCTYPE r SYSTEM 'file://{dtd}'>", "&x;"),
    "entities that multiply": (f"<!DOCTYPE r [{LAUGHS}]>", "&a9;"),
    "one long entity, often": (f"<!DOCTYPE r [<!ENTITY x '{'haha' * 10_000}'>]>", "&x;" * 2_000),
    "entity within itself": ("<!DOCTYPE r [<!ENTITY x '&y;'><!ENTITY y '&x;'>]>", "&x;"),
    "another document included": (
        "", "<i:include xmlns:i='http://www.w3.org/2001/XInclude' href='file://{canary}' parse='text'/>"
    ),
    "style sheet": ("<?xml-stylesheet type='text/xsl' href='file://{canary}'?>", "x"),
    "deep nesting": ("", "<b>" * 2_000),
    "deep nesting, closed": ("", "<b>" * 2_000 + "</b>" * 2_000),
}  # fmt: skip


@pytest.mark.parametrize("name", READERS)
def test_every_reader(name: str, tmp_path: Path) -> None:
    (tmp_path / "canary").write_text(CANARY)
    (tmp_path / "x.dtd").write_text(f"<!ENTITY x '{CANARY}'>")
    tracemalloc.start()
    try:
        for attack, (prolog, inside) in ATTACKS.items():
            names = {"{canary}": tmp_path / "canary", "{dtd}": tmp_path / "x.dtd"}
            for mark, path in names.items():
                prolog, inside = prolog.replace(mark, str(path)), inside.replace(mark, str(path))
            try:
                read = READERS[name](prolog, inside, tmp_path)
            except REFUSALS as refusal:
                read = str(refusal)
            assert CANARY not in read, attack
            assert read.count(LAUGH) <= prolog.count(LAUGH), attack  # what is shown as it was written is no harm
            assert len(read) < 1_000_000, attack
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()


def test_every_reader_reads_what_is_harmless(tmp_path: Path) -> None:
    """Else the refusals above would prove nothing."""
    for name, reader in READERS.items():
        assert "a harmless sentence" in reader("", "a harmless sentence", tmp_path), name
