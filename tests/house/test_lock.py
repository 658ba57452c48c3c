"""``requirements.lock``: what ``setup.cfg`` asks for, each with a version that fits and with hashes."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]


def test_the_lock_is_in_step_with_what_is_asked_for() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    blocks = re.findall(r"^([A-Za-z0-9._-]+)==(\S+)(.*(?:\n(?: {4}).*)*)", lock, re.MULTILINE)
    locked = {canonicalize_name(name): version for name, version, _ in blocks}
    for name, _, rest in blocks:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", rest), f"{name} has no hash"
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", "utf-8")
    extras = config["options.extras_require"]
    asked = "\n".join([config["options"]["install_requires"], extras["gunicorn"], extras["postgres"]])
    for line in filter(None, map(str.strip, asked.splitlines())):
        wanted = Requirement(line)
        version = locked.get(canonicalize_name(wanted.name))
        assert version, f"{wanted.name} is not locked: make lock"
        assert wanted.specifier.contains(version, prereleases=True), f"{line}, and {version} is locked: make lock"
    assert {"webauthn", "weasyprint"} & locked.keys() == set(), "they come only to whoever chose them: make lock-extras"
