"""Compiled templates are kept for the next process, and nothing depends on whether they could be."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask, render_template_string
from jinja2 import DictLoader, Environment

from pressroom.kit import templates


def made(folder: Path, source: str) -> Flask:
    app = Flask("press", instance_path=str(folder))
    app.jinja_options = {}
    app.jinja_loader = DictLoader({"page.html": source})
    templates.init_app(app)
    return app


def shown(app: Flask) -> str:
    with app.test_request_context():
        return render_template_string("{% include 'page.html' %}")


def test_a_template_is_compiled_once_for_all_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str | None] = []
    compile_source = Environment._compile

    def note(self: Environment, source: str, filename: str) -> object:
        compiled.append(source)
        return compile_source(self, source, filename)

    monkeypatch.setattr(Environment, "_compile", note)
    assert shown(made(tmp_path, "one")) == "one"
    before = len(compiled)
    assert shown(made(tmp_path, "one")) == "one"
    assert len(compiled) == before + 1, "the string that includes it, and not the template"
    assert shown(made(tmp_path, "another")) == "another", "a changed source is compiled anew"

    kept = next(file for file in (tmp_path / templates.FOLDER).iterdir() if file.is_file())
    for damaged in (b"", b"no code", kept.read_bytes()[:-9]):
        kept.write_bytes(damaged)
        assert shown(made(tmp_path, "another")) == "another"


def test_without_a_place_for_it_everything_is_compiled(tmp_path: Path) -> None:
    (tmp_path / templates.FOLDER).write_text("a file where the folder should be")
    assert shown(made(tmp_path, "one")) == "one"
