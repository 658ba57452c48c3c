"""Clients who are slow, by accident or on purpose: those who are not are answered all the same."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from pressroom import publishing, supervisor
from pressroom.application import create_app
from pressroom.kit.db import db
from pressroom.webcasts import actions as webcasts
from pressroom.webcasts.rules import Slot
from tests import databases
from tests import factories as people
from tests.conftest import NOON
from tests.house.test_commands import PATIENCE, free_port, get, serving
from tests.webcasts import factories

pytestmark = [pytest.mark.sqlite, pytest.mark.slow, pytest.mark.xdist_group("servers")]

MANY = 8  # more than the server has threads
FORM = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
LONG = factories.FILM + bytes(4_000_000)  # more than what lies between two sockets


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[tuple[int, str]]:
    """The port of `pressroom serve` with one web process of four threads, and the address of a long file."""
    folder = tmp_path_factory.mktemp("slow") / "instance"
    folder.mkdir()
    (folder / "config.toml").write_text("web_workers = 1\n")
    databases.copied(sqlite_template, folder)
    app = create_app(folder)
    with app.app_context(), publishing.as_staff():
        recorded = factories.recorded(uploads=[factories.upload(Slot.RECORDING, LONG), factories.upload(Slot.CAPTIONS)])
        webcasts.publish(recorded, by=people.person("ada"), now=NOON)
        db.session.commit()
        address = recorded.recording.address
        db.session.remove()
        db.engine.dispose()
    port = free_port()
    with serving(folder, port):
        yield port, address


def connected(port: int, sent: bytes, *, taking: int = 0) -> socket.socket:
    """A connection on which *sent* was sent; *taking*: for how many bytes its reader has room, if that is little."""
    client = socket.socket()
    if taking:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, taking)
    client.settimeout(PATIENCE)
    client.connect(("127.0.0.1", port))
    client.sendall(sent)
    return client


def everything(client: socket.socket) -> bytes:
    found = b""
    while piece := client.recv(65_536):
        found += piece
    return found


SLOW: dict[str, Callable[[str], bytes]] = {
    "says nothing": lambda _: b"",
    "half a header": lambda _: b"GET /releases/ HTTP/1.1\r\nHost: 127.0",
    "half a form": lambda _: FORM + b"Content-Length: 5000\r\n\r\nemail=ada",
    "half a file": lambda _: FORM + b"Content-Length: 2000000\r\n\r\nemail=ada",
    "half a piece": lambda _: FORM + b"Transfer-Encoding: chunked\r\n\r\n5\r\nem",
    "takes a byte": lambda address: f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode(),
}


@pytest.mark.parametrize("kind", SLOW)
def test_others_are_answered(served: tuple[int, str], kind: str) -> None:
    port, address = served
    with ExitStack() as open_ones:
        clients = [
            open_ones.enter_context(closing(connected(port, SLOW[kind](address), taking=2_048))) for _ in range(MANY)
        ]
        if kind == "takes a byte":
            assert [client.recv(1) for client in clients[:2]] == [b"H"] * 2
        begun = time.monotonic()
        assert [get(port, path)[0] for path in ("/healthz", "/", "/releases/", "/search?q=x")] == [200] * 4
        assert time.monotonic() - begun < PATIENCE / 2
        assert (sent_form(port) == 503) is (kind == "half a form"), "who sends behind such is told to come again"
    if kind == "half a form":
        assert any(sent_form(port) != 503 for _ in range(100)), "and is listened to when the others are gone"


def sent_form(port: int) -> int:
    """The answer to a form that is sent at once, without its token."""
    with closing(connected(port, FORM + b"Content-Length: 7\r\nConnection: close\r\n\r\nemail=a")) as client:
        return int(everything(client).split(b" ")[1])


def test_who_does_not_say_what_he_wants_is_given_up() -> None:
    """How soon is said to the server, which keeps the time itself."""
    web, _worker = supervisor.children("127.0.0.1", 8000, 1, 3)
    at = list(web.command).index("--http1-header-read-timeout")
    assert web.command[at + 1] == "10000"
