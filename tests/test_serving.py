"""A process that answers requests: what of the press room waits in it until a request needs it."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

HOUSE = Path(__file__).parents[1]
DEFINING = {
    *("cache", "contextmanager", "dataclass", "lru_cache", "once", "with_appcontext"),
    *("click.argument", "click.command", "click.group", "click.option", "click.version_option"),
    *("group.command", "index.command", "media.command", "_INTO"),
}
"""Decorators of what is only defined."""

PROGRAM = """
import sys
from pressroom.serving import served
from pressroom.kit.db import db
from pressroom.kit.waiting import Waiting

app = served()

def there():
    return sorted(map(str, app.url_map.iter_rules())), sorted(db.metadata.tables), len(db.Model.registry.mappers)

before = there()
waiting = [module for module in [*sys.modules.values()] if type(module) is Waiting]
for module in waiting:
    module.__doc__
assert not [module for module in waiting if type(module) is Waiting]
assert there() == before, "a module that waited has brought something"
print(*sorted(module.__name__ for module in waiting))
print(*before[0], sep="\\n")
"""


def modules_that_may_wait() -> Iterator[tuple[str, ast.Module]]:
    asked = "import sys; from pressroom.serving import may_wait; print(*filter(may_wait, sys.stdin.read().split()))"
    paths = {".".join(path.relative_to(HOUSE).with_suffix("").parts): path for path in HOUSE.glob("pressroom/**/*.py")}
    said = subprocess.run(
        [sys.executable, "-c", asked], input=" ".join(paths), check=True, capture_output=True, text=True, cwd=HOUSE
    ).stdout
    for name in said.split():
        if not name.endswith("__init__") and not name.startswith("pressroom.migrations"):
            source = paths[name].read_text()
            if "\nbp = Blueprint(" not in source:  # its room asks for that, and has it run
                yield name, ast.parse(source)


def does_more_than_define(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        called = {ast.unparse(one).partition("(")[0] for one in statement.decorator_list}
        tables = {"Base"} & {ast.unparse(one) for one in getattr(statement, "bases", ())}
        return bool(called - DEFINING or tables)
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)


def test_what_may_wait_only_says_what_there_is_in_it() -> None:
    """Else it would be missing until somebody happened to ask: an event unheard, a table unknown, a call unanswered."""
    found = {
        name: [ast.unparse(one).splitlines()[0] for one in tree.body if does_more_than_define(one)]
        for name, tree in modules_that_may_wait()
    }
    assert len(found) > 300
    allowed = {"pressroom.cli", "pressroom.serving"}  # programs, which nobody imports
    registering = {name: lines for name, lines in found.items() if lines and name not in allowed}
    assert not registering, "name the file in REGISTERING of pressroom/serving.py"


def test_the_press_room_is_whole_while_modules_wait(instance: Path, app: object) -> None:
    said = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={"PRESSROOM_INSTANCE": str(instance), "PRESSROOM_SECRET_KEY": "x" * 40, "PATH": ""},
        check=True,
        capture_output=True,
        text=True,
        cwd=HOUSE,
    ).stdout
    waiting, *rules = said.splitlines()
    assert {"pressroom.releases.hint_words", "pressroom.clips.cli"} <= {*waiting.split()}
    assert rules == sorted(map(str, app.url_map.iter_rules()))  # type: ignore[attr-defined]
