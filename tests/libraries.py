"""Find what is not from PyPI: the libraries of PDF files, a font, nginx; install Debian's where root may do so."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from pressroom.kit import pdf

FONTS = "fonts-liberation"
NGINX = "nginx-light"
PLACES = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts", "/System/Library/Fonts")


def lacking() -> list[str]:
    """The packages of Debian that have what is missing."""
    packages = [package for library, package in pdf.LIBRARIES.items() if not pdf.loads(library)]
    folders = filter(os.path.isdir, map(os.path.expanduser, PLACES))
    has_font = any(next(Path(folder).rglob("*.[to]tf"), None) for folder in folders)
    has_nginx = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    return [*packages, *([] if has_font else [FONTS]), *([] if has_nginx else [NGINX])]


def main(*, needed: bool) -> int:
    """Make sure that they are there; without root say what to install, which fails only where they are *needed*."""
    packages = lacking()
    if not packages:
        return 0
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        print(
            f"Tests of PDF files, and of nginx in front, need what is not installed (on Debian: sudo apt-get install "
            f"{' '.join(packages)}).",
            file=sys.stderr,
        )
        return int(needed)
    print("Installing what tests of PDF files and nginx need (once) …", flush=True)
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=True)
    subprocess.run(
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
        env=quiet,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return int(bool(lacking()))


if __name__ == "__main__":
    sys.exit(main(needed="--if-possible" not in sys.argv))
