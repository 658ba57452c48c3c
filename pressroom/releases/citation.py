"""The study of a release for reference managers: RIS and BibTeX."""

from __future__ import annotations

import re

from pressroom.releases.models import Release

_SPECIAL = re.compile(r"([\\{}$&#%_^~])")


def ris(release: Release) -> str:
    """The study as a RIS record (https://en.wikipedia.org/wiki/RIS_(file_format), type JOUR)."""
    on = release.study_published_on
    lines = [
        ("TY", "JOUR"),
        ("TI", release.study_title),
        ("JO", release.study_journal),
        ("PY", str(on.year) if on else ""),
        ("DA", f"{on:%Y/%m/%d}/" if on else ""),
        ("DO", release.study_doi),
        ("UR", _link(release)),
    ]
    said = [f"{tag}  - {_flat(value)}" for tag, value in lines if value]
    return "\r\n".join([*said, "ER  - ", ""])


def bibtex(release: Release) -> str:
    """The study as a BibTeX entry."""
    on = release.study_published_on
    fields = {
        "title": f"{{{_escaped(release.study_title)}}}" if release.study_title else "",
        "journal": _escaped(release.study_journal),
        "year": str(on.year) if on else "",
        "month": str(on.month) if on else "",
        "doi": _flat(release.study_doi),
        "url": _link(release),
    }
    said = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@article{{{release.slug or 'study'},\n{said}}}\n"


def _link(release: Release) -> str:
    return f"https://doi.org/{_flat(release.study_doi)}" if release.study_doi else ""


def _flat(value: str) -> str:
    return " ".join(value.split())


def _escaped(value: str) -> str:
    return _SPECIAL.sub(
        lambda found: "\\" + found[1] if found[1] not in "\\^~" else f"\\char`\\{found[1]}", _flat(value)
    )
