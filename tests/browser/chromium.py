"""Find Chromium for the browser tests; install Debian's where it is missing and root may do so."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The path of a Chromium: the environment's CHROMIUM, else the first one on the path."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def main() -> int:
    """Make sure that there is one."""
    if find():
        return 0
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        print(
            "The browser tests need Chromium, and it is not installed. Install it (on Debian: sudo apt-get install "
            "chromium), or name one: CHROMIUM=/path/to/chrome make test",
            file=sys.stderr,
        )
        return 1
    print("Installing Chromium for the browser tests (once) …", flush=True)
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=True)
    subprocess.run(
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-liberation"],
        env=quiet,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return 0 if find() else 1


if __name__ == "__main__":
    sys.exit(main())
