"""A process that writes lines into the audit, for the test that lets several write at once.

``python -m tests.audit.child INSTANCE DATABASE_URL NAME LINES``
"""

from __future__ import annotations

import sys
from pathlib import Path

from pressroom import audit, publishing
from pressroom.application import create_app
from pressroom.kit.db import db


def main(instance: str, url: str, name: str, lines: int) -> None:
    app = create_app(Path(instance), {"database_url": url})
    with app.app_context(), publishing.as_staff():
        print("ready", flush=True)
        sys.stdin.readline()  # all of them begin when the test says so
        for number in range(lines):
            audit.record(None, "write", "race", number, name)
            db.session.commit()


if __name__ == "__main__":
    main(*sys.argv[1:4], int(sys.argv[4]))
