"""A film says how large its picture is, or is taken without that."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pressroom import sample
from pressroom.media import films
from pressroom.media.rules import MP3, MP4, WEBM
from tests.media.test_containers import FTYP, box
from tests.webcasts.factories import FILM


def track(width: int, height: int) -> bytes:
    """A track whose header ends with its size, in 16.16 fixed point."""
    return box(b"trak", box(b"tkhd", bytes(76) + (width << 16).to_bytes(4) + (height << 16).to_bytes(4)))


def test_the_largest_track_counts() -> None:
    sound, small, large = track(0, 0), track(320, 180), track(1920, 1080)
    content = FTYP + box(b"moov", box(b"mvhd", bytes(20)) + sound + large + small) + box(b"mdat", b"y" * 9)
    assert films.size(BytesIO(content), MP4) == (1920, 1080)
    assert films.size(BytesIO(FTYP + box(b"moov", sound)), MP4) is None


def test_the_films_of_the_sample() -> None:
    found = {path.name: path.read_bytes() for path in (Path(sample.__file__).parent / "content").rglob("*.webm")}
    assert films.size(BytesIO(found["film.webm"]), WEBM) == (1280, 720)
    assert films.size(BytesIO(found["film-360.webm"]), WEBM) == (640, 360)
    assert films.size(BytesIO(FILM), WEBM) is None
    assert films.size(BytesIO(found["film.webm"]), MP3) is None


@given(st.binary(max_size=300))
def test_any_bytes_have_a_size_or_none(content: bytes) -> None:
    for kind in (MP4, WEBM):
        for begins in (b"", FTYP, FILM[:17]):
            found = films.size(BytesIO(begins + content), kind)
            assert found is None or min(found) > 0
