"""PDF files: the same words are the same bytes, everybody can read them, and nothing is fetched for them."""

from __future__ import annotations

import io
import logging
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageFile

from pressroom.embargo_audit import papers
from pressroom.kit import pdf
from pressroom.kit.pdf import PdfError, Picture
from tests import libraries

PAGE = """<!doctype html><html lang="en-GB"><head><title>Of cats</title><meta name="author" content="A Society">
<meta name="dcterms.modified" content="2026-11-19T17:00:00Z"></head>
<body><h1>Forty cats</h1><p>They agreed, naïvely. 猫</p><p><a href="/releases/">All</a></p>{}</body></html>"""
BASE = "http://press.example/"


def picture() -> Picture:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "JPEG")
    return Picture(out.getvalue(), "image/jpeg")


def test_the_same_words_are_the_same_bytes_and_can_be_read() -> None:
    page = PAGE.format('<img src="pressroom:picture/1" alt="Teal">')
    first, again = (pdf.write(page, "h1 { color: teal }", {"pressroom:picture/1": picture()}, base=BASE) for _ in "12")
    assert first == again
    said = papers.words(first)
    assert "Forty cats" in said
    assert "They agreed, naïvely. 猫" in said
    assert "pdfuaid:part" in said
    assert "/Lang (en-GB)" in said
    assert "/Title (Of cats)" in said
    assert "/Author (A Society)" in said
    assert "/S /H1" in said
    assert "(Teal)" in said, "what a picture shows is said to whoever does not see it"
    assert "http://press.example/releases/" in said
    assert "/Subtype /Image" in said
    assert not ImageFile.LOAD_TRUNCATED_IMAGES, "WeasyPrint sets it, for whatever else this process reads"


def test_it_reaches_for_nothing_and_tells_the_log_nothing(
    caplog: pytest.LogCaptureFixture, tmp_path: Path, monkeypatch: Any
) -> None:
    (tmp_path / "secret.txt").write_text("a secret of this machine")
    for name in ("socket", "create_connection"):
        monkeypatch.setattr(f"socket.{name}", lambda *_a, **_k: pytest.fail("it reached for the network"))
    reaching = [
        '<img src="https://pictures.example/embargoed-cat.png" alt="from the web">',
        f'<img src="{(tmp_path / "secret.txt").as_uri()}" alt="from the disk">',
        f'<a rel="attachment" href="{(tmp_path / "secret.txt").as_uri()}">x</a>',
        f'<link rel="attachment" href="{(tmp_path / "secret.txt").as_uri()}">',
        '<link rel="stylesheet" href="http://127.0.0.1:9/embargoed.css">',
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
    ]
    styles = (
        '@import "http://127.0.0.1:9/embargoed.css"; p { background: url(file:///etc/passwd) } nonsense: embargoed;'
    )
    with caplog.at_level(logging.DEBUG):
        written = pdf.write(PAGE.format("".join(reaching)), styles, {}, base=BASE)
    said = papers.words(written)
    assert "from the web" in said
    assert "a secret" not in said
    assert "root:" not in said
    assert "embargoed" not in caplog.text


def test_what_cannot_be_set_is_said_without_its_words(monkeypatch: Any) -> None:
    def refuse(*_arguments: object, **_options: object) -> bytes:
        raise RuntimeError("embargoed words")

    monkeypatch.setattr("weasyprint.HTML.render", refuse)
    with pytest.raises(PdfError) as refusal:
        pdf.write(PAGE, "", {}, base=BASE)
    assert str(refusal.value) == "the page could not be set (RuntimeError)"


def test_what_is_missing_is_said_with_what_to_install(monkeypatch: Any, capsys: Any) -> None:
    assert pdf.missing() == "", "the tests need it: make libraries"
    ask = pdf.missing.__wrapped__
    monkeypatch.setattr(pdf, "loads", lambda library: "pango" not in library)
    assert ask() == (
        "PDF files need libraries of the system. On Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0"
    )
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert libraries.main(needed=False) == 0
    assert libraries.main(needed=True) == 1
    assert "sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0" in capsys.readouterr().err
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    assert ask() == "PDF files need WeasyPrint: pip install 'pressroom[pdf]'."
