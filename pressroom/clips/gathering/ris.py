"""RIS (2011): a tag of two characters, two spaces, a hyphen, a value; TY begins a reference, ER ends it.

Reference managers export press coverage in it, and so does our archive. Own code, because the libraries for it read a
file whole, and stop at the first line that is not as it should be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pressroom.clips import rules
from pressroom.clips.gathering.entries import LONGEST_LINE, LONGEST_VALUE, Entry, numbered_lines
from pressroom.clips.rules import Medium
from pressroom.kit.encodings import scan

MOST_VALUES = 500  # of one reference
_LINE = re.compile(r"([A-Z][A-Z0-9]) {0,2}- ?(.*)", re.DOTALL)
_MEDIA = {"SOUND": Medium.RADIO, "VIDEO": Medium.TELEVISION, "MPCT": Medium.TELEVISION, "GEN": Medium.OTHER,
          "NEWS": Medium.PRINT, "MGZN": Medium.PRINT, "JOUR": Medium.PRINT, "EJOUR": Medium.ONLINE,
          "ELEC": Medium.ONLINE, "BLOG": Medium.ONLINE, "WEB": Medium.ONLINE, "MULTI": Medium.ONLINE}  # fmt: skip
_PRINTED = (Medium.PRINT, Medium.OTHER)
_COVERS = "about the release:"

Values = Mapping[str, Sequence[str]]


def read(path: Path) -> Iterator[Entry]:
    """The references of a file, by the line of their TY.

    Raises:
        UnreadableError: it is no text.
    """
    begin, values, last = 0, {}, ""  # type: int, dict[str, list[str]], str
    strays = 0
    for number, line in numbered_lines(path, scan(path).encoding):
        if line is None:
            yield Entry(number, problem=f"the line has more than {LONGEST_LINE:,} characters")
            continue
        found = _LINE.match(line.lstrip("\ufeff \t") if not begin else line)
        tag, value = (found[1], found[2].strip()) if found else ("", line.strip())
        if tag == "TY":
            if begin:
                yield _entry(begin, values, "it has no ER at its end")
            begin, values, last = number, {"TY": [value.upper()]}, "TY"
        elif tag == "ER":
            if begin:
                yield _entry(begin, values)
            begin, values, last = 0, {}, ""
        elif not begin:
            if line.strip() and not strays:
                strays = number
                yield Entry(number, problem="the line belongs to no reference; each begins with “TY  - ”")
        elif tag:
            if sum(map(len, values.values())) < MOST_VALUES:
                values.setdefault(tag, []).append(value[:LONGEST_VALUE])
                last = tag
        elif value and last and len(values[last][-1]) < LONGEST_VALUE:
            values[last][-1] += f" {value}"
    if begin:
        yield _entry(begin, values, "it has no ER at its end")


def _entry(line: int, values: Values, problem: str = "") -> Entry:
    address = next(
        (one for tag in ("UR", "L2", "LK", "L1") for one in values.get(tag, ()) if one.startswith("http")), ""
    )
    medium = _MEDIA.get(values["TY"][0])
    notes = [note for tag in ("N1", "N2", "AB") for note in values.get(tag, ())]
    told = {
        "headline": _first(values, "TI", "T1", "CT", "BT"),
        "published_on": _day(values),
        "outlet": _first(values, "T2", "JO", "JF", "JA", "J2", "J1", "PB", "SO", "T3"),
        "url": address,
        "byline": "; ".join(named(name) for tag in ("AU", "A1", "A2") for name in values.get(tag, ()) if name),
        "excerpt": _first(values, "AB", "N2"),
        "medium": "" if medium is None or (address and medium in _PRINTED) else medium.value,
        "language": _first(values, "LA"),
        "topics": "; ".join(values.get("KW", ())[: rules.MOST_TOPICS]),
        "releases": " ".join(note[len(_COVERS) :] for note in notes if note.lower().startswith(_COVERS)),
    }
    return Entry(line, told, external_id=_first(values, "ID", "AN"), problem=problem)


def _first(values: Values, *tags: str) -> str:
    return next((one for tag in tags for one in values.get(tag, ()) if one), "")


def _day(values: Values) -> str:
    """The day as it is written: ``2019/03/05/note``; nothing where only a year or a month is told."""
    for written in (one for tag in ("DA", "PY", "Y1", "Y2") for one in values.get(tag, ())):
        parts = [part.strip() for part in written.split("/")]
        if len(parts) >= 3 and all(part.isdigit() for part in parts[:3]):
            return "-".join(parts[:3])
        if len(parts) == 1 and not re.fullmatch(r"\d{4}", written):
            return written
    return ""


def named(name: str) -> str:
    """“Okafor, Rita” as people are called: “Rita Okafor”."""
    parts = [part.strip() for part in name.split(",")]
    return f"{parts[1]} {parts[0]}" if len(parts) == 2 and all(parts) else name
