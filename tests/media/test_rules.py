"""Types are told by content; names are made safe; alternative text is a choice that somebody made."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.media import rules
from pressroom.media.rules import MediaError


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0....", "image/jpeg"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"\x1a\x45\xdf\xa3\x01\x00B\x82\x84webm", "video/webm"),
        (b"\x00\x00\x00\x20ftypisom....", "video/mp4"),
        (b"\x00\x00\x00\x20ftypM4A ....", "audio/mp4"),
        (b"ID3\x04....", "audio/mpeg"),
        (b"\xff\xfb\x90\x00", "audio/mpeg"),
        (b"OggS" + bytes(24) + b"\x01vorbis", "audio/ogg"),
        (b"OggS" + bytes(24) + b"\x80theora", "video/ogg"),
        (b"WEBVTT", "text/vtt"),
        (b"\xef\xbb\xbfWEBVTT - title\n", "text/vtt"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"II*\x00\x08\x00\x00\x00", "image/tiff"),
        (b"MM\x00*\x00\x00\x00\x08", "image/tiff"),
        (b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1", "image/avif"),
        (b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avif", "image/avif"),
        (b"RIFF\x10\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"fLaC\x00", "audio/flac"),
        (b"<svg xmlns='x'>", "image/svg+xml"),
        (b"\xef\xbb\xbf  <?xml version='1.0'?><svg:svg>", "image/svg+xml"),
    ],
)
def test_the_content_tells_the_type(head: bytes, media_type: str) -> None:
    assert rules.sniff(head).media_type == media_type


@pytest.mark.parametrize(
    ("head", "says"),
    [
        (b"", "empty"),
        (b"<svgscript>", "not taken"),
        (b"GIF89a....", "GIF"),
        (b"\x1a\x45\xdf\xa3\x01matroska", "Matroska"),
        (b"\x00\x00\x00\x20ftypheic....", "HEIC"),
        (b"MZ\x90\x00", "not taken"),
        (b"<html><script>alert(1)</script>", "not taken"),
        (b"WEBVTTs", "not taken"),
        (b"PK\x03\x04", "not taken"),
    ],
)
def test_other_types_are_refused_with_a_sentence(head: bytes, says: str) -> None:
    with pytest.raises(MediaError, match=says):
        rules.sniff(head)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_type_or_a_refusal(head: bytes) -> None:
    try:
        assert rules.sniff(head).media_type in rules.TYPES
    except MediaError as error:
        assert str(error).endswith(".")


@given(st.text(max_size=300), st.sampled_from(sorted(rules.TYPES)))
def test_any_name_becomes_one_that_is_safe_in_an_address(name: str, media_type: str) -> None:
    kind = rules.TYPES[media_type]
    made = rules.file_name(name, kind)
    assert made.isascii()
    assert "/" not in made
    assert made.endswith(kind.suffix)
    assert len(kind.suffix) < len(made) <= rules.NAME_LENGTH


def test_the_suffix_is_the_type_s_and_not_the_name_s() -> None:
    assert rules.file_name("../../Gel élèctro.html", rules.JPEG) == "gel-electro.jpg"
    assert rules.file_name("…", rules.VTT) == "captions.vtt"


def test_a_picture_is_described_or_decorative_and_not_both() -> None:
    rules.check_alt(rules.PNG, "A chart.", decorative=False)
    rules.check_alt(rules.PNG, "", decorative=True)
    rules.check_alt(rules.VTT, "", decorative=False)
    with pytest.raises(MediaError, match="what the picture shows"):
        rules.check_alt(rules.PNG, "  ", decorative=False)
    with pytest.raises(MediaError, match="decorative"):
        rules.check_alt(rules.PNG, "A chart.", decorative=True)
