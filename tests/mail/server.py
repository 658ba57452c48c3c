"""A mail server on this machine that takes what it is told to take."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, Session

logging.getLogger("mail.log").disabled = True  # what the other side hears is no log of ours


@dataclass
class Server:
    """What came, and what is answered.

    Attributes:
        came: each message that was taken.
        rcpt: what is answered to a recipient, by address; 250 to all others.
        data: what is answered to messages, in order; 250 to all others.
    """

    port: int = 0
    came: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    rcpt: dict[str, str] = field(default_factory=dict)
    sender: str = ""
    data: list[str] = field(default_factory=list)

    async def handle_MAIL(self, _server: Any, _session: Session, envelope: Envelope, address: str, options: Any) -> str:
        envelope.mail_from = address
        return self.sender or "250 OK"

    async def handle_RCPT(self, _server: Any, _session: Session, envelope: Envelope, address: str, options: Any) -> str:
        if address in self.rcpt:
            return self.rcpt[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Session, envelope: Envelope) -> str:
        if self.data:
            answer = self.data.pop(0)
            if not answer.startswith("2"):
                return answer
        content = envelope.content
        assert isinstance(content, bytes)
        self.recipients += envelope.rcpt_tos
        self.came.append(message_from_bytes(content, policy=default))  # type: ignore[arg-type]
        return "250 Taken"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(**options: Any) -> Iterator[Server]:
    """A server that listens for as long as this lasts."""
    server = Server(port=free_port())
    controller = Controller(server, hostname="127.0.0.1", port=server.port, **options)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


def knows(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    """Takes the user ``press`` with the password ``room``."""
    right = (data.login, data.password) == (b"press", b"room")
    return AuthResult(success=right, handled=right)
