"""Films and sounds are whole, or are refused."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pressroom import sample
from pressroom.media import containers
from pressroom.media.rules import FLAC, M4A, MP4, WAV, WEBM, MediaError, Type
from tests.webcasts.factories import FILM

FTYP = b"\0\0\0\x10ftypisom\0\0\0\0"


def box(kind: bytes, content: bytes = b"", size: int | None = None) -> bytes:
    return (len(content) + 8 if size is None else size).to_bytes(4) + kind + content


def whole(content: bytes, kind: Type) -> bool:
    try:
        containers.check_whole(BytesIO(content), kind)
    except MediaError as error:
        assert "cut off" in str(error)
        return False
    return True


MOVIE = FTYP + box(b"moov", b"x" * 40) + box(b"mdat", b"y" * 400)
LARGE = FTYP + box(b"moov") + b"\0\0\0\1mdat" + (16 + 300).to_bytes(8) + b"y" * 300
OPEN = FTYP + box(b"moov") + box(b"mdat", b"y" * 300, size=0)
SOUND = b"RIFF" + (104).to_bytes(4, "little") + b"WAVE" + bytes(100)


def test_what_is_whole_is_taken_and_every_beginning_of_it_is_refused() -> None:
    for content, kind in ((MOVIE, MP4), (MOVIE, M4A), (LARGE, MP4), (FILM, WEBM), (SOUND, WAV)):
        assert whole(content, kind)
        assert whole(content + b"\0\0\0", kind)
        assert [n for n in range(20, len(content)) if whole(content[:n], kind)] == []


def test_what_does_not_say_how_long_it_is() -> None:
    assert whole(OPEN, MP4)
    assert whole(FILM[:16] + b"\x18S\x80g\x01" + b"\xff" * 7 + b"x" * 50, WEBM)
    assert whole(b"RIFF\xff\xff\xff\xffWAVE" + bytes(9), WAV)
    assert whole(b"fLaC", FLAC)


def test_what_is_none() -> None:
    assert not whole(FTYP + box(b"mdat", b"y" * 9), MP4), "the index was to come last, and did not"
    assert not whole(FTYP + box(b"moov"), MP4)
    assert not whole(FTYP + box(b"moov", size=4) * 9, MP4)
    assert not whole(FTYP + box(b"free") * 300_000 + box(b"moov") + box(b"mdat"), MP4), "more parts than any film has"
    assert not whole(FILM[:16] + b"\0" * 50, WEBM)
    assert not whole(FILM[:16] + b"\xec\x80" * 300_000, WEBM)


@given(st.binary(max_size=200))
def test_any_bytes_are_whole_or_not(content: bytes) -> None:
    for kind in (MP4, WEBM, WAV):
        whole(content, kind)
        whole(FTYP + content, kind)
        whole(FILM[:20] + content, kind)


def test_the_films_of_the_sample_are_whole() -> None:
    films = list((Path(sample.__file__).parent / "content").rglob("*.webm"))
    assert films
    for film in films:
        content = film.read_bytes()
        assert whole(content, WEBM)
        assert not whole(content[:-100], WEBM)
