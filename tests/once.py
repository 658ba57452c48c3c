"""What is compiled once for all the press rooms of a test process: templates, addresses and statements.

Most tests make a press room of their own, and what is compiled is the same in all of them. Before, nine tenths of
`create_app` were the compiling of addresses, half of a test that opens a page the compiling of templates, and a fifth
the compiling of statements.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any

import pytest
from flask import Flask
from flask.sansio.blueprints import BlueprintSetupState
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

AUTOMATIC = "provide_automatic_options"
"""What a view may say of the method OPTIONS."""


def compile_once(patch: pytest.MonkeyPatch) -> None:
    """Have everything compiled once, as long as *patch* holds."""
    patch.setitem(Flask.jinja_options, "bytecode_cache", Templates())
    patch.setattr(Rule, "compile", _addresses(Rule.compile))
    patch.setattr(BlueprintSetupState, "add_url_rule", _routes(BlueprintSetupState.add_url_rule))
    # A statement is kept under its text and its dialect; each engine has a dialect of its own, equal to all the others.
    patch.setattr(DefaultDialect, "__eq__", lambda self, other: type(self) is type(other))
    patch.setattr(DefaultDialect, "__hash__", lambda self: hash(type(self)))
    patch.setattr(Engine, "_compiled_cache", _statements(), raising=False)


class Templates(BytecodeCache):
    """Templates as they were compiled for the first press room of this process, by name and source."""

    def __init__(self) -> None:
        self.codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.codes[bucket.key, bucket.checksum] = bucket.code


def _addresses(compile_rule: Callable[[Rule], None]) -> Callable[[Rule], None]:
    compiled: dict[tuple[object, ...], Rule] = {}

    def once(rule: Rule) -> None:
        converters = frozenset(rule.map.converters.items())
        key = rule.rule, rule.subdomain, rule.host, rule.map.host_matching, rule.merge_slashes, repr(rule.defaults)
        if (first := compiled.get((*key, converters))) is None:
            compile_rule(rule)
            compiled[*key, converters] = rule
            return
        rule._parts, rule._trace, rule._converters = first._parts, first._trace, first._converters
        rule.arguments = set(first.arguments)
        rule._build = lambda **values: first._build(**values)
        rule._build_unknown = lambda **values: first._build_unknown(**values)

    return once


def _routes(add_url_rule: Callable[..., None]) -> Callable[..., None]:
    """The routes of blueprints, each made for the first press room and put as it is into the maps of all others."""
    made: dict[tuple[object, ...], Rule] = {}

    def once(
        state: BlueprintSetupState, rule: str, endpoint: str | None = None, view_func: Any = None, **options: Any
    ) -> None:
        routes = state.app.url_map
        full = f"{state.name_prefix}.{state.name}.{endpoint or view_func.__name__}".lstrip(".")
        of_view = [getattr(view_func, name, None) for name in ("methods", "required_methods", AUTOMATIC)]
        around = repr((of_view, sorted(options.items()), state.url_defaults)), frozenset(routes.converters.items())
        key = full, rule, state.url_prefix, state.subdomain, around
        if (first := made.get(key)) is None:
            add_url_rule(state, rule, endpoint, view_func, **options)
            made[key] = routes._rules_by_endpoint[full][-1]
            return
        state.app._check_setup_finished("add_url_rule")
        if view_func is not None:
            assert state.app.view_functions.setdefault(full, view_func) == view_func, f"two views of {full}"
        routes._matcher.add(first)
        routes._rules_by_endpoint.setdefault(full, []).append(first)
        routes._remap = True

    return once


def _statements() -> property:
    compiled: LRUCache[Any, Any] = LRUCache(5_000)
    return property(lambda engine: compiled, lambda engine, own: None)
