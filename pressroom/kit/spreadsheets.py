"""Lines of a CSV file that no spreadsheet takes for a programme."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

BOM = "\ufeff"
"""Begins the file: without it Excel takes UTF-8 for the encoding of its Windows, and é for Ã©."""

FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def harmless(value: str) -> str:
    """*value* as a cell that no spreadsheet takes for a formula: an apostrophe before what could begin one.

    OWASP, CSV Injection: = + - @, tab and carriage return; the wide forms too, which some spreadsheets read alike.
    """
    risky = value.startswith(("\t", "\r", "\n")) or value.lstrip().startswith(FORMULA)
    return f"'{value}" if risky else value


def record(values: Sequence[str]) -> str:
    """*values* as one line (RFC 4180), with its line end."""
    out = io.StringIO()
    csv.writer(out).writerow(values)
    return out.getvalue()
