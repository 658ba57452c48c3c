"""One table of settings: read from file, environment and desk, with unknown names refused."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from flask import Flask

from pressroom import config, publishing
from pressroom.kit import settings
from pressroom.kit.db import db
from pressroom.kit.settings import SettingsError, setting


def test_defaults_file_environment_override(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.toml").write_text('web_workers = 4\n[organisation]\nname = "Institute"\n')
    monkeypatch.setenv("PRESSROOM_WEB_THREADS", "5")
    monkeypatch.setenv("PRESSROOM_ZONES", "UTC, Europe/Paris")
    values = config.load(tmp_path, {"sample": True})
    assert (values["WEB_WORKERS"], values["WEB_THREADS"], values["SESSION_HOURS"]) == (4, 5, 72)
    assert (values["ORGANISATION_NAME"], values["SAMPLE"]) == ("Institute", True)
    assert values["ZONES"] == ("UTC", "Europe/Paris")


def test_the_environment_is_stronger_than_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.toml").write_text("web_workers = 4\n")
    monkeypatch.setenv("PRESSROOM_WEB_WORKERS", "7")
    assert config.load(tmp_path, {})["WEB_WORKERS"] == 7


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("web_worker = 4", "config.toml: there is no setting web_worker; did you mean web_workers?"),
        ("qqqqqq = 1", "docs/configuration.md lists them all"),
        ('web_workers = "many"', "web_workers = 'many': write a whole number"),
        ('secure_cookies = "perhaps"', "write true or false"),
        ('time_zone = "Mars/Olympus"', "write the name of a zone"),
        ('organisation_brand = "red"', "write a colour"),
        ('organisation_url = "javascript:alert(1)"', "write a web address with https://"),
        ('organisation_url = "nonsense"', "write a web address with https://"),
        ("web_workers = ", "config.toml is not TOML"),
    ],
)
def test_a_wrong_file_is_a_sentence(tmp_path: Path, toml: str, said: str) -> None:
    (tmp_path / "config.toml").write_text(toml)
    with pytest.raises(SettingsError) as caught:
        config.load(tmp_path, {})
    assert said in str(caught.value)


def test_an_unknown_variable_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRESSROOM_SITE_ULR", "https://x.example")
    with pytest.raises(SettingsError, match="PRESSROOM_SITE_ULR: there is no setting site_ulr; did you mean site_url"):
        config.load(tmp_path, {})


@pytest.mark.parametrize("text", ["abc", "0", "70000", "-1"])
def test_a_port_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("PORT", text)
    with pytest.raises(SettingsError, match="write a number from 1 to 65535"):
        config.port()


def test_the_site_address_follows_the_port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "8123")
    assert config.load(tmp_path, {})["SITE_URL"] == "http://127.0.0.1:8123"


def test_the_secret_is_made_once_and_kept_private(tmp_path: Path) -> None:
    first, second = config.load(tmp_path, {})["SECRET_KEY"], config.load(tmp_path, {})["SECRET_KEY"]
    assert first == second
    assert len(first) >= 32
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_a_secret_that_is_too_short_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("short")
    with pytest.raises(SettingsError, match="delete it and a new one is made"):
        config.load(tmp_path, {})


def test_what_staff_edit_is_stronger_and_kept(app: Flask) -> None:
    with app.app_context(), publishing.as_staff():
        assert settings.edit({"organisation_name": "New Name"}) == {"organisation_name": ("Our society", "New Name")}
        assert settings.edit({"organisation_name": "New Name"}) == {}
        db.session.commit()
    with app.app_context():
        assert setting("organisation_name") == "New Name"


def test_staff_edit_only_what_is_theirs(app: Flask) -> None:
    with app.app_context(), publishing.as_staff():
        with pytest.raises(SettingsError, match="not on the desk"):
            settings.edit({"secret_key": "x"})
        with pytest.raises(SettingsError, match="write a colour"):
            settings.edit({"organisation_brand": "teal"})


def test_the_documentation_is_the_table() -> None:
    page = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text("utf-8")
    for row in config.SETTINGS.rows:
        assert config.documented(row) in page, f"docs/configuration.md lacks: {config.documented(row)}"
    assert page.count("\n| `") == len(config.SETTINGS.rows), "docs/configuration.md documents something that is none"
