"""E-mail: a message as it goes out (RFC 5322), and the talk with a server that takes it (RFC 5321)."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Protocol

from markupsafe import Markup, escape

PATIENCE = 30  # seconds for each answer of a server
POLICY = SMTP.clone(refold_source="none")
HERE = frozenset({"localhost", "127.0.0.1", "::1"})
SECURITY = ("starttls", "tls", "none")
_ADDRESS = re.compile(r"[^@\s\x00-\x20\x7f<>,;:\"()\[\]\\]+@[^@\s\x00-\x20\x7f<>,;:\"()\[\]\\]+")
_LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")


class MailError(ValueError):
    """A message cannot be made: an address is none. The message is a sentence."""


class RefusedError(Exception):
    """The server will not take this message, now or later; the message is what it said."""


class DelayedError(Exception):
    """It may go later: the server is busy, away, or does not take us; the message is what it said, or what happened.

    Attributes:
        of_the_server: it concerns every message, so that there is no use in going on with the next one.
    """

    def __init__(self, said: str, *, of_the_server: bool = False) -> None:
        super().__init__(said)
        self.of_the_server = of_the_server


@dataclass(frozen=True)
class Letter:
    """A message to one person.

    Attributes:
        message_id: as in the header; the same each time that it is sent, so that whoever gets it twice can drop one.
        at: what the header ``Date`` says.
        html: a whole page, or empty for one that is made of *text*.
        reply_to: where answers go, if it is not *sender*.
        unsubscribe: the address that ends a list for this person by one POST (RFC 8058); empty where it is no list.
    """

    message_id: str
    at: datetime
    sender: str
    sender_name: str
    to: str
    to_name: str
    subject: str
    text: str
    html: str = ""
    unsubscribe: str = ""
    reply_to: str = ""


@dataclass(frozen=True)
class Server:
    """Where mail is handed over."""

    host: str
    port: int
    security: str
    user: str = ""
    password: str = ""


def new_message_id(sender: str) -> str:
    """A name for a message that no other has."""
    return make_msgid(domain=_checked(sender).rpartition("@")[2])


def one_line(words: str) -> str:
    """*words* as a header may have them: nothing in them ends the line, and so begins another header."""
    return " ".join("".join(character if character.isprintable() else " " for character in words).split())


def compose(letter: Letter) -> EmailMessage:
    """*letter* with a part in plain text and one in HTML.

    Raises:
        MailError: an address is none.
    """
    message = EmailMessage(policy=POLICY)
    try:
        message["From"] = _named(letter.sender_name, letter.sender)
        message["To"] = _named(letter.to_name, letter.to)
        if letter.reply_to and letter.reply_to != letter.sender:
            message["Reply-To"] = _named(letter.sender_name, letter.reply_to)
    except (ValueError, MessageError, UnicodeError, IndexError) as error:
        raise MailError(f"“{one_line(letter.to)[:80]}” is no e-mail address that mail can be sent to.") from error
    message["Subject"] = one_line(letter.subject)
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday notice answers it
    if letter.unsubscribe:
        # Not as a text: Python would break a long address in two and encode the halves.
        message.set_raw("List-Unsubscribe", f"<{one_line(letter.unsubscribe).replace(' ', '')}>")
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text, charset="utf-8", cte="quoted-printable")
    message.add_alternative(letter.html or page(letter.text), subtype="html", charset="utf-8", cte="quoted-printable")
    return message


def page(text: str) -> str:
    """*text* as HTML: its paragraphs and lines, with addresses as links."""
    paragraphs = (Markup("<p>{}</p>").format(_lines(each)) for each in text.strip().split("\n\n"))
    body = Markup("\n").join(paragraphs)
    return str(PAGE.format(STYLE, body))


STYLE = Markup(
    """<style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; margin: 0 auto; max-width: 40rem;
  padding: 1rem; overflow-wrap: anywhere; }
h1, h2, h3 { font-family: ui-serif, Charter, Georgia, serif; line-height: 1.25; margin: 1.5rem 0 .25rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.3rem; border-bottom: 1px solid; padding-bottom: .25rem; }
h3 { font-size: 1.1rem; } p { margin: .25rem 0 .75rem; } hr { border: 0; border-top: 1px solid; margin: 2rem 0 1rem; }
small { font-size: .875rem; } img { max-width: 100%; height: auto; }
@media (prefers-color-scheme: dark) { a { color: #7cc4ff; } }
</style>"""
)
"""How messages look in programs that read it: the colours of the reader, light or dark, and no line too wide."""

PAGE = Markup(
    '<!doctype html>\n<html><head><meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    '<meta name="color-scheme" content="light dark">\n{}</head><body>\n{}\n</body></html>\n'
)


def _lines(paragraph: str) -> Markup:
    return Markup("<br>\n").join(map(_linked, paragraph.strip("\n").split("\n")))


def _linked(line: str) -> Markup:
    out, last = Markup(), 0
    for found in _LINK.finditer(line):
        out += escape(line[last : found.start()]) + Markup('<a href="{0}">{0}</a>').format(found[0])
        last = found.end()
    return out + escape(line[last:])


def _named(name: str, address: str) -> Address:
    return Address(one_line(name), addr_spec=_checked(address))


def _checked(address: str) -> str:
    """*address* with its domain as servers know it (RFC 5890).

    Raises:
        ValueError: it is none.
    """
    if not _ADDRESS.fullmatch(address):
        raise ValueError("no address")
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.encode('idna').decode()}"


# Handing over to a folder ----------------------------------------------------------------------------------


class Connection(Protocol):
    """What takes a message."""

    def send_message(self, msg: EmailMessage, from_addr: str | None = None) -> object:
        """Take *msg*."""


class Folder:
    """A mailbox on this machine: a file for each message, which mail programs open. It bears the Message-ID as its
    name, so that a message which is written twice is there once."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def file(self, message_id: str) -> Path:
        """Where the message with this name lies."""
        return self.path / (re.sub(r"[^A-Za-z0-9.@_-]", "_", message_id.strip("<>")) + ".eml")

    def send_message(self, msg: EmailMessage, from_addr: str | None = None) -> object:
        """Keep *msg*."""
        self.path.mkdir(mode=0o700, exist_ok=True)
        file = self.file(str(msg["Message-ID"]))
        part = file.with_suffix(".part")
        part.touch(mode=0o600)
        part.write_bytes(msg.as_bytes())
        part.replace(file)
        return {}

    def tidy(self, before: datetime) -> None:
        """Delete what was written before then."""
        for file in self.path.glob("*.eml") if self.path.is_dir() else ():
            if file.stat().st_mtime < before.timestamp():
                file.unlink(missing_ok=True)


# Handing over to a server ---------------------------------------------------------------------------------------------


@contextmanager
def connected(server: Server) -> Iterator[smtplib.SMTP]:
    """A server that is ready to take messages.

    Raises:
        DelayedError: it is not there, or it does not take us.
    """
    try:
        connection = _opened(server)
    except (OSError, smtplib.SMTPException) as error:
        raise DelayedError(said_by(error), of_the_server=True) from error
    try:
        yield connection
    finally:
        with suppress(OSError, smtplib.SMTPException):
            connection.quit()
        connection.close()


def _opened(server: Server) -> smtplib.SMTP:
    if server.user and server.security == "none" and server.host not in HERE:
        raise smtplib.SMTPException("The password is not sent in the open. Set mail_security to starttls or tls.")
    context = ssl.create_default_context()
    if server.security == "tls":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=PATIENCE, context=context)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=PATIENCE)
    try:
        if server.security == "starttls":
            connection.starttls(context=context)  # refused where the server has none: never in the open instead
        if server.user:
            connection.login(server.user, server.password)
    except BaseException:
        connection.close()
        raise
    return connection


def hand_over(connection: Connection, message: EmailMessage, *, bounces: str = "") -> str:
    """Give *message* to the server; gives what it answered.

    Args:
        bounces: where it comes back to (the envelope's sender, RFC 5321); the message's own sender if empty.

    Raises:
        RefusedError: it will not take this message.
        DelayedError: perhaps later.
    """
    try:
        refused = connection.send_message(message, bounces or None)
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        raise _judged(code, said) from error
    except smtplib.SMTPSenderRefused as error:
        # Nothing is wrong with this message: the server does not know our own address.
        raise DelayedError(said_by(error), of_the_server=True) from error
    except smtplib.SMTPNotSupportedError as error:
        raise RefusedError("The server takes no address with letters other than a to z.") from error
    except smtplib.SMTPServerDisconnected as error:
        raise DelayedError("The server closed the connection.", of_the_server=True) from error
    except smtplib.SMTPResponseException as error:
        raise _judged(error.smtp_code, error.smtp_error) from error
    except (OSError, smtplib.SMTPException) as error:
        raise DelayedError(said_by(error), of_the_server=True) from error
    assert not refused, "there is one recipient, who was not refused"
    return "taken"


def _judged(code: int, said: bytes | str) -> Exception:
    """What an answer means: 5xx is for good, anything else for now (RFC 5321, section 4.2.1)."""
    sentence = f"{code} {_words(said)}"
    return RefusedError(sentence) if 500 <= code < 600 else DelayedError(sentence, of_the_server=code == 421)


def said_by(error: Exception) -> str:
    """What went wrong, in the words of the server where it said any."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_words(error.smtp_error)}"
    if isinstance(error, ssl.SSLError):
        reason = one_line(str(getattr(error, "reason", None) or "no reason given"))
        return f"The server’s certificate or encryption was not accepted ({reason})."
    if isinstance(error, TimeoutError):
        return f"The server did not answer within {PATIENCE} seconds."
    if isinstance(error, OSError) and error.strerror:
        return f"The server could not be reached: {one_line(error.strerror)}."
    return one_line(str(error))[:300] or type(error).__name__


def _words(said: bytes | str) -> str:
    return one_line(said.decode("utf-8", "replace") if isinstance(said, bytes) else said)[:400]
