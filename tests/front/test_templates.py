"""What every template keeps: it compiles, and it carries no style, no script and no unchecked HTML."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

import pressroom

ROOT = Path(pressroom.__file__).parent
TEMPLATES = sorted(str(path.relative_to(ROOT / "templates")) for path in (ROOT / "templates").rglob("*.*"))
STYLES = "\n".join(path.read_text() for path in sorted((ROOT / "static" / "css").glob("*.css")))


def source(name: str) -> str:
    return (ROOT / "templates" / name).read_text()


def test_they_compile(app: Flask) -> None:
    for name in TEMPLATES:
        app.jinja_env.get_template(name)


@pytest.mark.parametrize("name", TEMPLATES)
def test_nothing_inline(name: str) -> None:
    text = source(name)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=[\"']|javascript:", text), (
        "the content security policy forbids it"
    )
    for script in re.findall(r"<script[^>]*>", text):
        assert "src=" in script or 'type="application/ld+json"' in script, script


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_html_goes_round_the_filter(name: str) -> None:
    assert not re.search(r"\|\s*safe\b|autoescape\s+false|Markup\(", source(name))


@pytest.mark.parametrize("name", [name for name in TEMPLATES if name.endswith(".html")])
def test_every_class_is_drawn(name: str) -> None:
    drawn = set(re.findall(r"\.([a-zA-Z][\w-]*)", STYLES))
    plain = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", " ", source(name), flags=re.S)
    used = {word for value in re.findall(r'\sclass="([^"]*)"', plain) for word in value.split()}
    assert used <= drawn


@pytest.mark.parametrize("name", [name for name in TEMPLATES if "/desk/" not in name and not name.startswith("desk/")])
def test_public_templates_do_not_ask_who_reads(name: str) -> None:
    if name.startswith(("accounts/", "macros/forms")):
        return
    assert not re.search(r"current_user|get_flashed_messages|csrf_token|desk_navigation", source(name))
    asked = " ".join(re.findall(r"\{\{.*?\}\}|\{%.*?%\}", source(name), flags=re.S))
    named = re.sub(r'"[^"]*"', "", asked)
    assert not re.search(r"(?<![.\w])session\b", named), "the cookie’s; a meeting has sessions of its own"


def test_style_sheets_load_nothing_from_elsewhere() -> None:
    assert not re.search(r"@import|url\(\s*['\"]?(https?:)?//", STYLES)


def test_important_is_for_print_only() -> None:
    for path in (ROOT / "static" / "css").glob("*.css"):
        if path.name != "print.css":
            assert "!important" not in path.read_text(), path.name


def test_no_ids_in_style_sheets() -> None:
    rules = re.sub(r"/\*.*?\*/", "", STYLES, flags=re.S)
    selectors = re.findall(r"([^{};]+)\{", rules)
    assert not [one for one in selectors if re.search(r"#[a-zA-Z][\w-]*", one)]


def test_scripts_are_small_modules() -> None:
    for path in (ROOT / "static" / "js").glob("*.js"):
        assert len(path.read_text().splitlines()) <= 80, path.name
        assert "data-now" not in path.read_text()
