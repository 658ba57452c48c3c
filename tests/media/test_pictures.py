"""Pictures are written anew: upright, without place and camera, never large enough to fill the memory."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image

from pressroom.media import pictures
from pressroom.media.rules import MediaError

Make = Callable[..., BytesIO]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
def test_the_place_and_the_camera_are_gone_and_the_author_stays(picture: Make, form: str) -> None:
    before = picture(form, gps=True)
    assert b"CameraMaker" in before.getvalue()
    after = pictures.clean(before)
    content = after.stream.getvalue()
    assert b"CameraMaker" not in content
    assert b"GPS" not in content
    with Image.open(after.stream) as clean:
        assert not clean.getexif().get_ifd(0x8825)
        assert clean.getexif()[0x013B] == "Ines Okoye"
        assert clean.format == form


def test_a_picture_taken_sideways_stands_upright(picture: Make) -> None:
    after = pictures.clean(picture("JPEG", orientation=6))
    assert (after.width, after.height) == (30, 40)
    with Image.open(after.stream) as clean:
        assert clean.getexif().get(0x0112, 1) == 1
        assert clean.size == (30, 40)


def test_what_rides_behind_the_picture_is_dropped(picture: Make) -> None:
    stream = BytesIO(picture("PNG").getvalue() + b"PK\x03\x04 a hidden archive")
    assert b"hidden archive" not in pictures.clean(stream).stream.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
@pytest.mark.parametrize("keep", [0.02, 0.5, 0.9])
def test_a_picture_that_is_cut_off_is_refused(picture: Make, form: str, keep: float) -> None:
    whole = picture(form, size=(200, 200)).getvalue()
    with pytest.raises(MediaError, match="broken"):
        pictures.clean(BytesIO(whole[: int(len(whole) * keep)]))


@pytest.mark.parametrize(("width", "height"), [(10_000, 6_000), (10_000, 10_000), (50_000, 50_000)])
def test_many_megapixels_in_a_few_bytes_are_refused_before_they_are_unpacked(width: int, height: int) -> None:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(99))), (b"IEND", b""))
    )
    with pytest.raises(MediaError, match="megapixels"):
        pictures.clean(BytesIO(b"\x89PNG\r\n\x1a\n" + chunks))


def test_a_moving_picture_is_refused() -> None:
    out = BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    with pytest.raises(MediaError, match="Moving"):
        pictures.clean(out)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_png_is_taken(mode: str) -> None:
    out = BytesIO()
    Image.new(mode, (5, 4)).save(out, "PNG")
    assert pictures.clean(out).width == 5


def test_a_jpeg_in_four_inks_is_taken() -> None:
    out = BytesIO()
    Image.new("CMYK", (5, 4)).save(out, "JPEG")
    assert pictures.clean(out).height == 4


def test_a_tiff_of_several_pages_is_refused() -> None:
    out = BytesIO()
    pages = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:])
    with pytest.raises(MediaError, match="several pages"):
        pictures.clean(out)


def test_a_tiff_hands_none_of_its_notes_on() -> None:
    out = BytesIO()
    Image.new("RGB", (8, 8)).save(out, "TIFF", tiffinfo={700: b"<x>GPSLatitude</x>", 33723: b"Boston"})
    assert b"GPSLatitude" in out.getvalue()
    content = pictures.clean(out).stream.getvalue()
    assert b"GPSLatitude" not in content
    assert b"Boston" not in content
