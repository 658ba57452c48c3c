"""BibTeX and BibLaTeX of press coverage: ``@online{key, title = {…}, …}``, with @string, months and TeX's accents.

Own code, because the libraries for it keep a file in memory several times and drop an entry whose braces do not match
without a word. Here an entry ends where its braces do, or at the latest where the next one begins a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from pressroom.clips import rules
from pressroom.clips.gathering.entries import LONGEST_LINE, LONGEST_VALUE, Entry, numbered_lines
from pressroom.clips.gathering.latex import as_text
from pressroom.clips.gathering.ris import named
from pressroom.clips.rules import Medium
from pressroom.kit.encodings import scan

LONGEST_ENTRY = 200_000
MOST_FIELDS = 200
MOST_STRINGS = 10_000
_BEGIN = re.compile(r"\s*@\s*([A-Za-z]{1,40})\s*([{(])")
_FIELD = re.compile(r"[\s,]*+([A-Za-z][\w:.+-]{0,60})\s*=\s*")
_BARE = re.compile(r"[^\s,{}()\"#=]{1,200}")
_BRACES = re.compile(r"[{}]")
_ADDRESS = re.compile(r"https?://[^\s{}<>\"\\]+")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_MEDIA = {"audio": Medium.RADIO, "music": Medium.RADIO, "video": Medium.TELEVISION, "movie": Medium.TELEVISION}
_PRINTED = frozenset({"article", "inproceedings", "incollection", "book", "booklet"})
_LANGUAGES = {"ngerman": "de", "naustrian": "de", "nswissgerman": "de", "american": "en", "british": "en",
              "usenglish": "en", "ukenglish": "en", "brazilian": "pt", "brazil": "pt", "canadien": "fr"}  # fmt: skip
_NO_ENTRIES = frozenset({"comment", "preamble", "string"})
_OPEN = "a brace is opened and never closed"


def read(path: Path) -> Iterator[Entry]:
    """The entries of a file, by their lines.

    Raises:
        UnreadableError: it is no text.
    """
    strings: dict[str, str] = {}
    for line, kind, body, problem in _blocks(path):
        if kind in _NO_ENTRIES:
            if kind == "string" and len(strings) < MOST_STRINGS:
                strings.update(_fields(body, strings))
            elif problem and kind == "string":
                yield Entry(line, problem=problem)
        elif not kind:
            yield Entry(line, problem=problem)
        else:
            yield _entry(line, kind, body, strings, problem)


def _blocks(path: Path) -> Iterator[tuple[int, str, str, str]]:
    """(line, kind, what stands in it, what is wrong with it) of everything that begins with an @."""
    begin, kind, depth, length = 0, "", 0, 0
    pieces: list[str] = []
    for number, line in numbered_lines(path, scan(path).encoding):
        if line is None:
            yield number, "", "", f"the line has more than {LONGEST_LINE:,} characters"
            continue
        at = 0
        while at < len(line):
            found = _BEGIN.match(line, at)
            if found and (not begin or at == 0):
                if begin:
                    yield begin, kind, "".join(pieces), _OPEN
                begin, kind, depth, length, pieces = number, found[1].lower(), 1, 0, []
                at = found.end()
            if not begin:
                break
            closed = _end(line, at, depth)
            depth, end = closed
            piece = line[at:end]
            length += len(piece)
            if length <= LONGEST_ENTRY:
                pieces.append(piece)
            at = end
            if depth == 0:
                problem = f"the entry has more than {LONGEST_ENTRY:,} characters" if length > LONGEST_ENTRY else ""
                yield begin, kind, "".join(pieces), problem
                begin = 0
    if begin:
        yield begin, kind, "".join(pieces), _OPEN


def _end(line: str, at: int, depth: int) -> tuple[int, int]:
    """How deep in braces *line* ends, and where it was left; with 0 it was left behind the last brace."""
    for brace in _BRACES.finditer(line, at):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return 0, brace.end()
    return depth, len(line)


def _entry(line: int, kind: str, body: str, strings: Mapping[str, str], problem: str) -> Entry:
    key, _, rest = body.partition(",")
    written = _fields(rest, strings)
    if not written:
        return Entry(line, problem=problem or f"the @{kind} has no fields")
    said = {name: " ".join(as_text(value).split()) for name, value in written.items()}
    address = _address(written)
    outlet = _first(said, "journaltitle", "journal", "newspaper", "magazine", "website", "organization", "publisher",
                    "institution", "booktitle", "series", "eprinttype")  # fmt: skip
    if not outlet and not _ADDRESS.search(written.get("howpublished", "")):
        outlet = said.get("howpublished", "")
    medium = _MEDIA.get(kind) or (Medium.PRINT if kind in _PRINTED and not address else None)
    language = _first(said, "langid", "language")
    day = _day(said)
    title = said.get("title", "")
    if subtitle := said.get("subtitle", ""):
        title = f"{title}: {subtitle}"
    told = {
        "headline": title,
        "published_on": day,
        "outlet": outlet,
        "url": address,
        "byline": "; ".join(named(name.strip()) for name in re.split(r"\s+and\s+", said.get("author", "")) if name),
        "excerpt": _first(said, "abstract", "annotation", "annote"),
        "medium": medium.value if medium else "",
        "language": _LANGUAGES.get(language.lower(), language),
        "topics": "; ".join(list(rules.read_topics(_first(said, "keywords", "keyword")))[: rules.MOST_TOPICS]),
    }
    return Entry(line, told, external_id=key.strip().strip("}"), problem=problem)


def _first(said: Mapping[str, str], *names: str) -> str:
    return next((said[name] for name in names if said.get(name)), "")


def _address(written: Mapping[str, str]) -> str:
    if url := written.get("url", "").strip().replace("\\_", "_").replace("\\%", "%").replace("\\&", "&"):
        return url.removeprefix("\\url{").strip("{} ")
    for name in ("howpublished", "note", "link"):
        if found := _ADDRESS.search(written.get(name, "").replace("\\_", "_")):
            return found[0].rstrip(".,;)")
    return ""


def _day(said: Mapping[str, str]) -> str:
    """The day as text; empty where only a month or a year is told, and as it stands where it means nothing."""
    if written := said.get("date", ""):
        return "" if re.fullmatch(r"\d{4}(-\d\d)?", written) else written.partition("/")[0]
    year, month = said.get("year", ""), said.get("month", "").lower().strip(" .")
    number = _MONTHS.get(re.sub(r"[^a-z]", "", month)[:3], 0) or (int(month) if re.fullmatch(r"\d{1,2}", month) else 0)
    in_month = re.search(r"\d{1,2}", month) if not month.isdigit() else None
    day = said.get("day", "") or (in_month[0] if in_month else "")
    if not (re.fullmatch(r"\d{4}", year) and re.fullmatch(r"\d{1,2}", day) and number):
        return ""
    try:
        return date(int(year), number, int(day)).isoformat()
    except ValueError:
        return f"{day}.{number}.{year}"


def _fields(body: str, strings: Mapping[str, str]) -> dict[str, str]:
    """Name in small letters → value, as it stands; of a field that is not closed what there is of it."""
    fields: dict[str, str] = {}
    at = 0
    while len(fields) < MOST_FIELDS and (found := _FIELD.match(body, at)):
        value, at = _value(body, found.end(), strings)
        fields.setdefault(found[1].lower(), value[:LONGEST_VALUE])
        if at < len(body) and body[at] not in ",})":  # what is no field is passed over, up to the next comma
            comma = body.find(",", at)
            at = len(body) if comma < 0 else comma
    return fields


def _value(body: str, at: int, strings: Mapping[str, str]) -> tuple[str, int]:
    """A value from *at*: parts in braces, in quotation marks or bare, with # between them; and where it ends."""
    parts: list[str] = []
    while at < len(body):
        if body[at] == "{":
            end = _closing(body, at + 1, "}")
            parts.append(body[at + 1 : end])
            at = end + 1
        elif body[at] == '"':
            end = _closing(body, at + 1, '"')
            parts.append(body[at + 1 : end])
            at = end + 1
        elif bare := _BARE.match(body, at):
            word = bare[0].lower()
            parts.append(strings.get(word, word if word in _MONTHS else bare[0]))
            at = bare.end()
        else:
            break
        more = re.compile(r"\s*#\s*").match(body, at)
        if not more:
            break
        at = more.end()
    spaces = re.compile(r"\s*").match(body, at)
    return "".join(parts), spaces.end() if spaces else at


def _closing(body: str, at: int, sign: str) -> int:
    """Where what begins at *at* is closed by *sign*, outside of braces; the end of it all if it never is."""
    depth = 0
    for found in re.compile(r'[{}"]').finditer(body, at):
        if found[0] == sign and depth == 0:
            return found.start()
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if depth < 0:
            return found.start()
    return len(body)
