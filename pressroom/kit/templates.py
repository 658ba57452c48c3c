"""Templates, compiled once for all processes and starts: a page has a dozen, and to compile them costs a hundred pages.

What is kept is code. It lies in the instance folder, with the settings and the database, and nobody may write there who
may not change the press room anyway; no backup has it, so none brings any.
"""

from __future__ import annotations

from pathlib import Path

import jinja2
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from jinja2.environment import TemplateModule
from jinja2.runtime import Context

from pressroom.kit.shelf import Shelf
from pressroom.version import VERSION

FOLDER = "templates"
MOST_BYTES = 16 << 20  # one version takes two megabytes


class Compiled(BytecodeCache):
    """Compiled templates as files. Jinja takes none whose source or whose Python is another one."""

    def __init__(self, folder: Path) -> None:
        self._shelf = Shelf(folder, MOST_BYTES)

    def load_bytecode(self, bucket: Bucket) -> None:
        """What is kept of a template, if anything is."""
        try:
            kept = self._shelf.get(_name(bucket))
        except OSError:
            return
        if kept:
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template. A full disk keeps none, and is no error."""
        self._shelf.put(_name(bucket), bucket.bytecode_to_string())


def _name(bucket: Bucket) -> str:
    """What says how it was compiled, which is not in the source: by whom, and for which press room."""
    return f"{bucket.key}-{VERSION}-{jinja2.__version__}"


class Template(jinja2.Template):
    """A template whose macros are imported without asking of each global by itself whether it is one."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        known = ctx is None or ctx.globals_keys <= self.environment.globals.keys()
        return super()._get_default_module(None if known else ctx)


def init_app(app: Flask) -> None:
    """Keep the compiled templates of *app*, unless somebody does."""
    app.jinja_env.template_class = Template
    if app.jinja_env.bytecode_cache is None:
        app.jinja_env.bytecode_cache = Compiled(Path(app.instance_path) / FOLDER)
