"""``python -m tests.code_examined``: bandit reads the press room, and what it finds is in the table below, or wrong.

An exception that bandit finds no more is an error as well: whoever mends one takes it out.
"""

from __future__ import annotations

import json
import subprocess
import sys
from fnmatch import fnmatch

EXAMINED = ("pressroom", "wsgi.py")

EXCEPTIONS = {
    ("*", "B101"): "assert states an invariant for readers and mypy; nothing depends on it at run time",
    ("pressroom/accounts/entry.py", "B105"): "a word in the audit, no password",
    ("pressroom/releases/importing/plan.py", "B105"): "a sentence about one, no password",
    ("pressroom/sample/*.py", "B105"): "of the people of the sample; `pressroom doctor` warns of them",
    ("pressroom/front/parts.py", "B704"): "what a template rendered, which escapes by itself",
    ("pressroom/kit/requests.py", "B311"): "the number of a request is a name, and opens nothing",
    ("pressroom/alerts/digests.py", "B704"): "our own template made it, which escapes; addresses were made absolute",
    ("pressroom/kit/text.py", "B704"): "it was sanitised before it was stored: the one filter that says so",
    ("pressroom/kit/web.py", "B704"): "every character that HTML could read was just escaped; or a template wrote it",
    (
        "pressroom/clips/lines.py",
        "B704",
    ): "put together of what a template rendered and what marks matches, which escape",
    ("pressroom/media/xmp.py", "B406"): "escape writes XML; what comes from outside is read by kit/xml.py",
    ("pressroom/migrations/versions/*.py", "B608"): "put together of constants of the migration",
    ("pressroom/operations/archive.py", "B107"): "no passphrase: the backup is not sealed",
    ("pressroom/operations/cli.py", "B106"): "no passphrase: the backup is not sealed",
    ("pressroom/operations/rows.py", "B608"): "names of our own tables and columns; values are parameters",
    ("pressroom/search/engines/postgres_*.py", "B608"): "put together of our own parts; values are parameters",
    ("pressroom/websub/rules.py", "B105"): "how long a secret may be, no password",
    ("pressroom/kit/feedreading/limited.py", "B404"): "it reads documents of strangers in a process of its own",
    ("pressroom/kit/feedreading/limited.py", "B603"): "this interpreter, no shell; words from outside are arguments",
    ("pressroom/supervisor.py", "B404"): "it starts our own two programs",
    ("pressroom/supervisor.py", "B603"): "without a shell, and without a word from outside",
}
"""Where, and which test of bandit → why it may stay."""


def main() -> int:
    """Examine, and say what is new, or mended."""
    command = [sys.executable, "-m", "bandit", "--quiet", "--format", "json", "--recursive", *EXAMINED]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        told = json.loads(ran.stdout)
    except ValueError:
        print(f"bandit did not answer: {ran.stderr.strip()[-500:]}", file=sys.stderr)
        return 2
    unknown, met = sift([(row["filename"].removeprefix("./"), row["test_id"], row) for row in told["results"]])
    for path, test, row in unknown:
        print(f"{path}:{row['line_number']}: {test} {row['issue_text']}", file=sys.stderr)
    for path, test in sorted(EXCEPTIONS.keys() - met):
        print(f"{path}: {test} is found no more; take it out of tests/code_examined.py.", file=sys.stderr)
    unread = [row["filename"] for row in told["errors"]]
    print(f"bandit: {len(told['results']) - len(unknown)} findings with a reason, {len(unknown)} without.")
    return 1 if unknown or unread or EXCEPTIONS.keys() - met else 0


def sift(
    found: list[tuple[str, str, dict[str, object]]],
) -> tuple[list[tuple[str, str, dict[str, object]]], set[tuple[str, str]]]:
    """What has no reason to stay, and which exceptions were met."""
    unknown, met = [], set()
    for path, test, row in found:
        reasons = [key for key in EXCEPTIONS if key[1] == test and fnmatch(path, key[0])]
        met |= set(reasons)
        if not reasons:
            unknown.append((path, test, row))
    return unknown, met


if __name__ == "__main__":
    sys.exit(main())
