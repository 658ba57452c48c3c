"""Pictures: read, checked, and written anew, so that nothing rides along in them."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any

from PIL import Image, ImageOps

from pressroom.media.rules import AVIF, JPEG, MAX_PIXELS, PNG, TIFF, WEBP, MediaError, Type

FORMATS = {"PNG": PNG, "JPEG": JPEG, "WEBP": WEBP, "AVIF": AVIF, "TIFF": TIFF}

# Said by the photographer about the picture; everything else in a camera's notes, the place first of all, is
# nobody's business. EXIF 2.32, tags ImageDescription, Artist, Copyright.
KEPT_TAGS = (0x010E, 0x013B, 0x8298)
ORIENTATION = 0x0112


@dataclass(frozen=True)
class Picture:
    """A clean copy."""

    stream: BytesIO
    type: Type
    width: int
    height: int


def clean(stream: IO[bytes]) -> Picture:
    """The picture in *stream*, upright, without place, camera and hidden previews.

    Raises:
        MediaError: it is broken, too large, or moves.
    """
    try:
        with _opened(stream) as picture:
            return _written(picture)
    except MediaError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):  # Pillow's own limits come first
        raise _too_large() from None
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, ZeroDivisionError):
        # What Pillow's readers raise on broken content is not one family.
        raise MediaError("The picture is broken or cut off. Save it again as PNG or JPEG.") from None


def _opened(stream: IO[bytes]) -> Image.Image:
    stream.seek(0)
    with Image.open(stream, formats=tuple(FORMATS)) as picture:
        _check_size(picture)
        picture.verify()
    stream.seek(0)
    return Image.open(stream, formats=tuple(FORMATS))  # after verify() a picture must be opened again


def _check_size(picture: Image.Image) -> None:
    if picture.width * picture.height > MAX_PIXELS:
        raise _too_large()
    if getattr(picture, "n_frames", 1) > 1 and picture.format == "TIFF":
        raise MediaError("This TIFF has several pages. Save each picture as a file of its own.")
    if getattr(picture, "n_frames", 1) > 1 and picture.format != "MPO":
        raise MediaError("Moving pictures are not taken. Save a still as PNG, or a film as WebM or MP4.")


def _too_large() -> MediaError:
    return MediaError(f"The picture is larger than {MAX_PIXELS // 1_000_000} megapixels. Save a smaller copy.")


def _written(picture: Image.Image) -> Picture:
    """Encode again: what the picture shows is kept, and no block of the file that was not understood."""
    kind = "JPEG" if picture.format == "MPO" else str(picture.format)  # MPO: a second one rides behind it
    turned = picture.getexif().get(ORIENTATION, 1) != 1
    options = _described(picture) | _quality(picture, turned=turned)
    upright = ImageOps.exif_transpose(picture) if turned else picture
    if kind == "TIFF":
        upright = upright.copy()  # a TIFF hands its own notes on, unless the pixels come without it
    out = BytesIO()
    upright.save(out, kind, **options)
    out.seek(0)
    return Picture(out, FORMATS[kind], upright.width, upright.height)


def _described(picture: Image.Image) -> dict[str, Any]:
    """What is said about the picture in the copy: the colours' meaning, title, author, copyright; no more."""
    before, after = picture.getexif(), Image.Exif()
    for tag in KEPT_TAGS:
        if text := before.get(tag):
            after[tag] = text
    said: dict[str, Any] = {"exif": after.tobytes() if len(after) else b"", "xmp": b"", "comment": b""}
    if profile := picture.info.get("icc_profile"):
        said["icc_profile"] = profile
    return said


def _quality(picture: Image.Image, *, turned: bool) -> dict[str, Any]:
    if picture.format == "JPEG" and not turned:
        return {"quality": "keep"}  # its own tables again: a second encoding loses next to nothing
    if picture.format == "TIFF":
        return {"compression": "tiff_adobe_deflate"}
    return {} if picture.format == "PNG" else {"quality": 95}
