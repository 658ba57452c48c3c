"""Folders and ZIPs of Markdown files: heads, texts, and what a ZIP may try."""

from __future__ import annotations

import stat
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pressroom.releases.importing import folder, markdownfile, sources
from pressroom.releases.importing.items import Item, Term, UnreadableError

FOLDER = Path(__file__).parent / "files" / "folder"
GOOD = "---\ntitle: Cats\ndate: 2014-03-05 10:00\n---\nWords.\n"


def read(source: str, path: str = "cats.md") -> Item:
    return markdownfile.read(source, path=path, zone="America/New_York")


def packed(path: Path, files: dict[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def problems(path: Path) -> dict[str, str]:
    return {item.where: item.problem for item in sources.open_source(path).items("UTC")}


def test_a_folder_is_read_file_by_file() -> None:
    found = {item.where: item for item in sources.open_source(FOLDER).items("America/New_York")}
    assert list(found) == ["2016-02-03-toml-head.md", "2017-01-02-no-head.md", "broken.md", "2015/grant.md"]
    grant = found["2015/grant.md"]
    assert grant.headline == "A grant: for outreach"
    assert grant.at == datetime(2015, 6, 1, 13, 30, tzinfo=UTC)
    assert grant.terms == (Term("schools", "Schools", "tag"), Term("family-history", "Family history", "tag"))
    assert (grant.slug, grant.kind, grant.author) == ("outreach-grant", "grant", "Ilse Maren")
    assert grant.fields == {
        "subhead": "Three schools take part",
        "dateline": "BETHESDA, Md.",
        "notes": "",
        "study_doi": "10.5555/12345678",
        "study_journal": "Journal of Examples",
    }
    assert grant.paths == ("/2015/outreach/",)
    assert [note for _, note in grant.corrections] == ["There were three schools, not four."]
    assert grant.remarks == ("Keys that are not read: layout.",)
    assert found["2016-02-03-toml-head.md"].at == datetime(2016, 2, 3, 15, 0, tzinfo=UTC)
    assert found["2016-02-03-toml-head.md"].slug == "toml-head"
    assert found["2017-01-02-no-head.md"].headline == "A headline in the text"
    assert found["broken.md"].problem.startswith("Line 1: ")


DATES = [
    ("2014-03-05", "2014-03-05T17:00:00+00:00"),
    ("2014-03-05 10:00", "2014-03-05T15:00:00+00:00"),
    ("2014-03-05T10:00:30Z", "2014-03-05T10:00:30+00:00"),
    ("2014-03-05 10:00:00 -0800", "2014-03-05T18:00:00+00:00"),
    ("2014-03-05 10:00 +05:30", "2014-03-05T04:30:00+00:00"),
    ("2014-03-05 10:00 Europe/London", "2014-03-05T10:00:00+00:00"),
    ("5 March 2014", "2014-03-05T17:00:00+00:00"),
    ("'March 5, 2014'", "2014-03-05T17:00:00+00:00"),
]
NO_DATES = [
    ("2014-02-30", "Line 3: There is no 30 February"),
    ("soon", "Line 3: “soon” is no day"),
    ("2014-03-09 02:30", "Line 3: There is no 02:30 on"),
    ("2014-11-02 01:30", "Line 3: 01:30 comes twice"),
    ("2014-03-05 10:00 Mars/Base", "Line 3: There is no time zone"),
    ("2014-03-05 10:00 +99:00", "Line 3: “\\+99:00” is no distance"),
    ("[a, b]", "Line 3: “.'a', 'b'.” is no day"),
]


@pytest.mark.parametrize(("written", "instant"), DATES)
def test_dates(written: str, instant: str) -> None:
    found = read(f"---\ntitle: x\ndate: {written}\n---\n")
    assert found.at is not None, found.problem
    assert found.at.isoformat() == instant


@pytest.mark.parametrize(("written", "problem"), NO_DATES)
def test_what_is_no_date_is_a_problem_with_its_line(written: str, problem: str) -> None:
    import re

    assert re.match(problem, read(f"---\ntitle: x\ndate: {written}\n---\n").problem)


def test_the_zone_of_the_file_and_the_end_of_its_embargo_count() -> None:
    found = read("---\ntitle: x\nzone: Europe/London\ndate: 2014-03-05 10:00\nembargo: 2014-03-06 00:01\n---\n")
    assert found.at == found.embargo == datetime(2014, 3, 6, 0, 1, tzinfo=UTC)
    assert "There is no time zone" in read("---\ntitle: x\nzone: Mars/Base\n---\n").problem


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ("title: [a, b]", "Line 2: “title” takes one value"),
        ("draft: perhaps", "Line 2: “draft” is true or false"),
        ("corrections: [never]", "Line 2: write a correction as its day"),
    ],
)
def test_values_that_mean_nothing(head: str, words: str) -> None:
    assert read(f"---\n{head}\n---\n").problem.startswith(words)


def test_texts_lose_what_a_release_cannot_have_and_keep_their_code() -> None:
    prose = markdownfile.tidy(
        'A ![cat](img/cat_1.png "t") and [x](javascript:alert(1)) {{< film 1 >}}\n\n{% include a %}\n'
        "<!-- one\ntwo -->\n`<b>` and <i>tag</i>\n\n```\n![kept](a.png) <!-- kept -->\n```\n",
        first_line=5,
    )
    assert prose.text == (
        "A *(Picture: cat; cat\\_1.png)* and x \n\n\n\n\n`<b>` and <i>tag</i>\n\n```\n![kept](a.png) <!-- kept -->\n```"
    )
    assert prose.remarks == (
        "One picture is named in the text and not brought in: cat_1.png.",
        "A link that is none of http, https, mailto, tel lost its address: “javascript:”.",
        "Template code was taken out: {{< film 1 >}}, {% include a %}.",
        "1 comment was taken out.",
        "HTML is shown as it was typed, on line 10, 10; write it in Markdown.".replace("10, 10", "10"),
    )


def test_a_zip_is_read_as_its_folder_is(tmp_path: Path) -> None:
    files = {f"press/{path.relative_to(FOLDER)}": path.read_bytes() for path in FOLDER.rglob("*.md")}
    path = packed(
        tmp_path / "press.zip", files | {"__MACOSX/press/._a.md": b"x", "press/.hidden.md": b"x", "press/a.png": b"x"}
    )
    in_zip = {(item.guid, item.fingerprint) for item in sources.open_source(path).items("UTC")}
    in_folder = {(item.guid, item.fingerprint) for item in sources.open_source(FOLDER).items("UTC")}
    assert in_zip == in_folder, "the same file is known again, packed or not"


def test_what_a_zip_may_try(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = zipfile.ZipInfo("link.md")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = packed(
        tmp_path / "bad.zip",
        {
            "../out.md": GOOD,
            "/root.md": GOOD,
            "C:\\windows.md": GOOD,
            "a/..\\b.md": GOOD,
            "bomb.md": b"0" * (folder.LARGEST + 1),
            "binary.md": b"a\0b",
            "latin.md": "---\ntitle: \xe9t\xe9\n---\n".encode("latin-1"),
            "wide.md": GOOD.encode("utf-16"),
            "good.md": GOOD,
        },
    )
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    found = problems(path)
    for name in ("../out.md", "/root.md", "C:\\windows.md", "a/..\\b.md"):
        assert "leads out of the ZIP" in found[name]
    assert "larger than 2 MB" in found["bomb.md"]
    assert "no text" in found["binary.md"]
    assert found["latin.md"] == "Line 2: a character is not UTF-8. Save the file as UTF-8."
    assert "link to another file" in found["link.md"]
    assert (found["wide.md"], found["good.md"]) == ("", "")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["bad.zip"], "nothing was unpacked"
    monkeypatch.setattr(folder, "LARGEST_TOGETHER", 100)
    with pytest.raises(UnreadableError, match="Unpacked, the ZIP is larger"):
        problems(path)


def test_a_size_that_a_zip_claims_is_not_believed(tmp_path: Path) -> None:
    path = packed(tmp_path / "liar.zip", {"bomb.md": b"0" * 3_000_000})
    data = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = data.index(mark) + at
        data[place : place + 4] = (5).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    assert problems(path)["bomb.md"], "damaged, or too large; never three million bytes"


def test_zips_that_are_refused_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = packed(tmp_path / "good.zip", {"a.md": GOOD, "b.md": GOOD})
    cut = tmp_path / "cut.zip"
    cut.write_bytes(good.read_bytes()[:-30])
    with pytest.raises(UnreadableError, match="damaged or was cut off"):
        sources.open_source(cut)
    with pytest.raises(UnreadableError, match=r"no Markdown file in the ZIP.*the \.xml file"):
        sources.open_source(packed(tmp_path / "x.zip", {"export.xml": "<rss/>"}))
    (tmp_path / "empty").mkdir()
    with pytest.raises(UnreadableError, match="no Markdown file in it"):
        sources.open_source(tmp_path / "empty")
    monkeypatch.setattr(folder, "MOST_ITEMS", 1)
    with pytest.raises(UnreadableError, match="more than 1 files"):
        sources.open_source(good)
    monkeypatch.setattr(folder, "LARGEST_LIST", 10)
    with pytest.raises(UnreadableError, match="far too many files"):
        sources.open_source(good)


def test_links_out_of_a_folder_are_passed_over(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.md").write_text(GOOD)
    (inside / "link.md").symlink_to(tmp_path / "secret.md")
    (inside / "good.md").write_text(GOOD)
    assert list(problems(inside)) == ["good.md"]
