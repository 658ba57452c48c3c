"""What a picture says about itself is read from all three places, and written so that it is read again."""

from __future__ import annotations

import struct
from datetime import date
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from pressroom.kit import text
from pressroom.media import xmp
from pressroom.media.xmp import NONE, Words

SAID = Words("A cat & <dog>", "A cat on a fence.", "Ines Okoye", "CC BY 4.0", date(2027, 1, 31), "EMBARGOED UNTIL noon")


def picture(form: str = "JPEG", **options: object) -> BytesIO:
    out = BytesIO()
    Image.new("RGB", (9, 6), "teal").save(out, form, **options)
    return out


def exif(**tags: str | bytes) -> Image.Exif:
    numbers = {"caption": 0x010E, "credit": 0x013B, "licence": 0x8298}
    made = Image.Exif()
    for name, value in tags.items():
        made[numbers[name]] = value
    return made


def iptc(*records: tuple[int, bytes]) -> bytes:
    """An APP13 segment as Photoshop writes it."""
    data = b"".join(b"\x1c\x02" + bytes([number]) + struct.pack(">H", len(said)) + said for number, said in records)
    block = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(data)) + data + b"\0" * (len(data) % 2)
    body = b"Photoshop 3.0\0" + block
    return b"\xff\xed" + struct.pack(">H", len(body) + 2) + body


def test_exif_is_read_in_utf_8_as_well() -> None:
    found = xmp.read(picture(exif=exif(caption="Zoë’s cats".encode(), credit="Ines Okoye", licence="CC BY 4.0")))
    assert (found.caption, found.credit, found.licence) == ("Zoë’s cats", "Ines Okoye", "CC BY 4.0")


@pytest.mark.parametrize("said", ["Zoë’s cats".encode(), "Zoë's cats".encode("latin-1")])
def test_iptc_is_read_in_either_encoding(said: bytes) -> None:
    whole = picture().getvalue()
    segment = iptc((120, said), (80, b"Ines Okoye"), (110, b"Light Agency"), (116, b"All rights reserved"))
    found = xmp.read(BytesIO(whole[:2] + segment + whole[2:]))
    assert found.caption.startswith("Zoë")
    assert found.credit == "Ines Okoye / Light Agency"
    assert found.licence == "All rights reserved"


def test_xmp_written_as_attributes_or_elements_is_read_and_comes_first() -> None:
    packet = (
        b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
        b"<rdf:Description xmlns:photoshop='http://ns.adobe.com/photoshop/1.0/' photoshop:Credit='Light Agency' "
        b"xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:creator><rdf:Seq><rdf:li>Ines Okoye</rdf:li></rdf:Seq>"
        b"</dc:creator><dc:rights><rdf:Alt><rdf:li xml:lang='x-default'>CC0</rdf:li></rdf:Alt></dc:rights>"
        b"</rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    found = xmp.read(picture(xmp=packet, exif=exif(caption="From EXIF", licence="Overruled")))
    assert found == Words(caption="From EXIF", credit="Ines Okoye / Light Agency", licence="CC0")


def test_a_packet_that_declares_entities_is_not_read() -> None:
    packet = xmp.packet(SAID).replace(
        b"<x:xmpmeta", b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><x:xmpmeta"
    )
    found = xmp.read(picture(xmp=packet.replace(b"A cat on a fence.", b"&e;")))
    assert found == NONE


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff", b"GIF89a", b"\x89PNG\r\n\x1a\n" + bytes(99)])
def test_what_cannot_be_read_says_nothing(content: bytes) -> None:
    assert xmp.read(BytesIO(content)) == NONE


def test_what_is_said_is_held_to_the_limits() -> None:
    found = xmp.read(picture(exif=exif(caption="x" * 5_000, credit="y" * 5_000)))
    assert (len(found.caption), len(found.credit)) == (1_000, 200)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
def test_words_are_put_in_without_changing_a_pixel(form: str, mode: str) -> None:
    if (form, mode) == ("JPEG", "RGBA"):
        mode = "CMYK"
    out = BytesIO()
    Image.effect_noise((33, 21), 60).convert(mode).save(out, form)
    media_type = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}[form]
    content = xmp.embed(out.getvalue(), media_type, xmp.packet(SAID))
    assert content is not None
    assert xmp.read(BytesIO(content)) == Words(*(getattr(SAID, name) for name in list(Words.__annotations__)[:5]))
    assert b"EMBARGOED UNTIL noon" in content
    with Image.open(out) as before, Image.open(BytesIO(content)) as after:
        assert after.mode == before.mode
        assert after.tobytes() == before.tobytes()


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_any_words_come_back_as_they_were(caption: str, alt: str, licence: str) -> None:
    caption, alt, licence = (" ".join(text.clean(said).split()) for said in (caption, alt, licence))
    packet = xmp.packet(Words(caption=caption, alt=alt, licence=licence))
    content = xmp.embed(picture().getvalue(), "image/jpeg", packet)
    assert content is not None
    found = xmp.read(BytesIO(content))
    assert (found.caption, found.alt, found.licence) == (caption, alt, licence)
