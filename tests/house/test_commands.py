"""The commands as a person types them: init, demo, serve; several press rooms beside each other."""

from __future__ import annotations

import itertools
import os
import queue
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask

from pressroom import cli
from pressroom.application import create_app
from pressroom.kit.db import db
from tests import databases
from tests.conftest import Reader, signed_in

pytestmark = [pytest.mark.sqlite, pytest.mark.slow, pytest.mark.xdist_group("servers")]

PATIENCE = 120.0  # seconds, which only a broken server takes; a busy machine is no fault


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def pressroom(*words: str, instance: Path, port: int = 8000, check: bool = True) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PRESSROOM_INSTANCE": str(instance), "PORT": str(port)}
    command = [sys.executable, "-m", "pressroom.cli", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=check, timeout=120)


def get(port: int, path: str = "/") -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def until_it_answers(port: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            if get(port, "/healthz")[0] == 200:
                return
        except OSError:
            select_pause()
    raise AssertionError("the server did not answer")


def select_pause() -> None:
    """Let another process go on; a test of processes cannot set their clock."""
    time.sleep(0.05)


@contextmanager
def serving(instance: Path, port: int, *, web_workers: int = 1) -> Iterator[subprocess.Popen[str]]:
    """The press room of *instance*, served. Each process takes two seconds to load: have few of them."""
    environment = os.environ | {"PRESSROOM_INSTANCE": str(instance), "PORT": str(port)}
    environment["PRESSROOM_WEB_WORKERS"] = str(web_workers)
    command = [sys.executable, "-m", "pressroom.cli", "serve"]
    server = subprocess.Popen(
        command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )
    try:
        until_it_answers(port)
        yield server
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            raise
        finally:
            assert server.stdout
            server.stdout.close()


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance with the sample in it, made by the commands."""
    instance = tmp_path_factory.mktemp("sample") / "instance"
    assert "is ready" in pressroom("init", instance=instance).stdout
    first = pressroom("demo", instance=instance).stdout
    assert "The sample press room is loaded." in first
    assert "editor@pressroom.example / press-room-demo" in first
    return instance


def demo(instance: Path) -> list[str]:
    """What the command says; in this process, for the fixture above tried it in one of its own."""
    app = create_app(instance)
    ran = app.test_cli_runner().invoke(args=["demo"])
    with app.app_context():
        db.engine.dispose()
    assert ran.exit_code == 0, ran.output
    return ran.output.splitlines()


def test_demo_again_changes_nothing_and_says_the_sign_in(sample: Path) -> None:
    assert demo(sample) == [
        "Demo sign-in: editor@pressroom.example / press-room-demo",
        "Demo journalist, at /embargo/: journalist@harborledger.example / under-embargo-demo",
    ]


def test_demo_leaves_a_press_room_with_people_alone(app: Flask, instance: Path) -> None:
    person = ["--email", "ada@press.example", "--name", "Ada", "--role", "admin", "--password-stdin"]
    made = app.test_cli_runner().invoke(args=["create-user", *person], input="a long enough password\n")
    assert made.exit_code == 0, made.output
    assert "people of its own" in "\n".join(demo(instance))


def processes(server: subprocess.Popen[str]) -> set[int]:
    """The web processes and the worker below *server*, without the parent of the web processes."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    below = [Path(f"/proc/{child}/task/{child}/children").read_text().split() for child in children]
    return {int(process) for child, its in zip(children, below, strict=True) for process in its or [child]}


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="no /proc")
def test_serve_answers_refuses_a_taken_port_stands_another_beside_it_is_renewed_by_a_hangup_and_stops(
    sample: Path, sqlite_template: Path, tmp_path: Path
) -> None:
    port, society = free_port(), "American Society of Human Genetics"
    with serving(sample, port) as server:
        assert get(port, "/feeds/releases.rss")[0] == 200
        status, page = get(port)
        assert status == 200
        assert society in page
        second = pressroom("serve", instance=sample, port=port, check=False)
        assert second.returncode == 1
        assert f"port {port} is taken" in second.stderr
        assert f"PORT={port + 1} make run" in second.stderr

        databases.copied(sqlite_template, tmp_path)
        with serving(tmp_path, beside := free_port()):
            assert society not in get(beside)[1]
            assert f"http://127.0.0.1:{beside}/" in get(beside, "/sitemap.xml")[1]
            assert society in get(port)[1]

        before, end = processes(server), time.monotonic() + PATIENCE
        assert len(before) == 2
        server.send_signal(signal.SIGHUP)
        while len(now := processes(server)) < 2 or now & before:
            assert time.monotonic() < end, f"{before & now} did not go"
            select_pause()
        until_it_answers(port)
    assert server.returncode == 0
    with pytest.raises(OSError, match="refused"):
        get(port)


def test_a_wrong_setting_is_a_sentence_not_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config.toml").write_text("web_worker = 3\n")
    monkeypatch.setenv("PRESSROOM_INSTANCE", str(tmp_path))
    monkeypatch.setenv("FLASK_RUN_FROM_CLI", "")  # which the command sets, and this process goes on
    for command in ("init", "serve"):
        monkeypatch.setattr(sys, "argv", ["pressroom", command])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == 2
        assert capsys.readouterr().err.strip() == (
            "pressroom: config.toml: there is no setting web_worker; did you mean web_workers?"
        )


def test_flask_knows_the_same_commands(sample: Path) -> None:
    environment = os.environ | {"PRESSROOM_INSTANCE": str(sample)}
    shown = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "--help"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    ).stdout
    for command in ("init", "demo", "create-user", "db", "import-clips", "index", "serve", "triage", "worker"):
        assert f"  {command} " in shown


def test_gunicorn_serves_wsgi_app(sample: Path) -> None:
    port = free_port()
    environment = os.environ | {"PRESSROOM_INSTANCE": str(sample), "PORT": str(port)}
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "wsgi:app"]
    server = subprocess.Popen(command, env=environment, cwd=Path(__file__).parents[2], stderr=subprocess.DEVNULL)
    try:
        until_it_answers(port)
        assert get(port)[0] == 200
    finally:
        server.terminate()
        server.wait(PATIENCE)


WRITERS = 200
NEW = "/desk/boilerplates/new"


def test_what_was_acknowledged_is_there_though_all_is_killed_in_the_midst(sample: Path) -> None:
    """Two hundred people save at once; web and worker are killed by ``kill -9``, and started again by themselves."""
    port = free_port()
    with serving(sample, port, web_workers=2) as server:
        saved: queue.Queue[str] = queue.Queue()
        cookie, token = editor_of(sample)
        with ThreadPoolExecutor(WRITERS) as writers:
            work = [writers.submit(save, port, cookie, token, f"writer {n}", saved) for n in range(WRITERS)]
            killed = kill_children(server, when=lambda: saved.qsize() >= WRITERS // 4)
            for one in work:
                one.result()
        assert len(killed) == 2
    there = Counter(names_in(sample))
    acknowledged = list(saved.queue)
    assert len(acknowledged) == WRITERS
    assert not [name for name in acknowledged if there[name] != 1]


def editor_of(instance: Path) -> tuple[str, str]:
    """The cookie of a signed-in editor, and the token of her forms."""
    app = create_app(instance)
    app.test_client_class = Reader
    client = signed_in(app, "ada")
    token = str(client.get(NEW).page.xpath("//input[@name='csrf_token']/@value")[0])  # type: ignore[attr-defined]
    cookie = client.get_cookie("session") or client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie
    with app.app_context():
        db.engine.dispose()
    return f"{cookie.key}={cookie.value}", token


def save(port: int, cookie: str, token: str, name: str, saved: queue.Queue[str]) -> None:
    """Send the form until it is acknowledged; each try under a name of its own, for an unanswered one may be there."""
    for attempt in itertools.count():
        fields = {"csrf_token": token, "name": f"{name}, {attempt}", "body": "Text."}
        connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.request(
                "POST",
                NEW,
                urlencode(fields),
                {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded", "Connection": "close"},
            )
            answer = connection.getresponse()
            answer.read()
        except (OSError, HTTPException):
            time.sleep(0.5)  # as people do; two hundred who ask all the time would keep it from starting
            continue
        finally:
            connection.close()
        assert answer.status in {303, 503}, answer.status
        if answer.status == 303:
            saved.put(fields["name"])
            return


def kill_children(server: subprocess.Popen[str], when: Callable[[], bool]) -> list[int]:
    """Kill all of web and worker at once, as soon as *when* says so."""
    while not when():
        select_pause()
    family = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    for child in family:
        os.killpg(int(child), signal.SIGKILL)
    return [int(child) for child in family]


def names_in(instance: Path) -> list[str]:
    with closing(sqlite3.connect(instance / "pressroom.sqlite3")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return [row[0] for row in connection.execute("SELECT name FROM boilerplate")]
