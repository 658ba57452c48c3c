"""Modules that run when something of them is first asked for.

For a process that answers requests: most of what a press room can do is asked for by few of them, and each module that
has run costs a start its time and the process memory. A module that waits is found and has its place among the others;
``from package import module`` does not run it, ``from module import name`` does. So only such may wait as do nothing
when they run but say what there is in them.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Container, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

KNOWN = frozenset({"__class__", "__file__", "__loader__", "__name__", "__package__", "__path__", "__spec__"})
"""What a module has before it runs, and the import of another one asks for."""


class Waiting(ModuleType):
    """A module that has not run."""

    def __getattribute__(self, name: str) -> Any:
        """Anything but what is :data:`KNOWN` has it run."""
        if name not in KNOWN:
            loader = ModuleType.__getattribute__(self, "__loader__")
            if isinstance(loader, Later):
                loader.run(self)
        return ModuleType.__getattribute__(self, name)  # by now it may be of that class


class Later(Loader):
    """Has a module wait. It runs once, whoever of several threads is first; the others wait for it."""

    def __init__(self, loader: Loader) -> None:
        self._loader, self._lock, self._runs = loader, threading.RLock(), False

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """As it would be."""
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Not yet."""
        module.__class__ = Waiting

    def run(self, module: ModuleType) -> None:
        """Now; what fails is tried again by the next who asks."""
        with self._lock:
            if type(module) is not Waiting or self._runs:  # another thread was first, or the module asks for itself
                return
            self._runs = True
            try:
                self._loader.exec_module(module)
                object.__setattr__(module, "__class__", ModuleType)
                module.__loader__ = self._loader
                if module.__spec__:
                    module.__spec__.loader = self._loader
            finally:
                self._runs = False


class Finder(MetaPathFinder):
    """Finds modules that may wait, and has them wait.

    Attributes:
        packages: those that may; their modules are found without them.
    """

    def __init__(self, may_wait: Callable[[str], bool], packages: Container[str] = ()) -> None:
        self._may_wait, self.packages = may_wait, packages

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> Any:
        """As Python finds it; None for what is nothing to wait for."""
        if not self._may_wait(name):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec and spec.loader and (spec.submodule_search_locations is None or name in self.packages):
            spec.loader = Later(spec.loader)
        return spec


def have_wait(may_wait: Callable[[str], bool], packages: Container[str] = ()) -> None:
    """From now on let modules wait whose full names *may_wait* takes; once in a process, before they are imported.

    Args:
        may_wait: is asked for each that is found, but for packages only those in *packages* wait.
        packages: their full names.
    """
    sys.meta_path.insert(0, Finder(may_wait, packages))
