"""Settings: one table says their names, types, defaults and help; everything else is read off it.

A value comes from, last one wins: the default, ``instance/config.toml``, the environment (``PRESSROOM_<NAME>``),
and, for what staff may edit on the desk, the table ``setting`` in the database. A name that is not in the table is
refused with the nearest one that is: a misspelt setting is never silently the default.
"""

from __future__ import annotations

import difflib
import os
import secrets
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from flask import Flask, current_app, g
from sqlalchemy import JSON, select
from sqlalchemy.orm import Mapped, mapped_column

from pressroom.kit.db import Base, db, may_write
from pressroom.kit.prepared import Prepared

PREFIX = "PRESSROOM_"


class SettingsError(RuntimeError):
    """A setting is unknown or malformed; the message says what to write instead."""


@dataclass(frozen=True)
class Setting:
    """One row of the table.

    Attributes:
        name: lower case; ``PRESSROOM_<NAME>`` in the environment.
        default: its type is the setting's type (str, int, bool, tuple of str).
        help: one sentence for the documentation and for the desk.
        editable: staff may change it on the desk.
        label: what the desk calls it.
        check: raises ValueError with a sentence when the value is none.
    """

    name: str
    default: Any
    help: str
    editable: bool = False
    label: str = ""
    multiline: bool = False
    check: Callable[[Any], None] | None = None

    def read(self, value: object) -> Any:
        """*value*, as TOML or text gives it, in this setting's type.

        Raises:
            SettingsError: with what was expected.
        """
        try:
            read = _READERS[type(self.default)](value)
            if self.check:
                self.check(read)
        except (ValueError, TypeError) as error:
            raise SettingsError(f"{self.name} = {value!r}: {error}") from None
        return read


def _read_bool(value: object) -> bool:
    if isinstance(value, bool):
        return value
    words = {
        "1": True,
        "true": True,
        "yes": True,
        "on": True,
        "0": False,
        "false": False,
        "no": False,
        "off": False,
    }
    if str(value).strip().lower() not in words:
        raise ValueError("write true or false")
    return words[str(value).strip().lower()]


def _read_int(value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        raise ValueError("write a whole number") from None


def _read_tuple(value: object) -> tuple[str, ...]:
    parts = value if isinstance(value, list | tuple) else str(value).split(",")
    return tuple(str(part).strip() for part in parts if str(part).strip())


_READERS: dict[type, Callable[[object], Any]] = {
    str: str,
    bool: _read_bool,
    int: _read_int,
    tuple: _read_tuple,
}


class SettingRow(Base):
    """What staff changed on the desk."""

    __tablename__ = "setting"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)


@dataclass
class Settings:
    """The table of settings of an application, by name.

    Attributes:
        edited: what staff changed, as it was last: the rows as the database gives them, and what they mean.
    """

    rows: tuple[Setting, ...]
    by_name: dict[str, Setting] = field(init=False)
    edited: tuple[list[tuple[Any, ...]], dict[str, Any], bytes] = field(default=([], {}, b"{}"))

    def __post_init__(self) -> None:
        self.by_name = {row.name: row for row in self.rows}

    def find(self, name: str, *, where: str) -> Setting:
        """The row called *name*.

        Raises:
            SettingsError: it names the nearest known setting.
        """
        if row := self.by_name.get(name):
            return row
        near = difflib.get_close_matches(name, self.by_name, n=1)
        hint = f"; did you mean {near[0]}?" if near else "; docs/configuration.md lists them all"
        raise SettingsError(f"{where}: there is no setting {name}{hint}")

    def load(
        self,
        instance: Path,
        environ: Mapping[str, str],
        overrides: Mapping[str, Any],
        *,
        beside: Iterable[str] = (),
    ) -> dict[str, Any]:
        """All values for the press room in *instance*, by upper-case name.

        Args:
            instance: the instance folder; ``config.toml`` in it is read.
            environ: the environment; ``PRESSROOM_*`` in it is read.
            overrides: names (either case) set by the caller, as tests do.
            beside: names after the prefix that mean something else and are left alone.
        """
        values = {row.name: row.default for row in self.rows}
        file = instance / "config.toml"
        if file.exists():
            try:
                written = tomllib.loads(file.read_text("utf-8"))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise SettingsError(f"{file.name} is not TOML: {error}") from None
            for name, value in _flat(written):
                values[name] = self.find(name, where=file.name).read(value)
        for variable, text in environ.items():
            name = variable.removeprefix(PREFIX).lower()
            if variable.startswith(PREFIX) and name not in beside:
                values[name] = self.find(name, where=f"environment variable {variable}").read(text)
        for name, value in overrides.items():
            values[name.lower()] = self.find(name.lower(), where="override").read(value)
        return {name.upper(): value for name, value in values.items()}


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, Any]]:
    """``[organisation] name = …`` is the same as ``organisation_name = …``."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}_")
        else:
            yield f"{prefix}{key}", value


def secret_key(instance: Path) -> str:
    """The secret that signs cookies: made on the first start, kept in *instance* with mode 0600."""
    file = instance / "secret_key"
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _existing_secret(file)
    with os.fdopen(handle, "w") as out:
        out.write(secrets.token_hex(32))
        out.flush()
        os.fsync(out.fileno())
    return file.read_text()


def _existing_secret(file: Path) -> str:
    text = file.read_text().strip()
    if len(text) < 32:
        raise SettingsError(f"{file} is too short to be a secret; delete it and a new one is made")
    return text


def init_app(app: Flask, settings: Settings) -> None:
    """Let :func:`setting` answer for *app*."""
    app.extensions["settings"] = settings
    app.jinja_env.globals["setting"] = setting


def setting(name: str) -> Any:
    """The value of the setting *name* (lower case): as staff left it on the desk, else as configured."""
    context = g._get_current_object()  # a page asks for thirty, and to look through the proxy is most of it
    read: dict[str, Any] | None = context.get("settings_read")
    if read is None:
        read = context.settings_read = {}
    if name not in read:
        read[name] = _value(name)
    return read[name]


def fingerprint() -> bytes:
    """The same as long as staff change no setting: under it may be kept what depends on settings."""
    found: bytes | None = g.get("settings_fingerprint")
    if found is None:
        edited = _edited()  # may know it
        found = g.get("settings_fingerprint") or g.setdefault("settings_fingerprint", _fingerprint(edited))
    return found


def _value(name: str) -> Any:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    settings: Settings = app.extensions["settings"]
    if settings.by_name[name].editable and name in (edited := _edited()):
        return edited[name]
    return app.config[name.upper()]


def _fingerprint(edited: Mapping[str, Any]) -> bytes:
    return orjson.dumps(edited, option=orjson.OPT_SORT_KEYS)


def _edited() -> Mapping[str, Any]:
    """What staff changed; read once in an application context (a request)."""
    context = g._get_current_object()
    edited: Mapping[str, Any] | None = context.get("edited_settings")
    if edited is None:
        edited = context.edited_settings = (
            dict(db.session.execute(_ROWS.statement()).all()) if may_write() else _committed()
        )
    return edited


def _committed() -> Mapping[str, Any]:
    """The same as others see it; its words are read only if they are not those of the last time."""
    settings: Settings = current_app.extensions["settings"]
    rows, (last, edited, fingerprint) = _ROWS.raw(), settings.edited
    if rows != last:
        edited = dict(map(_ROWS.read, rows))
        fingerprint = _fingerprint(edited)
        settings.edited = rows, edited, fingerprint
    g.settings_fingerprint = fingerprint
    return edited


_ROWS = Prepared(lambda: select(SettingRow.name, SettingRow.value))


def edit(values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Keep what staff chose; the caller commits. Gives what changed as name → (before, after).

    Raises:
        SettingsError: a name is unknown, not editable, or its value malformed.
    """
    settings: Settings = current_app.extensions["settings"]
    changed = {}
    for name, value in values.items():
        row = settings.find(name, where="desk")
        if not row.editable:
            raise SettingsError(f"{name} is set in config.toml or the environment, not on the desk")
        after, before = row.read(value), setting(name)
        if after == before:
            continue
        changed[name] = (before, after)
        db.session.merge(SettingRow(name=name, value=after))
    for name in ("edited_settings", "settings_read", "settings_fingerprint"):
        g.pop(name, None)
    return changed
