"""Pictures made for the test, and an asset with an owner."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image


@pytest.fixture
def picture() -> Callable[..., BytesIO]:
    """``picture("JPEG", gps=True)``: an upload of 40 × 30 pixels, with what a camera writes into it."""

    def made(
        form: str = "PNG", *, gps: bool = False, orientation: int = 1, size: tuple[int, int] = (40, 30)
    ) -> BytesIO:
        exif = Image.Exif()
        exif[0x0112] = orientation
        exif[0x013B] = "Ines Okoye"
        exif[0x010F] = "CameraMaker"
        if gps:
            exif.get_ifd(0x8825)[1] = "N"
            exif.get_ifd(0x8825)[2] = (38.0, 59.0, 11.0)
        out = BytesIO()
        more = {"xmp": b"<x:xmpmeta>GPSLatitude</x:xmpmeta>"} if gps and form in {"JPEG", "WEBP"} else {}
        Image.new("RGB", size, "teal").save(out, form, exif=exif, **more)
        out.seek(0)
        return out

    return made
