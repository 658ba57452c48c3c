"""Documents are what they say, whole, and no larger than they look."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO

import pytest

from pressroom.media import documents, intake
from pressroom.media.rules import MediaError

WORD = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"}


def archive(files: Mapping[str, bytes]) -> BytesIO:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    out.seek(0)
    return out


@pytest.mark.parametrize(
    ("files", "suffix"),
    [
        (WORD, ".docx"),
        ({"[Content_Types].xml": b"", "xl/workbook.xml": b""}, ".xlsx"),
        ({"[Content_Types].xml": b"", "ppt/presentation.xml": b""}, ".pptx"),
        ({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b""}, ".odt"),
        ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b""}, ".ods"),
        ({"mimetype": b"application/vnd.oasis.opendocument.presentation", "content.xml": b""}, ".odp"),
    ],
)
def test_office_documents_are_told_by_their_main_part(files: dict[str, bytes], suffix: str) -> None:
    assert intake.type_of(archive(files)).suffix == suffix


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"a.txt": b"a"}, "ZIP files are not taken"),
        ({"mimetype": b"application/zip"}, "ZIP files are not taken"),
        (WORD | {"word/vbaProject.bin": b"Sub AutoOpen"}, "macros"),
        ({"mimetype": b"application/vnd.oasis.opendocument.text", "Basic/Standard/x.xml": b""}, "macros"),
        (WORD | {"../../etc/passwd": b""}, "broken"),
        (WORD | {"/etc/passwd": b""}, "broken"),
        (WORD | {"word/media/bomb.bin": bytes(30_000_000)}, "unpacks to far more"),
        (WORD | {f"word/{n}.xml": b"" for n in range(documents.MOST_ENTRIES)}, "unpacks to far more"),
    ],
)
def test_other_archives_are_refused_with_the_reason(files: dict[str, bytes], says: str) -> None:
    with pytest.raises(MediaError, match=says):
        intake.type_of(archive(files))


def test_a_bomb_that_lies_about_its_size_is_counted() -> None:
    """The sizes in the headers of a ZIP are claims."""
    whole = archive(WORD | {"word/bomb.bin": bytes(30_000_000)}).getvalue()
    lying = whole.replace((30_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lying != whole
    with pytest.raises(MediaError, match=r"unpacks to far more|broken"):
        intake.type_of(BytesIO(lying))


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.95])
def test_a_document_that_is_cut_off_is_refused(keep: float) -> None:
    whole = archive(WORD).getvalue()
    with pytest.raises(MediaError, match="broken"):
        intake.type_of(BytesIO(whole[: int(len(whole) * keep)]))


def test_a_locked_document_is_refused() -> None:
    content = bytearray(archive(WORD).getvalue())
    central = content.index(b"PK\x01\x02")
    content[central + 8] |= 1
    with pytest.raises(MediaError, match="password"):
        intake.type_of(BytesIO(bytes(content)))


def test_a_pdf_without_its_end_is_refused() -> None:
    documents.check_pdf(BytesIO(b"%PDF-1.7\n" + bytes(100_000) + b"\n%%EOF\n"))
    with pytest.raises(MediaError, match="cut off"):
        documents.check_pdf(BytesIO(b"%PDF-1.7\n" + bytes(100_000)))
