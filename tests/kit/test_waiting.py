"""Modules that run when something of them is first asked for."""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from pressroom.kit.waiting import Finder, Waiting, have_wait

ROOM = "a_room_that_waits"
SOURCES = {
    "__init__": "",
    "slow": "RUNS = globals().get('RUNS', 0) + 1\nanswer = 42\nfrom a_room_that_waits import slow\nslow.answer\n",
    "asking": "from a_room_that_waits import slow\n",
    "failing": "from a_room_that_waits import switch\nif not switch.on:\n    raise OSError('not now')\nanswer = 42\n",
    "switch": "on = False\n",
}


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    folder = tmp_path / ROOM
    folder.mkdir()
    for name, source in SOURCES.items():
        (folder / f"{name}.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    have_wait(lambda name: name.startswith(ROOM) and not name.endswith("switch"))
    yield
    for name in [name for name in sys.modules if name.startswith(ROOM)]:
        del sys.modules[name]


def waits(module: ModuleType) -> bool:
    return type(module) is Waiting


@pytest.mark.usefixtures("room")
def test_a_module_runs_once_when_something_of_it_is_asked_for() -> None:
    slow = importlib.import_module(f"{ROOM}.slow")
    assert waits(slow)
    assert (slow.__name__, slow.__package__) == (f"{ROOM}.slow", ROOM)
    importlib.import_module(f"{ROOM}.asking").__doc__  # noqa: B018 - it runs, and imports the other one
    assert waits(slow), "who imports a module does not ask for anything of it"
    assert slow.answer == 42
    assert not waits(slow)
    assert slow.RUNS == 1, "it asked for itself meanwhile"
    assert importlib.reload(slow).RUNS == 2, "from here on it is like any other"
    assert not waits(importlib.import_module(ROOM)), "packages never wait"


@pytest.mark.usefixtures("room")
def test_of_several_threads_one_has_it_run_and_the_others_wait() -> None:
    slow, answers, together = importlib.import_module(f"{ROOM}.slow"), [], threading.Barrier(8)

    def ask() -> None:
        together.wait()
        answers.append((slow.answer, slow.RUNS))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [(42, 1)] * 8


@pytest.mark.usefixtures("room")
def test_what_fails_is_tried_again() -> None:
    failing, switch = (importlib.import_module(f"{ROOM}.{name}") for name in ("failing", "switch"))
    for _ in range(2):
        with pytest.raises(OSError, match="not now"):
            failing.answer  # noqa: B018
    switch.on = True
    assert failing.answer == 42


def test_what_may_not_wait_is_left_to_python() -> None:
    assert Finder(lambda name: False).find_spec("json.tool") is None
    assert Finder(lambda name: True).find_spec("no_such_module") is None
