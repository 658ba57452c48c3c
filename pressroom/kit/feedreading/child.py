"""The process that reads one document: ``python -c … feed|mail CHARSET ADDRESS``, from standard input to output.

Each line that it writes is a record as JSON; the last one says what the document is. Without that one it was ended.
"""

from __future__ import annotations

import json
import math
import resource
import sys
from collections.abc import Iterator

from pressroom.kit.feedreading.parsing import Record

MEMORY = 110 << 20  # bytes of addresses
SECONDS = 8  # of a processor, before the first entry
PER_ENTRY = 0.001  # more for each entry that was read without ado: twice what one takes
STEP = 500  # entries between two looks at that


def main() -> None:
    """Read, within limits."""
    kind, charset, address = sys.argv[1:4]
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    _allow(0)
    out = sys.stdout.buffer
    plain = 0
    for count, record in enumerate(_records(kind, charset, address), 1):
        out.write(json.dumps(record).encode("ascii") + b"\n")
        plain += "mended" not in record and "problem" not in record
        if count % STEP == 0:
            out.flush()
            _allow(plain)
    out.flush()


def _allow(entries: int) -> None:
    seconds = math.ceil(SECONDS + entries * PER_ENTRY)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))


def _records(kind: str, charset: str, address: str) -> Iterator[Record]:
    if kind == "mail":
        from pressroom.kit.feedreading.mails import records as mails  # noqa: PLC0415 - only where one is read

        return mails(sys.stdin.buffer)
    from pressroom.kit.feedreading.parsing import records as feeds  # noqa: PLC0415 - only where one is read

    return feeds(sys.stdin.buffer, charset=charset, address=address)
