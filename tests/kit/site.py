"""A site on this machine that answers with whatever bytes a test wants, over http or https."""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any

from pressroom.kit.fetch import Fetcher, is_global
from pressroom.kit.fetch.targets import Address

HERE = "127.0.0.1"
Answer = bytes | Callable[[socket.socket], None]


def page(body: bytes = b"hello", *headers: str, status: str = "200 OK", length: bool = True) -> bytes:
    """A response, written out."""
    lines = [f"HTTP/1.1 {status}", *headers, *([f"Content-Length: {len(body)}"] if length else [])]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


class Site:
    """``with Site({"/": page()}) as site`` listens on a port of this machine; ``site.asked`` is what was sent to it."""

    def __init__(self, answers: dict[str, Answer], tls: ssl.SSLContext | None = None) -> None:
        self.answers, self.tls = answers, tls
        self.asked: list[str] = []
        self._listening = socket.create_server((HERE, 0))
        self.port: int = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Site:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: object, trace: TracebackType | None) -> None:
        with suppress(OSError):  # wakes accept
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(10)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            with suppress(OSError), connection:  # who asked may hang up at any time
                connection.settimeout(10)
                if self.tls:
                    with self.tls.wrap_socket(connection, server_side=True) as encrypted:
                        self._answer(encrypted)
                else:
                    self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            piece = connection.recv(65536)
            if not piece:
                return
            head += piece
            if not head.startswith((b"GET ", b"POST ")):
                return  # not the language that is spoken here
        head, _, body = head.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        while length and len(body) < int(length[1]):
            body += connection.recv(65536)
        head += b"\r\n\r\n" + body
        self.asked.append(head.decode("latin-1"))
        answer = self.answers.get(head.split(b" ")[1].decode(), page(status="404 Not Found"))
        if callable(answer):
            answer(connection)
        else:
            connection.sendall(answer)


def for_ever(piece: bytes, begin: bytes = b"HTTP/1.1 200 OK\r\n\r\n") -> Callable[[socket.socket], None]:
    """An answer that goes on until whoever asked hangs up."""

    def send(connection: socket.socket) -> None:
        connection.sendall(begin)
        while True:
            connection.sendall(piece)

    return send


def fetcher(site: Site, **changes: Any) -> Fetcher:
    """Reads that site under any name, and nothing else of this machine."""
    settings: dict[str, Any] = {
        "agent": "Pressroom/0 (+https://press.example)",
        "ports": frozenset({site.port, 80}),
        "resolve": lambda host, port: [HERE if host.endswith(".example") else host],
        "is_allowed": outside_or_here,
    }
    return Fetcher(**(settings | changes))


def outside_or_here(ip: Address) -> bool:
    """The rule, but for the one address at which tests have their sites."""
    return is_global(ip) or ip == ipaddress.ip_address(HERE)


def ticking(step: float) -> Callable[[], float]:
    """A clock that goes on by *step* seconds each time that somebody looks at it."""
    now = 0.0

    def monotonic() -> float:
        nonlocal now
        now += step
        return now

    return monotonic
