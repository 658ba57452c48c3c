"""Workbooks as CSV: values, days, gaps, and what hostile ones are stopped by."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from pressroom.kit import workbooks
from pressroom.kit.encodings import UnreadableError

NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
BOOK = (
    f'<workbook {NS} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><workbookPr{{}}/>'
    '<sheets><sheet name="Hidden" sheetId="1" state="hidden" r:id="r1"/><sheet name="Press" sheetId="2" r:id="r2"/>'
    "</sheets></workbook>"
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Target="/xl/worksheets/sheet2.xml"/>'
    "</Relationships>"
)
STYLES = (
    f'<styleSheet {NS}><numFmts><numFmt numFmtId="164" formatCode="dd\\.mm\\.yyyy"/>'
    '<numFmt numFmtId="165" formatCode="0.00 &quot;days&quot;"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>'
)
STRINGS = (
    f"<sst {NS}><si><t>headline</t></si><si><t>date</t></si>"
    "<si><r><t>Genes </t></r><r><t>at sea</t></r><rPh><t>no</t></rPh></si></sst>"
)
ROWS = """<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>
<c r="D1" t="inlineStr"><is><t>n</t></is></c></row>
<row r="4"><c r="A4" t="s"><v>2</v></c><c r="B4" s="1"><v>43466</v></c><c r="D4"><v>2019.0</v></c></row>
<row><c t="str"><v>two
lines</v></c><c s="2"><v>43466.5</v></c><c t="b"><v>1</v></c><c s="3"><v>1.50</v></c><c t="e"><v>#N/A</v></c></row>"""


def book(
    path: Path, rows: str = ROWS, *, strings: str = STRINGS, flags: str = "", sheet: str = "", **parts: str
) -> Path:
    """A workbook as a spreadsheet writes it; its first sheet is hidden."""
    body = sheet or f"<worksheet {NS}><sheetData>{rows}</sheetData></worksheet>"
    files = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": BOOK.format(flags),
        "xl/_rels/workbook.xml.rels": RELATIONS,
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": strings,
        "xl/worksheets/sheet1.xml": f"<worksheet {NS}><sheetData><row><c><v>9</v></c></row></sheetData></worksheet>",
        "xl/worksheets/sheet2.xml": body,
        **parts,
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def csv_of(path: Path) -> tuple[list[str], workbooks.Converted]:
    out = io.BytesIO()
    converted = workbooks.as_csv(path, out)
    return out.getvalue().decode().split("\r\n"), converted


def test_values_days_and_gaps(tmp_path: Path) -> None:
    lines, converted = csv_of(book(tmp_path / "a.xlsx"))
    assert lines == [
        "headline,date,,n",
        "",
        "",
        "Genes at sea,2019-01-01,,2019",
        "two lines,2019-01-01 12:00,yes,1.50",
        "",
    ]
    assert converted == workbooks.Converted("Press", 3)
    assert csv_of(book(tmp_path / "b.xlsx", flags=' date1904="1"'))[0][3].startswith("Genes at sea,2023-01-02")


def test_what_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04" + bytes(99))
    (tmp_path / "b.xlsx").write_bytes(b"headline,date\n")
    with zipfile.ZipFile(tmp_path / "c.xlsx", "w") as archive:
        archive.writestr("a.csv", "a,b")
    for name in ("a.xlsx", "b.xlsx", "c.xlsx"):
        assert not workbooks.is_workbook(tmp_path / name)
    assert workbooks.is_workbook(book(tmp_path / "d.xlsx"))


@pytest.mark.parametrize(
    ("sheet", "sentence"),
    [
        ("", "no rows"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><worksheet>&b;</worksheet>", "document type"),
        ("<worksheet>" + "<a>" * 100, "deeper"),
        ("<worksheet><sheetData><row", "XML is broken"),
        ("<worksheet a='" + "x" * 2_000, "no end"),
        ("<worksheet><row><c r='A1'><v>1</v></c></row>" + " " * 5_000, "more than"),
    ],
    ids=["empty", "entities", "levels", "cut", "tag", "size"],
)
def test_hostile_sheets_are_refused(tmp_path: Path, sheet: str, sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_SHEET", 3_000)
    monkeypatch.setattr(workbooks, "LONGEST_TAG", 1_000)
    path = book(tmp_path / "a.xlsx", "", sheet=sheet, **{"xl/worksheets/sheet1.xml": f"<worksheet {NS}/>"})
    with pytest.raises(UnreadableError, match=sentence):
        csv_of(path)


def test_what_stands_before_the_damage_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines, converted = csv_of(book(tmp_path / "a.xlsx", f"{ROWS}<row><c></row>"))
    assert lines[3].startswith("Genes at sea")
    assert "up to row 5: its XML is broken" in converted.problem
    monkeypatch.setattr(workbooks, "MOST_CELLS", 6)
    assert "more than 6 cells and rows" in csv_of(book(tmp_path / "b.xlsx"))[1].problem
    monkeypatch.setattr(workbooks, "MOST_TEXTS", 2)
    with pytest.raises(UnreadableError, match="more than 2 texts"):
        csv_of(book(tmp_path / "c.xlsx"))
    with pytest.raises(UnreadableError, match="deeper"):
        csv_of(book(tmp_path / "d.xlsx", **{"xl/styles.xml": "<a>" * 99}))


def test_a_huge_list_of_parts_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_DIRECTORY", 100)
    path = book(tmp_path / "a.xlsx")
    assert not workbooks.is_workbook(path)
    with pytest.raises(UnreadableError, match="more parts"):
        csv_of(path)
