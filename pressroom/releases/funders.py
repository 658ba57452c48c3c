"""Who paid for a study, one line each: ``Funder: grant, grant``. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

MOST = 30
LONGEST_FUNDER, LONGEST_GRANT = 200, 100

_ADDRESS = re.compile(r"https?:|//", re.IGNORECASE)


@dataclass(frozen=True)
class Funder:
    """Who paid, and the numbers of the grants; often there is none."""

    name: str
    grants: tuple[str, ...] = ()

    def __str__(self) -> str:
        """As one writes the line."""
        return f"{self.name}: {', '.join(self.grants)}" if self.grants else self.name


def read(written: str) -> tuple[list[Funder], list[str]]:
    """The funders of *written*, and a sentence, with its number, for each line that cannot be read."""
    found: list[Funder] = []
    problems: list[str] = []
    first: dict[str, int] = {}
    for number, line in enumerate(written.splitlines(), start=1):
        if not line.strip():
            continue
        funder, problem = _line(line)
        if not problem and (before := first.setdefault(funder.name.casefold(), number)) != number:
            problem = f"{funder.name} stands in line {before} already; put its grants there."
        if problem:
            problems.append(f"Line {number}: {problem}")
        else:
            found.append(funder)
    if len(found) > MOST:
        problems.append(f"Name at most {MOST} funders. There are {len(found)}.")
    return found, problems


@lru_cache(64)
def named(written: str) -> tuple[Funder, ...]:
    """The funders of *written*, for pages, which ask four times."""
    return tuple(read(written)[0])


def tidy(written: str) -> str:
    """*written* with each line as it was understood; a line that was not stays as it is."""
    lines = []
    for line in filter(str.strip, written.splitlines()):
        funder, problem = _line(line)
        lines.append(line.strip() if problem else str(funder))
    return "\n".join(lines)


def _line(line: str) -> tuple[Funder, str]:
    name, colon, rest = line.partition(":")
    name = " ".join(name.split())
    grants = tuple(" ".join(part.split()) for part in rest.split(","))
    if not colon:
        grants = ()
    return Funder(name, grants), _problem(line, name, colon, grants)


def _problem(line: str, name: str, colon: str, grants: tuple[str, ...]) -> str:
    if _ADDRESS.search(line):
        return "write the funder’s name and not an address."
    if not name:
        return "write the funder before the colon, as in Funder: grant, grant."
    if len(name) > LONGEST_FUNDER:
        return f"shorten the funder to {LONGEST_FUNDER} characters."
    if colon and grants == ("",):
        return "write the number of a grant after the colon, or leave the colon out."
    if "" in grants:
        return "a grant between two commas is empty. Write its number, or take a comma out."
    if any(";" in grant for grant in grants):
        return "put commas between the grants."
    if long := next((grant for grant in grants if len(grant) > LONGEST_GRANT), ""):
        return f"shorten the grant “{long[:40]}…” to {LONGEST_GRANT} characters."
    if double := next((grant for grant in grants if grants.count(grant) > 1), ""):
        return f"the grant {double} stands there twice."
    return ""
