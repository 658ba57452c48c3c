"""Ask for known weaknesses of the packages in a lock file, and say clearly when nobody could be asked.

``python -m tests.dependencies_asked_about PIP_AUDIT LOCK``: 0, none is known; 1, some are; 2, it was not found out.
"""

from __future__ import annotations

import json
import subprocess
import sys


def main(program: str, lock: str) -> int:
    """Ask, and say what was answered."""
    command = [program, "--require-hashes", "--disable-pip", "--progress-spinner", "off", "-f", "json", "-r", lock]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        packages = json.loads(asked.stdout)["dependencies"]
    except (ValueError, KeyError):
        print("NOT CHECKED: the advisory database did not answer; it needs the network.", file=sys.stderr)
        print((asked.stderr.strip().splitlines() or ["no reason was given"])[-1][:300], file=sys.stderr)
        return 2
    skipped = [one["name"] for one in packages if "skip_reason" in one]
    known = [(one, each) for one in packages for each in one.get("vulns", [])]
    for one, each in known:
        print(
            f"{one['name']} {one['version']}: {each['id']}, mended in {', '.join(each['fix_versions']) or 'no version'}"
        )
    if skipped:
        print(f"NOT CHECKED: {', '.join(skipped)}", file=sys.stderr)
    print(f"{len(packages) - len(skipped)} packages asked about, {len(known)} known weaknesses.")
    return 1 if known else 2 if skipped else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
