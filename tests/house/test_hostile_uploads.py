"""Files of somebody who means harm, each sent as it would be, and what answered.

One table, one press room: a file is refused with a sentence, or taken and made harmless. Their parts are tried one by
one in ``tests/media`` and ``tests/releases/importing``; here is the way from the form to what is served.
"""

from __future__ import annotations

import gzip
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image, PngImagePlugin

from tests.conftest import NOON, post
from tests.media.test_containers import FTYP, LARGE, MOVIE, SOUND
from tests.media.test_documents import WORD, archive
from tests.webcasts.factories import FILM

SCRIPT = b"<script>alert(1)</script>"


@dataclass(frozen=True)
class Taken:
    """It is in the library.

    Attributes:
        media_type: as which it is served.
        without: what is in it no more.
        inline: a browser shows it itself.
    """

    media_type: str
    without: tuple[bytes, ...] = ()
    inline: bool = True


def picture(form: str = "PNG", size: tuple[int, int] = (9, 9), mode: str = "RGB", **options: Any) -> bytes:
    out = BytesIO()
    Image.new(mode, size).save(out, form, **options)
    return out.getvalue()


def moving(form: str, count: int) -> bytes:
    return picture(form, save_all=True, append_images=[Image.new("RGB", (9, 9), (n, n, n)) for n in range(1, count)])


def huge_png() -> bytes:
    """50,000 × 50,000 pixels in a few bytes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return len(content).to_bytes(4) + kind + content + zlib.crc32(kind + content).to_bytes(4)

    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b"")


def texts(content: str) -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", content, zip=len(content) > 10_000)
    return info


def svg(inside: str, head: str = "") -> bytes:
    space = "xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'"
    return f"{head}<svg {space}><path d='M0 0h9'/>{inside}</svg>".encode()


LAUGHS = "<!DOCTYPE svg [<!ENTITY a0 'haha'>" + "".join(f"<!ENTITY a{n + 1} '{f'&a{n};' * 10}'>" for n in range(9))
LURED = svg(
    "<script>alert(1)</script><foreignObject><p>x</p></foreignObject><use xlink:href='https://evil.example/a.svg#a'/>"
    "<image href='https://evil.example/a.png'/><a href='javascript:alert(1)'><path d='M0 0' onclick='alert(1)'/></a>"
    "<style>@import 'https://evil.example/a.css'</style><animate attributeName='href' to='javascript:alert(1)'/>"
)
PDF = b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>/AA<</S/Launch/F(cmd.exe)>>>>endobj\n%%EOF\n"
VTT = b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + SCRIPT + b"\n"
GOOD = picture()

FILES: Mapping[str, tuple[bytes, str, Taken | str]] = {
    # what is something else than it says
    "an empty file": (b"", "a.png", "empty"),
    "a page called a picture": (b"<!DOCTYPE html><html>" + SCRIPT, "a.jpg", "not taken"),
    "a page that names an SVG": (b"<html><!-- <svg > -->" + SCRIPT + b"</html>", "a.svg", "outermost element is"),
    "a program called a picture": (b"MZ\x90\0" + bytes(60), "a.png", "not taken"),
    "a program for Linux": (b"\x7fELF\x02\x01\x01" + bytes(60), "a.mp3", "not taken"),
    "a shell script": (b"#!/bin/sh\nrm -rf /\n", "a.vtt", "not taken"),
    "a GIF that is a script": (b"GIF89a/*\0\0*/=alert(1)//;", "a.gif", "GIF is not taken"),
    "an icon": (b"\0\0\x01\0\x01\0" + bytes(40), "favicon.ico", "not taken"),
    "a RAR": (b"Rar!\x1a\x07\x01\0" + bytes(40), "a.zip", "not taken"),
    "a JPEG that is a page": (picture("JPEG", comment=SCRIPT) + SCRIPT, "a.html", Taken("image/jpeg", (b"script",))),
    "a JPEG that is a ZIP": (picture("JPEG") + archive(WORD).read(), "a.jar", Taken("image/jpeg", (b"PK\x03\x04",))),
    "a PNG with a program in its words": (
        picture(pnginfo=texts("<?php system($_GET[0]);")), "a.php", Taken("image/png", (b"php",))
    ),
    "a PDF that is a page": (b"%PDF-1.7\n" + SCRIPT + b"\n%%EOF", "a.html", Taken("application/pdf", inline=False)),
    "a sound that is a page": (b"ID3\x04" + bytes(6) + SCRIPT, "a.html", Taken("audio/mpeg")),
    # what runs
    "an SVG that runs and loads": (
        LURED, "a.svg", Taken("image/svg+xml", (b"script", b"foreign", b"evil", b"onclick", b"animate", b"@import"))
    ),
    "a PDF that runs": (PDF, "a.pdf", Taken("application/pdf", inline=False)),
    "captions with a script": (VTT, "a.vtt", Taken("text/vtt")),
    "a document with macros": (archive(WORD | {"word/vbaProject.bin": b"x"}).read(), "a.docm", "macros"),
    "a document with scripts": (
        archive({"mimetype": b"application/vnd.oasis.opendocument.text", "Basic/a.xml": b""}).read(), "a.odt", "macros"
    ),
    # what becomes large
    "a picture of 50,000 by 50,000": (huge_png(), "a.png", "larger than 50 megapixels"),
    "a PNG whose words unpack to 20 MB": (picture(pnginfo=texts("x" * 20_000_000)), "a.png", "broken"),
    "a moving WebP": (moving("WEBP", 40), "a.webp", "Moving pictures"),
    "a moving PNG": (moving("PNG", 9), "a.png", "Moving pictures"),
    "a TIFF of many pages": (moving("TIFF", 9), "a.tif", "several pages"),
    "an SVG whose entities multiply": (svg("<text>&a9;</text>", f"{LAUGHS}]>"), "a.svg", "broken"),
    "an SVG of many parts": (svg("<g/>" * 21_000), "a.svg", "too many parts"),
    "an SVG that is packed": (gzip.compress(svg("")), "a.svgz", "not taken"),
    "a document that unpacks to 40 MB": (archive(WORD | {"a": bytes(40_000_000)}).read(), "a.docx", "unpacks to far"),
    "a document of 5,000 parts": (
        archive(WORD | {f"{n}": b"" for n in range(5000)}).read(), "a.docx", "unpacks to far"
    ),
    # what is cut off
    "half a JPEG": (picture("JPEG", (300, 300))[:1500], "a.jpg", "broken or cut off"),
    "half an MP4": (MOVIE[:200], "a.mp4", "cut off"),
    "an MP4 without its index": (FTYP + bytes(3), "a.mp4", "cut off"),
    "half an MP4 of more than 4 GB": (LARGE[:100], "a.mp4", "cut off"),
    "half a WebM": (FILM[:900], "a.webm", "cut off"),
    "half a WAV": (SOUND[:50], "a.wav", "cut off"),
    "half a PDF": (PDF[:60], "a.pdf", "broken or cut off"),
    "half a document": (archive(WORD).read()[:90], "a.docx", "broken or cut off"),
    # what leads out
    "a document with a way up": (archive(WORD | {"../../a.sh": b"x"}).read(), "a.docx", "broken"),
    "an archive of anything": (archive({"a.html": SCRIPT}).read(), "a.zip", "ZIP files are not taken"),
}  # fmt: skip

NAMES = {
    "../../../../etc/passwd": "passwd.png",
    "..\\..\\windows\\system.ini": "windowssystem.png",
    "C:\\autoexec.bat": "c-autoexec.png",
    "/etc/cron.d/x.png": "x.png",
    "a\u202egnp.exe": "a-gnp.png",
    "photo.jpg.php": "photo-jpg.png",
    ".htaccess": "picture.png",
    "...": "picture.png",
    "CON.png": "con-picture.png",
    "com1": "com1-picture.png",
    "x" * 300 + ".png": "x" * 80 + ".png",
    "a%00b%2f..%2fc.png": "a-00b-2f-2fc.png",
    "<img src=x onerror=alert(1)>.png": "img-src-x-onerror-alert-1.png",
    "a;filename=evil.html": "a-filename-evil.png",
}


@pytest.fixture
def send(wren: FlaskClient, clock_at: Any) -> Callable[[bytes, str], Any]:
    clock_at(NOON)
    token = wren.get("/desk/media/").page.xpath("//main//input[@name='csrf_token']/@value")[0]  # type: ignore[attr-defined]

    def sent(content: bytes, name: str) -> Any:
        data = {"csrf_token": token, "files": (BytesIO(content), name)}
        return wren.post("/desk/media/", data=data, content_type="multipart/form-data")

    return sent


def served(client: FlaskClient, answer: Any) -> Any:
    """The file itself, which the form of what was taken links to."""
    page = client.get(answer.location).page  # type: ignore[attr-defined]
    number = answer.location.rstrip("/").rpartition("/")[2]
    return client.get(f"/desk/media/{number}/{page.xpath('string(//h1)').strip()}")


def test_files(wren: FlaskClient, send: Callable[[bytes, str], Any]) -> None:
    assert len(FILES) >= 25
    for what, (content, name, expected) in FILES.items():
        answer = send(content, name)
        if isinstance(expected, str):
            assert answer.status_code == 422, what
            assert expected in answer.page.xpath("string(//main)"), (what, answer.page.xpath("string(//main)")[:300])
            continue
        assert answer.status_code == 303, (what, answer.text)
        file = served(wren, answer)
        assert file.status_code == 200, what
        assert file.mimetype == expected.media_type, what
        assert not [part for part in expected.without if part in file.data], what
        assert file.headers["X-Content-Type-Options"] == "nosniff", what
        assert "default-src 'none'" in file.headers["Content-Security-Policy"], what
        assert file.headers["Content-Security-Policy"].endswith("sandbox"), what
        disposition = file.headers["Content-Disposition"]
        assert disposition.startswith("inline" if expected.inline else "attachment"), (what, disposition)


def test_names(wren: FlaskClient, send: Callable[[bytes, str], Any]) -> None:
    found = {}
    for name in NAMES:
        answer = send(GOOD, name)
        assert answer.status_code == 303, (name, answer.page.xpath("string(//main)"))
        file = served(wren, answer)
        found[name] = re.sub(r"^inline; filename=", "", file.headers["Content-Disposition"])
    assert found == NAMES


def test_files_that_are_imported(ada: FlaskClient, clock_at: Any) -> None:
    clock_at(NOON)
    link = zipfile.ZipInfo("link.md")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(link, "/etc/passwd")
        made.writestr("../../out.md", "---\ntitle: Out\n---\nx")
        made.writestr("bomb.md", bytes(3_000_000))
    laughing = f"<?xml version='1.0'?>{LAUGHS}]>".replace("DOCTYPE svg", "DOCTYPE rss") + "<rss>&a9;</rss>"
    for path, content, name, says in (
        (
            "/desk/releases/import",
            packed.getvalue(),
            "a.zip",
            ("leads out of the ZIP", "link to another", "larger than"),
        ),
        ("/desk/releases/import", laughing.encode(), "a.xml", ("document type",)),
        ("/desk/clips/import", b"headline,date,outlet\n\0\x01\x02\x03,1,2\n" * 9, "a.csv", ("is no text",)),
        ("/desk/clips/import", archive({"a.csv": b"a,b"}).getvalue(), "a.csv", ("a workbook or an archive",)),
    ):
        answer = post(ada, path, {"file": (BytesIO(content), name)})
        if answer.status_code == 303:
            answer = ada.get(answer.location)
        else:
            assert answer.status_code == 422, name
        said = answer.page.xpath("string(//main)")  # type: ignore[attr-defined]
        for sentence in says:
            assert sentence in said, (name, said[:600])
