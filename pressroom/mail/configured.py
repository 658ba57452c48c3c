"""What the settings say about mail."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from flask import current_app

from pressroom.kit import mail as post
from pressroom.kit.mail import Connection, Folder, Server
from pressroom.kit.settings import setting

FOLDER = "folder"
"""What ``mail_server`` says where mail is written into files instead of sent."""


def is_on() -> bool:
    """Whether this press room sends mail: it has a server, and an address to send from."""
    return bool((setting("mail_server") or setting("sample")) and sender())


def sender() -> str:
    """The address that mail comes from."""
    return str(setting("mail_from") or setting("contact_email"))


def server() -> Server:
    """Where mail is handed over."""
    return Server(
        host=setting("mail_server"),
        port=setting("mail_port"),
        security=setting("mail_security"),
        user=setting("mail_user"),
        password=setting("mail_password"),
    )


def folder() -> Folder | None:
    """The mailbox of files on this machine, where nothing leaves the house: by setting, or with the sample content."""
    if setting("mail_server") == FOLDER or (setting("sample") and not setting("mail_server")):
        return Folder(Path(current_app.instance_path) / "mailbox")
    return None


def connected() -> AbstractContextManager[Connection]:
    """What takes messages."""
    found = folder()
    return nullcontext(found) if found else post.connected(server())


def lacking() -> str:
    """Why no mail is sent, as a sentence for the desk; empty when it is."""
    if not setting("mail_server") and not setting("sample"):
        return (
            "This press room sends no mail: no mail server is set. Whoever runs it sets mail_server; see docs/mail.md."
        )
    if not sender():
        return "This press room sends no mail: it has no address to send from. Set the media contact’s e-mail address."
    return ""
